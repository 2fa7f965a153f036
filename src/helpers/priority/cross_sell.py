"""What validated segments hold more often than like customers do, and who of them lacks it.

That members hold a product more often is an association: it says whom to ask first, and not that
the others want it.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.families import false_discovery
from helpers.metrics.intervals import difference_limits, wilson_limits
from helpers.priority.fitting import AT_RISK
from helpers.study import Study
from helpers.words import action as words
from helpers.words import say

# A product is one to add where at least this share of its customers hold another one beside it.
BESIDE = 0.5
# Products are chosen instead of one another where at most this share of the rarer one's customers
# holds both.
SELDOM = 0.05
STRATA = 3


@dataclass(frozen=True)
class Offers:
    """Data files: ``table`` is ``cross_sell``, ``customers`` is ``cross_sell_customers``.

    ``reason`` says why nothing was compared, ``notes`` what was left out.
    """

    table: pd.DataFrame
    customers: pd.DataFrame
    reason: str = ""
    notes: tuple[str, ...] = ()


def cross_sell(
    study: Study,
    ranked: pd.DataFrame,
    members: pd.DataFrame,
    frame: pd.DataFrame,
    contracts: pd.DataFrame | None,
    *,
    as_of: date,
) -> Offers:
    """Compare what current members of ranked segments hold with what like customers hold.

    Parameters
    ----------
    ranked : data file ``priorities``.
    members : data file ``segment_members``.
    frame : customer frame.
    contracts : account_id, starts_on, ends_on, mrr, product; None = not collected.

    Notes
    -----
    Like customers are the other current ones of the same third by what they pay for everything but
    the product. The p-value is exact: given how many members and holders each third has, the number
    of members that hold it is a sum of hypergeometric ones (the exact Cochran-Mantel-Haenszel test;
    Agresti 2013, Categorical Data Analysis, section 7.3). All pairs of segment and product are held
    to a false discovery rate (Benjamini and Hochberg 1995). Products that stand alone, and
    those that are chosen instead of one another (plans), are nothing to add, and are left out.
    """
    nothing = (outputs.shaped("cross_sell", []), outputs.shaped("cross_sell_customers", []))
    if contracts is None or contracts["product"].isna().all():
        return Offers(*nothing, reason=words.NO_PRODUCT)
    if ranked.empty:
        return Offers(*nothing, reason=words.NO_SEGMENT_TO_SELL)
    current = frame[frame["status"] == "current"].set_index("account_id").sort_index()
    paid = _paid(contracts, current.index, as_of)
    added, alone = _added(paid)
    notes = (say(words.ALONE, products=", ".join(alone)),) if alone else ()
    if not added:
        return Offers(*nothing, reason=words.NOTHING_TO_ADD, notes=notes)
    inside = {
        name: current.index.isin(members.loc[members["segment_id"] == name, "account_id"])
        for name in ranked["segment_id"]
    }
    least = study.smallest_segment(len(frame))
    held = {
        product: (
            (paid[product] > 0).to_numpy(),
            _thirds(paid.drop(columns=product).sum(axis=1).to_numpy(float)),
        )
        for product in added
    }
    rows = []
    for name, told in zip(ranked["segment_id"], ranked["definition"], strict=True):
        if inside[name].sum() < least or (~inside[name]).sum() < least:
            continue
        for product, (holds, like) in held.items():
            compared = _compared(inside[name], holds, like)
            rows.append({"segment_id": name, "definition": told, "product": product} | compared)
    if not rows:
        return Offers(*nothing, reason=words.TOO_FEW_TO_SELL, notes=notes)
    adjusted = false_discovery([row["p_value"] for row in rows])
    for row, p in zip(rows, adjusted, strict=True):
        row["p_adjusted"] = p
        row["more_often"] = bool(p <= study.scope.alpha and row["difference"] > 0)
    table = outputs.shaped("cross_sell", rows)
    people = _lacking(table[table["more_often"]], inside, paid, current)
    return Offers(table, outputs.shaped("cross_sell_customers", people), notes=notes)


def _paid(contracts: pd.DataFrame, accounts: pd.Index, as_of: date) -> pd.DataFrame:
    """What each current customer pays a month for each product in force; one column per product."""
    day = pd.Timestamp(as_of)
    starts, ends = pd.to_datetime(contracts["starts_on"]), pd.to_datetime(contracts["ends_on"])
    here = contracts[
        (starts <= day) & (ends.isna() | (ends >= day)) & contracts["account_id"].isin(accounts)
    ]
    here = here.assign(mrr=here["mrr"].astype(float), product=here["product"].fillna(""))
    table = here.pivot_table(
        index="account_id", columns="product", values="mrr", aggfunc="sum", fill_value=0.0
    )
    return table.reindex(accounts, fill_value=0.0).astype(float).sort_index(axis=1)


def _added(paid: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Products that are held beside another one, and those that stand alone or are plans."""
    held = paid > 0
    held = held[[product for product in held if product and held[product].any()]]
    plans = _plans(held)
    several = held.sum(axis=1) > 1
    added = [
        str(product)
        for product in held
        if product not in plans and several[held[product]].mean() >= BESIDE
    ]
    return added, [str(product) for product in held if product not in added]


