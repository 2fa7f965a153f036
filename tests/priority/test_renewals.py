"""Renewals that come up, and what may be lost of them."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from small_company import study_of

from helpers import outputs
from helpers.priority.renewals import LEVEL, expected, renewals, trend

AS_OF = date(2026, 9, 30)
FRAME = pd.DataFrame(
    {
        "account_id": list("abcd"),
        "name": [f"Company {name}" for name in "abcd"],
        "status": ["current", "current", "current", "former"],
        "owner": ["Ana", None, "Ben", "Ana"],
    }
)
TAGS = pd.DataFrame(
    {
        "account_id": list("abc"),
        "segment_name": ["Best", "", ""],
        "health_group": ["at_risk", "key", ""],
    }
)


def contracts(*rows) -> pd.DataFrame:
    names = ["account_id", "starts_on", "ends_on", "mrr", "renews_on"]
    return pd.DataFrame(rows, columns=names)


def found(table, **sections):
    study = study_of(**sections)
    told = renewals(study, FRAME, table, TAGS, as_of=AS_OF)
    outputs.held(study, "renewals", told.table)
    outputs.held(study, "renewal_groups", told.groups)
    outputs.held(study, "renewal_history", told.past)
    return told


NOW = contracts(
    ("a", "2025-11-01", "2026-10-31", 100.0, "2026-11-01"),
    ("a", "2025-12-01", None, 20.0, "2026-12-29"),
    ("b", "2025-10-01", None, 50.0, "2026-12-30"),  # a day too late
    ("b", "2025-10-01", None, 0.0, "2026-10-05"),  # nothing at stake
    ("c", "2024-01-01", None, 7.0, None),
    ("c", "2024-01-01", None, 8.0, "2026-01-01"),
    ("d", "2025-10-05", "2026-10-04", 900.0, "2026-10-05"),  # no customer any more
)


def test_who_renews_when_and_with_what_at_stake():
    told = found(NOW)
    assert told.table[["account_id", "contracts", "arr_at_stake"]].to_numpy().tolist() == [
        ["a", 2, 1440.0]
    ]
    row = told.table.iloc[0]
    assert (str(row["renews_on"].date()), row["segment"], row["owner"]) == (
        "2026-11-01", "Best", "Ana",
    )  # fmt: skip
    assert told.groups["arr_at_stake"].tolist() == [1440.0]
    assert told.notes == (
        "the day of renewal is not known of €84 a year (customers: 1)",
        "the day of renewal has passed of €96 a year (customers: 1)",
    )


def test_what_was_lost_by_hand():
    past = contracts(
        # From 30 June on: a is renewed for less, b was replaced before its day, c is lost.
        ("a", "2025-08-01", "2026-07-31", 100.0, "2026-08-01"),
        ("a", "2026-08-01", "2027-07-31", 70.0, "2027-08-01"),
        ("b", "2025-08-01", "2026-07-31", 50.0, "2026-08-01"),
        ("b", "2026-08-01", None, 60.0, "2027-08-01"),
        ("d", "2025-08-01", "2026-07-31", 40.0, "2026-08-01"),
        ("c", "2025-11-01", None, 10.0, "2026-11-01"),
    )
    told = found(past)
    first = told.past.iloc[0]
    assert str(first["quarter_end"].date()) == "2026-06-30"
    assert first["at_stake"] == 12 * 190
    assert first["lost"] == 12 * (30 + 40)
    assert told.past.iloc[-1]["expected"] == pytest.approx(120 * 70 / 190)
    assert told.withheld.startswith("past quarters with renewals: 1, too few")
    assert told.past.iloc[-1][["low", "high"]].isna().all()


def test_quarters_before_the_records_say_nothing():
    past = contracts(
        ("a", "2025-08-01", "2026-07-31", 100.0, "2026-08-01"),
        ("c", "2025-11-01", None, 10.0, "2026-11-01"),
    )
    told = found(past, records_begin=date(2026, 7, 1))
    assert len(told.past) == 1
    assert told.withheld == "no past quarter shows what becomes of renewals"


@pytest.mark.parametrize("table", [None, NOW.assign(renews_on=None)])
def test_not_collected_is_said(table):
    told = found(table)
    assert told.reason == "contracts.renews_on was not collected"
    assert told.table.empty


def test_nothing_that_comes_up_is_said():
    told = found(NOW.iloc[[4]])
    assert told.reason == "contracts.renews_on was not collected"
    told = found(NOW.iloc[[2, 5]])
    assert told.reason == "no paid contract comes up within 90 days"


@pytest.mark.parametrize(
    ("quarters", "customers", "skew", "moves"),
    [(4, 60, 0.7, 0.3), (8, 12, 1.3, 0.0), (12, 60, 1.5, 0.5)],
)
def test_the_interval_holds_four_of_five_quarters(quarters, customers, skew, moves):
    rng = np.random.default_rng(7)

    def quarter() -> tuple[np.ndarray, float]:
        arr = rng.lognormal(8, skew, max(3, rng.poisson(customers)))
        leaving = np.clip(0.1 * rng.lognormal(0, moves), 0, 0.9)
        lost = arr * (rng.random(len(arr)) < leaving) * rng.choice([1, 1, 0.4], len(arr))
        return arr, lost.sum()

    inside = []
    for _ in range(300):
        past = [
            {"at_stake": arr.sum(), "lost": lost, "uneven": (arr**2).sum() / arr.sum() ** 2}
            for arr, lost in (quarter() for _ in range(quarters))
        ]
        arr, lost = quarter()
        told, withheld = expected(past, arr)
        assert not withheld
        inside.append(told["low"] - 0.005 <= lost <= told["high"] + 0.005)
    # Three standard errors of 300 draws, and the few points that four quarters cost.
    assert np.mean(inside) > LEVEL - 0.08


def test_a_share_that_rises_is_said_and_one_that_moves_by_chance_is_not():
    assert trend([{"lost_share": share} for share in (0.06, 0.09, 0.1, 0.12, 0.2)]) == "rising"
    assert trend([{"lost_share": share} for share in (0.2, 0.12, 0.1, 0.09, 0.06)]) == "falling"
    assert trend([{"lost_share": share} for share in (0.06, 0.2, 0.1, 0.12, 0.09)]) == ""
    assert trend([{"lost_share": share} for share in (0.1, 0.2, 0.3)]) == ""


def test_three_quarters_are_too_few():
    past = [{"at_stake": 10.0, "lost": 1.0, "uneven": 0.1} for _ in range(3)]
    told, withheld = expected(past, np.array([100.0]))
    assert told["expected"] == pytest.approx(10.0)
    assert np.isnan(told["low"]) and withheld.startswith("past quarters with renewals: 3, too few")


def test_days_that_a_source_overwrites_tell_no_loss():
    """Where every past contract that came up was lost, those that were renewed are not there."""
    past = [{"at_stake": 100.0, "lost": 100.0, "lost_share": 1.0, "uneven": 0.2} for _ in range(8)]
    told, withheld = expected(past, np.array([100.0]))
    assert np.isnan(told["expected"])
    assert "only what was lost" in withheld
