"""Next steps: the study's plays applied to the groups that are worked with.

A play that names a metric rests on a difference. It is recommended where the difference is shown
after correction for everything that the playbook asks, and where the facts that make the group do
not make the difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from helpers.errors import StudyError, listed
from helpers.metrics.catalog import is_defined, metric
from helpers.priority.conditions import (
    NO,
    PAST,
    REST,
    YES,
    Comparison,
    Node,
    Plain,
    comparisons,
    names_of,
    truth,
)
from helpers.priority.evidence import Asked, Evidence
from helpers.priority.experiments import customers_per_arm
from helpers.priority.groups import FIRST, Groups
from helpers.priority.plays import plays
from helpers.priority.targeting import HIDDEN
from helpers.segments import verdicts
from helpers.study import Play, Study
from helpers.words import action as words
from helpers.words import priorities as prose
from helpers.words import say
from helpers.words import segments as segment_words

# The least difference between today's value and a target that anyone could notice, by unit;
# of other units, a hundredth of today's value.
NOTICEABLE = {"ratio": 0.005, "%": 0.5, "points": 0.5}
STEP, TRIAL, PROSPECTS, CUSTOMERS = "step", "experiment", "prospects", "customers"
COLUMNS = (
    "segment_id", "definition", "kind", "action", "reason", "owner", "by", "metric", "baseline",
    "baseline_low", "baseline_high", "target", "unit", "check", "customers", "arr", "per_arm",
    "p_adjusted", "about", "rule", "priority", "when", "play",
)  # fmt: skip
UNCLEAR = ("segment_id", "definition", "action", "when", "why", "play")


@dataclass(frozen=True)
class NextSteps:
    """``table`` is the data file ``next_steps``; ``unclear`` lists plays that were not decided.

    ``unclear``, the data file ``plays_left_out``, has one row per play and group whose condition is
    met by the numbers and not shown, or cannot be told, or would take a larger trial than the group
    can hold. ``reason`` says why the table is empty.
    """

    table: pd.DataFrame
    unclear: pd.DataFrame
    reason: str = ""


def next_steps(
    study: Study,
    ranked: pd.DataFrame,
    group_metrics: pd.DataFrame,
    segments: pd.DataFrame | None = None,
    *,
    groups: Groups | None = None,
    earlier: pd.DataFrame | None = None,
    as_of: date | None = None,
) -> NextSteps:
    """The plays whose condition holds for a group.

    A condition is SQL over one row per group with every metric under its name, the value of all
    other customers as ``rest_<metric>``, that of a quarter ago as ``past_<metric>``, and the
    group's customers, lift, priority_score, rank, value, targetability and size (blank but for
    ranked segments). Each comparison of metrics must be shown (`shown`): met by the numbers alone
    is not enough, and is listed in ``unclear``, or becomes a trial where the play says so. Where a
    group has reached or passed a target, or misses it by less than anyone could notice, the target
    is to hold today's value.

    Parameters
    ----------
    ranked : data file ``priorities``.
    group_metrics : data file ``group_metrics`` (columns as of ``segment_metrics``).
    segments : data file ``segments``; what another attribute explains or turns around
        (`verdicts.is_confounded`) is no basis for a play.
    groups : the groups worked with; left out, the ranked segments alone.
    earlier : ``group_metrics`` of the quarter before; None where there is none.
    as_of : last day of the quarter, from which days are counted in ``by``.

    Raises
    ------
    StudyError
        For a condition that cannot be evaluated, and a metric or group that does not exist.
    """
    barred: set[str] = set()
    if segments is not None and len(ranked):
        barred = set(segments.loc[verdicts.is_confounded(segments["confounding"]), "segment_id"])
    if groups is None:
        groups = _of_ranked(ranked)
    worked = groups.table[~groups.table["segment_id"].isin(barred)].reset_index(drop=True)
    wanted = plays(study)
    chosen = {place: groups.matching(play.groups, place=place) for place, play in wanted.items()}
    if worked.empty or not wanted or not any(chosen.values()):
        return _result([], [], _why_nothing(study, ranked, barred))
    asked = Asked(study, worked, ranked, group_metrics, earlier)
    nodes = asked.read({place: play.when for place, play in wanted.items()})
    evidence = asked.evidence(nodes, chosen)
    writer = _Writer(study, asked, evidence, as_of)
    table, unclear = [], []
    for place, play in wanted.items():
        _check(study, play, place, asked.units)
        met = truth(nodes[place], lambda one: one.met(asked.numbers))
        proven = truth(nodes[place], evidence.shown)
        for at, group in enumerate(worked.itertuples()):
            nobody = play.about == CUSTOMERS and not group.worked_with
            if group.segment_id not in chosen[place] or nobody:
                continue
            named = {"segment_id": group.segment_id, "definition": group.definition,
                     "action": play.action, "when": play.when, "play": place}  # fmt: skip
            if play.about == PROSPECTS and _hidden(ranked, group.segment_id):
                if met[at] != NO:
                    unclear.append(named | {"why": words.NOT_TARGETABLE})
            elif proven[at] == YES:
                table.append(writer.step(play, place, at, nodes[place]))
            elif met[at] == YES and play.otherwise and evidence.could_be_tried(nodes[place], at):
                row, cannot = writer.trial(play, place, at, nodes[place])
                if cannot:
                    unclear.append(named | {"why": cannot})
                else:
                    table.append(row)
            elif met[at] != NO:
                unclear.append(named | {"why": evidence.why(nodes[place], at)})
    reason = "" if table else prose.NO_CONDITION_PLAYBOOK_HOLDS_FOR
    return _result(table, unclear, reason)


# ── one step ─────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class _Writer:
    """Writes the row of a play for one group, by its place among the groups."""

    study: Study
    asked: Asked
    evidence: Evidence
    as_of: date | None

    def step(self, play: Play, place: str, at: int, node: Node) -> dict:
        row = self._row(play, place, at)
        proofs = [
            self.evidence.adjusted[one.key][at]
            for one in comparisons(node)
            if self.evidence.shown(one)[at] == YES
        ]
        row["reason"] = self._reason(node, at, proofs)
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
        compared = self._compared(node, at)
        if not np.isfinite(arm):
            return row, say(words.TRIAL_OPEN, compared=compared)
        told = say(
            words.TRIAL if 2 * arm <= row["customers"] else words.TRIAL_TOO_LARGE,
            compared=compared, arm=f"{arm:,.0f}", target=_plain(row["target"], row["unit"]),
            customers=f"{row['customers']:,}",
        )  # fmt: skip
        return row | {"kind": TRIAL, "reason": told, "per_arm": arm}, (
            "" if 2 * arm <= row["customers"] else told
        )

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
            target = {"rest": rest, "keep": baseline, None: np.nan}.get(play.target, play.target)
            if _reached(name, self.asked.units[name], baseline, target):
                target = baseline
        by = play.by
        if isinstance(by, int) and not isinstance(by, bool):
            by = None if self.as_of is None else self.as_of + timedelta(days=by)
        return {
            "segment_id": group["segment_id"],
            "definition": group["definition"],
            "kind": STEP,
            "action": play.action,
            "reason": "",
            "owner": play.owner,
            "by": pd.Timestamp(by) if isinstance(by, date) else pd.NaT,
            "metric": name or "",
            "baseline": baseline,
            "baseline_low": low,
            "baseline_high": high,
            "target": target,
            "unit": self.asked.units.get(name, ""),
            "check": play.check,
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
        compared = self._compared(node, at)
        if not compared:
            first = self.asked.worked["kind"][at] == FIRST
            return prose.RECOMMENDED_FOR_EVERY_VALIDATED_SEGMENT if first else words.FOR_GROUP
        if not proofs:
            return compared
        return say(words.SHOWN, compared=compared, p=max(proofs))

    def _compared(self, node: Node, at: int) -> str:
        """The numbers that the condition names, each metric beside the rest's or the past's."""
        beside = {}
        for name in _columns(node):
            stem = name.removeprefix(REST).removeprefix(PAST)
            own = stem if f"{REST}{stem}" in self.asked.numbers else name
            beside.setdefault(own, set()).add(PAST if name.startswith(PAST) else REST)
        told = []
        for name, against in beside.items():
            if name == "segment_id":
                continue
            label, unit = (
                (metric(name).label, metric(name).unit) if is_defined(name) else (name, "")
            )
            value = self.asked.numbers[name][at]
            own = words.NOT_KNOWN if pd.isna(value) else _plain(value, unit)
            others = []
            for prefix, sentence in ((REST, words.OTHERS), (PAST, words.PAST)):
                column = self.asked.numbers.get(prefix + name)
                number = np.nan if column is None else column[at]
                if prefix in against and not pd.isna(number):
                    others.append(say(sentence, value=_plain(number, unit)))
            if others:
                told.append(say(words.COMPARED, metric=label, own=own, others=", ".join(others)))
            else:
                told.append(f"{label} {own}")
        return "; ".join(told)


def _columns(node: Node) -> list[str]:
    """Names in a condition, in the order in which they stand there."""
    if isinstance(node, Plain):
        return list(node.metrics)
    if isinstance(node, Comparison):
        return names_of(node)
    return [name for part in node.parts for name in _columns(part)]


def _check(study: Study, play: Play, place: str, units: Mapping[str, str]) -> None:
    """StudyError for a metric of the study's own plays that no group has."""
    if play.metric and play.metric not in units and play in study.playbook:
        raise StudyError(
            f"{place}: there is no metric `{play.metric}`.",
            expected=f"a metric of the groups: {listed(sorted(units), most=80)}",
        )


