package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"baldwin/internal/tensorfile"
	"baldwin/run"
)

// A specimen is a genome that the explorer has at hand.
type specimen struct {
	*run.Genome
	Key    string // as the address names it: run:NAME, file:PATH or upload:HASH
	Origin string // in words
	taken  time.Time

	once  sync.Once
	birth floats // W at birth, [out][in]; nil without plastic weights
}

// specimens are the genomes at hand, the newest last.
type specimens struct {
	mu   sync.Mutex
	kept []*specimen
}

const (
	maxSpecimens = 16              // of each kind of place, more are forgotten, the oldest first
	fresh        = 2 * time.Second // after this a run is asked for a newer checkpoint
	maxFiles     = 500             // genomes that are offered of a folder
)

func (s *specimens) get(key string) *specimen {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.kept {
		if k.Key == key {
			return k
		}
	}
	return nil
}

func (s *specimens) put(k *specimen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(slices.DeleteFunc(s.kept, func(o *specimen) bool { return o.Key == k.Key }), k)
	if len(s.kept) > maxSpecimens {
		s.kept = slices.Delete(s.kept, 0, 1)
	}
}

// specimen finds the genome that an address names.
func (s *Server) specimen(ctx context.Context, key string) (*specimen, error) {
	have := s.genomes.get(key)
	kind, name, _ := strings.Cut(key, ":")
	switch kind {
	case "run":
		if have != nil && time.Since(have.taken) < fresh {
			return have, nil
		}
		return s.ofRun(ctx, key, name, have)
	case "file":
		if have != nil {
			return have, nil
		}
		return s.ofFile(key, name)
	case "upload":
		if have != nil {
			return have, nil
		}
		return nil, badf("the uploaded genome %s is no longer at hand: upload it again", name)
	}
	return nil, badf("genome: want run:NAME, file:NAME or upload:HASH, got %.60q", key)
}

func (s *Server) ofRun(ctx context.Context, key, name string, have *specimen) (*specimen, error) {
	row, err := s.Store.Run(ctx, name)
	if err != nil {
		return nil, err
	}
	if have != nil && have.Hash == row.ThetaHash {
		return have, nil
	}
	spec, err := run.ParseSpec("the spec of run "+name, row.Spec, s.Registry)
	if err != nil {
		return nil, &badRequest{err}
	}
	c, err := s.Store.Checkpoint(ctx, row.ID)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, badf("run %s has no genome yet", name)
	}
	g, err := run.GenomeOf(spec, c, s.Registry)
	if err != nil {
		return nil, &badRequest{err}
	}
	k := &specimen{Genome: g, Key: key, Origin: fmt.Sprintf("run %s, generation %s", name, count(c.Generation)), taken: time.Now()}
	s.genomes.put(k)
	return k, nil
}

// ofFile reads a genome of the server's folder. The name is one of those that the folder lists, and the folder is opened
// as a root, so that no name and no link leads out of it.
func (s *Server) ofFile(key, name string) (*specimen, error) {
	if s.Genomes == "" || !fs.ValidPath(name) {
		return nil, badf("there is no genome %.60q here", name)
	}
	root, err := os.OpenRoot(s.Genomes)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	defer root.Close()
	data, err := readAtMost(root, name+genomeExt, MaxUpload)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, badf("there is no genome %.60q here", name)
	}
	if err != nil {
		return nil, &badRequest{err}
	}
	spec, err := readAtMost(root, name+".yaml", run.MaxSpec)
	if err != nil {
		spec = nil // the file's own
	}
	g, err := s.decode(name, data, spec)
	if err != nil {
		return nil, err
	}
	k := &specimen{Genome: g, Key: key, Origin: "file " + name}
	s.genomes.put(k)
	return k, nil
}

func readAtMost(root *os.Root, name string, limit int64) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readLimited(f, name, limit)
}

func readLimited(r io.Reader, name string, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = badf("%s: has more than %d bytes", name, limit)
	}
	return data, err
}

// decode reads a genome with the spec in its metadata, or else with the one given.
func (s *Server) decode(name string, data, spec []byte) (*run.Genome, error) {
	f, err := tensorfile.DecodeSafetensors(data)
	if err != nil {
		return nil, &badRequest{err}
	}
	of, err := run.FileSpec(name, f, s.Registry)
	if errors.Is(err, run.ErrNoSpec) {
		if len(spec) == 0 {
			return nil, badf("%w: give its spec (YAML) too", err)
		}
		of, err = run.ParseSpec(name+": spec", spec, s.Registry)
	}
	if err != nil {
		return nil, &badRequest{err}
	}
	g, err := run.GenomeIn(name, f, of, s.Registry)
	if err != nil {
		return nil, &badRequest{err}
	}
	return g, nil
}

const genomeExt = ".safetensors"

// files are the names of the folder's genomes.
func (s *Server) files() []string {
	if s.Genomes == "" {
		return nil
	}
	var names []string
	err := fs.WalkDir(os.DirFS(s.Genomes), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fs.SkipDir
		case len(names) == maxFiles:
			return fs.SkipAll
		}
		if d.Type().IsRegular() && path.Ext(p) == genomeExt {
			names = append(names, strings.TrimSuffix(p, genomeExt))
		}
		return nil
	})
	if err != nil {
		s.Log.Warn("web: listing genomes", "folder", s.Genomes, "error", err)
	}
	return names
}

// upload takes a genome: a form of many parts with "genome", a safetensors file, and "spec", YAML, where the file has none.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	parts, err := r.MultipartReader()
	if err != nil {
		s.fail(w, r, &badRequest{err})
		return
	}
	k, err := s.uploaded(parts)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer(w, map[string]string{"genome": k.Key})
}

func (s *Server) uploaded(parts *multipart.Reader) (*specimen, error) {
	var name string
	var genome, spec []byte
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, tooLarge(err)
		}
		switch part.FormName() {
		case "genome":
			name = path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
			genome, err = readLimited(part, "genome", MaxUpload)
		case "spec":
			spec, err = readLimited(part, "spec", run.MaxSpec)
		default:
			err = badf("a form has genome and spec, not %.30q", part.FormName())
		}
		if err != nil {
			return nil, tooLarge(err)
		}
	}
	if len(genome) == 0 {
		return nil, badf("genome: missing")
	}
	g, err := s.decode(name, genome, spec)
	if err != nil {
		return nil, err
	}
	k := &specimen{Genome: g, Key: fmt.Sprintf("upload:%.16s", g.Hash), Origin: "upload " + name}
	s.genomes.put(k)
	return k, nil
}

// tooLarge keeps what fail tells apart, and blames the asker for the rest.
func tooLarge(err error) error {
	var large *http.MaxBytesError
	var b *badRequest
	if errors.As(err, &large) || errors.As(err, &b) {
		return err
	}
	return &badRequest{err}
}
