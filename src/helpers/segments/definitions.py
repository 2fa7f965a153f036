"""Segments that are defined before anyone looks at scores, and what defines them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from helpers.errors import StudyError, listed
from helpers.metrics.catalog.health import GROUPS, MEANING
from helpers.segments.rules import evaluate_rules, in_words, literal, quoted, slug
from helpers.study import Hypothesis, Study
from helpers.words import groups as words
from helpers.words import say, value

COLUMNS = ("segment_id", "basis", "definition", "rule", "declared", "population", "source", "note")
# Shares of cumulated revenue that close the classes A and B.
ABC_LIMITS = {"A": 0.80, "B": 0.95}
PROPOSED = "proposed"  # lists of other teams
CURRENT = "status = 'current'"


@dataclass(frozen=True)
class Segments:
    """Segments and their customers.

    ``table`` has one row per segment: segment_id, basis, ``definition`` for people, ``rule`` in
    SQL over the customer frame, ``declared`` (a hypothesis of the study file), ``population``
    (whom it is compared with: *all* customers, *current* ones, *interviewed* ones), ``source``
    (hypothesis or list it comes from) and a note. ``members`` has one row per segment and
    customer: segment_id, account_id. ``notes`` says what could not be built, and why.
    """

    table: pd.DataFrame
    members: pd.DataFrame
    notes: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.table)

    def masks(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Membership as booleans: one row per customer of ``frame``, one column per segment."""
        ids = self.table["segment_id"].tolist()
        filled = np.zeros((len(frame), len(ids)), dtype=bool)
        rows = pd.Index(frame["account_id"]).get_indexer(self.members["account_id"])
        columns = pd.Index(ids).get_indexer(self.members["segment_id"])
        known = (rows >= 0) & (columns >= 0)
        filled[rows[known], columns[known]] = True
        return pd.DataFrame(filled, index=frame.index, columns=ids)


def combine(*parts: Segments) -> Segments:
    """Several sets of segments as one; ids must differ."""
    table = pd.concat([part.table for part in parts], ignore_index=True)
    repeated = table.loc[table["segment_id"].duplicated(), "segment_id"]
    if len(repeated):
        raise StudyError(f"Two segments have the id {listed(sorted(set(repeated)))}.")
    members = pd.concat([part.members for part in parts], ignore_index=True)
    return Segments(table, members, tuple(note for part in parts for note in part.notes))


def define(
    frame: pd.DataFrame,
    rows: Iterable[dict],
    *,
    notes: Sequence[str] = (),
) -> Segments:
    """Segments from rows that hold at least segment_id, basis, definition and rule.

    Ids that clash (two levels that differ only in their punctuation) get the start of a hash of
    their rule, so that they stay the same from quarter to quarter.
    """
    defaults = {"declared": False, "population": "all", "source": "", "note": ""}
    table = pd.DataFrame([defaults | row for row in rows], columns=list(COLUMNS))
    clash = table["segment_id"].duplicated(keep=False)
    for at in table.index[clash]:
        digest = hashlib.sha256(table.loc[at, "rule"].encode()).hexdigest()[:6]
        table.loc[at, "segment_id"] = f"{table.loc[at, 'segment_id']}-{digest}"
    rules = dict(zip(table["segment_id"], table["rule"], strict=True))
    masks = evaluate_rules(frame, rules)
    table = table.astype({"declared": bool})
    return Segments(table, members_of(masks, frame), tuple(notes))


