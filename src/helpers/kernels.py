"""Notebook kernels that start while the notebook before them still runs.

Starting a kernel and importing the libraries takes longer than most notebooks do. With a second
core, the next kernel can do both ahead of its turn.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_client import AsyncKernelManager
from jupyter_core.utils import run_sync

# What every notebook imports sooner or later. Loaded without leaving a name behind.
AHEAD = ("ibis", "ibis.backends.duckdb", "pandas", "seaborn", "scipy.stats", "helpers.workspace")
# Matrices are small here: threads of the linear algebra would wait for one another.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
PRELOAD = f"for _ahead in {AHEAD!r}: __import__(_ahead)\ndel _ahead"


@contextmanager
def kernels(count: int) -> Iterator[Iterator[AsyncKernelManager]]:
    """Give ``count`` running kernels one after the other; each is shut down when the next is due.

    Customer data passes between us and a kernel: over file sockets, where the system has them.
    Their folder has a short path, since that of a file socket may have about a hundred letters.
    """
    folder = Path(tempfile.mkdtemp(prefix="kernels-"))
    running: list[AsyncKernelManager] = []

    def start(number: int) -> None:
        place = folder / str(number)
        manager = AsyncKernelManager(kernel_name="python3", connection_file=f"{place}.json")
        if os.name == "posix":
            manager.transport, manager.ip = "ipc", str(place)
        run_sync(manager.start_kernel)(
            env=os.environ | ONE_THREAD, extra_arguments=[f"--IPKernelApp.exec_lines={PRELOAD}"]
        )
        running.append(manager)

    def in_turn() -> Iterator[AsyncKernelManager]:
        for number in range(count):
            if number == 0:
                start(number)
            if number + 1 < count:
                start(number + 1)
            yield running[0]
            run_sync(running.pop(0).shutdown_kernel)(now=True)

    try:
        yield in_turn()
    finally:
        for manager in running:
            run_sync(manager.shutdown_kernel)(now=True)
        shutil.rmtree(folder, ignore_errors=True)
