"""Runs baldwin and its peers in turn, round after round, and prints the table of ratios: run.py ROUNDS VENVS BALDWIN.

Clocks are shared and noisy: of each the fastest generation of all rounds counts, and the one that cost least processor time on
all cores together, which other programs disturb less. baldwin's processor time is that of whole trainings: what 60 generations
cost more than 20, a generation. A peer whose environment is not there is left out, and said to be.
"""
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
rounds, venvs, baldwin = int(sys.argv[1]), sys.argv[2], sys.argv[3]
cores = str(len(os.sched_getaffinity(0)))
PEERS = [  # name, what it is, environment, arguments
    ("jax-tuned", "JAX, tuned by hand, hand-written ES", "jax", ["bench_jax.py", "tuned", "12", cores]),
    ("jax-evosax", "JAX, tuned lives, evosax Open_ES", "jax", ["bench_jax.py", "evosax", "8", cores]),
    ("torch-evotorch", "PyTorch, batched lives, EvoTorch PGPE", "torch", ["bench_torch.py", "4", cores]),
    ("jax-plain", "JAX as first written, evosax Open_ES", "jax", ["bench_jax.py", "plain", "2", cores]),
    ("numpy", "numpy as first written, a process a core", "jax", ["bench_numpy.py", "1", cores]),
]
ms, cpu, lives, missing = {}, {}, {}, []


def work(generations):
    """Processor milliseconds of one training."""
    spent = lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    before = spent()
    with tempfile.TemporaryDirectory() as store:
        subprocess.run([baldwin, "train", "seq-l1-k10-n20", "--generations", str(generations), "--json"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ, BALDWIN_HOME=store))
    return 1e3 * (spent() - before)


began = os.getloadavg()[0]
for r in range(rounds):
    print("round %d of %d" % (r + 1, rounds), file=sys.stderr)
    out = json.loads(subprocess.run([baldwin, "bench", "--json", "--for", "5s"], check=True, capture_output=True).stdout)
    ms.setdefault("baldwin", []).append(out["generation"]["ms"])
    cpu.setdefault("baldwin", []).append((work(60) - work(20)) / 40)
    lives["baldwin"], kernel = out["generation"]["lives"], out["kernel"]
    for name, _, env, args in PEERS:
        python = os.path.join(venvs, env, "bin", "python")
        if not os.path.exists(python):
            missing.append(name)
            continue
        run = subprocess.run([python] + args, cwd=here, capture_output=True, text=True)
        if run.returncode:
            sys.exit("%s failed:\n%s" % (name, run.stderr[-3000:]))
        got = json.loads(run.stdout.splitlines()[-1])
        ms.setdefault(name, []).extend(got["ms"])
        cpu.setdefault(name, []).extend(got["cpu"])
        lives[name] = got["lives"]

model = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine())
print("%s, %s cores, baldwin's kernel %s, %d rounds, load %.1f when they began\n" % (model, cores, kernel, rounds, began))
print("Microseconds a life, a generation's whole time over its lives:\n")
print("| | on the clock | baldwin is faster by | processor time | baldwin needs less by |\n| --- | --- | --- | --- | --- |")
life = lambda values, name: 1e3 * min(values[name]) / lives[name]
for name, what, *_ in [("baldwin", "baldwin, `baldwin bench`")] + PEERS:
    if name in ms:
        print("| %s | %.1f | %.1f | %.1f | %.1f |" % (what, life(ms, name), life(ms, name) / life(ms, "baldwin"),
                                                    life(cpu, name), life(cpu, name) / life(cpu, "baldwin")))
for name in sorted(set(missing)):
    print("\nnot measured: %s (its environment is not there)" % name)