def members_of(masks: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Booleans (customers × segments) as ``segment_id, account_id``, sorted by both."""
    segments, customers = np.nonzero(masks.to_numpy(dtype=bool).T)
    table = pd.DataFrame(
        {
            "segment_id": np.asarray(masks.columns, dtype=object)[segments],
            "account_id": frame["account_id"].to_numpy(dtype=object)[customers],
        },
        dtype="str",
    )
    return table.sort_values(["segment_id", "account_id"], kind="stable", ignore_index=True)


# ── a priori: attributes and declared pairs ──────────────────────────────────────────────────────
def a_priori(study: Study, frame: pd.DataFrame) -> Segments:
    """Every level of every attribute, and every combination of levels of the declared pairs.

    Levels that no customer has are left out. Customers whose attribute is not known belong to
    none of its levels.
    """
    rows = [
        _conjunction(study, ((name, level),))
        for name in study.attributes
        for level in _levels(frame[name])
    ]
    for first, second in study.scope.pairs:
        both = frame[[first, second]].dropna().astype("object").drop_duplicates()
        present = set(both.itertuples(index=False, name=None))
        rows += [
            _conjunction(study, ((first, one), (second, two)))
            for one in _levels(frame[first])
            for two in _levels(frame[second])
            if (one, two) in present
        ]
    return define(frame, rows)


def _levels(column: pd.Series) -> list[str]:
    """Levels that occur, in the order of the categories, else sorted."""
    present = set(column.dropna())
    if isinstance(column.dtype, pd.CategoricalDtype):
        return [level for level in column.cat.categories if level in present]
    return sorted(present)


def _conjunction(study: Study, conditions: Sequence[tuple[str, str]]) -> dict:
    return {
        "segment_id": "+".join(f"{slug(name)}-{slug(level)}" for name, level in conditions),
        "basis": "a priori",
        "definition": words.together(
            words.of(study.label(name), level) for name, level in conditions
        ),
        "rule": " AND ".join(f"{quoted(name)} = {literal(level)}" for name, level in conditions),
    }


# ── value ────────────────────────────────────────────────────────────────────────────────────────
def abc_limits(monthly_revenue: pd.Series) -> dict[str, float]:
    """Lowest monthly revenue of the classes A and B.

    Customers are counted from the largest down. A class ends with the customer whose revenue
    brings the cumulated share to its limit (A 80 %, B 95 %); customers with the same revenue stay
    together in the better class.

    >>> abc_limits(pd.Series([50.0, 30.0, 15.0, 5.0]))
    {'A': 30.0, 'B': 15.0}
    """
    paying = monthly_revenue[monthly_revenue > 0].sort_values(ascending=False, kind="stable")
    if paying.empty:
        return {}
    shares = paying.cumsum() / paying.sum()
    # A hair below the limit counts as reached: 0.5 + 0.3 is not 0.8 in binary.
    reached = {name: int((shares < limit - 1e-9).sum()) for name, limit in ABC_LIMITS.items()}
    return {name: float(paying.iloc[min(at, len(paying) - 1)]) for name, at in reached.items()}


def value_segments(frame: pd.DataFrame) -> Segments:
    """Bands of the quality score, and ABC classes of current customers by monthly revenue.

    They describe: a segment that is defined by the score, or by its base, cannot be evidence about
    the score. Current customers without revenue, or with none above zero, are in class C.
    """
    rows = [
        {
            "segment_id": f"band-{slug(band)}",
            "basis": "value",
            "definition": say(words.SCORE_BAND, band=value(band)),
            "rule": f"band = {literal(band)}",
        }
        for band in ("excellent", "average", "poor")
        if (frame["band"] == band).any()
    ]
    current = frame[frame["status"] == "current"]
    limits = abc_limits(current["monthly_revenue"])
    if not limits:
        return define(frame, rows, notes=(words.NO_CURRENT_CUSTOMER_HAS_REVENUE,))
    low_a, low_b = literal(limits["A"]), literal(limits["B"])
    classes = {
        "A": (words.FIRST_REVENUE, f"monthly_revenue >= {low_a}"),
        "B": (
            words.NEXT_REVENUE,
            f"monthly_revenue >= {low_b} AND monthly_revenue < {low_a}",
        ),
        "C": (
            words.LAST_REVENUE,
            f"(monthly_revenue < {low_b} OR monthly_revenue IS NULL)",
        ),
    }
    rows += [
        {
            "segment_id": f"revenue-{name.lower()}",
            "basis": "value",
            "definition": say(
                words.REVENUE_CLASS_CURRENT_CUSTOMERS_MAKE, name=name, told=say(told)
            ),
            "rule": f"{CURRENT} AND {rule}",
            "population": "current",
        }
        for name, (told, rule) in classes.items()
    ]
    built = define(frame, rows)
    held = set(built.members["segment_id"])
    kept = built.table["segment_id"].isin(held)
    return Segments(built.table[kept].reset_index(drop=True), built.members, built.notes)


# ── health ───────────────────────────────────────────────────────────────────────────────────────
def health_segments(frame: pd.DataFrame) -> Segments:
    """Health groups of current customers; none where ``health_group`` was not collected.

    They describe: one axis is value, so that they cannot be evidence about the score.
    """
    if "health_group" not in frame or frame["health_group"].isna().all():
        return define(frame, (), notes=(words.HEALTH_GROUPS_NO_INPUT_HEALTH,))
    present = set(frame["health_group"].dropna())
    return define(
        frame,
        (
            {
                "segment_id": f"health-{group.replace('_', '-')}",
                "basis": "health",
                "definition": say(
                    words.HEALTH_GROUP, group=value(label.lower()), meaning=MEANING[group]
                ),
                "rule": f"{CURRENT} AND health_group = {literal(group)}",
                "population": "current",
            }
            for group, label in GROUPS.items()
            if group in present
        ),
    )


# ── hypotheses and lists of other teams ──────────────────────────────────────────────────────────
def from_hypotheses(study: Study, frame: pd.DataFrame) -> Segments:
    """The groups that the study's hypotheses with ``where`` are about.

    Raises StudyError for a condition that cannot be evaluated, with the hypothesis and the columns.
    """
    # First under the ids of the study file, so that a mistake is told in the study's own words.
    wheres = {hypothesis.id: where for hypothesis, where in composite(study)}
    evaluate_rules(frame, wheres, place="hypotheses, {}")
    rows = (
        {
            "segment_id": f"hypothesis-{slug(hypothesis.id)}",
            "basis": "a priori",
            "definition": hypothesis.name or in_words(study, where) or hypothesis.statement,
            "rule": where.strip(),
            "declared": True,
            "source": hypothesis.id,
        }
        for hypothesis, where in composite(study)
    )
    return define(frame, rows)


def composite(study: Study) -> list[tuple[Hypothesis, str]]:
    """Hypotheses about the customers that meet a condition, with it."""
    return [(one, one.where) for one in study.hypotheses if one.where]


def from_candidates(frame: pd.DataFrame, candidates: pd.DataFrame) -> Segments:
    """Lists that other teams use (``list_name, account_id``), as segments.

    Accounts on a list that are not included customers are counted in the segment's note.
    """
    rows = []
    known = set(frame["account_id"])
    for name, listed_accounts in candidates.groupby("list_name", sort=True)["account_id"]:
        accounts = set(listed_accounts)
        held, others = sorted(accounts & known), len(accounts - known)
        named = ", ".join(map(literal, held))
        rows.append(
            {
                "segment_id": f"list-{slug(name)}",
                "basis": PROPOSED,
                "definition": say(words.LIST_ANOTHER_TEAM, name=name),
                "rule": f"account_id IN ({named})" if held else "false",
                "source": str(name),
                "note": say(words.ACCOUNTS_LIST_NOT_INCLUDED_CUSTOMERS, others=others)
                if others
                else "",
            }
        )
    return define(frame, rows)
