package store

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const maxName = 100

var (
	nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)
	// A run's lock file is named after it, and these name devices on Windows, whatever follows the dot.
	device = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)
)

// CheckName returns ErrName, with the reason, unless name can name a run: 1 to 100 characters of a-z, 0-9, dot,
// underscore and hyphen, of which the first is a letter or digit, and not one of Windows' device names.
func CheckName(name string) error {
	switch {
	case len(name) > maxName:
		return fmt.Errorf("store: %.20q... is %w: it has %d characters, at most %d are allowed", name, ErrName, len(name), maxName)
	case !nameForm.MatchString(name):
		return fmt.Errorf("store: %q is %w: use a-z, 0-9, dot, underscore and hyphen, and begin with a letter or digit", name, ErrName)
	case device.MatchString(name):
		return fmt.Errorf("store: %q is %w: Windows has a device of that name", name, ErrName)
	}
	return nil
}

// FreeName returns the first of base, base-2, base-3, ... that no run has. Another process may take it before Create does.
func (s *Store) FreeName(ctx context.Context, base string) (string, error) {
	if err := CheckName(base); err != nil {
		return "", err
	}
	names, err := s.names(ctx)
	if err != nil {
		return "", err
	}
	taken := make(map[string]bool, len(names))
	for _, n := range names {
		taken[n] = true
	}
	name := base
	for i := 2; taken[name]; i++ {
		tail := fmt.Sprintf("-%d", i)
		name = base[:min(len(base), maxName-len(tail))] + tail
	}
	return name, nil
}

func (s *Store) names(ctx context.Context) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT name FROM runs ORDER BY name")
	if err != nil {
		return nil, fail(s.path, "listing runs", err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, fail(s.path, "listing runs", err)
		}
		names = append(names, n)
	}
	return names, fail(s.path, "listing runs", rows.Err())
}

// noRun is ErrNoRun with the names that may have been meant.
func (s *Store) noRun(ctx context.Context, name string) error {
	names, err := s.names(ctx)
	if err != nil {
		return err
	}
	hint := "`baldwin runs` lists them"
	if near := nearest(name, names); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	} else if len(names) == 0 {
		hint = "the store in " + s.home + " is empty"
	}
	return fmt.Errorf("store: %w: %q (%s)", ErrNoRun, name, hint)
}

// nearest returns up to three names that are a slip or two away from name, or contain it, nearest first.
func nearest(name string, names []string) []string {
	type scored struct {
		name string
		d    int
	}
	var near []scored
	for _, n := range names {
		d := distance(name, n)
		if d <= max(2, len(name)/4) || name != "" && strings.Contains(n, name) {
			near = append(near, scored{n, d})
		}
	}
	slices.SortStableFunc(near, func(a, b scored) int { return a.d - b.d })
	var out []string
	for _, n := range near[:min(3, len(near))] {
		out = append(out, n.name)
	}
	return out
}

// distance is Levenshtein's: the fewest bytes inserted, deleted or exchanged that turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
