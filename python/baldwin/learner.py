"""The seven learners, one life at a time, in float64: written to be read, not to be fast."""

from __future__ import annotations

import numpy as np

from .genome import Genome

Array = np.ndarray

RECURRENT = ("eprnn", "eprnn-nom", "es-rnn")
FEED_FORWARD = ("epmlp", "epmlp-random")
LEARNERS = (*RECURRENT, *FEED_FORWARD, "es-lstm", "es-maml")
MODULATED = ("eprnn", *FEED_FORWARD)


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def relu(x: Array) -> Array:
    return np.maximum(x, 0)


class Learner:
    """One learner from birth on. Its state is h and c [hidden], its plastic weights W [out][in], its modulator m [hidden].

    birth is the W that epmlp-random is born with: the tensor birth.w of the genome's file unless given.
    """

    def __init__(self, genome: Genome, birth: Array | None = None):
        settings = genome.spec.get("learner", {})
        self.name = genome.learner
        if self.name not in LEARNERS:
            raise ValueError(f"there is no learner {self.name!r} here; there are {', '.join(LEARNERS)}")
        self.rule = settings.get("rule") or "abcd"
        self.gated_state = bool(settings.get("gated_state", False))
        self.modulated = self.name in MODULATED and settings.get("modulator", "on") != "off"
        self.tanh = genome.spec.get("family", {}).get("name") not in (None, "sequence")  # of the actions
        self.g = {name: np.asarray(t, np.float64) for name, t in genome.tensors.items()}
        g = self.g
        self.h = g["core.h0"].copy() if "core.h0" in g else None
        self.c = g["core.c0"].copy() if "core.c0" in g else None
        self.m = np.ones(len(g["core.b"]) // (4 if self.name == "es-lstm" else 1))
        self.W: Array | None = None
        if self.name in RECURRENT:
            self.W = g["core.wh"].copy()
        elif self.name == "epmlp":
            self.W = g["core.w"].copy()
        elif self.name == "epmlp-random":
            if birth is None:
                birth = g.get("birth.w")
            if birth is None:
                raise ValueError("epmlp-random is born with weights of its own: give birth, [hidden][hidden], N(0, 0.1^2)")
            self.W = np.array(birth, np.float64)

    def step(self, obs: Array, plastic: bool = True) -> Array:
        """One step: observes obs, learns if plastic, and returns the action."""
        x = relu(self._layer("in1", np.asarray(obs, np.float64)))
        if "in2.w" in self.g:
            x = relu(self._layer("in2", x))
        out = self._layer("out2", relu(self._layer("out1", self._core(x, plastic))))
        return np.tanh(out) if self.tanh else out

    def _layer(self, name: str, x: Array) -> Array:
        return x @ self.g[name + ".w"].T + self.g[name + ".b"]

    def _core(self, x: Array, plastic: bool) -> Array:
        g = self.g
        if self.name == "es-maml":
            return relu(self._layer("core", x))
        if self.name == "es-lstm":
            i, f, cell, o = np.split(g["core.wx"] @ x + g["core.wh"] @ self.h + g["core.b"], 4)
            self.c = sigmoid(f) * self.c + sigmoid(i) * np.tanh(cell)
            self.h = sigmoid(o) * np.tanh(self.c)
            return self.h
        assert self.W is not None
        if self.name in FEED_FORWARD:
            before, after = x, np.tanh(self.W @ x + g["core.b"])
        else:
            before = self.h
            after = np.tanh(g["core.wx"] @ x + self.W @ before + g["core.b"])
        if self.modulated:
            state = 0 if self.name in FEED_FORWARD else g["core.mh"] @ before
            self.m = sigmoid(g["core.mx"] @ x + state + g["core.mb"])
        if plastic and self.name != "es-rnn":
            self._learn(before, after)
        if self.name in FEED_FORWARD:
            return after
        self.h = self.m * after if self.gated_state else after
        return self.h

    def _learn(self, pre: Array, post: Array) -> None:
        """abcd: W += m * (A post pre + B pre + C post + D); oja: W += m * A * (post pre - post^2 W)."""
        g, m, y = self.g, self.m[:, None], post[:, None]
        if self.rule == "oja":
            self.W += m * g["core.A"] * (y * pre - y * y * self.W)
            return
        if self.rule == "decomposed":
            A, B, C, D = (np.outer(g[f"core.{r}post"], g[f"core.{r}pre"]) for r in "ABCD")
        elif self.rule in ("abcd", "hebb"):  # what is not in the genome is held at zero
            A, B, C, D = (g.get(f"core.{r}", 0.0) for r in "ABCD")
        else:
            raise ValueError(f"there is no rule {self.rule!r} here")
        self.W += m * ((A * y + B) * pre + C * y + D)

    def descend(self, obs: Array, target: Array, weight: Array | None = None) -> None:
        """es-maml's steps of gradient descent on obs [n][obs] and target [n][act], each over all of them.

        The loss is the mean over n of the sum over dimensions of e^2 where |e| <= 1, else 2|e| - 1; with weight [n] it is
        the mean of weight * |out - target|^2 / 2. Step s has the rate inner.lr[s].
        """
        for rate in self.g["inner.lr"]:
            names = [n for n in ("in1", "in2", "core", "out1", "out2") if n + ".w" in self.g]
            inputs = [np.asarray(obs, np.float64)]
            for name in names[:-1]:
                inputs.append(relu(self._layer(name, inputs[-1])))
            out = self._layer("out2", inputs[-1])
            if self.tanh:
                out = np.tanh(out)
            error = out - target
            delta = 2 * np.clip(error, -1, 1) if weight is None else np.asarray(weight)[:, None] * error
            if self.tanh:
                delta = delta * (1 - out * out)
            changed = {}
            for name, x in zip(reversed(names), reversed(inputs)):
                changed[name + ".w"] = self.g[name + ".w"] - rate * (delta.T @ x) / len(x)
                changed[name + ".b"] = self.g[name + ".b"] - rate * delta.mean(axis=0)
                delta = (delta @ self.g[name + ".w"]) * (x > 0)
            self.g.update(changed)
