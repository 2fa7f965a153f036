"""Next steps: the study's playbook applied to the segments that come first."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import StudyError, listed
from helpers.metrics.catalog import is_defined, metric
from helpers.segments import verdicts
from helpers.segments.rules import columns_of, evaluate_rules
from helpers.study import Play, Study
from helpers.words import priorities, say
from helpers.words import priorities as prose
from helpers.words import segments as words

# The least difference between today's value and a target that anyone could notice, by unit;
# of other units, a hundredth of today's value.
NOTICEABLE = {"ratio": 0.005, "%": 0.5, "points": 0.5}
OWN = ("customers", "lift", "priority_score", "rank", "value", "targetability", "size")
COLUMNS = (
    "segment_id", "action", "reason", "owner", "metric", "baseline", "target", "unit",
    "priority", "when",
)  # fmt: skip


@dataclass(frozen=True)
class NextSteps:
    """``table`` is the data file ``next_steps``; ``unclear`` lists plays that could not be decided.

    ``unclear`` has one row per play and segment for which a metric of its condition is blank:
    segment_id, action, when, blank (the metrics). ``reason`` says why the table is empty.
    """

    table: pd.DataFrame
    unclear: pd.DataFrame
    reason: str = ""


def next_steps(
    study: Study,
    ranked: pd.DataFrame,
    segment_metrics: pd.DataFrame,
    segments: pd.DataFrame | None = None,
) -> NextSteps:
    """The plays whose condition holds for a ranked segment.

    A condition is SQL over one row per segment with every metric under its name, the value of all
    other customers as ``rest_<metric>``, and the segment's customers, lift, priority_score, rank,
    value, targetability and size. A condition that is null because a metric is blank does not
    fire, and is listed in ``unclear``. Where a segment has reached or passed a target, or misses it
    by less than anyone could notice, the target is to hold today's value.

    Parameters
    ----------
    ranked : data file ``priorities``.
    segment_metrics : data file ``segment_metrics``.
    segments : data file ``segments``; what another attribute explains or turns around
        (`verdicts.is_confounded`) is no basis for a play.

    Raises
    ------
    StudyError
        For a condition that cannot be evaluated and a metric that does not exist.
    """
    table, unclear = [], []
    if ranked.empty:
        return _result(table, unclear, prose.NO_SEGMENT_VALIDATED_SO_NOTHING)
    if segments is not None:
        barred = segments.loc[verdicts.is_confounded(segments["confounding"]), "segment_id"]
        ranked = ranked[~ranked["segment_id"].isin(barred)]
        if ranked.empty:
            return _result(table, unclear, say(words.NOT_BASIS))
    if not study.playbook:
        return _result(table, unclear, priorities.STUDY_FILE_HAS_NO_PLAYBOOK)
    wide = pivot(ranked, segment_metrics)
    units = segment_metrics.drop_duplicates("metric").set_index("metric")["unit"].to_dict()
    places = {f"playbook[{at}] ({play.action})": play for at, play in enumerate(study.playbook)}
    rules = {place: play.when for place, play in places.items()}
    fired = evaluate_rules(wide, rules, place="{}")
    blank = evaluate_rules(
        wide, {place: f"({when}\n) IS NULL" for place, when in rules.items()}, place="{}"
    )
    for at, row in wide.iterrows():
        for place, play in places.items():
            used = [name for name in columns_of(play.when) if name in wide and pd.isna(row[name])]
            if blank.loc[at, place]:
                named = {"segment_id": row["segment_id"], "action": play.action}
                unclear.append(named | {"when": play.when, "blank": ", ".join(used)})
            if fired.loc[at, place]:
                table.append(_step(place, play, row, units, wide.columns))
    reason = "" if table else priorities.NO_CONDITION_PLAYBOOK_HOLDS_FOR
    return _result(table, unclear, reason)


def pivot(ranked: pd.DataFrame, segment_metrics: pd.DataFrame) -> pd.DataFrame:
    """One row per ranked segment: its own columns, every metric, and ``rest_<metric>``."""
    own = ranked[["segment_id", *(name for name in OWN if name in ranked)]]
    named = segment_metrics[segment_metrics["segment_id"].isin(ranked["segment_id"])]
    every = sorted(set(segment_metrics["metric"]))
    shaped = {}
    for prefix, column in (("", "value"), ("rest_", "rest_value")):
        wide = named.pivot_table(
            index="segment_id", columns="metric", values=column, aggfunc="first", dropna=False
        )
        shaped[prefix] = wide.reindex(columns=every).astype(float).add_prefix(prefix)
    metrics = pd.concat(shaped.values(), axis=1)
    # A metric may be called like a criterion (none is today): the criterion keeps the name.
    metrics = metrics[[name for name in metrics if name not in own.columns]]
    return own.merge(metrics, left_on="segment_id", right_index=True, how="left")


def _step(
    place: str, play: Play, row: pd.Series, units: dict[str, str], columns: Iterable[str]
) -> dict:
    baseline = target = np.nan
    if play.metric:
        if play.metric not in units:
            raise StudyError(
                f"{place}: there is no metric `{play.metric}`.",
                expected=f"a metric of the segments: {listed(sorted(units), most=80)}",
            )
        baseline = row[play.metric]
        rest = row[f"rest_{play.metric}"]
        target = {"rest": rest, "keep": baseline, None: np.nan}.get(play.target, play.target)
        if _reached(play.metric, units[play.metric], baseline, target):
            target = baseline
    return {
        "segment_id": row["segment_id"],
        "action": play.action,
        "reason": _reason(play, row, columns),
        "owner": play.owner,
        "metric": play.metric or "",
        "baseline": baseline,
        "target": target,
        "unit": units.get(play.metric, ""),
        "priority": row["rank"],
        "when": play.when,
    }


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


def _reason(play: Play, row: pd.Series, columns: Iterable[str]) -> str:
    """The numbers that made the condition true: each metric beside the rest's."""
    known = set(columns)
    used = [name for name in columns_of(play.when) if name in known and name != "segment_id"]
    metrics = dict.fromkeys(
        name.removeprefix("rest_") if f"rest_{name.removeprefix('rest_')}" in known else name
        for name in used
    )
    told = []
    for name in metrics:
        label, unit = (metric(name).label, metric(name).unit) if is_defined(name) else (name, "")
        rest, own = row.get(f"rest_{name}"), row.get(name)
        beside = "" if rest is None or pd.isna(rest) else f" (others {_plain(rest, unit)})"
        told.append(f"{label} {'not known' if pd.isna(own) else _plain(own, unit)}{beside}")
    return "; ".join(told) or priorities.RECOMMENDED_FOR_EVERY_VALIDATED_SEGMENT


def _plain(number: float, unit: str = "") -> str:
    """A number with four significant digits at most, and no decimals from a thousand on.

    >>> _plain(12345.678), _plain(0.12345), _plain(31.0), _plain(0.9326, "ratio")
    ('12,346', '0.1235', '31', '93.26\\xa0%')
    """
    if unit == "ratio":
        return f"{100 * number:.4g}\N{NO-BREAK SPACE}%"
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def _result(table: list[dict], unclear: list[dict], reason: str) -> NextSteps:
    steps = pd.DataFrame(table, columns=list(COLUMNS)).astype(
        {"baseline": float, "target": float, "priority": "int64"}
    )
    left = pd.DataFrame(unclear, columns=["segment_id", "action", "when", "blank"])
    return NextSteps(steps, left, reason)
