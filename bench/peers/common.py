"""What every peer shares: sizes, the flat genome, tasks, the life in plain numpy, and its check against the oracle.

One generation is POP offspring x B tasks of Sequence Predicting (1,10,20), closed loop: the net sees y(1)..y(K) with
plasticity on; what it says after y(K) predicts y(K+1) and is its next input, and so on to y(N), plasticity off. A life is
K + T - 1 = 19 steps with T = 10 predictions. Fitness = -mean of the squared error. An array of tasks is [tasks][N].
"""
import json
import os
import struct

import numpy as np

POP, B, K, T, H = 400, 16, 10, 10, 64
N = K + T
SIGMA, RATE = 0.01, 0.02
SPREAD = float(np.std(np.arange(POP) / (POP - 1) - 0.5))  # of the centred ranks

LAYOUT = [("W1", (H, 1)), ("b1", (H,)), ("W", (H, 2 * H)), ("b", (H,)), ("Wm", (H, 2 * H)), ("bm", (H,)),
          ("A", (H, H)), ("B", (H, H)), ("C", (H, H)), ("D", (H, H)),
          ("W2", (H, H)), ("b2", (H,)), ("W3", (1, H)), ("b3", (1,)), ("h0", (H,))]
SIZE = sum(int(np.prod(s)) for _, s in LAYOUT)


def unpack(flat):
    """Named tensors of a genome, or of many ([offspring][SIZE]); W and Wm are [H][H of x, then H of h]."""
    out, at = {}, 0
    for name, shape in LAYOUT:
        n = int(np.prod(shape))
        out[name] = flat[..., at:at + n].reshape(*flat.shape[:-1], *shape)
        at += n
    return out


def start(seed=0):
    """Weights N(0, 0.1^2), everything else 0."""
    r = np.random.RandomState(seed)
    return np.concatenate([r.normal(size=np.prod(s)) * 0.1 if n[0] == "W" else np.zeros(np.prod(s)) for n, s in LAYOUT])


def waves(amplitude, period, phase):
    return np.asarray(amplitude)[:, None] * np.sin(2 * np.pi * np.arange(1, N + 1) / np.asarray(period)[:, None] + np.asarray(phase)[:, None])


def tasks(seed, n=B):
    r = np.random.RandomState(seed)
    return waves(r.uniform(1, 3, n), r.uniform(10, 100, n), r.uniform(0, 2 * np.pi, n))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def fitness(theta, Y):
    """The lives of one offspring as one writes them first: a task and a step at a time, in theta's precision."""
    p, total = unpack(theta), 0.0
    for y in Y:
        W, h, out = p["W"].copy(), p["h0"], None
        for s in range(N - 1):
            x = y[s] if s < K else out
            z = np.concatenate([np.maximum(p["W1"][:, 0] * x + p["b1"], 0), h])
            new = np.tanh(W @ z + p["b"])
            if s < K:
                m = sigmoid(p["Wm"] @ z + p["bm"])
                W[:, H:] += (p["A"] * np.outer(m * new, h) + p["B"] * np.outer(m, h)
                             + p["C"] * (m * new)[:, None] + p["D"] * m[:, None])
            h = new
            out = p["W3"][0] @ np.maximum(p["W2"] @ h + p["b2"], 0) + p["b3"][0]
            if s >= K - 1:
                total += (out - y[s + 1]) ** 2
    return -total / (len(Y) * T)


def oracle():
    """Genome, tasks and fitness of the independent model's case that baldwin's own tests use."""
    path = os.path.join(os.path.dirname(__file__), "../../life/testdata/oracle/eprnn-sequence-l1k10n20")
    with open(path + ".safetensors", "rb") as f:
        head = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = f.read()
    t = {k: np.frombuffer(data[v["data_offsets"][0]:v["data_offsets"][1]], "<f4").reshape(v["shape"])
         for k, v in head.items() if k != "__metadata__"}
    named = {"W1": t["in1.w"], "b1": t["in1.b"], "W": np.hstack([t["core.wx"], t["core.wh"]]), "b": t["core.b"],
             "Wm": np.hstack([t["core.mx"], t["core.mh"]]), "bm": t["core.mb"], **{x: t["core." + x] for x in "ABCD"},
             "W2": t["out1.w"], "b2": t["out1.b"], "W3": t["out2.w"], "b3": t["out2.b"], "h0": t["core.h0"]}
    case = json.load(open(path + ".json"))
    Y = np.concatenate([waves(c["amplitude"], c["period"], c["phase"]) for c in case["tasks"]])
    return np.concatenate([named[n].ravel() for n, _ in LAYOUT]), Y, np.mean([r["fitness"] for r in case["results"]])


def check(evaluate):
    """evaluate(population float32 [n][SIZE], tasks float32) -> n fitness values, held to the oracle and to numpy."""
    theta, Y, want = oracle()
    got = float(np.asarray(evaluate(np.float32([theta, theta]), np.float32(Y)))[0])
    assert abs(got - want) < 1e-4 * max(1, abs(want)), "oracle: fitness %g, want %g" % (got, want)
    theta, Y = start(3) + 0.05 * np.random.RandomState(7).normal(size=SIZE), tasks(1)
    got, want = float(np.asarray(evaluate(np.float32([theta, theta]), np.float32(Y)))[0]), fitness(theta, Y)
    assert abs(got - want) < 1e-4 * max(1, abs(want)), "numpy: fitness %g, want %g" % (got, want)


def report(name, seconds, cpu):
    """One line of JSON for run.py: milliseconds of each generation, on the clock and of all cores' work."""
    rounded = lambda v: [round(1e3 * s, 2) for s in v]
    print(json.dumps({"name": name, "lives": POP * B, "ms": rounded(seconds), "cpu": rounded(cpu)}))
