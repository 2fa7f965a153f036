"""What the search found, judged once more and set among the segments defined beforehand.

The search tests each later step within what the earlier steps left. Lift, priority and next steps
speak of all other customers: a group may be called better than they are only where the plain
comparison with all of them is shown, too.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers import families
from helpers.search import lifts
from helpers.search.typical import placed
from helpers.segments import effects, verdicts
from helpers.segments.assessment import (
    Assessment,
    Without,
    compared_with,
    joined,
    shares_of,
    strata_of,
    typed,
)
from helpers.segments.clustered import cluster_of
from helpers.segments.rules import in_words
from helpers.study import Study
from helpers.words import groups, say
from helpers.words import segments as words

if TYPE_CHECKING:
    from helpers.search.discovery import Discovery

SCORE = "quality_score"
SAME = 0.9  # Jaccard similarity above which two segments are the same group
MOSTLY = 0.9  # share of a group's members on one side of another from which it is told as there


def from_search(
    study: Study,
    discovered: "Discovery",
    frame: pd.DataFrame,
    scores: pd.DataFrame,
    score_without: Without | None,
) -> Assessment:
    """The search's segments in the form of the data files, with the verdicts they earn.

    A segment that a later step accepted is put to the plain comparison with all other customers:
    one-sided, adjusted after Holm over the later steps. Where it is not shown, the segment is
    better only *within* what earlier steps found. Every group of which a typical member is claimed
    to rank higher is put to the plain comparison of ranks (Holm among them); where it is not shown,
    the group may be better at most. Where a definition shares inputs with the score, the segment is
    put to a second test, on the score without those lines.
    """
    rows = discovered.segments.copy()
    rows["basis"], rows["declared"], rows["source"] = "discovered", False, ""
    rows["population"], rows["compared_with"] = "all", compared_with(study, "all")
    rows["definition"] = [
        in_words(study, rule) or told
        for rule, told in zip(rows["rule"], rows["definition"], strict=True)
    ]
    rows["note"], rows["lift_caution"] = "", ""
    share = discovered.summary["alpha"] / study.scope.alpha  # of the budget that each search has
    rows["verdict"] = [
        verdicts.of_claim(claim, accepted, p=p, alpha=study.scope.alpha)
        for claim, accepted, p in rows[["claim", "accepted", "p_adjusted"]].itertuples(index=False)
    ]
    # what is not accepted is told outside of the budget
    of_budget = np.where(rows["accepted"].astype(bool), share, 1.0)
    rows["p_adjusted"] = np.minimum(rows["p_adjusted"].astype(float) / of_budget, 1.0)
    rows["customer_share"] = rows["customers"] / max(len(frame), 1)
    rows["shares_score_inputs"] = [
        ", ".join(shares_of(study, rule, "all")) for rule in rows["rule"]
    ]
    members = _members(discovered, frame)
    masks = _masks(rows, members, frame)
    found = verdicts.is_finding(rows["verdict"]).to_numpy()
    accepted = verdicts.is_ranked(rows["verdict"]).to_numpy()
    score = frame[SCORE].to_numpy(dtype=float)
    ranks = _ranks(score, strata_of(study, frame))
    plain_p = _plain(study, frame, score, masks, np.flatnonzero(accepted)[1:])
    ranked_p = _plain(study, frame, ranks, masks, np.flatnonzero(found & ~accepted))
    rows["p_plain"] = np.minimum(np.where(accepted, plain_p, ranked_p) / share, 1.0)
    for at in rows.index:
        lines = [line for line in rows.loc[at, "shares_score_inputs"].split(", ") if line]
        holds = True
        if found[at] and lines:
            rest = _rest_of_score(frame, scores, lines, score_without)
            if accepted[at]:
                shown = ["lift", "lift_low", "lift_high"]
                holds, left = _holds(study, frame, rest, masks[at])
            else:
                shown = ["percentile", "percentile_low", "percentile_high"]
                holds, left = _ranks_hold(study, frame, rest, masks[at])
            if holds:  # never more than the whole score showed, corrected for having been picked
                rows.loc[at, shown] = np.minimum(rows.loc[at, shown].astype(float), left)
            told = words.HOLDS_WITHOUT if holds else words.FAILS_WITHOUT
            note = say(told, lines=", ".join(lines))
            rows.loc[at, "note"] = joined(rows.loc[at, "note"], note)
        plain = not rows.loc[at, "p_plain"] > study.scope.alpha
        if accepted[at] and not plain:
            note = _within(rows, masks, accepted, at)
            rows.loc[at, "note"] = joined(rows.loc[at, "note"], note)
        rows.loc[at, "verdict"] = verdicts.of_search(
            rows.loc[at, "verdict"],
            better_than_all=plain,
            shares_score_inputs=bool(lines),
            holds_without=holds,
            percentile_low=rows.loc[at, "percentile_low"],
        )
        if accepted[at]:
            rows.loc[at, "lift_caution"] = _caution(discovered.summary)
        if found[at] and not accepted[at]:
            told = words.TYPICAL if verdicts.is_finding(rows.loc[at, "verdict"]) else words.NOT_ALL
            note = say(told, place=rows.loc[at, "percentile"] / 100)
            rows.loc[at, "note"] = joined(note, rows.loc[at, "note"])
    return Assessment(typed(rows), members.sort_values(["segment_id", "account_id"]))


def _caution(summary: Mapping[str, Any]) -> str:
    """Why an honest lift is less sure than told: it lies outside of what was tried; "" if not."""
    customers, skewness = int(summary["customers"]), float(summary["score_skewness"])
    if lifts.is_tried(customers, skewness):
        return ""
    return say(
        words.LIFT_NOT_TRIED,
        least=lifts.TRIED_CUSTOMERS,
        most=f"{lifts.TRIED_SKEWNESS:g}",
        customers=customers,
        skewness=f"{skewness:.1f}",
    )


def _members(discovered: "Discovery", frame: pd.DataFrame) -> pd.DataFrame:
    listed = discovered.members
    key = next(name for name in listed.columns if name != "segment_id")
    accounts = listed[key]
    if not set(accounts) <= set(frame["account_id"]):  # the search was given no account_id as index
        accounts = accounts.map(frame["account_id"])
    return pd.DataFrame({"segment_id": listed["segment_id"], "account_id": accounts})


def _masks(rows: pd.DataFrame, members: pd.DataFrame, frame: pd.DataFrame) -> np.ndarray:
    """Membership as booleans: (segments, customers)."""
    held = {name: set(of) for name, of in members.groupby("segment_id")["account_id"]}
    accounts = frame["account_id"]
    masks = [accounts.isin(held.get(name, set())).to_numpy() for name in rows["segment_id"]]
    return np.array(masks, dtype=bool).reshape(len(rows), len(frame))


def _ranks(values: np.ndarray, strata: np.ndarray | None) -> np.ndarray:
    """Midranks within strata, as shares of the stratum's customers."""
    of = pd.Series(values)
    cells = np.zeros(len(of)) if strata is None else strata
    return of.groupby(cells).rank(pct=True).to_numpy()


