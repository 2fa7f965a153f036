"""Companies drawn from a population whose true values are known exactly.

A customer has a level of its own (how much trouble it has) that its tickets, its answers, its score
and its leaving share. How many tickets and answers a customer has is skewed, and grows with its
level, so that tickets and answers are neither independent nor a fair sample of the customers.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from helpers.metrics.components import Components

# Ratios of very unequal customers → what they stand for.
UNEQUAL = {
    "nrr": "NRR",
    "grr": "GRR",
    "arr_per_customer": "ARR per customer",
    "csat": "CSAT",
    "nps_response_rate": "response rate",
    "escalation_rate": "escalations",
    "tickets_per_customer_month": "tickets a month",
    "first_reply_hours_mean": "hours",
}

# Metric → what it stands for in the tables. Any mean per customer goes the way of `margin`.
METRICS = {
    "nps": "NPS",
    "logo_churn_rate": "churn",
    "resolution_hours_median": "median resolution time",
    "margin": "mean score",
}


@dataclass(frozen=True)
class Population:
    """What companies are drawn from.

    Attributes
    ----------
    level : mean of the customers' levels, which are normal with variance 1.
    tickets, responses : mean number per customer and quarter at level 0; gamma-distributed rates
        make them skewed (negative binomial), and both grow with the level.
    """

    level: float = 0.0
    tickets: float = 4.0
    responses: float = 2.5

    HOURS, HOURS_BETWEEN, HOURS_WITHIN = 8.0, 0.6, 0.9
    TICKET_GROWTH, RESPONSE_GROWTH, SHAPE = 0.3, 0.2, 0.8
    OPINION, PROMOTER, DETRACTOR = -0.8, 0.1, -0.9
    ACTIVE, LEAVING, LEAVING_GROWTH = 0.92, -1.8, 0.4
    CONTRACT, CONTRACT_SPREAD, TICKET_COST = 12_000.0, 0.6, 150.0

    def truth(self) -> dict[str, float]:
        """The population's value of every metric, in closed form.

        Counts that grow with ``exp(a · level)`` weigh the levels by it, which moves a normal
        distribution of variance 1 by ``a``.
        """
        answering = self.level + self.RESPONSE_GROWTH
        spread = np.hypot(1, self.OPINION)
        promoters = ndtr((self.OPINION * answering - self.PROMOTER) / spread)
        detractors = ndtr((self.DETRACTOR - self.OPINION * answering) / spread)
        leaving = self.LEAVING + self.LEAVING_GROWTH * self.level
        hours = np.exp(self.HOURS_BETWEEN * (self.level + self.TICKET_GROWTH))
        mean_tickets = self.tickets * np.exp(
            self.TICKET_GROWTH * (self.level + self.TICKET_GROWTH / 2)
        )
        return {
            "nps": 100 * (promoters - detractors),
            "logo_churn_rate": ndtr(leaving / np.hypot(1, self.LEAVING_GROWTH)),
            "resolution_hours_median": self.HOURS * hours,
            "margin": self.CONTRACT - self.TICKET_COST * mean_tickets,
        }

    def draw(self, customers: int, rng: np.random.Generator) -> "Company":
        """A company of so many customers."""
        level = rng.normal(self.level, 1, customers)
        tickets = self._counts(self.tickets, self.TICKET_GROWTH, level, rng)
        owner = np.repeat(np.arange(customers), tickets)
        log_hours = self.HOURS_BETWEEN * level[owner] + rng.normal(0, self.HOURS_WITHIN, len(owner))
        responses = self._counts(self.responses, self.RESPONSE_GROWTH, level, rng)
        respondent = np.repeat(np.arange(customers), responses)
        opinion = self.OPINION * level[respondent] + rng.standard_normal(len(respondent))
        answer = (opinion > self.PROMOTER).astype(int) - (opinion < self.DETRACTOR)
        active = rng.random(customers) < self.ACTIVE
        leaves = rng.standard_normal(customers) < self.LEAVING + self.LEAVING_GROWTH * level
        contract = self.CONTRACT * np.exp(
            rng.normal(-(self.CONTRACT_SPREAD**2) / 2, self.CONTRACT_SPREAD, customers)
        )
        return Company(
            owner=owner,
            hours=np.round(3600 * self.HOURS * np.exp(log_hours)) / 3600,
            respondent=respondent,
            answer=answer,
            active=active,
            gone=active & leaves,
            score=contract - self.TICKET_COST * tickets,
        )

    def _counts(
        self, mean: float, growth: float, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        rate = rng.gamma(self.SHAPE, mean / self.SHAPE, len(level))
        return rng.poisson(rate * np.exp(growth * level))


@dataclass(frozen=True)
class Company:
    """Rows of one company: tickets (owner, hours), answers (respondent, +1 / 0 / −1), customers."""

    owner: np.ndarray
    hours: np.ndarray
    respondent: np.ndarray
    answer: np.ndarray
    active: np.ndarray
    gone: np.ndarray
    score: np.ndarray

    def __add__(self, other: "Company") -> "Company":
        """Both companies' customers as one company, the other's after one's own."""
        size = len(self.score)
        moved = {"owner": other.owner + size, "respondent": other.respondent + size}
        return Company(
            **{
                name: np.concatenate([mine, moved.get(name, getattr(other, name))])
                for name, mine in vars(self).items()
            }
        )

    def components(self) -> Components:
        """The same, reduced to one row per customer as `accounts.components` does it."""
        size = len(self.score)
        ids = np.char.mod("c%06d", np.arange(size))
        pairs = {
            "logo_churn_rate": (self.gone, self.active),
            "margin": (self.score, np.ones(size)),
            "nps": (
                np.bincount(self.respondent, weights=self.answer, minlength=size),
                np.bincount(self.respondent, minlength=size),
            ),
        }
        columns = {
            f"{name}__{part}": np.asarray(values, float)
            for name, pair in pairs.items()
            for part, values in zip(("numerator", "denominator"), pair, strict=True)
        }
        head = {"account_id": ids, "tenure_months": np.full(size, 12.0), "left": self.gone}
        observations = pd.DataFrame(
            {
                "account_id": ids[self.owner],
                "metric": "resolution_hours_median",
                "value": self.hours,
                "tickets": 1,
            }
        )
        return Components(pd.DataFrame({**head, **columns}), observations)


