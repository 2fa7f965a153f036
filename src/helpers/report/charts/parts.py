"""Pieces that several charts share."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from helpers.errors import StudyError, listed
from helpers.report.charts.model import Row, Span, Tone
from helpers.words import charts as words
from helpers.words import numbers as fmt
from helpers.words import say

LEAST = 5  # customers, where a study says nothing else


def require(table: pd.DataFrame, columns: Iterable[str], *, chart: str) -> pd.DataFrame:
    """The table itself, or a StudyError that names the columns it lacks."""
    absent = [name for name in columns if name not in table.columns]
    if absent:
        raise StudyError(
            f"The chart `{chart}` needs columns that its table does not have.",
            found=listed(table.columns, most=30),
            expected=listed(absent),
        )
    return table


def row(label: object, customers: Any = None, **look: Any) -> Row:
    """A row's label, and how many customers it is about."""
    note = "" if customers is None else say(words.N, n=int(customers))
    return Row(name(label), note, **look)


def name(text: object) -> str:
    """A name as it was written, on one line, in a direction of its own."""
    return fmt.isolated(" ".join(str(text).split()))


def readable(text: object) -> str:
    """The id of a step, rule or level as people read it.

    >>> readable("known_accounts")
    'known accounts'
    """
    return name(fmt.formatted(str(text), "words"))


def span(value: float, low: Any, high: Any, tone: Tone, *, text: str = "", **look: Any) -> Span:
    """A value with its interval, where there is one."""
    known = not (fmt.is_missing(low) or fmt.is_missing(high))
    least, most = (float(low), float(high)) if known else (None, None)
    return Span(float(value), least, most, tone=tone, text=text, **look)
