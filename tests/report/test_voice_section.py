"""What customers say over time, in sentences that tell what is there and what is not collected."""

import numpy as np
import pandas as pd
import pytest
import yaml

from helpers import outputs
from helpers.report import exhibits
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.deck.blocks import Text
from helpers.report.sections import voice
from helpers.words import speak
from helpers.workspace import Workspace


@pytest.fixture
def heard(draft):
    """Tell a table of surveys (and referrals), under a study with these fixes; the workspace."""

    def hear(surveys, referrals=None, fixes=()) -> Workspace:
        path = draft.study.path
        content = yaml.safe_load(path.read_text(encoding="utf-8")) | {"voice": {"fixes": [*fixes]}}
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        ws = Workspace.open(
            study=str(path), reports=str(path.parent / "reports"), data=str(path.parent)
        )
        scores, metrics = ws.load("quality_scores"), ws.load("account_metrics").assign(arr=1000.0)
        voice.voice(ws, scores, metrics, {"surveys": surveys, "referrals": referrals})
        return ws

    return hear


def told(ws: Workspace, id: str) -> str:
    return exhibits.load(ws, id).text.replace("\u00a0", " ")


def answers(n: int = 30) -> pd.DataFrame:
    """Everybody answers both surveys before and in the quarter, better the second time."""
    names = [f"{k:05d}" for k in range(30, 30 + n)]
    rng = np.random.default_rng(3)
    parts = [
        pd.DataFrame({"account_id": names, "kind": kind, "responded_on": day,
                      "score": rng.choice(scores, n)})
        for kind, day, scores in (
            ("nps", "2026-02-01", [2, 7]), ("nps", "2026-08-01", [9, 10, 8]),
            ("csat", "2026-02-01", [1, 2, 4]), ("csat", "2026-08-01", [4, 5]),
        )
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_what_is_not_collected_is_told_as_that(heard):
    ws = heard(answers().assign(comment="good"), pd.DataFrame(
        {"referrer_account_id": ["00030"], "referred_on": ["2026-08-01"],
         "referred_account_id": [None], "won": [False]}))  # fmt: skip
    assert "surveys.moment" in told(ws, "csat_drift_told")
    assert "voice.fixes" in told(ws, "nps_fixes_told")
    assert told(ws, "themes_told").startswith("120 comments are not coded by theme")
    assert "too few of the customers won have a score" in told(ws, "referral_chain_told")
    assert "referral_asked_on" in exhibits.find(ws, "referral_chain").note
    assert exhibits.find(ws, "referrals_asked") is None


def test_what_is_there_is_told_with_its_direction(heard):
    rows = answers().assign(moment="renewal", reason="billing", theme="invoices")
    rows["checked_theme"] = np.where(np.arange(len(rows)) % 2, "invoices", "prices")
    rows["referral_asked_on"] = "2026-08-05"
    referrals = pd.DataFrame(
        {"referrer_account_id": ["00030", "00031", "00032", "00033"], "won": True,
         "referred_on": "2026-08-20", "referred_account_id": ["00050", "00051", "00052", "x"]}
    )  # fmt: skip
    fix = {"name": "Clear invoices", "date": "2026-05-01", "reason": "billing"}
    ws = heard(rows, referrals, [fix])
    assert told(ws, "csat_drift_told").endswith("within customers: 1: renewal (up).")
    assert told(ws, "csat_drift_told").startswith("1 moment was rated")
    assert told(ws, "nps_fixes_told").startswith("After the one declared fix, NPS")
    assert told(ws, "nps_fixes_told").endswith("have changed: Clear invoices (up).")
    assert "100 % of the reasons given were billing" in told(ws, "nps_fix_reason_0")
    assert "name 1 theme; most often invoices" in told(ws, "themes_told")
    assert "invoices" in told(ws, "themes_not_usable")  # a coin decides whether two agree
    assert "were asked to refer" in told(ws, "referrals_asked")
    assert exhibits.find(ws, "comment_themes").rows


def test_which_way_an_answer_changed_is_told_in_the_language(request):
    request.addfinalizer(speak)
    speak("zh")
    told_ones = voice._shown(pd.DataFrame({"fix": ["Mobile"], "verdict": ["down"]}), "fix")
    assert told_ones == {"shown": 1, "named": "：Mobile（下降）"}


FIXED = {
    "fix": "Clear invoices", "on": pd.Timestamp("2026-05-01"), "reason": "billing",
    "reason_before": 0.2, "reason_now": 0.1, "customers": 252, "before": 13.0, "now": -4.8,
    "change": -17.8, "low": -27.0, "high": -8.0, "p_value": 0.001, "p_adjusted": 0.001,
    "verdict": "down",
}  # fmt: skip


def changes(ws, *fixes: dict) -> list[str]:
    ws.save("nps_fixes", outputs.shaped("nps_fixes", pd.DataFrame(fixes)))
    slides = {one.id: one for one in deck(Content(ws), {})}
    said = [one.text for one in slides["changes"].left if isinstance(one, Text)]
    return [" ".join(one.split()).replace("\u2068", "").replace("\u2069", "") for one in said]


def test_what_nps_did_after_a_fix_stands_on_the_slide_of_what_moved(draft):
    (one,) = [text for text in changes(draft, FIXED) if "Clear invoices" in text]
    assert one.startswith(
        "After the one declared fix (“Clear invoices”, 2026-05-01), NPS of the same 252 customers "
        "fell from 13.0 to −4.8: more than luck explains"
    )
    better = FIXED | {"fix": "Faster", "change": 9.0, "now": 22.0, "verdict": "up"}
    told_ones = changes(draft, better, FIXED, FIXED | {"fix": "Quiet", "verdict": "not shown"})
    found = [one for one in told_ones if one.startswith("After one of 3 declared fixes")]
    assert ["Clear invoices" in found[0], "rose from 13.0 to 22.0" in found[1]] == [True, True]
    assert len(found) == 2
    assert not [one for one in changes(draft, FIXED | {"verdict": "not shown"}) if "fix" in one]


def test_one_fix_is_not_counted(heard):
    same = answers()
    same["score"] = 9.0
    fix = {"name": "Clear invoices", "date": "2026-05-01", "reason": "billing"}
    text = told(heard(same, None, [fix]), "nps_fixes_told")
    assert text == (
        "NPS of the same customers is not shown to have changed after the one declared fix."
    )


def test_what_a_handful_of_customers_is_worth_is_not_shown(heard):
    def won(n: int) -> pd.DataFrame:
        return pd.DataFrame(
            {"referrer_account_id": "00030", "referred_on": "2026-08-20", "won": True,
             "referred_account_id": [f"{k:05d}" for k in range(40, 40 + n)]}
        )  # fmt: skip

    few = heard(answers(), won(4))
    table = exhibits.find(few, "referral_chain")
    assert table.rows[-1] == ("customers won", "4")  # nobody else has a worth either
    assert "fewer than 5 customers are left out" in table.note.replace("\u00a0", " ")
    assert "and so left out: Mean score" in table.note
    more = heard(answers(), won(5))
    assert "–" not in exhibits.find(more, "referral_chain").rows[-1]
    assert "average" in told(more, "referral_chain_told")


def test_too_few_of_the_same_customers_change_nothing(heard):
    ws = heard(answers(5).assign(moment="renewal"))
    assert told(ws, "csat_drift_told").startswith("No moment was rated now and in the year before")
    assert exhibits.find(ws, "referral_chain") is None


def test_nobody_was_asked_anything(heard):
    ws = heard(None)
    for name in ("csat_drift", "nps_fixes", "nps_fix_reasons", "comment_themes", "referral_chain"):
        assert ws.load(name).empty
    assert exhibits.find(ws, "themes_told") is None
