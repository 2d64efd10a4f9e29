package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// seeds is a list of seeds, written 1-5 or 1,3,5 or both.
type seeds []uint64

// maxSeeds bounds what a slip of the finger can ask for.
const maxSeeds = 1000

// UnmarshalText reads the list.
func (s *seeds) UnmarshalText(text []byte) error {
	*s = nil
	for part := range strings.SplitSeq(string(text), ",") {
		lo, hi, ranged := strings.Cut(strings.TrimSpace(part), "-")
		a, err := strconv.ParseUint(lo, 10, 64)
		b := a
		if err == nil && ranged {
			b, err = strconv.ParseUint(hi, 10, 64)
		}
		switch {
		case err != nil:
			return fmt.Errorf("want seeds like 1-5 or 1,3,5, got %q", part)
		case b < a || b-a >= maxSeeds || len(*s)+int(b-a) >= maxSeeds:
			return fmt.Errorf("want 1 to %d seeds, from low to high, got %q", maxSeeds, part)
		}
		for v := a; v <= b; v++ {
			if slices.Contains(*s, v) {
				return fmt.Errorf("seed %d stands twice", v)
			}
			*s = append(*s, v)
		}
	}
	return nil
}

func join(s seeds) string {
	var parts []string
	for _, v := range s {
		parts = append(parts, strconv.FormatUint(v, 10))
	}
	return strings.Join(parts, ",")
}

// begun is the name of the run with the session's spec that an earlier time of the same command began: the command's name
// for it, or, where that was not given, one that it moved on to, as name-2; "" where there is none.
func (s *session) begun(name string, given bool) (string, error) {
	rows, err := s.store.Runs(s.p.ctx)
	if err != nil {
		return "", err
	}
	hash, found := s.spec.Hash(), ""
	movedOn := regexp.MustCompile("^" + regexp.QuoteMeta(name) + "-[0-9]+$")
	for _, row := range rows {
		switch {
		case row.SpecHash != hash:
		case row.Name == name:
			return name, nil
		case !given && movedOn.MatchString(row.Name) && (found == "" || len(row.Name) < len(found) || len(row.Name) == len(found) && row.Name < found):
			found = row.Name
		}
	}
	return found, nil
}

// passOver shows a run that an earlier time of the command finished.
func (s *session) passOver() error {
	if s.limits.JSON {
		return s.again()
	}
	_, err := fmt.Fprintf(s.p.stdout, "run %s: passed over, it was finished at generation %d, meta-test %s, theta %s\n",
		s.row.Name, s.row.Generation, scoreOr(s.row.Last), short(s.row.ThetaHash))
	return err
}
