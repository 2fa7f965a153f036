"""Next steps: the study's plays applied to the groups that are worked with.

A play that names a metric rests on a difference. It is recommended where the difference is shown
after correction for everything that the playbook asks, and where the facts that make the group do
not make the difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from helpers.errors import StudyError, listed
from helpers.metrics.catalog import OF_GROUPS, is_defined, metric
from helpers.metrics.catalog.service import COMPLEXITY_SHARE
from helpers.priority.conditions import (
    LEADING,
    NO,
    YES,
    Node,
    comparisons,
    stem_of,
    truth,
)
from helpers.priority.evidence import OWN, Asked, leading
from helpers.priority.groups import FIRST, Groups
from helpers.priority.plays import plays
from helpers.priority.stepping import Writer, worth_more
from helpers.priority.targeting import HIDDEN, LOOKALIKE
from helpers.segments import verdicts
from helpers.segments.rules import columns_of
from helpers.study import Play, Study
from helpers.words import action as words
from helpers.words import priorities as prose
from helpers.words import say, translated
from helpers.words import segments as segment_words

PROSPECTS, CUSTOMERS, DIFFERENCE = "prospects", "customers", "difference"
COLUMNS = (
    "segment_id", "definition", "kind", "action", "reason", "owner", "by", "metric", "baseline",
    "baseline_low", "baseline_high", "target", "unit", "check", "customers", "arr", "per_arm",
    "p_adjusted", "about", "rule", "priority", "when", "play",
)  # fmt: skip
UNCLEAR = ("segment_id", "definition", "action", "when", "why", "play", "unit")
SIZED = ("per_arm", "target", "p_adjusted")  # of trials that a group cannot hold


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
    reasons: Mapping[str, str] | None = None,
    known: Mapping[str, str] | None = None,
) -> NextSteps:
    """The plays whose condition holds for a group.

    A condition is SQL over one row per group with every metric under its name, the value of all
    other customers as ``rest_<metric>``, that of a quarter ago as ``past_<metric>``, and the
    group's customers, lift, priority_score, rank, value, targetability and size (blank but for
    ranked segments); ``leading_<metric>`` is the value of the segment that comes first. Each
    comparison of metrics must be shown (`shown`): met by the numbers alone is not enough, and is
    listed in ``unclear``, or becomes a trial where the play says so. Where a
    group has reached or passed a target, or misses it by less than anyone could notice, the target
    is to hold today's value.

    Parameters
    ----------
    ranked : data file ``priorities``.
    group_metrics : data file ``group_metrics`` (columns as of ``segment_metrics``).
    segments : data file ``segments``: by how much a segment is better; what another attribute
        explains or turns around (`verdicts.is_confounded`) is no basis for a play.
    groups : the groups worked with; left out, the ranked segments alone.
    earlier : ``group_metrics`` of the quarter before; None where there is none.
    as_of : last day of the quarter, from which days are counted in ``by``.
    reasons : by group, the contact reason that it has more often than others
        (`beside.named`); None = not known of any.
    known : by group, what else its steps say, such as what could be saved.

    Raises
    ------
    StudyError
        For a condition that cannot be evaluated, and a metric or group that does not exist.
    """
    barred: set[str] = set()
    if segments is not None and len(ranked):
        barred = set(segments.loc[verdicts.is_confounded(segments["confounding"]), "segment_id"])
    losing = _losing(segments)
    if groups is None:
        groups = _of_ranked(ranked)
    worked = groups.table[~groups.table["segment_id"].isin(barred)].reset_index(drop=True)
    measured = group_metrics.loc[group_metrics["value"].notna(), "metric"]
    lead = str(ranked["definition"].iloc[0]) if len(ranked) and "definition" in ranked else ""
    wanted, unasked = askable(study, set(measured), lead)
    chosen = {place: groups.matching(play.groups, place=place) for place, play in wanted.items()}
    first = leading(ranked)
    for place, play in wanted.items():
        if LEADING in play.when:  # whoever comes first is what the others are set beside
            chosen[place] = [name for name in chosen[place] if name != first]
    if worked.empty or not wanted or not any(chosen.values()):
        return _result([], unasked, _why_nothing(study, ranked, barred))
    asked = Asked(study, worked, ranked, group_metrics, earlier)
    nodes = asked.read({place: play.when for place, play in wanted.items()})
    evidence = asked.evidence(nodes, chosen)
    worth = worth_more(segments, study.currency)
    writer = Writer(study, asked, evidence, as_of, reasons or {}, lead, known or {}, worth)
    table, unclear = [], unasked
    for place, play in wanted.items():
        _check(study, play, place, asked.units)
        met = truth(nodes[place], lambda one: one.met(asked.numbers))
        proven = truth(nodes[place], evidence.shown)
        for at, group in enumerate(worked.itertuples()):
            nobody = play.about == CUSTOMERS and not group.worked_with
            if group.segment_id not in chosen[place] or nobody:
                continue
            named = {
                "segment_id": group.segment_id,
                "definition": group.definition,
                "action": writer.action(play, group.segment_id),
                "when": play.when,
                "play": place,
            }
            against = _against(play, ranked, group.segment_id, losing)
            if against:
                if met[at] != NO:
                    unclear.append(named | {"why": against})
            elif proven[at] == YES and play.proof == DIFFERENCE:
                table.append(writer.step(play, place, at, nodes[place]))
            elif proven[at] == YES or (
                met[at] == YES and play.otherwise and evidence.could_be_tried(nodes[place], at)
            ):
                row, cannot = writer.trial(play, place, at, nodes[place])
                if cannot:
                    sized = {name: row[name] for name in (*SIZED, "unit")}
                    unclear.append(named | sized | {"why": cannot})
                else:
                    table.append(row)
            elif met[at] != NO and not _has_none(nodes[place], asked, at):
                unclear.append(named | {"why": evidence.why(nodes[place], at)})
    reason = "" if table else prose.NO_CONDITION_PLAYBOOK_HOLDS_FOR
    return _result(table, unclear, reason)


def askable(
    study: Study, known: set[str], lead: str
) -> tuple[dict[str, Play], list[dict[str, str]]]:
    """The plays whose metrics there are, and rows of ``unclear`` for built-in ones that lack some.

    What a play of the study file lacks is an error of the file, and told elsewhere.
    """
    left, found = [], {}
    for place, play in plays(study).items():
        named = {stem_of(name) for name in columns_of(play.when)}
        lacks = set() if play in study.playbook else named - known - set(OWN)
        if LEADING in play.when and not lead and play not in study.playbook:
            continue  # there is nobody to carry anything over from
        if not lacks:
            found[place] = play
            continue
        if lacks & set(OF_GROUPS) or _other_level(lacks, known):
            continue  # no group has such a fact, or the data names simple requests otherwise
        labels = [metric(name).label if is_defined(name) else name for name in sorted(lacks)]
        why = say(words.NOT_COLLECTED, metrics=listed(labels))
        action = translated(play.action).replace("{leading}", lead)
        left.append({"segment_id": "", "definition": "", "action": action, "when": play.when,
                     "why": why, "play": place})  # fmt: skip
    return found, left


def _other_level(lacks: set[str], known: set[str]) -> bool:
    """Whether what lacks is a share of one complexity while there are shares of others."""
    shares = [name for name in lacks if name.startswith(COMPLEXITY_SHARE)]
    return bool(shares) and any(name.startswith(COMPLEXITY_SHARE) for name in known)


def _has_none(node: Node, asked: Asked, at: int) -> bool:
    """Whether a group lacks a fact that only some groups have: that is no gap in the data."""
    named = {name for one in comparisons(node) for name in one.metrics} & set(OF_GROUPS)
    return any(pd.isna(asked.numbers[name][at]) for name in named)


def _check(study: Study, play: Play, place: str, units: Mapping[str, str]) -> None:
    """StudyError for a metric of the study's own plays that no group has."""
    if play.metric and play.metric not in units and play in study.playbook:
        raise StudyError(
            f"{place}: there is no metric `{play.metric}`.",
            expected=f"a metric of the groups: {listed(sorted(units), most=80)}",
        )


