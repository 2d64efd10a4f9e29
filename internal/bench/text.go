package bench

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"text/tabwriter"
)

func machine() string {
	return fmt.Sprintf("%s/%s, %d cores", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}

// WriteText writes the report for people.
func (r *Report) WriteText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s, kernel %s, %d threads\n", r.Machine, r.Kernel, r.Threads)
	fmt.Fprintf(t, "FMA peak, measured in bursts:\t%.1f G/s\t(%.1f a thread)\n\n", r.FMAPeak/1e9, r.FMAPeak/1e9/float64(r.Threads))
	fmt.Fprintf(t, "one generation of %s, %s, %d parameters\n", r.Learner, r.Family, r.Parameters)
	fmt.Fprintf(t, "  whole\t%.1f ms\t%.1f%% of peak\t%d lives, %.0f lives/s\n", r.Generation.Milliseconds, 100*r.Generation.PeakShare, r.Generation.Lives, r.LivesPerSecond)
	if r.FMAPeak > 0 {
		fmt.Fprintf(t, "  at peak it would take\t%.1f ms\t\t%.3g FMAs that fitness needs\n", 1e3*r.Generation.NeededFMAs/r.FMAPeak, r.Generation.NeededFMAs)
	}
	fmt.Fprintf(t, "  lives of one offspring\t%.1f us\t%.1f%% of peak\ton one thread\n", r.Life.Microseconds, 100*r.Life.PeakShare)
	fmt.Fprintf(t, "  noise\t%.2f ns a normal\t%.1f%% of it\t%d normals\n", r.Noise.NSPerValue, 100*r.Noise.Share, r.Noise.Normals)
	for _, s := range r.Scaling {
		fmt.Fprintf(t, "  on %d threads\t%.1f ms\t%.2f times one\n", s.Threads, s.Milliseconds, s.Speedup)
	}
	fmt.Fprintf(t, "\nkernels, 64 neurons, 16 tasks\n")
	for _, name := range r.names() {
		s := r.Kernels[name]
		fmt.Fprintf(t, "  %s\t%.2f us\t%.1f%% of peak\n", name, s.Microseconds, 100*s.PeakShare)
	}
	names := make([]string, 0, len(r.PerValue))
	for n := range r.PerValue {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		fmt.Fprintf(t, "  %s\t%.3f ns a value\n", n, r.PerValue[n])
	}
	if len(r.All) > 0 {
		fmt.Fprintf(t, "\nlearner\tpreset\tparameters\tms\tof peak\tlives/s\n")
		for _, row := range r.All {
			fmt.Fprintf(t, "%s\t%s\t%d\t%.1f\t%.1f%%\t%.0f\n", row.Learner, row.Preset, row.Parameters, row.Milliseconds, 100*row.PeakShare, row.LivesPerSecond)
		}
	}
	return t.Flush()
}
