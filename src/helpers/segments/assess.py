"""How good each segment is, how sure that is, and what may be said about it."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.families import false_discovery
from helpers.segments import effects, verdicts
from helpers.segments.assessment import (
    COLUMNS,
    POPULATIONS,
    SCORE,
    Assessment,
    Without,
    compared_with,
    joined,
    shares_of,
    strata_of,
    typed,
)
from helpers.segments.clustered import cluster_of, of
from helpers.segments.confounding import beside, others
from helpers.segments.definitions import PROPOSED, Segments, members_of
from helpers.segments.discovered import from_search, merge_discovered
from helpers.segments.drift import early_and_late
from helpers.segments.rules import columns_of, evaluate_rule
from helpers.study import Study
from helpers.words import groups, say
from helpers.words import segments as words

if TYPE_CHECKING:
    from helpers.search.discovery import Discovery


def assess(
    study: Study,
    segments: Segments,
    frame: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    hypotheses: pd.DataFrame,
    discovered: "Discovery | None" = None,
    score_without: Without | None = None,
) -> Assessment:
    """Judge every segment.

    ``naive_lift`` is the mean score of the members minus that of the others of the segment's
    population (``compared_with``). ``lift`` is the same for segments that were defined without
    looking at scores, and the estimate corrected for selection for discovered ones. Where the study
    names ``scope.strata``, lifts, intervals and tests are all within strata: the difference in a
    stratum of n customers, m of them members, counts with m(n − m)/n (`effects.difference`), so
    that a lift and its verdict speak of the same comparison. Intervals:

    * declared hypotheses: the interval of the hypothesis itself, which covers together with those
      of all other declared ones;
    * all other segments defined beforehand: the same with the extremes of the statistic over the
      whole family, so that the interval of the one that looks best still covers;
    * discovered: as the search gives them.

    Verdicts:

    * ``validated``: a declared hypothesis about the score that is supported (Holm within the
      declared family) and has a positive lift; a discovered segment that survived the search.
      Where the definition shares inputs with the score, only if it also holds without them.
    * ``candidate``: any other a priori segment with a positive lift whose one-sided p-value after
      Benjamini and Hochberg (1995) over all of them is at most alpha: a false discovery rate,
      outside the budget. Of the search's best groups, those whose search-wide p-value is at most
      alpha.
    * ``descriptive``: defined by the score or by one of its inputs.
    * ``too_small``: fewer customers than ``scope.min_customers``, inside or outside.
    * ``not_proven``: tested, and no difference upwards was shown.

    Parameters
    ----------
    segments : all defined segments, see `definitions.combine`.
    frame : customer frame with ``quality_score``.
    scores : data file ``quality_scores``.
    hypotheses : data file ``hypotheses``.
    discovered : result of `helpers.segments.discover` (``.segments``, ``.members``), if it ran.

    Returns
    -------
    Assessment; a group that was both declared and discovered appears once, under the declared id.
    """
    frame = frame.reset_index(drop=True)
    strata = strata_of(study, frame)
    table, masks, notes = _distinct(segments, frame)
    table["shares_score_inputs"] = [
        ", ".join(shares_of(study, rule, population))
        for rule, population in zip(table["rule"], table["population"], strict=True)
    ]
    rows = _measure(study, table, masks, frame, strata)
    _judge_declared(rows, hypotheses)
    result = Assessment(typed(rows), members_of(masks, frame), (*segments.notes, *notes))
    if discovered is not None and not discovered.segments.empty:
        found = from_search(study, discovered, frame, scores, score_without)
        result = merge_discovered(result, found)
    return replace(result, segments=_beside_claims(study, result, frame, strata))


def _beside_claims(
    study: Study, judged: Assessment, frame: pd.DataFrame, strata: np.ndarray | None
) -> pd.DataFrame:
    """What stands beside each claim: its lift within other attributes, and won early or late."""
    rows = judged.segments.copy()
    shown = rows.index[verdicts.is_set_beside(rows["verdict"])]
    held = judged.members.groupby("segment_id")["account_id"].agg(set)
    members = {
        name: frame["account_id"].isin(held[name]).to_numpy()
        for name in rows.loc[shown, "segment_id"]
    }
    score = frame[SCORE].to_numpy(dtype=float)
    cluster = cluster_of(study, frame)
    firm = rows.loc[verdicts.is_finding(rows["verdict"]), "segment_id"]
    moved = early_and_late(frame, {name: members[name] for name in firm}, strata, cluster)
    within = others(study, frame, score, strata=strata, cluster=cluster) if len(shown) else []
    for at in shown:
        name, rule = rows.loc[at, ["segment_id", "rule"]]
        found = beside(study, frame, score, members[name], columns=columns_of(rule), strata=strata,
            cluster=cluster, within=within,
        )  # fmt: skip
        rows.loc[at, ["adjusted_by", "confounding"]] = found.by, found.verdict
        rows.loc[at, ["lift_adjusted", "adjusted_low", "adjusted_high"]] = (
            found.effect, found.low, found.high,
        )  # fmt: skip
        if name in moved.index:
            rows.loc[at, list(moved)] = moved.loc[name].tolist()
    return rows


def _distinct(
    segments: Segments, frame: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Segments without undeclared ones that a hypothesis repeats word for word."""
    table, masks = segments.table.reset_index(drop=True), segments.masks(frame)
    by_members: dict[bytes, str] = {}
    for name in table.loc[table["declared"], "segment_id"]:
        by_members.setdefault(masks[name].to_numpy().tobytes(), name)
    drop, notes = [], []
    for row in table[~table["declared"] & (table["basis"] == "a priori")].itertuples():
        twin = by_members.get(masks[row.segment_id].to_numpy().tobytes())
        if twin and masks[row.segment_id].any():
            drop.append(row.segment_id)
            at = table.index[table["segment_id"] == twin][0]
            table.loc[at, "note"] = joined(
                table.loc[at, "note"], say(groups.SAME_AS, name=row.segment_id)
            )
    if drop:
        notes.append(say(groups.SHOWN_UNDER_HYPOTHESIS_DECLARES_THEM, segments=", ".join(drop)))
    kept = table[~table["segment_id"].isin(drop)].reset_index(drop=True)
    return kept, masks[kept["segment_id"].tolist()], notes


