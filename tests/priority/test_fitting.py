"""What is known of a customer decides whether it is asked, and what it is told of its leaving."""

import numpy as np
import pandas as pd
from small_company import study_of

from helpers.priority import fitting
from helpers.priority.messages import messages
from helpers.priority.plays import plays

PLAYBOOK = [
    {"do": "refer", "message": "You succeed, {name}.", "content_only": True},
    {"do": "renew", "by": "renewal"},
    {"do": "visit"},
]
WORTH = pd.DataFrame({"account_id": ["good", "angry", "torn"], "nps": [50.0, -100.0, 0.0]})
HEALTH = pd.DataFrame(
    {
        "account_id": ["good", "angry", "poor", "ill", "renews"],
        "outcomes": [90.0, 70.0, 25.0, np.nan, 100.0],
        "health_group": ["key", "key", "key", "at_risk", "key"],
    }
)


def told(**known) -> dict[tuple[str, str], str]:
    study = study_of(playbook=PLAYBOOK, built_in_plays=False)
    refer, renew, visit = plays(study)
    accounts = ["good", "angry", "torn", "poor", "ill", "renews", "unknown"]
    rows = [(one, refer) for one in accounts] + [("renews", renew), ("angry", visit)]
    table = pd.DataFrame(rows, columns=["account_id", "play"])
    why = fitting.not_now(table, study, **known)
    return {(one, play[-6:-1]): said for (one, play), said in zip(rows, why, strict=True)}


def test_nobody_is_asked_for_a_reference_whose_own_answers_say_the_opposite():
    said = {name: why for (name, play), why in told(worth=WORTH, health=HEALTH).items() if why}
    assert said == {
        "angry": "its NPS is \N{MINUS SIGN}100",
        "poor": "its outcomes are 25 of 100",
        "ill": "it is at risk",
        "renews": "its renewal is to be agreed first",
    }


def test_other_steps_are_for_everybody_and_what_is_not_known_speaks_against_nobody():
    assert set(told(worth=None, health=None)) == set(told(worth=WORTH, health=HEALTH))
    assert [name for (name, _), why in told(worth=None, health=None).items() if why] == ["renews"]
    assert told(worth=WORTH, health=HEALTH)["angry", "visit"] == ""


def test_the_play_that_asks_for_a_reference_is_for_content_customers():
    built = [play.do for play in plays(study_of()).values() if play.content_only]
    assert built == ["Ask for a reference, and to be introduced to a company like theirs."]


def test_who_left_is_told_when_and_why_as_far_as_it_is_known():
    frame = pd.DataFrame(
        {
            "account_id": ["old", "new", "mute", "here"],
            "status": ["former"] * 3 + ["current"],
            "churned_on": ["2020-03-05", "2026-09-02", None, None],
            "churn_reason": ["price", None, "service", None],
        }
    )
    rows = fitting.left(frame).assign(
        name="Alpha", owner="", play="p", by=pd.NaT, renews_on=pd.NaT, action="write",
        responsible="", not_now="",
    )  # fmt: skip
    (play,) = plays(
        study_of(playbook=[{"do": "write", "message": "{parting}"}], built_in_plays=False)
    ).values()
    assert messages(rows, {"p": play})["message"].tolist() == [
        "you left us in March 2020; the reason that we have noted: price.",
        "you left us in September 2026, and we do not know what the reason was.",
        "you left us; the reason that we have noted: service.",
    ]
    because = [fitting.because("Gone", "x", one.left_on, one.left_for) for one in rows.itertuples()]
    assert because == [
        "Gone; left on 2020-03-05 for: price",
        "Gone; left on 2026-09-02",
        "Gone; left for: service",
    ]
    assert fitting.because("Gone for price", "x", rows["left_on"].iloc[0], "price") == (
        "Gone for price; left on 2020-03-05"  # the group has told the reason
    )
    assert fitting.because("Gone", "asked", pd.NaT, "") == "Gone: asked"
    assert fitting.because("Renews soon", "", pd.NaT, "") == "Renews soon"
    assert fitting.left(frame[["account_id", "status"]])["left_for"].eq("").all()


