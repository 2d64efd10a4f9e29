package cluster

import (
	"testing"

	"github.com/nats-io/nats.go"
)

// TestOperatorUnanswered: that nobody is there to answer an operator is no error, and that somebody is whose answer does not come is one.
func TestOperatorUnanswered(t *testing.T) {
	s := serve(t)
	o, err := Dial(Link{URLs: []string{s.URL()}}, logOf(t))
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if all, err := o.Status(); err != nil || len(all) != 0 {
		t.Errorf("nobody is there: %d answers, %v", len(all), err)
	}
	nc, err := Link{Server: s}.connect("mute", "mute", logOf(t), make(chan struct{}, 1), false)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := nc.Subscribe(subjectStatus, func(*nats.Msg) { o.Close() }); err != nil { // the answer can no longer come
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	if all, err := o.Status(); err == nil {
		t.Errorf("somebody is there who does not answer: %d answers and no error", len(all))
	}
}
