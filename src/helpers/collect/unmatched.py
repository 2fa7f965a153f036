"""Revenue of accounts that the CRM does not know: how much, by rows and by money, and of whom.

Identifiers are matched as they are written (white space and composed letters aside, which nobody
can see). Those that only look different are told with what they are like, and matched by nothing
but the study's own SQL.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.errors import StudyError, listed
from helpers.tables import TABLES
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

NONE: Mapping[str, str] = MappingProxyType({})
MOST = 10_000  # unknown accounts that near matches are looked for
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
# Ways in which identifiers of one account look different, and what they have in common.
_WAYS: dict[str, Callable[[str], str]] = {
    "white space": lambda text: re.sub(r"\s+", "", text),
    "capitals": str.casefold,
    "forms of letters": lambda text: unicodedata.normalize("NFKC", text),
    "zeros in front": lambda text: text.lstrip("0") or "0",
    "15 and 18 characters": lambda text: text[:15] if re.fullmatch(r"\w{18}", text) else text,
    "hyphens and other signs": lambda text: re.sub(r"[\W_]+", "", text).casefold(),
}


def near_matches(unknown: Iterable[str], known: Iterable[str]) -> list[dict[str, str]]:
    """Unknown identifiers that are like a known one: identifier, like, differs_in.

    >>> near_matches(["ac-1", "1.7E+3", "x"], ["AC-1", "1701", "1702"])[0]
    {'identifier': 'ac-1', 'like': 'AC-1', 'differs_in': 'capitals'}
    >>> near_matches(["1.7E+3"], ["1701", "1702"])[0]["like"]
    '1701 or another of 2'
    """
    unknown, known = list(unknown), sorted(known)
    told = []
    left = dict.fromkeys(unknown)
    for way, plain in _WAYS.items():
        alike: dict[str, str] = {}
        for name in known:
            alike.setdefault(plain(name), name)
        for name in list(left):
            like = alike.get(plain(name))
            if like is not None:
                told.append({"identifier": name, "like": like, "differs_in": way})
                del left[name]
    numbers = [name for name in known if name.isascii() and name.isdigit()]
    for name in left:
        if _ROUNDED.fullmatch(name):
            digits = len(name.upper().partition("E")[0].partition(".")[2])
            several = [n for n in numbers if float(f"{int(n):.{digits}e}") == float(name)]
            if several:
                told.append(
                    {
                        "identifier": name,
                        "like": several[0]
                        + (f" or another of {len(several)}" if several[1:] else ""),
                        "differs_in": "a spreadsheet's rounding",
                    }
                )
    return told


def in_force(ws: Workspace, name: str, bills: "ir.Table") -> "ir.Table":
    """Contracts or orders → account_id, rows, money: MRR in force on the as-of date, or the value
    of orders of the year, returns counted as what they are worth."""
    import ibis

    day = ibis.date(ws.as_of)
    amount = bills[TABLES[name].amount].abs().cast("decimal(28, 6)")
    if name == "contracts":
        counts = (bills.starts_on <= day) & (bills.ends_on.isnull() | (bills.ends_on >= day))
    else:
        counts = bills.ordered_on >= ibis.date(ws.quarter.year_start)
    return bills.group_by("account_id").agg(rows=bills.count(), money=amount.sum(where=counts))


def _won_later(lost: "ir.Table", later: "ir.Table") -> dict:
    """Accounts that pay although the CRM says that they were won after the as-of date."""
    days = later.select(later_account=later.account_id, won_on=later.won_on.cast("date"))
    both = lost.filter(lost.money > 0).inner_join(days, [("account_id", "later_account")])
    told = both.aggregate(n=both.count(), money=both.money.sum(), last=both.won_on.max())
    row = told.to_pandas().loc[0]
    if not row["n"]:
        return {}
    last = pd.Timestamp(row["last"]).date().isoformat()
    return {"accounts": int(row["n"]), "money": float(row["money"]), "last": last}


def check_unmatched(
    ws: Workspace,
    name: str,
    bills: "ir.Table",
    accounts: "ir.Table",
    *,
    refused: Mapping[str, str] = NONE,
    later: "ir.Table | None" = None,
) -> dict:
    """Count the contracts or orders of accounts that the CRM does not know.

    Parameters
    ----------
    name : contracts or orders.
    bills : the canonical table, in the study's currency.
    accounts : the canonical accounts.
    refused : identifiers whose row among the accounts was rejected → the column that cost it.
    later : account_id and won_on of accounts that were won after the as-of date, by the CRM.

    Returns
    -------
    rows, share_of_rows; accounts; money (MRR in force on the as-of date, or the value of orders of
    the year, returns counted as what they are worth), share_of_money; near (`near_matches`);
    refused: how many of the accounts the CRM knows, with a row that cannot be used; refused_by: the
    same by the column that cost the row: accounts, money; later: accounts, money and last (day)
    of those that the CRM says were won afterwards.

    Raises
    ------
    StudyError
        Where either share is more than ``max_unmatched_share``.
    """
    per = in_force(ws, name, bills)
    whole = per.aggregate(rows=per.rows.sum(), money=per.money.sum())
    lost = per.anti_join(accounts.select("account_id"), "account_id")
    told = pd.concat(
        [
            whole.to_pandas(),
            lost.aggregate(rows=lost.rows.sum(), money=lost.money.sum()).to_pandas(),
        ]
    ).fillna(0)
    rows, money = (told[column].astype(float).to_numpy() for column in ("rows", "money"))
    found: dict[str, Any] = {
        "rows": int(rows[1]),
        "share_of_rows": rows[1] / rows[0] if rows[0] else 0.0,
        "money": float(money[1]),
        "share_of_money": money[1] / money[0] if money[0] else 0.0,
        "accounts": 0,
        "refused": 0,
        "refused_by": {},
        "near": [],
        "later": {},
    }
    if not found["rows"]:
        return found
    unknown = lost.order_by("account_id").limit(MOST).select("account_id", "money").to_pandas()
    known = accounts.select("account_id").distinct().to_pandas()["account_id"]
    found["accounts"] = int(lost.count().execute())
    why = unknown["account_id"].map(dict(refused))
    found["refused"] = int(why.notna().sum())
    found["refused_by"] = {
        str(column): {"accounts": len(mine), "money": float(mine["money"].astype(float).sum())}
        for column, mine in unknown.groupby(why, sort=True)
    }
    if later is not None:
        found["later"] = _won_later(lost, later)
    near = near_matches(unknown["account_id"], known)
    found["near"] = near[:20]
    source = ws.study.sources[name]
    shares = (source.max_unmatched_share, ws.study.max_unmatched_share)
    most = next((s for s in shares if s is not None), ws.study.max_rejected_share)
    if max(found["share_of_rows"], found["share_of_money"]) > most:
        what = "MRR in force" if name == "contracts" else "order value of the year"
        like = [f"{one['identifier']} is like {one['like']} ({one['differs_in']})" for one in near]
        raise StudyError(
            f"sources.{name}: {found['rows']} of {int(rows[0])} rows "
            f"({found['share_of_rows']:.1%}) and {found['share_of_money']:.1%} of the {what} "
            f"({found['money']:,.2f} {ws.study.currency}) belong to accounts that sources.accounts "
            "does not know.",
            found=listed(unknown["account_id"])
            + (f"; the row of {found['refused']} was rejected" if found["refused"] else "")
            + (
                f"; sources.accounts says of {found['later']['accounts']} that they were won after "
                f"{ws.as_of}, up to {found['later']['last']}"
                if found["later"]
                else ""
            )
            + ("; " + listed(like, most=4) if like else ""),
            expected=f"at most {most:.1%} of either (max_unmatched_share)",
            remedy="write identifiers alike in both queries (upper, left, lpad, …), complete "
            "the export of the accounts, or raise max_unmatched_share with a reason in the "
            "change log",
        )
    return found
