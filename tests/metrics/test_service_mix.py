"""Shares of tickets by segment, by hand and against the machinery of all other metrics."""

import numpy as np
import pandas as pd
import pytest
from tiny import canonical, customer_frame, make_study

from helpers.errors import StudyError
from helpers.metrics.mix import shares
from helpers.metrics.profiles import METHODS
from helpers.metrics.service_mix import DIMENSIONS, service_mix_of, tickets_by_level
from helpers.quarter import Quarter

QUARTER = Quarter.parse("2026Q3")


def ticket(number: int, account: str, reason: str | None, **columns: object) -> dict:
    row = {"ticket_id": str(number), "account_id": account, "opened_at": "2026-08-01 00:00:00"}
    return row | {"reason": reason} | columns


def mix(rows: list[dict], members: dict[str, list[str]], **options: object) -> pd.DataFrame:
    accounts = sorted({row["account_id"] for row in rows})
    customers = customer_frame(*[{"account_id": name} for name in accounts])
    pairs = [(segment, account) for segment, ids in members.items() for account in ids]
    return service_mix_of(
        make_study(), QUARTER, customers["account_id"],
        pd.DataFrame(pairs, columns=["segment_id", "account_id"]),
        canonical("tickets", *rows), **options,
    )  # fmt: skip


ROWS = [
    ticket(1, "a", "bug"), ticket(2, "a", "bug"), ticket(3, "a", "how to"),
    ticket(4, "b", "bug"), ticket(5, "b", None),
    ticket(6, "c", "billing"), ticket(7, "c", "bug", opened_at="2026-06-30 00:00:00"),
    ticket(8, "c", "access", opened_at="2026-10-01 00:00:00"),
]  # fmt: skip


class TestByHand:
    def test_shares_against_the_rest(self):
        table = mix(ROWS, {"s": ["a", "b"]})
        columns = ["segment_id", "level", "customers", "observations", "value", "rest_value"]
        told = table[columns].astype(object).where(table[columns].notna(), None)
        # Of all tickets with a reason, 3 of 5 are bugs; billing and how to follow by name.
        assert told.to_numpy().tolist() == [
            ["all", "bug", 3, 5, pytest.approx(60), None],
            ["all", "billing", 3, 5, pytest.approx(20), None],
            ["all", "how to", 3, 5, pytest.approx(20), None],
            ["all", "unknown", 3, 6, pytest.approx(100 / 6), None],
            ["s", "bug", 2, 4, 75, 0],
            ["s", "billing", 2, 4, 0, 100],
            ["s", "how to", 2, 4, 25, 0],
            ["s", "unknown", 2, 5, 20, 0],
        ]
        assert table.loc[table["segment_id"] == "s", "difference"].tolist() == [75, -100, 25, 20]
        assert set(table["dimension"]) == {"reason"}  # nobody filled the others
        assert set(table["unit"]) == {"%"}

    def test_known_shares_add_up(self):
        table = mix(ROWS, {"s": ["a", "b"], "t": ["c"]}, top=1)
        assert table.loc[table["segment_id"] == "all", "level"].tolist() == [
            "bug", "other", "unknown",
        ]  # fmt: skip
        known = table[table["level"] != "unknown"].groupby("segment_id")["value"].sum()
        assert known.to_dict() == {"all": 100, "s": 100, "t": 100}

    def test_the_most_frequent_levels_are_picked_before_they_are_counted(self):
        counts = tickets_by_level(canonical("tickets", *ROWS), quarter=QUARTER, top=1)
        assert counts["level"].fillna("-").tolist() == ["bug", "other", "bug", "-", "other"]
        assert counts["number"].tolist() == [2, 1, 1, 1, 1]

    def test_all_dimensions_in_their_order(self):
        rows = [ticket(1, "a", "bug", **dict.fromkeys(DIMENSIONS[1:], "x"))]
        assert list(dict.fromkeys(mix(rows, {"s": ["a"]})["dimension"])) == list(DIMENSIONS)

    def test_no_tickets(self):
        table = mix([ticket(1, "a", None)], {"s": ["a"]})
        assert table.empty
        assert "difference_low" in table

    def test_a_segment_called_all(self):
        with pytest.raises(StudyError, match="`all`"):
            mix(ROWS, {"all": ["a"]})


class TestIntervals:
    def rows(self) -> list[dict]:
        """Customers of the first half write about bugs in three of four tickets, others rarely."""
        rng = np.random.default_rng(8)
        return [
            ticket(i, f"c{i % 60:02}",
                   "bug" if rng.random() < (0.75 if i % 60 < 30 else 0.2) else "how to")
            for i in range(240)
        ]  # fmt: skip

    def test_a_real_difference_shows(self):
        table = mix(self.rows(), {"s": [f"c{i:02}" for i in range(30)]})
        row = table[(table["segment_id"] == "s") & (table["level"] == "bug")].iloc[0]
        assert row["low"] < row["value"] < row["high"]
        assert 0 < row["difference_low"] < row["difference"] < row["difference_high"]
        assert row["difference"] == pytest.approx(row["value"] - row["rest_value"])
        assert row["method"] == METHODS["rows"]

    def test_none_for_few_customers(self):
        table = mix(self.rows(), {"s": [f"c{i:02}" for i in range(9)]})
        few = table[table["segment_id"] == "s"]
        assert few["low"].isna().all()
        assert set(few["method"]) == {"fewer than 10 customers"}

    def test_order_of_rows_does_not_matter(self):
        rows, members = self.rows(), {"s": [f"c{i:02}" for i in range(30)]}
        first = mix(rows, members)
        again = mix(rows[::-1], members)
        pd.testing.assert_frame_equal(first, again, check_exact=True)


def test_rows_of_strangers_do_not_count():
    counts = pd.DataFrame(
        {"account_id": ["a", "zz"], "dimension": "d", "level": ["x", "y"], "number": [1, 9]}
    )
    members = pd.DataFrame({"segment_id": ["s"], "account_id": ["a"]})
    table = shares(make_study(), pd.Series(["a"]), counts, members)
    assert table[["level", "value"]].to_numpy().tolist() == [["x", 100]] * 2