def _hidden(ranked: pd.DataFrame, segment: str) -> bool:
    """Whether nothing that is visible before a sale tells a ranked segment's companies."""
    if "told_by" not in ranked:
        return False
    return bool((ranked.loc[ranked["segment_id"] == segment, "told_by"] == HIDDEN).any())


def _of_ranked(ranked: pd.DataFrame) -> Groups:
    """The ranked segments as groups."""
    definition = ranked.get("definition", ranked["segment_id"])
    table = pd.DataFrame(
        {
            "segment_id": ranked["segment_id"],
            "kind": FIRST,
            "definition": definition,
            "rule": "",
            "customers": ranked.get("customers", 0),
            "worked_with": ranked.get("customers", 0),
            "arr": np.nan,
            "judged": True,
        }
    )
    return Groups(table, pd.DataFrame({"segment_id": [], "account_id": []}, dtype="str"))


def _why_nothing(study: Study, ranked: pd.DataFrame, barred: set[str]) -> str:
    if not plays(study):
        return prose.STUDY_FILE_HAS_NO_PLAYBOOK
    if ranked.empty:
        return prose.NO_SEGMENT_VALIDATED_SO_NOTHING
    if set(ranked["segment_id"]) <= barred:
        return say(segment_words.NOT_BASIS)
    return words.NO_GROUPS


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


def _plain(number: float, unit: str = "") -> str:
    """A number with four significant digits at most, and no decimals from a thousand on.

    >>> _plain(12345.678), _plain(0.12345), _plain(31.0), _plain(0.9326, "ratio")
    ('12,346', '0.1235', '31', '93.26\\xa0%')
    """
    if unit == "ratio":
        return f"{100 * number:.4g}\N{NO-BREAK SPACE}%"
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def _result(table: list[dict], unclear: list[dict], reason: str) -> NextSteps:
    kinds = dict.fromkeys(("baseline", "baseline_low", "baseline_high", "target", "arr", "per_arm",
                           "p_adjusted"), float)  # fmt: skip
    steps = pd.DataFrame(table, columns=list(COLUMNS)).astype(
        kinds | {"priority": "Int64", "customers": "int64", "by": "datetime64[ms]"}
    )
    # Segments in the order of priority, then the other groups as they stand.
    steps = steps.sort_values("priority", kind="stable", na_position="last", ignore_index=True)
    left = pd.DataFrame(unclear, columns=list(UNCLEAR)).astype("str")
    return NextSteps(steps, left, reason)
