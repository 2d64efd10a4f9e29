package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// completionCmd is `baldwin completion`.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help is the long help.
func (completionCmd) Help() string {
	return `The script asks baldwin itself for the words that fit: verbs, flags, presets, learners and names of runs.

    source <(baldwin completion bash)                                     # in ~/.bashrc
    source <(baldwin completion zsh)                                      # in ~/.zshrc
    baldwin completion fish > ~/.config/fish/completions/baldwin.fish`
}

// The scripts hand the words of the line, the unfinished one last, to complete-words, and fall back on files.
var scripts = map[string]string{
	"bash": `_baldwin() {
  local IFS=$'\n'
  COMPREPLY=($("${COMP_WORDS[0]}" complete-words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -o bashdefault -F _baldwin baldwin
`,
	"zsh": `_baldwin() {
  local -a found
  found=("${(@f)$("${words[1]}" complete-words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -Q -- $found; else _files; fi
}
compdef _baldwin baldwin
`,
	"fish": `function __baldwin
  set -l words (commandline -opc) (commandline -ct)
  $words[1] complete-words -- $words[2..-1] 2>/dev/null
end
complete -c baldwin -a '(__baldwin)'
`,
}

// Run prints the script.
func (c *completionCmd) Run(p *process) error {
	_, err := fmt.Fprint(p.stdout, scripts[c.Shell])
	return err
}

// candidatesCmd is `baldwin complete-words`, which the scripts call.
type candidatesCmd struct {
	Words []string `arg:"" optional:"" passthrough:""`
}

// Run prints the words that can stand where the last word begins.
func (c *candidatesCmd) Run(p *process) error {
	words := c.Words
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	if len(words) == 0 {
		words = []string{""}
	}
	for _, w := range p.candidates(words[:len(words)-1], words[len(words)-1]) {
		fmt.Fprintln(p.stdout, w)
	}
	return nil
}

// candidates are the words that begin with prefix and may follow before.
func (p *process) candidates(before []string, prefix string) []string {
	node, args := p.grammar.Model.Node, 0
	var open *kong.Flag // a flag that waits for its value
	for _, w := range before {
		switch {
		case open != nil:
			open = nil
		case strings.HasPrefix(w, "-"):
			if f := flagOf(node, w); f != nil && !f.IsBool() && !strings.Contains(w, "=") {
				open = f
			}
		default:
			if next := child(node, w); next != nil {
				node = next
			} else {
				args++
			}
		}
	}
	if open != nil {
		return near(p.values(node, open.Name, open.EnumSlice()), prefix)
	}
	if strings.HasPrefix(prefix, "-") {
		var flags []string
		for _, group := range node.AllFlags(true) {
			for _, f := range group {
				flags = append(flags, "--"+f.Name)
			}
		}
		return near(flags, prefix)
	}
	var names []string
	for _, c := range node.Children {
		if !c.Hidden {
			names = append(names, c.Name)
		}
	}
	if len(node.Positional) > 0 {
		// A positional that takes several takes them all.
		pos := node.Positional[min(args, len(node.Positional)-1)]
		if args < len(node.Positional) || pos.IsSlice() {
			names = append(names, p.values(node, pos.Name, pos.EnumSlice())...)
		}
	}
	return near(names, prefix)
}

func child(n *kong.Node, name string) *kong.Node {
	for _, c := range n.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func flagOf(n *kong.Node, word string) *kong.Flag {
	name, _, _ := strings.Cut(word, "=")
	for _, group := range n.AllFlags(false) {
		for _, f := range group {
			if "--"+f.Name == name || f.Short != 0 && "-"+string(f.Short) == name {
				return f
			}
		}
	}
	return nil
}

// values are the words that a flag or argument of that name takes; nil where they are files or numbers.
func (p *process) values(verb *kong.Node, name string, enum []string) []string {
	switch name {
	case "preset", "preset|spec.yaml":
		return namesOf(p.registry.Presets, func(i int) string { return p.registry.Presets[i].Name })
	case "learner":
		return namesOf(p.registry.Learners, func(i int) string { return p.registry.Learners[i].Name })
	case "family":
		return namesOf(p.registry.Families, func(i int) string { return p.registry.Families[i].Name })
	case "run", "run|genome":
		return p.runNames()
	}
	return enum
}

func namesOf[T any](list []T, name func(i int) string) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = name(i)
	}
	return out
}

// runNames is the names of all runs, none where the store cannot be read: completion stays silent.
func (p *process) runNames() []string {
	st, err := p.lookAtStore()
	if err != nil {
		return nil
	}
	defer st.Close()
	rows, err := st.Runs(p.ctx)
	if err != nil {
		return nil
	}
	return namesOf(rows, func(i int) string { return rows[i].Name })
}