def test_nobody_is_asked_whether_a_reason_still_holds_that_is_not_known():
    """The same letter goes to whom we know the reason of and to whom we do not."""
    (play,) = [one for one in plays(study_of()).values() if "win-back" in one.groups]
    gone = pd.DataFrame({"account_id": ["x"], "status": "former", "churned_on": ["2026-09-02"]})
    row = fitting.left(gone).assign(
        name="Alpha", owner="", play="p", by=pd.NaT, renews_on=pd.NaT, action="write",
        responsible="", not_now="",
    )  # fmt: skip
    (message,) = messages(row, {"p": play})["message"]
    assert message.count("reason") == 1 and "we do not know what the reason was" in message


def asked(**known) -> dict[str, str]:
    """Why each of these is not asked for a reference, by what is known of it."""
    study = study_of(playbook=PLAYBOOK[:1], built_in_plays=False)
    (refer,) = plays(study)
    accounts = sorted({one for table in known.values() for one in table["account_id"]})
    rows = pd.DataFrame({"account_id": accounts, "play": refer})
    why = fitting.not_now(rows, study, **{"worth": None, "health": None} | known)
    return dict(zip(accounts, why, strict=True))


def test_whatever_a_customer_itself_said_below_the_middle_of_its_scale_is_no_thanks():
    worth = pd.DataFrame(
        {
            "account_id": ["csat", "even", "fine", "ticket"],
            "csat": [0.0, 50.0, 100.0, np.nan],
            "ticket_csat": [100.0, 50.0, np.nan, 33.3],
        }
    )
    assert asked(worth=worth) == {
        "csat": "its CSAT is 0 %", "even": "", "fine": "", "ticket": "its ticket CSAT is 33 %",
    }  # fmt: skip


def test_use_speaks_against_a_customer_where_the_study_says_how_much_of_it_is_good():
    """Measured against one another half of all customers are below the middle, and not unhappy."""
    health = pd.DataFrame({"account_id": ["few"], "activation": 33.0, "consumption": 0.0})
    assert asked(health=health) == {"few": ""}

    def declared(**parts) -> dict[str, str]:
        study = study_of(playbook=PLAYBOOK[:1], built_in_plays=False, health=parts)
        rows = pd.DataFrame({"account_id": ["few"], "play": [*plays(study)]})
        return fitting.not_now(rows, study, worth=None, health=health)

    limits = [{"metric": "features_used_share", "poor": 0.0, "good": 1.0}]
    assert declared(activation=limits) == ["its activation is 33 of 100"]
    both = declared(activation=limits, consumption=limits)
    assert both == ["its activation is 33 of 100; its consumption is 0 of 100"]


def test_who_is_at_risk_is_offered_nothing_more_before_what_went_wrong_is_mended():
    study = study_of(playbook=[{"do": "offer", "expands": True}, {"do": "visit"}])
    offer, visit = [*plays(study)][:2]
    protect = [name for name, play in plays(study).items() if play.do.startswith("Protect and")]
    rows = pd.DataFrame(
        [("ill", offer), ("good", offer), ("ill", visit), ("ill", *protect)],
        columns=["account_id", "play"],
    )
    why = fitting.not_now(rows, study, worth=None, health=HEALTH)
    mend = "it is at risk: what went wrong comes before any offer"
    assert why == [mend, "", "", mend]


def test_whoever_is_written_to_about_a_problem_gets_no_letter_of_another_tone():
    every = {name: play for name, play in plays(study_of()).items() if play.message}
    risk, renew = (
        next(name for name, play in every.items() if group in play.groups)
        for group in ("health-at-risk", "lifecycle-renewal")
    )
    rows = pd.DataFrame(
        [("ill", renew), ("ill", risk), ("good", renew)], columns=["account_id", "play"]
    ).assign(
        name="N", owner="", by=pd.NaT, renews_on=pd.Timestamp("2026-11-01"), action="write",
        responsible="", left_on=pd.NaT, left_for="", not_now="",
    )  # fmt: skip
    assert fitting.written_elsewhere(rows, every).tolist() == [True, False, False]
    written = messages(rows, every)
    assert sorted(zip(written["account_id"], written["play"], strict=True)) == sorted(
        [("ill", risk), ("good", renew)]
    )
    # Where nobody writes about the problem the other letter goes out.
    assert not fitting.written_elsewhere(rows[rows["play"] == renew], every).any()
