package cluster

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go/jetstream"
)

// ErrFenced ends a coordinator whose run another one has taken over.
var ErrFenced = errors.New("cluster: another coordinator has taken over the run; this one is out of date and stops")

// A fence is a run's entry in the KV bucket of epochs. Whoever wants to coordinate the run raises it by compare-and-swap;
// whoever finds it raised by another is out. An epoch is a count in its upper half, which orders them, and a random number in its
// lower half, so that even on a server that has forgotten all, no epoch comes twice.
type fence struct {
	kv    jetstream.KeyValue
	run   string
	epoch uint64
}

// fences opens the bucket.
func fences(ctx context.Context, js jetstream.JetStream) (jetstream.KeyValue, error) {
	ctx, cancel := brief(ctx)
	defer cancel()
	kv, err := js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: epochs, Storage: jetstream.MemoryStorage})
	if err != nil {
		return nil, fmt.Errorf("cluster: opening the bucket of epochs: %w", err)
	}
	return kv, nil
}

// claim takes the run over.
func claim(ctx context.Context, kv jetstream.KeyValue, run string) (*fence, error) {
	ctx, cancel := brief(ctx)
	defer cancel()
	for {
		var r [4]byte
		_, _ = rand.Read(r[:]) // never fails
		low := uint64(binary.LittleEndian.Uint32(r[:]))
		old, revision, err := epochOf(ctx, kv, run)
		if err != nil {
			return nil, err
		}
		f := &fence{kv, run, (old>>32+1)<<32 | low}
		if ok, err := f.swap(ctx, revision); ok || err != nil {
			return f, err
		}
	}
}

// swap puts the fence's epoch in the place of what stood there at a revision; false if something else stands there by now.
func (f *fence) swap(ctx context.Context, revision uint64) (bool, error) {
	value := []byte(strconv.FormatUint(f.epoch, 10))
	var err error
	if revision == 0 {
		_, err = f.kv.Create(ctx, f.run, value)
	} else {
		_, err = f.kv.Update(ctx, f.run, value, revision)
	}
	var api *jetstream.APIError
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, jetstream.ErrKeyExists), errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence:
		return false, nil
	}
	return false, fmt.Errorf("cluster: raising the epoch: %w", err)
}

// epochOf reads a run's epoch; 0 and revision 0 where there is none.
func epochOf(ctx context.Context, kv jetstream.KeyValue, run string) (epoch, revision uint64, err error) {
	e, err := kv.Get(ctx, run)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, fmt.Errorf("cluster: reading the epoch: %w", err)
	}
	epoch, err = strconv.ParseUint(string(e.Value()), 10, 64)
	if err != nil {
		return 0, 0, fmt.Errorf("cluster: the epoch of run %s is no number: %w", run, err)
	}
	return epoch, e.Revision(), nil
}

// hold proves that the run is still this coordinator's, and says so again to a server that has forgotten it. The greater
// epoch wins.
func (f *fence) hold(ctx context.Context) error {
	ctx, cancel := brief(ctx)
	defer cancel()
	for {
		epoch, revision, err := epochOf(ctx, f.kv, f.run)
		switch {
		case err != nil:
			return err
		case epoch == f.epoch:
			return nil
		case epoch > f.epoch:
			return ErrFenced
		}
		if ok, err := f.swap(ctx, revision); ok || err != nil {
			return err
		}
	}
}
