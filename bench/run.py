"""All benchmarks in turn: `make bench`, or `python bench/run.py NAME …` for some of them."""

import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent


def main() -> int:
    """Run each benchmark in a process of its own; the exit code says whether all succeeded."""
    scripts = [BENCH / "floor.py", *sorted((BENCH / "segments").glob("[a-z]*.py"))]
    wanted = set(sys.argv[1:])
    failed = []
    for script in scripts:
        name = script.stem
        if (wanted and name not in wanted) or 'if __name__ == "__main__"' not in script.read_text():
            continue
        print(f"\n══ {script.relative_to(BENCH)}", flush=True)
        if subprocess.run([sys.executable, script], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
