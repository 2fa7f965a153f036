"""Notebook kernels as forks of one process that has imported the libraries.

Starting a kernel and importing the libraries takes longer than most notebooks do. So one server
process imports them (`multiprocessing`'s fork server), and every kernel is a fork of it: there in a
moment, and as separate from the others as any process. So is the process beside all of them, where
they begin work that is needed later (`helpers.alongside`). Where processes cannot safely be forked,
each kernel imports for itself, ahead of its turn, and there is none beside.
"""

import asyncio
import multiprocessing
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess, parent_process
from queue import Empty
from threading import Thread
from typing import TYPE_CHECKING, Any

from jupyter_client import AsyncKernelClient, AsyncKernelManager, KernelProvisionerBase
from jupyter_core.utils import run_sync

from helpers import alongside
from helpers.faults import temporary
from helpers.loading import load
from helpers.second import Line, serve
from helpers.words import say, terminal

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

# What the notebooks import sooner or later. None of the server's may start a thread of Python or of
# DuckDB: a fork would lack it. So DuckDB is imported by each kernel, ahead of its turn.
IN_SERVER = (
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "ibis", "pandera.ibis"),
    *("scipy.stats", "statsmodels.duration.survfunc", "statsmodels.stats.inter_rater"),
    *("statsmodels.stats.power", "statsmodels.stats.proportion"),
    *("ibis.backends.sql.compilers", "pyarrow.dataset", "pyarrow.parquet"),
    *("helpers.collect.checks", "helpers.report.charts"),
    *("helpers.metrics.accounts", "helpers.priority.alerts", "helpers.report.exhibits"),
    *("pandera.backends.ibis.register", "ibis.formats.pandas", "babel.numbers"),
    *("helpers.search.discovery", "helpers.metrics.loops"),
)
IN_KERNEL = ("ibis.backends.duckdb", "helpers.collect.customers")
ENVIRONMENT = {
    # Matrices are small here: threads of the linear algebra would wait for one another.
    **{f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")},
    # Read when matplotlib is imported: charts that an analyst adds show in the notebook.
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
POLL = 0.01  # seconds
ANSWERED = 1.0  # seconds; a kernel that has not answered by then is asked again
# macOS can fork too, but its own libraries (linear algebra among them) may hang in a fork.
FORKED = sys.platform == "linux"
# One of the two contexts, which the hints of Python know apart and this choice does not.
CONTEXT: Any = multiprocessing.get_context("forkserver" if FORKED else "spawn")


def import_ahead() -> None:
    """Have the server import the libraries from now on; return at once.

    Does nothing where the server runs already, or where there is none.
    """
    if FORKED:
        from multiprocessing import forkserver

        CONTEXT.set_forkserver_preload(["helpers.ahead"])
        with _environment(os.environ | ENVIRONMENT):  # of the server, from its start
            forkserver.ensure_running()


@contextmanager
def kernels(
    ahead: Sequence[Sequence[str]], *, beside: Sequence[str] = ()
) -> Iterator[Iterator[AsyncKernelManager]]:
    """Give running kernels one after the other; each is ended when the next is due.

    Within it, `alongside.begin` of the kernels and of this process sends work to a process beside
    them, where there is one.

    Parameters
    ----------
    ahead : for each kernel the modules that its notebook imports; all but the first, whose turn is
        now, import them before.
    beside : modules that the process beside imports when it has nothing else to do.

    Notes
    -----
    Customer data passes between us and a kernel: over file sockets, where the system has them.
    Their folder has a short path, since that of a file socket may have about a hundred letters.
    """
    folder = temporary("kernels")
    running: list[AsyncKernelManager] = []
    ended: list[AsyncKernelManager] = []
    second = Second(len(ahead)) if FORKED and alongside.cores() > 1 else None

    def start(number: int) -> None:
        place = folder / str(number)
        manager = AsyncKernelManager(kernel_name="python3", connection_file=f"{place}.json")
        manager.client_factory = Client
        if os.name == "posix":
            manager.transport, manager.ip = "ipc", str(place)
        fork = manager.provisioner = Fork(parent=manager, kernel_spec=manager.kernel_spec)
        fork.line = None if second is None else second.lines[number]
        if number:  # the turn of the first is now
            fork.ahead = (*IN_SERVER, *IN_KERNEL, *ahead[number])
        run_sync(manager.start_kernel)(env=os.environ | ENVIRONMENT)
        running.append(manager)
        if second is not None:
            second.start()  # after the first, which is waited for

    def in_turn() -> Iterator[AsyncKernelManager]:
        for number in range(len(ahead)):
            for due in range(number + len(running), min(number + 2, len(ahead))):
                start(due)
            yield running[0]
            ended.append(running.pop(0))
            fork = ended[-1].provisioner
            assert fork is not None  # `start` gave it one
            run_sync(fork.kill)()  # and waited for at the end

    import_ahead()
    try:
        if second is not None:
            alongside.attach(second.ours)
            with alongside.for_later():
                for name in beside:
                    alongside.begin(load, name)
            if not ahead:
                second.start()
        yield in_turn()
    finally:
        for manager in (*ended, *running):
            run_sync(manager.shutdown_kernel)(now=True)
        if second is not None:
            alongside.attach(None)
            second.end()
        shutil.rmtree(folder, ignore_errors=True)


class Second:
    """The process beside the run, with a line to it for each kernel and one for the run itself."""

    def __init__(self, kernels: int) -> None:
        pairs = [Line.pair() for _ in range(kernels + 1)]
        (*self.lines, self.ours), self._its = ([*ends] for ends in zip(*pairs, strict=True))
        self._process: BaseProcess | None = None

    def start(self) -> None:
        """Begin it, where it has not been begun."""
        if self._process is None:
            given = os.environ | ENVIRONMENT, self._its
            self._process = CONTEXT.Process(target=_serve_beside, args=given, daemon=True)
            self._process.start()
            for line in self._its:  # either process hears when the other has ended
                line.close()

    def end(self) -> None:
        """End it: it waits for more work, or its work is not wanted any more."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        for line in (*self.lines, self.ours, *self._its):
            line.close()


class Client(AsyncKernelClient):
    """A client that knows its kernel to be ready once it has answered on both channels.

    jupyter_client then waits for two tenths of a second in which nothing is published, so that no
    message of the greeting is left. Whoever runs a notebook passes over messages that belong to no
    cell of it: the wait is for nothing, at every notebook.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel has answered, and what it publishes arrives here.

        Raises
        ------
        RuntimeError
            Where the kernel has ended, or ``timeout`` seconds have passed.
        """
        until = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            with suppress(Empty, TimeoutError):
                await self.kernel_info(reply=True, timeout=ANSWERED)
                await self.iopub_channel.get_msg(timeout=ANSWERED)
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > until:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")


class Fork(KernelProvisionerBase):
    """A kernel that is a fork of the server, for jupyter_client's kernel manager."""

    process: BaseProcess | None = None
    line: Line | None = None  # to the process beside
    ahead: tuple[str, ...] = ()  # modules to import before it answers

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started and has not been waited for."""
        return self.process is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Write down where manager and kernel meet."""
        manager: Any = self.parent
        manager.write_connection_file()
        self.connection_info = manager.get_connection_info()
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> "KernelConnectionInfo":
        """Start the kernel; ``cmd`` is of no use to a fork."""
        manager: Any = self.parent
        given = manager.connection_file, kwargs["env"], self.ahead, self.line
        self.process = CONTEXT.Process(target=_serve, args=given, daemon=True)
        self.process.start()
        if self.line is not None:
            self.line.close()  # it is the kernel's from now on
        return self.connection_info

    async def poll(self) -> int | None:
        """Exit code of the kernel, None while it runs."""
        return self.process.exitcode if self.process else 0

    async def wait(self) -> int | None:
        """Exit code of the kernel, once it has ended."""
        while await self.poll() is None:
            await asyncio.sleep(POLL)
        code, self.process = await self.poll(), None
        return code

    async def send_signal(self, signum: int) -> None:
        """Signal the kernel, where it still runs."""
        if self.process and self.process.is_alive():
            running = self.process.pid
            assert running is not None  # it is alive
            os.kill(running, signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel, whatever it does."""
        if self.process:
            self.process.kill()

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end."""
        if self.process:
            self.process.terminate()

    async def cleanup(self, restart: bool = False) -> None:
        """Nothing of a kernel is left but its process."""


def _serve(
    connection_file: str,
    environment: dict[str, str],
    ahead: Sequence[str],
    line: Line | None,
) -> None:
    """Be a notebook kernel: what the new process does."""
    _settle(environment)
    if line is not None:
        alongside.attach(line)
    try:
        load(*ahead)
    except (ImportError, OSError, MemoryError) as error:  # the run tells that this process ended
        sys.exit(say(terminal.CANNOT_IMPORT, error=str(error)))
    _stay_until_the_end()

    from ipykernel.kernelapp import IPKernelApp

    # No record of what was run in the home folder: on a full disk it would fail with a traceback.
    arguments = ["-f", connection_file, "--HistoryManager.enabled=False"]
    if os.name == "posix":
        arguments.append(f"--IPKernelApp.parent_handle={os.getppid()}")  # or it greets a terminal
    IPKernelApp.launch_instance(argv=arguments)


def _serve_beside(environment: dict[str, str], lines: Sequence[Line]) -> None:
    """Be the process beside the run."""
    _settle(environment)
    _stay_until_the_end()
    serve(lines)


def _settle(environment: dict[str, str]) -> None:
    if os.name == "posix":
        os.setsid()  # the keys of a terminal are for the run, which ends its kernels itself
    os.environ.clear()
    os.environ.update(environment)


def _stay_until_the_end() -> None:
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A run that was killed leaves no kernels behind."""
    parent = parent_process()
    assert parent is not None  # a kernel is forked by its server
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _environment(wanted: dict[str, str]) -> Iterator[None]:
    """Environment variables for a while."""
    before = dict(os.environ)
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
