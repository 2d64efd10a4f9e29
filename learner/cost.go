package learner

// A Plan counts the steps of lives that run side by side, for the count of fused multiply-adds that their fitness needs:
// the denominator of every "share of peak".
type Plan struct {
	Lives     float64 // lives
	LiveSteps float64 // steps of all lives
	Plastic   float64 // plastic steps of all lives
	Updates   float64 // of those, the ones that a later step of the life uses
	Outputs   float64 // steps of all lives whose action is read
	Pairs     float64 // pairs of all lives that a gradient learner fits
}

// FMAs is how many fused multiply-adds the lives of a plan need. With H hidden, per live step: obs*H for the first layer
// and H^2 for a second; per output H^2 + act*H; and the core's own. A memoryless learner's live steps are its outputs.
func (l *Learner) FMAs(p Plan) float64 {
	if l.Memoryless {
		p.LiveSteps = p.Outputs
	}
	h := float64(l.Hidden)
	tower := float64(l.Obs)*h + float64(l.Tower-1)*h*h
	head := h*h + float64(l.Act)*h
	return p.LiveSteps*tower + p.Outputs*head + l.Kind.FMAs(l.Config, p)
}

// ruleFMAs is what the update of one weight takes.
func ruleFMAs(c Config) float64 {
	if n := c.rule().FMAs; n > 0 {
		return n
	}
	return 4
}

// recurrentFMAs: Wx x for each live step and W h too, of which the first, W_0 h_0, is shared by all lives; Mx x and Mh h
// for each plastic step (gated state: for each step), the first Mh h_0 shared; and the updates that are used.
func recurrentFMAs(c Config, p Plan) float64 {
	q := float64(c.Hidden) * float64(c.Hidden)
	n := q*p.LiveSteps + q*(p.LiveSteps-p.Lives+1)
	if c.Rule == "" {
		return n
	}
	if c.Modulator == On {
		steps := p.Plastic
		if c.GatedState {
			steps = p.LiveSteps
		}
		n += q*steps + q*(steps-p.Lives+1)
	}
	return n + ruleFMAs(c)*q*p.Updates
}

// mlpFMAs: W x for each live step, Mx x for each plastic one, and the updates that are used.
func mlpFMAs(c Config, p Plan) float64 {
	q := float64(c.Hidden) * float64(c.Hidden)
	n := q * p.LiveSteps
	if c.Modulator == On {
		n += q * p.Plastic
	}
	return n + ruleFMAs(c)*q*p.Updates
}
