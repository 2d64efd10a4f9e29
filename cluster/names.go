package cluster

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Subjects, streams and buckets. No text of a user stands in a subject: a run is a hash of its name and spec, a worker the
// name of its key and a number of its own. All that belongs to one coordinator carries its epoch, so that what another one
// said can never be taken for it.
const (
	subjectHello  = "baldwin.hello"  // worker -> any coordinator: may I join? Its name follows
	subjectStatus = "baldwin.status" // operator -> all coordinators
	subjectDrain  = "baldwin.drain"  // operator -> all coordinators
	subjectLogs   = "baldwin.logs"   // operator -> all coordinators: what workers logged
	epochs        = "baldwin-epochs" // KV: run -> epoch of the coordinator that holds it
)

// runID is a run's word in subjects.
func runID(name, specHash string) string {
	h := sha256.Sum256([]byte(name + "\x00" + specHash))
	return hex.EncodeToString(h[:8])
}

// place is where one coordinator and its workers meet.
type place struct {
	Run   string
	Epoch uint64
}

func (p place) under(what string) string {
	return fmt.Sprintf("baldwin.%s.%d.%s", p.Run, p.Epoch, what)
}

func (p place) all() string    { return p.under("all") }
func (p place) work() string   { return p.under("work") }
func (p place) stream() string { return fmt.Sprintf("baldwin-%s-%d", p.Run, p.Epoch) }
func (p place) thetas() string { return fmt.Sprintf("baldwin-%s-%d", p.Run, p.Epoch) }

// from is the subject of what one worker says: result, want, beat, fault, log.
func (p place) from(id ID, what string) string { return p.under(what + "." + id.String()) }

// fromAny is what the coordinator subscribes to.
func (p place) fromAny(what string) string { return p.under(what + ".*.*") }

func (p place) to(id ID) string { return p.under("to." + id.String()) }

// consumer is the name of the stream's one consumer.
const consumer = "workers"

// An ID is a worker: the name of its key, or of its machine where there are no keys, and a number that each process draws.
type ID struct{ Name, Instance string }

func (id ID) String() string { return id.Name + "." + id.Instance }

// newID draws an ID under a name, of which it keeps what may stand in a subject.
func newID(name string) ID {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return ID{Token(name), hex.EncodeToString(b[:])}
}

// Token makes a name one word of a subject: lower-case letters, digits, "-" and "_", at most 32 of them.
func Token(name string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, name)
	if clean == "" {
		clean = "worker"
	}
	return clean[:min(len(clean), 32)]
}

// speaker is the worker that a subject of fromAny names.
func speaker(subject string) (ID, bool) {
	parts := strings.Split(subject, ".")
	if len(parts) != 6 || Token(parts[4]) != parts[4] || Token(parts[5]) != parts[5] {
		return ID{}, false
	}
	return ID{parts[4], parts[5]}, true
}
