"""What today knows of the claims of one earlier quarter: score, outcomes and metrics on news."""

import numpy as np
import pandas as pd

from helpers.errors import StudyError
from helpers.history import fates
from helpers.history.control import STEPS
from helpers.history.fates import News, standard_error
from helpers.history.lifts import Compared, Seen, lift_on_news, newly_won, rank_on_news
from helpers.history.past import Past, quarters_between
from helpers.history.published import ALERT, HYPOTHESIS, LIFT, METRIC, OWN_PAST, RANK, SCORE
from helpers.history.today import Today
from helpers.metrics.catalog import is_defined, metric
from helpers.priority.alerts import REST
from helpers.segments import effects, late
from helpers.segments.clustered import cluster_of
from helpers.segments.rules import columns_of, evaluate_rule
from helpers.words import history as words
from helpers.words import say

# Quarters until the window of an outcome shares no day with the old one.
OUTCOME_WINDOWS = {name: months // 3 for name, months in late.WINDOWS.items()}


class Measured:
    """What today knows of the claims of one earlier quarter."""

    def __init__(self, then: Past, today: Today, claims: pd.DataFrame) -> None:
        self.then, self.today, self.claims = then, today, claims
        self.gap = quarters_between(then.quarter, today.quarter)
        self._metrics: pd.DataFrame | None = None

    def of(self, claim: dict) -> tuple[Compared | None, str]:
        """The comparison, or None and why there is none; no reason: not yet."""
        if claim["kind"] in (LIFT, RANK) or (
            claim["kind"] == HYPOTHESIS and claim["metric"] == SCORE
        ):
            return self._of_score(claim)
        if claim["kind"] == HYPOTHESIS:
            return self._of_outcome(claim)
        return self._of_metric(claim)

    # ── the score, of customers won since ────────────────────────────────────────────────────────
    def _of_score(self, claim: dict) -> tuple[Compared | None, str]:
        scores, listed = self.then.table("quality_scores"), self.then.table("customer_list")
        if scores is None or listed is None:
            return None, words.REPORT_LACKS_SCORES
        member, problem = self._members(claim)
        if member is None:
            return None, problem
        study, frame = self.today.study, self.today.frame
        won = pd.to_datetime(listed.set_index("account_id")["won_on"])
        then_won = scores["account_id"].map(won)
        held = self._members_then(claim)
        then = self._seen(
            scores, scores["account_id"].isin(held).to_numpy(), then_won, self.then.day
        )
        fresh = newly_won(
            pd.DataFrame({"account_id": scores["account_id"], "won_on": then_won}), frame
        )
        places = pd.Series(range(len(frame)), index=frame["account_id"])
        current = self.today.scores
        order = places.reindex(current["account_id"]).to_numpy()
        now = self._seen(
            current,
            member[order],
            pd.to_datetime(frame["won_on"]).iloc[order].reset_index(drop=True),
            self.today.day,
        ).part(fresh[order])
        without = [name for name in str(claim["without"]).split(", ") if name]
        if claim["kind"] == RANK:
            return rank_on_news(study, then, now, without=without), ""
        return lift_on_news(study, then, now, lift=claim["value"], without=without), ""

    def _seen(
        self, scores: pd.DataFrame, member: np.ndarray, won: pd.Series, day: pd.Timestamp
    ) -> Seen:
        study = self.today.study
        strata = cluster = None
        if study.scope.strata:
            known = self.then.table("attributes") if day == self.then.day else self.today.frame
            values = None
            if known is not None and study.scope.strata in known:
                values = scores["account_id"].map(known.set_index("account_id")[study.scope.strata])
            if values is not None:
                strata = values.astype("string").fillna("").to_numpy()
        if study.cluster is not None and day == self.then.day:
            cluster = self._clusters(scores)
        return Seen(scores, member, won.reset_index(drop=True), day, strata, cluster)

    def _clusters(self, scores: pd.DataFrame) -> np.ndarray | None:
        """Clusters of then, by what is known today where that report does not hold them."""
        study, column = self.today.study, str(self.today.study.cluster)
        known = self.then.table("attributes")
        if known is None or column not in known:
            known = self.today.frame
        if column not in known:
            return None
        named = known[["account_id", column]]
        try:
            return cluster_of(study, scores[["account_id"]].merge(named, "left", "account_id"))
        except StudyError:  # fewer clusters than can tell anything
            return None

    def _members_then(self, claim: dict) -> set[str]:
        held = self.then.table("segment_members")
        ids = {claim["id"]}
        segments = self.then.table("segments")
        if claim["kind"] == HYPOTHESIS and segments is not None:
            ids = set(segments.loc[segments["source"] == claim["id"], "segment_id"])
        return set() if held is None else set(held.loc[held["segment_id"].isin(ids), "account_id"])

    def _members(self, claim: dict) -> tuple[np.ndarray | None, str]:
        """Who is in a claim's group today, by its exact rule."""
        frame = self.today.frame
        if not claim["rule"]:
            if claim["kind"] == HYPOTHESIS:
                return None, words.NO_RULE
            held = self.today.members
            inside = held.loc[held["segment_id"] == claim["id"], "account_id"]
            if not len(inside):
                return None, words.NO_RULE
            return frame["account_id"].isin(inside).to_numpy(), ""
        missing = [name for name in columns_of(claim["rule"]) if name not in frame]
        if missing:
            return None, say(words.COLUMNS_GONE, columns=", ".join(missing))
        try:
            member = evaluate_rule(frame, claim["rule"]).to_numpy()
        except StudyError:
            return None, words.RULE_UNREADABLE
        if not member.any() and self._members_then(claim):
            return None, words.NOBODY_LEFT
        return member, ""

    # ── outcomes and metrics, over time since ────────────────────────────────────────────────────
    def _of_outcome(self, claim: dict) -> tuple[Compared | None, str]:
        """An outcome over a window that shares no day with the old one; who left is among them."""
        outcome = claim["metric"]
        if outcome not in OUTCOME_WINDOWS or outcome not in self.today.outcomes:
            return None, words.STATE_OF_THE_DAY
        if self.gap < OUTCOME_WINDOWS[outcome]:
            return None, ""
        member, problem = self._members(claim)
        if member is None:
            return None, problem
        frame = self.today.frame
        values = frame["account_id"].map(
            self.today.outcomes.set_index("account_id")[outcome].astype("Float64")
        )
        known = values.notna().to_numpy()
        study = self.today.study
        strata = None
        if study.scope.strata:
            strata = frame[study.scope.strata].astype("string").fillna("").to_numpy()[known]
        try:
            cluster = cluster_of(study, frame)
        except StudyError:
            cluster = None
        found = effects.difference(
            values[known].to_numpy(dtype=float),
            member[known],
            strata,
            None if cluster is None else cluster[known],
        )
        error = claim["error"]
        if not error > 0:
            error = standard_error(claim["low"], claim["high"])
        return self._compared(
            claim["value"], error, found.effect, found.error, found.members, found.others
        ), ""

    def _of_metric(self, claim: dict) -> tuple[Compared | None, str]:
        """A metric of a group against the rest's, or against what it was compared with."""
        if not is_defined(claim["metric"]):
            return None, words.STATE_OF_THE_DAY
        quarters = STEPS.get(metric(claim["metric"]).window)
        if quarters is None:
            return None, words.STATE_OF_THE_DAY
        if self.gap < quarters:
            return None, ""
        if claim["compared_with"] == OWN_PAST:
            return self._of_chart(claim)
        found = self._today(claim)
        if found is None:
            return None, words.NOT_MEASURED
        value, low, high = found["difference"], found["difference_low"], found["difference_high"]
        if claim["kind"] == ALERT and claim["compared_with"] != REST:
            alerts = self.then.table("alerts")
            if alerts is None:
                return None, words.NOT_MEASURED
            at = alerts[
                (alerts["segment_id"] == claim["id"])
                & (alerts["metric"] == claim["metric"])
                & (alerts["compared_with"] == claim["compared_with"])
            ].iloc[0]
            value, low, high = (found[name] - at["reference"] for name in ("value", "low", "high"))
        if not np.isfinite([value, low, high]).all():
            return None, words.NOT_MEASURED
        return self._compared(
            claim["value"],
            standard_error(claim["low"], claim["high"]),
            value,
            standard_error(low, high),
            int(found["customers"]),
            int(found["rest_customers"]),
        ), ""

    def _of_chart(self, claim: dict) -> tuple[Compared | None, str]:
        """A metric that left the range of its own past, against the centre of then."""

        def row(charts: pd.DataFrame, quarter: str) -> pd.DataFrame:
            same = (charts["segment_id"] == claim["id"]) & (charts["metric"] == claim["metric"])
            return charts[same & (charts["quarter"] == quarter)]

        then = row(self.then.table("control_charts"), str(self.then.quarter)).iloc[0]
        now = row(self.today.charts, str(self.today.quarter))
        if now.empty:
            return None, words.NOT_MEASURED
        at = now.iloc[0]
        customers = int(at["customers"])
        return self._compared(
            claim["value"],
            claim["error"],
            at["value"] - then["centre"],
            at["error"],
            customers,
            customers,
        ), ""

    def _today(self, claim: dict) -> pd.Series | None:
        """This quarter's row of a metric for a claim's group."""
        if self._metrics is None:
            self._metrics = self._missing()
        for table in (self.today.profiles, self._metrics):
            of = table[(table["segment_id"] == claim["id"]) & (table["metric"] == claim["metric"])]
            if len(of) and self._same_rule(claim, table):
                return of.iloc[0]
        return None

    def _same_rule(self, claim: dict, table: pd.DataFrame) -> bool:
        if table is self._metrics or not claim["rule"]:
            return True
        rules = self.today.segments.set_index("segment_id")["rule"]
        return claim["id"] in rules.index and (rules[claim["id"]] or "") == claim["rule"]

    def _missing(self) -> pd.DataFrame:
        """Metrics of groups of these claims that this quarter does not look at any more."""
        looked_at = set(self.today.profiles["segment_id"])
        asked = self.claims[self.claims["kind"].isin((METRIC, ALERT))]
        held = []
        for claim in asked.drop_duplicates("id").to_dict("records"):
            if claim["id"] in looked_at and self._same_rule(claim, self.today.profiles):
                continue
            member, _ = self._members(claim)
            if member is not None and member.any():
                names = self.today.frame.loc[member, "account_id"]
                held.append(pd.DataFrame({"segment_id": claim["id"], "account_id": names}))
        if not held:
            return self.today.profiles.iloc[:0]
        return self.today.measure(pd.concat(held, ignore_index=True))

    @staticmethod
    def _compared(
        expected: float, error: float, value: float, news_error: float, members: int, others: int
    ) -> Compared:
        known = np.isfinite([expected, error, value, news_error]).all() and news_error > 0
        few = min(members, others) < fates.FEWEST
        news = None if few or not known else News(expected, error, value, news_error)
        return Compared(news, members, others)
