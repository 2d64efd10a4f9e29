// Package archtest holds the rules of the tree as tests: who may import whom, what the packages
// that decide a number may call, that no product can be fused into a sum by the compiler, that
// ARCHITECTURE.md names only what exists, and that no file carries a path of one machine.
//
// The rules are data, in rules_test.go. Every checker is a function from parsed files to
// findings, and is itself tested on small sources that break its rule.
package archtest
