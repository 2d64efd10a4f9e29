package cli

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

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
	err := p.trainer(engine{1, "auto"})(context.Background(), web.Order{Preset: spec}, func(string) { t.Error("it began") })
	if err == nil || !strings.Contains(err.Error(), "unknown preset") {
		t.Error(err)
	}
}

// server is a `baldwin serve` in a process of its own.
type server struct {
	cmd               *exec.Cmd
	base, port, token string
}

func serving(t *testing.T, home string) *server {
	t.Helper()
	cmd := baldwin(home, "serve", "--addr", "127.0.0.1:0", "--threads", "1")
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
