"""What two people found of the same thing: how far research by hand can be trusted, and is used."""

import numpy as np
import pandas as pd

from helpers.outputs import shaped
from helpers.raters import Estimate, intraclass, kappa
from helpers.study import Study

KAPPA, ICC, NO_STATISTIC = "kappa", "intraclass correlation", ""
USABLE, WEAK, NOT_USABLE, NOT_JUDGED = "usable", "weak", "not usable", "not judged"
LOOKS = ("field", "value", "checked_value")


def double_collection(study: Study, research: pd.DataFrame) -> pd.DataFrame:
    """Agreement of first and second looks, field by field: the data file ``research_agreement``.

    Numbers are compared by the intraclass correlation, everything else by Cohen's κ: how often two
    people agree beyond what they would by guessing each answer as often as they do. Numbers that
    are all positive are compared by their logarithms: 90 and 100 differ as 900 and 1,000 do, and
    one slip at the largest company does not decide alone.

    Parameters
    ----------
    research : the canonical table: field, value, checked_value; a row without a value was asked and
        stayed open, one without a checked value was looked at once.

    Returns
    -------
    One row per researched field; see the declaration of the data file.
    """
    rows = []
    for field, lines in research.groupby("field", sort=True):
        pairs = lines.dropna(subset=["value", "checked_value"])
        one, other = compared(pairs["value"]), compared(pairs["checked_value"])
        same = int((one == other).sum())
        statistic, found, known = _statistic(study, str(field), one, other)
        rows.append(
            {
                "field": field,
                "label": _label(study, str(field)),
                "asked": len(lines),
                "filled": int(lines["value"].notna().sum()),
                "checked": len(pairs),
                "agreeing": same,
                "agreement_share": same / len(pairs) if len(pairs) else float("nan"),
                "statistic": statistic,
                "agreement": found.value,
                "low": found.low,
                "high": found.high,
                "verdict": verdict(study, found, known),
            }
        )
    return shaped("research_agreement", rows)


def not_usable(agreement: pd.DataFrame) -> frozenset[str]:
    """Fields whose two looks agree too little for their values to be used."""
    return frozenset(agreement.loc[agreement["verdict"] == NOT_USABLE, "field"])


def compared(values: pd.Series) -> pd.Series:
    """Values as compared: capitals and outer spaces do not count, and 120.0 is 120."""
    texts = values.astype("object").map(lambda v: "" if pd.isna(v) else str(v).strip().casefold())
    numbers = pd.to_numeric(texts, errors="coerce")
    return texts.where(numbers.isna(), numbers.map("{:.12g}".format))


def _statistic(
    study: Study, field: str, one: pd.Series, other: pd.Series
) -> tuple[str, Estimate, int]:
    """The statistic's name, the statistic, and the pairs that it rests on."""
    if one.empty:
        return NO_STATISTIC, Estimate(*[float("nan")] * 3), 0
    if _is_number(study, field):
        read = {"one": one, "other": other}
        values = pd.DataFrame({n: pd.to_numeric(v, errors="coerce") for n, v in read.items()})
        values = values.dropna()
        if (values > 0).all(axis=None):
            values = np.log(values)
        return ICC, intraclass(values["one"], values["other"]), len(values)
    levels = sorted({*one, *other})
    return KAPPA, kappa(one, other, levels=levels), len(one)


def _is_number(study: Study, field: str) -> bool:
    if field in study.research.fields:
        return study.research.fields[field].type == "number"
    return field in study.attributes and study.attributes[field].type == "number"


def _label(study: Study, field: str) -> str:
    entry = study.research.fields.get(field)
    return entry.label if entry is not None and entry.label else study.label(field)


def verdict(study: Study, found: Estimate, pairs: int) -> str:
    """What may be done with what two people found.

    Few pairs, or ones that could not differ, say nothing.
    """
    wanted = study.research
    if pairs < wanted.least_pairs or pd.isna(found.value):
        return NOT_JUDGED
    if found.value >= wanted.usable:
        return USABLE
    return WEAK if found.value >= wanted.weak else NOT_USABLE


# ── progress ─────────────────────────────────────────────────────────────────────────────────────
def progress(study: Study, research: pd.DataFrame) -> pd.DataFrame:
    """What each collector found by day, against the plan: the data file ``research_progress``.

    Collectors are numbered as the study lists them, others behind in the order of their names: no
    person is named in what is published.

    Parameters
    ----------
    research : collector, value, found_on; the columns may be absent.

    Returns
    -------
    One row per collector and day on which something was looked up; cells without a day come last.
    """
    if "collector" not in research:
        return shaped("research_progress", [])
    day = pd.to_datetime(research["found_on"]) if "found_on" in research else pd.NaT
    held = research.assign(found_on=day).dropna(subset="collector")
    others = sorted(set(held["collector"]) - set(study.research.collectors))
    number = {name: at for at, name in enumerate([*study.research.collectors, *others], 1)}
    held = held.assign(collector=held["collector"].map(number), found=held["value"].notna())
    rows = []
    for collector, own in held.groupby("collector", sort=True):
        by_day = own.groupby("found_on", dropna=False, sort=True)["found"].sum()
        total = 0
        for when, found in by_day.items():
            total += int(found)
            rows.append(
                {
                    "collector_number": collector,
                    "day": when,
                    "found": int(found),
                    "so_far": total,
                    "asked": len(own),
                    "share": total / len(own),
                    "planned_share": _planned(study, when),
                }
            )
    return shaped("research_progress", rows)


def _planned(study: Study, day: pd.Timestamp) -> float:
    """The share that the plan wants by the end of a day; NaN without a plan."""
    begins, ends = study.research.begins, study.research.ends
    if begins is None or ends is None or pd.isna(day):
        return float("nan")
    done = (day.date() - begins).days + 1
    return min(1.0, max(0.0, done / ((ends - begins).days + 1)))


def to_review(study: Study, research: pd.DataFrame) -> pd.DataFrame:
    """What a reviewer has to look at: cells on which two looks differ, largest gap first.

    Returns
    -------
    account_id, field (in words), value, checked_value, gap (of numbers, relative to the larger).
    """
    pairs = research.dropna(subset=["value", "checked_value"])
    one, other = compared(pairs["value"]), compared(pairs["checked_value"])
    differing = pairs[one != other]
    left, right = (pd.to_numeric(differing[at], errors="coerce") for at in LOOKS[1:])
    larger = pd.concat([left.abs(), right.abs()], axis=1).max(axis=1)
    gap = (left - right).abs() / larger.where(larger > 0)
    table = differing[["account_id", *LOOKS]].assign(gap=gap)
    table["field"] = [_label(study, name) for name in table["field"]]
    table = table.sort_values(["gap", "account_id", "field"], ascending=[False, True, True])
    return table.reset_index(drop=True)
