package export

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

func history() *History {
	return &History{
		Run: "r", Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Spec: []byte("seed: 1\n"),
		Tensors: tensors, Generations: rows(), MetaTests: tests(),
	}
}

// accumulate prints what TensorBoard's EventAccumulator found: scalars as [tag, [step, wall time, value]...] and the text.
const accumulate = `
import sys, json
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
a = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "tensors": 0}).Reload()
print(json.dumps({
  "scalars": {t: [[e.step, e.wall_time, str(e.value)] for e in a.Scalars(t)] for t in a.Tags()["scalars"]},
  "text": {t: a.Tensors(t)[0].tensor_proto.string_val[0].decode() for t in a.Tags()["tensors"]},
  "plugin": a.SummaryMetadata("spec").plugin_data.plugin_name,
  "version": a.file_version}))
`

// TestTensorBoard has TensorBoard read the events, checksums included.
func TestTensorBoard(t *testing.T) {
	dir := t.TempDir()
	path, err := WriteTensorBoard(dir, history())
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Scalars map[string][][]any
		Text    map[string]string
		Plugin  string
		Version float64
	}
	if err := json.Unmarshal([]byte(python(t, []string{"tensorboard"}, accumulate, dir)), &got); err != nil {
		t.Fatal(err)
	}
	if got.Version != 2 || got.Plugin != "text" || got.Text["spec"] != "```yaml\nseed: 1\n```\n" {
		t.Errorf("version %v, text %q by %q", got.Version, got.Text, got.Plugin)
	}
	begun := float64(history().Created.Unix())
	for tag, want := range map[string][][]any{
		"meta_test/mean":         {{0., begun + 0.125, "-2.125"}, {2., begun + 1.125, "-1.0625"}},
		"fitness/best":           {{1., begun + 0.375, "-0.10000000149011612"}, {2., begun + 0.875, "inf"}},
		"fitness/upper":          {{1., begun + 0.375, "1.0"}, {2., begun + 0.875, "nan"}},
		"fitness/worst":          {{1., begun + 0.375, "-inf"}, {2., begun + 0.875, "-123456792.0"}},
		"lives/nan":              {{1., begun + 0.375, "3.0"}, {2., begun + 0.875, "0.0"}},
		"sigma/core.wh":          {{1., begun + 0.375, "0.009999999776482582"}, {2., begun + 0.875, "0.010999999940395355"}},
		"speed/lives_per_second": {{1., begun + 0.375, "3.602879701896397e+16"}, {2., begun + 0.875, "12736.0"}},
	} {
		g := got.Scalars[tag]
		if len(g) != len(want) {
			t.Errorf("%s: %v, want %v", tag, g, want)
			continue
		}
		for i := range want {
			// a wall time in seconds has a precision of 2^-22 s
			if g[i][0] != want[i][0] || math.Abs(g[i][1].(float64)-want[i][1].(float64)) > 1e-6 || g[i][2] != want[i][2] {
				t.Errorf("%s: %v, want %v", tag, g[i], want[i])
			}
		}
	}

	// One bit wrong, and TensorBoard sees it: the checksums are right ones.
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	var spoilt struct{ Scalars map[string][][]any }
	if err := json.Unmarshal([]byte(python(t, []string{"tensorboard"}, accumulate, dir)), &spoilt); err != nil {
		t.Fatal(err)
	}
	if len(spoilt.Scalars["meta_test/mean"]) == 2 {
		t.Error("a damaged file was read to its end")
	}
	if !strings.HasSuffix(path, "events.out.tfevents.1767323045.r") {
		t.Errorf("written as %s", path)
	}
}
