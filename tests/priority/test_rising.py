"""Contact reasons against the past, counts of small groups, and what an alert is made of."""

from types import SimpleNamespace

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from small_company import study_of

from helpers import outputs
from helpers.metrics.components import Components
from helpers.metrics.service_mix import service_mix_of
from helpers.priority.drivers import by_levels, drivers
from helpers.priority.groups import Groups
from helpers.priority.rising import changes, risen, rising_reasons, small_groups, tickets_of_both
from helpers.quarter import Quarter

NOW = Quarter.parse("2026Q3")
STUDY = study_of()
ACCOUNTS = [f"A{at:03d}" for at in range(80)]
NEW, OLD = ACCOUNTS[:30], ACCOUNTS[30:]


def tickets_of(seed: int, *, login: float) -> ibis.Table:
    """Six tickets per customer and quarter; now, the newest ask about the login that often."""
    rng = np.random.default_rng(seed)
    rows = []
    for quarter, day in ((NOW.previous, "2026-05-10"), (NOW, "2026-08-10")):
        for account in ACCOUNTS:
            often = login if quarter == NOW and account in NEW else 0.0
            for _ in range(6):
                reason = "Login failure" if rng.random() < often else rng.choice(["Bill", "Setup"])
                rows.append((account, pd.Timestamp(day), reason, rng.random() < 0.2))
    table = pd.DataFrame(rows, columns=["account_id", "opened_at", "reason", "escalated"])
    blank = {"product_area": "Core", "sentiment": None, "resolution_type": None, "complexity": None}
    times = {"first_replied_at": table["opened_at"], "resolved_at": table["opened_at"]}
    table = table.assign(**blank, **times, agent_touches=1, reopens=0, csat=np.nan)
    text = dict.fromkeys(("sentiment", "resolution_type", "complexity"), "string")
    table["ticket_id"] = [f"t{at}" for at in range(len(table))]
    schema = ibis.schema(
        {
            name: str(kind)
            for name, kind in ibis.memtable(table.drop(columns=[*text])).schema().items()
        }
        | text
    )
    return ibis.memtable(table[list(schema.names)], schema=schema)


def groups_of(judged: bool = True) -> Groups:
    table = pd.DataFrame(
        {
            "segment_id": ["lifecycle-first-90-days", "lifecycle-veteran"],
            "kind": "lifecycle",
            "definition": ["Newest", "Veterans"],
            "customers": [30, 50],
            "worked_with": [30, 50],
            "arr": [300.0, np.nan],
            "judged": judged,
        }
    )
    held = [("lifecycle-first-90-days", one) for one in NEW]
    held += [("lifecycle-veteran", one) for one in OLD]
    members = pd.DataFrame(held, columns=["segment_id", "account_id"]).assign(worked_with=True)
    return Groups(table, members)


WS = SimpleNamespace(study=STUDY, quarter=NOW)
FRAME = pd.DataFrame(
    {"account_id": ACCOUNTS, "health_group": ["at_risk"] * 7 + ["key"] * 73, "status": "current"}
)


def rising(seed: int, login: float) -> pd.DataFrame:
    groups, tickets = groups_of(), tickets_of(seed, login=login)
    mix = service_mix_of(STUDY, NOW, FRAME["account_id"], groups.members, tickets)
    return rising_reasons(WS, groups, mix, FRAME, tickets, groups.members)


def test_a_reason_that_is_new_among_the_newest_is_named():
    table = outputs.held(STUDY, "reason_changes", rising(1, 0.4))
    first = risen(table).iloc[0]
    assert (first["definition"], first["level"]) == ("Newest", "Login failure")
    assert first["past_value"] == 0 and 30 < first["value"] < 50
    assert set(risen(table)["segment_id"]) == {"lifecycle-first-90-days"}


def test_nothing_rises_where_nothing_changed():
    told = sum(risen(rising(seed, 0.0)).shape[0] > 0 for seed in range(20))
    # At a false discovery rate of 5 %, five companies of 20 would happen in 1 of 400 series.
    assert told <= 4


def test_a_new_level_has_an_upper_limit_for_the_past():
    now = pd.DataFrame(
        {"segment_id": ["g"], "dimension": ["reason"], "level": ["New"], "customers": [30],
         "observations": [90], "value": [40.0], "low": [30.0], "high": [50.0]}
    )  # fmt: skip
    past = now.assign(level="Old", customers=20, value=100.0, low=90.0, high=100.0)
    groups = Groups(pd.DataFrame({"segment_id": ["g"], "definition": ["G"]}), pd.DataFrame())
    row = changes(now, past, groups).iloc[0]
    ceiling = 100 * stats.binomtest(0, 20).proportion_ci(method="wilson").high
    assert row["difference"] == 40
    assert row["difference_low"] == pytest.approx(40 - np.hypot(10, ceiling), abs=0.01)


def test_without_an_earlier_report_or_tickets_nothing_is_compared():
    groups, tickets = groups_of(), tickets_of(1, login=0.4)
    mix = service_mix_of(STUDY, NOW, FRAME["account_id"], groups.members, tickets)
    assert rising_reasons(WS, groups, mix, FRAME, tickets, None).empty
    assert rising_reasons(WS, groups, mix, FRAME, None, groups.members).empty