def _plans(held: pd.DataFrame) -> list[str]:
    """Products that are chosen instead of one another: the set that most customers have one of.

    From each product on, the commonest others join that hardly any holder of the set has too.
    """
    count = held.sum().sort_index().sort_values(ascending=False, kind="stable")
    families = []
    for first in count.index:
        family = [first]
        for other in count.index.drop(first):
            both = held[family].any(axis=1) & held[other]
            if both.sum() <= SELDOM * min(count[other], held[family].any(axis=1).sum()):
                family.append(other)
        families.append(family)
    return max(families, key=lambda family: held[family].any(axis=1).sum(), default=[])


def _thirds(paid: np.ndarray) -> np.ndarray:
    """Third of each customer by what it pays, 0 to 2; equal amounts stay together."""
    cuts = np.quantile(paid, np.arange(1, STRATA) / STRATA)
    return np.searchsorted(cuts, paid, side="left")


def _compared(inside: np.ndarray, holds: np.ndarray, like: np.ndarray) -> dict[str, float]:
    """How often members hold a product, and like customers, with the exact p-value."""
    share, spread, counted = 0.0, 0.0, inside.sum()
    compared, matched = 0, np.zeros(len(inside), dtype=bool)
    for stratum in np.unique(like):
        here = like == stratum
        members, others = int((here & inside).sum()), int((here & ~inside).sum())
        if not members or not others:
            continue
        compared, matched = compared + members, matched | (here & inside)
        rate = holds[here & ~inside].mean()
        share += members * rate
        spread += members**2 * rate * (1 - rate) / others
    # Members of a third without others are compared with nobody.
    own = holds[matched].mean() if compared else np.nan
    low, high = (float(one[0]) for one in _wilson(holds[matched].sum(), compared))
    expected = share / compared if compared else np.nan
    variance = spread / compared**2 if compared else np.nan
    # As many customers as would be as precise, did they all stand in one stratum.
    alike = expected * (1 - expected) / variance if variance > 0 else float((~inside).sum())
    like_low, like_high = (float(one[0]) for one in _wilson(expected * alike, alike))
    gap_low, gap_high = difference_limits(
        *(np.array([one]) for one in (own, low, high, expected, like_low, like_high))
    )
    return {
        "customers": int(counted),
        "holders": int(holds[inside].sum()),
        "share": holds[inside].mean(),
        "like_share": expected,
        "difference": own - expected,
        "difference_low": float(gap_low[0]),
        "difference_high": float(gap_high[0]),
        "p_value": exact_p(inside, holds, like),
    }


def _wilson(successes: float, trials: float) -> tuple[np.ndarray, np.ndarray]:
    return wilson_limits(np.array([successes], float), np.array([trials], float))


def exact_p(inside: np.ndarray, holds: np.ndarray, like: np.ndarray) -> float:
    """Two-sided p-value that membership and holding are independent within strata.

    The sum of the probabilities of all numbers of holding members that are at most as likely as
    the one seen, as in Fisher's test.
    """
    from scipy.stats import hypergeom

    chance, least = np.ones(1), 0
    for stratum in np.unique(like):
        here = like == stratum
        whole, holders, members = (
            int(mask.sum()) for mask in (here, here & holds, here & inside)
        )  # fmt: skip
        first, last = max(0, members + holders - whole), min(members, holders)
        pmf = hypergeom.pmf(np.arange(first, last + 1), whole, holders, members)
        chance, least = np.convolve(chance, pmf), least + first
    seen = chance[int((inside & holds).sum()) - least]
    return float(min(chance[chance <= seen * (1 + 1e-7)].sum(), 1.0))


def _lacking(
    shown: pd.DataFrame, inside: dict[str, np.ndarray], paid: pd.DataFrame, current: pd.DataFrame
) -> list[dict]:
    """Members without a product that the others of their segment hold more often."""
    total = 12 * paid.sum(axis=1)
    owner = current.get("owner", pd.Series("", index=current.index)).fillna("")
    names = current.get("name", pd.Series(current.index, index=current.index))
    ill = current.get("health_group", pd.Series("", index=current.index)) == AT_RISK
    rows = []
    for one in shown.itertuples():
        without = current.index[inside[one.segment_id] & (paid[one.product] <= 0).to_numpy()]
        rows += [
            {
                "segment_id": one.segment_id,
                "definition": one.definition,
                "product": one.product,
                "account_id": account,
                "name": names[account],
                "owner": owner[account],
                "arr": total[account],
                "holds": ", ".join(filter(None, paid.columns[(paid.loc[account] > 0).to_numpy()])),
                "not_now": say(words.MEND_FIRST) if ill[account] else "",
            }
            for account in without
        ]
    return sorted(rows, key=lambda row: (-row["arr"], row["account_id"], row["product"]))
