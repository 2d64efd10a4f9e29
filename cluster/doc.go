// Package cluster is evolve's Evaluator on many machines: a coordinator and its workers meet on a NATS server, which may be in
// the coordinator's process. [Start] is the coordinator, [Work] the worker, [Serve] the server.
//
//	coordinator                                   worker
//	  Evaluate: split the generation                pull: take a chunk from the work queue
//	  publish chunks -> JetStream work queue ->     theta: at hand, replayed, shipped or fetched; its hash is proved
//	  accept: compare bit for bit, confirm    <-    live it, hand the values in
//	  late chunks again, a share lived here too     acknowledge the chunk when that is confirmed
//	  fitness or theta -> broadcast           ->    replay: Tell the strategy too; or take theta up
//
// Which worker lives a chunk, how often, when, and on what kernel shows in no number: values are addressed by round and
// index, and every way in which theta comes to a worker ends with the same hash. The engine is transport. What counts is
// in the coordinator's store; every stream, bucket and queue may be lost at any time and is laid out again.
package cluster