def _measure(
    study: Study,
    table: pd.DataFrame,
    masks: pd.DataFrame,
    frame: pd.DataFrame,
    strata: np.ndarray | None,
) -> pd.DataFrame:
    """Sizes, means, lifts with simultaneous intervals, adjusted p-values, first verdicts."""
    minimum = study.smallest_segment(len(frame))
    score = frame[SCORE].to_numpy(dtype=float)
    inside = {
        population: evaluate_rule(frame, POPULATIONS[population]).to_numpy()
        for population in table["population"].unique()
    }
    inner = dict.fromkeys(inside)
    if strata is not None:
        inner = {population: strata[of] for population, of in inside.items()}
    cluster = cluster_of(study, frame)
    rows, gaps = [], []
    families: dict[str, list[tuple[int, np.ndarray]]] = {}
    for at, segment in enumerate(table.to_dict("records")):
        population = inside[segment["population"]]
        member = masks[segment["segment_id"]].to_numpy()
        together = of(cluster, population)
        plain = effects.difference(score[population], member[population], None, together)
        gap = plain
        if strata is not None:
            within = inner[segment["population"]]
            gap = effects.difference(score[population], member[population], within, together)
        large = min(gap.members, gap.others) >= minimum
        shares = bool(segment["shares_score_inputs"])
        if large:
            families.setdefault(segment["population"], []).append((at, member[population]))
            if not np.isfinite(gap.effect):
                segment["note"] = joined(segment["note"], groups.NO_STRATUM_HAS_BOTH_MEMBERS)
        gaps.append(gap)
        rows.append(
            segment
            | dict.fromkeys(("lift_low", "lift_high", "p_adjusted"), np.nan)
            | {
                "customers": int(member.sum()),
                "customer_share": member.mean() if len(member) else np.nan,
                "mean_score": score[member].mean() if member.any() else np.nan,
                "naive_lift": plain.effect,
                "lift": gap.effect,
                "compared_with": compared_with(study, segment["population"]),
                "verdict": verdicts.before_tests(
                    large=large, shares_score_inputs=shares, knew=_knew(study, segment)
                ),
            }
        )
    alone = np.full(len(rows), np.nan)
    for population, family in families.items():
        tested = _test_family(
            study,
            rows,
            gaps,
            score[inside[population]],
            family,
            strata=inner[population],
            cluster=of(cluster, inside[population]),
        )
        alone[list(tested)] = list(tested.values())
    for row, p in zip(rows, false_discovery(alone), strict=True):
        if np.isfinite(p):
            row["p_adjusted"], alpha = float(p), study.scope.alpha
            row["verdict"] = verdicts.of_family(
                row["verdict"], p_adjusted=row["p_adjusted"], lift=row["lift"], alpha=alpha
            )
    return pd.DataFrame(rows, columns=[*dict.fromkeys([*table.columns, *COLUMNS])])


