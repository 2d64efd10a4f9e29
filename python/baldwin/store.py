"""Stores: baldwin.db, where `baldwin train` keeps its runs. They are read only, also while runs go on."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from .genome import parse_spec

Row = dict[str, Any]

APPLICATION_ID = 1650551908  # of a SQLite file that is a store of baldwin


def home() -> Path:
    """The folder of the store: $BALDWIN_HOME, or the platform's data folder."""
    if given := os.environ.get("BALDWIN_HOME"):
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ["LocalAppData"]) / "baldwin"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "baldwin"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "baldwin"


class Store:
    """A store's rows, as lists of dicts. folder is the store's; home() unless given."""

    def __init__(self, folder: str | Path | None = None):
        self.file = (Path(folder) if folder is not None else home()) / "baldwin.db"
        if not self.file.is_file():
            raise FileNotFoundError(f"there is no store in {self.file.parent}")
        if self._query("PRAGMA application_id")[0]["application_id"] != APPLICATION_ID:
            raise ValueError(f"{self.file}: is no store of baldwin")

    def _query(self, sql: str, *args: Any) -> list[Row]:
        with closing(sqlite3.connect(self.file.absolute().as_uri() + "?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(sql, args)]

    def runs(self) -> list[Row]:
        """All runs, oldest first; spec is a nested dict, created and updated are milliseconds since 1970."""
        rows = self._query(
            "SELECT name, preset, family, learner, strategy, seed, spec, spec_hash, generations, status, version, created, updated"
            " FROM runs ORDER BY id"
        )
        for row in rows:
            row["spec"] = parse_spec(bytes(row["spec"]).decode())
            row["seed"] %= 1 << 64  # SQLite's integers are signed
        return rows

    def generations(self, run: str) -> list[Row]:
        """A row for each generation of a run; sigma is an array, one number a tensor. What is not a number is NaN."""
        rows = self._rows("generations", run)
        for row in rows:
            row["sigma"] = np.frombuffer(row["sigma"], "<f8")
        return rows

    def meta_tests(self, run: str) -> list[Row]:
        """A row for each meta-test of a run: generation, tasks, mean, sd, and the mean's 95% interval low..high."""
        return self._rows("meta_tests", run)

    def _rows(self, table: str, run: str) -> list[Row]:
        found = self._query("SELECT id FROM runs WHERE name = ?", run)
        if not found:
            raise KeyError(f"there is no run {run!r} in {self.file.parent}")
        rows = self._query(f"SELECT * FROM {table} WHERE run = ? ORDER BY generation", found[0]["id"])
        for row in rows:
            row["run"] = run
            row.update({key: float("nan") for key, value in row.items() if value is None})
        return rows


def frame(rows: list[Row]):
    """The rows as a pandas.DataFrame."""
    import pandas

    return pandas.DataFrame(rows)
