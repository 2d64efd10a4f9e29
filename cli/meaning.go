package cli

import "baldwin/task"

// meaning says what a fitness of a family means, in one line; empty where the family does not say.
func meaning(f task.Family) string {
	if e, ok := f.(task.Explainer); ok {
		return e.Explain()
	}
	return ""
}
