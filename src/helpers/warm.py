"""Set-up: compile once what each of the five notebook kernels would otherwise compile anew."""

import compileall
from importlib import import_module
from pathlib import Path


def warm() -> None:
    """Byte-compile this package, compile the loops of permutations and of the search."""
    compileall.compile_dir(str(Path(__file__).parent), quiet=1)
    import_module("helpers.metrics.loops").warm()
    import_module("helpers.search").warm()