@dataclass(frozen=True)
class Cohort:
    """A population of contracts of very unequal size, few of which end, shrink or grow.

    Attributes
    ----------
    spread : standard deviation of the logarithms of revenue; at 1.0 the largest tenth pays
        thirteen times what the smallest tenth does.
    left, shrunk, grown, jumped : shares of customers that leave within the year, lose up to half of
        their contract, grow by some, or grow to several times their size.
    """

    spread: float = 1.0
    left: float = 0.12
    shrunk: float = 0.10
    grown: float = 0.30
    jumped: float = 0.05

    SHRINKS, JUMPS = (0.5, 0.95), (1.5, 3.5)
    GROWTH, GROWTH_SPREAD = -1.9, 0.7
    RATINGS, RATINGS_SHAPE, CONTENT, CONTENT_SPREAD = 2.5, 0.8, 0.6, 0.8
    ASKED, ANSWERS, ANSWERS_SPREAD = 3.0, -0.5, 0.5
    TICKETS, TICKETS_SHAPE, TROUBLE, TROUBLE_SPREAD = 4.0, 0.8, -1.7, 0.7
    HOURS, HOURS_BETWEEN, HOURS_WITHIN, CLOCK = 4.0, 0.7, 0.9, 0.25

    def truth(self) -> dict[str, float]:
        """The population's value of every metric, in closed form."""
        shrinks, jumps = np.mean(self.SHRINKS), np.mean(self.JUMPS)
        growth = np.exp(self.GROWTH + self.GROWTH_SPREAD**2 / 2)
        lost = self.left + self.shrunk * (1 - shrinks)
        return {
            "grr": 1 - lost,
            "nrr": 1 - lost + self.grown * growth + self.jumped * (jumps - 1),
            "arr_per_customer": 12_000 * np.exp(self.spread**2 / 2),
            "csat": 100 * ndtr(self.CONTENT / np.hypot(1, self.CONTENT_SPREAD)),
            "nps_response_rate": ndtr(self.ANSWERS / np.hypot(1, self.ANSWERS_SPREAD)),
            "escalation_rate": ndtr(self.TROUBLE / np.hypot(1, self.TROUBLE_SPREAD)),
            "tickets_per_customer_month": self.TICKETS / 3,
            "first_reply_hours_mean": self.HOURS
            * np.exp((self.HOURS_BETWEEN**2 + self.HOURS_WITHIN**2) / 2),
        }

    def draw(self, customers: int, rng: np.random.Generator) -> Components:
        """The components of so many customers."""
        then = np.exp(rng.normal(0, self.spread, customers))
        kinds = np.cumsum([self.left, self.shrunk, self.grown, self.jumped])
        fate = np.searchsorted(kinds, rng.random(customers))
        factors = [
            np.zeros(customers),
            rng.uniform(*self.SHRINKS, customers),
            1 + rng.lognormal(self.GROWTH, self.GROWTH_SPREAD, customers),
            rng.uniform(*self.JUMPS, customers),
            np.ones(customers),
        ]
        now = then * np.choose(fate, factors)
        pairs = {
            "nrr": (now, then),
            "grr": (np.minimum(now, then), then),
            "arr_per_customer": (
                12_000 * np.exp(rng.normal(0, self.spread, customers)), np.ones(customers)
            ),
        }  # fmt: skip
        for name, mean, shape, level, between in (
            ("csat", self.RATINGS, self.RATINGS_SHAPE, self.CONTENT, self.CONTENT_SPREAD),
            ("nps_response_rate", self.ASKED, 2.0, self.ANSWERS, self.ANSWERS_SPREAD),
            ("escalation_rate", self.TICKETS, self.TICKETS_SHAPE, self.TROUBLE,
             self.TROUBLE_SPREAD),
        ):  # fmt: skip
            rows = rng.poisson(rng.gamma(shape, mean / shape, customers))
            chance = ndtr(level + between * rng.standard_normal(customers))
            pairs[name] = rng.binomial(rows, chance), rows
        pairs["tickets_per_customer_month"] = rows, np.full(customers, 3.0)
        # Hours of the same tickets, alike within a customer and written to the quarter of an hour.
        owner = np.repeat(np.arange(customers), rows)
        log_hours = self.HOURS_BETWEEN * rng.standard_normal(customers)[owner]
        log_hours += self.HOURS_WITHIN * rng.standard_normal(len(owner))
        hours = self.CLOCK * np.round(self.HOURS * np.exp(log_hours) / self.CLOCK)
        pairs["first_reply_hours_mean"] = np.bincount(owner, hours, customers), rows
        columns = {
            f"{name}__{part}": np.asarray(values, float)
            for name, pair in pairs.items()
            for part, values in zip(("numerator", "denominator"), pair, strict=True)
        }
        ids = np.char.mod("c%06d", np.arange(customers))
        head = {"account_id": ids, "tenure_months": np.full(customers, 12.0), "left": False}
        none = pd.DataFrame({"account_id": [], "metric": [], "value": [], "tickets": []})
        return Components(pd.DataFrame({**head, **columns}), none)
