"""EPRNN in PyTorch on the CPU with EvoTorch's functional PGPE (symmetric, centred ranks, SGD, fixed step size: an OpenES):
bench_torch.py GENERATIONS THREADS. The lives are written out for CHUNK offspring at once with batched matrix products and
updates in place, and do nothing that fitness does not need."""
import os
import sys
import time

generations, threads = int(sys.argv[1]), int(sys.argv[2])
if "MALLOC_TRIM_THRESHOLD_" not in os.environ:  # big buffers stay on the heap
    os.execve(sys.executable, [sys.executable] + sys.argv, dict(
        os.environ, MALLOC_MMAP_THRESHOLD_="4000000000", MALLOC_TRIM_THRESHOLD_="8000000000", MALLOC_TOP_PAD_="200000000", CUDA_VISIBLE_DEVICES=""))
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])

import torch
from evotorch.algorithms.functional import pgpe, pgpe_ask, pgpe_tell

from common import H, K, N, POP, RATE, SIGMA, SPREAD, T, check, report, start, tasks, unpack

torch.set_grad_enabled(False)
torch.set_num_threads(threads)
CHUNK = 20  # a size that was best on another machine; not searched again here


def lives(theta, Y):
    c, tasks = theta.shape[0], Y.shape[0]
    p = unpack(theta)
    row = lambda name: p[name][:, None]
    W2, W3 = p["W2"].mT, p["W3"].mT
    first = lambda x: torch.relu(torch.addcmul(row("b1"), x, p["W1"][:, None, :, 0]))
    head = lambda h: torch.baddbmm(row("b3"), torch.relu(torch.baddbmm(row("b2"), h, W2)), W3)  # [c][tasks][1]
    seen = first(Y[:, :K].T.reshape(1, K * tasks, 1))
    gx = torch.baddbmm(row("b"), seen, p["W"][:, :, :H].mT)
    mx = torch.baddbmm(row("bm"), seen, p["Wm"][:, :, :H].mT)
    Mh, Wx = p["Wm"][:, :, H:].mT, p["W"][:, :, :H].mT
    A, B, C, D = (row(n) for n in "ABCD")
    W = p["W"][:, None, :, H:].expand(c, tasks, H, H).contiguous()
    t = torch.empty_like(W)
    h = row("h0").expand(c, tasks, H)
    multiply = lambda h: torch.bmm(h.reshape(c * tasks, 1, H), W.view(c * tasks, H, H).mT).view(c, tasks, H)
    for s in range(K):
        at = slice(s * tasks, (s + 1) * tasks)
        m = torch.sigmoid(torch.baddbmm(mx[:, at], h, Mh))
        new = torch.tanh(gx[:, at] + multiply(h))
        pre, m, u = h[:, :, None, :], m[..., None], (m * new)[..., None]
        W.addcmul_(torch.addcmul(C, A, pre, out=t), u)
        W.addcmul_(torch.addcmul(D, B, pre, out=t), m)
        h = new
    x = head(h)
    error = ((x[..., 0] - Y[:, K]) ** 2).sum(1)
    for s in range(K + 1, N):
        h = torch.tanh(torch.baddbmm(row("b"), first(x), Wx) + multiply(h))
        x = head(h)
        error += ((x[..., 0] - Y[:, s]) ** 2).sum(1)
    return -error / (tasks * T)


def evaluate(pop, Y):
    return torch.cat([lives(part, Y) for part in pop.split(CHUNK)])


check(lambda pop, Y: evaluate(torch.from_numpy(pop), torch.from_numpy(Y)))
torch.manual_seed(0)
state = pgpe(center_init=torch.tensor(start(), dtype=torch.float32), center_learning_rate=RATE * POP / SPREAD, stdev_learning_rate=0.0,
             objective_sense="max", ranking_method="centered", optimizer="sgd", stdev_init=SIGMA, symmetric=True)
seconds, cpu = [], []
for g in range(generations + 2):  # two to warm up
    Y = torch.tensor(tasks(1000 + g), dtype=torch.float32)
    begun, worked = time.perf_counter(), time.process_time()
    pop = pgpe_ask(state, popsize=POP)
    f = evaluate(pop, Y)
    state = pgpe_tell(state, pop, f)
    float(f.mean())
    seconds.append(time.perf_counter() - begun)
    cpu.append(time.process_time() - worked)
report("torch-evotorch", seconds[2:], cpu[2:])
