"""All benchmarks in turn: `make bench`, or `python bench/run.py NAME …` for some of them.

100 million raw rows take long and are left out: `python bench/scale/scale.py --hundred-million`.
"""

import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent


def main() -> int:
    """Run each benchmark in a process of its own; the exit code says whether all succeeded."""
    names = (
        "floor.py", "rendering.py", "steps.py", "faults.py", "load.py", "engines.py",
        "spark_settings.py", "sandbox.py", "scale/scale.py",
    )  # fmt: skip
    timings = [BENCH / name for name in names]
    intervals = BENCH / "metrics" / "interval_coverage.py"
    rooms = [
        path
        for room in ("segments", "history", "priority")
        for path in sorted((BENCH / room).glob("[a-z]*.py"))
    ]
    exports = [
        *(BENCH / name for name in ("simulations.py", "mutations.py", "damaged.py", "refused.py")),
        BENCH / "metrics" / "refusals.py",
    ]
    scripts = [*timings, intervals, *exports, *rooms]
    wanted = set(sys.argv[1:])
    failed = []
    for script in scripts:
        name = script.stem
        if (wanted and name not in wanted) or 'if __name__ == "__main__"' not in script.read_text():
            continue
        print(f"\n══ {script.relative_to(BENCH)}", flush=True)
        # Thousands of small products: threads of linear algebra would only wait for each other.
        alone = {"OPENBLAS_NUM_THREADS": "1"} if script == intervals else {}
        done = subprocess.run([sys.executable, script], env=os.environ | alone, check=False)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
