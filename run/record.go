package run

import "context"

// Status is the state in which a run's row stands.
type Status string

const (
	Running  Status = "running"  // a process holds it, or died holding it
	Stopped  Status = "stopped"  // interrupted after a checkpoint; resume goes on
	Finished Status = "finished" // all generations, or --until reached
)

// A GenerationRow is what one generation leaves behind. All of it but the timing is the same,
// bit for bit, however often the run was killed.
type GenerationRow struct {
	Generation int // 1 is the first
	// Quantiles of the offspring's fitness (higher is better): best, upper quartile, median, lower quartile, worst.
	Best, Upper, Median, Lower, Worst float64
	NaN                               int       // offspring whose fitness was not a number
	Sigma                             []float64 // step size of each tensor, in genome order
	ThetaNorm                         float64   // Euclidean norm of theta after the update
	Lives                             int       // lives lived: offspring x tasks

	Seconds float64 // timing: wall-clock time of this generation
}

// A MetaTestRow is one meta-test of theta on tasks that no offspring met.
type MetaTestRow struct {
	Generation int
	Tasks      int
	Mean, SD   float64 // over tasks; SD with ddof 1
	Low, High  float64 // 95% interval of the mean

	Seconds float64 // timing
}

// A Checkpoint is all that a run needs to go on with the same bits.
type Checkpoint struct {
	Generation int    // generations done
	Contract   string // version of the arithmetic contract that made it
	SpecHash   string // hash of the Spec that made it
	ThetaHash  string // hash of the genome, as printed
	State      []byte // the strategy's state
}

// A Commit is what is written in one transaction: rows and their checkpoint together, or nothing.
type Commit struct {
	Generations []GenerationRow
	MetaTests   []MetaTestRow
	Checkpoint  Checkpoint
	Status      Status
}

// A Recorder keeps what a run commits. Store implements it.
type Recorder interface {
	// Commit keeps all of c or nothing. The slices of c are its own only until it returns. ctx is not done when the run is
	// interrupted: what has been computed is still to be kept.
	Commit(ctx context.Context, c Commit) error
}
