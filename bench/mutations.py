"""All breaks of the sample's raw files, and what becomes of each.

The exit code is 1 where a break moves a number in silence, or ends in anything but a message that
names what is broken.

    python bench/mutations.py [--number N]
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "collect"))

from mutations import breaks, judge, run  # noqa: E402


def main() -> int:
    """Run the breaks; print every one that is not allowed, and a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--number", type=int, default=320)
    parser.add_argument("--from", dest="first", type=int, default=0)
    asked = parser.parse_args()
    raw, counts, wrong = ROOT / "data" / "raw" / "sample", Counter(), []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        clean = run(raw, folder / "clean")
        for one in breaks(asked.number)[asked.first :]:
            outcome = judge(one, raw, folder, clean)
            counts[one.kind, outcome.partition(":")[0]] += 1
            if outcome not in {"message", "same numbers", "listed"}:
                wrong.append(one)
                print(f"{one}\n  {outcome}", flush=True)
    for (kind, outcome), number in sorted(counts.items()):
        print(f"{kind:28} {outcome:14} {number:4}")
    print(f"{counts.total()} breaks, {len(wrong)} not allowed")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
