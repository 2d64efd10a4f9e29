//go:build !unix

package cli

// inForeground reports whether this process may take over its terminal.
func inForeground() bool { return true }

// freeDisk is how many bytes may be written to the file system of dir; not known here.
func freeDisk(string) (uint64, bool) { return 0, false }
