package learner

// EPRNN is the paper's learner: a recurrent network whose recurrent connections are plastic, gated by a modulator.
func EPRNN() Kind {
	k := EPRNNWithoutM()
	k.Name = "eprnn"
	k.Summary = "evolving plastic recurrent network: plastic W, modulated rule, evolved W_0 and h_0"
	k.Equations = []string{
		"h' = tanh(Wx x + W h + b)",
		"m  = sigmoid(Mx x + Mh h + mb)",
		"W += m*(A*h'*h + B*h + C*h' + D)",
	}
	k.Source = "EPRNN, eq. 2 to 7"
	k.Modulated = true
	return k
}

// EPRNNWithoutM is EPRNN with m = 1, the paper's "w/o m".
func EPRNNWithoutM() Kind {
	return Kind{
		Name:    "eprnn-nom",
		Summary: "EPRNN without its modulator: m = 1",
		Equations: []string{
			"h' = tanh(Wx x + W h + b)",
			"W += A*h'*h + B*h + C*h' + D",
		},
		Source:    "EPRNN, section 4.2 (EPRNN w/o m)",
		Plastic:   true,
		Recurrent: true,
		Tensors: func(c Config) []Tensor {
			t := recurrentTensors(c.Hidden)
			if c.Modulator == On {
				t = append(t, modulatorTensors(c.Hidden)...)
			}
			return append(t, c.rule().Tensors(&c)...)
		},
		Core: newRecurrent,
		FMAs: recurrentFMAs,
	}
}