def _plain(
    study: Study, frame: pd.DataFrame, values: np.ndarray, masks: np.ndarray, asked: np.ndarray
) -> np.ndarray:
    """Adjusted one-sided p-values of the groups ``asked`` against all others; blank for the rest.

    Of means: the first step was this comparison. Later ones were not, and a group is told as better
    only if both hold, so that the comparisons need to be adjusted for one another only (Holm). Of
    ranks, studentised as here, it is Brunner & Munzel's (2000) comparison by permutation (Neubert &
    Brunner 2007, Computational Statistics & Data Analysis 51).
    """
    p = np.full(len(masks), np.nan)
    if asked.size:
        answer = effects.permutation_tests(
            values,
            masks[asked].T,
            draws=10 * study.scope.permutations - 1,
            seed=study.seed,
            strata=strata_of(study, frame),
            cluster=cluster_of(study, frame),
        )
        p[asked] = families.holm(answer.upward)
    return p


def _within(rows: pd.DataFrame, masks: np.ndarray, accepted: np.ndarray, at: int) -> str:
    """Within which of the segments accepted before a group is better, in words."""
    inside: list[str] = []
    outside: list[str] = []
    both: list[str] = []
    for before in np.flatnonzero(accepted[:at]):
        share = masks[before][masks[at]].mean() if masks[at].any() else 0.0
        kinds = inside if share >= MOSTLY else outside if share <= 1 - MOSTLY else both
        kinds.append(rows["definition"].iloc[before])
    told = [
        say(template, others=" / ".join(names))
        for template, names in (
            (words.WITHIN_INSIDE, inside),
            (words.WITHIN_OUTSIDE, outside),
            (words.WITHIN_BOTH, both),
        )
        if names
    ]
    return say(words.WITHIN, places=", ".join(told))


