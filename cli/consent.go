package cli

import (
	"baldwin/gym"
	"baldwin/task"
)

// pythonEnv names the interpreter of family gym.
const pythonEnv = "BALDWIN_PYTHON"

// consent is the flag of the verbs that live tasks of any family. A spec of family gym names Python code to be run, and a
// spec may come from anywhere.
type consent struct {
	AllowPython bool `name:"allow-python" help:"Let family gym run the Python code that its environment's name stands for; $$BALDWIN_PYTHON or python3 runs it."`
}

// permit lets a family run what it needs, if the flag says so, and sees that it is there. Workers elsewhere are not asked for
// consent, and their Python may answer otherwise than ours: so no fleet.
func (c consent) permit(p *process, f task.Family, elsewhere bool) error {
	g, ok := f.(*gym.Family)
	if !ok {
		return nil
	}
	if !c.AllowPython {
		return badf("family gym runs Python code, and which is up to the spec (env: %s); if you trust it, give --allow-python", g.Env)
	}
	if elsewhere {
		return badf("family gym lives in this process alone, not on workers: leave out --listen and --nats")
	}
	g.Allow(gym.Host{Python: p.getenv(pythonEnv)})
	return bad(g.Check())
}
