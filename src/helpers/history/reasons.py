"""What is behind a customer's move between two quarters."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.outputs import heading
from helpers.segments.rules import columns_of
from helpers.words import history as words
from helpers.words import numbers as fmt
from helpers.words import say

NOT_LINES = ("rank", "quality_score")
Because = tuple[str, str]  # what changed, and the same with its values
NONE: Because = ("", "")
LIFECYCLE = "lifecycle-"  # segments that are stages of life
HEALTH_PARTS = ("consumption", "activation", "outcomes")


class Reasons:
    """The data files of two quarters, by customer."""

    def __init__(
        self, current: Mapping[str, pd.DataFrame], previous: Mapping[str, pd.DataFrame]
    ) -> None:
        self.now, self.then = (
            {
                name: table.set_index("account_id")
                for name, table in tables.items()
                if name in ("quality_scores", "attributes", "health")
            }
            for tables in (current, previous)
        )
        rules = pd.concat([previous["segments"], current["segments"]])
        self.rules = dict(zip(rules["segment_id"], rules.get("rule", ""), strict=False))

    def added(self, changes: pd.DataFrame) -> pd.DataFrame:
        """The table ``movement`` with its columns ``because`` and ``reason``."""
        told = [
            self._of(row.id, row.change, row.before or row.after)
            if row.kind == "customer"
            else NONE
            for row in changes.itertuples()
        ]
        both = pd.DataFrame(told, columns=["because", "reason"], index=changes.index, dtype="str")
        return changes.assign(because=both["because"], reason=both["reason"])

    def _of(self, account: str, change: str, about: str) -> Because:
        if change == "status":
            return self._left(account)
        if change in ("band", "rank"):
            return self._line(account)
        if change == "health":
            return self._largest(account, "health", HEALTH_PARTS)
        if change == "stage":
            return _alone(words.TIME_PASSED)
        if change in ("joined", "left"):
            return self._attributes(account, about)
        return NONE

    def _left(self, account: str) -> Because:
        """That it left or came back: its score follows from that, and not the other way round."""
        gone = self.now["quality_scores"]["status"].get(account) == "former"
        return _alone(words.LEFT if gone else words.CAME_BACK)

    def _line(self, account: str) -> Because:
        """The line of the score that changed most."""
        scores = self.now["quality_scores"]
        lines = [
            name
            for name in scores.columns
            if name not in NOT_LINES and pd.api.types.is_numeric_dtype(scores[name])
        ]
        found = self._largest(account, "quality_scores", lines)
        return found if found != NONE else _alone(words.OTHERS_MOVED)

    def _largest(self, account: str, file: str, names: tuple[str, ...] | list[str]) -> Because:
        """The number of a file that changed most for a customer; `NONE` where none did."""
        now, then = self.now.get(file), self.then.get(file)
        if now is None or then is None or account not in now.index or account not in then.index:
            return NONE
        known = [name for name in names if name in now and name in then]
        before, after = (
            table.loc[account, known].to_numpy(dtype=float) if known else np.zeros(0)
            for table in (then, now)
        )
        gap = np.nan_to_num(np.abs(after - before))
        if not gap.size or not gap.max() > 0:
            return NONE
        at = int(gap.argmax())
        return heading(known[at]), say(
            words.CHANGED_FROM_TO,
            what=heading(known[at]),
            before=fmt.number(before[at]),
            after=fmt.number(after[at]),
        )

    def _attributes(self, account: str, segment: str) -> Because:
        """The attributes that a segment's rule names and that differ."""
        now, then = self.now.get("attributes"), self.then.get("attributes")
        rule = self.rules.get(segment)
        if now is None or then is None or not isinstance(rule, str) or not rule:
            return NONE
        if segment.startswith(LIFECYCLE):
            return _alone(words.TIME_PASSED)
        told, names = [], []
        for name in columns_of(rule):
            stem = name.removesuffix("_raw")
            values = [
                table.loc[account, stem] if stem in table and account in table.index else None
                for table in (then, now)
            ]
            before, after = ("" if fmt.is_missing(one) else str(one) for one in values)
            if before != after:
                names.append(heading(stem))
                told.append(
                    say(
                        words.CHANGED_FROM_TO,
                        what=heading(stem),
                        before=before or fmt.MISSING,
                        after=after or fmt.MISSING,
                    )
                )
        return (", ".join(names), "; ".join(told)) if told else _alone(words.RULE_MOVED)


def _alone(sentence: str) -> Because:
    """A reason without numbers."""
    return say(sentence), say(sentence)
