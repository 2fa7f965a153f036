import pandas as pd
import pytest

from helpers.report import wording

SEGMENTS = pd.DataFrame(
    {
        "segment_id": ["a", "b", "c"],
        "definition": ["A", "B", "C"],
        "lift": [9200.0, 14300.0, 100.0],
        "lift_low": [4100.0, 2000.0, -50.0],
        "verdict": ["validated", "validated", "candidate"],
        "confounding": ["holds", "", ""],
    }
)


def test_a_typical_member_is_told_without_money():
    row = {"customers": 40, "customer_share": 0.1, "percentile": 80.0, "percentile_low": 62.0}
    told = wording.typical_sentence(row | {"percentile_high": 91.0, "p_adjusted": 0.02})
    assert told == (
        "Of its 40 customers (10\xa0% of all analysed), a typical member ranks above 80\xa0% of "
        "the others (95 % range 62\xa0% to 91\xa0%); that its average is higher is not shown; "
        "by luck alone, after all that was tried, about 1 in 50."
    )


class TestAnswer:
    def test_names_number_and_range_of_validated_segments(self):
        assert wording.answer(SEGMENTS, currency="EUR") == (
            "Two segments are shown to be better than the rest, "
            "by €9.2k to €14.3k per customer and year."
        )

    def test_one_segment(self):
        told = wording.answer(SEGMENTS.drop(1), currency="USD")
        assert told == (
            "One segment is shown to be better than the rest, by $9,200 per customer and year."
        )

    @pytest.mark.parametrize(("other", "reach"), [(14_310.0, "€14.3k"), (14_380.0, "€14.3k to")])
    def test_two_that_read_alike_have_no_range(self, other, reach):
        told = wording.answer(SEGMENTS.assign(lift=[other, 14_300.0, 100.0]), currency="EUR")
        assert f"than the rest, by {reach} " in told
        assert told.count("€") == 1 + reach.endswith("to")

    def test_none_says_what_could_have_been_seen(self):
        told = wording.answer(
            SEGMENTS.assign(verdict="candidate"),
            currency="EUR",
            detectable={"customers": 30, "lift": 6400},
        )
        assert told == (
            "No segment stands out among the 3 that were large enough to be compared; a segment of "
            "30 customers would have had to be at least about €6,400 a year better to be seen."
        )

    def test_no_money_where_the_interval_starts_at_nothing(self):
        one_open = SEGMENTS.assign(lift_low=[0.0, 2000.0, -50.0])
        assert wording.answer(one_open, currency="EUR") == (
            "Two segments are shown to be better than the rest, one of them by €14.3k per "
            "customer and year; by how much else is open."
        )
        told = wording.answer(SEGMENTS.assign(lift=0.0, lift_low=0.0), currency="EUR")
        assert told == "Two segments are shown to be better than the rest; by how much is open."

    def test_only_ranked_segments_are_counted_as_better(self):
        """A group that is worse than all others and better within another is not in the range."""
        worse = pd.DataFrame(
            {"definition": ["D"], "lift": [-2392.0], "lift_low": [-3000.0], "verdict": ["within"]}
        ).assign(confounding="")
        told = wording.answer(pd.concat([SEGMENTS, worse]), currency="EUR")
        assert told == wording.answer(SEGMENTS, currency="EUR")

    def test_a_typical_member_is_told_without_money(self):
        kinds = SEGMENTS.assign(verdict=["typical", "validated", "candidate"])
        assert wording.answer(kinds, currency="EUR").endswith(
            "by €14.3k per customer and year; in one further segment, a typical member ranks "
            "above most others."
        )
        told = wording.answer(SEGMENTS.assign(verdict="typical"), currency="EUR")
        assert "better on average" in told and "€" not in told

    @pytest.mark.parametrize("confounding", ["turned", "explained"])
    def test_what_another_attribute_explains_is_counted_apart_and_without_money(self, confounding):
        told = wording.answer(
            SEGMENTS.assign(confounding=["holds", confounding, ""]), currency="EUR"
        )
        assert told == (
            "One segment is shown to be better than the rest, by €9,200 per customer and year; one "
            "more is, too, but another attribute explains it or turns it around."
        )
        told = wording.answer(SEGMENTS.assign(confounding=confounding), currency="EUR")
        assert told == (
            "No segment stands out by itself: two segments are better than the rest, but another "
            "attribute explains them or turns them around."
        )

    def test_segments_too_small_to_judge_are_not_counted_as_looked_at(self):
        small = SEGMENTS.assign(verdict=["candidate", "too_small", "too_small"])
        assert "among the 1 that" in wording.answer(small, currency="EUR")

    def test_candidates_are_never_called_better(self):
        told = wording.answer(SEGMENTS.assign(verdict="candidate"), currency="EUR")
        assert "No segment stands out" in told


