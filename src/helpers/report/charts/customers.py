"""Charts of the customer list, the quality score and the collected data."""

import numpy as np
import pandas as pd

from helpers.report.charts import parts
from helpers.report.charts.axes import axis
from helpers.report.charts.model import (
    Bar,
    Chart,
    Guide,
    Line,
    Note,
    Panel,
    Plane,
    Points,
    Row,
    Rows,
    Tone,
    nothing,
)
from helpers.words import charts as words
from helpers.words import numbers as fmt
from helpers.words import say

BANDS: dict[str, Tone] = {"excellent": "shown", "average": "plain", "poor": "worse"}
MOST_POINTS = 1500  # marks of one chart: more make a file that nobody can edit
DOUBTFUL = ("weak", "biased")
# A scale reaches as far as 99 of 100 customers do, where the last ones lie many times as far out:
# else all the others are a flat line.
FAR, NEARLY_ALL = 4.0, 0.99


def score_strip(scores: pd.DataFrame, *, currency: str) -> Chart:
    """Every customer's quality score from best to worst, coloured by band.

    Parameters
    ----------
    scores : quality_score and band, one row per customer.
    currency : of the score.
    """
    parts.require(scores, ("quality_score", "band"), chart="score_strip")
    if scores.empty:
        return nothing(say(words.NO_SCORE))
    ranked = scores.sort_values("quality_score", ascending=False, kind="stable")
    ranked = ranked.assign(place=np.arange(1, len(ranked) + 1), band=ranked["band"].astype(str))
    every = max(1, -(-len(ranked) // MOST_POINTS))
    shown = ranked[(ranked["place"] - 1) % every == 0]
    points, notes = [], []
    top = _reach(ranked["quality_score"])
    beyond = int((ranked["quality_score"] > top).sum())
    shown = shown[shown["quality_score"] <= top]
    for band, tone in BANDS.items():
        whole, part = (table[table["band"].eq(band)] for table in (ranked, shown))
        if whole.empty:
            continue
        x, y = (tuple(map(float, part[name])) for name in ("place", "quality_score"))
        points.append(Points(say(words.BANDS[band]), x, y, tone))
        middle = float(whole["place"].mean())
        height = float(whole["quality_score"].median())
        told = say(words.WITH_N, label=say(words.BANDS[band]), n=len(whole))
        lifted = height + 0.12 * top  # right of its middle, where the marks lie lower
        over = lifted <= top
        place = lifted if over else height
        notes.append(
            Note(middle, place, told, tone, side="right" if over else "middle", above=over)
        )
    remark = say(words.ONE_MARK_FOR_EVERY_CUSTOMERS, number=fmt.number(every)) if every > 1 else ""
    if beyond:
        ends = [fmt.short_money(v, currency) for v in (top, float(ranked["quality_score"].max()))]
        cut = say(words.SCORES_BEYOND, beyond=beyond, top=ends[0], most=ends[1])
        remark = f"{remark} {cut}".strip()
    best = ranked.loc[ranked["band"].eq("excellent"), "quality_score"]
    poor = ranked.loc[ranked["band"].eq("poor"), "quality_score"]
    title = ""
    if len(best) and len(poor):
        high, low = (
            fmt.short_money(float(v), currency, beside=float(best.min()))
            for v in (best.min(), poor.max())
        )
        title = say(words.SCORES_APART, best=len(best), high=high, poor=len(poor), low=low)
    return Chart(
        Plane(
            axis([len(ranked)], "count", title=words.best_to_worst(len(ranked)), high=len(ranked)),
            axis(ranked["quality_score"].clip(upper=top), "axis_money", currency=currency),
            points=tuple(points),
            guides=(Guide("y", 0.0),),
            notes=tuple(notes),
        ),
        title=title,
        unit=say(words.SCORE),
        remark=remark,
    )


def _reach(scores: pd.Series) -> float:
    """The largest score that is drawn: all, or all but the last hundredth where that is far out.

    >>> _reach(pd.Series([*range(100), 120])), _reach(pd.Series([*range(100), 9000])) < 130
    (120.0, True)
    """
    most, nearly = float(scores.max()), float(scores.quantile(NEARLY_ALL))
    return nearly if most > FAR * nearly > 0 else most


def score_waterfall(lines: pd.DataFrame, *, currency: str) -> Chart:
    """One customer's score as a sum, line by line.

    Parameters
    ----------
    lines : line (its label) and amount, signed as it enters the sum, in the order of the sum.
    currency : of the amounts.
    """
    parts.require(lines, ("line", "amount"), chart="score_waterfall")
    amounts = lines["amount"].to_numpy(dtype=float)
    ends = np.cumsum(amounts)
    largest = float(np.abs([*amounts, *ends]).max(initial=0))
    rows, marks = [], []
    for place, (line, amount, end) in enumerate(zip(lines["line"], amounts, ends, strict=True)):
        tone: Tone = "level" if place == 0 else "shown" if amount >= 0 else "plain"
        told = fmt.short_money(amount, currency, signed=place > 0, beside=largest)
        rows.append(Row(parts.name(line)))
        marks.append((Bar(float(end - amount), float(end), tone, told),))
    total = float(ends[-1]) if len(ends) else 0.0
    told = fmt.short_money(total, currency, beside=largest)
    rows.append(Row(say(words.TOTAL), strong=True))
    marks.append((Bar(0.0, total, "level", told),))
    base = float(amounts[0]) if len(amounts) else 0.0
    values = [v for row in marks for bar in row for v in (bar.start, bar.end)]
    panel = Panel(axis(values, "axis_money", currency=currency), tuple(marks))
    start = fmt.short_money(base, currency, beside=largest)
    return Chart(
        Rows(tuple(rows), (panel,), whole=True),
        title=say(words.ADDS_UP, base=start, total=told),
        unit=say(words.ADDS_UP_UNIT),
    )


def exclusion_effect(effects: pd.DataFrame, *, currency: str) -> Chart:
    """What each exclusion rule takes out: accounts on the left, monthly revenue on the right.

    Parameters
    ----------
    effects : rule, accounts, monthly_revenue, in the order in which rules apply, and reason where
        known. First row all known accounts, last row those included.
    currency : of the revenue.
    """
    parts.require(effects, ("rule", "accounts", "monthly_revenue"), chart="exclusion_effect")
    table = effects.reset_index(drop=True)
    edges = (0, len(table) - 1)
    reasons = table["reason"] if "reason" in table else table["rule"]
    named = reasons.fillna("").astype(str)
    named = named.where(named.str.strip().ne(""), table["rule"])
    rows = tuple(
        Row(parts.readable(text), strong=place in edges) for place, text in enumerate(named)
    )

    known, kept = (int(table["accounts"].iloc[place]) for place in edges)
    if known == kept:
        return nothing(say(words.NOBODY_LEFT_OUT))

    def panel(column: str, format: str, heading: str) -> Panel:
        values = table[column].fillna(0).to_numpy(dtype=float)
        marks = []
        for place, value in enumerate(values):
            change = value if place in edges else -value  # a rule may take negative revenue out
            told = fmt.formatted(change or 0.0, format, currency=currency)
            told = f"+{told}" if place not in edges and change > 0 else told
            tone: Tone = "level" if place in edges else "plain"
            marks.append((Bar(0.0, float(value), tone, told),))
        ticks = axis(values, format, currency=currency)
        bare = type(ticks)(ticks.low, ticks.high, (), ticks.format, ticks.currency)
        return Panel(bare, tuple(marks), heading)

    return Chart(
        Rows(
            rows,
            (
                panel("accounts", "count", say(words.ACCOUNTS)),
                panel("monthly_revenue", "short_money", say(words.MONTHLY_REVENUE)),
            ),
            whole=True,
        ),
        title=say(words.LEFT_OUT, left=known - kept, known=known),
        unit=say(words.LEFT_OUT_UNIT),
    )


CROSSED = 0.6  # share up to which what is said of the largest fifth meets the line of equals


def concentration(
    values: pd.Series, *, currency: str, what: str = "revenue", least: int = parts.LEAST
) -> Chart:
    """Share of the total held by the largest customers, as a curve (Pareto, Lorenz).

    Parameters
    ----------
    values : one value per customer; of negative ones there is no share, and they are left out.
    currency : of the values.
    what : what is shared.
    least : the smallest number of customers whose share may be shown: the curve starts there.
    """
    ranked = np.sort(values[values >= 0].to_numpy(dtype=float))[::-1]
    n = len(ranked)
    if not n or ranked.sum() <= 0:
        return nothing(say(words.THERE_NO_SHARE_OUT, what=what))
    share = np.concatenate([[0], np.cumsum(ranked) / ranked.sum()])
    kept = np.unique(np.linspace(0, n, min(n + 1, 400)).round().astype(int))
    top = max(1, round(0.2 * n))
    kept = np.unique([0, *(k for k in (*kept, top) if k >= least), n])
    x, y = (tuple(float(v) for v in values) for values in (kept / n, share[kept]))
    lines = [
        Line(say(words.EQUAL_SHARES), (0.0, 1.0), (0.0, 1.0), "plain", dashed=True),
        Line(say(words.SHARE_HELD), x, y, "shown"),
    ]
    notes = [Note(0.8, 0.77, say(words.EQUAL_SHARES), "plain")]
    points: tuple[Points, ...] = ()
    total = fmt.short_money(float(ranked.sum()), currency)
    title = ""
    if top >= least:
        points = (Points(say(words.LARGEST_FIFTH), (top / n,), (float(share[top]),), large=True),)
        told = say(words.TOP_SHARE, top=top, n=n, share=float(share[top]))
        # Beside the dot it would lie on the line of equal shares, where that is near.
        beside = share[top] + 0.03 if share[top] < CROSSED else top / n
        notes.append(Note(float(beside), float(share[top]), told, "shown"))
        title = say(words.TOP_HOLD, top=top, n=n, share=float(share[top]), total=total, what=what)
    return Chart(
        Plane(
            axis([0, 1], "percent", title=words.largest_first(n), high=1.0),
            axis([0, 1], "percent", high=1.0),
            lines=tuple(lines),
            points=points,
            notes=tuple(notes),
        ),
        title=title,
        unit=words.share_of(what),
    )


def coverage_bars(coverage: pd.DataFrame, *, most: int = 30) -> Chart:
    """How completely each attribute and metric is filled, worst first.

    Parameters
    ----------
    coverage : field, filled, customers, filled_share, verdict, and label where known.
    most : rows at most.
    """
    columns = ("field", "filled", "customers", "filled_share", "verdict")
    parts.require(coverage, columns, chart="coverage_bars")
    if coverage.empty:
        return nothing(say(words.NOTHING_WAS_COLLECTED_BESIDE_CUSTOMER))
    drawn = coverage.sort_values(["filled_share", "field"]).head(most)
    label = drawn["label"].fillna(drawn["field"]) if "label" in drawn else drawn["field"]
    rows, marks = [], []
    for name, one in zip(label, drawn.to_dict("records"), strict=True):
        weak = one["verdict"] in DOUBTFUL
        rows.append(parts.row(name, one["filled"]))
        told = f"{fmt.percent(one['filled_share'], 0)} {fmt.formatted(one['verdict'], 'words')}"
        tone: Tone = "plain" if weak else "shown"
        marks.append((Bar(0.0, float(one["filled_share"]), tone, told),))
    firm = int((~coverage["verdict"].isin(DOUBTFUL)).sum())
    return Chart(
        Rows(
            tuple(rows),
            (Panel(axis([1.0], "percent", parts=4, high=1.0), tuple(marks)),),
            len(coverage) - len(drawn),
            "coverage",
        ),
        title=say(words.FILLED_WELL, firm=firm, every=len(coverage)),
        unit=say(words.CUSTOMERS_WITH_VALUE, number=fmt.number(int(drawn["customers"].max()))),
    )
