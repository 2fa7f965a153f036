"""What the server of kernels imports before the first is forked from it (`helpers.kernels`).

Where memory is too short for that, the server lives on without: a kernel that imports the same
fails with an error that the run can tell in words.
"""

import gc
import sys
from contextlib import suppress
from importlib import import_module

from helpers.faults import told_unless_begun_by_nobody
from helpers.kernels import IN_SERVER

sys.excepthook = told_unless_begun_by_nobody

gc.disable()  # what is imported stays: looking for garbage among it takes a tenth of the time
with suppress(ImportError, OSError, MemoryError):
    for _name in IN_SERVER:
        import_module(_name)
    import_module("helpers.metrics.loops").load()
gc.freeze()
gc.enable()
