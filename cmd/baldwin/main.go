// Command baldwin evolves learners whose weights learn during life. `baldwin --help` lists its verbs.
package main

import (
	"baldwin/cli"
	"baldwin/run"
)

func main() { cli.Main(run.Builtin()) }
