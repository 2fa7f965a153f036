"""The same customers now and before: by moment, around a fix, and what promoters bring."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from tiny import make_study

from helpers.metrics.themes import comment_themes
from helpers.metrics.voice import csat_drift, fix_reasons, nps_around_fixes, referral_chain
from helpers.quarter import Quarter

QUARTER = Quarter(2026, 3)


def answers(kind: str, days: dict[str, list[int]], **more) -> pd.DataFrame:
    """One answer of each customer on each day, by its place in the list."""
    rows = [
        {"account_id": f"A{k:02d}", "kind": kind, "score": score, "responded_on": day, **more}
        for day, scores in days.items()
        for k, score in enumerate(scores)
    ]
    return pd.DataFrame(rows)


def test_a_moment_is_compared_with_itself_within_customers():
    rng = np.random.default_rng(1)
    before = list(np.where(rng.random(40) < 0.3, 5, 2))
    after = list(np.where(rng.random(40) < 0.9, 5, 2))
    better = answers("csat", {"2026-03-01": before, "2026-08-01": after}, moment="onboarding")
    same = answers("csat", {"2026-03-01": before, "2026-08-01": before[::-1]}, moment="renewal")
    new = answers("csat", {"2026-08-01": after}, moment="launch")  # nobody rated it before
    old = answers("csat", {"2024-03-01": before, "2026-08-01": after}, moment="old")
    table = pd.concat([better, same, new, old])
    found = csat_drift(make_study("subscription"), table, QUARTER).set_index("moment")
    assert found["verdict"].to_dict() == {
        "onboarding": "up", "renewal": "not shown", "launch": "too few", "old": "too few",
    }  # fmt: skip
    one = found.loc["onboarding"]
    expected = 100 * (np.mean(np.array(after) >= 4) - np.mean(np.array(before) >= 4))
    assert one["change"] == pytest.approx(expected) and one["customers"] == 40
    assert one["low"] < expected < one["high"] and one["low"] > 0


def test_who_is_asked_now_does_not_pass_for_a_change():
    # Every customer says what it said before; now the happy ones alone are asked.
    before = answers("csat", {"2026-03-01": [5] * 20 + [1] * 20}, moment="ticket")
    now = answers("csat", {"2026-08-01": [5] * 20}, moment="ticket")
    found = csat_drift(make_study("subscription"), pd.concat([before, now]), QUARTER).iloc[0]
    assert found["change"] == 0 and found["verdict"] == "not shown"
    assert found["customers"] == 20 and np.isnan(found["p_value"])  # nothing varies: no test


def test_nps_before_and_after_a_fix_of_those_that_answered_both_times():
    rng = np.random.default_rng(2)
    low, high = list(rng.choice([3, 6, 8], 30)), list(rng.choice([8, 9, 10], 30))
    study = make_study(
        "subscription",
        voice={"fixes": [{"name": "New invoices", "date": dt.date(2026, 5, 1), "reason": "billing"},
                         {"name": "Nothing", "date": dt.date(2026, 9, 30)}]},
    )  # fmt: skip
    before = answers("nps", {"2026-02-01": low}, reason="Billing")
    after = answers("nps", {"2026-07-01": high}, reason="speed")
    late = answers("nps", {"2026-10-05": low}, reason="speed")  # after the quarter
    table = pd.concat([before, after, late])
    found = nps_around_fixes(study, table, QUARTER).set_index("fix")
    fix = found.loc["New invoices"]
    points = [
        np.mean(np.select([np.array(s) >= 9, np.array(s) <= 6], [100, -100], 0))
        for s in (low, high)
    ]
    assert fix["before"] == pytest.approx(points[0]) and fix["now"] == pytest.approx(points[1])
    assert fix["verdict"] == "up" and fix["low"] > 0
    assert (fix["reason_before"], fix["reason_now"]) == (1.0, 0.0)
    assert found.loc["Nothing", "verdict"] == "too few"


def test_from_promoters_to_what_they_bring():
    surveys = answers("nps", {"2026-08-01": [9, 10, 3, 9]})
    referrals = pd.DataFrame(
        {
            "referrer_account_id": ["A00", "A02", "A01", "A00"],
            "referred_on": ["2026-02-01", "2026-03-01", "2026-04-01", "2023-01-01"],
            "referred_account_id": ["B1", "B2", "B3", "B4"],
            "won": [True, True, False, True],
        }
    )
    scores = pd.DataFrame({"account_id": ["B1", "B2", "C"], "quality_score": [10.0, 30.0, 5.0],
                           "band": ["average", "excellent", "poor"]})  # fmt: skip
    found = referral_chain(surveys, referrals, scores, QUARTER).set_index("step")
    assert found["number"].to_dict() == {
        "promoters": 3, "referring promoters": 2, "referrals": 3, "referrals won": 2,
        "customers won": 2,
    }  # fmt: skip
    last = found.loc["customers won"]
    assert last["mean_score"] == 20 and last["excellent"] == 1
    alone = referral_chain(surveys, None, scores, QUARTER)
    assert alone["step"].tolist() == ["promoters"]
    assert referral_chain(None, None, scores, QUARTER).empty


def test_without_moments_and_fixes_nothing_is_told():
    surveys = answers("csat", {"2026-08-01": [5, 4]})
    assert csat_drift(make_study("subscription"), surveys, QUARTER).empty
    assert nps_around_fixes(make_study("subscription"), surveys, QUARTER).empty


def test_promoters_who_were_asked_referred_and_what_that_brought():
    surveys = answers("nps", {"2026-02-01": [9, 10, 3, 9, 9]})
    # A02 is no promoter; A03 was asked long ago, A04 after the quarter.
    surveys["referral_asked_on"] = pd.to_datetime(
        ["2026-03-01", "2026-03-01", "2026-03-01", "2024-01-01", "2026-10-02"]
    )
    referrals = pd.DataFrame(
        {
            "referrer_account_id": ["A00", "A00", "A01", "A03"],
            # A00 referred once before it was asked and once after, A01 on the same day.
            "referred_on": ["2026-02-27", "2026-04-01", "2026-03-01", "2026-05-01"],
            "referred_account_id": ["B1", "B2", "B3", "B4"],
            "won": [True, True, False, True],
        }
    )
    scores = pd.DataFrame({"account_id": ["B1", "B2", "B4"], "quality_score": [10.0, 30.0, 5.0],
                           "band": ["average", "excellent", "poor"]})  # fmt: skip
    arr = pd.Series({"B1": 1000.0, "B2": 3000.0, "B4": 500.0})
    found = referral_chain(surveys, referrals, scores, QUARTER, arr=arr).set_index("step")
    assert found["number"].to_dict() == {
        "promoters": 4, "promoters asked": 2, "asked who referred": 2, "won after asking": 1,
        "referring promoters": 3, "referrals": 4, "referrals won": 3, "customers won": 3,
    }  # fmt: skip
    assert found.loc["won after asking", ["mean_score", "arr", "excellent"]].tolist() == [
        30, 3000, 1,
    ]  # fmt: skip
    assert found.loc["customers won", "arr"] == 4500
    # Nobody was asked: that is zero, and not the same as not collected.
    surveys["referral_asked_on"] = pd.NaT
    none = referral_chain(surveys, referrals, scores, QUARTER).set_index("step")
    assert none.loc["promoters asked", "number"] == 0


def test_every_reason_before_and_after_a_fix_by_hand():
    study = make_study(
        "subscription",
        voice={"fixes": [{"name": "App", "date": dt.date(2026, 5, 1), "reason": "Reliability"}]},
    )
    before = answers("nps", {"2026-02-01": [3, 4, 9, 10]})
    before["reason"] = ["reliability", "reliability", "price", None]
    after = answers("nps", {"2026-07-01": [9, 9]})
    after["reason"] = ["price", "support"]
    late = answers("nps", {"2026-10-05": [1]}).assign(reason="price")
    found = fix_reasons(study, pd.concat([before, after, late]), QUARTER).set_index("reason")
    assert found.index.tolist() == ["reliability", "price", "support"]
    assert found["answers_before"].tolist() == [2, 1, 0] and found["answers_now"].tolist() == [
        0, 1, 1,
    ]  # fmt: skip
    assert found["share_before"].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert found["about"].tolist() == [True, False, False]
    assert fix_reasons(study, before.drop(columns="reason"), QUARTER).empty


def test_a_reason_is_one_however_it_is_spelt():
    study = make_study(
        "subscription",
        voice={"fixes": [{"name": "App", "date": dt.date(2026, 5, 1), "reason": "reliability"}]},
    )
    before = answers("nps", {"2026-02-01": [3, 4, 9, 10]})
    before["reason"] = ["Reliability", "Reliability ", "price", "Price"]
    after = answers("nps", {"2026-07-01": [9, 9, 8]})
    after["reason"] = ["RELIABILITY", "price", "reliability"]
    surveys = pd.concat([before, after])
    found = fix_reasons(study, surveys, QUARTER)
    # 2 of 4 answers before and 2 of 3 now say it is reliability, the others that it is the price.
    assert found["reason"].tolist() == ["Price", "Reliability"]
    assert found["answers_before"].tolist() == [2, 2] and found["answers_now"].tolist() == [1, 2]
    told = found.set_index("reason").loc["Reliability"]
    assert told["about"] and not found.set_index("reason").loc["Price", "about"]
    # The data file beside it says the same of the reason that the fix is about.
    beside = nps_around_fixes(study, surveys, QUARTER).iloc[0]
    assert (told["share_before"], told["share_now"]) == pytest.approx((2 / 4, 2 / 3))
    assert (beside["reason_before"], beside["reason_now"]) == pytest.approx((2 / 4, 2 / 3))


def test_themes_are_those_that_people_coded():
    table = answers("nps", {"2026-08-01": [10, 9, 3, 2, 8]})
    table["theme"] = ["Price; App", "app", "price", None, " Price "]
    old = answers("nps", {"2025-08-01": [10, 9]}).assign(theme=["app", "support"])
    late = answers("nps", {"2026-10-05": [10]}).assign(theme="late")
    study = make_study("subscription")
    found = comment_themes(study, pd.concat([table, old, late]), QUARTER).set_index("theme")
    assert found["comments"].to_dict() == {"price": 3, "app": 2}
    assert found["share"].to_dict() == {"price": 0.75, "app": 0.5}
    assert found["share_before"].to_dict() == {"price": 0.0, "app": 0.5}
    # Price: a promoter, a detractor and one between.
    assert found.loc["price", ["promoters", "detractors", "nps"]].tolist() == [1, 1, 0]
    assert set(found["verdict"]) == {"not judged"}
    assert comment_themes(study, table.drop(columns="theme"), QUARTER).empty


def test_how_far_two_coders_agree_is_cohens_kappa_of_each_theme():
    from sklearn.metrics import cohen_kappa_score

    rng = np.random.default_rng(4)
    first = rng.choice(["app", "price", "support"], 60)
    second = np.where(rng.random(60) < 0.9, first, "price")
    second = np.where(first == "support", rng.choice(["app", "support"], 60), second)
    table = answers("nps", {"2026-08-01": [9] * 60})
    table = table.assign(theme=first, checked_theme=second)
    found = comment_themes(make_study("subscription"), table, QUARTER).set_index("theme")
    for theme in found.index:
        expected = cohen_kappa_score(first == theme, second == theme)
        assert found.loc[theme, "kappa"] == pytest.approx(expected)
        assert found.loc[theme, "kappa_low"] < expected < found.loc[theme, "kappa_high"]
    assert found.loc["support", "verdict"] == "not usable" and (found["coded_twice"] == 60).all()
