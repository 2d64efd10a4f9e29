"""EPRNN in JAX on the CPU: bench_jax.py FORM GENERATIONS THREADS, FORM being
  plain    the lives as first written, vmapped over all offspring, evosax's Open_ES, XLA's own thread pool
  evosax   tuned lives, evosax's Open_ES (ask and tell in one jit)
  tuned    tuned lives and a hand-written antithetic ES: a device per core draws, uses and sums its own share of the noise,
           which comes from a counter hash (cheaper than JAX's generators)
"""
import os
import sys
import time

form, generations, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
if form != "plain" and "MALLOC_TRIM_THRESHOLD_" not in os.environ:  # big buffers stay on the heap: no page faults each generation
    keep = dict(MALLOC_MMAP_THRESHOLD_="4000000000", MALLOC_TRIM_THRESHOLD_="8000000000", MALLOC_TOP_PAD_="200000000")
    if form == "evosax":
        keep["MALLOC_ARENA_MAX"] = "1"
    os.execve(sys.executable, [sys.executable] + sys.argv, dict(os.environ, **keep))
devices = 1 if form == "plain" else threads
os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=%d" % devices
if devices > 1:
    os.environ["XLA_FLAGS"] += " --xla_cpu_multi_thread_eigen=false"
os.environ["JAX_PLATFORMS"] = "cpu"
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.sharding import NamedSharding, PartitionSpec as P

import jax_models
from common import B, POP, RATE, SIGMA, SIZE, SPREAD, check, report, start, tasks

CHUNK = 2  # offspring evaluated together, of the tuned lives; a size that was best on another machine, not searched again here
mesh = jax.sharding.Mesh(np.array(jax.devices()[:devices]), ("d",))
everywhere = NamedSharding(mesh, P())
life = jax_models.plain if form == "plain" else jax_models.tuned


def evaluate(pop, Y):
    many = jax.vmap(lambda t: life(t, Y))
    if form == "plain":
        return many(pop)
    return lax.map(many, pop.reshape(-1, CHUNK, SIZE)).reshape(-1)


def normals(key, shape):
    """A counter hash (lowbias32) and the inverse error function."""
    x = lax.iota(jnp.uint32, shape[0] * shape[1]) * jnp.uint32(0x9E3779B9) + jax.random.bits(key, (), jnp.uint32)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x = (x ^ (x >> shift)) * jnp.uint32(factor)
    x = x ^ (x >> 16)
    u = lax.bitcast_convert_type((x >> 9) | jnp.uint32(0x3F800000), jnp.float32) - 1.5
    return (jnp.sqrt(jnp.float32(2)) * lax.erf_inv(2 * u + jnp.float32(2 ** -24))).reshape(shape)


def tuned_generation(theta, key, Y):  # once on each device
    m = POP // 2 // devices
    z = lax.optimization_barrier(normals(jax.random.fold_in(key, lax.axis_index("d")), (m, SIZE)))
    half = CHUNK // 2

    def body(z):
        d = SIGMA * z
        f = jax.vmap(lambda t: life(t, Y))(lax.optimization_barrier(jnp.concatenate([theta + d, theta - d])))
        return f[:half], f[half:]
    plus, minus = (v.reshape(m) for v in lax.map(body, z.reshape(m // half, half, SIZE)))
    f = lax.all_gather(jnp.stack([plus, minus]), "d", axis=1, tiled=True).reshape(POP)
    ranks = jnp.zeros(POP).at[jnp.argsort(f)].set(jnp.arange(POP, dtype=jnp.float32))
    w = ((ranks / (POP - 1) - 0.5) / SPREAD).reshape(2, POP // 2)
    w = lax.dynamic_slice(w[0] - w[1], (lax.axis_index("d") * m,), (m,))
    return theta + RATE * SIGMA * lax.psum(w @ z, "d"), f.mean()


theta = jnp.asarray(start(), jnp.float32)
if form == "tuned":
    step = jax.jit(jax.shard_map(tuned_generation, mesh=mesh, in_specs=(P(), P(), P()), out_specs=(P(), P()), check_vma=False), donate_argnums=0)
    state = jax.device_put(theta, everywhere)
else:
    import optax
    from evosax.algorithms import Open_ES
    es = Open_ES(POP, jnp.zeros(SIZE), use_antithetic_sampling=True, optimizer=optax.sgd(RATE * POP * SIGMA ** 2 / SPREAD),
                 std_schedule=optax.constant_schedule(SIGMA), metrics_fn=lambda *_: {})
    params = es.default_params
    shared = evaluate if devices == 1 else jax.shard_map(evaluate, mesh=mesh, in_specs=(P("d"), P()), out_specs=P("d"), check_vma=False)

    def generation(state, key, Y):
        ask, tell = jax.random.split(key)
        pop, state = es.ask(ask, state, params)
        if devices > 1:
            pop = lax.with_sharding_constraint(pop, NamedSharding(mesh, P("d")))
        f = -shared(pop, Y)  # Open_ES minimises
        state, _ = es.tell(tell, pop, f, state, params)
        return state, -f.mean()
    step = jax.jit(generation, donate_argnums=0)
    state = jax.device_put(es.init(jax.random.key(0), theta, params), everywhere)

check(jax.jit(evaluate))
key, seconds, cpu = jax.random.key(1), [], []
for g in range(generations + 3):  # three to compile and to warm up
    k, Y = jax.random.fold_in(key, g), jax.device_put(jnp.asarray(tasks(1000 + g), jnp.float32), everywhere)
    begun, worked = time.perf_counter(), time.process_time()
    state, f = step(state, k, Y)
    jax.block_until_ready((state, f))
    seconds.append(time.perf_counter() - begun)
    cpu.append(time.process_time() - worked)
report("jax-" + form, seconds[3:], cpu[3:])
