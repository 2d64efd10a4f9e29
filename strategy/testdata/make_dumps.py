#!/usr/bin/env python3
"""Writes dumps.json: what evosax, pycma and, for lm-ma-es, the paper's own lines in numpy make of noise.json and a made-up
fitness. dumps_test.go holds the strategies to it.

    pip install numpy scipy cma==4.5.0 evosax==0.3.2
    python3 make_dumps.py

noise.json is this project's noise and is written by the test itself: go test -run TestNoise -write-noise
"""
import json
import math
import pathlib

import cma
import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np
import optax
from evosax.algorithms import ARS, PGPE, SNES, Open_ES, Sep_CMA_ES
from evosax.core.fitness_shaping import identity_fitness_shaping_fn as identity
from evosax.core.optimizer import clipup
from cma.utilities.math import Mh
from scipy.stats import rankdata

here = pathlib.Path(__file__).parent
NOISE = np.array(json.loads((here / "noise.json").read_text()))  # [generation][direction][number]
G, N, D = NOISE.shape
SIGMA, START = 0.1, np.array([(j % 5 - 2) / 8 for j in range(D)])
FITNESS = np.array([[math.sin(3.1 * i + 1.7 * g * g) for i in range(N)] for g in range(G)])  # higher is better, no ties


def ranks(f):
    """Ranks with mean 0 and standard deviation 1, as the strategies shape fitness."""
    r = rankdata(f)
    return (r - r.mean()) / r.std()


