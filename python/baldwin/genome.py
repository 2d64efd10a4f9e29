"""Genomes: the safetensors files of `baldwin export`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open

Spec = dict[str, Any]


@dataclass(frozen=True)
class Genome:
    """Tensors by name, weights as [out][in], and the spec that they were evolved by."""

    tensors: dict[str, np.ndarray]
    spec: Spec = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    theta_hash: str = ""  # SHA-256 of the file's data section

    @property
    def learner(self) -> str:
        """Name of the learner, such as eprnn."""
        return self.spec.get("learner", {}).get("name") or self.metadata.get("learner", "")


def load(path: str | Path) -> Genome:
    """Reads a genome file. Raises ValueError where its content is not what its theta hash says."""
    path = Path(path)
    with safe_open(path, framework="numpy") as f:
        metadata = f.metadata() or {}
        tensors = {name: f.get_tensor(name) for name in f.keys()}
    data = path.read_bytes()
    digest = hashlib.sha256(data[8 + int.from_bytes(data[:8], "little") :]).hexdigest()
    if metadata.get("theta_hash", digest) != digest:
        raise ValueError(f"{path}: is damaged: its data has the hash {digest[:12]}, it says {metadata['theta_hash'][:12]}")
    return Genome(tensors, parse_spec(metadata.get("spec", "")), metadata, digest)


def parse_spec(text: str) -> Spec:
    """Reads a spec in the form in which baldwin writes it: sections, settings and lists, none of YAML's other forms."""
    root: Spec = {}
    sections: list[tuple[int, Any]] = [(-1, root)]  # indentation, content
    for number, line in enumerate(text.splitlines(), 1):
        body = line.strip()
        if not body or body.startswith("#"):
            continue
        indent = len(line) - len(line.lstrip())
        while indent <= sections[-1][0] and not (body.startswith("- ") and indent == sections[-1][0]):
            sections.pop()
        holder = sections[-1][1]
        if body.startswith("- "):
            if not isinstance(holder, dict) or "" not in holder:
                raise ValueError(f"spec line {number}: a list where none can be: {line!r}")
            holder[""].append(_scalar(body[2:]))
            continue
        key, colon, value = body.partition(":")
        if not colon or not isinstance(holder, dict):
            raise ValueError(f"spec line {number}: want a setting, got {line!r}")
        if value.strip():
            holder[key] = _scalar(value.strip())
        else:
            holder[key] = {"": []}  # a section or a list: the next lines tell
            sections.append((indent, holder[key]))
    return _settle(root)


def _settle(holder: dict[str, Any]) -> Spec:
    """Turns what stood open into lists and sections."""
    out: Spec = {}
    for key, value in holder.items():
        if isinstance(value, dict):
            items = value.pop("", [])
            out[key] = items if items else _settle(value)
        else:
            out[key] = value
    return out


def _scalar(text: str) -> Any:
    if text.startswith("[") and text.endswith("]"):
        return [_scalar(part.strip()) for part in text[1:-1].split(",") if part.strip()]
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text
