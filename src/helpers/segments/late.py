"""Hypotheses that were fixed after a report: tested on what nobody could have read off then."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress

import pandas as pd

from helpers.errors import StudyError
from helpers.quarter import add_months
from helpers.segments import verdicts
from helpers.segments.cases import Case
from helpers.segments.trials import Trials, Without
from helpers.study import Study
from helpers.words import groups as words
from helpers.words import say

# Months of the windows that outcomes as of the date are measured over.
WINDOWS = {"left": 12, "expanded": 12, "nps": 3, "csat": 3}


class Late:
    """The tests of the cases that were fixed on one day, after the study's first report.

    The score, and every column that holds a state, of customers won after that day; outcomes of all
    customers, where their window begins after it. Before, an outcome is not testable.
    """

    def __init__(
        self,
        study: Study,
        frame: pd.DataFrame,
        scores: pd.DataFrame,
        score_without: Without | None,
        measured: pd.DataFrame | None,
        *,
        day: dt.date,
        as_of: dt.date | None,
    ) -> None:
        self.day, self.as_of = day, as_of
        self.measured = {} if measured is None else set(measured) & set(WINDOWS)
        won = pd.to_datetime(frame["won_on"])
        inside = frame[won > pd.Timestamp(day)]
        kept = scores[scores["account_id"].isin(inside["account_id"])]
        self.since = None
        if len(inside):
            with suppress(StudyError):  # fewer clusters than can tell anything
                self.since = Trials(study, inside, kept, score_without, measured)
        self.all = Trials(study, frame, scores, score_without, measured)

    def rows(self, cases: Sequence[Case]) -> list[dict]:
        """One row per case, as `Trials.rows` gives them; ``tested_on`` says on what."""
        of_time = [case for case in cases if self._is_over_time(case)]
        of_state = [case for case in cases if case not in of_time]
        found: dict[int, dict] = {}
        for group, trials, sentence in (
            (of_time, self.all, words.OUTCOMES_SINCE),
            (of_state, self.since, words.WON_SINCE),
        ):
            told = say(sentence, day=self.day)
            usable = [case for case in group if trials is not None and self._begun(case)]
            rows = iter(trials.rows(usable) if trials is not None and usable else [])
            for case in group:
                row = next(rows) if case in usable else self._nothing(case)
                found[id(case)] = row | {"tested_on": told}
        return [found[id(case)] for case in cases]

    def _is_over_time(self, case: Case) -> bool:
        return case.outcome in self.measured and case.outcome_from != "accounts"

    def _begun(self, case: Case) -> bool:
        """Whether the window of a measured outcome began after the day."""
        if not self._is_over_time(case):
            return True
        if self.as_of is None:
            return False
        first = self.as_of + dt.timedelta(days=1)
        opened = add_months(first.replace(day=1), -WINDOWS[case.outcome])
        return opened > self.day

    def _nothing(self, case: Case) -> dict:
        """The row of a case of which nothing is known that was unknown then."""
        note = say(words.NOTHING_NEW_YET, day=self.day)
        return self.all.untested(case, verdicts.NOT_TESTABLE, note)
