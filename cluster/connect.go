package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A Link is how to reach the server: the one in this process, or outside ones.
type Link struct {
	Server *Server  // nil: the outside one at URLs
	URLs   []string // servers of one cluster, any of which will do
	Key    *Key     // nil: none, and only loopback
}

// reconnectWait is the pause between two attempts to reach a server that went away.
const reconnectWait = 200 * time.Millisecond

// connect reaches the server. back is told, without waiting, whenever it was lost and found again.
func (l Link) connect(name, inbox string, log *slog.Logger, back chan<- struct{}, wait bool) (*nats.Conn, error) {
	opts := []nats.Option{
		nats.Name(name), nats.CustomInboxPrefix("_INBOX." + inbox),
		nats.MaxReconnects(-1), nats.ReconnectWait(reconnectWait), nats.ReconnectJitter(reconnectWait/2, reconnectWait/2),
		nats.PingInterval(pingInterval), nats.MaxPingsOutstanding(pingsOut), nats.Timeout(5 * time.Second),
		nats.RetryOnFailedConnect(wait),
		nats.ReconnectHandler(func(*nats.Conn) {
			select {
			case back <- struct{}{}:
			default:
			}
		}),
		nats.ErrorHandler(func(_ *nats.Conn, s *nats.Subscription, err error) {
			subject := ""
			if s != nil {
				subject = s.Subject
			}
			log.Warn("cluster: the connection reports an error", "error", err, "subject", subject)
		}),
	}
	url := strings.Join(l.URLs, ",")
	if l.Key != nil {
		opts = append(opts, l.Key.options()...)
	}
	if l.Server != nil {
		url, opts = "", append(opts, l.Server.inProcess()...)
	}
	nc, err := nats.Connect(url, opts...)
	if err != nil {
		return nil, fmt.Errorf("cluster: connecting to %s: %w", url, err)
	}
	return nc, nil
}

// CheckURLs refuses servers beyond loopback that would be reached without TLS and a key.
func CheckURLs(urls []string, key *Key) error {
	if len(urls) == 0 {
		return errors.New("cluster: nats: a URL is missing, such as nats://127.0.0.1:4222")
	}
	for _, u := range urls {
		if !Loopback(u) && (key == nil || !strings.HasPrefix(u, "tls://")) {
			return fmt.Errorf("cluster: nats: %s is not on this machine, and beyond loopback nothing travels without TLS and a key: write tls://, and give the folder of a key (--keys)", u)
		}
	}
	return nil
}

// patience bounds one request to the engine: long, for it is to end what waits for ever, not what waits for a busy machine.
const patience = 15 * time.Second

// brief is a context for one request to the engine.
func brief(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, patience)
}

// layOut makes the stream, its consumer and the store of thetas of a place where they are missing. The store is a bucket of
// parts under the theta's hash. It is not an ObjectStore of nats.go: each of that one's puts may leave a goroutine behind
// (v1.55.0, resetPendingAcksOnReconnect on a channel that the put has already dropped).
func layOut(ctx context.Context, js jetstream.JetStream, p place, ackWait time.Duration) (jetstream.Consumer, jetstream.KeyValue, error) {
	ctx, cancel := brief(ctx)
	defer cancel()
	stream, err := js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: p.stream(), Subjects: []string{p.work()}, Retention: jetstream.WorkQueuePolicy, Storage: jetstream.MemoryStorage,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("cluster: making the work queue: %w", err)
	}
	cons, err := stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: consumer, AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait, MaxAckPending: -1, MaxWaiting: 1 << 16, MemoryStorage: true,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("cluster: making the queue's consumer: %w", err)
	}
	thetas, err := js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: p.thetas(), Storage: jetstream.MemoryStorage})
	if err != nil {
		return nil, nil, fmt.Errorf("cluster: making the store of thetas: %w", err)
	}
	return cons, thetas, nil
}

// sweep removes what coordinators of a run left in the engine; keep is spared.
func sweep(ctx context.Context, js jetstream.JetStream, runID string, keep place) error {
	ctx, cancel := brief(ctx)
	defer cancel()
	var gone []string
	names := js.StreamNames(ctx)
	for name := range names.Name() {
		plain := strings.TrimPrefix(name, "KV_")
		if strings.HasPrefix(plain, "baldwin-"+runID+"-") && plain != keep.stream() {
			gone = append(gone, name)
		}
	}
	if err := names.Err(); err != nil {
		return fmt.Errorf("cluster: listing streams: %w", err)
	}
	for _, name := range gone {
		if err := js.DeleteStream(ctx, name); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
			return fmt.Errorf("cluster: removing stream %s: %w", name, err)
		}
	}
	return nil
}
