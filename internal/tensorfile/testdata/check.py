"""The other side of python_test.go: reads what Go wrote, then writes the same tensors for Go to read.

usage: check.py FOLDER

FOLDER holds go.safetensors and go.npz. Written are python.safetensors (as F32), python16.safetensors (as F16), and on
standard output, as JSON, the shape, type and bits of each array as Python sees it.
"""

import json
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

folder = sys.argv[1]
tensors = load_file(folder + "/go.safetensors")
with safe_open(folder + "/go.safetensors", framework="np") as f:
    metadata = f.metadata()


def describe(a):
    flat = np.ascontiguousarray(a).reshape(-1)
    return {"shape": list(a.shape), "dtype": a.dtype.str, "hex": flat.tobytes().hex()}


arrays = {}
with np.load(folder + "/go.npz", allow_pickle=False) as npz:
    for name in npz.files:
        arrays[name] = describe(npz[name])

save_file(tensors, folder + "/python.safetensors", metadata=metadata)
with np.errstate(over="ignore"):
    halves = {k: v.astype(np.float16) for k, v in tensors.items()}
save_file(halves, folder + "/python16.safetensors")

json.dump(
    {
        "metadata": metadata,
        "tensors": {k: describe(v) for k, v in tensors.items()},
        "halves": {k: describe(v.astype(np.float32)) for k, v in halves.items()},
        "arrays": arrays,
    },
    sys.stdout,
)
