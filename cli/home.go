package cli

import (
	"errors"
	"io/fs"
	"path/filepath"
	"runtime"

	"baldwin/store"
)

// home is the folder of store and artifacts: $BALDWIN_HOME, or the platform's data folder.
func (p *process) home() (string, error) {
	if dir := p.getenv("BALDWIN_HOME"); dir != "" {
		return dir, nil
	}
	var dir string
	user := p.getenv("HOME")
	switch runtime.GOOS {
	case "windows":
		dir = p.getenv("LocalAppData")
	case "darwin":
		if user != "" {
			dir = filepath.Join(user, "Library", "Application Support")
		}
	default:
		if dir = p.getenv("XDG_DATA_HOME"); dir == "" && user != "" {
			dir = filepath.Join(user, ".local", "share")
		}
	}
	if dir == "" {
		return "", bad(errors.New("no folder for the store: neither BALDWIN_HOME nor the home folder is set; set BALDWIN_HOME to a folder"))
	}
	return filepath.Join(dir, "baldwin"), nil
}

// openStore opens the store to write to it; the caller closes it.
func (p *process) openStore() (*store.Store, error) {
	home, err := p.home()
	if err != nil {
		return nil, err
	}
	st, err := store.Open(p.ctx, home)
	if err == nil {
		st.Log = p.log
	}
	return st, err
}

// lookAtStore opens the store to read it; the caller closes it.
func (p *process) lookAtStore() (*store.Store, error) {
	home, err := p.home()
	if err != nil {
		return nil, err
	}
	st, err := store.OpenReadOnly(p.ctx, home)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, badf("no runs yet: there is no store in %s; begin with: baldwin demo (%w)", home, fs.ErrNotExist)
	}
	if err == nil {
		st.Log = p.log
	}
	return st, err
}
