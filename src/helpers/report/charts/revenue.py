"""Charts of revenue over time, of who stays, and of movement between quarters."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.report import wording
from helpers.report.charts import parts
from helpers.report.charts.axes import axis
from helpers.report.charts.model import (
    Bar,
    Cell,
    Chart,
    Grid,
    Guide,
    Line,
    Panel,
    Plane,
    Row,
    Rows,
    Tone,
    nothing,
)
from helpers.words import charts as words
from helpers.words import numbers as fmt
from helpers.words import say

BANDS = ("excellent", "average", "poor")
LEVELS = ("opening", "closing")
HUES: tuple[Tone, ...] = ("shown", "hue1", "hue2", "hue3", "hue4")
CORNERS = 300  # of a curve at most


def mrr_bridge(bridge: pd.DataFrame, *, currency: str, known: bool = True) -> Chart:
    """What changed the monthly recurring revenue in the quarter, step by step, from zero.

    The levels before and after stand in the title and in rows of their own, without a bar: drawn
    on one scale with them, changes of a few per cent could not be seen, and on a cut one they would
    look larger than they are.

    Parameters
    ----------
    bridge : step and amount; steps 'opening' (missing where it is not recorded) and 'closing' are
        levels, all others changes (losses negative); customers, the number of customers behind a
        step, where known.
    currency : of the amounts.
    known : whether any export speaks of the quarter; else that nothing moved is no result.
    """
    parts.require(bridge, ("step", "amount"), chart="mrr_bridge")
    levels = bridge[bridge["step"].isin(LEVELS)].set_index("step")["amount"].astype(float)
    if not set(LEVELS) <= set(levels.index):
        return nothing(say(words.NO_BRIDGE))
    if not known:
        after = fmt.short_money(float(levels["closing"]), currency)
        title = say(words.NOT_OF_QUARTER, after=after)
        return replace(nothing(say(words.NO_BRIDGE_KNOWN)), title=title)
    if fmt.is_missing(levels["opening"]):
        title = say(words.NO_OPENING, after=fmt.short_money(float(levels["closing"]), currency))
        return replace(nothing(say(words.NO_BRIDGE_KNOWN)), title=title)
    changes = bridge[~bridge["step"].isin(LEVELS)]
    largest = float(changes["amount"].abs().max()) if len(changes) else 0.0
    rows, marks = [], []
    for one in changes.to_dict("records"):
        amount = float(one["amount"])
        rows.append(parts.row(parts.readable(one["step"]), one.get("customers")))
        told = fmt.short_money(amount, currency, signed=True, beside=largest)
        marks.append((Bar(0.0, amount, "shown" if amount >= 0 else "worse", told),))
    net = float(changes["amount"].sum())
    rows.append(Row(say(words.NET), strong=True))
    told = fmt.short_money(net, currency, signed=True, beside=largest)
    marks.append((Bar(0.0, net, "level", told),))
    values = [v for row in marks for bar in row for v in (bar.start, bar.end)]
    before, after = (
        fmt.short_money(v, currency, beside=float(levels.max())) for v in levels[list(LEVELS)]
    )
    sentence = words.STAYED_AT if before == after else words.GREW if net > 0 else words.SHRANK
    return Chart(
        Rows(
            tuple(rows),
            (Panel(axis(values, "signed_axis_money", currency=currency), tuple(marks)),),
            whole=True,
        ),
        title=say(sentence, before=before, after=after, net=told),
        unit=say(words.BRIDGE_UNIT, before=before, after=after),
    )


def survival_curve(
    curve: pd.DataFrame, *, silent: bool = False, first: date | None = None
) -> Chart:
    """Share of customers that stay, by time since they were won, with 95 % bands.

    Parameters
    ----------
    curve : time, survival, low, high, at_risk, and group where there are several.
    silent, first : whether leaving is seen by silence, and the day before which those who left
        are missing (`wording.stay`).
    """
    parts.require(curve, ("time", "survival", "low", "high", "at_risk"), chart="survival_curve")
    if curve.empty:
        return nothing(say(words.NO_HISTORY))
    if not curve["time"].max() > 0:
        return nothing(say(words.NOBODY_LEFT))
    grouped = "group" in curve
    groups = list(curve["group"].drop_duplicates()) if grouped else [say(words.EVERYBODY)]
    lines = []
    for place, group in enumerate(groups):
        part = (curve[curve["group"] == group] if grouped else curve).sort_values("time")
        time = part["time"].to_numpy(float)
        x, y = _stairs(time, part["survival"].to_numpy(float))
        _, low = _stairs(time, part["low"].to_numpy(float))
        _, high = _stairs(time, part["high"].to_numpy(float))
        bounded = len(low) == len(high) == len(y)
        told = say(words.WITH_N, label=parts.name(group), n=int(part["at_risk"].iloc[0]))
        lines.append(
            Line(
                parts.name(group),
                x,
                y,
                HUES[place % len(HUES)],
                label=told,
                low=low if bounded else (),
                high=high if bounded else (),
            )
        )
    last = float(curve["time"].max())
    return Chart(
        Plane(
            axis([last], "count", title=words.since_won()),
            axis([1.0], "percent", parts=4, high=1.0),
            lines=tuple(lines),
            guides=(Guide("y", 0.5, dashed=True),),
        ),
        title="" if grouped else wording.capital(wording.stay(curve, silent=silent, first=first)),
        unit=say(words.STAYED),
    )


def _stairs(x: np.ndarray, y: np.ndarray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """A curve that keeps its height until the next step."""
    known = ~np.isnan(y)
    x, y = x[known], y[known]
    kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), CORNERS)).round().astype(int))
    corners = [(float(x[k]), float(y[k])) for k in kept[:1]]
    for before, now in pairwise(kept):
        corners.append((float(x[now]), float(y[before])))
        corners.append((float(x[now]), float(y[now])))
    return tuple(a for a, _ in corners), tuple(b for _, b in corners)


def movement_grid(movement: pd.DataFrame, scores: pd.DataFrame) -> Chart:
    """Customers by band in the quarter before and now.

    Parameters
    ----------
    movement : the data file: kind, id, change, before, after. It lists changes only.
    scores : the data file quality_scores of this quarter: account_id, band.
    """
    parts.require(movement, ("kind", "id", "change", "before", "after"), chart="movement_grid")
    parts.require(scores, ("account_id", "band"), chart="movement_grid")
    if movement.empty:
        return nothing(say(words.THERE_NO_EARLIER_QUARTER_COMPARE))
    counts = band_moves(movement[movement["kind"].eq("customer")], scores)
    most = np.log1p(max(int(counts.to_numpy().max()), 1))
    # Who came or left was in no band in one of the two quarters, and changed none.
    both = counts.drop(index=words.OUTSIDE, columns=words.OUTSIDE, errors="ignore")
    every = int(both.to_numpy().sum())
    same = sum(int(both.loc[b, b]) for b in both.index if b in both.columns)
    return Chart(
        Grid(
            say(words.BEFORE_NOW),
            tuple(Row(say(words.BANDS.get(name, name))) for name in counts.columns),
            tuple(Row(say(words.BANDS.get(name, name))) for name in counts.index),
            tuple(
                tuple(
                    Cell(fmt.number(int(n)), shade=round(float(np.log1p(n) / most), 3))
                    for n in counts.loc[band]
                )
                for band in counts.index
            ),
        ),
        title=say(words.MOVED, moved=every - same, every=every),
        unit=say(words.MOVED_UNIT),
    )


def band_moves(changes: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Customers by band before and now; who is in one quarter only is outside in the other."""
    outside = words.OUTSIDE
    now = scores.set_index("account_id")["band"].astype(str)
    moved = changes[changes["change"].eq("band")].set_index("id")["before"]
    new = changes.loc[changes["change"].eq("new"), "id"]
    before = now.copy()
    before.loc[before.index.isin(new)] = outside
    known = moved.index.intersection(before.index)
    before.loc[known] = moved.loc[known]
    gone = changes[changes["change"].eq("gone")].set_index("id")["before"]
    gone = gone.where(gone.isin(BANDS), outside)
    then = pd.concat([before, gone])
    after = pd.concat([now, pd.Series(outside, index=gone.index)])
    order = [*BANDS, outside]
    counts = pd.crosstab(then.to_numpy(), after.to_numpy())
    counts = counts.reindex(index=order, columns=order, fill_value=0)
    return counts.loc[counts.sum(axis=1) > 0, counts.sum() > 0]
