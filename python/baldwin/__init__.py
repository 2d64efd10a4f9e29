"""baldwin in Python: read genomes and stores, live lives in numpy, start runs.

    import baldwin
    genome = baldwin.load("genome.safetensors")
    life = baldwin.live(genome, {"amplitude": [1.4], "period": [81.6], "phase": [1.36]})
    tests = baldwin.Store().meta_tests("my-run")          # rows; baldwin.frame(tests) is a pandas.DataFrame
    result = baldwin.train("seq-l1-k10-n20", generations=100)

Lives agree with the program's within float32 rounding; the bits are the program's alone.
"""

from .genome import Genome, load, parse_spec
from .learner import Learner
from .runs import BaldwinError, Result, train
from .store import Store, frame
from .tasks import Life, live

__all__ = ["BaldwinError", "Genome", "Learner", "Life", "Result", "Store", "frame", "live", "load", "parse_spec", "train"]
