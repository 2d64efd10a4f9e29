package archtest

// allowed says which packages of this module each package may import, outside its tests. A
// package that is missing here fails the test, and so does an import that is missing: a new edge
// of the graph is a conscious act, made in this table. Examples may import all but internal. Packages that are planned and not yet
// written are listed too.
//
// task, learner and strategy never import one another. Only in life does a learner meet a task;
// evolve, run and cli hold both, to hand them to life.
var allowed = map[string][]string{
	"internal/kernel":     {},
	"internal/detmath":    {},
	"internal/wholefile":  {},
	"internal/mlflow":     {},
	"internal/onnx":       {},
	"internal/tfevents":   {},
	"internal/tensorfile": {"internal/wholefile"},
	"internal/rng":        {"internal/kernel", "internal/detmath"},
	"internal/golden":     {},
	"internal/embed":      {"internal/detmath", "internal/rng"},
	"internal/needtool":   {},
	"internal/archtest":   {},

	"stats":    {"internal/detmath", "internal/rng"},
	"task":     {"internal/detmath", "internal/kernel", "internal/rng"},
	"learner":  {"internal/detmath", "internal/kernel", "internal/rng", "internal/tensorfile"},
	"life":     {"task", "learner", "internal/detmath", "internal/kernel", "internal/rng"},
	"gym":      {"task"},
	"strategy": {"internal/detmath", "internal/kernel", "internal/rng"},
	"evolve":   {"task", "learner", "life", "strategy", "internal/detmath", "internal/kernel", "internal/rng"},
	"run": {
		"task", "gym", "learner", "life", "strategy", "evolve", "stats",
		"internal/detmath", "internal/kernel", "internal/rng", "internal/tensorfile",
	},
	"probe": {
		"task", "learner", "life", "run", "stats",
		"internal/embed", "internal/kernel", "internal/rng",
	},
	"store":   {"run", "internal/wholefile"},
	"cluster": {"task", "learner", "life", "strategy", "evolve", "run", "internal/kernel", "internal/rng"},
	"paper":   {"task", "life", "evolve", "run", "stats", "store", "internal/kernel", "internal/rng", "internal/tensorfile"},
	"figure":  {},
	"report":  {"figure", "life", "paper", "probe", "run", "stats", "task", "internal/embed", "internal/kernel", "internal/wholefile"},
	"web": {
		"learner", "life", "run", "stats", "store",
		"internal/embed", "internal/kernel", "internal/tensorfile",
	},
	"export": {"learner", "run", "task", "internal/mlflow", "internal/onnx", "internal/tensorfile", "internal/tfevents", "internal/wholefile"},
	"cli": {
		"task", "learner", "life", "strategy", "evolve", "run", "store", "stats",
		"cluster", "export", "figure", "paper", "probe", "report", "web",
		"gym", "internal/bench", "internal/embed", "internal/kernel", "internal/mlflow", "internal/rng", "internal/tensorfile",
	},
	"internal/bench": {
		"task", "learner", "life", "strategy", "evolve", "run",
		"internal/kernel", "internal/rng",
	},
	"cmd/baldwin": {"cli", "run"},
	"examples":    {},
}

// apart are packages that never import one another, not even in their tests.
var apart = []string{"task", "learner", "strategy"}

// deciding are the packages whose arithmetic decides a stored number. They call no function of
// package math but exactMath, no other module but golang.org/x/sys, write no product that the
// compiler could fuse; `make test` runs their tests in every form.
var deciding = []string{
	"task", "learner", "life", "strategy", "evolve", "stats",
	"internal/kernel", "internal/rng", "internal/detmath",
}

// goldens are the packages that keep bits of their own to compare with: a learner's come with
// life's, a strategy's with evolve's.
var goldens = []string{"task", "life", "evolve", "stats", "internal/kernel", "internal/rng", "internal/detmath"}

// exact are the packages held to exactMath and to rounded products: those that decide, and run,
// which puts their numbers into rows.
var exact = append(deciding[:len(deciding):len(deciding)], "run")

// exactMath are the functions of package math that give the same bits on every machine. Constants
// of the package are free.
var exactMath = []string{
	"Sqrt", "FMA", "Abs", "Copysign", "Signbit", "Inf", "NaN", "IsNaN", "IsInf",
	"Float32bits", "Float32frombits", "Float64bits", "Float64frombits",
}

// counting is how the names of functions and fields end that count operations for bench: whole
// numbers far below 2^53, in which a fused product changes nothing.
const counting = "FMAs"

// calls are functions that only some packages may call, outside tests. "" stands for the import
// of the package itself.
var calls = []struct {
	pkg   string
	names []string
	only  []string // packages that may, with all below them
	why   string
}{
	{"flag", []string{""}, []string{"cli", "cmd", "examples"}, "flags are read in cli"},
	{"os", []string{"Exit", "Args"}, []string{"cli", "cmd", "examples"}, "arguments and exit codes are cli's"},
	{
		"os", []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv", "Setenv", "Unsetenv"},
		[]string{"cli", "cmd", "examples", "internal/needtool"}, "the environment is read in cli",
	},
	{"log", []string{"Fatal", "Fatalf", "Fatalln"}, nil, "only cli ends the process, with an exit code"},
	{
		"time", []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"},
		[]string{"run", "cluster", "web", "cli", "gym", "internal/bench"},
		"the wall clock is run's, cluster's, web's, cli's and bench's, and gym's to tell a bridge that hangs",
	},
	{"testing", []string{""}, []string{"internal/needtool"}, "package testing is for tests"},
	{modulePath + "/internal/needtool", []string{""}, nil, "needtool is for tests"},
}

// rootless are the names of math/rand and math/rand/v2 that do not touch its global state.
var rootless = []string{
	"Rand", "Source", "Source64", "New", "NewSource", "NewPCG", "NewChaCha8", "NewZipf",
	"PCG", "ChaCha8", "Zipf",
}

// vague are names that say nothing about what a package holds.
var vague = []string{"util", "utils", "common", "helper", "helpers", "misc", "base", "shared"}

// banned are words that no text file may carry: paths of one machine and hosts that the ordinary
// clients find by themselves. They are written in two parts so that this file passes.
var banned = []string{
	"/wo" + "rk/", "/ro" + "ot/", ".." + "/shared", "/tmp" + "/plan",
	"proxy.gol" + "ang.org", "sum.gol" + "ang.org", "py" + "pi.org", "pythonho" + "sted.org", "crates" + ".io",
	"npm" + "js.org", "deb.deb" + "ian.org", "repo.mav" + "en.apache.org", "repo1.mav" + "en.org",
}

// unfinished are words that no Go file may carry.
var unfinished = []string{"TO" + "DO", "FIX" + "ME"}
