"""Write environment.yml: the pins of requirements-test.lock for conda users.

Run by ``make lock``. All Python packages come through pip, so that conda users get the very
versions that the lock names, whatever conda channels hold.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADER = """\
# Written by `make lock` from requirements-test.lock; do not edit.
# conda env create -f environment.yml && conda activate best-customers
name: best-customers
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python >=3.11,<3.14
  - pip
  - make
  - git
  - pip:
"""


def pins(lock: str) -> list[str]:
    """The requirements of a lock without their hashes, markers kept."""
    lines = re.findall(r"^([A-Za-z0-9][^\\\n]*?)\s*\\?$", lock, flags=re.MULTILINE)
    return [line.strip() for line in lines]


def environment(lock: str) -> str:
    """The whole environment.yml."""
    quoted = [f'      - "{pin}"' for pin in pins(lock)]
    return HEADER + "\n".join([*quoted, '      - "-e ."']) + "\n"


if __name__ == "__main__":
    text = environment((ROOT / "requirements-test.lock").read_text(encoding="utf-8"))
    (ROOT / "environment.yml").write_text(text, encoding="utf-8")
