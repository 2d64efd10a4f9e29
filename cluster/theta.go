package cluster

import (
	"errors"
	"fmt"
	"time"
)

// onItsWay is how long a worker waits for a theta that is being broadcast or replayed, before it asks for the whole.
const onItsWay = 150 * time.Millisecond

// askedOften is how often a theta is asked for before the chunk is left to another worker.
const askedOften = 5

var errNoTheta = errors.New("theta was asked for and does not come")

// theta gives a hold on the theta that a chunk needs: the one at hand, one that is on its way, or one fetched whole.
func (j *job) theta(k *chunk) (grip, error) {
	asked := 0
	patient := time.NewTimer(onItsWay)
	defer patient.Stop()
	for {
		g, news, deviant := j.keeper.hold(&k.header)
		if g.release != nil {
			return g, nil
		}
		if deviant {
			j.fault(k, fmt.Sprintf("replay of generation %d gave another theta than the coordinator's; it is fetched whole", k.Generation-1), "")
			if err := j.fetchWhole(k); err != nil {
				return grip{}, err
			}
			continue
		}
		select {
		case <-news:
		case <-j.ctx.Done():
			return grip{}, errStale
		case <-patient.C:
			if k.Round < j.keeper.newest.Load() {
				return grip{}, errStale
			}
			if asked++; asked > askedOften {
				return grip{}, errNoTheta
			}
			if err := j.fetchWhole(k); err != nil {
				return grip{}, err
			}
			patient.Reset(4 * onItsWay) // if it is broadcast instead
		}
	}
}

// fetchWhole asks the coordinator for a theta and fetches it from the store; one hand at a time.
func (j *job) fetchWhole(k *chunk) error {
	j.fetch.Lock()
	defer j.fetch.Unlock()
	if j.keeper.has(k.Blob, k.Theta) {
		return nil
	}
	ctx, cancel := brief(j.ctx)
	defer cancel()
	m, err := j.nc.RequestWithContext(ctx, j.place.from(j.id, "want"), k.Theta[:])
	if err != nil {
		return fmt.Errorf("asking for theta: %w", err)
	}
	switch {
	case len(m.Data) == 0 || m.Data[0] == answerStale:
		return errStale
	case m.Data[0] == answerSent:
		return nil
	}
	data, err := get(ctx, j.thetas, &k.header)
	if err != nil {
		return errors.Join(errStale, err) // the next theta has taken its place
	}
	if err := j.keeper.install(k.Blob, k.Theta, data); err != nil {
		return err
	}
	j.fetched.Add(1)
	return nil
}
