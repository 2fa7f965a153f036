"""Service against value: bands, peers and verdicts by hand."""

import numpy as np
import pandas as pd
import pytest
from tiny import make_study

from helpers.metrics.components import Components
from helpers.metrics.economics import profitable_segments, service_bands, service_value


def parts_of(revenue: list, **measures: list) -> Components:
    """Components with one column of revenue and of each measure, every customer counted."""
    columns = {"revenue_12m": revenue, **measures}
    table = {"account_id": [f"{i:03}" for i in range(len(revenue))]}
    for name, values in columns.items():
        table[f"{name}__numerator"] = np.asarray(values, float)
        table[f"{name}__denominator"] = np.ones(len(revenue))
    return Components(pd.DataFrame(table), pd.DataFrame())


def study(**metrics):
    return make_study(metrics={"min_peers": 5, "revenue_bands": 2, **metrics})


# Five small customers around a cost of 10, then five large ones around 100 of which one costs ten
# times as much as the others, and one a tenth.
REVENUE = [100, 110, 120, 130, 140, 1000, 1100, 1200, 1300, 1400, 1500, 1600]
COST = [5, 8, 10, 12.5, 20, 1000, 80, 100, 125, 10, 0, 100]


class TestServiceValue:
    def found(self) -> pd.DataFrame:
        return service_value(study(), parts_of(REVENUE, service_cost_12m=COST)).set_index(
            "account_id"
        )

    def test_bands_of_equal_count(self):
        table = service_value(study(), parts_of(REVENUE, service_cost_12m=COST))
        assert table["band"].tolist() == [1] * 6 + [2] * 6

    def test_against_the_peers_of_the_band(self):
        found = self.found()
        # Band 2 without the customer that cost nothing: 80, 100, 125, 10, 100; median 100.
        assert found.loc["007", ["peers", "peers_median", "ratio"]].tolist() == [5, 100, 1]
        # Distances of the logarithms from it: 0.223, 0, 0.223, 2.303, 0; their median is 0.223.
        spread = 1.4826 * np.log(1.25)
        assert found.loc["009", "deviation"] == pytest.approx(np.log(0.1) / spread, abs=1e-5)
        assert found.loc["009", "service_level"] == "under"
        assert found.loc["006", "service_level"] == "as peers"
        assert found.loc["010", "service_level"] == "no service"
        assert np.isnan(found.loc["010", "ratio"])

    def test_who_costs_far_more(self):
        # Band 1: 5, 8, 10, 12.5, 20 and 1000: half of 10 + 12.5.
        found = self.found()
        assert found.loc["005", "peers_median"] == 11.25
        assert found.loc["005", "service_level"] == "over"

    def test_the_cut_is_the_study_s(self):
        parts = parts_of(REVENUE, service_cost_12m=COST)
        found = service_value(study(peer_deviation=50), parts)
        assert set(found["service_level"]) == {"as peers", "no service"}

    def test_contribution_is_taken_along(self):
        left = np.subtract(REVENUE, COST)
        parts = parts_of(REVENUE, service_cost_12m=COST, contribution_12m=left)
        assert service_value(study(), parts)["contribution_12m"].tolist() == left.tolist()

    def test_too_few_peers(self):
        found = service_value(study(), parts_of([100] * 4, service_cost_12m=[1, 2, 3, 4]))
        assert set(found["service_level"]) == {"too few peers"}
        assert set(found["band"]) == {1}

    def test_equal_revenues_share_a_band(self):
        found = service_value(study(), parts_of([100] * 12, service_cost_12m=COST))
        assert set(found["band"]) == {1}

    def test_peers_without_spread(self):
        found = service_value(study(), parts_of([100] * 6, service_cost_12m=[7, 7, 7, 7, 7, 90]))
        assert set(found["service_level"]) == {"peers alike"}
        assert found["deviation"].isna().all()

    def test_touches_where_costs_are_not_collected(self):
        found = service_value(study(), parts_of(REVENUE, agent_touches_mean=COST, tickets=COST))
        assert set(found["measure"]) == {"agent touches of the quarter"}
        assert found["contribution_12m"].isna().all()

    def test_customers_without_revenue_have_no_peers(self):
        found = service_value(study(), parts_of([0, -5, *REVENUE], tickets=[1, 1, *COST]))
        assert len(found) == len(REVENUE)

    def test_nothing_collected(self):
        found = service_value(study(), parts_of(REVENUE))
        assert found.empty
        assert "service_level" in found


def test_the_band_table_counts_and_adds_up():
    table = service_value(study(), parts_of(REVENUE, service_cost_12m=COST))
    bands = service_bands(table).set_index("band")
    assert bands["customers"].tolist() == [6, 6]
    assert bands[["no_service", "over", "under"]].to_numpy().tolist() == [[0, 1, 0], [1, 0, 1]]
    assert bands["revenue_low"].tolist() == [100, 1100]
    assert bands["revenue_high"].tolist() == [1000, 1600]
    assert bands["service_median"].tolist() == [11.25, 100]
    assert bands["service_per_revenue"].tolist() == pytest.approx([1055.5 / 1600, 415 / 8100])


def test_most_profitable_segment_first():
    profiles = pd.DataFrame(
        {
            "segment_id": ["x", "y", "z", "x"],
            "metric": ["contribution_12m"] * 3 + ["arr"],
            "value": [10.0, 30.0, np.nan, 99.0],
            **dict.fromkeys(("low", "high", "rest_value", "difference"), 1.0),
            **dict.fromkeys(("difference_low", "difference_high"), 1.0),
            "customers": 20,
            "better": "better",
            "shares_score_inputs": "base",
        }
    )
    assert profitable_segments(profiles)["segment_id"].tolist() == ["y", "x"]
