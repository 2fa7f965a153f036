"""What customers say: NPS and CSAT surveys, and whom they refer."""

import ibis
import ibis.expr.types as ir
import pandas as pd

from helpers.metrics.exact import count, fetch, within
from helpers.metrics.pairs import Collected, Pairs
from helpers.quarter import Quarter


def nps_score(promoters: float, passives: float, detractors: float) -> float:
    """Net promoter score: 100 × (promoters − detractors) ÷ responses.

    >>> nps_score(60, 30, 10)
    50.0
    """
    return 100 * (promoters - detractors) / (promoters + passives + detractors)


def surveys_by_customer(surveys: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """Responses and requests per account in the quarter.

    Returns
    -------
    One row per account asked or answering in the quarter: account_id; nps_responses (respondents:
    of several answers by one person the latest in the quarter counts), promoters (9–10),
    detractors (0–6); csat_ratings, satisfied (4–5 of 5); nps_asked, nps_answered, csat_asked,
    csat_answered (surveys sent in the quarter, and how many of these were answered).

    Notes
    -----
    A respondent is a contact of an account, or the account where no contact is given. An answer
    counts on the day it came in; where that is not recorded, on the day of asking. Of answers on
    the same day the one asked for last counts, then the lower score.
    """
    answered = surveys.filter(surveys.score.notnull()).mutate(
        answered_on=ibis.coalesce(surveys.responded_on, surveys.asked_on),
        respondent=surveys.contact.fill_null(""),
    )
    answered = answered.filter(within(answered.answered_on, quarter.start, quarter.as_of))
    latest = ibis.window(
        group_by=["account_id", "respondent"],
        order_by=[ibis.desc("answered_on"), ibis.desc("asked_on"), "score"],
    )
    nps = answered.filter(answered.kind == "nps")
    nps = nps.mutate(place=ibis.row_number().over(latest)).filter(lambda t: t.place == 0)
    nps = nps.group_by("account_id").agg(
        nps_responses=nps.count(),
        promoters=count(nps.score >= 9),
        detractors=count(nps.score <= 6),
    )
    csat = answered.filter(answered.kind == "csat")
    csat = csat.group_by("account_id").agg(
        csat_ratings=csat.count(), satisfied=count(csat.score >= 4)
    )
    sent = surveys.filter(within(surveys.asked_on, quarter.start, quarter.as_of))
    asked = sent.group_by("account_id").agg(
        **{f"{kind}_asked": count(sent.kind == kind) for kind in ("nps", "csat")},
        **{
            f"{kind}_answered": count((sent.kind == kind) & sent.score.notnull())
            for kind in ("nps", "csat")
        },
    )
    table = fetch(asked)
    for part in (nps, csat):
        table = table.merge(fetch(part), on="account_id", how="outer", validate="1:1")
    return table.fillna(0).sort_values("account_id").reset_index(drop=True)


def referrals_by_customer(referrals: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """Referrals that each account made in the trailing year.

    Parameters
    ----------
    referrals : the referring account as account_id or referrer_account_id, referred_on, won.

    Returns
    -------
    One row per referring account: account_id, referrals, decided (won or not is known), won.
    """
    if "account_id" not in referrals.columns:
        referrals = referrals.rename(account_id="referrer_account_id")
    year = referrals.filter(within(referrals.referred_on, quarter.year_start, quarter.as_of))
    return fetch(
        year.group_by("account_id").agg(
            referrals=year.count(), decided=count(year.won.notnull()), won=count(year.won)
        )
    )


def add_voice(made: Pairs, collected: Collected, spans: pd.DataFrame) -> None:
    """Survey answers and referrals of every customer."""
    if "surveys" in collected:
        amount = {c: collected.amounts("surveys", c) for c in collected.tables["surveys"].columns}
        made.add("nps", amount["promoters"] - amount["detractors"], amount["nps_responses"])
        made.add("nps_response_rate", amount["nps_answered"], amount["nps_asked"])
        made.add("csat", amount["satisfied"], amount["csat_ratings"])
        made.add("csat_response_rate", amount["csat_answered"], amount["csat_asked"])
    if "referrals" in collected:
        number = collected.amounts("referrals", "referrals")
        here = (spans["exposure_year"] > 0) | (number > 0)
        made.add("referrals_per_customer", number, here)
        made.add(
            "referral_win_rate",
            collected.amounts("referrals", "won"),
            collected.amounts("referrals", "decided"),
        )
