"""What buyers without a contract may be expected to buy: BG/NBD and Gamma-Gamma.

While a customer is active it buys at its own steady rate, and after any purchase it may silently
stop for good; rates and dropout chances vary between customers (BG/NBD: Fader, Hardie and Lee 2005,
"Counting Your Customers" the Easy Way, Marketing Science 24(2)). The value of its purchases varies
around its own mean, which does not depend on how often it buys (Gamma-Gamma: Fader and Hardie 2013,
The Gamma-Gamma Model of Monetary Value). Both are fitted by maximum likelihood.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, expit, gammaln, hyp2f1

# Parameters beyond these change nothing any more. At the limit lie the special cases in which
# nobody stops buying, or in which all customers are alike.
LIMIT = np.log(1e3)


@dataclass(frozen=True)
class BgNbd:
    """Purchase rates ~ gamma(r, α), dropout chances ~ beta(a, b); α in the unit of the times."""

    r: float
    alpha: float
    a: float
    b: float

    @classmethod
    def fit(cls, repeats: np.ndarray, last: np.ndarray, age: np.ndarray) -> "BgNbd | None":
        """Maximum likelihood; None where it does not converge.

        Parameters
        ----------
        repeats : purchases after the first one, per customer.
        last : time from the first to the last purchase; 0 without repeats.
        age : time from the first purchase to the end of what is known.
        """
        unit = float(np.max(age, initial=0.0))
        if unit <= 0:
            return None

        # Many customers of a large company have the same history, above all a single purchase.
        histories, times = np.unique(
            np.column_stack([repeats, last / unit, age / unit]), axis=0, return_counts=True
        )

        def likelihood(r: float, alpha: float, a: float, b: float) -> float:
            found = cls(r, alpha, a, b).log_likelihood(*histories.T)
            return float(np.average(found, weights=times))

        found = _fitted(likelihood, start=(1.0, 1.0, 1.0, 1.0))
        if found is None:
            return None
        r, alpha, a, b = found
        return cls(r, alpha * unit, a, b)

    def log_likelihood(self, repeats: np.ndarray, last: np.ndarray, age: np.ndarray) -> np.ndarray:
        """Logarithm of each customer's likelihood (equation 6 of the paper)."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        common = gammaln(r + repeats) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
        alive = betaln(a, b + repeats) - (r + repeats) * np.log(alpha + age)
        # Who has not bought again cannot have stopped: dropping out follows a repeat purchase.
        gone = np.where(
            repeats > 0,
            betaln(a + 1, b + np.maximum(repeats, 1) - 1) - (r + repeats) * np.log(alpha + last),
            -np.inf,
        )
        return common + np.logaddexp(alive, gone)

    def active(self, repeats: np.ndarray, last: np.ndarray, age: np.ndarray) -> np.ndarray:
        """Probability that each customer has not stopped buying."""
        odds_gone = np.log(self.a / (self.b + np.maximum(repeats, 1) - 1)) + (
            self.r + repeats
        ) * np.log((self.alpha + age) / (self.alpha + last))
        return np.where(repeats > 0, expit(-odds_gone), 1.0)

    def expected(
        self, repeats: np.ndarray, last: np.ndarray, age: np.ndarray, *, ahead: float
    ) -> np.ndarray:
        """Expected purchases of each customer in the time ahead (equation 10).

        The hypergeometric function is taken after Euler's transformation: as printed it is the
        product of a vanishing and an exploding factor for customers that buy often.
        """
        a, total = self.a, self.a + self.b + repeats - 1
        share = ahead / (self.alpha + age + ahead)
        remaining = (1 - share) ** (a - 1) * hyp2f1(a + self.b - 1 - self.r, a - 1, total, share)
        return total / (a - 1) * (1 - remaining) * self.active(repeats, last, age)


@dataclass(frozen=True)
class GammaGamma:
    """Values ~ gamma(p, ν) with ν ~ gamma(q, γ) over the customers."""

    p: float
    q: float
    gamma: float

    @classmethod
    def fit(cls, purchases: np.ndarray, value: np.ndarray) -> "GammaGamma | None":
        """Maximum likelihood; None where it does not converge.

        Parameters
        ----------
        purchases : number of purchases per customer, at least one.
        value : their mean value, above 0.
        """
        unit = float(np.median(value)) if len(value) else 0.0
        if unit <= 0:
            return None

        def likelihood(p: float, q: float, gamma: float) -> float:
            return float(cls(p, q, gamma).log_likelihood(purchases, value / unit).mean())

        found = _fitted(likelihood, start=(2.0, 2.0, 1.0))
        if found is None:
            return None
        p, q, gamma = found
        return cls(p, q, gamma * unit)

    def log_likelihood(self, purchases: np.ndarray, value: np.ndarray) -> np.ndarray:
        """Logarithm of each customer's likelihood (equation 1a of the note)."""
        p, q, gamma = self.p, self.q, self.gamma
        shape = p * purchases
        return (
            -betaln(shape, q)
            + q * np.log(gamma)
            + (shape - 1) * np.log(value)
            + shape * np.log(purchases)
            - (shape + q) * np.log(gamma + purchases * value)
        )

    def expected(self, purchases: np.ndarray, value: np.ndarray) -> np.ndarray:
        """Expected value per purchase of each customer: its own mean, drawn to that of all."""
        return self.p * (self.gamma + purchases * value) / (self.p * purchases + self.q - 1)


def _fitted(likelihood: Callable[..., float], *, start: tuple[float, ...]) -> list[float] | None:
    """Positive parameters of the largest mean log-likelihood."""
    from scipy.optimize import minimize  # takes a while to load, and few studies need it

    def lost(logs: np.ndarray) -> float:
        return -likelihood(*np.exp(logs))

    bounds = [(-LIMIT, LIMIT)] * len(start)
    found = minimize(lost, np.log(start), method="L-BFGS-B", bounds=bounds)
    return np.exp(found.x).tolist() if found.success and np.isfinite(found.fun) else None
