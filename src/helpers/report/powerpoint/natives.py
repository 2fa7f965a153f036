"""Each exhibit that a slide places, as native charts or a native table made from its data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.report import styling as st
from helpers.report.content import Content
from helpers.report.figures.parts import with_n
from helpers.report.powerpoint.models import Native
from helpers.segments import verdicts
from helpers.words import charts as words
from helpers.words import numbers as fmt

WIDE = 60  # characters of a row label before the chart's own measure cuts it


@dataclass(frozen=True)
class Mark:
    """One entry of a key: a sign in a colour, and what it stands for."""

    sign: str
    colour: str
    label: str


@dataclass(frozen=True)
class Cells:
    """A table whose cells may be coloured (``fills``: colour or "" per cell)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    fills: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]


@dataclass(frozen=True)
class Drawing:
    """Charts side by side (each with its share of the width), or a table; with key and remark."""

    charts: tuple[tuple[float, Native], ...] = ()
    table: Cells | None = None
    key: tuple[Mark, ...] = ()
    remark: str = ""


def drawing(content: Content, id: str, data: pd.DataFrame) -> Drawing:
    """An exhibit as native charts; one of an unknown kind becomes the table of its data."""
    from helpers.report.powerpoint import dots, figures

    known: dict[str, Callable[[Content, pd.DataFrame], Drawing]] = {
        "lifts": dots.lifts,
        "hypothesis_effects": dots.effects,
        "priority_order": dots.priorities,
        "exclusions": figures.exclusions,
        "score_strip": figures.strip,
        "score_example": figures.waterfall,
        "concentration": figures.concentration,
        "coverage": figures.coverage,
        "mrr_bridge": figures.bridge,
        "survival": figures.survival,
        "profiles": profiles,
        "movement_bands": movement,
    }
    return known.get(id, plain)(content, data)


def profiles(content: Content, data: pd.DataFrame) -> Drawing:
    """Metrics by segment against the rest, coloured where a difference is shown."""
    ids = [s.id for s in content.segments if s.id in set(data["segment_id"])]
    table = data[data["segment_id"].isin(ids) & data["value"].notna()]
    table = table[table["better"].fillna("").ne("")]
    marks = map(verdicts.shown_direction, table["better"], table["shares_score_inputs"])
    table = table.assign(mark=list(marks))
    telling = set(table.loc[table["mark"].ne(""), "metric"])
    metrics = sorted(dict.fromkeys(table["metric"]), key=lambda name: name not in telling)
    at = {(row["segment_id"], row["metric"]): row for row in table.to_dict("records")}
    rows, fills = [], []
    for metric in metrics:
        texts, colours = [content.metric(metric)[0]], [""]
        for name in ids:
            row = at.get((name, metric))
            text, colour = _compared(row, content.currency) if row else (fmt.MISSING, "")
            texts.append(text)
            colours.append(colour)
        rows.append(tuple(texts))
        fills.append(tuple(colours))
    heads = tuple(with_n(content.labels[i], _customers(table, i), length=WIDE) for i in ids)
    return Drawing(
        table=Cells(("Metric", *heads), tuple(rows), tuple(fills), (False, *(False for _ in ids))),
        key=(
            Mark("▲", st.ACCENT, words.BETTER),
            Mark("▼", st.WARM, words.WORSE),
        ),
    )


def _customers(table: pd.DataFrame, segment: str) -> Any:
    return table.loc[table["segment_id"].eq(segment), "customers"].iloc[0]


def _compared(row: dict[str, Any], currency: str) -> tuple[str, str]:
    value, rest = (_compact(row[name], row["unit"], currency) for name in ("value", "rest_value"))
    sign, colour = {"better": ("▲ ", "#d3e4f3"), "worse": ("▼ ", "#f3dccb")}.get(
        row["mark"], ("", "")
    )
    return f"{sign}{value} (rest {rest})", colour


def _compact(value: Any, unit: str, currency: str) -> str:
    if unit == "currency" and not fmt.is_missing(value):
        return fmt.short_money(float(value), currency)
    return fmt.in_unit(value, unit, currency=currency)


def movement(content: Content, data: pd.DataFrame) -> Drawing:
    """Customers by band in the quarter before and now."""
    import numpy as np

    from helpers.report.figures.revenue import band_moves

    if data.empty:
        return plain(content, data)
    customers = data[data["kind"].eq("customer")]
    counts = band_moves(customers, content.tables["quality_scores"])
    shade = np.log1p(counts) / np.log1p(max(int(counts.to_numpy().max()), 1))
    rows, fills = [], []
    for band in counts.index:
        rows.append((str(band), *(fmt.number(n) for n in counts.loc[band])))
        fills.append(("", *(_blend(float(part)) for part in shade.loc[band])))
    return Drawing(
        table=Cells(
            (f"{words.BEFORE} ↓   {words.NOW} →", *map(str, counts.columns)),
            tuple(rows),
            tuple(fills),
            (False, *(True for _ in counts.columns)),
        )
    )


def _blend(part: float) -> str:
    """A colour between nearly white and the heat map's blue."""
    low, high = (0xF6, 0xF7, 0xF8), (0x7F, 0xB0, 0xD9)
    mixed = (round(a + (b - a) * part) for a, b in zip(low, high, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def plain(content: Content, data: pd.DataFrame) -> Drawing:
    """The data behind a chart as a table of its first six columns."""
    shown = data.iloc[:, :6]
    rows = tuple(
        tuple(fmt.formatted(cell, currency=content.currency) for cell in row)
        for row in shown.itertuples(index=False)
    )
    return Drawing(
        table=Cells(
            tuple(str(name).replace("_", " ") for name in shown.columns),
            rows,
            tuple(("",) * len(shown.columns) for _ in rows),
            tuple(pd.api.types.is_numeric_dtype(shown[name]) for name in shown.columns),
        )
    )
