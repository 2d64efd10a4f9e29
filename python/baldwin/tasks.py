"""Lives in the program's own families of tasks. Tasks are the JSON objects that `baldwin live` takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .control import WORLDS
from .genome import Genome
from .learner import Array, Learner

Task = dict[str, Any]

AXLE, FULL_SPEED, RADIUS, UNIT = 0.04, 0.05, 0.02, 0.02  # of the robot; see docs/spec.md


@dataclass
class Life:
    """One whole life; lists have one entry a step, path one more: the start."""

    fitness: float = 0.0
    obs: list[Array] = field(default_factory=list)
    act: list[Array] = field(default_factory=list)
    h: list[Array] = field(default_factory=list)  # after the step; empty without a hidden state
    m: list[Array] = field(default_factory=list)
    W: list[Array] = field(default_factory=list)  # after the step's update; empty without weights of a life's own
    path: list[Array] = field(default_factory=list)  # [x, y], of a robot

    def step(self, learner: Learner, obs: Array, plastic: bool) -> Array:
        """Lets the learner take a step and writes it down."""
        act = learner.step(obs, plastic)
        self.obs.append(np.array(obs, np.float64))
        self.act.append(act)
        self.m.append(learner.m.copy())
        if learner.h is not None:
            self.h.append(learner.h.copy())
        if learner.W is not None:
            self.W.append(learner.W.copy())
        return act


def live(genome: Genome, task: Task, birth: Array | None = None) -> Life:
    """Gives the genome one life on a task of the family that its spec names."""
    family = genome.spec.get("family", {})
    learner = Learner(genome, birth)
    if family.get("name") == "sequence":
        return _live_sequence(learner, family, task)
    if family.get("name") == "robot":
        return _live_robot(learner, family, task)
    if family.get("name") in WORLDS:
        return _live_control(learner, family, task)
    raise ValueError(f"lives of family {family.get('name')!r} are not written here; there are sequence, robot, {' and '.join(WORLDS)}")


def sequence(task: Task, last: int) -> Array:
    """y(0)..y(last), [time][dims]: y_i(t) = A_i sin(2 pi t / n_i + phi_i)."""
    amplitude, period, phase = (np.asarray(task[k], np.float64) for k in ("amplitude", "period", "phase"))
    t = np.arange(last + 1)[:, None]
    return amplitude * np.sin(2 * np.pi * t / period + phase)


def _live_sequence(learner: Learner, family: dict[str, Any], task: Task) -> Life:
    shots, length = family["shots"], family["length"]
    released = family.get("protocol") == "as-released"
    first, predictions = (0, length) if released else (1, length - shots)
    y = sequence(task, shots + predictions)
    if learner.name == "es-maml":
        learner.descend(y[first:shots], y[first + 1 : shots + 1])
    life = Life()
    for t in range(first, shots + 1):
        out = life.step(learner, y[t], True)
    predicted = [] if released else [out]
    seen = np.zeros_like(out) if released else out
    while len(predicted) < predictions:
        seen = life.step(learner, seen, bool(family.get("plastic_testing")))
        predicted.append(seen)
    life.fitness = -float(np.mean((np.array(predicted) - y[shots + 1 :]) ** 2))
    return life


class _Robot:
    def __init__(self, task: Task):
        self.task, self.place, self.heading, self.steps = task, np.zeros(2), 0.0, 0

    @property
    def distance(self) -> float:
        return float(np.hypot(*(np.asarray(self.task["goal"]) - self.place)))

    def observe(self, action: Array) -> Array:
        """The previous action and the signal max(0, A0 - k ln(d/d0) + noise)."""
        fall = self.task["k"] * np.log(max(self.distance, 1e-6) / UNIT)
        return np.array([*action, max(0.0, self.task["a0"] - fall + self.task["noise"][self.steps])])

    def move(self, action: Array) -> float:
        """Drives one step along an exact arc and returns the reward."""
        left, right = FULL_SPEED * action
        turn, chord = (right - left) / AXLE, (left + right) / 2
        if abs(turn) >= 1e-9:
            chord *= np.sin(turn / 2) / (turn / 2)
        middle = self.heading + turn / 2
        self.place = self.place + chord * np.array([np.cos(middle), np.sin(middle)])
        self.heading += turn
        self.steps += 1
        return -self.distance


def _live_robot(learner: Learner, family: dict[str, Any], task: Task) -> Life:
    if family.get("rollouts") and learner.name == "es-maml":
        _explore(learner, task["explore"])
    limit = 101 if family.get("protocol") == "as-released" else 100
    robot, action, life = _Robot(task), np.zeros(2), Life()
    life.path.append(robot.place)
    while robot.steps < limit:
        action = np.clip(life.step(learner, robot.observe(action), True), -1, 1)
        life.fitness += robot.move(action)
        life.path.append(robot.place)
        if robot.distance < RADIUS:
            break
    return life


def _explore(learner: Learner, task: Task) -> None:
    """An exploring episode, then descent on action regression weighted by advantage: the discounted sum of ten rewards,
    the last one repeated past the end, less its mean."""
    robot, action = _Robot(task), np.zeros(2)
    obs, acts, rewards = [], [], []
    while robot.steps < 100:
        noise = np.asarray(task["exploration"][robot.steps])
        obs.append(robot.observe(action))
        action = np.clip(learner.step(obs[-1], False) + noise, -1, 1)
        acts.append(action)
        rewards.append(robot.move(action))
        if robot.distance < RADIUS:
            break
    ahead = np.array(rewards + 10 * rewards[-1:])
    advantage = np.array([ahead[i : i + 10] @ 0.9 ** np.arange(10) for i in range(len(rewards))])
    learner.descend(np.array(obs), np.array(acts), advantage - advantage.mean())


def _live_control(learner: Learner, family: dict[str, Any], task: Task) -> Life:
    """Observes the state and its own previous action, until the world says that it is over; the score is the sum of rewards."""
    world, action, life = WORLDS[family["name"]](task), 0.0, Life()
    for _ in range(family.get("steps", 200)):
        act = float(np.clip(life.step(learner, np.array([*world.observe(), action]), True)[0], -1, 1))
        action, reward, over = world.move(act)
        life.fitness += reward
        if over:
            break
    return life
