"""What the server of kernels imports before the first is forked from it (`helpers.kernels`).

Where memory is too short for that, the server lives on without: a kernel that imports the same
fails with an error that the run can tell in words.
"""

import sys
from contextlib import suppress
from importlib import import_module

from helpers.faults import told_unless_begun_by_nobody
from helpers.kernels import IN_SERVER
from helpers.loading import for_good, load

sys.excepthook = told_unless_begun_by_nobody

with for_good(), suppress(ImportError, OSError, MemoryError):
    load(*IN_SERVER)
    import_module("helpers.metrics.loops").load()
