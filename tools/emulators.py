"""Servers that speak the protocols of warehouses and stores, each in an environment of its own.

They need other versions of DuckDB and sqlglot than the project. Afterwards, with the extra of the
same warehouse installed:

    python tools/emulators.py FOLDER
    BEST_CUSTOMERS_EMULATORS=FOLDER python -m pytest tests/engines
"""

import subprocess
import sys
import venv
from pathlib import Path

# Program → what to install.
EMULATORS = {
    "fakesnow": ("fakesnow[server]", "snowflake-connector-python<5"),
    "gcp-storage-emulator": ("gcp-storage-emulator",),
}


def main(folder: Path) -> None:
    """Set up each emulator in a folder of its name."""
    for name, packages in EMULATORS.items():
        place = folder / name
        venv.create(place, with_pip=True)
        python = place / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
        print(place / "bin" / name)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
