// Package examples holds one folder for each way to extend baldwin in one file: a family of tasks, a plasticity rule, a
// learner. docs/extend.md tells how they work; each is a main that adds to what baldwin brings and calls cli.Main. python/ reads a genome and a recorded life with numpy alone.
package examples
