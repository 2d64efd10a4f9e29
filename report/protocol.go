package report

import (
	"context"

	"baldwin/figure"
	"baldwin/probe"
)

// testing asks what the protocol of testing does.
func (v *Lives) testing(ctx context.Context) (*Exhibit, error) {
	as, err := ask(ctx, v, "protocols", predicts, func(ctx context.Context, s *probe.Subject) ([]probe.Trial, error) { return probe.Protocols(ctx, s, 0) })
	return protocols(as), err
}

// protocols has a row for each way of testing and a column for each learner.
func protocols(as []answer[[]probe.Trial]) *Exhibit {
	f := &Exhibit{
		Figure: &figure.Figure{
			Name: "protocol", Title: "What the protocol of testing does",
			Caption: "The same genomes, evolved closed-loop as the paper's text has it, on the same 1600 held-out tasks, tested as the text says and as the " +
				"released code does. Closed-loop: the output after y(K) predicts y(K+1) and is fed back, N-K predictions. As released: y(0) to y(K) are seen, " +
				"the first input of the test is zeros, and N values are predicted, so twice as far ahead and more. Fitness ± half of its 95% interval, and in brackets " +
				"the share of the error of always predicting 0 over the same steps." + ofTheBest,
		},
		Data: data(as, probe.ProtocolsTable),
	}
	for _, column := range byColumn(as) {
		g := Grid{Title: column[0].Preset, Rows: [][]string{heads("tested", column)}}
		for i, t := range column[0].Answer {
			row := []string{t.Protocol + ", W stays"}
			if t.Plastic {
				row[0] = t.Protocol + ", W learns on"
			}
			if t.Home {
				row[0] += " (home)"
			}
			for _, a := range column {
				x := a.Answer[i]
				row = append(row, interval(x.Fitness, 3)+" ("+num(x.Share, 2)+")")
			}
			g.Rows = append(g.Rows, row)
		}
		f.Grids = append(f.Grids, g)
	}
	return f
}