def _holds(study: Study, frame: pd.DataFrame, rest: np.ndarray, member: np.ndarray) -> tuple:
    """Whether a segment is also better on a part of the score, and by how much: lift, low, high."""
    answer = effects.permutation_tests(
        rest,
        member[:, None],
        draws=10 * study.scope.permutations - 1,
        seed=study.seed,
        strata=strata_of(study, frame),
        cluster=cluster_of(study, frame),
    )
    gap = effects.difference(rest, member, strata_of(study, frame), cluster_of(study, frame))
    low, high = answer.interval(0, gap, family=False)
    holds = answer.p[0] <= study.scope.alpha and answer.statistic[0] > 0
    return bool(holds), np.array([gap.effect, low, high])


def _ranks_hold(study: Study, frame: pd.DataFrame, rest: np.ndarray, member: np.ndarray) -> tuple:
    """Whether a typical member also ranks higher on a part of the score, and its percentile."""
    strata = strata_of(study, frame)
    p = _plain(study, frame, _ranks(rest, strata), member[None, :], np.array([0]))[0]
    codes = None if strata is None else np.unique(strata, return_inverse=True)[1]
    place = placed(rest, member, codes, cluster=cluster_of(study, frame))
    holds = p <= study.scope.alpha / 2 and place.low > 50
    return bool(holds), np.array([place.value, place.low, place.high])


def _rest_of_score(
    frame: pd.DataFrame, scores: pd.DataFrame, lines: Sequence[str], without: Without | None
) -> np.ndarray:
    if without is None:
        from helpers.metrics.quality import score_without

        without = score_without
    rest = pd.Series(
        np.asarray(without(scores, lines), dtype=np.float64), index=scores["account_id"]
    )
    return frame["account_id"].map(rest).to_numpy(dtype=float)


def merge_discovered(declared: Assessment, found: Assessment) -> Assessment:
    """Both sets of segments, a group that is in both once.

    Identical customers: the segment defined beforehand stays, and takes over the search's result
    where that validated the group and its own test did not. More than 90 % Jaccard similarity with
    a validated declared segment: the declared one stays. The note names the other; value and
    lifecycle segments are never merged away.
    """
    kept, extra = declared.segments.copy(), found.segments.copy()
    sets = {name: set(of) for name, of in declared.members.groupby("segment_id")["account_id"]}
    mergeable = set(kept.loc[kept["basis"].isin(["a priori", "needs", "proposed"]), "segment_id"])
    drop = []
    for at, row in extra.iterrows():
        name = row["segment_id"]
        mine = set(found.members.loc[found.members["segment_id"] == name, "account_id"])
        alike = [
            (len(mine & theirs) / len(mine | theirs), mine == theirs, other)
            for other, theirs in sets.items()
            if mine | theirs
        ]
        same, identical, other = max(
            (one for one in alike if one[2] in mergeable),
            key=lambda one: (one[1], one[0] > SAME and _validated(kept, one[2]), one[0]),
            default=(0.0, False, ""),
        )
        if not identical and same <= SAME:
            continue
        target = kept.index[kept["segment_id"] == other][0]
        if identical or _validated(kept, other):
            if identical and verdicts.is_open(kept.loc[target, "verdict"]):
                taken = []
                if verdicts.is_finding(row["verdict"]):
                    ranked = verdicts.is_ranked(row["verdict"])
                    start = "lift" if ranked else "percentile"
                    taken = [name for name in extra if name.startswith(start)]
                    taken += ["p_adjusted", "p_plain", "claim"]
                if not verdicts.is_open(row["verdict"]):
                    kept.loc[target, "note"] = joined(kept.loc[target, "note"], row["note"])
                    taken = [*taken, "verdict"]
                kept.loc[target, taken] = row[taken]
            drop.append(at)
            note = say(groups.ALSO_DISCOVERED_AS, name=name) + (
                "" if identical else say(groups.THE_SAME, same=f"{same:.0%}")
            )
            kept.loc[target, "note"] = joined(kept.loc[target, "note"], note)
        else:
            note = say(groups.NEARLY_SAME_CUSTOMERS_AS, other=other, same=f"{same:.0%}")
            extra.loc[at, "note"] = joined(extra.loc[at, "note"], note)
    extra = extra.drop(index=drop)
    members = found.members[found.members["segment_id"].isin(extra["segment_id"])]
    return Assessment(
        pd.concat([kept, extra], ignore_index=True),
        pd.concat([declared.members, members])
        .sort_values(["segment_id", "account_id"], kind="stable")
        .reset_index(drop=True),
        (*declared.notes, *found.notes),
    )


def _validated(table: pd.DataFrame, segment_id: str) -> bool:
    found = table.loc[table["segment_id"] == segment_id, "verdict"]
    return bool(verdicts.is_finding(found).any())
