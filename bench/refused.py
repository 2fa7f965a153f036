"""What becomes of study files that are wrong and of SQL that is hostile: one row each, printed.

python bench/refused.py [--all]

The same files and queries as in the tests (`tests/test_wrong_studies.py`,
`tests/collect/test_hostile_sql.py`), which hold every row to its outcome. An outcome is one of
*refused*, with the first words of the message, *read* (files that only look odd, plain SQL) and
*fault*: whatever else, which must not be. The exit code is 1 where there is one.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "collect")]

import test_hostile_sql as hostile  # noqa: E402
import test_wrong_studies as wrong  # noqa: E402

from helpers.errors import StudyError  # noqa: E402
from helpers.sandbox.foreign import check_foreign  # noqa: E402
from helpers.sandbox.reading import check_query, condition_problem  # noqa: E402

WIDTH = 88


def outcome(kind: str, name: str, act: Callable[[], object], *, refused: bool) -> dict[str, str]:
    """One row: what happened, and whether it should have."""
    try:
        act()
    except StudyError as error:
        happened, told = "refused", " ".join(str(error).split())
    except BaseException as error:  # what must not be is told like all else
        happened, told = "fault", f"{type(error).__name__}: {error}"
    else:
        happened, told = "read", ""
    if happened != "fault" and (happened == "refused") is not refused:
        happened = "fault"
    return {"kind": kind, "name": name, "outcome": happened, "told": told[:WIDTH]}


def refuse(problem: str | None) -> None:
    """A condition's problem as a message."""
    if problem:
        raise StudyError(problem)


def rows(folder: Path) -> Iterator[dict[str, str]]:
    """Every study file, query and condition, one after the other."""
    run = wrong.runner(folder)
    for name, content in wrong.WRONG.items():
        yield outcome("study file", name, lambda c=content: run(c.encode()), refused=True)
    for name, content in wrong.BYTES.items():
        yield outcome("study file, bytes", name, lambda c=content: run(c), refused=True)
    for name, content in wrong.FINE.items():
        yield outcome("study file, only odd", name, lambda c=content: run(c), refused=False)
    (folder / "private").mkdir()
    secret = folder / "private" / "secret.csv"
    secret.write_text(f"a\n{hostile.CANARY}\n", encoding="utf-8")
    traps = {"out": str(folder / "written.csv"), "secret": str(secret),
             "folder": str(secret.parent), "canary": hostile.CANARY}  # fmt: skip
    place = "the query of sources.accounts"
    for name, text in hostile.QUERIES.items():
        sql = hostile.filled(text, traps)
        act = lambda q=sql: check_query(q, tables=["raw"], place=place)  # noqa: E731
        yield outcome("query", name, act, refused=True)
    for name, text in hostile.CONDITIONS.items():
        sql = hostile.filled(text, traps)
        act = lambda q=sql: refuse(condition_problem(q, tables=["customers"]))  # noqa: E731
        yield outcome("condition", name, act, refused=True)
    for dialect, queries in hostile.FOREIGN.items():
        for sql in queries:
            act = lambda q=sql, d=dialect: check_foreign(q, dialect=d, place=place)  # noqa: E731
            yield outcome(f"query for {dialect}", sql[:40], act, refused=True)
    for sql in hostile.HARMLESS:
        act = lambda q=sql: check_query(q, tables=["raw", "other"], place=place)  # noqa: E731
        yield outcome("plain query", " ".join(sql.split())[:40], act, refused=False)


def main() -> int:
    """Print the table, its counts, and whether anything was neither refused nor read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every row, not two of each kind")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        table = pd.DataFrame(rows(Path(folder)))
        written = (Path(folder) / "written.csv").exists()
    shown = table if options.all else table.groupby("kind", sort=False).head(2)
    print(shown.to_string(index=False, justify="left"))
    print(f"\n{table.groupby('kind', sort=False)['outcome'].value_counts().to_string()}")
    faults = table[table["outcome"] == "fault"]
    if len(faults):
        print(f"\n{faults.to_string(index=False)}")
    print(f"\n{len(table)} files and queries: {dict(Counter(table['outcome']))}; "
          f"written outside: {'yes' if written else 'nothing'}")  # fmt: skip
    return int(bool(len(faults)) or written)


if __name__ == "__main__":
    sys.exit(main())
