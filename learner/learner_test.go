package learner

import (
	"strings"
	"testing"
)

// TestNewErrors: what a learner cannot have is refused with the setting's name first.
func TestNewErrors(t *testing.T) {
	for _, c := range []struct {
		kind   Kind
		change func(c *Config)
		want   string // how the error begins; empty: none
	}{
		{EPRNN(), func(*Config) {}, ""},
		{EPRNN(), func(c *Config) { c.Hidden = 16 }, ""},
		{EPRNN(), func(c *Config) { c.Hidden = MaxHidden }, ""},
		{EPRNN(), func(c *Config) { c.Hidden = 63 }, "hidden: must be a multiple of 16 from 16 to 512, got 63"},
		{EPRNN(), func(c *Config) { c.Hidden = 8 }, "hidden: "},
		{EPRNN(), func(c *Config) { c.Hidden = 24 }, "hidden: "},
		{EPRNN(), func(c *Config) { c.Hidden = -16 }, "hidden: "},
		{EPRNN(), func(c *Config) { c.Hidden = MaxHidden + 16 }, "hidden: "},
		{ESLSTM(), func(c *Config) { c.Rule = Hebb }, "rule: learner es-lstm has no plastic connections"},
		{ESRNN(), func(c *Config) { c.Rule = ABCD }, "rule: learner es-rnn has no plastic connections"},
		{ESMAML(), func(c *Config) { c.Zero = []string{"A"} }, "rule: learner es-maml has no plastic connections"},
		{EPRNN(), func(c *Config) { c.Rule = "adcb" }, `rule: unknown name "adcb"; there are abcd, hebb, oja, decomposed`},
		{EPRNN(), func(c *Config) { c.Zero = []string{"A", "E"} }, `zero: must name parts of the rule, A to D, got "E"`},
		{EPMLP(), func(c *Config) { c.Rule, c.Zero = Oja, []string{"A"} }, "zero: parts are held at zero in rule abcd alone, not in oja"},
		{ESRNN(), func(c *Config) { c.Modulator = On }, "modulator: learner es-rnn has none to switch on"},
		{EPRNNWithoutM(), func(c *Config) { c.Modulator = Off }, "modulator: learner eprnn-nom has none to switch off"},
		{EPRNN(), func(c *Config) { c.Modulator = "yes" }, `modulator: must be on or off, got "yes"`},
		{EPRNN(), func(c *Config) { c.GatedState = true }, ""},
		{EPRNN(), func(c *Config) { c.GatedState, c.Modulator = true, Off }, "gated_state: "},
		{EPRNNWithoutM(), func(c *Config) { c.GatedState = true }, "gated_state: learner eprnn-nom has no modulated state that recurs"},
		{EPMLP(), func(c *Config) { c.GatedState = true }, "gated_state: "},
		{ESRNN(), func(c *Config) { c.GatedState = true }, "gated_state: "},
	} {
		config := shapes["l1"]
		c.change(&config)
		_, err := New(c.kind, config)
		if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s %+v: %v, want %q", c.kind.Name, config, err, c.want)
		}
	}
}

// TestDefaults: the zero Config is the paper's learner.
func TestDefaults(t *testing.T) {
	for _, k := range Builtin() {
		l, err := New(k, shapes["l1"])
		if err != nil {
			t.Fatal(err)
		}
		rule, modulator := Rule(""), ""
		if k.Plastic {
			rule = ABCD
		}
		if k.Modulated {
			modulator = On
		}
		if l.Hidden != 64 || l.Rule != rule || l.Modulator != modulator || l.GatedState || l.Zero != nil {
			t.Errorf("%s: %+v", k.Name, l.Config)
		}
		if k.Summary == "" || len(k.Equations) == 0 || k.Source == "" {
			t.Errorf("%s says too little of itself: %+v", k.Name, k)
		}
	}
}
