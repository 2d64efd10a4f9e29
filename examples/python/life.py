"""Reads an evolved genome and a recorded life with numpy and safetensors alone, and lives that life again from the equations.

    baldwin live --genome genome.safetensors --tasks case.json --record life.npz
    python life.py genome.safetensors case.json life.npz

It knows eprnn, eprnn-nom and es-rnn on sequences with the closed-loop protocol. It prints how far its float64 is from the recorded
float32, and fails above 1e-4: a step's rounding is 1e-7, and a life multiplies it.
"""

import json
import sys

import numpy as np
from safetensors.numpy import load_file


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Learner:
    """One life of a genome: tensors by name, weights [out][in]."""

    def __init__(self, genome):
        self.g = genome
        self.h = genome["core.h0"]
        self.W = genome["core.wh"].copy()  # plastic: each life has its own

    def step(self, obs, plastic):
        g = self.g
        x = np.maximum(0, g["in1.w"] @ obs + g["in1.b"])
        post = np.tanh(g["core.wx"] @ x + self.W @ self.h + g["core.b"])
        m = np.ones_like(post)  # eprnn-nom
        if "core.mx" in g:
            m = sigmoid(g["core.mx"] @ x + g["core.mh"] @ self.h + g["core.mb"])
        if plastic and "core.A" in g:  # W += m*(A*post*pre + B*pre + C*post + D), for the next step
            pre, gate, after = self.h[None, :], m[:, None], post[:, None]
            self.W += gate * (g["core.A"] * after * pre + g["core.B"] * pre + g["core.C"] * after + g["core.D"])
        self.h = post
        z = np.maximum(0, g["out1.w"] @ self.h + g["out1.b"])
        return g["out2.w"] @ z + g["out2.b"], m


def live(genome, family, task):
    """The closed-loop protocol: y(1)..y(K) are seen with plasticity on, then the learner's own outputs with it off."""
    K, N = family["k"], family["n"]
    A, n, phi = (np.array(task[name]) for name in ("amplitude", "period", "phase"))
    y = [A * np.sin(2 * np.pi * t / n + phi) for t in range(N + 1)]
    learner, life = Learner(genome), {"obs": [], "act": [], "h": [], "m": [], "W": []}
    out = None
    for t in range(1, N):
        obs = y[t] if t <= K else out
        out, m = learner.step(obs, plastic=t <= K)
        for name, v in (("obs", obs), ("act", out), ("h", learner.h), ("m", m), ("W", learner.W.copy())):
            life[name].append(v)
    predictions = np.array(life["act"][K - 1 :])  # of y(K+1)..y(N)
    return life, -np.mean((predictions - np.array(y[K + 1 :])) ** 2)


def main():
    genome = {name: v.astype(np.float64) for name, v in load_file(sys.argv[1]).items()}
    with open(sys.argv[2]) as f:
        case = json.load(f)
    recorded = np.load(sys.argv[3])  # obs, act, h, m, W: [task][step][...]; steps, fitness: [task]
    if case["learner"] not in ("eprnn", "eprnn-nom", "es-rnn") or case["family"]["name"] != "sequence":
        sys.exit(f"this example does not know {case['learner']} on {case['family']['name']}")
    worst = 0.0
    for i, task in enumerate(case["tasks"]):
        life, fitness = live(genome, case["family"], task)
        apart = {name: np.abs(recorded[name][i] - np.array(v)).max() for name, v in life.items() if name in recorded}
        worst = max(worst, *apart.values(), abs(fitness - recorded["fitness"][i]))
        print(f"task {i + 1}: fitness {fitness:.6f}, recorded {recorded['fitness'][i]:.6f};", ", ".join(f"{k} {v:.1e}" for k, v in apart.items()))
    if not worst < 1e-4:
        sys.exit(f"the lives are {worst:.1e} apart")


main()
