package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
)

// An Operator looks at coordinators and their workers from outside.
type Operator struct{ nc *nats.Conn }

// Dial connects an operator.
func Dial(l Link, log *slog.Logger) (*Operator, error) {
	name := "operator"
	if l.Key != nil {
		name = l.Key.Name
	}
	nc, err := l.connect("baldwin cluster", name, log, make(chan struct{}, 1), false)
	if err != nil {
		return nil, err
	}
	return &Operator{nc}, nil
}

// Close disconnects.
func (o *Operator) Close() { o.nc.Close() }

// askWait is how long more answers are waited for after the first, which may take its time (patience): the server says so if nobody is
// there to give it.
const askWait = time.Second

// Status asks every coordinator for its status.
func (o *Operator) Status() ([]Status, error) { return ask[Status](o.nc, subjectStatus, nil) }

// Logs asks every coordinator for its workers' faults, oldest first.
func (o *Operator) Logs() ([]Fault, error) {
	lists, err := ask[[]Fault](o.nc, subjectLogs, nil)
	var all []Fault
	for _, l := range lists {
		all = append(all, l...)
	}
	return all, err
}

// Drain tells a worker, or all workers of a machine, or with "" all, to finish their chunk and leave. It returns who was told.
func (o *Operator) Drain(worker string) ([]string, error) {
	lists, err := ask[[]string](o.nc, subjectDrain, DrainRequest{worker})
	var all []string
	for _, l := range lists {
		all = append(all, l...)
	}
	return all, err
}

// ask gathers the answers of all coordinators that the server reaches, none if there is none. Where there is one, and it does not answer,
// that is an error.
func ask[T any](nc *nats.Conn, subject string, question any) ([]T, error) {
	inbox := nc.NewRespInbox()
	sub, err := nc.SubscribeSync(inbox)
	if err != nil {
		return nil, fmt.Errorf("cluster: asking: %w", err)
	}
	defer func() { _ = sub.Unsubscribe() }() // it ends with the connection
	if err := nc.PublishRequest(subject, inbox, encodeJSON(question)); err != nil {
		return nil, fmt.Errorf("cluster: asking: %w", err)
	}
	var out []T
	for end := time.Now().Add(patience); ; {
		m, err := sub.NextMsg(max(time.Until(end), 0))
		switch {
		case errors.Is(err, nats.ErrNoResponders), errors.Is(err, nats.ErrTimeout) && len(out) > 0:
			return out, nil
		case err != nil: // somebody is there who does not answer, or the server went
			return out, fmt.Errorf("cluster: waiting for an answer: %w", err)
		}
		var v T
		if err := json.Unmarshal(m.Data, &v); err != nil { // the server bounds its length
			return nil, fmt.Errorf("cluster: an answer is malformed: %w", err)
		}
		if out = append(out, v); len(out) == 1 {
			end = time.Now().Add(askWait)
		}
	}
}
