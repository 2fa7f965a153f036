"""Assessed segments as data files, and discovered ones among the declared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.segments import effects, verdicts
from helpers.segments.definitions import CURRENT
from helpers.segments.rules import columns_of, in_words, shared_lines
from helpers.study import Study

SCORE = "quality_score"
COLUMNS = (
    "segment_id", "basis", "definition", "rule", "customers", "customer_share", "mean_score",
    "naive_lift", "lift", "lift_low", "lift_high", "p_adjusted", "verdict", "declared", "source",
    "population", "compared_with", "shares_score_inputs", "note",
)  # fmt: skip
POPULATIONS = {"all": "true", "current": CURRENT, "interviewed": "required_outcome IS NOT NULL"}
COMPARED = {
    "all": "all other customers",
    "current": "other current customers",
    "interviewed": "other interviewed customers",
}
SAME = 0.9  # Jaccard similarity above which two segments are the same group
Without = Callable[[pd.DataFrame, Sequence[str]], pd.Series]


@dataclass(frozen=True)
class Assessment:
    """The data files ``segments`` and ``segment_members``, and what could not be built."""

    segments: pd.DataFrame
    members: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def validated(self) -> pd.DataFrame:
        """Segments that may be presented as findings, the best lift first."""
        found = self.segments[verdicts.is_ranked(self.segments["verdict"])]
        return found.sort_values(["lift", "segment_id"], ascending=[False, True])


def shares_of(study: Study, rule: str, population: str) -> tuple[str, ...]:
    """Lines shared by a rule; the condition that its whole population meets defines nothing."""
    outside = set(columns_of(POPULATIONS[population]))
    return shared_lines(study, set(columns_of(rule)) - outside)


def strata_of(study: Study, frame: pd.DataFrame) -> np.ndarray | None:
    """Stratum of each customer; those without one are a stratum of their own, as in the search."""
    if not study.scope.strata:
        return None
    return frame[study.scope.strata].astype("string").fillna("").to_numpy()


def compared_with(study: Study, population: str) -> str:
    """The customers that a segment is compared with, in words."""
    stratum = study.scope.strata
    return COMPARED[population] + (f", within {study.label(stratum)}" if stratum else "")


def from_search(
    study: Study,
    discovered: object,
    frame: pd.DataFrame,
    scores: pd.DataFrame,
    score_without: Without | None,
) -> Assessment:
    """The search's segments in the form of the data files; its verdicts are kept.

    Only where a definition shares inputs with the score: a validated segment is put to a second
    test, on the score without those lines, and called descriptive when it does not hold there; one
    that the search did not prove is called descriptive too.
    """
    rows = discovered.segments.copy()
    rows["basis"], rows["declared"], rows["source"] = "discovered", False, ""
    rows["population"], rows["compared_with"] = "all", compared_with(study, "all")
    rows["definition"] = [
        in_words(study, rule) or words
        for rule, words in zip(rows["rule"], rows["definition"], strict=True)
    ]
    rows["note"] = ""
    rows["customer_share"] = rows["customers"] / max(len(frame), 1)
    rows["shares_score_inputs"] = [
        ", ".join(shares_of(study, rule, "all")) for rule in rows["rule"]
    ]
    listed = discovered.members
    key = next(name for name in listed.columns if name != "segment_id")
    known = set(frame["account_id"])
    accounts = listed[key]
    if not set(accounts) <= known:  # positions, where the search was given no account_id as index
        accounts = accounts.map(frame["account_id"])
    members = pd.DataFrame({"segment_id": listed["segment_id"], "account_id": accounts})
    shared = rows["shares_score_inputs"] != ""
    for at in rows.index[shared & ~verdicts.is_finding(rows["verdict"])]:
        rows.loc[at, "verdict"] = verdicts.of_search(
            rows.loc[at, "verdict"], shares_score_inputs=True, holds_without=False
        )
    for at in rows.index[shared & verdicts.is_finding(rows["verdict"])]:
        lines = rows.loc[at, "shares_score_inputs"].split(", ")
        held = members.loc[members["segment_id"] == rows.loc[at, "segment_id"], "account_id"]
        member = frame["account_id"].isin(held).to_numpy()
        rest = _rest_of_score(frame, scores, lines, score_without)
        answer = effects.permutation_tests(
            rest,
            member[:, None],
            draws=10 * study.scope.permutations - 1,
            seed=study.seed,
            strata=strata_of(study, frame),
        )
        holds = answer.p[0] <= study.scope.alpha and answer.statistic[0] > 0
        rows.loc[at, "verdict"] = verdicts.of_search(
            rows.loc[at, "verdict"], shares_score_inputs=True, holds_without=bool(holds)
        )
        told = "holds" if holds else "does not hold"
        note = f"{told} on the score without {', '.join(lines)}"
        rows.loc[at, "note"] = joined(rows.loc[at, "note"], note)
    return Assessment(typed(rows), members.sort_values(["segment_id", "account_id"]))


def _rest_of_score(
    frame: pd.DataFrame, scores: pd.DataFrame, lines: list[str], score_without: Without | None
) -> np.ndarray:
    if score_without is None:
        from helpers.metrics.quality import score_without
    rest = pd.Series(np.asarray(score_without(scores, lines), float), index=scores["account_id"])
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
            if identical and verdicts.is_finding(row["verdict"]) and not _validated(kept, other):
                taken = [name for name in extra if name.startswith("lift")] + [
                    "p_adjusted",
                    "verdict",
                ]
                kept.loc[target, taken] = row[taken]
            drop.append(at)
            note = f"also discovered as {name}" + ("" if identical else f" ({same:.0%} the same)")
            kept.loc[target, "note"] = joined(kept.loc[target, "note"], note)
        else:
            note = f"nearly the same customers as {other} ({same:.0%})"
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


def typed(rows: pd.DataFrame) -> pd.DataFrame:
    numbers = ["customer_share", "mean_score", "naive_lift", "lift", "lift_low", "lift_high"]
    kinds = dict.fromkeys([*numbers, "p_adjusted"], float)
    kinds |= {"customers": "int64", "declared": bool}
    return rows[list(COLUMNS)].astype(kinds).reset_index(drop=True)


def joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
