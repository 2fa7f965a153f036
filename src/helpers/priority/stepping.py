"""One next step: the row of a play for one group, in numbers and words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from helpers.metrics.catalog import is_defined, metric
from helpers.priority import due
from helpers.priority.conditions import (
    LEADING,
    PAST,
    REST,
    YES,
    Comparison,
    Node,
    Plain,
    comparisons,
    names_of,
    stem_of,
)
from helpers.priority.evidence import Asked, Evidence
from helpers.priority.experiments import TRIAL, customers_per_arm
from helpers.segments import verdicts
from helpers.study import Play, Study
from helpers.words import action as words
from helpers.words import numbers as fmt
from helpers.words import say, translated

# The least difference between today's value and a target that anyone could notice, by unit;
# of other units, a hundredth of today's value.
NOTICEABLE = {"ratio": 0.005, "%": 0.5, "points": 0.5}
STEP = "step"


@dataclass(frozen=True)
class Writer:
    """Writes the row of a play for one group, by its place among the groups."""

    study: Study
    asked: Asked
    evidence: Evidence
    as_of: date | None
    reasons: Mapping[str, str]
    first: str
    known: Mapping[str, str]
    worth: Mapping[str, str]

    @property
    def earliest(self) -> date | None:
        """No day to act by lies before it."""
        return None if self.as_of is None else due.presented(self.study, self.as_of)

    def action(self, play: Play, group: str) -> str:
        """What is to be done for a group."""
        told = translated(play.action).replace("{leading}", self.first)
        return told.replace("{top_reason}", self.reasons.get(group, ""))

    def _shown(self, node: Node, at: int) -> list[float]:
        """Adjusted p-values of the comparisons that are shown."""
        return [
            self.evidence.adjusted[one.key][at]
            for one in comparisons(node)
            if self.evidence.shown(one)[at] == YES
        ]

    def step(self, play: Play, place: str, at: int, node: Node) -> dict:
        row = self._row(play, place, at)
        proofs = self._shown(node, at)
        told = [self._reason(node, at, proofs), self.known.get(row["segment_id"], "")]
        row["reason"] = "; ".join(one for one in told if one)
        row["p_adjusted"] = max(proofs) if proofs else np.nan
        return row

    def trial(self, play: Play, place: str, at: int, node: Node) -> tuple[dict, str]:
        """The row of a trial, and why the group cannot hold one ("" where it can)."""
        row = self._row(play, place, at)
        arm = customers_per_arm(
            baseline=row["baseline"], target=row["target"], low=row["baseline_low"],
            high=row["baseline_high"], customers=self._count(play.metric, at),
            alpha=self.study.scope.alpha,
        )  # fmt: skip
        proofs = self._shown(node, at)
        if play.proof == TRIAL:
            standing = say(words.NO_CAUSE, compared=self._compared(node, at), p=max(proofs))
        else:
            standing = say(words.NOT_YET, compared=self._compared(node, at))
        row["p_adjusted"] = max(proofs) if play.proof == TRIAL else np.nan
        if not np.isfinite(arm):
            return row, say(words.TRIAL_OPEN, standing=standing)
        row["per_arm"], fits = arm, 2 * arm <= row["customers"]
        told = say(
            words.TRIAL if fits else words.TRIAL_TOO_LARGE,
            standing=standing, arm=f"{arm:,.0f}",
            target=_plain(row["target"], row["unit"], self.study.currency),
            customers=f"{row['customers']:,}",
        )  # fmt: skip
        return row | {"kind": TRIAL, "reason": told}, "" if fits else told

    def _count(self, name: str | None, at: int) -> int:
        key = (self.asked.worked["segment_id"][at], name)
        return int(self.asked.metrics["customers"].get(key, 0))

    def _row(self, play: Play, place: str, at: int) -> dict:
        group = self.asked.worked.iloc[at]
        baseline = target = low = high = np.nan
        name = play.metric if play.metric in self.asked.units else None
        if name:
            baseline, rest = self.asked.numbers[name][at], self.asked.numbers[REST + name][at]
            low, high = self.asked.low[name][at], self.asked.high[name][at]
            lead = self.asked.numbers[LEADING + name][at]
            fixed: dict[Any, Any] = {
                "rest": rest,
                "keep": baseline,
                "leading": lead,
                None: np.nan,
            }
            chosen: Any = fixed.get(play.target, play.target)
            target = chosen
            if _reached(name, self.asked.units[name], baseline, target):
                target = baseline
        return {
            "segment_id": group["segment_id"],
            "definition": group["definition"],
            "kind": STEP,
            "action": self.action(play, group["segment_id"]),
            "reason": "",
            "owner": translated(play.owner),
            "by": due.of_group(play, self.as_of, self.earliest),
            "metric": name or "",
            "baseline": baseline,
            "baseline_low": low,
            "baseline_high": high,
            "target": target,
            "unit": self.asked.units.get(name, ""),
            "check": translated(play.check),
            "customers": int(group["worked_with"]),
            "arr": group["arr"],
            "per_arm": np.nan,
            "p_adjusted": np.nan,
            "about": play.about,
            "rule": group["rule"],
            "priority": self.asked.wide["rank"][at] if "rank" in self.asked.wide else np.nan,
            "when": play.when,
            "play": place,
        }

    def _reason(self, node: Node, at: int, proofs: list[float]) -> str:
        """The figures that the step follows from; without any, what is shown of the group.

        Of a group that is worked with anyway nothing is said: its name tells why, such as at risk.
        """
        compared = self._compared(node, at)
        if not compared:
            return self.worth.get(self.asked.worked["segment_id"][at], "")
        if not proofs:
            return compared
        return say(words.SHOWN, compared=compared, p=max(proofs))

    def _compared(self, node: Node, at: int) -> str:
        """The numbers that the condition names, each metric beside the rest's or the past's."""
        beside: dict[str, set[str]] = {}
        for name in _columns(node):
            stem = stem_of(name)
            own = stem if f"{REST}{stem}" in self.asked.numbers else name
            kind = next((one for one in (PAST, LEADING) if name.startswith(one)), REST)
            beside.setdefault(own, set()).add(kind)
        told = []
        for name, against in beside.items():
            if name == "segment_id":
                continue
            label, unit = (
                (metric(name).label, metric(name).unit) if is_defined(name) else (name, "")
            )
            value = self.asked.numbers[name][at]
            currency = self.study.currency
            own = words.NOT_KNOWN if pd.isna(value) else _plain(value, unit, currency)
            others = []
            for prefix, sentence in (
                (REST, words.OTHERS),
                (PAST, words.PAST),
                (LEADING, words.LEADING),
            ):
                column = self.asked.numbers.get(prefix + name)
                number = np.nan if column is None else column[at]
                if prefix in against and not pd.isna(number):
                    told_as = _plain(number, unit, currency)
                    if unit and told_as == own:  # a condition holds where tables show no difference
                        own, told_as = fmt.apart(value, number, unit, currency=currency)
                    others.append(say(sentence, value=told_as))
            if others:
                told.append(say(words.COMPARED, metric=label, own=own, others=", ".join(others)))
            else:
                told.append(f"{label} {own}")
        return "; ".join(told)


def worth_more(segments: pd.DataFrame | None, currency: str) -> dict[str, str]:
    """By segment, by how much it is shown to be worth more than all other customers.

    ``segments`` is the data file of that name; None = not known.

    >>> found = pd.DataFrame({"segment_id": ["a", "b"], "verdict": ["validated", "not_proven"]})
    >>> worth_more(found.assign(lift=9200.0, lift_low=4100.0, lift_high=14300.0), "EUR")["a"]
    'its customers are shown to be worth €9.2k more a year each than all others (€4.1k to €14.3k)'
    """
    if segments is None or not {"verdict", "lift", "lift_low", "lift_high"} <= set(segments):
        return {}
    better = segments[verdicts.is_ranked(segments["verdict"])]
    rows = better[["segment_id", "lift", "lift_low", "lift_high"]].itertuples(index=False)
    return {name: _worth(lift, low, high, currency) for name, lift, low, high in rows}


def _worth(lift: float, low: float, high: float, currency: str) -> str:
    if pd.isna(low) or pd.isna(high) or not verdicts.has_amount(lift, low):
        return say(words.WORTH_MORE_OPEN)
    return say(
        words.WORTH_MORE,
        lift=fmt.short_money(lift, currency, beside=high),
        low=fmt.short_money(low, currency, beside=high),
        high=fmt.short_money(high, currency, beside=low),
    )


def _columns(node: Node) -> list[str]:
    """Names in a condition, in the order in which they stand there."""
    if isinstance(node, Plain):
        return list(node.metrics)
    if isinstance(node, Comparison):
        return names_of(node)
    return [name for part in node.parts for name in _columns(part)]


def _reached(name: str, unit: str, baseline: float, target: float) -> bool:
    """Whether a target asks for no improvement that is worth the name; never where one is blank.

    >>> _reached("nrr", "ratio", 0.9999, 1.0), _reached("nrr", "ratio", 0.97, 1.0)
    (True, False)
    >>> _reached("nps", "points", 45.0, 30.0), _reached("nps", "points", 12.0, 30.0)
    (True, False)
    """
    gain = target - baseline
    if is_defined(name) and metric(name).higher_is_better is not None:
        gain = gain if metric(name).higher_is_better else -gain
    else:
        gain = abs(gain)
    return bool(gain < NOTICEABLE.get(unit, 0.01 * abs(baseline)))


def _plain(number: float, unit: str, currency: str) -> str:
    """A value as it stands in every table; a number that is no metric has four digits at most.

    >>> _plain(0.12345, "", "EUR"), _plain(0.9326, "ratio", "EUR"), _plain(6.827, "hours", "EUR")
    ('0.1235', '93\\xa0%', '6.83\\xa0h')
    """
    if unit:
        return fmt.in_unit(number, unit, currency=currency)
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"
