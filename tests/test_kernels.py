"""The kernels of a run: quick to start, apart from one another, gone with the run."""

import ast
import importlib.util
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import papermill
import pytest

from helpers.faults import told_unless_begun_by_nobody
from helpers.kernels import ENVIRONMENT, FORKED, IN_SERVER, kernels
from helpers.run import _imported
from helpers.workspace import STEPS

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the signals of POSIX are needed")
RUN = """
import sys
from jupyter_core.utils import run_sync
from helpers.kernels import kernels

with kernels([(), ()]) as turns:
    kernel = next(turns)
    print(kernel.provisioner.process.pid, flush=True)
    sys.stdin.read()
"""
BESIDE = """
import os, sys, time
from helpers.alongside import begin
from helpers.kernels import kernels

with kernels(()):
    later = begin(os.getpid)
    time.sleep(3)
    print(later.result(), flush=True)
    sys.stdin.read()
"""
THREADS = f"""
import importlib, os, sys, threading
for name in {("helpers.ahead", *IN_SERVER)!r}:
    importlib.import_module(name)
tasks = "/proc/self/task"
names = [open(f"{{tasks}}/{{t}}/comm").read().strip() for t in os.listdir(tasks)]
hook = sys.excepthook.__name__
print(threading.active_count(), "_duckdb" in sys.modules, hook, *sorted(names)[:-1])
"""


def executed(folder, cells, kernel):
    """Output of each cell, as text."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "given.ipynb")
    done = papermill.execute_notebook(
        folder / "given.ipynb", folder / "done.ipynb", km=kernel, progress_bar=False
    )
    return [
        "".join(out.get("text", "") or " ".join(out["data"]) for out in cell.outputs)
        for cell in done.cells
    ]


def test_kernels_are_apart_and_have_the_libraries_and_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SET_AFTER_THE_SERVER", "yes")
    cells = (
        "import os, sys; print(os.getpid(), 'pandas' in sys.modules, 'left' in globals())",
        f"left = 1; print(*(os.environ.get(n) for n in {('SET_AFTER_THE_SERVER', *ENVIRONMENT)}))",
        "import matplotlib.pyplot as plt; plt.plot([1, 2]);",
    )
    with kernels([(), ()]) as turns:
        first, second = (executed(tmp_path, cells, kernel) for kernel in turns)
    one, other = first[0].split(), second[0].split()
    assert one[1:] == other[1:] == ["True", "False"]
    assert len({one[0], other[0], str(os.getpid())}) == 3
    assert first[1].split() == ["yes", *ENVIRONMENT.values()]
    assert "image/png" in first[2]  # a chart that an analyst adds is shown
    for number in (one[0], other[0]):
        assert not alive(int(number))


def test_a_kernel_imports_ahead_of_its_turn(tmp_path):
    cell = "import sys; print('helpers.priority.books' in sys.modules)"
    with kernels([(), ("helpers.priority.books",)]) as turns:
        found = [executed(tmp_path, [cell], kernel) for kernel in turns]
    assert found == [["False\n"], ["True\n"]]


@pytest.mark.skipif(not FORKED, reason="there is no process beside")
def test_what_a_kernel_begins_for_a_later_one_is_found_there(tmp_path, root):
    """Two kernels pack the same work alike, as far as that is up to us."""
    opened = f"""
from helpers.collect import sources
from helpers.workspace import Workspace
ws = Workspace.open(study={str(root / "data/raw/sample")!r}, reports={str(tmp_path)!r})
"""
    first = f"""{opened}
from helpers.alongside import for_later
with for_later():
    sources.begin_accounts(ws)
"""
    then = f"""{opened}
begun = sources._begin_apart(ws, [name for name in sources.TABLES if name == "accounts"][0])
print(begun._made)
"""
    with kernels([(), ()]) as turns:
        found = [
            executed(tmp_path, [cell], kernel)
            for cell, kernel in zip((first, then), turns, strict=True)
        ]
    assert found == [[""], ["[None]\n"]]


@pytest.mark.parametrize("step", STEPS)
def test_what_a_notebook_imports_is_known_before_it_runs(step, root):
    """As Python's own parser reads it, with submodules that are imported by name."""
    notebook = nbformat.read(root / "notebooks" / f"{step}.ipynb", 4)
    wanted = set()
    for cell in notebook.cells:
        for node in ast.walk(ast.parse(cell.source if cell.cell_type == "code" else "")):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("helpers"):
                wanted |= {node.module} | {
                    name
                    for name in (f"{node.module}.{one.name}" for one in node.names)
                    if importlib.util.find_spec(node.module).submodule_search_locations
                    and importlib.util.find_spec(name)
                }
    assert set(_imported(step)) == wanted


def test_a_kernel_that_dies_before_it_answers_is_told(tmp_path):
    with kernels([()]) as turns:
        kernel = next(turns)
        kernel.provisioner.process.kill()
        with pytest.raises(RuntimeError, match="Kernel died"):
            executed(tmp_path, ["1"], kernel)


def test_what_a_kernel_says_first_is_not_lost(tmp_path):
    """It is asked as soon as it answers: by then, what it publishes has to arrive."""
    for _ in range(5):
        with kernels([()]) as turns:
            assert executed(tmp_path, ["print('first')"], next(turns)) == ["first\n"]


@POSIX
@pytest.mark.parametrize("what", [RUN, BESIDE], ids=["kernel", "beside"])
def test_a_killed_run_leaves_no_process(what):
    run = subprocess.Popen(
        [sys.executable, "-c", what], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    kernel = int(run.stdout.readline())
    assert kernel != run.pid and alive(kernel)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    until = time.monotonic() + 60
    while alive(kernel) and time.monotonic() < until:
        time.sleep(0.1)
    assert not alive(kernel)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are not listed here")
def test_the_server_has_no_thread_that_a_fork_would_lack():
    told = subprocess.run(
        [sys.executable, "-c", THREADS],
        env=os.environ | ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    # That of Arrow's memory allocator is made anew in a fork, by the allocator itself.
    assert told[:3] == ["1", "False", told_unless_begun_by_nobody.__name__]
    assert set(told[3:]) <= {"jemalloc_bg_thd"}


def alive(process: int) -> bool:
    """Whether a process runs; one that has ended and is not yet fetched does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
        return status.rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_process_that_never_hears_what_to_do_is_silent(capsys):
    """The run was killed while it began one: only other errors are told."""
    for error in (
        EOFError("Ran out of input"),
        pickle.UnpicklingError("pickle data was truncated"),
    ):
        told_unless_begun_by_nobody(type(error), error, None)
    assert capsys.readouterr().err == ""
    told_unless_begun_by_nobody(ValueError, ValueError("another"), None)
    assert "ValueError: another" in capsys.readouterr().err