def _knew(study: Study, segment: dict) -> bool:
    """Whether a list was made by people who knew the revenue: unless declared, they did."""
    if segment["basis"] != PROPOSED:
        return False
    declared = study.candidates.get(segment["source"])
    return declared is None or declared.knew


def _test_family(
    study: Study,
    rows: list[dict],
    gaps: list[effects.Difference],
    score: np.ndarray,
    family: list[tuple[int, np.ndarray]],
    *,
    strata: np.ndarray | None,
    cluster: np.ndarray | None,
) -> dict[int, float]:
    """Intervals of one population's segments; upward p-values of those tested here, by row.

    Groups that follow from the score, and hypotheses with a family of their own, are not tested
    here; their intervals are as wide as those of the family.
    """
    tested = [
        (at, member)
        for at, member in family
        if rows[at]["verdict"] == verdicts.NOT_PROVEN and not rows[at]["declared"]
    ]
    answer = effects.permutation_tests(
        score,
        np.column_stack([member for _, member in tested or family]),
        draws=10 * study.scope.permutations - 1,
        seed=study.seed,
        alpha=study.scope.alpha,
        strata=strata,
        cluster=cluster,
    )
    for at, _ in family:
        ends = answer.interval(0, gaps[at], family=True)
        rows[at]["lift_low"], rows[at]["lift_high"] = ends
    return {at: float(answer.upward[place]) for place, (at, _) in enumerate(tested)}


def _judge_declared(
    rows: pd.DataFrame,
    hypotheses: pd.DataFrame,
) -> None:
    """Verdict, p-value and interval of declared groups, from the tests of the hypotheses."""
    stated = hypotheses["family"] != "exploratory"
    about_score = hypotheses[stated & (hypotheses["outcome"] == SCORE)]
    told = about_score.drop_duplicates("hypothesis_id").set_index("hypothesis_id")
    declared = rows.index[rows["declared"] & rows["source"].isin(told.index)]
    for at in declared:
        test = told.loc[rows.loc[at, "source"]]
        rows.loc[at, "shares_score_inputs"] = test["shares_score_inputs"]
        rows.loc[at, "declared"] = bool(test["declared"])  # not if it was only proposed
        if not verdicts.is_judged(rows.loc[at, "verdict"]):
            continue
        shown = ["lift", "lift_low", "lift_high"]
        rows.loc[at, shown[1:]] = test[["effect_low", "effect_high"]].tolist()
        rows.loc[at, "p_adjusted"] = test["p_adjusted"]
        rows.loc[at, "verdict"] = verdicts.of_declared(
            test["verdict"],
            lift=rows.loc[at, "lift"],
            shares_score_inputs=bool(test["shares_score_inputs"]),
            proposed=test["family"] == "proposed",
        )
        if test["tested_on"]:  # on what came later alone: so is the lift that is told
            rows.loc[at, "lift"] = test["effect"]
            rows.loc[at, "note"] = joined(rows.loc[at, "note"], test["tested_on"])
        if test["shares_score_inputs"] and verdicts.is_finding(rows.loc[at, "verdict"]):
            # what its rule shares with the score is no part of what is told of it
            rows.loc[at, shown] = test[["effect_retest", "retest_low", "retest_high"]].tolist()
            note = say(words.LIFT_WITHOUT, lines=test["shares_score_inputs"])
            rows.loc[at, "note"] = joined(rows.loc[at, "note"], note)
    others = rows["declared"] & ~rows["source"].isin(told.index)
    for at in rows.index[others]:
        rows.loc[at, "note"] = joined(rows.loc[at, "note"], groups.ITS_HYPOTHESIS_NOT_ABOUT_SCORE)
