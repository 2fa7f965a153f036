"""Write ``docs/licences.md``: the licences of all packages of the lock, from their own metadata.

Usage: ``python tools/licences.py`` in an environment that equals ``requirements-test.lock``.
"""

import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "licences.md"
HEAD = """# Licences of what the project uses

Made by `python tools/licences.py` from the packages' own metadata; do not edit. The report needs
the packages of `requirements.lock`; those marked *test* only `make test` and `make lint` need.
Nothing of them is copied into the project or into a report, except what plotting and Office files
embed of themselves: fonts.

| package | version | licence | for |
|---|---|---|---|
"""
LONG = 60  # letters of a licence field that is a name, and not the licence itself


def pinned(name: str) -> tuple[dict[str, str], list[str]]:
    """Version of each package of a lock, by its normalised name; and those of other systems."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[a-z0-9]", line)]
    here = [one for one in found if one.marker is None or one.marker.evaluate()]
    versions = {normal(one.name): next(iter(one.specifier)).version for one in here}
    return versions, sorted({normal(one.name) for one in found} - versions.keys())


def normal(package: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", package).lower()


def installed() -> dict[str, metadata.Distribution]:
    """What this environment holds, by normalised name."""
    return {normal(d.metadata["Name"]): d for d in metadata.distributions() if d.metadata["Name"]}


def licence(distribution: metadata.Distribution) -> str:
    """The licence as metadata tells it: expression (PEP 639), classifiers, or a short field."""
    told = distribution.metadata
    if told.get("License-Expression"):
        return told["License-Expression"]
    classes = [c for c in told.get_all("Classifier") or () if c.startswith("License ::")]
    names = [c.rsplit(" :: ", 1)[-1] for c in classes if c != "License :: OSI Approved"]
    field = (told.get("License") or "").strip()
    if names:
        return " / ".join(sorted(names))
    if field and "\n" not in field and len(field) <= LONG:
        return field
    files = [f for f in distribution.files or () if re.match(r"(?i)licen[cs]e|copying", f.name)]
    text = field or "\n".join(f.read_text() for f in sorted(files)[:1])
    return text.strip().splitlines()[0].strip()[:LONG] if text.strip() else "not told"


def differing() -> list[str]:
    """Packages of the locks that this environment lacks or has in another version."""
    here = installed()
    pins, _ = pinned("requirements-test.lock")
    return sorted(n for n, v in pins.items() if n not in here or here[n].version != v)


def text() -> str:
    """The whole page."""
    here, (report, _) = installed(), pinned("requirements.lock")
    pins, elsewhere = pinned("requirements-test.lock")
    lines = [
        f"| {name} | {version} | {licence(here[name])} | {'report' if name in report else 'test'} |"
        for name, version in sorted(pins.items())
    ]
    other = (
        f"\nWith other systems or versions of Python, also: {', '.join(elsewhere)}.\n"
        if elsewhere
        else ""
    )
    return HEAD + "\n".join(lines) + "\n" + other


def main() -> int:
    """Write the page; 1 where the environment is not that of the lock."""
    wrong = differing()
    if wrong:
        print(f"This environment differs from the lock: {', '.join(wrong)}", file=sys.stderr)
        return 1
    TARGET.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
