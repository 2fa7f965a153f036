"""What the sandbox costs: raw rows to account metrics with and without it, in turn.

Without it means: no parser looks at queries, nothing bounds their time, and the database is not
closed. Processor time is compared, which depends little on what else the machine does. The exit
code is 1 where the sandbox takes more than 1.1 times as much.

    python bench/sandbox.py [--rows N] [--pairs N]
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

BENCH = Path(__file__).resolve().parent
sys.path.insert(0, str(BENCH / "scale"))

from generate import generate  # noqa: E402

MOST = 1.1
OPEN = """
from contextlib import nullcontext
from helpers.collect import queries
from helpers.collect.engines import embedded
embedded.close = lambda con, **places: None
queries.check_query = lambda *given, **named: None
queries.bounded = lambda *given, **named: nullcontext()
"""
RUN = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from ours import run
run(Path(sys.argv[2]))
"""


def seconds(folder: Path, *, closed: bool) -> float:
    """Processor seconds of a process that collects and counts a generated company."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = RUN if closed else OPEN + RUN
    subprocess.run([sys.executable, "-c", code, BENCH / "scale", folder], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print the pairs; 1 where the sandbox costs too much."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sandbox-") as place:
        folder = generate(Path(place) / "company", options.rows).parent
        totals = [0.0, 0.0]
        for number in range(options.pairs):
            for closed in (True, False) if number % 2 else (False, True):
                spent = seconds(folder, closed=closed)
                totals[closed] += spent
                print(f"{'with' if closed else 'without':8} {spent:7.1f} s", flush=True)
    ratio = totals[1] / totals[0]
    print(f"with ÷ without, {options.rows:,} raw rows: {ratio:.3f} (at most {MOST})")
    return int(ratio > MOST)


if __name__ == "__main__":
    sys.exit(main())
