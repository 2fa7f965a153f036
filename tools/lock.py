"""Resolve pyproject.toml into the hashed locks, for every platform and Python from 3.11 on."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMPILE = (
    *(sys.executable, "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11"),
    *("--fork-strategy", "fewest", "--generate-hashes", "--no-header", "--no-annotate"),
    *("--no-emit-index-url", "--quiet", "--extra", "setup"),
)


def main() -> None:
    """The test lock is constrained by the report's: one environment can hold both."""
    for arguments in (
        ("-o", "requirements.lock"),
        (
            "--extra",
            "test",
            "--extra",
            "docs",
            "-c",
            "requirements.lock",
            "-o",
            "requirements-test.lock",
        ),
    ):
        subprocess.run([*COMPILE, *arguments, "pyproject.toml"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
