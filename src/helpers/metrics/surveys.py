"""What customers say: NPS and CSAT surveys, and whom they refer."""

import ibis
import ibis.expr.types as ir
import pandas as pd

from helpers.metrics.catalog import Metric
from helpers.metrics.catalog.voice import CSAT_AT, moment_metric
from helpers.metrics.exact import count, fetch, within
from helpers.metrics.pairs import Collected, Pairs, level_names
from helpers.quarter import Quarter

MOMENTS = 12  # the most frequent ones are told apart


def nps_score(promoters: float, passives: float, detractors: float) -> float:
    """Net promoter score: 100 × (promoters − detractors) ÷ responses.

    >>> nps_score(60, 30, 10)
    50.0
    """
    return 100 * (promoters - detractors) / (promoters + passives + detractors)


def latest_answers(surveys: ir.Table, *, quarter: Quarter) -> ir.Table:
    """The NPS answer of each respondent that counts in the quarter.

    A respondent is a contact of an account, or the account where no contact is given. An answer
    counts on the day it came in; where that is not recorded, on the day of asking. Of several the
    latest in the quarter counts; of answers on the same day the one asked for last, then the lower
    score.
    """
    rows = _of_quarter(surveys, quarter)
    latest = ibis.window(
        group_by=["account_id", "respondent"],
        order_by=[ibis.desc("answered_on"), ibis.desc("asked_on"), "score", "reason"],
    )
    nps = rows.filter(rows.answered & (rows.kind == "nps"))
    ranked = nps.mutate(place=ibis.row_number().over(latest))
    return ranked.filter(ranked.place == 0).drop("place")


def surveys_by_customer(surveys: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """Responses and requests per account in the quarter.

    Returns
    -------
    One row per account asked or answering in the quarter: account_id; nps_responses (see
    `latest_answers`), promoters (9–10), detractors (0–6), nps_silent (respondents asked in the
    quarter without an answer that counts in it); csat_ratings, satisfied (4–5 of 5); nps_asked,
    nps_answered, csat_asked, csat_answered (surveys sent in the quarter of which it is known
    whether they were answered, and how many of these were, by a score that can be used or not),
    csat_unknown (sent in the quarter, and
    without a score that can be used).
    """
    nps = latest_answers(surveys, quarter=quarter)
    nps = nps.group_by("account_id").agg(
        nps_responses=nps.count(),
        promoters=count(nps.score >= 9),
        detractors=count(nps.score <= 6),
    )
    rows = _of_quarter(surveys, quarter)
    is_nps, is_csat = rows.kind == "nps", rows.kind == "csat"
    people = rows.group_by("account_id", "respondent").agg(
        nps_sent=count(is_nps & rows.asked),
        nps_asked=count(is_nps & rows.asked & rows.known),
        nps_answered=count(is_nps & rows.asked & rows.replied),
        nps_spoke=count(is_nps & rows.answered),
        csat_asked=count(is_csat & rows.asked & rows.known),
        csat_answered=count(is_csat & rows.asked & rows.replied),
        csat_unknown=count(is_csat & rows.asked & rows.score.isnull()),
        csat_ratings=count(is_csat & rows.answered),
        satisfied=count(is_csat & rows.answered & (rows.score >= 4)),
    )
    per_account = people.group_by("account_id").agg(
        nps_silent=count((people.nps_sent > 0) & (people.nps_spoke == 0)),
        **{
            name: people[name].sum()
            for name in people.columns
            if name not in {"account_id", "respondent", "nps_spoke", "nps_sent"}
        },
    )
    table = fetch(per_account).merge(fetch(nps), on="account_id", how="outer", validate="1:1")
    return table.fillna(0).sort_values("account_id").reset_index(drop=True)


def _of_quarter(surveys: ir.Table, quarter: Quarter) -> ir.Table:
    """Surveys asked or answered in the quarter: + respondent, answered_on, asked, answered."""
    rows = surveys.mutate(
        answered_on=ibis.coalesce(surveys.responded_on, surveys.asked_on),
        respondent=surveys.contact.fill_null(""),
        # A score off the scale is no score, and the answer came all the same.
        replied=surveys.score.notnull() | surveys.replied.fill_null(False),
        known=surveys.score.notnull() | surveys.replied.notnull(),
        asked=within(surveys.asked_on, quarter.start, quarter.as_of),
    )
    rows = rows.mutate(
        answered=rows.score.notnull() & within(rows.answered_on, quarter.start, quarter.as_of)
    )
    return rows.filter(rows.asked | rows.answered)


def add_moments(
    made: Pairs, surveys: ir.Table, accounts: pd.Series, *, quarter: Quarter
) -> dict[str, Metric]:
    """CSAT of each moment at which it was asked, and its definitions by name.

    The moments with most ratings in the quarter, `MOMENTS` at most; ratings without a moment are of
    none.
    """
    rows = _of_quarter(surveys, quarter)
    rated = rows.filter((rows.kind == "csat") & rows.answered & rows.moment.notnull())
    counts = fetch(
        rated.group_by("account_id", "moment").agg(
            ratings=rated.count(), satisfied=count(rated.score >= 4)
        )
    )
    counts = counts[counts["account_id"].isin(accounts)]
    sizes = counts.groupby("moment")["ratings"].sum().reset_index()
    sizes = sizes.sort_values(["ratings", "moment"], ascending=[False, True], kind="stable")
    definitions = {}
    for moment, name in level_names(CSAT_AT, sizes["moment"].head(MOMENTS)).items():
        here = counts[counts["moment"] == moment].set_index("account_id")
        held = here[["satisfied", "ratings"]].reindex(accounts).fillna(0).to_numpy(float)
        made.add(name, held[:, 0], held[:, 1])
        definitions[name] = moment_metric(name, moment=moment)
    return definitions


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


def add_voice(
    made: Pairs, collected: Collected, spans: pd.DataFrame, *, to_a_year: float = 1.0
) -> None:
    """Survey answers and referrals of every customer; ``to_a_year`` as `History.to_a_year`."""
    if "surveys" in collected:
        amount = {c: collected.amounts("surveys", c) for c in collected.tables["surveys"].columns}
        promoters, detractors = amount["promoters"], amount["detractors"]
        responses, silent = amount["nps_responses"], amount["nps_silent"]
        net = promoters - detractors
        made.add("nps", net, responses)
        made.add("nps_promoters_share", promoters, responses)
        made.add("nps_passives_share", responses - promoters - detractors, responses)
        made.add("nps_detractors_share", detractors, responses)
        made.add("nps_worst_case", net - silent, responses + silent)
        made.add("nps_best_case", net + silent, responses + silent)
        made.add("nps_response_rate", amount["nps_answered"], amount["nps_asked"])
        satisfied, ratings = amount["satisfied"], amount["csat_ratings"]
        unanswered = amount["csat_unknown"]
        made.add("csat", satisfied, ratings)
        made.add("csat_worst_case", satisfied, ratings + unanswered)
        made.add("csat_best_case", satisfied + unanswered, ratings + unanswered)
        made.add("csat_response_rate", amount["csat_answered"], amount["csat_asked"])
    if "referrals" in collected:
        number = collected.amounts("referrals", "referrals")
        here = (spans["exposure_year"] > 0) | (number > 0)
        made.add("referrals_per_customer", to_a_year * number, here)
        made.add(
            "referral_win_rate",
            collected.amounts("referrals", "won"),
            collected.amounts("referrals", "decided"),
        )
        if "surveys" in collected:
            promotes = collected.amounts("surveys", "promoters") > 0
            made.add("promoter_referral_rate", promotes & (number > 0), promotes)
