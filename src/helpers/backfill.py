"""Many quarters of a study: collected and analysed side by side, finished in order.

The first four steps of a quarter know nothing of other quarters, the last one and the comparison
of methods read the reports of earlier ones. So drafts are made side by side, as many at a time as
the machine has cores and memory for, and finished one after the other, the oldest first. What is
there and made from the same inputs is kept; a backfill that was ended goes on where it stopped.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import resuming
from helpers.alongside import cores
from helpers.errors import UNDER_WAY, StudyError
from helpers.quarter import Quarter
from helpers.segments import verdicts
from helpers.workspace import Workspace

MOST = 80  # quarters
MEMORY = 1.5e9  # bytes that a run of a study of some thousand customers takes at its peak
PATIENCE = 3600  # seconds to wait for it
KEPT, MADE, FAILED, WAITING = "kept", "made", "failed", "waiting"


@dataclass
class Made:
    """What became of one quarter, and in how many seconds of work."""

    quarter: Quarter
    state: str = WAITING
    seconds: float = 0.0
    problem: str = ""


def quarters_from_to(ws: Workspace, first: str, last: str) -> list[Quarter]:
    """All quarters from one to another.

    Raises
    ------
    StudyError
        For quarters that cannot be read, that run backwards, or more than `MOST`.
    """
    begin, end = ws.study.quarter(first), ws.study.quarter(last)
    found = [end]
    while found[-1] > begin and len(found) <= MOST:
        found.append(found[-1].previous)
    if begin > end or len(found) > MOST:
        raise StudyError(
            "These quarters cannot be made in one go.",
            found=f"from {first} to {last}",
            expected=f"an earlier quarter first, and at most {MOST} of them",
        )
    return found[::-1]


def side_by_side(quarters: int, workers: int = 0) -> int:
    """How many drafts are made at a time: what was asked for, else what cores and memory allow."""
    if workers:
        return min(workers, quarters)
    try:
        memory: float = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        memory = MEMORY
    return max(1, min(quarters, cores(), int(memory / MEMORY)))


def backfill(
    *,
    study: str,
    first: str,
    last: str,
    reports: str = "reports",
    data: str = "",
    workers: int = 0,
    progress: bool = True,
) -> list[Made]:
    """Make the reports of all quarters from ``first`` to ``last``.

    A quarter that fails leaves the later ones waiting, for they would read its report; their drafts
    stay. Equal inputs give the same reports as running the quarters one after the other.

    Returns
    -------
    One entry per quarter, the oldest first.
    """
    from filelock import FileLock, Timeout

    places = {"study": study, "reports": reports, "data": data}
    ws = Workspace.open(**places, quarter=last)
    made = [Made(quarter) for quarter in quarters_from_to(ws, first, last)]
    ws.home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(ws.home / ".backfill.lock", timeout=0):
            _drafts(made, places, side_by_side(len(made), workers), progress=progress)
            _finish(made, places, progress=progress)
    except Timeout:
        raise StudyError(
            f"Another backfill of {ws.study.study} is under way.",
            remedy="wait until it has finished, or publish elsewhere with REPORTS=",
        ) from None
    return made


def table(made: list[Made], ws: Workspace) -> pd.DataFrame:
    """What a backfill made: quarter, state, seconds, customers, validated, held_up, faded."""
    rows = []
    for one in made:
        row = {"quarter": str(one.quarter), "state": one.state, "seconds": round(one.seconds)}
        files = ("quality_scores", "segments", "claims")
        found = ws.published_tables(one.quarter, files) or {}
        if len(found) == len(files):
            claims = found["claims"]["fate"]
            row |= {
                "customers": len(found["quality_scores"]),
                verdicts.VALIDATED: int(verdicts.is_ranked(found["segments"]["verdict"]).sum()),
                "held up": int((claims == "held up").sum()),
                "faded": int((claims == "faded").sum()),
            }
        rows.append(row)
    whole = pd.DataFrame(rows)
    counts = [name for name in whole if name not in ("quarter", "state")]
    return whole.astype(dict.fromkeys(counts, "Int64"))


def is_current(ws: Workspace) -> bool:
    """Whether a quarter's published report was made from what is there now."""
    if ws.earlier(ws.quarter) is None:
        return False
    said: Any = ws.manifest(ws.quarter).get("made_from")
    return bool(said) and bool(said["inputs"]) and said == resuming.made_from(ws)


def _drafts(made: list[Made], places: dict[str, str], workers: int, *, progress: bool) -> None:
    """Phase one: the steps that know nothing of other quarters, several quarters at a time."""

    def draft(one: Made) -> None:
        ws = Workspace.open(**places, quarter=str(one.quarter))
        if is_current(ws) or resuming.has_draft(ws):
            return
        _say(progress, f"{one.quarter}: collecting and analysing")
        _run(one, places, "--draft")

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(draft, made))


def _finish(made: list[Made], places: dict[str, str], *, progress: bool) -> None:
    """Phase two: what reads earlier reports, and the publication, the oldest quarter first."""
    for one in made:
        ws = Workspace.open(**places, quarter=str(one.quarter))
        if one.state == FAILED:
            return
        if is_current(ws):
            one.state = KEPT
            continue
        _say(progress, f"{one.quarter}: comparing with earlier quarters, rendering")
        _run(one, places)
        if one.state == FAILED:
            return
        one.state = MADE


def _run(one: Made, places: dict[str, str], *more: str) -> None:
    """A run of its own process, which ends with this one; wait where another is at the quarter."""
    begun = time.perf_counter()
    for _ in _tries():
        done = subprocess.run(
            [
                *(sys.executable, "-m", "helpers", "run", "--quiet", "--with-parent"),
                *("--study", places["study"], "--reports", places["reports"]),
                *("--data", places["data"], "--quarter", str(one.quarter), *more),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])},
        )
        if done.returncode != UNDER_WAY:
            break
    one.seconds += time.perf_counter() - begun
    if done.returncode:
        one.state, one.problem = FAILED, done.stderr.strip()


def _tries() -> Iterator[int]:
    """Again and again, until patience ends."""
    last = time.monotonic() + PATIENCE
    number = 0
    while number == 0 or time.monotonic() < last:
        yield number
        time.sleep(2)
        number += 1


def _say(progress: bool, text: str) -> None:
    if progress:
        print(text, flush=True)