def parts_of(tickets: ibis.Table) -> Components:
    rows = tickets.to_pandas()
    rows = rows[rows["opened_at"] > "2026-07-01"]
    by = rows.groupby("account_id")["escalated"].agg(["sum", "size"]).reindex(ACCOUNTS)
    table = pd.DataFrame(
        {"account_id": ACCOUNTS, "escalation_rate__numerator": by["sum"].to_numpy(float),
         "escalation_rate__denominator": by["size"].to_numpy(float)}
    )  # fmt: skip
    return Components(table, pd.DataFrame(columns=["account_id", "metric", "value", "tickets"]))


def test_small_groups_are_counted_and_nothing_more():
    groups, tickets = groups_of(judged=False), tickets_of(1, login=0.9)
    then = groups.members[groups.members["account_id"] != "A000"]
    counts = small_groups(
        STUDY, groups, FRAME, parts_of(tickets), tickets_of_both(WS, tickets), then
    )
    outputs.held(STUDY, "alert_counts", counts)
    row = counts.iloc[0]
    assert row[["customers", "before", "joined", "at_risk", "tickets"]].tolist() == [
        30, 29, 1, 7, 180,
    ]  # fmt: skip
    assert (row["reason"], row["past_of_reason"]) == ("Login failure", 0)
    rows = tickets.to_pandas()
    here = rows[rows["account_id"].isin(NEW) & (rows["opened_at"] > "2026-07-01")]
    assert row["of_reason"] == (here["reason"] == "Login failure").sum()
    assert row["escalated"] == here[here["escalated"]]["account_id"].nunique()


def test_who_had_left_a_quarter_ago_is_not_counted_then():
    groups, tickets = groups_of(judged=False), tickets_of(1, login=0.9)
    then = groups.members.copy()
    # Of the 30 newest, three were former customers then: 27 customers, and 3 have come (back).
    then.loc[then["account_id"].isin(["A000", "A001", "A002"]), "worked_with"] = False
    then = then[then["segment_id"] == "lifecycle-first-90-days"]
    counts = small_groups(
        STUDY, groups, FRAME, parts_of(tickets), tickets_of_both(WS, tickets), then
    ).set_index("segment_id")
    assert counts.loc["lifecycle-first-90-days", ["before", "joined"]].tolist() == [27, 3]
    # Whether the other group was made then is not known: no zero.
    assert counts.loc["lifecycle-veteran", ["before", "joined"]].isna().all()


def test_whose_health_nobody_knows_is_not_told_to_be_free_of_risk():
    groups, tickets = groups_of(judged=False), tickets_of(1, login=0.9)
    frame = FRAME.assign(health_group="unproven")
    counts = small_groups(STUDY, groups, frame, parts_of(tickets), None, None)
    assert counts["at_risk"].isna().all()


def test_parts_of_an_alert_add_up_to_it():
    groups, tickets = groups_of(), tickets_of(1, login=0.4)
    rows = tickets.to_pandas()
    here = rows["account_id"].isin(NEW)
    now = rows["opened_at"] > "2026-07-01"
    value = rows[here & now]["escalated"].mean()
    against = {"other customers": rows[~here & now], "the quarter before": rows[here & ~now]}
    raised = pd.DataFrame(
        [("lifecycle-first-90-days", "escalation_rate", name, value, part["escalated"].mean(),
          "ratio") for name, part in against.items()],
        columns=["segment_id", "metric", "compared_with", "value", "reference", "unit"],
    )  # fmt: skip
    past = pd.DataFrame({"metric": "escalation_rate", "account_id": NEW[:25], "numerator": 1.0,
                         "denominator": 6.0})  # fmt: skip
    table = drivers(WS, raised, groups.members, parts_of(tickets), tickets, then=groups.members,
                    past_parts=past)  # fmt: skip
    outputs.held(STUDY, "alert_drivers", table)
    for row in raised.itertuples():
        mine = table[
            (table["compared_with"] == row.compared_with) & (table["dimension"] == "reason")
        ]
        assert (mine["mix"] + mine["rate"]).sum() == pytest.approx(row.value - row.reference)
        assert mine["share"].sum() == pytest.approx(1)
    kept = table[table["dimension"] == "customers"]
    assert kept["level"].tolist() == ["kept", "new", "lost"]
    whole = (kept["mix"] + kept["rate"]).sum()
    assert whole == pytest.approx(value - 1 / 6)


def test_mix_and_rate_by_hand():
    sides = [
        pd.DataFrame({"numerator": [6.0, 1.0], "denominator": [20.0, 10.0]}, index=["a", "b"]),
        pd.DataFrame({"numerator": [4.0, 1.0], "denominator": [20.0, 10.0]}, index=["a", "b"]),
    ]
    found = {row["level"]: row for row in by_levels(*sides)}
    # Equal shares: no mix; the rate of a is 0.3 against 0.2, of two thirds of the tickets.
    assert found["a"]["rate"] == pytest.approx(2 / 3 * 0.1)
    assert [row["mix"] for row in found.values()] == [0.0, 0.0]
