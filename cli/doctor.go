package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/cpu"

	"baldwin/internal/kernel"
	"baldwin/store"
)

// doctorCmd is `baldwin doctor`.
type doctorCmd struct {
	JSON bool `name:"json" help:"One JSON object."`
}

// Help is the long help.
func (doctorCmd) Help() string {
	return `Every line is ok, warn or fail; the exit code is 1 if one of them fails. The check of the kernels lives short lives with every
form that this machine has and compares with the hash that all machines must get.

    baldwin doctor`
}

// Verdicts of a check.
const (
	passes = "ok"
	warns  = "warn"
	fails  = "fail"
)

// A check is one line of doctor.
type check struct {
	Name    string `json:"name"`
	Verdict string `json:"verdict"`
	Text    string `json:"text"`
}

// Run checks.
func (c *doctorCmd) Run(p *process) error {
	checks := []check{checkBuild(), checkCPU(), checkKernels(p.ctx, p.registry)}
	checks = append(checks, p.checkStore()...)
	failed := 0
	for _, ch := range checks {
		if ch.Verdict == fails {
			failed++
		}
		if !c.JSON {
			fmt.Fprintf(p.stdout, "%-4s  %-8s  %s\n", ch.Verdict, ch.Name, ch.Text)
		}
	}
	if c.JSON {
		if err := printJSON(p.stdout, struct {
			OK     bool    `json:"ok"`
			Kernel string  `json:"kernel"`
			Checks []check `json:"checks"`
		}{failed == 0, kernel.Best().String(), checks}); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks failed", failed, len(checks))
	}
	return nil
}

func checkBuild() check {
	b := thisBuild()
	return check{"build", passes, fmt.Sprintf("baldwin %s, contract %s, %s, %s, %d cores", buildVersion(), b.Contract, b.Go, b.Platform, runtime.NumCPU())}
}

// checkCPU says which kernels the processor allows.
func checkCPU() check {
	var has []string
	for _, f := range []struct {
		name string
		have bool
	}{
		{"AVX2", cpu.X86.HasAVX2},
		{"FMA", cpu.X86.HasFMA},
		{"AVX-512F", cpu.X86.HasAVX512F},
		{"AVX-512DQ", cpu.X86.HasAVX512DQ},
		{"AVX-512VL", cpu.X86.HasAVX512VL},
		{"AVX-512BW", cpu.X86.HasAVX512BW},
		{"NEON", cpu.ARM64.HasASIMD},
	} {
		if f.have {
			has = append(has, f.name)
		}
	}
	features := strings.Join(has, ", ")
	if features == "" {
		features = "no vector units known"
	}
	best := kernel.Best()
	if best == kernel.Reference {
		return check{"cpu", warns, features + "; only the reference kernels run here: right, and some hundred times slower"}
	}
	return check{"cpu", passes, features + "; kernel " + best.String()}
}

// Free disk below which doctor warns and fails. A run of 15000 generations takes about 10 MiB.
const (
	littleDisk = 1 << 30
	noDisk     = 32 << 20
)

// checkStore looks at the store without making one.
func (p *process) checkStore() []check {
	home, err := p.home()
	if err != nil {
		return []check{{"store", fails, err.Error()}}
	}
	var out []check
	st, err := store.OpenReadOnly(p.ctx, home)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		out = append(out, check{"store", passes, home + ": none yet; the first run makes it"})
	case err != nil:
		out = append(out, check{"store", fails, err.Error()})
	default:
		st.Log = p.log
		rows, err := st.Runs(p.ctx)
		if err == nil {
			err = st.Check(p.ctx)
		}
		if closing := st.Close(); err == nil {
			err = closing
		}
		if err != nil {
			out = append(out, check{"store", fails, err.Error()})
		} else {
			out = append(out, check{"store", passes, fmt.Sprintf("%s: %d runs, sound", home, len(rows))})
		}
	}
	dir := existing(home)
	if err := writable(dir); err != nil {
		out = append(out, check{"folder", fails, fmt.Sprintf("%s cannot be written: %v; point BALDWIN_HOME at a folder that can", dir, err)})
	} else {
		out = append(out, check{"folder", passes, dir + " can be written"})
	}
	if free, ok := freeDisk(dir); ok {
		ch := check{"disk", passes, bytesOf(int64(min(free, 1<<62))) + " free"}
		switch {
		case free < noDisk:
			ch.Verdict = fails
		case free < littleDisk:
			ch.Verdict = warns
		}
		out = append(out, ch)
	}
	return out
}

// existing is dir, or the nearest folder above it that there is.
func existing(dir string) string {
	for {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return dir
		}
		dir = up
	}
}

// writable tries to make a file.
func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".baldwin-doctor-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
