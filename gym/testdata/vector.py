"""Environment steps per second of CartPole-v1 in Gymnasium's own vector loops, balancing as bench_test.go does."""

import time

import gymnasium
import numpy as np

for n in (1, 16, 64):
    for mode in ("sync", "vector_entry_point"):
        envs = gymnasium.make_vec("CartPole-v1", num_envs=n, vectorization_mode=mode)
        obs, _ = envs.reset(seed=1)
        steps, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < 2:
            action = (obs @ np.array([0.02, 0.04, 1, 0.3], np.float32) > 0).astype(np.int64)
            obs, *_ = envs.step(action)
            steps += n
        print(f"{mode} {n}: {steps / (time.perf_counter() - begun):.0f} steps/s")
