"""Claims that earlier reports made, and what became of each on what nobody had seen then."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from helpers.history import fates
from helpers.history.control import MEASURED_BY
from helpers.history.fates import News, fate_of
from helpers.history.foretold import KEPT, foretold
from helpers.history.measured import Measured
from helpers.history.past import Past
from helpers.history.published import (
    FILES,
    FORECAST,
    METRIC,
    RANK,
    SCORE,
    STEP,
    claims_of,
    key_of,
)
from helpers.history.today import Today
from helpers.method import changed_sections
from helpers.outputs import shaped
from helpers.words import history as words
from helpers.words import say

# Sections without which a claim of a kind is not about the same thing any more.
ABOUT = {
    SCORE: ("business_model", "currency", "quality_score"),
    METRIC: MEASURED_BY,
}


def claims(past: Sequence[Past], today: Today) -> pd.DataFrame:
    """Every claim ever published, and what is known of it today: the data file ``claims``.

    A claim is made by the first report that publishes it and followed from then on. Who publishes
    it again on the same customers says nothing new.

    Returns
    -------
    One row per claim, the oldest quarter first. Claims of this quarter have the fate *new*. What
    cannot be compared says why in ``note``. ``looks`` counts the quarters with enough news;
    ``fate`` stays once it is *faded*, and ``decided_in`` is the quarter that said so.
    """
    known = _carried(past)
    rows: list[dict] = []
    made = _Made()
    for earlier in past:
        found = claims_of(
            str(earlier.quarter), earlier.tables(FILES), currency=today.study.currency
        )
        changed = changed_sections(today.study, earlier.manifest)
        measured = Measured(earlier, today, found)
        for claim in made.new(str(earlier.quarter), found):
            before = known.get(claim["claim_id"], {})
            if claim["kind"] in (FORECAST, STEP):
                rows.append(claim | foretold(claim, before, earlier, today))
            else:
                rows.append(_followed(claim, before, measured, changed, today))
            # A target that this report decides may be set anew by this report.
            made.fates[claim["claim_id"]] = rows[-1] if claim["kind"] == STEP else before
    own = claims_of(
        str(today.quarter),
        {
            "segments": today.segments,
            "hypotheses": today.hypotheses,
            "segment_metrics": today.profiles,
            "alerts": today.alerts,
            "control_charts": today.charts,
            **today.more,
        },
        currency=today.study.currency,
    )
    rows += [claim | {"fate": fates.NEW} for claim in made.new(str(today.quarter), own)]
    blank: dict[str, Any] = dict.fromkeys(("looks", "members", "others"), 0)
    blank |= dict.fromkeys(("inside", "decided_in", "note"), "")
    return shaped("claims", [blank | row for row in rows])


def _carried(past: Sequence[Past]) -> dict[str, dict]:
    """What the latest earlier report said of each claim: looks, fate and when it was decided."""
    for earlier in reversed(past):
        table = earlier.table("claims")
        if table is not None:
            names = ["claim_id", "looks", *(name for name in KEPT if name in table)]
            return {row["claim_id"]: row for row in table[names].to_dict("records")}
    return {}


class _Made:
    """Which claims were made so far, quarter by quarter."""

    def __init__(self) -> None:
        self.claims: dict[tuple[str, ...], str] = {}  # by key, the latest that was made of it
        self.fates: dict[str, dict] = {}  # by claim, what was said of it
        self.left: dict[tuple[str, ...], str] = {}  # the last quarter whose report lacked it

    def new(self, quarter: str, found: pd.DataFrame) -> list[dict]:
        """The claims of a quarter that are made there first, or again after they came to an end.

        A claim that faded is made again only where a report in between did not publish it: who goes
        on saying the same of the same customers says nothing new. A target that was decided is a
        new one in whatever report sets it from then on.
        """
        told = {key_of(claim): claim for claim in found.to_dict("records")}
        fresh = [claim for key, claim in told.items() if self._is_new(key, quarter)]
        self.claims |= {key_of(claim): claim["claim_id"] for claim in fresh}
        self.left |= dict.fromkeys(set(self.claims) - set(told), quarter)
        return fresh

    def _is_new(self, key: tuple[str, ...], quarter: str) -> bool:
        if key not in self.claims:
            return True
        before = self.fates.get(self.claims[key], {})
        if key[0] == STEP:
            decided = before.get("fate") in (fates.HELD_UP, fates.MISSED)
            return decided and str(before["decided_in"]) <= quarter
        if before.get("fate") != fates.FADED:
            return False
        return self.left.get(key, "") >= str(before["decided_in"])


def _followed(
    claim: dict, before: dict, measured: Measured, changed: tuple[str, ...], today: Today
) -> dict:
    """One claim of an earlier quarter with what is known of it today."""
    about = ABOUT[SCORE if claim["metric"] == SCORE else METRIC]
    differs = [section for section in changed if section in about]
    looks = int(before.get("looks", 0))
    row = claim | {"looks": looks}
    if before.get("fate") in (fates.HELD_UP, fates.FADED):
        row |= {"fate": before["fate"], "decided_in": before["decided_in"]}
    if differs:
        note = say(words.METHOD_DIFFERS, sections=", ".join(differs))
        return {"fate": fates.NOT_COMPARABLE} | row | {"note": note}
    compared, note = measured.of(claim)
    if compared is None:
        fate = fates.NOT_COMPARABLE if note else fates.TOO_EARLY
        return {"fate": fate} | row | {"note": note}
    told = [note] if note else []
    others = [section for section in changed if section not in about]
    if others:
        told.append(say(words.METHOD_ALSO_DIFFERS, sections=", ".join(others)))
    if compared.left_out:
        told.append(say(words.WITHOUT_LINES, lines=", ".join(compared.left_out)))
    if compared.grown:
        told.append(words.OF_A_YEAR)
    row |= {"members": compared.members, "others": compared.others, "note": "; ".join(told)}
    if compared.news is None:
        return {"fate": fates.TOO_EARLY} | row
    look = looks + 1
    return row | _judged(claim, compared.news, look, before, today)


def _judged(claim: dict, news: News, look: int, before: dict, today: Today) -> dict:
    """The numbers and the fate of a claim at one look."""
    sign = -1.0 if _base(claim, news.expected) < 0 else 1.0
    turned = replace(news, expected=sign * news.expected, value=sign * news.value)
    found = fate_of(turned, look=look)
    middle = 50.0 if claim["kind"] == RANK else 0.0

    def back(*values: float) -> list[float]:
        return sorted(sign * value + middle for value in values)

    predicted, realised = back(found.low, found.high), back(found.value_low, found.value_high)
    fate, decided = found.fate, ""
    if before.get("fate") == fates.FADED:
        fate, decided = fates.FADED, before["decided_in"]
    elif fate == fates.TOO_EARLY and before.get("fate") == fates.HELD_UP:
        fate, decided = fates.HELD_UP, before["decided_in"]
    elif fate != fates.TOO_EARLY:
        again = before.get("fate") == fate
        decided = before["decided_in"] if again else str(today.quarter)
    return {
        "looks": look,
        "expected": news.expected + middle,
        "predicted_low": predicted[0],
        "predicted_high": predicted[1],
        "realised": news.value + middle,
        "realised_low": realised[0],
        "realised_high": realised[1],
        "inside": "yes" if found.inside else "no",
        "power": found.power,
        "fate": fate,
        "decided_in": decided,
    }


def _base(claim: dict, expected: float) -> float:
    """The number whose sign says in which direction a claim goes."""
    return expected if claim["kind"] == RANK else float(claim["value"])
