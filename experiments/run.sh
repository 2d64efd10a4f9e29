#!/usr/bin/env bash
# Runs the experiments of this folder, or goes on with them, and writes what came out: for each run its spec, its curve
# of meta-tests and its genome. It can be killed at any moment and started again.
#
#   make build && experiments/run.sh [bin/baldwin]
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(realpath "${1:-bin/baldwin}")
export BALDWIN_HOME=${BALDWIN_HOME:-$PWD/.cache/experiments}

# run FOLDER NAME PRESET FLAGS...
run() {
	local folder=experiments/$1 name=$2
	mkdir -p "$folder"
	if "$bin" runs --names | grep -qx "$name"; then
		"$bin" resume "$name"
	else
		"$bin" train "${@:3}" --name "$name"
	fi
	"$bin" show "$name" --spec >"$folder/$name.yaml"
	"$bin" show "$name" --curve | cut -d, -f1-6 >"$folder/$name.csv"
	"$bin" export "$name" -o "$folder/$name.safetensors"
}

run sequence-l1-k10-n20 eprnn-5000 seq-l1-k10-n20 --generations 5000
for seed in 2 3 4 5; do
	run sequence-l1-k10-n20 "eprnn-5000-s$seed" seq-l1-k10-n20 --generations 5000 --seed "$seed" --set meta_test.set=held-out --set meta_test.tasks=1600
done
for learner in es-rnn es-lstm es-maml epmlp epmlp-random eprnn eprnn-nom; do
	run learners-l1-k10-n20 "$learner-1500" seq-l1-k10-n20 --learner "$learner" --generations 1500
done
run robot-low robot-low-1500 robot-low --generations 1500
run robot-low robot-low-16 robot-low --generations 1500 --set tasks=16
for seed in 1 2; do
	run robot-low "robot-fast4-s$seed" robot-low --fast --seed "$seed"
done
for noise in median high; do
	run robot-low "third-robot-$noise-eprnn-s2" "robot-$noise" --generations 3000 --seed 2 --set draw=stratified
done
run as-released as-released-s1 seq-l1-k10-n20 --generations 1500 --set family.protocol=as-released --checkpoint-every 50
for seed in 1 2 3 4 5; do
	run fast "fast-heldout-s$seed" seq-l1-k10-n20 --fast --seed "$seed" --set meta_test.every=199 --set meta_test.set=held-out --checkpoint-every 50
done
for seed in 1 2 3; do
	run fast "fast25-s$seed" seq-l1-k25-n50 --fast --seed "$seed" --set meta_test.every=199 --checkpoint-every 50
done
for seed in 1 2 3; do
	for learner in eprnn es-rnn; do
		run cartpole "cartpole-$learner-s$seed" cartpole --learner "$learner" --seed "$seed" --generations 300 --checkpoint-every 20 \
			--set strategy.sigma=0.05 --set meta_test.every=20 --set meta_test.tasks=400
		run pendulum "pendulum-$learner-s$seed" pendulum --learner "$learner" --seed "$seed" --generations 1000 --checkpoint-every 50 \
			--set learner.hidden=16 --set strategy.population=100 --set strategy.sigma=0.1 --set strategy.learning_rate=0.05 \
			--set meta_test.every=100 --set meta_test.tasks=400
	done
done
