"""What could be saved where healthy customers take far more service than their peers."""

import numpy as np
import pandas as pd
import pytest
from small_company import study_of

from helpers import outputs
from helpers.metrics.components import Components
from helpers.metrics.economics import service_value
from helpers.priority.savings import excess_of, savings

STUDY = study_of()


def company(seed: int, *, heavy: int = 0, measure: str = "service_cost_12m"):
    """200 customers of like revenue; ``heavy`` of them cost eight times as much."""
    rng = np.random.default_rng(seed)
    service = rng.lognormal(6, 0.4, 200)
    service[:heavy] *= 8
    table = pd.DataFrame(
        {
            "account_id": [f"A{at:03d}" for at in range(200)],
            "revenue_12m__numerator": rng.uniform(900, 1100, 200),
            "revenue_12m__denominator": 1.0,
            f"{measure}__numerator": service,
            f"{measure}__denominator": 1.0,
        }
    )
    parts = Components(table, pd.DataFrame(columns=["account_id", "metric", "value", "tickets"]))
    frame = pd.DataFrame(
        {"account_id": table["account_id"], "status": "current", "health_group": "key"}
    )
    return service_value(STUDY, parts), frame


def test_the_excess_by_hand_and_its_interval():
    service, frame = company(1, heavy=10)
    found = savings(STUDY, service, frame)
    row = outputs.held(STUDY, "service_savings", found.table).iloc[0]
    over = service[service["service_level"] == "over"]
    assert row["customers"] == len(over) >= 10
    assert row["excess"] == pytest.approx((over["service"] - over["peers_median"]).sum())
    assert row["excess"] == pytest.approx(row["taken"] - row["peers"])
    assert row["low"] < row["excess"] < row["high"]
    assert row["unit"] == "currency per year"
    assert "the most that could be saved" in found.told


def test_the_limits_are_those_of_customers_drawn_anew():
    # Companies drawn anew have a mean excess that 95 % of the limits hold; fewer than 15 of 20
    # would happen in 1 of 1,000 series.
    def excess(seed: int) -> float:
        service, _ = company(seed, heavy=20)
        over = service[service["service_level"] == "over"]
        return (over["service"] - over["peers_median"]).sum()

    truth = np.mean([excess(seed) for seed in range(1000, 1100)])
    rows = [savings(STUDY, *company(seed, heavy=20)).table.iloc[0] for seed in range(20)]
    assert sum(row["low"] <= truth <= row["high"] for row in rows) >= 15


def test_who_is_not_healthy_or_has_left_is_not_counted():
    service, frame = company(1, heavy=10)
    ill = frame.assign(health_group=["at_risk"] * 100 + ["key"] * 100)
    gone = frame.assign(status=["former"] * 100 + ["current"] * 100)
    for other in (ill, gone):
        told = savings(STUDY, service, other)
        assert told.table.empty or told.table["customers"].iloc[0] < 10
    assert savings(STUDY, None, frame).reason == "service or health was not collected"
    assert savings(STUDY, service, frame.drop(columns="health_group")).table.empty
    none = savings(STUDY, service.assign(service_level="as peers"), frame)
    assert none.reason.startswith("no healthy customer takes far more")


def test_tickets_are_no_money():
    service, frame = company(1, heavy=10, measure="tickets")
    found = savings(STUDY, service, frame)
    assert found.table["unit"].tolist() == ["count"]
    assert "€" not in found.told


def test_no_excess_where_everybody_takes_the_same():
    for taken in ([5.0] * 9, [0.0, 0.0, 7.0], [0.0, 0.0]):
        healthy = np.ones(len(taken), dtype=bool)
        assert excess_of(np.array(taken), healthy, limit=2.5, least=3) == 0