def test_lift_sentence_leaves_out_what_is_not_known():
    row = {"customers": 1, "customer_share": 0.5, "lift": 100.0, "p_adjusted": float("nan")}
    row |= {"lift_low": float("nan"), "lift_high": float("nan")}
    assert wording.lift_sentence(row, "EUR") == (
        "Its 1 customer (50\xa0% of all analysed) score €100 a year better on average than all "
        "others."
    )


def test_left_out_counts_add_up():
    table = pd.DataFrame(
        {"included": [True, True, False], "status": ["current", "former", "current"]}
    )
    assert wording.left_out(table) == (
        "2 of 3 accounts are analysed, 1 of them former customers; 1 is left out."
    )


class TestOrder:
    def test_a_single_segment_needs_no_order(self):
        table = pd.DataFrame(
            {
                "segment_id": ["a"],
                "rank": [1],
                "rank_low": [1],
                "rank_high": [1],
                "share_first": [1],
            }
        )
        assert wording.order_sentence(table, {"a": "A"}) == "A is the only validated segment."

    def test_says_when_places_may_change(self):
        table = pd.DataFrame(
            {
                "segment_id": ["b", "a"],
                "rank": [2, 1],
                "rank_low": [1, 1],
                "rank_high": [2, 2],
                "share_first": [0.4, 0.6],
            }
        )
        assert wording.order_sentence(table, {"a": "A", "b": "B"}) == (
            "Highest priority: A; its place may be any from 1 to 2; "
            "places may change within the ranges shown."
        )


class TestChanges:
    def test_counts_bands_and_names_segments(self):
        rows = [
            ("customer", "1", "x", "new", "", ""),
            ("customer", "2", "x", "band", "poor", "average"),
            ("customer", "3", "x", "band", "excellent", "poor"),
            ("segment", "s", "Partners", "verdict", "candidate", "validated"),
            ("segment", "t", "Events", "verdict", "candidate", "too_small"),
        ]
        table = pd.DataFrame(rows, columns=["kind", "id", "name", "change", "before", "after"])
        assert wording.changes(table) == [
            "1 customer is new on the list, 0 are no longer on it.",
            "2 customers changed their band: 1 for the better, 1 for the worse.",
            "Partners: candidate before, validated now.",
        ]

    def test_nothing_to_tell(self):
        columns = ["kind", "id", "name", "change", "before", "after"]
        assert wording.changes(pd.DataFrame(columns=columns, dtype=str)) == []


def test_every_canonical_table_has_words_for_its_absence():
    from helpers.tables import TABLES

    # Without accounts there is no study; without rates, all amounts are in one currency.
    assert set(wording.NOT_COLLECTED) == set(TABLES) - {"accounts", "rates"}


def test_only_filled_fields_that_results_rest_on_are_called_weak():
    rows = [
        ("region", "accounts", 5, "weak"),
        ("seats", "accounts and research", 60, "biased"),
        ("size", "accounts", 95, "good"),
        ("channel", "accounts", 0, "weak"),  # nobody has it
        ("nps", "metrics", 5, "weak"),  # it only describes
    ]
    table = pd.DataFrame(rows, columns=["field", "source", "filled", "verdict"])
    assert list(wording.weak_fields(table)["field"]) == ["region", "seats"]
    assert wording.weak_coverage(table).startswith("region and seats are weakly")
    assert wording.weak_coverage(table[table["field"].isin(["size", "nps"])]) == ""


def test_tests_are_counted_where_no_hypothesis_was_fixed():
    assert wording.counted(1, "test") == "one test"
    assert wording.counted(6, "test") == "six tests"
    assert wording.counted(6, "further test") == "six further tests"
