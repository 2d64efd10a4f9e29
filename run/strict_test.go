package run

import (
	"fmt"
	"strings"
	"testing"
)

// TestParseRefuses holds the whole message of each fault: file, line, what is wrong, what there is; for a typo and a wrong
// type the line of the text and a caret.
func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"typo in a section", "strategy:\n  name: paper\n  popluation: 10\n",
			`spec.yaml:3: unknown field "strategy.popluation"; there are name, population, learning_rate, sigma, rule_sigma, shaping, optimizer, momentum, weight_decay, decay_from, decay_to, sigma_to, average
    2 |   name: paper
>   3 |   popluation: 10
          ^`,
		},
		{
			"typo at the top", "generation: 10\n",
			`spec.yaml:1: unknown field "generation"; there are family, learner, strategy, generations, tasks, draw, meta_test, checkpoint_every, seed, start
>   1 | generation: 10
        ^`,
		},
		{
			"typo in a family", "seed: 3\nfamily:\n  name: robot\n  noize: 0.2\n",
			`spec.yaml:4: unknown field "family.noize"; there are noise, protocol, rollouts
    3 |   name: robot
>   4 |   noize: 0.2
          ^`,
		},
		{
			"one family's setting in another", "family: {name: robot, shots: 3}\n",
			`spec.yaml:1: unknown field "family.shots"; there are noise, protocol, rollouts
>   1 | family: {name: robot, shots: 3}
                              ^`,
		},
		{
			"unknown family", "family:\n  name: maze\n",
			`spec.yaml:2: family.name: unknown family "maze"; there are sequence, robot, cartpole, pendulum, gym
    1 | family:
>   2 |   name: maze
                ^`,
		},
		{
			"unknown learner", "seed: 2\nlearner:\n  name: lstm\n",
			`spec.yaml:3: learner.name: unknown learner "lstm"; there are es-rnn, es-lstm, es-maml, epmlp, epmlp-random, eprnn, eprnn-nom`,
		},
		{"unknown strategy", "strategy: {name: adam}", `spec.yaml:1: strategy.name: unknown strategy "adam"; there are ` + strategyNames()},
		{
			"odd population", "# a comment\n\n\n\nstrategy:\n  name: paper\n  population: 401\n",
			`spec.yaml:7: strategy.population: must be even (antithetic pairs), got 401`,
		},
		{
			"K >= N", "family:\n  name: sequence\n  length: 20\n  shots: 20\n",
			`spec.yaml:4: family.shots: must be less than length (K < N), got K = 20 and N = 20`,
		},
		{
			"a fault in a default names its section", "family: {name: robot, rollouts: 1}\nlearner:\n  hidden: 32\n",
			`spec.yaml:2: learner.name: learner eprnn descends no gradient, so an exploring rollout would teach it nothing; set rollouts to 0`,
		},
		{
			"several faults", "generations: -3\ntasks: 0\nstrategy:\n  sigma: -1\n",
			"spec.yaml:1: generations: must be 1 to 2147483647, got -3\nspec.yaml:4: strategy.sigma: must be above 0 and finite, got -1",
		},
		{
			"text for a number", "family:\n  shots: ten\n",
			`spec.yaml:2: family.shots: must be a whole number, got ten
    1 | family:
>   2 |   shots: ten
                 ^`,
		},
		{
			"a fraction", "generations: 1.5",
			`spec.yaml:1: generations: must be a whole number, got 1.5
>   1 | generations: 1.5
                     ^`,
		},
		{
			"a quoted number", `generations: "10"`,
			`spec.yaml:1: generations: must be a whole number, got "10"
>   1 | generations: "10"
                     ^`,
		},
		{
			"a seed of 65 bits", "seed: 18446744073709551616",
			`spec.yaml:1: seed: must be a whole number from 0 to 2^64-1, got 18446744073709551616
>   1 | seed: 18446744073709551616
              ^`,
		},
		{
			"an octal number", "seed: 010",
			`spec.yaml:1: seed: must be a whole number from 0 to 2^64-1, got 010
>   1 | seed: 010
              ^`,
		},
		{
			"a number for text", "learner: {name: 5}",
			`spec.yaml:1: learner.name: must be text, got 5
>   1 | learner: {name: 5}
                        ^`,
		},
		{
			"yes for true", "learner:\n\tgated_state: yes\n",
			"spec.yaml:2: ",
		},
		{
			"yes for true", "learner:\n  gated_state: yes\n",
			`spec.yaml:2: learner.gated_state: must be true or false, got yes
    1 | learner:
>   2 |   gated_state: yes
                       ^`,
		},
		{
			"a name for a section", "family: sequence\n",
			`spec.yaml:1: family: must be a mapping of settings, got sequence
>   1 | family: sequence
                ^`,
		},
		{
			"a letter for a list", "learner: {zero: A}",
			`spec.yaml:1: learner.zero: must be a list in brackets, got A
>   1 | learner: {zero: A}
                        ^`,
		},
		{
			"no value", "seed:\n",
			`spec.yaml:1: seed: has no value
>   1 | seed:
             ^`,
		},
		{
			"twice", "seed: 1\nseed: 2\n",
			`spec.yaml:2: mapping key "seed" already defined at [1:1]
    1 | seed: 1
>   2 | seed: 2
        ^`,
		},
		{
			"no YAML", "seed: [1, 2\n",
			`spec.yaml:1: sequence end token ']' not found
>   1 | seed: [1, 2
              ^`,
		},
		{
			"a list", "- seed: 1\n",
			`spec.yaml:1: a spec is a mapping of settings
>   1 | - seed: 1
        ^`,
		},
		{
			"two documents", "seed: 1\n---\nseed: 2\n",
			`spec.yaml:2: a spec is one document
    1 | seed: 1
>   2 | ---
        ^`,
		},
		{
			"an alias", "family: &f {name: robot}\nlearner: *f\n",
			`spec.yaml:1: a spec is plain: no anchors, aliases, merges, tags or complex keys
>   1 | family: &f {name: robot}
                ^`,
		},
		{
			"a merge", "family: {<<: {name: robot}}\n",
			`spec.yaml:1: a spec is plain: no anchors, aliases, merges, tags or complex keys
>   1 | family: {<<: {name: robot}}
                 ^`,
		},
		{
			"a tag", "seed: !!binary aGk=\n",
			`spec.yaml:1: a spec is plain: no anchors, aliases, merges, tags or complex keys
>   1 | seed: !!binary aGk=
              ^`,
		},
		{"binary", "\xff\xfe\x00", "spec.yaml: not a text in UTF-8"},
		{"too big", strings.Repeat("#\n", MaxSpec/2) + "\n", fmt.Sprintf("spec.yaml: a spec has at most %d bytes, this file has %d", MaxSpec, MaxSpec+1)},
		{"a long line", "\n# " + strings.Repeat("-", 2000), "spec.yaml:2: a line of a spec has at most 1000 bytes, this one has 2002"},
		{"brackets", strings.Repeat("[\n", 1001), "spec.yaml: a spec has at most 1000 brackets"},
	} {
		_, err := ParseSpec("spec.yaml", []byte(c.text), Builtin())
		switch {
		case err == nil:
			t.Errorf("%s: no error", c.name)
		case err.Error() != c.want && !(strings.HasSuffix(c.want, ": ") && strings.HasPrefix(err.Error(), c.want)):
			t.Errorf("%s: got\n%v\nwant\n%s", c.name, err, c.want)
		}
	}
}
