package gym

import (
	"bufio"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// protocol is the version of the frames; bridge.py says what they are.
const protocol = 1

// Types of frames.
const (
	hello    = 'H'
	begin    = 'B'
	step     = 'S'
	observed = 'O'
	reacted  = 'R'
	refused  = 'E'
)

// maxFrame bounds what a bridge can make us read.
const maxFrame = 1 << 28

// farewell is how long a bridge may take to end by itself.
const farewell = 2 * time.Second

//go:embed bridge.py
var script string

// A refusal is what the bridge or the environment itself said: another bridge would say the same.
type refusal struct{ msg string }

func (e *refusal) Error() string { return e.msg }

// A bridge is one Python process. It belongs to one goroutine.
type bridge struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	words   *lastWords
	timeout time.Duration
	timer   *time.Timer // kills the process
	hung    atomic.Bool // timer did
	buffer  []byte      // of the newest reply
}

// answer is what a bridge says of its environment.
type answer struct {
	Protocol, Observations, Actions int
	Discrete                        bool
	Gymnasium, Numpy, Python        string
}

// start starts a bridge and shakes hands.
func (f *Family) start() (*bridge, error) {
	if f.host == nil {
		return nil, ErrNotAllowed
	}
	names := make([]string, len(f.Vary))
	for i, v := range f.Vary {
		names[i] = v.Name
	}
	question, err := json.Marshal(map[string]any{"protocol": protocol, "env": f.Env, "steps": f.Steps, "vary": names})
	if err != nil {
		return nil, err
	}
	b := &bridge{cmd: exec.Command(f.host.Python, "-u", "-c", script), words: new(lastWords)}
	b.timeout = max(f.host.Timeout, DefaultTimeout) // to import Gymnasium takes its time
	b.cmd.Stderr, b.cmd.WaitDelay = b.words, farewell
	if b.in, err = b.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := b.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	b.out = bufio.NewReaderSize(out, 1<<16)
	if err := b.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting Python: %w", err)
	}
	b.timer = time.AfterFunc(b.timeout, func() {
		b.hung.Store(true)
		_ = b.cmd.Process.Kill()
	})
	reply, err := b.exchange(hello, question, hello)
	if err == nil {
		err = f.fits(reply)
	}
	if err != nil {
		b.close()
		return nil, err
	}
	b.timeout = f.host.Timeout
	return b, nil
}

// fits compares what the bridge says with the settings.
func (f *Family) fits(reply []byte) error {
	var a answer
	if err := json.Unmarshal(reply, &a); err != nil {
		return fmt.Errorf("the bridge's first frame: %w", err)
	}
	if a.Protocol != protocol {
		return &refusal{fmt.Sprintf("the bridge speaks protocol %d, want %d", a.Protocol, protocol)}
	}
	if a.Observations != f.Observations || a.Actions != f.Actions || a.Discrete != f.Discrete {
		return &refusal{fmt.Sprintf("the environment's shape is another than the spec's; set family.observations=%d, family.actions=%d, family.discrete=%t",
			a.Observations, a.Actions, a.Discrete)}
	}
	return nil
}

// exchange sends a frame and returns the payload of the reply, which is to be of type want. The payload is good until the
// next exchange. An error that is no refusal means that the bridge is of no more use.
func (b *bridge) exchange(kind byte, payload []byte, want byte) ([]byte, error) {
	b.timer.Reset(b.timeout)
	reply, err := b.frame(kind, payload, want)
	b.timer.Stop()
	var no *refusal
	if err == nil || errors.As(err, &no) {
		return reply, err
	}
	// Why it ended says more than that a pipe is closed.
	_ = b.in.Close()
	_ = b.cmd.Process.Kill()
	end := b.cmd.Wait()
	switch {
	case b.hung.Load():
		err = fmt.Errorf("it did not answer for %s", b.timeout)
	case end != nil && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
		err = end
	}
	if words := b.words.String(); words != "" {
		err = fmt.Errorf("%w; its last words:\n%s", err, words)
	}
	return nil, err
}

func (b *bridge) frame(kind byte, payload []byte, want byte) ([]byte, error) {
	head := binary.LittleEndian.AppendUint32(make([]byte, 0, 5), uint32(1+len(payload)))
	if _, err := b.in.Write(append(append(head, kind), payload...)); err != nil {
		return nil, io.EOF // its end is what matters
	}
	var header [5]byte
	if _, err := io.ReadFull(b.out, header[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(header[:4])
	if n < 1 || n > maxFrame {
		return nil, fmt.Errorf("it sent a frame of %d bytes", n)
	}
	if int(n-1) > cap(b.buffer) {
		b.buffer = make([]byte, n-1)
	}
	b.buffer = b.buffer[:n-1]
	if _, err := io.ReadFull(b.out, b.buffer); err != nil {
		return nil, err
	}
	switch header[4] {
	case want:
		return b.buffer, nil
	case refused:
		return nil, &refusal{strings.TrimSpace(string(b.buffer))}
	}
	return nil, fmt.Errorf("it sent a frame %q, want %q", header[4], want)
}

// close ends the process: it goes when its input ends, or is killed.
func (b *bridge) close() {
	if b.cmd.ProcessState != nil {
		return // waited for already
	}
	b.timer.Reset(farewell)
	_ = b.in.Close()
	_ = b.cmd.Wait()
	b.timer.Stop()
}

// lastWords keeps the end of what is written.
type lastWords struct {
	mu   sync.Mutex
	text []byte
}

const mostWords = 4096 // bytes

// Write implements io.Writer.
func (w *lastWords) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, p...)
	if n := len(w.text); n > mostWords {
		w.text = append(w.text[:0], w.text[n-mostWords:]...)
	}
	return len(p), nil
}

func (w *lastWords) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.TrimSpace(string(w.text))
}
