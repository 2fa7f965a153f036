"""Paired timing: rendering all deliverables of the sample against one kernel that only imports.

The sample is executed once, into a temporary folder. Then, in turn, a fresh process renders its
draft, and a fresh notebook kernel starts and imports the libraries; a machine whose speed drifts
favours neither. Rendering is timed twice: in that process alone, and, as in a run, with the second
process that was started while the last notebook ran. The exit code is 1 where rendering as in a run
is slower than the kernel.

    python bench/rendering.py [--rounds 3]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from floor import IMPORTS, ROOT

RENDER = """
import gc, sys, time
gc.disable()  # as a run does
from contextlib import ExitStack
import papermill  # as when the last notebook of a run has ended
from helpers.alongside import begin
from helpers.kernels import kernels
from helpers.report.render import render
from helpers.run import BESIDE, load_rendering
from helpers.workspace import STEPS, Workspace

study, reports, processes = sys.argv[1:]
ws = Workspace.open(study=study, reports=reports)
load_rendering()  # as a run does while its notebooks run
with ExitStack() as ends:
    if processes == "2":
        ends.enter_context(kernels((), beside=BESIDE))
        ready = begin(time.time)
        time.sleep(2)  # as in a run, it has loaded its libraries
        ready.result()
    begun = time.perf_counter()
    render(ws, [ws.draft / "run" / f"{step}.ipynb" for step in STEPS])
    print(time.perf_counter() - begun)
"""
STUDY = "data/raw/sample"


def execute_notebooks(reports: Path) -> None:
    """Leave a complete draft of the sample under ``reports``."""
    import papermill

    from helpers.kernels import kernels
    from helpers.workspace import STEPS, Workspace

    ws = Workspace.open(study=STUDY, reports=str(reports))
    ws.clear()
    places = {"study": STUDY, "quarter": "", "reports": str(reports), "data": ""}
    with kernels([()] * len(STEPS)) as turns:
        for step, kernel in zip(STEPS, turns, strict=True):
            papermill.execute_notebook(
                ROOT / "notebooks" / f"{step}.ipynb",
                ws.folder("run") / f"{step}.ipynb",
                parameters=places,
                cwd=ROOT,
                km=kernel,
                progress_bar=False,
            )


def rendering(reports: Path, processes: int) -> float:
    """Seconds that a fresh process takes for all deliverables, libraries of its own included."""
    command = [sys.executable, "-c", RENDER, STUDY, str(reports), str(processes)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return float(done.stdout.split()[-1])


def empty_kernel() -> float:
    """Seconds until a new notebook kernel has started and imported the libraries."""
    from jupyter_client.manager import start_new_kernel

    begun = time.perf_counter()
    manager, client = start_new_kernel(kernel_name="python3", stderr=subprocess.DEVNULL)
    try:
        reply = client.execute_interactive(IMPORTS, output_hook=lambda message: None)
        taken = time.perf_counter() - begun
        if reply["content"]["status"] != "ok":
            sys.exit(f"the imports failed: {reply['content']}")
        return taken
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def main() -> int:
    """Print the wall times of each round and the median ratio; 1 where the aim is missed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    rounds = arguments.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        reports = Path(folder) / "reports"
        execute_notebooks(reports)
        rendering(reports, 1), empty_kernel()  # warm the file cache for both
        ratios: dict[int, list[float]] = {1: [], 2: []}
        print(f"{'round':>5} {'alone s':>8} {'two s':>6} {'kernel s':>9} {'alone':>6} {'two':>5}")
        for number in range(1, rounds + 1):
            taken = {processes: rendering(reports, processes) for processes in ratios}
            floor = empty_kernel()
            for processes, seconds in taken.items():
                ratios[processes].append(seconds / floor)
            print(
                f"{number:>5} {taken[1]:>8.2f} {taken[2]:>6.2f} {floor:>9.2f} "
                f"{ratios[1][-1]:>6.2f} {ratios[2][-1]:>5.2f}",
                flush=True,
            )
    medians = {processes: statistics.median(found) for processes, found in ratios.items()}
    print(
        f"median ratio {medians[1]:.2f} alone, {medians[2]:.2f} with a second process "
        f"(aim: below 1): {'met' if medians[2] < 1 else 'MISSED'}"
    )
    return int(medians[2] >= 1)


if __name__ == "__main__":
    sys.exit(main())
