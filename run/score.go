package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"baldwin/evolve"
	"baldwin/internal/rng"
	"baldwin/life"
	"baldwin/stats"
	"baldwin/task"
)

// HeldOutTasks is the size of a family's frozen held-out set.
const HeldOutTasks = 16000

// heldOutSeed is the seed of every held-out set, for ever.
const heldOutSeed = 0x62616c6477696e // "baldwin"

// HeldOut is the first n tasks of the family's frozen held-out set: the same for every run, build and year, so that
// scores compare. Its hash is in the repository.
func HeldOut(f task.Family, n int) *life.Lot {
	return life.Draw(f, heldOutSeed, rng.HeldOut, 0, 0, n)
}

// Fresh draws n tasks of a seed that are neither a run's nor held out.
func Fresh(f task.Family, seed uint64, n int) *life.Lot {
	return life.Draw(f, seed, rng.Fresh, 0, 0, n)
}

// TasksHash is the SHA-256 of the tasks' JSON, one line each.
func TasksHash(tasks []task.Task) (string, error) {
	h := sha256.New()
	e := json.NewEncoder(h)
	for i, t := range tasks {
		if err := e.Encode(t); err != nil {
			return "", fmt.Errorf("run: hashing task %d: %w", i, err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Score tests a genome on tasks: mean, standard deviation and the 95% interval of the mean.
func Score(ctx context.Context, e evolve.Evaluator, theta []float32, lot *life.Lot, generation int) (MetaTestRow, error) {
	begun := time.Now()
	fitness := make([]float64, len(lot.Tasks))
	if err := e.Score(ctx, theta, lot, fitness); err != nil {
		return MetaTestRow{}, err
	}
	sum := stats.Summarize(fitness)
	return MetaTestRow{
		Generation: generation, Tasks: sum.N, Mean: sum.Mean, SD: sum.SD, Low: sum.Low, High: sum.High,
		Seconds: time.Since(begun).Seconds(),
	}, nil
}
