"""What the server of kernels imports before the first is forked from it (`helpers.kernels`).

Where memory is too short for that, the server lives on without: a kernel that imports the same
fails with an error that the run can tell in words.
"""

from contextlib import suppress
from importlib import import_module

from helpers.kernels import IN_SERVER

with suppress(ImportError, OSError, MemoryError):
    for _name in IN_SERVER:
        import_module(_name)
