"""Loops that are compiled on first use."""

import numba


def compiled(function):
    """Compile `function` on first use and keep the machine code in numba's cache.

    Where no cache folder is writable (neither beside this file, nor in the user's cache folder,
    nor `NUMBA_CACHE_DIR`), the function still works and is compiled anew in every process.
    """
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        return numba.njit(nogil=True, error_model="numpy")(function)
