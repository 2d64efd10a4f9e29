"""The examples of docs/python.md run as they stand."""

import os
import re
from pathlib import Path

import pytest

BINARY = os.environ.get("BALDWIN_BINARY", "")


@pytest.mark.skipif(Path(BINARY).name != "baldwin", reason="BALDWIN_BINARY is no program of the name baldwin")
def test_page(tmp_path, monkeypatch):
    page = (Path(__file__).parents[2] / "docs" / "python.md").read_text()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BALDWIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(Path(BINARY).parent), prepend=os.pathsep)
    names = {}
    blocks = re.findall(r"```python\n(.*?)```", page, re.S)
    assert len(blocks) == 3
    for block in blocks:
        exec(block, names)
    assert names["result"].status == "finished" and names["genome"].theta_hash == names["result"].theta_hash
