"""CartPole and Pendulum with hidden parameters: the equations of Gymnasium 1.4.0, as in the program's task families."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray


class CartPole:
    """A task is cart and pole (kg), length (half the pole's, m), force (N; below 0 pushes are reversed) and start."""

    gravity, tau, edge, fall = 9.8, 0.02, 2.4, 12 * 2 * np.pi / 360

    def __init__(self, task: dict[str, Any]):
        self.task, self.state = task, np.array(task["start"], np.float64)  # position, velocity, angle, angular velocity

    def observe(self) -> Array:
        return self.state

    def move(self, action: float) -> tuple[float, float, bool]:
        """Pushes for one step, by Euler's method; returns the action as it is seen, the reward, and whether that was all."""
        seen = 1.0 if action > 0 else -1.0
        force, length, mass = seen * self.task["force"], self.task["length"], self.task["pole"]
        total = mass + self.task["cart"]
        x, speed, angle, turning = self.state
        sin, cos = np.sin(angle), np.cos(angle)
        t = (force + mass * length * turning**2 * sin) / total
        turn = (self.gravity * sin - cos * t) / (length * (4 / 3 - mass * cos**2 / total))
        push = t - mass * length * turn * cos / total
        self.state = self.state + self.tau * np.array([speed, push, turning, turn])
        return seen, 1.0, not (abs(self.state[0]) <= self.edge and abs(self.state[2]) <= self.fall)


class Pendulum:
    """A task is gravity, mass, length, torque (of the action 1, N m; below 0 the motor is reversed) and start."""

    tau, most = 0.05, 8.0

    def __init__(self, task: dict[str, Any]):
        self.task = task
        angle, self.turning = task["start"]
        self.angle = self.wrap(angle)  # 0 is up

    @staticmethod
    def wrap(angle: float) -> float:
        return (angle + np.pi) % (2 * np.pi) - np.pi

    def observe(self) -> Array:
        return np.array([np.cos(self.angle), np.sin(self.angle), self.turning])

    def move(self, action: float) -> tuple[float, float, bool]:
        """Turns the motor for one step, by the semi-implicit Euler method; the reward is that of the state before."""
        g, mass, length = self.task["gravity"], self.task["mass"], self.task["length"]
        u = action * self.task["torque"]
        cost = self.angle**2 + 0.1 * self.turning**2 + 0.001 * u**2
        pull = 3 * g / (2 * length) * np.sin(self.angle) + 3 / (mass * length**2) * u
        self.turning = float(np.clip(self.turning + pull * self.tau, -self.most, self.most))
        self.angle = self.wrap(self.angle + self.turning * self.tau)
        return action, -cost, False


WORLDS = {"cartpole": CartPole, "pendulum": Pendulum}
