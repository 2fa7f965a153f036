"""The engagement model: how close to work with each customer, and how well promises were kept."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.metrics.business_hours import clock
from helpers.metrics.exact import count, fetch, seconds
from helpers.metrics.ratios import Ratio, share_limits
from helpers.metrics.times import elapsed, end_of, opened_in
from helpers.quarter import Quarter
from helpers.segments.rules import evaluate_rules
from helpers.study import Study
from helpers.words import action as words
from helpers.words import say

if TYPE_CHECKING:
    import ibis.expr.types as ir

TAG = "engagement_tier"


@dataclass(frozen=True)
class Engaged:
    """``table`` is the data file ``engagement``, ``tags`` the data file ``tags`` with the tier.

    ``notes`` says what is not known.
    """

    table: pd.DataFrame
    tags: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def tiers(self) -> pd.Series:
        """Tier by account_id."""
        return self.tags.set_index("account_id")[TAG]


def engagement(
    study: Study,
    tags: pd.DataFrame,
    tickets: "ir.Table | None",
    *,
    quarter: Quarter,
    worth: pd.DataFrame | None = None,
) -> Engaged:
    """Each current customer's tier, and how well the quarter kept what its tier promises.

    Parameters
    ----------
    tags : data file ``tags``.
    tickets : the canonical table of included customers, lazily; None = not collected.
    worth : account_id, arr (currency per year).

    Raises
    ------
    StudyError
        For a condition that cannot be evaluated.

    Notes
    -----
    A promise of a first answer is judged on tickets opened in the quarter, by the study's clock.
    A ticket that was answered too late, or is not answered and older than promised, missed it; one
    that is not answered and younger is pending, and counts for neither. The share has the interval
    of `ratios.share_limits`, which takes customers for what is independent.
    """
    asked = _asked(study, tags, tickets, quarter)
    tiers = tier_of(study, asked)
    tagged = tags.assign(**{TAG: tiers.to_numpy()})
    served = None if tickets is None else _served(study, tagged, tickets, quarter)
    # Without a single first answer they are not collected; with some, silence is an answer late.
    replies = served is not None and served["answered"].sum() > 0
    paid = pd.Series(np.nan, index=tags["account_id"])
    if worth is not None and "arr" in worth:
        paid = worth.set_index("account_id")["arr"].reindex(tags["account_id"])
    rows = []
    for place, (name, tier) in enumerate(study.engagement.tiers.items(), start=1):
        inside = tagged.loc[tagged[TAG] == name, "account_id"]
        row = {
            "tier": name,
            "place": place,
            "rule": study.engagement.rule(name),
            "customers": len(inside),
            "arr": paid[inside].sum(min_count=1),
            "response_hours": tier.response_hours,
            "cadence_days": tier.cadence_days,
        }
        if served is not None:
            promised = tier.response_hours if replies else None
            row |= _kept(study, served[served["account_id"].isin(inside)], promised)
        rows.append(row)
    return Engaged(outputs.shaped("engagement", rows), tagged, _notes(study, tickets, served))


def tier_of(study: Study, asked: pd.DataFrame) -> pd.Series:
    """The first tier whose condition holds for each customer; what is not known does not hold."""
    names = list(study.engagement.tiers)
    rules = {name: f"coalesce(({study.engagement.rule(name)}), false)" for name in names}
    found = pd.Series("", index=asked.index, dtype="str")
    for name, inside in evaluate_rules(asked, rules, place="engagement.tiers.{}").items():
        found = found.mask(inside & (found == ""), name)
    return found


def _asked(
    study: Study, tags: pd.DataFrame, tickets: "ir.Table | None", quarter: Quarter
) -> pd.DataFrame:
    """One row per customer with what conditions may ask for; blank texts are not known."""
    text = {
        "value": "size_tier", "health": "health_group", "need": "need", "size": "size",
        "tenure": "tenure", "quality_band": "quality_band",
    }  # fmt: skip
    asked = pd.DataFrame({"account_id": tags["account_id"]})
    for name, column in text.items():
        asked[name] = tags[column].astype("object").where(tags[column] != "", None).astype("str")
    asked["potential"] = (tags["segment"] != "") | (tags["health_group"] == "high_potential")
    asked["tickets"], asked["complex_share"] = np.nan, np.nan
    if tickets is not None:
        by = _by_complexity(study, tickets, quarter).reindex(tags["account_id"])
        asked["tickets"] = by["tickets"].fillna(0).to_numpy(float)
        known = by["known"].to_numpy(float)
        share = np.divide(
            by["complex"].to_numpy(float), known, out=np.full(len(by), np.nan), where=known > 0
        )
        asked["complex_share"] = share
    return asked


def _by_complexity(study: Study, tickets: "ir.Table", quarter: Quarter) -> pd.DataFrame:
    """tickets, known (of them of a known complexity), complex; index account_id."""
    opened = opened_in(tickets, quarter)
    level = opened.complexity.lower()
    high = level.isin([one.lower() for one in study.engagement.complex])
    found = opened.group_by("account_id").agg(
        tickets=opened.count(), known=count(level.notnull()), complex=count(high)
    )
    return fetch(found).set_index("account_id")


def _served(
    study: Study, tagged: pd.DataFrame, tickets: "ir.Table", quarter: Quarter
) -> pd.DataFrame:
    """Tickets opened in the quarter, by current customer.

    tickets; kept, late and pending by the promise of the customer's tier; split (resolved with the
    time that waited for the customer known), and of these the seconds that waited for the customer
    and for us, around the clock.
    """
    import ibis

    hours = {name: tier.response_hours for name, tier in study.engagement.tiers.items()}
    promised = pd.DataFrame(
        {
            "tagged_id": tagged["account_id"],
            "promised": tagged[TAG].map(hours).astype(float) * 3600,
        }
    )
    promises = ibis.memtable(promised, schema={"tagged_id": "string", "promised": "float64"})
    opened = opened_in(tickets, quarter)
    rows = opened.inner_join(promises, opened.account_id == promises.tagged_id)
    until = end_of(quarter.as_of, study.timezone)
    ours = clock(study, quarter)
    reply = elapsed(rows, "first_replied_at", until=until, clock=ours)
    age = elapsed(rows, None, until=until, clock=ours)
    answered, owed = rows.first_replied_at.notnull(), rows.promised.notnull()
    on_time, young = reply <= rows.promised, age <= rows.promised
    solved = elapsed(rows, "resolved_at", until=until, clock=seconds)
    split = rows.resolved_at.notnull() & rows.waiting_hours.notnull()
    waited = (rows.waiting_hours * 3600).round().cast("int64")
    waited = ibis.least(waited, solved)
    return fetch(
        rows.group_by("account_id").agg(
            tickets=rows.count(),
            kept=count(owed & answered & on_time),
            late=count(owed & ((answered & ~on_time) | (~answered & ~young))),
            pending=count(owed & ~answered & young),
            answered=count(answered),
            split=count(split),
            waited=waited.sum(where=split).fill_null(0),
            worked=(solved - waited).sum(where=split).fill_null(0),
        )
    )


def _kept(study: Study, served: pd.DataFrame, promised: float | None) -> dict[str, float]:
    """A tier's row of the table, as far as it is about tickets."""
    total = served[["tickets", "kept", "late", "pending", "split", "waited", "worked"]].sum()
    row: dict[str, float] = {"tickets": total["tickets"], "waiting_known": total["split"]}
    if promised is not None:
        row |= {name: total[name] for name in ("kept", "late", "pending")}
        decided = (served["kept"] + served["late"]).to_numpy(float)
        ratio = Ratio.of(served["kept"].to_numpy(float), decided)
        if ratio.customers >= max(study.min_group_size, 2):
            low, high = share_limits(ratio, most=decided.sum())
            row |= {"kept_share": ratio.value, "kept_low": low, "kept_high": high}
    if total["split"] > 0:
        row["waiting_customer_hours"] = round(total["waited"] / total["split"] / 3600, 4)
        row["waiting_us_hours"] = round(total["worked"] / total["split"] / 3600, 4)
    return row


def _notes(
    study: Study, tickets: "ir.Table | None", served: pd.DataFrame | None
) -> tuple[str, ...]:
    notes: list[str] = []
    tiers = study.engagement.tiers.values()
    if all(tier.response_hours is None for tier in tiers):
        notes.append(words.NO_PROMISE)
    if any(tier.cadence_days for tier in tiers):
        notes.append(words.CADENCE_NOT_COLLECTED)
    if tickets is None or served is None:
        notes.append(words.NO_TICKETS)
    elif served["tickets"].sum() > 0 and served["answered"].sum() == 0:
        notes.append(words.NO_FIRST_REPLIES)
    elif served["pending"].sum() > 0:
        notes.append(say(words.PENDING, tickets=f"{served['pending'].sum():,}"))
    return tuple(notes)
