"""Paired timing: a whole report against five empty notebooks that only import the libraries.

The empty notebooks are the floor: five kernels have to start and import, whatever they then do.
Both run in turn, so that a machine whose speed drifts does not favour either.

    python bench/floor.py [--rounds 3]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
IMPORTS = "import duckdb\nimport pandas\nimport seaborn\nimport statsmodels.api"
FLOOR = """
import sys, papermill
for notebook in sys.argv[1:]:
    papermill.execute_notebook(notebook, notebook + ".done.ipynb", kernel_name="python3",
                               progress_bar=False)
"""


def seconds(command: list[str]) -> float:
    """Wall time of a command that must succeed."""
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - begun
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return taken


def main() -> None:
    """Print the wall times of each round and the median ratio."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    rounds = arguments.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        notebooks = [Path(folder) / f"empty_{k}.ipynb" for k in range(5)]
        for notebook in notebooks:
            empty = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(IMPORTS)])
            nbformat.write(empty, notebook)
        floor = [sys.executable, "-c", FLOOR, *map(str, notebooks)]
        report = [sys.executable, "-m", "helpers", "run", "--quiet"]
        report += ["--study", "data/raw/sample", "--reports", str(Path(folder) / "reports")]
        seconds(floor)
        ratios = []
        print(f"{'round':>5} {'report s':>9} {'floor s':>9} {'ratio':>6}")
        for number in range(1, rounds + 1):
            whole, least = seconds(report), seconds(floor)
            ratios.append(whole / least)
            print(f"{number:>5} {whole:>9.1f} {least:>9.1f} {ratios[-1]:>6.2f}", flush=True)
    print(f"median ratio {statistics.median(ratios):.2f} (aim: at most 1.5)")


if __name__ == "__main__":
    main()
