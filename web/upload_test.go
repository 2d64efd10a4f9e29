package web

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"baldwin/internal/tensorfile"
	"baldwin/run"
)

// releasedGenome uploads a genome of the protocol as-released.
func (w *world) releasedGenome() string {
	w.t.Helper()
	spec := must(run.ParseSpec("spec", []byte("family:\n  name: sequence\n  protocol: as-released\nlearner:\n  hidden: 16\n"), w.Registry))
	l := must(spec.Fit(w.Registry))
	theta := make([]float32, l.Layout.Dim)
	l.Layout.Init(theta, 3)
	f := l.Layout.File(theta)
	code, key := w.upload(must(tensorfile.EncodeSafetensors(f)), spec.YAML())
	if code != 200 {
		w.t.Fatal(code, key)
	}
	return key
}

func (w *world) upload(genome, spec []byte) (int, string) {
	w.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	_, err := must(m.CreateFormFile("genome", `C:\x\<b>.safetensors`)).Write(genome)
	check(w.t, err)
	if spec != nil {
		_, err := must(m.CreateFormFile("spec", "s.yaml")).Write(spec)
		check(w.t, err)
	}
	check(w.t, m.Close())
	got := w.ask(request{method: "POST", path: uploadPath, body: body.String(), token: testToken, header: map[string]string{"Content-Type": m.FormDataContentType()}})
	return got.Code, key(got)
}

func key(got *httptest.ResponseRecorder) string {
	var a struct{ Genome string }
	if json.Unmarshal(got.Body.Bytes(), &a) != nil {
		return strings.TrimSpace(got.Body.String())
	}
	return a.Genome
}

func TestUpload(t *testing.T) {
	w := explorer(t)
	good := must(os.ReadFile(zoo + "/robot-low/robot-low-16.safetensors"))
	code, name := w.upload(good, nil)
	if code != 200 || name != "upload:2e1488a000f14e27" {
		t.Fatal(code, name)
	}
	if a, b := w.data("genome="+name), w.data("genome="+robotGenome); a.H != b.H || a.W != b.W {
		t.Error("the uploaded genome lives otherwise than the file")
	}
	bare := must(tensorfile.DecodeSafetensors(good))
	spec := []byte(bare.Metadata["spec"])
	bare.Metadata = nil
	if code, why := w.upload(must(tensorfile.EncodeSafetensors(bare)), nil); code != 400 || !strings.Contains(why, "no spec") {
		t.Error(code, why)
	}
	if code, _ := w.upload(must(tensorfile.EncodeSafetensors(bare)), spec); code != 200 {
		t.Error(code)
	}
	for name, data := range map[string][]byte{"cut": good[:len(good)/2], "empty": nil, "text": []byte("hello"), "large": make([]byte, MaxUpload+1)} {
		if code, why := w.upload(data, nil); code != 400 && code != 413 {
			t.Errorf("%s: %d %s", name, code, why)
		}
	}
	for range maxSpecimens + 3 {
		w.releasedGenome()
	}
	if n := len(w.genomes.kept); n > maxSpecimens {
		t.Errorf("%d genomes are kept", n)
	}
}

// No name leads out of the folder of genomes.
func TestFilesStayInTheFolder(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "genomes")
	check(t, os.Mkdir(inside, 0o700))
	data := must(os.ReadFile(zoo + "/robot-low/robot-low-16.safetensors"))
	check(t, os.WriteFile(filepath.Join(dir, "outside.safetensors"), data, 0o600))
	check(t, os.WriteFile(filepath.Join(inside, "in.safetensors"), data, 0o600))
	check(t, os.Symlink("../outside.safetensors", filepath.Join(inside, "link.safetensors")))
	w := newWorld(t, func(o *Options) { o.Genomes = inside })
	for name, want := range map[string]int{
		"file:in": 200, "file:../outside": 400, "file:/etc/passwd": 400, "file:link": 400, "file:none": 400, "file:": 400,
		"": 400, "x:in": 400, "run:none": 404, "upload:none": 400,
	} {
		if got := w.ask(request{path: "/life/data?genome=" + name}); got.Code != want {
			t.Errorf("%q: %d %s", name, got.Code, got.Body)
		}
	}
	if got := w.files(); !slices.Equal(got, []string{"in"}) {
		t.Errorf("files %q", got)
	}
}
