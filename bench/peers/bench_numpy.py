"""EPRNN in numpy as one writes it first, a process per core: bench_numpy.py GENERATIONS PROCESSES."""
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
import multiprocessing

import numpy as np

from common import POP, RATE, SIGMA, SIZE, SPREAD, check, fitness, report, start, tasks


def one(job):
    worked = time.process_time()
    return fitness(*job), time.process_time() - worked


if __name__ == "__main__":
    generations, processes = int(sys.argv[1]), int(sys.argv[2])
    check(lambda pop, Y: [fitness(t, Y) for t in pop])
    r, theta, seconds, cpu = np.random.RandomState(0), start().astype(np.float32), [], []
    with multiprocessing.Pool(processes) as pool:
        pool.map(one, [(theta, tasks(0, 1).astype(np.float32))] * processes)
        for g in range(generations):
            Y = tasks(1000 + g).astype(np.float32)
            begun, worked = time.perf_counter(), time.process_time()
            half = r.normal(size=(POP // 2, SIZE)).astype(np.float32)
            noise = np.concatenate([half, -half])
            f, children = np.array(pool.map(one, [(theta + np.float32(SIGMA) * e, Y) for e in noise], chunksize=10)).T
            w = (np.argsort(np.argsort(f)) / (POP - 1) - 0.5) / SPREAD
            theta = theta + np.float32(RATE * SIGMA) * (w.astype(np.float32) @ noise)
            seconds.append(time.perf_counter() - begun)
            cpu.append(time.process_time() - worked + children.sum())
    report("numpy", seconds, cpu)
