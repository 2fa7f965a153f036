"""What is tested: a condition or a variable against an outcome; and how notes about it read."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.words import groups as words
from helpers.words import say


@dataclass(frozen=True)
class Case:
    """One row of the result: a condition (``where``) or a single variable against an outcome."""

    hypothesis_id: str
    statement: str
    variables: tuple[str, ...]
    declared: bool
    where: str | None
    outcome: str
    direction: str
    outcome_from: str | None = None
    proposed: bool = False  # of the study file, and nothing shows that it was fixed beforehand
    since: dt.date | None = None  # tested on what came after this day only

    @property
    def family(self) -> str:
        """Tests that are adjusted together."""
        if self.proposed:
            return "proposed"
        return "declared" if self.declared else "exploratory"


@dataclass(frozen=True)
class Outcome:
    """Values of an outcome: numbers, or booleans as 0 and 1; blank where not known."""

    numbers: pd.Series
    boolean: bool
    unit: str


def constant(values: np.ndarray, what: str) -> str:
    """Why values cannot be compared: none is known, or all are the same."""
    if len(values) == 0:
        return say(words.WAS_NOT_COLLECTED, what=what)
    return say(words.SAME_FOR_ALL, what=what) if len(np.unique(values)) == 1 else ""


def left_out(count: int, what: str) -> str:
    """How many were left out; nothing if none."""
    return say(words.LEFT_OUT, count=str(count), what=what) if count else ""


def joined(*notes: str) -> str:
    """The notes that say something, in one line."""
    return "; ".join(note for note in notes if note)
