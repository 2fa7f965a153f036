"""Two folders change names in one step, where the system can do that."""

import ctypes
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

_HERE = -100  # AT_FDCWD: paths are relative to the current folder
_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)


def exchanged(one: Path, other: Path) -> bool:
    """Whether two folders have changed names: both or neither, at every moment.

    False where the system or the file system does not know how (not Linux, some network drives);
    nothing has happened then.
    """
    rename = _renameat2()
    if rename is None:
        return False
    return rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


@cache
def _renameat2() -> Any:
    if sys.platform != "linux":
        return None
    found = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if found is not None:
        found.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p,
                          ctypes.c_uint]  # fmt: skip
        found.restype = ctypes.c_int
    return found
