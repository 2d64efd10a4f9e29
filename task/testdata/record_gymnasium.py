"""Records how Gymnasium's own CartPole-v1 and Pendulum-v1 move, with parameters of their own: gymnasium.json.

    python record_gymnasium.py > gymnasium.json

Actions go in as float64, so that nothing of a step is rounded to float32 but the observation.
"""

import json
import math
import random
import sys

import gymnasium
import numpy as np

STEPS = 40


def cartpole(draw, reverse):
    env = gymnasium.make("CartPole-v1").unwrapped
    env.reset(seed=0)
    task = {
        "cart": draw.uniform(0.5, 2), "pole": draw.uniform(0.05, 0.5), "length": draw.uniform(0.25, 1),
        "force": draw.uniform(5, 15), "start": [draw.uniform(-0.05, 0.05) for _ in range(4)],
    }
    env.masscart, env.masspole, env.length, env.force_mag = task["cart"], task["pole"], task["length"], task["force"]
    env.total_mass, env.polemass_length = env.masscart + env.masspole, env.masspole * env.length
    env.state = np.array(task["start"])
    if reverse:
        task["force"] *= -1

    def act():
        _, _, angle, turning = env.state
        right = angle + 0.5 * turning + draw.gauss(0, 0.1 if reverse else 5) > 0
        action = draw.uniform(0.1, 1) if right != reverse else draw.uniform(-1, -0.1)
        return action, int(right)

    return record(env, task, act)


def pendulum(draw, reverse):
    env = gymnasium.make("Pendulum-v1").unwrapped
    env.reset(seed=0)
    task = {
        "gravity": draw.uniform(7, 13), "mass": draw.uniform(0.7, 1.3), "length": draw.uniform(0.7, 1.3),
        "torque": -2.0 if reverse else 2.0, "start": [draw.uniform(-math.pi, math.pi), draw.uniform(-1, 1)],
    }
    env.g, env.m, env.l = task["gravity"], task["mass"], task["length"]
    env.state = np.array(task["start"])

    def act():
        # With the motion, so that it reaches the speed limit and turns over.
        action = math.copysign(draw.uniform(0.5, 1), env.state[1]) * (-1 if reverse else 1)
        return action, np.array([action * task["torque"]])

    return record(env, task, act)


def record(env, task, act):
    steps = []
    for _ in range(STEPS):
        action, given = act()
        obs, reward, over, _, _ = env.step(given)
        steps.append({
            "action": action, "reward": float(reward), "over": bool(over),
            "state": [float(v) for v in env.state], "observation": [float(v) for v in obs],
        })
        if over:
            break
    return {"task": task, "steps": steps}


draw = random.Random(1)
cases = {
    "cartpole": [cartpole(draw, i % 2 == 1) for i in range(4)],
    "pendulum": [pendulum(draw, i % 2 == 1) for i in range(3)],
}
json.dump({"gymnasium": gymnasium.__version__, **cases}, sys.stdout, separators=(",", ":"))
print()
