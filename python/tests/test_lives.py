"""Every learner and both families against the recorded lives of an independent float64 model."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import baldwin

ORACLE = Path(__file__).parents[2] / "life" / "testdata" / "oracle"
CASES = sorted(ORACLE.glob("*.json"))


def spec_of(case):
    family = dict(case["family"])
    learner = {"name": case["learner"], "rule": family.pop("rule", ""), "gated_state": family.pop("gated_state", False)}
    family |= {"shots": family.pop("k", 0), "length": family.pop("n", 0)}
    return {"family": family, "learner": learner}


def test_there_are_cases():
    assert len(CASES) > 30
    assert {json.loads(c.read_text())["learner"] for c in CASES} == set(baldwin.learner.LEARNERS)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_oracle(path):
    """Both compute in float64, in another order: 1e-9 relative. A robot's place, after 100 steps of feedback: 1e-7."""
    case = json.loads(path.read_text())
    genome = replace(baldwin.load(path.with_suffix(".safetensors")), spec=spec_of(case))
    for task, want in zip(case["tasks"], case["results"], strict=True):
        life = baldwin.live(genome, task)
        assert life.fitness == pytest.approx(want["fitness"], rel=1e-7, abs=1e-9)
        if "path" in want:
            assert len(life.act) == want["steps"]
            np.testing.assert_allclose(life.path, want["path"], rtol=0, atol=1e-7)
            continue
        np.testing.assert_allclose(life.act, want["outputs"], rtol=1e-9, atol=1e-9)
        if want["h"] is not None and life.h:
            np.testing.assert_allclose(life.h[-1], want["h"], rtol=1e-9, atol=1e-9)
        if want["W"] is not None and life.W:
            assert np.abs(life.W[-1]).sum() == pytest.approx(want["W"], rel=1e-9)


def test_modulator_off():
    path = ORACLE / "eprnn-sequence-l1k10n20.json"
    case = json.loads(path.read_text())
    spec = spec_of(case)
    spec["learner"]["modulator"] = "off"
    genome = baldwin.load(path.with_suffix(".safetensors"))
    ungated = {name: t for name, t in genome.tensors.items() if name not in ("core.mx", "core.mh", "core.mb")}
    life = baldwin.live(replace(genome, tensors=ungated, spec=spec), case["tasks"][0])
    assert all((m == 1).all() for m in life.m)
    assert life.fitness != pytest.approx(case["results"][0]["fitness"], rel=1e-6)


def test_what_is_not_there():
    path = ORACLE / "epmlp-random-robot.safetensors"
    genome = baldwin.load(path)
    with pytest.raises(ValueError, match="family None"):
        baldwin.live(replace(genome, spec={"learner": {"name": "epmlp-random"}}), {})
    bare = {k: v for k, v in genome.tensors.items() if k != "birth.w"}
    with pytest.raises(ValueError, match="give birth"):
        baldwin.Learner(replace(genome, tensors=bare, spec={"learner": {"name": "epmlp-random"}}))
    with pytest.raises(ValueError, match="no learner 'owl'"):
        baldwin.Learner(replace(genome, spec={"learner": {"name": "owl"}}))
