"""The Python side of baldwin's family gym: steps Gymnasium environments for the process at the other end of two pipes.

Frames in both directions are a length (uint32, of what follows), a type (one byte) and a payload; all numbers are little-endian.

    in   H  JSON {"protocol", "env", "steps", "vary": [name, ..]}
         B  n uint32; n times: seed uint64, then a float64 for each varied attribute: resets environments 0 .. n-1
         S  n uint32, n environments uint32; discrete: n actions uint32, else n * actions float32 in [-1, 1]
    out  H  JSON {"protocol", "observations", "actions", "discrete", "gymnasium", "numpy", "python"}
         O  n * observations float32
         R  n * observations float32, n rewards float64, n bytes: 1 terminated, 2 truncated
         E  text: why it cannot go on

Standard output belongs to the frames alone: what an environment prints goes to standard error.
"""

import json
import os
import platform
import struct
import sys
import traceback

PROTOCOL = 1

frames_in = os.fdopen(os.dup(0), "rb")
frames_out = os.fdopen(os.dup(1), "wb")
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(2, 1)


def read(n):
    data = frames_in.read(n)
    if len(data) != n:
        sys.exit(0)  # the other end is gone
    return data


def receive():
    (n,) = struct.unpack("<I", read(4))
    frame = read(n)
    return frame[:1], memoryview(frame)[1:]


def send(kind, *parts):
    frames_out.write(struct.pack("<I", 1 + sum(len(p) for p in parts)) + kind + b"".join(parts))
    frames_out.flush()


class Refused(Exception):
    """What a person has to put right; it is told without a traceback."""


class Bridge:
    def __init__(self, hello):
        import gymnasium
        import numpy

        self.np, self.make, self.spaces = numpy, gymnasium.make, gymnasium.spaces
        if hello["protocol"] != PROTOCOL:
            raise Refused(f"the bridge speaks protocol {PROTOCOL}, it is asked for {hello['protocol']}")
        self.name, self.steps, self.vary = hello["env"], hello["steps"], hello["vary"]
        self.envs = []
        try:
            first = self.env(0)
        except gymnasium.error.Error as e:
            raise Refused(f"gymnasium cannot make it: {e}") from e
        for name in self.vary:
            value = getattr(first.unwrapped, name, None)
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise Refused(f"vary: {name} is no number of the environment")
        action = first.action_space
        self.discrete = isinstance(action, self.spaces.Discrete)
        if self.discrete:
            self.actions, self.start = int(action.n), int(action.start)
        elif isinstance(action, self.spaces.Box):
            self.actions, self.shape = int(numpy.prod(action.shape, dtype=int)), action.shape
            self.low, self.high = action.low.reshape(-1), action.high.reshape(-1)
            # Actions in [-1, 1] span the bounds; where there are none they go in as they are.
            bounded = numpy.isfinite(self.low) & numpy.isfinite(self.high)
            self.middle = numpy.where(bounded, (self.low + self.high) / 2, 0).astype(numpy.float32)
            self.half = numpy.where(bounded, (self.high - self.low) / 2, 1).astype(numpy.float32)
        else:
            raise Refused(f"actions are {action}; only Discrete and Box are taken")
        space = first.observation_space
        self.plain = isinstance(space, self.spaces.Box)
        try:
            self.observations = int(self.spaces.flatdim(space))
        except (NotImplementedError, ValueError) as e:
            raise Refused(f"observations are {space}, which has no fixed number of numbers") from e
        self.space = space
        send(b"H", json.dumps({
            "protocol": PROTOCOL, "observations": self.observations, "actions": self.actions, "discrete": self.discrete,
            "gymnasium": gymnasium.__version__, "numpy": numpy.__version__, "python": platform.python_version(),
        }).encode())

    def env(self, i):
        while len(self.envs) <= i:
            self.envs.append(self.make(self.name, max_episode_steps=self.steps, disable_env_checker=True))
        return self.envs[i]

    def flat(self, observation):
        if self.plain:
            return self.np.asarray(observation).reshape(-1)
        return self.spaces.flatten(self.space, observation)

    def begin(self, body):
        (n,) = struct.unpack_from("<I", body)
        one = struct.Struct("<Q" + "d" * len(self.vary))
        out = self.np.empty((n, self.observations), "<f4")
        for i in range(n):
            seed, *values = one.unpack_from(body, 4 + i * one.size)
            env = self.env(i)
            for name, value in zip(self.vary, values):
                setattr(env.unwrapped, name, value)
            settle(env.unwrapped)
            out[i] = self.flat(env.reset(seed=seed)[0])
        send(b"O", out.tobytes())

    def step(self, body):
        np = self.np
        (n,) = struct.unpack_from("<I", body)
        which = np.frombuffer(body, "<u4", n, 4).tolist()
        if self.discrete:
            actions = (np.frombuffer(body, "<u4", n, 4 + 4 * n).astype(np.int64) + self.start).tolist()
        else:
            raw = np.frombuffer(body, "<f4", n * self.actions, 4 + 4 * n).reshape(n, self.actions)
            actions = (self.middle + self.half * raw).clip(self.low, self.high).astype(np.float32).reshape((n, *self.shape))
        out, rewards, ends = np.empty((n, self.observations), "<f4"), np.empty(n, "<f8"), np.empty(n, np.uint8)
        for row, (i, action) in enumerate(zip(which, actions)):
            observation, rewards[row], terminated, truncated, _ = self.envs[i].step(action)
            out[row] = self.flat(observation)
            ends[row] = bool(terminated) | bool(truncated) << 1
        send(b"R", out.tobytes(), rewards.tobytes(), ends.tobytes())


def settle(env):
    """CartPole keeps two products of its parameters; they follow what was varied."""
    if hasattr(env, "polemass_length") and hasattr(env, "total_mass"):
        env.total_mass = env.masspole + env.masscart
        env.polemass_length = env.masspole * env.length


def main():
    kind, body = receive()
    if kind != b"H":
        raise Refused(f"the first frame is {kind!r}")
    bridge = Bridge(json.loads(bytes(body)))
    while True:
        kind, body = receive()
        if kind == b"B":
            bridge.begin(body)
        elif kind == b"S":
            bridge.step(body)
        else:
            raise Refused(f"an unknown frame {kind!r}")


try:
    main()
except Refused as e:
    send(b"E", str(e).encode())
except ImportError as e:
    send(b"E", f"{e}; pip install gymnasium".encode())
except Exception:
    send(b"E", traceback.format_exc().encode())
