"""Runs: the program `baldwin train`, told what to do and listened to."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

Event = dict[str, Any]


class BaldwinError(RuntimeError):
    """The program said no. code is its exit code."""

    def __init__(self, message: str, code: int):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Result:
    """How a run ended: its last event, and all before it."""

    run: str
    status: str  # finished or stopped
    generations: int
    theta_hash: str
    meta_test: float
    events: list[Event] = field(repr=False)


def train(
    what: str | Path,
    *,
    learner: str | None = None,
    seed: int | None = None,
    generations: int | None = None,
    name: str | None = None,
    settings: Mapping[str, Any] | None = None,
    threads: int | None = None,
    home: str | Path | None = None,
    binary: str = "baldwin",
    watch: Callable[[Event], None] | None = None,
) -> Result:
    """Trains a preset or a spec file to its end and returns the result.

    settings are paths into the spec and values, such as {"strategy.population": 100}. watch is called with every event as it
    comes. binary is the program, home the folder of the store. Raises BaldwinError with the program's own words.
    """
    command = [binary, "train", str(what), "--json"]
    for flag, value in (("learner", learner), ("seed", seed), ("generations", generations), ("name", name), ("threads", threads)):
        if value is not None:
            command.append(f"--{flag}={value}")
    command += [f"--set={path}={json.dumps(value)}" for path, value in (settings or {}).items()]
    env = dict(os.environ)
    if home is not None:
        env["BALDWIN_HOME"] = str(home)
    events: list[Event] = []
    with TemporaryFile("w+", encoding="utf-8") as errors:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=env, encoding="utf-8") as process:
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    events.append(json.loads(line))
                    if watch is not None:
                        watch(events[-1])
            except BaseException:
                process.terminate()  # it commits a checkpoint; the run can be resumed
                raise
        errors.seek(0)
        if process.returncode != 0 or not events or events[-1].get("event") != "end":
            raise BaldwinError(errors.read().strip() or f"baldwin ended with exit code {process.returncode}", process.returncode)
    end = events[-1]
    return Result(end["run"], end["status"], end["generations"], end["theta_hash"], float(end["meta_test"]), events)
