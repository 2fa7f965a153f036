"""Medians of times: exact, rounded, and with tickets that have not ended yet."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight
from tiny import canonical, customer_frame, make_study

from helpers.metrics import service
from helpers.metrics.accounts import components_of
from helpers.metrics.censored import BINS, CensoredSpread, censored_median
from helpers.metrics.intervals import exact_median, weights
from helpers.metrics.profiles import company_metrics
from helpers.metrics.times import account_medians, ticket_times
from helpers.quarter import Quarter

QUARTER = Quarter.parse("2026Q3")
TIMES = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=20
)


def arrays(drawn) -> tuple[np.ndarray, ...]:
    return tuple(np.array(column, dtype=float) for column in zip(*drawn, strict=True))


@given(TIMES)
def test_without_open_ones_it_is_the_ordinary_median(drawn):
    value, ended, _ = arrays(drawn)
    found = censored_median(value, ended, np.zeros_like(ended))
    plain = np.repeat(value, ended.astype(int))
    expected = np.median(plain) if len(plain) else np.nan
    assert found == pytest.approx(expected, nan_ok=True)


@given(TIMES)
@example([(1, 1, 0), (2, 2, 0), (2, 3, 1), (3, 3, 2)])  # 11/12 × 6/11 is not quite a half in binary
def test_against_statsmodels(drawn):
    value, ended, waiting = arrays(drawn)
    times = np.concatenate([np.repeat(value, ended.astype(int)),
                            np.repeat(value, waiting.astype(int))])  # fmt: skip
    status = np.arange(len(times)) < ended.sum()
    if not status.any():
        assert np.isnan(censored_median(value, ended, waiting))
        return
    curve = SurvfuncRight(times, status.astype(int))
    # Their own quantile takes 0.49999999 for less than a half, and the end of a flat part for the
    # median, where ours takes the middle; the curve is theirs.
    reached, beyond = (curve.surv_times[curve.surv_prob < 0.5 + gap] for gap in (1e-9, -1e-9))
    expected = (reached[0] + beyond[0]) / 2 if len(beyond) else np.nan
    assert censored_median(value, ended, waiting) == pytest.approx(expected, nan_ok=True)


class TestResamples:
    def drawn(self, distinct: int) -> tuple[np.ndarray, ...]:
        rng = np.random.default_rng(4)
        position = rng.integers(0, 80, 600)
        value = rng.integers(1, distinct + 1, 600).astype(float)
        waits = rng.random(600) < 0.25
        return position, value, (~waits).astype(float), waits.astype(float)

    @pytest.mark.parametrize(("distinct", "off"), [(40, 0), (5000, 2 * 5000 / BINS)])
    def test_are_those_of_the_rows(self, distinct, off):
        """Up to as many distinct times as bins each resample is exact; beyond, within a bin or two,
        and not to one side."""
        position, value, ended, waiting = self.drawn(distinct)
        spread = CensoredSpread.of(position, value, ended, waiting, customers=80)
        drawn = weights(80, resamples=50, seed=1)
        found = spread.medians(spread.counts.T @ drawn)
        expected = [
            censored_median(value, ended * times[position], waiting * times[position])
            for times in drawn.T
        ]
        assert found == pytest.approx(np.array(expected), abs=off + 1e-9)
        assert abs(np.mean(found - expected)) <= off / 10 + 1e-9

    def test_mostly_open_has_no_median(self):
        spread = CensoredSpread.of(
            np.array([0, 1]), np.array([5.0, 9.0]), np.array([1.0, 0]), np.array([0, 3.0]),
            customers=2,
        )  # fmt: skip
        counts = spread.counts.T @ np.array([[1.0, 2.0, 0.0], [1.0, 0.0, 0.0]])
        found = spread.medians(counts)
        assert np.isinf(found[0])  # one of four ended
        assert found[1] == 5  # both ended
        assert np.isnan(found[2])  # nothing drawn


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.integers(0, 9),
                          st.integers(1, 4)), max_size=15))  # fmt: skip
def test_medians_of_accounts(drawn):
    rows = pd.DataFrame(drawn, columns=["account_id", "metric", "value", "tickets"])
    found = account_medians(rows, pd.Series(["z", "b", "a"]))
    expected = {metric: [np.nan, np.nan, np.nan] for metric in rows["metric"]}
    for (metric, account), part in rows.groupby(["metric", "account_id"]):
        if account != "c":  # who is not asked for
            median = np.median(np.repeat(part["value"], part["tickets"]))
            expected[metric]["zba".index(account)] = median
    assert found.keys() == expected.keys()
    for metric in found:
        np.testing.assert_array_equal(found[metric], expected[metric])


def tickets(seconds: list[int]):
    start = pd.Timestamp("2026-07-01")
    return canonical(
        "tickets",
        *[{"ticket_id": str(i), "account_id": f"c{i % 12:02}", "opened_at": str(start),
           "resolved_at": str(start + pd.Timedelta(seconds=time))}
          for i, time in enumerate(seconds)],
    )  # fmt: skip


class TestRounded:
    @settings(max_examples=6, deadline=None)
    @given(st.lists(st.integers(0, 7_000_000), min_size=1, max_size=30))
    def test_error_is_half_a_per_cent_at_most(self, seconds):
        def hours(rounded: bool) -> np.ndarray:
            times = ticket_times(tickets(seconds), quarter=QUARTER, rounded=rounded)
            ended = times[times["metric"] == "resolution_hours_median"]
            return np.sort(np.repeat(ended["value"], ended["tickets"]).to_numpy())

        exact, near = hours(False), hours(True)
        assert exact == pytest.approx(np.sort(seconds) / 3600)
        assert (np.abs(near - exact) <= 0.005 * exact + 1e-12).all()
        digits = {f"{round(value * 3600):d}".rstrip("0") for value in near}
        assert all(len(number) <= 3 for number in digits)

    def test_only_above_the_limit_and_then_said(self, monkeypatch):
        table = tickets([100_007 + 3600 * i for i in range(60)])
        customers = customer_frame(*[{"account_id": f"c{i:02}"} for i in range(12)])

        def row() -> pd.Series:
            parts = components_of(make_study(), QUARTER, customers, tickets=table)
            return company_metrics(make_study(), parts).set_index("metric").loc[
                ["resolution_hours_median", "resolution_hours_mean"]
            ]  # fmt: skip

        exact = row()
        monkeypatch.setattr(service, "EXACT", 59)
        near = row()
        of_mean = "bootstrap-t over customers"
        assert exact["method"].tolist() == ["customers resampled", of_mean]
        assert near["method"].tolist() == [
            "customers resampled; times to three significant digits", of_mean,
        ]  # fmt: skip
        assert near["value"].iloc[0] == pytest.approx(exact["value"].iloc[0], rel=0.005)
        assert near["value"].iloc[0] != exact["value"].iloc[0]
        assert near["value"].iloc[1] == exact["value"].iloc[1]  # means stay exact


def test_exact_median_of_counts_against_numpy():
    rng = np.random.default_rng(0)
    value, times = rng.integers(0, 50, 30).astype(float), rng.integers(1, 5, 30)
    assert exact_median(value, times) == np.median(np.repeat(value, times))
