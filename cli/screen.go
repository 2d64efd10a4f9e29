package cli

import (
	"fmt"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"baldwin/run"
)

// A screen is the live view of a run on a terminal. The training goroutine writes what happened under a lock, and the
// screen looks a few times a second, so that drawing never makes a generation wait.
type screen struct {
	program *tea.Program
	done    chan struct{}
	once    sync.Once
	logs    *logWriter

	mu       sync.Mutex
	progress *progress
	stopping bool
}

// redraw is the time from one picture to the next.
const redraw = 200 * time.Millisecond

func newScreen(p *process, b begin, tests []run.MetaTestRow) *screen {
	s := &screen{progress: newProgress(b, tests, time.Now), done: make(chan struct{})}
	v := &view{screen: s, width: 80, height: 24, style: newStyle(), ascii: p.plainGlyphs(), stop: p.stopper}
	options := []tea.ProgramOption{tea.WithOutput(p.terminal), tea.WithoutSignalHandler()}
	if isTerminal(p.stdin) {
		options = append(options, tea.WithInput(p.stdin))
	} else {
		options = append(options, tea.WithInput(nil))
	}
	s.program = tea.NewProgram(v, options...)
	s.logs = p.logs
	s.logs.hold()
	p.stopper.onExit(s.close)
	go func() {
		defer close(s.done)
		if _, err := s.program.Run(); err != nil {
			p.log.Warn("the live screen ended", "error", err)
		}
	}()
	return s
}

func (s *screen) event(e run.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.progress.event(e)
}

func (s *screen) end(outcome) {}

// close gives the terminal back.
func (s *screen) close() {
	s.once.Do(func() {
		s.program.Send(endMsg{})
		select {
		case <-s.done:
		case <-time.After(2 * time.Second):
			s.program.Kill()
		}
		s.logs.release()
	})
}

type (
	tickMsg struct{}
	endMsg  struct{}
)

// A view is bubbletea's side of a screen.
type view struct {
	screen        *screen
	width, height int
	style         style
	ascii, over   bool
	stop          *stopper
}

func tick() tea.Cmd { return tea.Tick(redraw, func(time.Time) tea.Msg { return tickMsg{} }) }

// Init starts the clock.
func (v *view) Init() tea.Cmd { return tick() }

// Update takes keys, sizes and the clock.
func (v *view) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tickMsg:
		return v, tick()
	case endMsg:
		v.over = true
		return v, tea.Quit
	case tea.WindowSizeMsg:
		v.width, v.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		switch msg.String() {
		case "ctrl+c", "q":
			v.screen.mu.Lock()
			v.screen.stopping = true
			v.screen.mu.Unlock()
			if v.stop != nil {
				go v.stop.interrupt() // the second ends the process, by way of this program
			}
		case "ctrl+z":
			return v, tea.Suspend
		}
	}
	return v, nil
}

// View draws.
func (v *view) View() tea.View {
	s := v.screen
	s.mu.Lock()
	defer s.mu.Unlock()
	out := tea.NewView(v.draw(s.progress, s.stopping))
	out.AltScreen = !v.over
	out.WindowTitle = fmt.Sprintf("baldwin %s %d/%d", s.progress.begin.Run, s.progress.done, s.progress.begin.Generations)
	return out
}
