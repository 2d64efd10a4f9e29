"""Genomes, stores and runs of the program itself; BALDWIN_BINARY names it."""

import json
import math
import os
import subprocess

import numpy as np
import pytest

import baldwin

BINARY = os.environ.get("BALDWIN_BINARY", "")
needs_program = pytest.mark.skipif(not BINARY, reason="BALDWIN_BINARY is not set")

TINY = {"learner.hidden": 16, "strategy.population": 8, "tasks": 2, "meta_test.every": 2, "meta_test.tasks": 8}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    seen = []
    result = baldwin.train("seq-l3-k10-n20", generations=6, seed=3, name="tiny", settings=TINY, home=home, binary=BINARY, watch=seen.append)
    assert seen == result.events
    return home, result


def program(home, *args):
    return subprocess.run([BINARY, *args], check=True, capture_output=True, text=True, env={**os.environ, "BALDWIN_HOME": str(home)}).stdout


@needs_program
def test_train_and_store(run):
    home, result = run
    assert (result.run, result.status, result.generations) == ("tiny", "finished", 6)
    store = baldwin.Store(home)
    (row,) = store.runs()
    assert (row["name"], row["seed"], row["status"]) == ("tiny", 3, "finished")
    assert row["spec"]["learner"] == {
        "name": "eprnn", "hidden": 16, "rule": "abcd", "zero": [], "modulator": "on", "gated_state": False,
    }
    tests = store.meta_tests("tiny")
    assert [t["generation"] for t in tests] == [2, 4, 6]
    assert tests[-1]["mean"] == result.meta_test
    generations = store.generations("tiny")
    assert len(generations) == 6 and all(g["worst"] <= g["median"] <= g["best"] and (g["sigma"] > 0).all() for g in generations)
    with pytest.raises(KeyError, match="no run 'other'"):
        store.generations("other")


@needs_program
def test_frame(run):
    pytest.importorskip("pandas")
    table = baldwin.frame(baldwin.Store(run[0]).meta_tests("tiny"))
    assert table["mean"].tolist()[-1] == run[1].meta_test
    assert table["mean"].dtype == np.float64


@needs_program
def test_genome_and_life(run, tmp_path):
    """Lives agree with the program's, which computes in float32, within 1e-5."""
    home, result = run
    file = tmp_path / "g.safetensors"
    program(home, "export", "tiny", "-o", str(file))
    genome = baldwin.load(file)
    assert genome.theta_hash == result.theta_hash
    assert genome.learner == "eprnn" and genome.spec["family"]["dims"] == 3
    tasks = [{"amplitude": [1.4, 2, 2.9], "period": [81.6, 12, 31], "phase": [1.36, 0, 6]}]
    case = tmp_path / "case.json"
    case.write_text(json.dumps({
        "learner": "eprnn", "tasks": tasks,
        "family": {"name": "sequence", "dims": 3, "k": 10, "n": 20, "hidden": 16},
    }))
    record = tmp_path / "life.npz"
    program(home, "live", "--genome", str(file), "--tasks", str(case), "--record", str(record))
    want, got = np.load(record), baldwin.live(genome, tasks[0])
    for name in ("obs", "act", "h", "m", "W"):
        np.testing.assert_allclose(getattr(got, name), want[name][0], rtol=1e-5, atol=1e-5, err_msg=name)
    assert np.abs(got.W[-1] - got.W[0]).max() > 0  # it learnt
    assert got.fitness == pytest.approx(want["fitness"][0], rel=1e-5)


CONTROL = {
    "cartpole": {"cart": 1.2, "pole": 0.2, "length": 0.6, "force": -8.5, "start": [0.01, -0.03, 0.02, 0.04]},
    "pendulum": {"gravity": 9.0, "mass": 1.1, "length": 0.8, "torque": -2.0, "start": [4.0, -0.5]},
}


@needs_program
@pytest.mark.parametrize("family", CONTROL)
def test_control(run, tmp_path, family):
    """Whole lives of an unripe genome, in a world that answers: within 1e-5 of the program's."""
    home, _ = run
    baldwin.train(family, generations=3, name=family, settings=TINY | {"strategy.sigma": 0.2}, home=home, binary=BINARY, threads=1)
    file, case, record = tmp_path / "g.safetensors", tmp_path / "case.json", tmp_path / "life.npz"
    program(home, "export", family, "-o", str(file))
    case.write_text(json.dumps({"learner": "eprnn", "tasks": [CONTROL[family]], "family": {"name": family, "hidden": 16}}))
    program(home, "live", "--genome", str(file), "--tasks", str(case), "--record", str(record))
    want, got = np.load(record), baldwin.live(baldwin.load(file), CONTROL[family])
    assert len(got.obs) == want["obs"].shape[1] > 5
    for name in ("obs", "act", "h", "m", "W"):
        np.testing.assert_allclose(getattr(got, name), want[name][0], rtol=1e-5, atol=1e-5, err_msg=name)
    assert got.fitness == pytest.approx(want["fitness"][0], rel=1e-5)


@needs_program
def test_settings(run):
    """Settings that are lists and texts go in and come back, and a learner without a modulator lives."""
    home, _ = run
    odd = {**TINY, "learner.zero": ["B", "D"], "learner.modulator": "off"}
    baldwin.train("seq-l1-k10-n20", generations=1, name="odd", settings=odd, home=home, binary=BINARY, threads=1)
    spec = next(r["spec"] for r in baldwin.Store(home).runs() if r["name"] == "odd")
    assert spec["learner"]["zero"] == ["B", "D"] and spec["learner"]["modulator"] == "off"
    file = home / "odd.safetensors"
    program(home, "export", "odd", "-o", str(file))
    assert baldwin.live(baldwin.load(file), {"amplitude": [1], "period": [20], "phase": [0]}).fitness < 0


@needs_program
def test_errors(tmp_path):
    with pytest.raises(baldwin.BaldwinError, match="unknown preset") as e:
        baldwin.train("nothing", home=tmp_path, binary=BINARY)
    assert e.value.code == 2
    with pytest.raises(FileNotFoundError, match="no store"):
        baldwin.Store(tmp_path / "empty")


def test_damaged(tmp_path):
    from safetensors.numpy import save_file

    file = tmp_path / "g.safetensors"
    save_file({"in1.w": np.ones((2, 2), np.float32)}, file, metadata={"theta_hash": "0" * 64})
    with pytest.raises(ValueError, match="is damaged"):
        baldwin.load(file)


def test_parse_spec():
    spec = baldwin.parse_spec('family:\n  name: gym\n  vary:\n  - a\n  - 2\nlearner:\n  zero: [B, D]\n  none: []\n  modulator: "on"\nseed: 18446744073709551615\nx: 1e-07\ninf: .5\n')
    assert spec == {
        "family": {"name": "gym", "vary": ["a", 2]}, "learner": {"zero": ["B", "D"], "none": [], "modulator": "on"},
        "seed": 18446744073709551615, "x": 1e-07, "inf": 0.5,
    }
    assert not math.isnan(spec["x"])
    with pytest.raises(ValueError, match="line 1"):
        baldwin.parse_spec("nonsense")