def mirrored(g):
    """Normals of all individuals: 2p and 2p+1 are one direction and its mirror image."""
    return np.concatenate([[z, -z] for z in NOISE[g][: N // 2]])


def evosax(make, noise, shape, params=lambda p: p):
    """theta after each generation. evosax minimises, and wants the plus halves of all pairs before the minus halves."""
    s = make(jnp.zeros(D))
    p = params(s.default_params)
    key = jax.random.key(0)
    state = s.init(key, jnp.array(START), p)
    order = np.r_[0:N:2, 1:N:2]
    out = []
    for g in range(G):
        std = state.std * getattr(state, "D", 1.0)
        if hasattr(state, "C"):
            std = state.std * jnp.sqrt(state.C)
            state = state.replace(D=jnp.sqrt(state.C))
        x = state.mean + std * jnp.array(noise(g)[order])
        state, _ = s.tell(key, x, jnp.array(-shape(FITNESS[g])[order]), state, p)
        out.append(np.array(state.mean).tolist())
    return out


def openes(optimizer):
    return evosax(
        lambda x: Open_ES(N, x, optimizer=optimizer, std_schedule=optax.constant_schedule(SIGMA), fitness_shaping_fn=identity),
        mirrored, ranks)


def sep_cma_es():
    def rates(p):  # Ros and Hansen's, which evosax leaves at CMA-ES's
        c1 = min(1, float(p.c_1) * (D + 2) / 3)
        return p.replace(std_init=SIGMA, c_1=c1, c_mu=min(1 - c1, float(p.c_mu) * (D + 2) / 3))
    return evosax(lambda x: Sep_CMA_ES(N, x), lambda g: NOISE[g], lambda f: f, rates)


def cma_es():
    """pycma with the constants of Hansen's tutorial of 2016 (pycma's own are newer), from C = I (pycma spreads it by 1e-4),
    told individuals that were made with the symmetric root of its own C."""
    es = cma.CMAEvolutionStrategy(START, SIGMA, {"popsize": N, "verbose": -9, "updatecovwait": 0, "seed": 1, "CMA_active_injected": 1})
    es.ask()
    es.adapt_sigma.initialize(es)
    raw, mu = np.log((N + 1) / 2) - np.log(np.arange(1, N + 1)), N // 2
    mueff, other = [w.sum() ** 2 / (w**2).sum() for w in (raw[:mu], raw[mu:])]
    c1 = 2 / ((D + 1.3) ** 2 + mueff)
    cmu = min(1 - c1, 2 * (mueff - 2 + 1 / mueff) / ((D + 2) ** 2 + mueff))
    limit = min(1 + c1 / cmu, 1 + 2 * other / (mueff + 2), (1 - c1 - cmu) / (D * cmu))
    weights = np.r_[raw[:mu] / raw[:mu].sum(), limit * raw[mu:] / -raw[mu:].sum()]
    for k, w in enumerate(weights):
        es.sp.weights[k] = w
    es.sp.c1, es.sp.cmu = c1, cmu
    es.adapt_sigma.cs = cs = (mueff + 2) / (D + mueff + 5)
    es.adapt_sigma.damps = 1 + 2 * max(0, math.sqrt((mueff - 1) / (D + 1)) - 1) + cs
    Mh.chiN = staticmethod(lambda n: math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)))
    es.sm.parameters = lambda *_, **__: {}
    es.sm.C[:], es.sm.B[:], es.sm.D[:] = np.eye(D), np.eye(D), 1
    out = []
    for g in range(G):
        es.ask()
        values, vectors = np.linalg.eigh(es.sm.C)
        root = vectors @ np.diag(np.sqrt(values)) @ vectors.T
        es.tell([es.mean + es.sigma * root @ z for z in NOISE[g]], list(-FITNESS[g]))
        out.append(es.mean.tolist())
    return out


def lm_ma_es():
    """Loshchilov, Glasmachers and Beyer 2019, algorithm 1, line by line; rates of 1 or more held at 1/2."""
    m, mu = 4 + int(3 * math.log(D)), N // 2
    w = np.log((N + 1) / 2) - np.log(np.arange(1, mu + 1))
    w /= w.sum()
    mueff = 1 / (w**2).sum()
    rate = lambda c: 0.5 if c >= 1 else c
    cs = rate(2 * N / D)
    cd = [rate(1 / (1.5**i * D)) for i in range(m)]
    cc = [rate(N / (4.0**i * D)) for i in range(m)]
    theta, sigma, ps, M = START.copy(), SIGMA, np.zeros(D), np.zeros((m, D))
    out = []
    for g in range(G):
        best = np.argsort(-FITNESS[g])[:mu]
        d = NOISE[g].copy()
        for k in range(N):
            for i in range(min(g, m)):
                d[k] = (1 - cd[i]) * d[k] + cd[i] * M[i] * (M[i] @ d[k])
        theta = theta + sigma * w @ d[best]
        z = w @ NOISE[g][best]
        ps = (1 - cs) * ps + math.sqrt(mueff * cs * (2 - cs)) * z
        for i in range(m):
            M[i] = (1 - cc[i]) * M[i] + math.sqrt(mueff * cc[i] * (2 - cc[i])) * z
        sigma *= math.exp(cs / 2 * (ps @ ps / D - 1))
        out.append(theta.tolist())
    return out


speed = 0.2 * math.sqrt(D) * SIGMA
dumps = {
    "openes by sgd": openes(optax.sgd(0.5 * SIGMA**2)),
    "openes by sgd with momentum": openes(optax.sgd(0.5 * SIGMA**2, momentum=0.9)),
    "openes by adam": openes(optax.adam(0.2 * SIGMA, eps=1e-8 / SIGMA)),
    "pgpe": evosax(lambda x: PGPE(N, x, optimizer=clipup(speed, max_velocity=2 * speed), fitness_shaping_fn=identity),
                   mirrored, ranks, lambda p: p.replace(std_init=SIGMA)),
    "snes": evosax(lambda x: SNES(N, x), lambda g: NOISE[g], lambda f: f, lambda p: p.replace(std_init=SIGMA)),
    "ars": evosax(lambda x: ARS(N, x, optimizer=optax.sgd(0.5 * SIGMA), std_schedule=optax.constant_schedule(SIGMA),
                                fitness_shaping_fn=identity), mirrored, ranks),
    "sep-cma-es": sep_cma_es(),
    "cma-es": cma_es(),
    "lm-ma-es": lm_ma_es(),
}
text = json.dumps({"fitness": np.round(FITNESS, 15).tolist(), "theta": dumps})
(here / "dumps.json").write_text(text.replace("]], ", "]],\n").replace('": [[', '":\n[[') + "\n")
