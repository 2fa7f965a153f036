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
