"""A whole run of the sample on a Spark session of this machine, against DuckDB: time and equality.

Prints the seconds of both runs, step by step, and fails where a published data file differs.
It needs Java. Run it as ``python bench/spark_run.py``.
"""

import filecmp
import json
import sys
import tempfile
from pathlib import Path

import yaml

from helpers.run import run_quarter

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "raw" / "sample"


def published(engine: str, folder: Path) -> Path:
    """The sample's report, made on an engine."""
    place = folder / engine
    place.mkdir()
    content = yaml.safe_load((SAMPLE / "study.yml").read_text(encoding="utf-8"))
    text = yaml.safe_dump({**content, "engine": engine}, sort_keys=False, allow_unicode=True)
    (place / "study.yml").write_text(text, encoding="utf-8")
    report = run_quarter(
        study=str(place), data=str(SAMPLE), reports=str(place / "reports"), progress=False
    )
    if report is None:
        sys.exit(f"the run on {engine} failed")
    seconds = json.loads((report / "manifest.json").read_text(encoding="utf-8"))["seconds"]
    print(engine, *(f"{step} {taken:.0f} s" for step, taken in seconds.items()), sep=" · ")
    return report


def main() -> int:
    """Run both and compare their data files to the byte; the exit code says whether all agree."""
    with tempfile.TemporaryDirectory(prefix="spark-run-") as folder:
        one, other = (published(engine, Path(folder)) / "data" for engine in ("duckdb", "spark"))
        names = sorted({path.name for data in (one, other) for path in data.iterdir()})
        same, different, missing = filecmp.cmpfiles(one, other, names, shallow=False)
        print(f"{len(same)} of {len(names)} data files are the same to the byte")
        for name in (*different, *missing):
            print(f"  differs: {name}")
    return bool(different or missing)


if __name__ == "__main__":
    sys.exit(main())
