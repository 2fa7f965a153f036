"""What customers say over time: the same moment, before and after a fix, and who refers."""

import numpy as np
import pandas as pd

from helpers.families import holm
from helpers.metrics.quality import BANDS
from helpers.outputs import shaped
from helpers.outputs.allowed import ASKED_WHO_REFERRED, WON_AFTER_ASKING
from helpers.quarter import Quarter
from helpers.study import Study

FEWEST = 10  # customers of a comparison
HAPPIER, UNHAPPIER, NOT_SHOWN, TOO_FEW = "up", "down", "not shown", "too few"
YEAR = pd.DateOffset(months=12)


def csat_drift(study: Study, surveys: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """How the same customers rate the same moment now and before: the data file ``csat_drift``.

    Parameters
    ----------
    surveys : kind, score, responded_on, moment of the customers studied.

    Notes
    -----
    Only customers that rated a moment in the quarter and in the twelve months before it count: what
    changes is then their view and not who was asked. Of each the shares of ratings 4 and 5 are
    subtracted; the interval is that of the mean difference (Student's t), the p-value that of the
    paired test, with Holm's correction over the moments.
    """
    if "moment" not in surveys:
        return shaped("csat_drift", [])
    rated = surveys[(surveys["kind"] == "csat") & surveys["score"].notna()]
    rated = rated.dropna(subset=["moment", "responded_on"])
    begins = pd.Timestamp(quarter.start)
    day = pd.to_datetime(rated["responded_on"])
    good = rated.assign(good=100.0 * (rated["score"] >= 4))
    now = good[(day >= begins) & (day <= pd.Timestamp(quarter.as_of))]
    then = good[(day < begins) & (day >= begins - YEAR)]
    rows = []
    for moment in sorted(set(good["moment"])):
        one, other = (
            part[part["moment"] == moment].groupby("account_id")["good"].mean()
            for part in (then, now)
        )
        both = pd.concat([one, other], axis=1, join="inner", keys=["before", "now"])
        rows.append({"moment": moment, **_paired(both)})
    return _judged(study, shaped("csat_drift", rows))


def nps_around_fixes(study: Study, surveys: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """NPS before and after each declared fix: the data file ``nps_fixes``.

    Of every customer the last answers of the twelve months before the fix and of the time since
    (a year at most) count, averaged over its contacts; customers that answered both times are
    compared with themselves. Beside it stands how often the fix's reason was given.

    Notes
    -----
    A change after a fix is not the fix's doing: what else changed on that day changed too.
    """
    given = surveys[(surveys["kind"] == "nps") & surveys["score"].notna()]
    given = given.dropna(subset=["responded_on"])
    day = pd.to_datetime(given["responded_on"])
    value = 100.0 * ((given["score"] >= 9).astype(int) - (given["score"] <= 6).astype(int))
    given = given.assign(day=day, value=value)
    given = given[given["day"] <= pd.Timestamp(quarter.as_of)]
    rows = []
    for fix in study.voice.fixes:
        on = pd.Timestamp(fix.date)
        before, now = _around(given, on)
        means = [part.groupby("account_id")["value"].mean() for part in (before, now)]
        both = pd.concat(means, axis=1, join="inner", keys=["before", "now"])
        rows.append(
            {
                "fix": fix.name,
                "on": on,
                "reason": fix.reason,
                "reason_before": _reason_share(before, fix.reason),
                "reason_now": _reason_share(now, fix.reason),
                **_paired(both),
            }
        )
    return _judged(study, shaped("nps_fixes", rows))


def _around(given: pd.DataFrame, on: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers of the twelve months before a fix, and of the time since (a year at most)."""
    before = given[(given["day"] < on) & (given["day"] >= on - YEAR)]
    return before, given[(given["day"] >= on) & (given["day"] < on + YEAR)]


def _alike(reason: str) -> str:
    """A reason as it is counted: capitals and outer spaces do not count."""
    return reason.strip().casefold()


def _reason_share(answers: pd.DataFrame, reason: str) -> float:
    """How often a reason was given, among answers with any."""
    if not reason or "reason" not in answers:
        return float("nan")
    told = answers["reason"].dropna()
    return float((told.map(_alike) == _alike(reason)).mean()) if len(told) else float("nan")


def _paired(both: pd.DataFrame) -> dict[str, float]:
    """Means before and now of the same customers, and the change with its interval."""
    from scipy import stats

    row = {
        "customers": len(both),
        "before": both["before"].mean(),
        "now": both["now"].mean(),
        "change": (both["now"] - both["before"]).mean(),
    }
    change = both["now"] - both["before"]
    if len(both) < FEWEST or not change.std() > 0:
        return row
    found = stats.ttest_1samp(change, 0.0)
    interval = found.confidence_interval(0.95)
    return row | {"low": interval.low, "high": interval.high, "p_value": found.pvalue}


def _judged(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """With adjusted p-values and what may be said of each change."""
    tested = table["p_value"].notna()
    table["p_adjusted"] = table["p_value"]
    if tested.any():
        table.loc[tested, "p_adjusted"] = holm(table.loc[tested, "p_value"])
    shown = table["p_adjusted"] <= study.scope.alpha
    table["verdict"] = [
        (HAPPIER if change > 0 else UNHAPPIER) if clear else (NOT_SHOWN if known else TOO_FEW)
        for change, clear, known in zip(
            table["change"], shown, table["customers"] >= FEWEST, strict=True
        )
    ]
    return table


def fix_reasons(study: Study, surveys: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Reasons for NPS answers before and after each declared fix: ``nps_fix_reasons``.

    Returns
    -------
    One row per fix and reason of the twelve months before it or of the time since (a year at most):
    fix, reason, answers_before, share_before, answers_now, share_now (of the answers that give any
    reason), about (whether the fix is declared to be about it); the commonest before comes first.
    A reason is counted whatever its capitals, and told as it is spelt first.
    """
    rows: list[dict] = []
    if "reason" not in surveys:
        return shaped("nps_fix_reasons", rows)
    given = surveys[(surveys["kind"] == "nps") & surveys["score"].notna()]
    given = given.dropna(subset=["responded_on", "reason"])
    given = given.assign(day=pd.to_datetime(given["responded_on"]))
    given = given[given["day"] <= pd.Timestamp(quarter.as_of)].sort_values(["day", "reason"])
    spelt = given["reason"].map(str.strip)
    given["reason"] = spelt.groupby(spelt.map(_alike)).transform("first")
    for fix in study.voice.fixes:
        before, now = (
            part["reason"].value_counts() for part in _around(given, pd.Timestamp(fix.date))
        )
        names = sorted({*before.index, *now.index}, key=lambda name: (-before.get(name, 0), name))
        rows += [
            {
                "fix": fix.name,
                "reason": name,
                "answers_before": int(before.get(name, 0)),
                "share_before": before.get(name, 0) / before.sum() if len(before) else np.nan,
                "answers_now": int(now.get(name, 0)),
                "share_now": now.get(name, 0) / now.sum() if len(now) else np.nan,
                "about": _alike(name) == _alike(fix.reason),
            }
            for name in names
        ]
    return shaped("nps_fix_reasons", rows)


def referral_chain(
    surveys: pd.DataFrame | None,
    referrals: pd.DataFrame | None,
    scores: pd.DataFrame,
    quarter: Quarter,
    *,
    arr: pd.Series | None = None,
) -> pd.DataFrame:
    """From promoters to the customers that they brought: the data file ``referral_chain``.

    Parameters
    ----------
    surveys, referrals : rows of the customers studied; None = not collected.
    scores : the data file ``quality_scores``.
    arr : annual recurring revenue by account_id; None = not collected.

    Returns
    -------
    One row per step that is collected: step, number, mean_score, excellent and arr (the last three
    of customers won). The steps of those who were asked to refer are there where
    ``surveys.referral_asked_on`` is: promoters asked, asked who referred (on the day or later),
    customers won after asking.
    """
    rows = []
    begins = pd.Timestamp(quarter.year_start)
    promoters: set[str] = set()
    asked = pd.Series(dtype="datetime64[ns]")
    knows_asked = surveys is not None and "referral_asked_on" in surveys
    if surveys is not None:
        nps = surveys[(surveys["kind"] == "nps") & surveys["score"].notna()]
        day = pd.to_datetime(nps["responded_on"])
        nps = nps.assign(day=day)[(day >= begins) & (day <= pd.Timestamp(quarter.as_of))]
        # One promoter among its contacts makes a customer one that may be asked.
        promoters = set(nps.loc[nps["score"] >= 9, "account_id"])
        rows.append({"step": "promoters", "number": len(promoters)})
    if surveys is not None and knows_asked:
        days = pd.to_datetime(surveys["referral_asked_on"])
        days = days[(days >= begins) & (days <= pd.Timestamp(quarter.as_of))]
        asked = days.groupby(surveys.loc[days.index, "account_id"]).min()
        asked = asked[asked.index.isin(promoters)]
        rows.append({"step": "promoters asked", "number": len(asked)})
    if referrals is None:
        return shaped("referral_chain", rows)
    day = pd.to_datetime(referrals["referred_on"])
    year = referrals.assign(day=day)[(day >= begins) & (day <= pd.Timestamp(quarter.as_of))]
    is_won = (
        year["won"].fillna(False).astype(bool) if "won" in year else pd.Series(False, year.index)
    )
    if knows_asked:
        since = pd.Series(asked.reindex(year["referrer_account_id"]).to_numpy(), year.index)
        after = since.notna() & (year["day"] >= since)
        who = year.loc[after, "referrer_account_id"].nunique()
        rows.append({"step": ASKED_WHO_REFERRED, "number": int(who)})
        rows.append(_brought(WON_AFTER_ASKING, year[after & is_won], scores, arr))
    if surveys is not None:
        referred = promoters & set(year["referrer_account_id"])
        rows.append({"step": "referring promoters", "number": len(referred)})
    rows.append({"step": "referrals", "number": len(year)})
    rows.append({"step": "referrals won", "number": int(is_won.sum())})
    rows.append(_brought("customers won", year[is_won], scores, arr))
    return shaped("referral_chain", rows)


def _brought(
    step: str, won: pd.DataFrame, scores: pd.DataFrame, arr: pd.Series | None
) -> dict[str, object]:
    """The customers that referrals brought, and what they are worth."""
    ids = set(won["referred_account_id"].dropna()) if "referred_account_id" in won else set[str]()
    brought = scores[scores["account_id"].isin(ids)]
    row = {
        "step": step,
        "number": len(brought),
        "mean_score": brought["quality_score"].mean(),
        "excellent": int((brought["band"] == BANDS[-1]).sum()),
    }
    if arr is None or brought.empty:
        return row
    return row | {"arr": arr.reindex(brought["account_id"]).sum(min_count=1)}