def _losing(segments: pd.DataFrame | None) -> set[str]:
    """Segments whose customers lose money by the score on average."""
    if segments is None or "mean_score" not in segments:
        return set()
    return set(segments.loc[segments["mean_score"].map(verdicts.loses), "segment_id"])


def _against(play: Play, ranked: pd.DataFrame, segment: str, losing: set[str]) -> str:
    """What speaks against a play for a group, whatever its numbers are; "" where nothing does."""
    seeks = play.about == PROSPECTS
    if segment in losing and (seeks or play.expands):
        return words.LOSES_MONEY
    return _nowhere(ranked, segment) if seeks else ""


def _nowhere(ranked: pd.DataFrame, segment: str) -> str:
    """Why companies like a ranked segment's are not to be looked for; "" where they are.

    What cannot be seen of a company before a sale is no ground for a list of companies.
    """
    of = ranked[ranked["segment_id"] == segment]
    if "told_by" in of and (of["told_by"] == HIDDEN).any():
        return words.NOT_TARGETABLE
    if "told_by" in of and (of["told_by"] == LOOKALIKE).any():
        right = of["precision_outside"].iloc[0] if "precision_outside" in of else np.nan
        return words.NOT_VISIBLE if pd.isna(right) else say(words.NEAREST_ONLY, right=float(right))
    # Blank is not known, and so is a company without the attribute: only a market of which all is
    # known can hold none.
    if "market_share" in of and ((of["market_share"] == 0) & (of["market_unknown"] == 0)).any():
        return words.NONE_IN_MARKET
    return ""


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


def _result(table: list[dict], unclear: list[dict], reason: str) -> NextSteps:
    kinds = dict.fromkeys(("baseline", "baseline_low", "baseline_high", "target", "arr", "per_arm",
                           "p_adjusted"), float)  # fmt: skip
    steps = pd.DataFrame(table, columns=list(COLUMNS)).astype(
        kinds | {"priority": "Int64", "customers": "int64", "by": "datetime64[ms]"}
    )
    # Segments in the order of priority, then the other groups as they stand.
    steps = steps.sort_values("priority", kind="stable", na_position="last", ignore_index=True)
    left = pd.DataFrame(unclear, columns=[*UNCLEAR, *SIZED])
    left["unit"] = left["unit"].astype("object").where(left["unit"].notna(), "")
    left = left.astype(dict.fromkeys(UNCLEAR, "str") | dict.fromkeys(SIZED, float))
    return NextSteps(steps, left, reason)
