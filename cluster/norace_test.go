//go:build !race

package cluster

// underRace says that the race detector watches.
const underRace = false
