module baldwin/bench/peers/functions

go 1.26.0

replace baldwin => ../../..

require (
	baldwin v0.0.0
	github.com/MaxHalford/eaopt v0.4.2
	gonum.org/v1/gonum v0.17.0
)

require (
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/tools v0.52.0 // indirect
)
