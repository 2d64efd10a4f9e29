package gym

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"math"

	"baldwin/task"
)

// maxDeaths is how many bridges may die in one Begin before it is given up: a second one that dies in the same place
// may still be chance, a third is not.
const maxDeaths = 2

// Episode makes room for batch environments. Their bridge is started by the first Begin and ended by Close.
func (f *Family) Episode(batch int) task.Episode {
	return &episode{
		f: f, answers: sha256.New(),
		obs: make([]float32, batch*f.Observations), acted: make([]float32, batch*f.Actions),
		score: make([]float64, batch), fitness: make([]float64, batch), broken: make([]bool, batch),
	}
}

// An episode speaks with a bridge of its own. It keeps every frame that it sent since Begin. When the bridge dies, another
// one is started and sent them again: an environment that answers the seed and the actions as before is then in the state in which
// the dead one left it, and neither learner nor result know. A hash of all answers proves that it did.
type episode struct {
	task.Slots
	f      *Family
	bridge *bridge // nil: not started, or dead
	err    error

	step    int
	obs     []float32 // [slot][Observations], to be seen next
	acted   []float32 // [slot][Actions], the action before
	score   []float64 // by slot
	broken  []bool    // by slot: its newest action is not a number
	fitness []float64 // by task

	sent    []frame   // since Begin
	answers hash.Hash // of all answers to them
	payload []byte    // of the frame being made
}

// A frame is one question.
type frame struct {
	kind, want byte
	payload    []byte
}

func (e *episode) Begin(tasks []task.Task) {
	e.Start(len(tasks))
	e.err, e.step = nil, 0
	e.sent = e.sent[:0]
	e.answers.Reset()
	clear(e.acted)
	clear(e.score)
	for i := range tasks {
		e.fitness[i] = math.NaN()
	}
	p := binary.LittleEndian.AppendUint32(e.payload[:0], uint32(len(tasks)))
	for _, t := range tasks {
		one := t.(*Task)
		p = binary.LittleEndian.AppendUint64(p, one.Seed)
		for _, v := range one.Vary {
			p = binary.LittleEndian.AppendUint64(p, math.Float64bits(v))
		}
	}
	e.payload = p
	if reply, ok := e.ask(begin, observed, 4*len(tasks)*e.f.Observations); ok {
		e.show(reply)
	}
}

// show takes the observations that a reply begins with.
func (e *episode) show(reply []byte) {
	for i := range e.Live() * e.f.Observations {
		e.obs[i] = math.Float32frombits(binary.LittleEndian.Uint32(reply[4*i:]))
	}
}

func (e *episode) Observe(obs []float32) (task.Step, bool) {
	if e.err != nil {
		return task.Step{}, false
	}
	o, a := e.f.Observations, e.f.Actions
	for i := range e.Live() {
		row := obs[i*(o+a):][:o+a]
		copy(row, e.obs[i*o:][:o])
		copy(row[o:], e.acted[i*a:][:a])
	}
	return task.Step{Plastic: true, Output: true}, e.Live() > 0
}

func (e *episode) Act(act []float32, m task.Mover) {
	live, o, a := e.Live(), e.f.Observations, e.f.Actions
	p := binary.LittleEndian.AppendUint32(e.payload[:0], uint32(live))
	for i := range live {
		p = binary.LittleEndian.AppendUint32(p, uint32(e.Task(i)))
	}
	for i := range live {
		acted := e.acted[i*a:][:a]
		e.broken[i] = false
		for _, v := range act[i*a:][:a] {
			e.broken[i] = e.broken[i] || v != v
		}
		if e.f.Discrete {
			choice := largest(act[i*a:][:a])
			clear(acted)
			acted[choice] = 1
			p = binary.LittleEndian.AppendUint32(p, uint32(choice))
			continue
		}
		for j, v := range act[i*a:][:a] {
			if v != v {
				v = 0
			}
			acted[j] = min(max(v, -1), 1)
			p = binary.LittleEndian.AppendUint32(p, math.Float32bits(acted[j]))
		}
	}
	e.payload = p
	reply, ok := e.ask(step, reacted, live*(4*o+8+1))
	if !ok {
		return
	}
	e.show(reply)
	e.step++
	rewards, ends := reply[4*live*o:], reply[live*(4*o+8):]
	// From the last slot down, so that the life that moves into a free slot is always one that goes on.
	for i := live - 1; i >= 0; i-- {
		e.score[i] += math.Float64frombits(binary.LittleEndian.Uint64(rewards[8*i:]))
		if e.broken[i] {
			e.score[i] = math.NaN()
		}
		if ends[i] == 0 && !e.broken[i] && e.step < e.f.Steps {
			continue
		}
		e.fitness[e.Task(i)] = e.score[i]
		if from := e.End(i, m); from != i {
			copy(e.obs[i*o:][:o], e.obs[from*o:])
			copy(e.acted[i*a:][:a], e.acted[from*a:])
			e.score[i] = e.score[from]
		}
	}
}

// largest is the index of the largest number, the first of equals. NaN is never larger.
func largest(v []float32) int {
	best := 0
	for i, x := range v {
		if x > v[best] {
			best = i
		}
	}
	return best
}

func (e *episode) Fitness(i int) float64 { return e.fitness[i] }

// Err says why the lives since Begin broke off.
func (e *episode) Err() error { return e.err }

// Close ends the bridge.
func (e *episode) Close() {
	if e.bridge != nil {
		e.bridge.close()
		e.bridge = nil
	}
}

// ask puts the question in payload and returns the answer, which has size bytes. It reports false when no bridge gives it;
// the reason is in err.
func (e *episode) ask(kind, want byte, size int) ([]byte, bool) {
	e.sent = append(e.sent, frame{kind, want, bytes.Clone(e.payload)})
	reply, err := e.newest()
	for deaths := 1; err != nil; deaths++ {
		e.Close()
		var no *refusal
		if errors.As(err, &no) || errors.Is(err, ErrNotAllowed) || deaths > maxDeaths {
			e.err = fmt.Errorf("gym: %s: %w", e.f.Env, err)
			return nil, false
		}
		reply, err = e.again()
	}
	if len(reply) != size {
		e.Close()
		e.err = fmt.Errorf("gym: %s: the bridge answered with %d bytes, want %d", e.f.Env, len(reply), size)
		return nil, false
	}
	e.answers.Write(reply)
	return reply, true
}

// newest puts the newest question to the bridge at hand, or to a first one.
func (e *episode) newest() ([]byte, error) {
	if e.bridge == nil {
		return e.again()
	}
	f := e.sent[len(e.sent)-1]
	return e.bridge.exchange(f.kind, f.payload, f.want)
}

// again starts a bridge and puts every question since Begin to it. The answers to all but the newest have been had
// before, and have to be the same.
func (e *episode) again() (reply []byte, err error) {
	if e.bridge, err = e.f.start(); err != nil {
		return nil, err
	}
	same := sha256.New()
	for i, f := range e.sent {
		if i > 0 {
			same.Write(reply)
		}
		if reply, err = e.bridge.exchange(f.kind, f.payload, f.want); err != nil {
			return nil, err
		}
	}
	if !bytes.Equal(same.Sum(nil), e.answers.Sum(nil)) {
		return nil, &refusal{"a bridge died, and the one that took its place answers the same actions in another way: the environment does not follow from its seed"}
	}
	return reply, nil
}
