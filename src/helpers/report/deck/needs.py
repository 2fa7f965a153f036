"""Of the appendix: what interviewed customers need, and what they are worth."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from helpers.outputs.allowed import SCORE_BANDS
from helpers.report import wording
from helpers.report.deck.blocks import Bullets, Grid, Slide
from helpers.report.deck.places import ROWS, Places
from helpers.report.exhibit import Exhibit
from helpers.segments.needs_study import OF_OUTCOME
from helpers.words import charts, say
from helpers.words import deck as words
from helpers.words import numbers as fmt

EVERYBODY, BEHAVED, SIDES = "experience_0", "needs_behaved", "segmentations_agree"
SHARES_FROM = 20  # interviews from which on a share of them is told, rather than a count
SAID = (EVERYBODY, BEHAVED, SIDES, "service_tested")  # sentences beside the table


def needs(at: Places) -> Iterator[Slide]:
    """Needs and value together, and whether groups by experience are there; with interviews."""
    tables = at.content.tables
    groups, crossed = tables.get("needs_groups"), tables.get("needs_value")
    if groups is None or crossed is None or groups.empty:
        return
    outcomes = groups[groups["kind"] == OF_OUTCOME]
    if outcomes.empty:
        return
    first, left = outcomes.iloc[0], len(outcomes) - ROWS
    cells = crossed.set_index(["group_id", "band"])
    bands = [band for band in reversed(SCORE_BANDS) if band in set(crossed["band"])]
    rows = tuple(
        (
            at.name(group.outcome),
            fmt.number(group.customers),
            *(_cell(at, cells, group.group_id, band) for band in bands),
        )
        for group in outcomes.head(ROWS).itertuples()
    )
    heads = (
        words.NEEDED,
        words.INTERVIEWED,
        *(wording.capital(say(charts.BANDS[band])) for band in bands),
    )
    note = [say(words.NEEDS_NOTE)]
    note += [say(words.MORE_OUTCOMES, number=left)] if left > 0 else []
    told = tuple(_trusted(at))
    yield Slide(
        "needs",
        say(
            words.NEEDS_TITLE if first["interviewed"] >= SHARES_FROM else words.NEEDS_TITLE_FEW,
            interviewed=int(first["interviewed"]),
            outcome=at.name(first["outcome"]),
            share=float(first["share"]),
            customers=int(first["customers"]),
        ),
        (Grid(heads, rows, (False, True, *(False for _ in bands)), note=" ".join(note)),),
        (Bullets(told, words.NEEDS_SAID),) if told else (),
        notes=words.NEEDS_NOTES,
        proofs=at.proofs("needs_value", "needs_groups", "needs_profiles", "needs_behaviour"),
    )


def _trusted(at: Places) -> Iterator[str]:
    """How far the groups can be trusted, in plain words; the document has every measure."""
    found = {name: at.content.exhibit(name) for name in SAID}
    for name, exhibit in found.items():
        if exhibit is None or exhibit.kind not in ("finding", "warning"):
            continue
        values = vars(exhibit).get("values", {})
        if name == EVERYBODY and "profiles" in values:
            yield say(words.NEEDS_PROFILES, profiles=values["profiles"])
        elif name == BEHAVED and "looked" in values and "shown" not in values:
            yield say(words.NEEDS_NOT_SEEN, looked=values["looked"])
        elif name == SIDES and _too_few(found[EVERYBODY]):
            continue  # of so few, two groupings differ by chance alone
        elif name == SIDES:
            several = values["alike"] > 0
            yield say(words.NEEDS_ALIKE if several else words.NEEDS_APART, **_counts(values))
        else:
            yield exhibit.text


def _too_few(asked: Exhibit | None) -> bool:
    """Whether fewer customers were interviewed than it takes to look for groups."""
    return asked is not None and "least" in vars(asked).get("values", {})


def _counts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("pairs", "alike")}


def _cell(at: Places, cells: pd.DataFrame, group: str, band: str) -> str:
    """How many are in a cell, what each costs to serve, and who takes more or less than others."""
    if (group, band) not in cells.index:
        return fmt.MISSING
    row = cells.loc[(group, band)]
    customers = int(row["customers"])
    if customers < at.content.study.min_group_size:
        return say(words.CELL_SMALL, customers=customers)
    told = [say(words.CELL, customers=customers)]
    if not fmt.is_missing(row["service_cost"]):
        cost = fmt.short_money(float(row["service_cost"]), at.content.currency)
        told.append(say(words.CELL_COST, cost=cost))
    if row["over"] or row["under"]:
        told.append(say(words.CELL_SERVED, over=int(row["over"]), under=int(row["under"])))
    return "; ".join(told)
