"""The models of buyers against published values, quadrature and simulated customers."""

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad
from scipy.special import roots_genlaguerre, roots_jacobi

from helpers.metrics.bgnbd import BgNbd, GammaGamma

# Estimates for the CDNOW customers, in weeks and dollars: Fader, Hardie and Lee 2005, table 2;
# Fader and Hardie 2013, The Gamma-Gamma Model of Monetary Value.
CDNOW = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
CDNOW_VALUES = GammaGamma(p=6.25, q=3.74, gamma=15.44)

CASES = [(0, 0.0, 20.0), (1, 3.0, 20.0), (4, 18.5, 20.0), (4, 6.0, 20.0)]


def one(*numbers: float) -> tuple[np.ndarray, ...]:
    return tuple(np.array([number], dtype=float) for number in numbers)


class TestBgNbd:
    def test_published_customer(self):
        # Two repeats in 30.43 of 38.86 weeks: 1.23 purchases expected in the next 39 weeks.
        found = CDNOW.expected(*one(2, 30.43, 38.86), ahead=39)
        assert found == pytest.approx([1.226], abs=5e-4)

    @pytest.mark.parametrize("case", CASES)
    def test_same_as_integrating_over_rates_and_dropout_chances(self, case):
        # Gauss quadrature: Laguerre for the gamma distributed rates, Jacobi for the chances.
        x, last, age = case
        nodes, of_rate = roots_genlaguerre(100, CDNOW.r - 1)
        rate = nodes[:, None] / CDNOW.alpha
        nodes, of_chance = roots_jacobi(60, CDNOW.b - 1, CDNOW.a - 1)
        chance = (1 + nodes) / 2
        weight = np.outer(of_rate / of_rate.sum(), of_chance / of_chance.sum())

        alive = weight * (1 - chance) ** x * rate**x * np.exp(-rate * age)
        gone = weight * chance * (1 - chance) ** (x - 1) * rate**x * np.exp(-rate * last)
        to_come = (alive * -np.expm1(-rate * chance * 26) / chance).sum()
        whole = alive.sum() + (gone.sum() if x else 0.0)
        rows = one(*case)
        assert np.exp(CDNOW.log_likelihood(*rows)) == pytest.approx([whole], rel=1e-9)
        assert CDNOW.active(*rows) == pytest.approx([alive.sum() / whole], rel=1e-9)
        assert CDNOW.expected(*rows, ahead=26) == pytest.approx([to_come / whole], rel=1e-9)

    def test_finds_the_customers_it_was_simulated_from(self):
        rng = np.random.default_rng(12)
        age = rng.uniform(27, 39, 4000)
        x, last = simulated(CDNOW, age, rng)
        found = BgNbd.fit(x, last, age)
        gain = found.log_likelihood(x, last, age).sum() - CDNOW.log_likelihood(x, last, age).sum()
        # Twice the gain over the truth is chi-squared with as many degrees as parameters.
        assert 0 <= 2 * gain < stats.chi2.ppf(0.999, 4)
        expected = found.expected(x, last, age, ahead=26).sum()
        assert expected == pytest.approx(CDNOW.expected(x, last, age, ahead=26).sum(), rel=0.05)

    def test_unit_of_time_does_not_matter(self):
        rng = np.random.default_rng(5)
        age = rng.uniform(20, 60, 400)
        x, last = simulated(CDNOW, age, rng)
        weeks, days = BgNbd.fit(x, last, age), BgNbd.fit(x, 7 * last, 7 * age)
        assert days.alpha == pytest.approx(7 * weeks.alpha, rel=1e-4)
        assert days.expected(x, 7 * last, 7 * age, ahead=182) == pytest.approx(
            weeks.expected(x, last, age, ahead=26), rel=1e-4
        )

    def test_nobody_stops(self):
        # Purchases at steady rates are the NBD model: (r + x) ÷ (α + T) to come per unit of time.
        rng = np.random.default_rng(8)
        age = np.full(3000, 50.0)
        steady = BgNbd(r=1.5, alpha=10.0, a=1e-9, b=1.0)
        x, last = simulated(steady, age, rng)
        found = BgNbd.fit(x, last, age)
        assert found.expected(x, last, age, ahead=10) == pytest.approx(
            (found.r + x) / (found.alpha + age) * 10, rel=0.02
        )

    def test_hundreds_of_purchases_stay_finite(self):
        found = CDNOW.expected(*one(900, 364, 365), ahead=365)
        assert 0 < found[0] < 900

    def test_no_history(self):
        assert BgNbd.fit(np.zeros(3), np.zeros(3), np.zeros(3)) is None


class TestGammaGamma:
    def test_published_customer(self):
        # 6.25 · (15.44 + 2 · 22.35) ÷ (6.25 · 2 + 3.74 − 1) = 24.66
        assert CDNOW_VALUES.expected(*one(2, 22.35)) == pytest.approx([24.66], abs=5e-3)

    def test_same_as_integrating_over_scales(self):
        purchases, value = 3, 28.0
        scales = stats.gamma(CDNOW_VALUES.q, scale=1 / CDNOW_VALUES.gamma)

        def weight(nu: float) -> float:
            of_mean = stats.gamma(CDNOW_VALUES.p * purchases, scale=1 / (nu * purchases))
            return of_mean.pdf(value) * scales.pdf(nu)

        whole = quad(weight, 0, 2, limit=200)[0]
        mean = quad(lambda nu: weight(nu) * CDNOW_VALUES.p / nu, 1e-9, 2, limit=200)[0]
        rows = one(purchases, value)
        assert np.exp(CDNOW_VALUES.log_likelihood(*rows)) == pytest.approx([whole], rel=1e-6)
        assert CDNOW_VALUES.expected(*rows) == pytest.approx([mean / whole], rel=1e-6)

    def test_finds_the_customers_it_was_simulated_from(self):
        rng = np.random.default_rng(3)
        purchases = rng.integers(1, 12, 3000).astype(float)
        nu = rng.gamma(CDNOW_VALUES.q, 1 / CDNOW_VALUES.gamma, 3000)
        value = rng.gamma(CDNOW_VALUES.p * purchases, 1 / (nu * purchases))
        found = GammaGamma.fit(purchases, value)
        gain = (
            found.log_likelihood(purchases, value).sum()
            - CDNOW_VALUES.log_likelihood(purchases, value).sum()
        )
        assert 0 <= 2 * gain < stats.chi2.ppf(0.999, 3)

    def test_no_values(self):
        assert GammaGamma.fit(np.array([]), np.array([])) is None


def simulated(
    model: BgNbd, age: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Repeats and time of the last one, customer by customer as the model tells the story."""
    repeats, last = np.zeros(len(age)), np.zeros(len(age))
    for i, end in enumerate(age):
        rate, chance = rng.gamma(model.r, 1 / model.alpha), rng.beta(model.a, model.b)
        now = rng.exponential() / max(rate, 1e-300)
        while now < end:
            repeats[i], last[i] = repeats[i] + 1, now
            if rng.random() < chance:
                break
            now += rng.exponential() / rate
    return repeats, last
