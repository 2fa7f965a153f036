"""Limits from a metric's own past: none too early, few false alarms, and alarms where it moves."""

import numpy as np
import pandas as pd
import pytest
from claimed import NOTHING, study_of
from scipy import stats

from helpers.history.control import FEWEST, Point, _limits, comparable, control_charts
from helpers.history.past import Past
from helpers.method import recorded
from helpers.quarter import Quarter


def quarters(n: int) -> list[Quarter]:
    found = [Quarter.parse("2026Q3")]
    for _ in range(n - 1):
        found.append(found[-1].previous)
    return found[::-1]


def parts(rng, share: float, metric="logo_churn_rate", n=300) -> pd.DataFrame:
    hits = (rng.random(n) < share).astype(float)
    return pd.DataFrame(
        {"metric": metric, "account_id": [f"c{i}" for i in range(n)], "numerator": hits,
         "denominator": 1.0}
    )  # fmt: skip


NO_SEGMENTS = pd.DataFrame(columns=["segment_id", "metric"])


def charts(rates, *, metric="logo_churn_rate", seed=0) -> pd.DataFrame:
    rng, study = np.random.default_rng(seed), study_of()
    *earlier, now = quarters(len(rates))
    past = [
        Past(NOTHING, quarter, recorded(study), {"metric_parts": parts(rng, rate, metric)})
        for quarter, rate in zip(earlier, rates, strict=False)
    ]
    return control_charts(past, now, NO_SEGMENTS, parts(rng, rates[-1], metric))


def test_no_limits_before_eight_earlier_windows():
    assert (charts([0.1] * FEWEST)["signal"] == "").all()
    table = charts([0.1] * (FEWEST + 1))
    assert table["signal"].tolist()[:-1] == [""] * FEWEST
    assert table["signal"].iloc[-1] == "inside"


@pytest.mark.parametrize(("last", "signal"), [(0.4, "worse"), (0.1, "inside"), (0.0, "better")])
def test_a_rate_that_leaves_its_past(last, signal):
    """More churn is worse; of 300 customers none is fewer than 15 % can explain."""
    assert charts([0.15] * 12 + [last if signal != "inside" else 0.15])["signal"].iloc[-1] == signal


def test_a_report_without_metrics_of_segments_charts_the_company():
    import warnings

    now, parted = quarters(1)[0], parts(np.random.default_rng(0), 0.1)
    nothing = NO_SEGMENTS.astype("str")  # as data files hold it
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = control_charts([], now, nothing, parted)
    assert len(table) == 1


def test_a_trailing_year_has_one_window_in_four():
    table = charts([0.1] * 13, metric="nrr")
    assert table["quarter"].tolist() == ["2023Q3", "2024Q3", "2025Q3", "2026Q3"]


def test_limits_by_hand():
    """Equal windows: mean ± t × spread × √(1 + 1/8), as of a new value from a normal sample."""
    rng = np.random.default_rng(1)
    values = rng.normal(100, 30, 8)
    points = [Point(Quarter.parse("2026Q3"), value, 1.0, 50) for value in (*values, 0.0)]
    found = _limits(points, tested=4)
    reach = stats.t.ppf(1 - 0.04 / 8, 7) * values.std(ddof=1) * np.sqrt(1 + 1 / 8)
    assert found["centre"] == pytest.approx(values.mean())
    assert found["limit_high"] - found["centre"] == pytest.approx(reach)


def test_a_quarter_that_was_measured_otherwise_is_left_out():
    study = study_of()
    manifest = recorded(study)
    other = {"metrics": "another hash"}
    changed = manifest | {k: manifest[k] | other for k in ("method", "method_said")}
    past = [Past(NOTHING, Quarter.parse("2026Q1"), one, {}) for one in (manifest, changed)]
    assert len(comparable(study, past)) == 1


@pytest.fixture(scope="module")
def bench(root):
    import sys

    sys.path.insert(0, str(root / "bench" / "history"))
    try:
        import charts as module
    finally:
        sys.path.pop(0)
    return module


def test_noise_raises_fewer_than_one_alarm_in_twenty_quarters(bench):
    """A small edition of bench/history/charts.py: 12 companies of the hardest population."""
    draw = bench.POPULATIONS["rate that varies"]
    found = [bench.alarms(draw, np.random.default_rng([9, company])) for company in range(12)]
    assert sum(found) <= 12 + 3 * np.sqrt(12)
