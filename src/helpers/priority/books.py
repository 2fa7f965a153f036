"""Books of business: which manager looks after which customers, today and as proposed.

A plan is a proposal, beside what is today and beside other shapes of a book. What capacities cannot
hold is refused in words, and never spread over managers who are full.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.errors import StudyError, listed
from helpers.priority.assigning import CENT, NOBODY, Task, assigned
from helpers.study import Study
from helpers.study.books import Books as Given
from helpers.study.books import Capacity
from helpers.words import action as words
from helpers.words import say
from helpers.words.numbers import SIZES, short_money

TODAY, PROPOSED = "today", "proposed"
MILLION = 1e6
STAYS, MOVES, FIRST, OPEN = "stays", "handed over", "first manager", ""


@dataclass(frozen=True)
class Books:
    """Data files: ``table`` is ``books``, ``managers`` ``book_managers``, ``plans`` ``book_plans``.

    ``reason`` says why nothing is proposed ("" where something is); ``notes`` what is not known.
    """

    table: pd.DataFrame
    managers: pd.DataFrame
    plans: pd.DataFrame
    reason: str = ""
    notes: tuple[str, ...] = ()


def books(
    study: Study, frame: pd.DataFrame, tags: pd.DataFrame, worth: pd.DataFrame | None = None
) -> Books:
    """Who looks after whom, under the capacity of each manager.

    Parameters
    ----------
    frame : customer frame; ``owner`` where it is collected. Books hold current customers alone.
    tags : data file ``tags``; its column ``books.alike`` tells which customers are alike.
    worth : account_id, arr (currency per year); without it, twelve times monthly revenue.

    Raises
    ------
    StudyError
        Where ``books.alike`` names no tag.

    Notes
    -----
    What a plan is judged by stands at `assigning.Task.cost`, how it is found at
    `assigning.assigned`. A customer whose revenue is not known counts as a customer, and with no
    revenue. The plan depends on neither the order of rows nor the spelling of identifiers: larger
    customers first, then by account_id.
    """
    people = _people(study, frame, tags, worth)
    notes = _notes(frame, people)
    plan, reason = None, _why_none(study, people)
    if not reason and study.books is not None:
        task = _task(study.books, people)
        plan = assigned(task)
        if task.overload(plan) > 0:
            plan, reason = None, words.NO_PLAN_FITS
    proposed = pd.Series("", index=people.index, dtype="str")
    if plan is not None and study.books is not None:
        names = pd.Series(list(study.books.managers), dtype=object).to_numpy()
        proposed = pd.Series(names[plan], index=people.index, dtype="str")
    people["manager"] = proposed
    change = np.select(
        [proposed == "", people["owner"] == "", people["owner"] == proposed],
        [OPEN, FIRST, STAYS],
        MOVES,
    )
    people["change"] = change
    rows = [*_managers(study, people, TODAY)]
    if plan is not None:
        rows += _managers(study, people, PROPOSED)
    managers = outputs.shaped("book_managers", rows)
    plans = outputs.shaped("book_plans", [*_plans(managers), *_cuts(study, people)])
    return Books(outputs.shaped("books", people), managers, plans, reason, notes)


def _people(
    study: Study, frame: pd.DataFrame, tags: pd.DataFrame, worth: pd.DataFrame | None
) -> pd.DataFrame:
    """Current customers, the largest first: account_id, name, alike, arr, owner."""
    current = frame[frame["status"] == "current"].reset_index(drop=True)
    arr = 12 * current["monthly_revenue"].astype(float)
    if worth is not None and "arr" in worth:
        arr = current["account_id"].map(worth.set_index("account_id")["arr"]).astype(float)
    name = study.books.alike if study.books else "segment"
    if name not in tags:
        raise StudyError(
            f"{study.path}: books.alike names `{name}`, which is no tag.",
            expected=listed([tag for tag in tags if tag != "account_id"], most=40),
        )
    owner = current["owner"] if "owner" in current else pd.Series("", index=current.index)
    people = pd.DataFrame(
        {
            "account_id": current["account_id"],
            "name": current.get("name", current["account_id"]),
            "alike": current["account_id"].map(tags.set_index("account_id")[name]).fillna(""),
            "arr": arr,
            "owner": owner.astype("object").where(owner.notna(), "").astype("str").str.strip(),
        }
    )
    return people.sort_values(
        ["arr", "account_id"], ascending=[False, True], ignore_index=True, na_position="last"
    )


def _notes(frame: pd.DataFrame, people: pd.DataFrame) -> tuple[str, ...]:
    notes: list[str] = []
    if "owner" not in frame:
        notes.append(words.NO_OWNER)
    elif len(without := people[people["owner"] == ""]):
        notes.append(say(words.WITHOUT_OWNER, customers=f"{len(without):,}"))
    if unknown := int(people["arr"].isna().sum()):
        notes.append(say(words.WITHOUT_ARR, customers=f"{unknown:,}"))
    return tuple(notes)


def _why_none(study: Study, people: pd.DataFrame) -> str:
    """Why nothing can be proposed, by sums that no plan can get around; "" = it may be."""
    if study.books is None:
        return words.NO_BOOKS
    if people.empty:
        return words.NO_CURRENT
    names = study.books.managers
    room = sum(study.books.most_accounts(name) for name in names)
    if room < len(people):
        return say(
            words.TOO_MANY, customers=f"{len(people):,}", room=f"{room:,}",
            managers=f"{len(names):,}", lack=f"{len(people) - room:,}",
        )  # fmt: skip
    money = [study.books.most_arr(name) for name in names]
    paid, currency = float(people["arr"].sum()), study.currency
    if sum(money) < paid - CENT:
        return say(
            words.TOO_MUCH, arr=short_money(paid, currency), room=short_money(sum(money), currency)
        )
    beyond = people[people["arr"] > max(money) + CENT]
    if len(beyond):
        return say(
            words.TOO_LARGE, customers=listed(beyond["account_id"], most=5),
            room=short_money(max(money), currency),
        )  # fmt: skip
    return ""


def _task(given: Given, people: pd.DataFrame) -> Task:
    names = list(given.managers)
    place = {name: at for at, name in enumerate(names)}
    by = given.weights
    weights = np.array([by.balance, by.segments, by.handovers])
    return Task(
        arr=people["arr"].fillna(0.0).to_numpy(float),
        alike=np.unique(people["alike"].to_numpy(str), return_inverse=True)[1],
        owner=people["owner"].map(place).fillna(NOBODY).to_numpy(int),
        most=np.array([given.most_accounts(name) for name in names], dtype=float),
        most_arr=np.array([given.most_arr(name) for name in names], dtype=float),
        weights=tuple(weights / weights.sum()),
    )


def _managers(study: Study, people: pd.DataFrame, plan: str) -> list[dict]:
    """One row per manager of a plan; those who are declared, then others of today."""
    column = "owner" if plan == TODAY else "manager"
    given = study.books
    declared = list(given.managers) if given else []
    held = dict(iter(people.groupby(column, sort=True)))
    names = [*declared, *(name for name in held if name and name not in declared)]
    rows = []
    for name in [*names, *([""] if "" in held else [])]:
        own = held.get(name, people.head(0))
        most = given.most_accounts(name) if given and name in declared else np.nan
        most_arr = given.most_arr(name) if given and name in declared else np.inf
        rows.append(
            {
                "plan": plan,
                "manager": name,
                "customers": len(own),
                "arr": _held(own),
                "segments": own["alike"].nunique(),
                "handovers": int((own["change"] == MOVES).sum()),
                "most_customers": most,
                "most_arr": most_arr if np.isfinite(most_arr) else np.nan,
                "over": bool(len(own) > most or own["arr"].sum() > most_arr + CENT),
            }
        )
    return rows


def _held(own: pd.DataFrame) -> float:
    """What customers pay together; not known where nobody's is, which is not nothing."""
    return float(own["arr"].sum(min_count=1)) if len(own) else 0.0


