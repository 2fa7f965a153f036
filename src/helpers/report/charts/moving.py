"""Charts of moves between groups, of segments over all quarters, and of claims against news."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.report.charts import parts
from helpers.report.charts.axes import axis
from helpers.report.charts.model import (
    Axis,
    Band,
    Bar,
    Chart,
    Line,
    Mark,
    Panel,
    Plane,
    Row,
    Rows,
    Tick,
    Tone,
    nothing,
)
from helpers.words import charts as words
from helpers.words import numbers as fmt
from helpers.words import say

REASONS = 3  # of each move by name; the others together
MOVES = 6  # drawn; the largest
HUES: tuple[Tone, ...] = ("shown", "hue1", "hue2", "hue3", "hue4")


def flow_chart(flows: pd.DataFrame, *, least: int = parts.LEAST) -> Chart:
    """How many customers moved from which band to which, and because of what.

    Parameters
    ----------
    flows : the data file.
    least : moves of fewer customers are not drawn by themselves.
    """
    parts.require(flows, ("change", "before", "after", "because", "customers"), chart="flow_chart")
    own = flows[flows["change"] == "band"]
    if own.empty:
        return nothing(say(words.NOBODY_MOVED))
    whole = own.groupby(["before", "after"], sort=False)["customers"].sum()
    drawn = whole[whole >= least].head(MOVES)
    if drawn.empty:
        return nothing(say(words.FEW_MOVED, moved=int(whole.sum()), least=least))
    rows: list[Row] = []
    marks: list[tuple[Mark, ...]] = []
    for (before, after), customers in drawn.items():
        label = say(words.FROM_TO, before=_group(before), after=_group(after))
        rows.append(parts.row(label, customers, heading=True, tone="level"))
        marks.append(())
        of = own[(own["before"] == before) & (own["after"] == after)]
        named = [(row.because or say(words.NO_REASON), int(row.customers))
                 for row in of.head(REASONS).itertuples()]  # fmt: skip
        others = int(of["customers"].iloc[REASONS:].sum())
        for because, count in [*named, *([(say(words.OTHER_REASONS), others)] if others else [])]:
            rows.append(Row(parts.name(because)))
            marks.append((Bar(0.0, float(count), "shown", fmt.number(count)),))
    ends = [mark.end for row in marks for mark in row if isinstance(mark, Bar)]
    return Chart(
        Rows(
            tuple(rows),
            (Panel(axis(ends, "count"), tuple(marks)),),
            len(whole) - len(drawn),
            "flows",
        ),
        title=say(words.FLOWED, moved=int(whole.sum()), moves=len(whole)),
        unit=say(words.FLOWED_UNIT),
    )


def _group(name: str) -> str:
    return say(words.BANDS.get(name, name)) if name in words.BANDS else name.replace("_", " ")


def series_chart(series: pd.DataFrame, *, labels: Mapping[str, str], currency: str) -> Chart:
    """Lifts of segments over all quarters, each with its noise band.

    Parameters
    ----------
    series : the data file ``segment_series``.
    labels : segment_id -> label, in the order of the chart; other segments are left out. The first
        `HUES` are drawn.
    currency : of lifts.
    """
    columns = ("segment_id", "measure", "quarter", "value", "low", "high")
    parts.require(series, columns, chart="series_chart")
    lifts = series[series["measure"] == "lift"]
    known = [name for name in labels if name in set(lifts["segment_id"])]
    drawn = known[: len(HUES)]
    own = lifts[lifts["segment_id"].isin(drawn)]
    quarters = sorted(lifts.loc[lifts["segment_id"].isin(known), "quarter"].unique())
    if len(quarters) < 2:
        return nothing(say(words.ONE_QUARTER))
    place = {quarter: float(at) for at, quarter in enumerate(quarters)}
    lines: list[Line] = []
    for segment in drawn:
        rows, label = own[own["segment_id"] == segment].sort_values("quarter"), labels[segment]
        bounded = rows[["low", "high"]].notna().all(axis=None)
        lines.append(
            Line(
                parts.name(label),
                tuple(place[quarter] for quarter in rows["quarter"]),
                tuple(map(float, rows["value"])),
                HUES[len(lines)],
                label=parts.name(label),
                low=tuple(map(float, rows["low"])) if bounded else (),
                high=tuple(map(float, rows["high"])) if bounded else (),
            )
        )
    ends = own[["value", "low", "high"]].to_numpy(float).ravel()
    ticks = tuple(Tick(place[quarter], quarter) for quarter in quarters)
    return Chart(
        Plane(
            Axis(0.0, float(len(quarters) - 1), ticks, "count"),
            axis(ends, "axis_money", currency=currency),
            lines=tuple(lines),
        ),
        title=say(words.LIFTS_OVER, segments=len(drawn), quarters=len(quarters))
        if len(drawn) == len(known)
        else say(
            words.LIFTS_OF_FIRST, segments=len(drawn), known=len(known), quarters=len(quarters)
        ),
        unit=say(words.LIFTS_OVER_UNIT),
    )


def claims_chart(claims: pd.DataFrame, *, most: int = 12) -> Chart:
    """What was realised of earlier claims, within or outside what was predicted of it.

    Units differ between claims: each is drawn in halves of its own prediction interval, so that -1
    and 1 are its ends and 0 is what was expected.

    Parameters
    ----------
    claims : rows of the data file of earlier quarters.
    most : claims drawn; those decided first, the newest of each.
    """
    columns = ("name", "quarter", "kind", "expected", "predicted_low", "predicted_high",
               "realised", "inside", "fate")  # fmt: skip
    parts.require(claims, columns, chart="claims_chart")
    looked = claims[(claims["inside"] != "") & claims["realised"].notna()]
    half = (looked["predicted_high"] - looked["predicted_low"]) / 2
    looked = looked.assign(at=(looked["realised"] - looked["expected"]) / half)[half > 0]
    if looked.empty:
        return nothing(say(words.NO_CLAIM_LOOKED_AT))
    place = looked["fate"].map({name: at for at, name in enumerate(FATES)}).fillna(len(FATES))
    order = looked.assign(
        _place=place, _newest=[-int(q.replace("Q", "")) for q in looked["quarter"]]
    )
    drawn = order.sort_values(["_place", "_newest", "claim_id"], kind="stable").head(most)
    rows, marks = [], []
    for one in drawn.to_dict("records"):
        rows.append(Row(_claimed(one), one["quarter"]))
        tone: Tone = FATES.get(one["fate"], "open")
        band = Band(-1.0, 1.0)
        marks.append((band, parts.span(one["at"], None, None, tone, text=str(one["fate"]))))
    inside = int((looked["inside"] == "yes").sum())
    ends = [-1.5, 1.5, *map(float, drawn["at"])]
    return Chart(
        Rows(
            tuple(rows),
            (Panel(axis(ends, "number"), tuple(marks)),),
            len(looked) - len(drawn),
            "claims",
        ),
        title=say(words.CLAIMS_INSIDE, inside=inside, looked=len(looked)),
        unit=say(words.CLAIMS_UNIT),
    )


def _claimed(claim: dict[str, Any]) -> str:
    """What a claim is about: a group, and of its figures the one that was told."""
    metric = "" if claim["kind"] in ("lift", "rank") else claim.get("metric") or ""
    return parts.name(f"{claim['name']}, {metric}" if metric else claim["name"])


FATES: dict[str, Tone] = {"faded": "worse", "missed": "worse", "held up": "shown",
                          "too early": "open"}  # fmt: skip
