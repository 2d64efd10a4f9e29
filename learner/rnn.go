package learner

// ESRNN is a recurrent network with evolved, fixed weights: what it learns in a life it learns in its hidden state.
func ESRNN() Kind {
	return Kind{
		Name:      "es-rnn",
		Summary:   "recurrent network, weights evolved and fixed",
		Equations: []string{"h' = tanh(Wx x + Wh h + b)"},
		Source:    "EPRNN, section 4.2 (ES-RNN)",
		Recurrent: true,
		Tensors:   func(c Config) []Tensor { return recurrentTensors(c.Hidden) },
		Core:      newRecurrent,
		FMAs:      recurrentFMAs,
	}
}