def _plans(managers: pd.DataFrame) -> list[dict]:
    """What today's plan and the proposed one come to; customers without a manager stand apart."""
    rows = []
    for plan, own in managers[managers["manager"] != ""].groupby("plan", sort=False):
        moved = own["handovers"].sum() if plan == PROPOSED else 0
        rows.append(
            {
                "plan": plan,
                "managers": len(own),
                "customers": own["customers"].mean(),
                "customers_most": own["customers"].max(),
                "arr": own["arr"].mean(),
                "arr_least": own["arr"].min(),
                "arr_most": own["arr"].max(),
                "segments": own["segments"].mean(),
                "handovers": moved,
                "over": int(own["over"].sum()),
                "too_large": np.nan,
            }
        )
    return sorted(rows, key=lambda row: row["plan"] != TODAY)


def usual(mean: float) -> dict[str, Capacity]:
    """What the field has long set side by side: a million in few large or many small customers.

    ``mean`` is what a customer pays a year. Where that is more than half a million, as it is in
    yen or rupiah, the sum is ten, a hundred … times as much, so that ten customers may share it.

    >>> list(usual(31_000)), list(usual(4_650_000))
    (['10 × 100k', '5 × 200k', '2 × 500k'], ['10 × 10M', '5 × 20M', '2 × 50M'])
    """
    total = MILLION
    if mean > MILLION / 2:
        total = max(total, 10.0 ** math.ceil(math.log10(10 * mean)))
    found = {}
    for accounts in (10, 5, 2):
        size, unit = next(one for one in SIZES if one[0] <= total / accounts)
        told = f"{accounts} × {total / accounts / size:.0f}{unit}"
        found[told] = Capacity(accounts=accounts, arr=total)
    return found


def _cuts(study: Study, people: pd.DataFrame) -> list[dict]:
    """How many managers each shape of a book takes at least, by sums, and what one then holds."""
    rows: list[dict] = []
    given = study.books.cuts if study.books else None
    if people.empty:
        return rows
    for name, cut in (usual(float(people["arr"].mean())) if given is None else given).items():
        assert cut.accounts is not None  # the study file's cuts say how many
        money = np.inf if cut.arr is None else cut.arr
        # A customer that is more than a whole book takes a manager of its own.
        alone = int((people["arr"] > money).sum())
        rest = people.loc[~(people["arr"] > money), "arr"]
        fewest = max(-(-len(rest) // cut.accounts), int(np.ceil(rest.sum() / money - 1e-9)))
        fewest += alone
        rows.append(
            {
                "plan": name,
                "managers": fewest,
                "customers": len(people) / fewest,
                "customers_most": np.nan,
                "arr": _held(people) / fewest,
                "arr_least": np.nan,
                "arr_most": np.nan,
                "segments": np.nan,
                "handovers": np.nan,
                "over": np.nan,
                "too_large": alone,
            }
        )
    return rows
