package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"baldwin/cluster"
	"baldwin/run"
	"baldwin/store"
)

// Exit codes. Scripts rely on them; codes below is what `baldwin --help` prints.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitRefused     = 3
	exitBusy        = 4
	exitInterrupted = 130
)

var codes = []struct {
	code  int
	means string
}{
	{exitOK, "done; also a run that --for stopped"},
	{exitFailure, "failure: disk, damaged store, a check of doctor"},
	{exitUsage, "bad input: arguments, spec, file, name of a run"},
	{exitRefused, "refused: store, checkpoint or spec of another version"},
	{exitBusy, "busy: another process holds the run or the store, or has taken the run over"},
	{exitInterrupted, "interrupted by Ctrl-C or SIGTERM, after a checkpoint"},
}

// coded is an error with the exit code that goes with it.
type coded struct {
	code int
	err  error
}

func (c *coded) Error() string { return c.err.Error() }
func (c *coded) Unwrap() error { return c.err }

// bad marks an error as bad input; nil stays nil.
func bad(err error) error {
	if err == nil {
		return nil
	}
	return &coded{exitUsage, err}
}

// badf is bad(fmt.Errorf(...)).
func badf(format string, args ...any) error { return bad(fmt.Errorf(format, args...)) }

// exitCode is the exit code of an error that a verb ended with.
func exitCode(err error) int {
	var c *coded
	var field *run.FieldError
	is := func(targets ...error) bool {
		for _, t := range targets {
			if errors.Is(err, t) {
				return true
			}
		}
		return false
	}
	switch {
	case err == nil:
		return exitOK
	case is(run.ErrContract, run.ErrSpec, store.ErrNewer):
		return exitRefused
	case is(store.ErrBusy, cluster.ErrFenced):
		return exitBusy
	case errors.As(err, &c):
		return c.code
	case is(context.Canceled):
		return exitInterrupted
	case is(store.ErrNoRun, store.ErrNoCheckpoint, store.ErrExists, store.ErrName, store.ErrNotStore), errors.As(err, &field):
		return exitUsage
	}
	return exitFailure
}

// message is an error as a person reads it on stderr: every fault on a line of its own that begins with "baldwin: ".
// Lines that are indented, such as the place in a spec that an error points at, stay as they are.
func message(err error) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(err.Error(), "\n")) {
		if !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, ">") && strings.TrimSpace(line) != "" {
			b.WriteString("baldwin: ")
		}
		b.WriteString(line)
	}
	return b.String() + "\n"
}
