"""The simulations of the tests with all their companies: `make test` makes a quarter of them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run every test module whose simulations are sized, and print what each found."""
    modules = [
        path
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if "from sized import" in path.read_text(encoding="utf-8")
    ]
    command = [sys.executable, "-m", "pytest", "-s", "-n", "0", *map(str, modules)]
    full = os.environ | {"BEST_CUSTOMERS_SIMULATIONS": "full"}
    return subprocess.run(command, cwd=ROOT, env=full, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
