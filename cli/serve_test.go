package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"codeberg.org/sbinet/npyio/npz"

	"baldwin/run"
	"baldwin/store"
	"baldwin/web"
)

// TestServe begins a run as a page does, in a process of its own, stops it and the server by a signal, and resumes it.
func TestServe(t *testing.T) {
	home := t.TempDir()
	p := serving(t, home)
	client := &http.Client{}
	ask := func(method, path, body string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, p.base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: "baldwin" + p.port, Value: p.token})
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		if resp.StatusCode >= 300 {
			t.Fatalf("%s %s: %s: %s", method, path, resp.Status, text)
		}
		return string(text)
	}
	if got := ask("POST", "/runs", "preset=robot-low&learner=es-rnn&seed=5&name=mine"); got != `{"run":"mine"}` {
		t.Error(got)
	}
	if got := ask("GET", "/", ""); !strings.Contains(got, `href="/runs/mine"`) || !strings.Contains(got, ">running<") {
		t.Error(got)
	}
	p.interrupt(t)
	st, err := store.OpenReadOnly(t.Context(), home)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if r, err := st.Run(t.Context(), "mine"); err != nil || r.Status != run.Stopped || r.ThetaHash == "" {
		t.Errorf("after Ctrl-C: %+v, %v", r, err)
	}
	p = serving(t, home)
	if got := ask("POST", "/runs/mine/resume", ""); got != `{"run":"mine"}` {
		t.Error(got)
	}
	p.kill()
	if r, err := st.Run(t.Context(), "mine"); err != nil || r.Status != run.Running || st.Held("mine") {
		t.Errorf("after a kill: %+v, %v", r, err)
	}
}

// A page names presets. It must not make the server read files.
func TestServeTrainsNoFiles(t *testing.T) {
	dir := t.TempDir()
	spec := filepath.Join(dir, "tiny.yaml")
	if err := os.WriteFile(spec, []byte(tinySpec), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &process{registry: run.Builtin(), getenv: func(string) string { return dir }, log: slog.New(slog.DiscardHandler)}
	err := p.trainer(engine{1, "auto"})(context.Background(), web.Order{Preset: spec}, io.Discard, func(string) { t.Error("it began") })
	if err == nil || !strings.Contains(err.Error(), "unknown preset") {
		t.Error(err)
	}
}

// TestExplorerIsLive holds the explorer's numbers against those of `baldwin live`, to the bit: the page hands out genome,
// tasks and command of the life that it shows.
func TestExplorerIsLive(t *testing.T) {
	home, dir := t.TempDir(), t.TempDir()
	p := serving(t, home, "--genomes", "../experiments")
	fetch := func(path string) []byte {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.base+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v: %s", path, resp.Status, err, data)
		}
		return data
	}
	for _, query := range []string{
		"genome=file:sequence-l1-k10-n20/eprnn-5000&amplitude.0=2.5&step=7&lesion=freeze=6",
		"genome=file:robot-low/robot-low-16&goal.0=0.31&a0=1.7&family.noise=0.05&step=12&lesion=transplant=3&lesion=zero=C",
		"genome=file:learners-l1-k10-n20/epmlp-random-1500&seed=3&step=19",
	} {
		var shown struct {
			Fitness        float64
			Step           int
			Obs, Act, H, W []byte // JSON's base64
			Command        string
		}
		if err := json.Unmarshal(fetch("/life/data?"+query), &shown); err != nil {
			t.Fatal(err)
		}
		for name, path := range map[string]string{"genome.safetensors": "/life/genome?", "case.json": "/life/case?"} {
			if err := os.WriteFile(filepath.Join(dir, name), fetch(path+query), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := baldwin(home, strings.Fields(shown.Command)[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", shown.Command, err, out)
		}
		file, err := npz.Open(filepath.Join(dir, "life.npz"))
		if err != nil {
			t.Fatal(err)
		}
		read := func(name string) []float32 {
			var v []float32
			if err := file.Read(name+".npy", &v); err != nil {
				t.Fatal(name, err)
			}
			return v
		}
		var fitness []float64
		if err := file.Read("fitness.npy", &fitness); err != nil {
			t.Fatal(err)
		}
		w := read("W")
		n := len(shown.W) / 4
		for name, pair := range map[string][2][]byte{
			"obs": {shown.Obs, little(read("obs"))}, "act": {shown.Act, little(read("act"))}, "W": {shown.W, little(w[(shown.Step-1)*n:][:n])},
		} {
			// What live keeps of several tasks is as long as the longest; the first task's comes first.
			if len(pair[0]) == 0 || !bytes.HasPrefix(pair[1], pair[0]) {
				t.Errorf("%s: %s differs from baldwin live's", query, name)
			}
		}
		if fitness[0] != shown.Fitness {
			t.Errorf("%s: fitness %v, baldwin live's is %v", query, shown.Fitness, fitness[0])
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func little(v []float32) (b []byte) {
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

// server is a `baldwin serve` in a process of its own.
type server struct {
	cmd               *exec.Cmd
	base, port, token string
}

func serving(t *testing.T, home string, more ...string) *server {
	t.Helper()
	cmd := baldwin(home, "serve", "--addr", "127.0.0.1:0", "--threads", "1")
	cmd.Args = append(cmd.Args, more...)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	s := &server{cmd: cmd}
	t.Cleanup(s.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(strings.TrimSpace(strings.TrimPrefix(line, "open")))
	if err != nil {
		t.Fatal(err)
	}
	s.base, s.port, s.token = "http://"+u.Host, u.Port(), strings.TrimPrefix(u.Fragment, "token=")
	return s
}

func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// interrupt is Ctrl-C; the server must end well by itself.
func (s *server) interrupt(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("after Ctrl-C: %v", err)
	}
}
