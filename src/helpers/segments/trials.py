"""The test that fits each hypothesis: a condition or a variable, against its outcome."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.alongside import Later, begin, results
from helpers.errors import StudyError, listed
from helpers.search.clusters import SPREAD_OVER
from helpers.segments import clustered, effects, verdicts
from helpers.segments.budget import declared_share
from helpers.segments.cases import Case, Outcome, constant, joined, left_out
from helpers.segments.clustered import Cells, cluster_of, of
from helpers.segments.rules import columns_of, evaluate_rules, shared_lines
from helpers.segments.strata import WITHIN_LEVELS, cells_of, relation
from helpers.segments.studentised import between, trend
from helpers.study import Study
from helpers.study.decisions import OUTCOMES
from helpers.words import groups as words
from helpers.words import name as put
from helpers.words import say

SCORE = "quality_score"
SMALLEST_LEVEL = 5  # customers of a level below which Kruskal–Wallis leaves it out
GROUPS = words.STUDENTISED_PERMUTATION
TREND = words.STUDENTISED_PERMUTATION_TREND
BETWEEN = words.STUDENTISED_PERMUTATION_LEVELS
BEGUN = "_begun"  # in a row: the permutations of a variable
Without = Callable[[pd.DataFrame, Sequence[str]], pd.Series]


class Trials:
    """The tests of one study's cases, which share outcomes and memberships."""

    def __init__(
        self,
        study: Study,
        frame: pd.DataFrame,
        scores: pd.DataFrame,
        score_without: Without | None,
        measured: pd.DataFrame | None = None,
    ) -> None:
        self.study, self.scores, self._without = study, scores, score_without
        self.measured = measured
        self.frame = frame.sort_values("account_id", ignore_index=True)  # draws go by position
        self.minimum = study.smallest_segment(len(frame))
        self.draws = 10 * study.scope.permutations - 1
        stratum = study.scope.strata
        wanted = (*study.attributes, SCORE, *([stratum] if stratum else []))
        missing = [name for name in wanted if name not in frame]
        if missing:
            raise StudyError(
                f"The customer frame lacks {listed(missing)}.", found=listed(frame.columns, most=60)
            )
        # as in the search, customers without a stratum are one of their own
        self.strata = self.frame[stratum].astype("string").fillna("") if stratum else None
        self.cluster = cluster_of(study, self.frame)
        self.within = put(words.WITHIN, name=study.label(stratum)) if stratum else ""

    def rows(self, cases: list[Case]) -> list[dict]:
        """One row per case, not yet adjusted for the number of tests."""
        wheres = {case.hypothesis_id: case.where for case in cases if case.where}
        self.masks = evaluate_rules(self.frame, wheres, place="hypotheses, {}")
        of = {(case.outcome, case.outcome_from): case for case in cases}
        known = {key: self._outcome(case) for key, case in of.items()}
        outcomes = [known[case.outcome, case.outcome_from] for case in cases]
        first = [self._test(*pair) for pair in zip(cases, outcomes, strict=True)]
        _finish(first)
        self._permute(cases, outcomes, first)
        shares = [self._shares(case) for case in cases]
        again = [
            case if lines and not row["verdict"] else None
            for case, lines, row in zip(cases, shares, first, strict=True)
        ]
        by_lines = {
            lines: self._score_without(lines)
            for lines, case in zip(shares, again, strict=True)
            if case
        }
        retests = [
            self._test(case, by_lines[lines]) if case else None
            for case, lines in zip(again, shares, strict=True)
        ]
        _finish([row for row in retests if row])
        kept = [at for at, case in enumerate(again) if case]
        self._permute(
            [cases[at] for at in kept],
            [by_lines[shares[at]] for at in kept],
            [retest for retest in retests if retest is not None],
        )
        self._levels(cases, first)
        return [
            row
            | {"shares_score_inputs": ", ".join(lines)}
            | {
                "_direction": _sign(row),
                "_turned": bool(retest and _sign(retest) != _sign(row)),
                "effect_retest": retest["effect"] if retest else np.nan,
                "retest_low": retest.get("effect_low", np.nan) if retest else np.nan,
                "retest_high": retest.get("effect_high", np.nan) if retest else np.nan,
                "p_retest": _blank(retest["p_value"]) if retest else np.nan,
                "p_retest_adjusted": np.nan,
                "_trials": self,
            }
            for row, lines, retest in zip(first, shares, retests, strict=True)
        ]

    def untested(self, case: Case, verdict: str, note: str) -> dict:
        """The row of a case that is not put to a test."""
        row = self._row(case, self._outcome(case)) | {"verdict": verdict, "note": note}
        row["customers"] = 0
        self._levels([case], [row])
        retest = dict.fromkeys(("effect_retest", "retest_low", "retest_high", "p_retest"), np.nan)
        shares = ", ".join(self._shares(case))
        marks = {"_direction": 0.0, "_turned": False, "_trials": self}
        return row | retest | marks | {"shares_score_inputs": shares, "p_retest_adjusted": np.nan}

    # ── inputs ───────────────────────────────────────────────────────────────────────────────────
    def _outcome(self, case: Case) -> Outcome:
        name = case.outcome
        own = name in self.frame
        known = self.measured is not None and name in OUTCOMES
        if known and own and case.outcome_from is None:
            raise StudyError(
                f"hypotheses, {case.hypothesis_id}: the outcome `{name}` can be two things.",
                found=f"a column `{name}` of accounts, and `{name}` as measured as of the date",
                remedy="say which: outcome_from: measured (as of the quarter's last day) or "
                "accounts (the column)",
            )
        if known and case.outcome_from != "accounts":
            return self._measured(name)
        entry = self.study.attributes.get(name)
        if entry and entry.type == "number" and f"{name}_raw" in self.frame:
            name = f"{name}_raw"
        if name not in self.frame:
            raise StudyError(
                f"hypotheses, {case.hypothesis_id}: there is no outcome `{case.outcome}`.",
                expected=f"a column of the customers: {listed(self.frame.columns, most=60)}",
                remedy=f"as of the date there are {listed(OUTCOMES)}",
            )
        column = self.frame[name]
        known = column.dropna()
        if pd.api.types.is_bool_dtype(column) or set(known.unique()) <= {"yes", "no", True, False}:
            if len(known) and not pd.api.types.is_numeric_dtype(known):
                yes = column.astype("object").map({"yes": 1.0, "no": 0.0, True: 1.0, False: 0.0})
                return Outcome(yes.astype(float), True, "share")
            if pd.api.types.is_bool_dtype(column):
                return Outcome(column.astype("Float64").astype(float), True, "share")
        if len(known) and not pd.api.types.is_numeric_dtype(column):
            raise StudyError(
                f"hypotheses, {case.hypothesis_id}: the outcome `{name}` has levels.",
                found=listed(sorted(map(str, known.unique()))),
                expected="a number, or yes and no",
                remedy=f"as of the date there are {listed(OUTCOMES)}",
            )
        unit = self.study.currency if name == SCORE else ""
        return Outcome(pd.to_numeric(column).astype(float), False, unit)

    def _measured(self, name: str) -> Outcome:
        """An outcome as of the date, of the customers in the frame's order."""
        assert self.measured is not None  # an outcome is measured where something is
        by_account = self.measured.set_index("account_id")[name]
        values = by_account.reindex(self.frame["account_id"]).set_axis(self.frame.index)
        if pd.api.types.is_bool_dtype(values):
            return Outcome(values.astype("Float64").astype(float), True, "share")
        return Outcome(values.astype(float), False, {"nps": "points", "csat": "%"}[name])

    def _shares(self, case: Case) -> tuple[str, ...]:
        if case.outcome != SCORE:
            return ()
        return shared_lines(self.study, {*case.variables, *columns_of(case.where or "")})

    def _score_without(self, lines: tuple[str, ...]) -> Outcome:
        if self._without is None:
            from helpers.metrics.quality import score_without

            self._without = score_without
        rest = pd.Series(
            np.asarray(self._without(self.scores, list(lines)), dtype=float),
            index=self.scores["account_id"],
        )
        values = self.frame["account_id"].map(rest).astype(float)
        return Outcome(values, False, self.study.currency)

    # ── tests ────────────────────────────────────────────────────────────────────────────────────
    def _test(self, case: Case, outcome: Outcome) -> dict:
        """Everything but what is permuted: that of groups is computed for many at once, that of
        variables is begun (`_finish`)."""
        row = self._row(case, outcome)
        if case.where:
            return row | self._condition(self.masks[case.hypothesis_id], outcome)
        return row | self._variable(case.variables[0], outcome)

    @staticmethod
    def _row(case: Case, outcome: Outcome) -> dict:
        row = {
            "hypothesis_id": case.hypothesis_id,
            "statement": case.statement,
            "variables": ", ".join(case.variables),
            "declared": case.declared,
            "family": case.family,
            "tested_on": "",
            "outcome": case.outcome,
            "unit": outcome.unit,
            "verdict": "",
            "note": "",
            "others": 0,
        } | dict.fromkeys(("effect", "effect_size", "p_value", "p_rank"), np.nan)
        row |= dict.fromkeys(("compares", "test", "effect_size_name"), "")
        row["_groups"] = row["_compared"] = None
        return row

    def _condition(self, mask: pd.Series, outcome: Outcome) -> dict:
        known = outcome.numbers.notna()
        values, member = outcome.numbers[known].to_numpy(), mask[known].to_numpy()
        strata = self._strata(known)
        together = of(self.cluster, np.flatnonzero(known))
        groups = effects.difference(values, member, strata, together)
        row: dict[str, Any] = {
            "customers": groups.members,
            "others": groups.others,
            "effect": groups.effect,
            "compares": say(words.MEMBERS_MINUS_OTHERS, within=self.within),
            "note": left_out(int((mask & ~known).sum()), words.MEMBERS_WITHOUT_VALUE),
            "_groups": groups,
            "_compared": (np.flatnonzero(known), values, member),
        }
        small = min(groups.members, groups.others)
        if small < self.minimum and known.any():
            reason = say(words.FEWER_THAN_CUSTOMERS_ON_ONE, minimum=self.minimum)
            return row | {"verdict": verdicts.FEW, "note": joined(row["note"], reason)}
        reason = constant(values, say(words.THE_OUTCOME))
        if not reason and not clustered.is_spread(member, Cells([], together)):
            reason = say(words.TOO_FEW_CLUSTERS, fewest=SPREAD_OVER)
        if not reason and not np.isfinite(groups.error):
            reason = words.NO_STRATUM_HAS_BOTH_MEMBERS
        if reason:
            return row | {"verdict": verdicts.NOT_TESTABLE, "note": joined(row["note"], reason)}
        if strata is not None and outcome.boolean:
            return row | self._relation(
                values, member.astype(float), strata, "boolean", outcome, together
            )
        if outcome.boolean and together is None:
            test, size, p = effects.association(
                values > 0, member, draws=self.draws, seed=self.study.seed
            )
            return row | {
                "test": test,
                "effect_size": size,
                "effect_size_name": "Cramér's V",
                "p_value": p,
            }
        if together is not None:
            p_rank = np.nan  # that of ranks takes customers for independent
        elif strata is None:
            p_rank = effects.brunner_munzel(values[member], values[~member])
        else:
            robust = self._relation(values, member.astype(float), strata, "boolean", outcome, None)
            p_rank = robust["p_value"]
        return row | {
            "test": GROUPS,
            "effect_size": effects.cliffs_delta(values[member], values[~member]),
            "effect_size_name": "Cliff's delta",
            "p_rank": p_rank,
        }

    def _strata(self, known: pd.Series) -> np.ndarray | None:
        return None if self.strata is None else self.strata[known].to_numpy()

    def _relation(self, values, levels, strata, kind: str, outcome: Outcome, cluster) -> dict:
        return relation(
            values,
            levels,
            strata,
            cluster=cluster,
            ranks=not outcome.boolean,
            ordered=kind != "category",
            draws=self.draws,
            seed=self.study.seed,
        )

    def _variable(self, name: str, outcome: Outcome) -> dict:
        kind, levels = self._kind(name, outcome)
        known = outcome.numbers.notna() & levels.notna()
        values, levels = outcome.numbers[known].to_numpy(), levels[known].to_numpy()
        places = np.flatnonzero(known)
        strata = self._strata(known)
        row: dict[str, Any] = {
            "customers": int(known.sum()),
            "note": left_out(int((~known).sum()), words.CUSTOMERS_WITHOUT_VALUE),
        }
        if kind == "category":
            names, counts = np.unique(levels, return_counts=True)
            keep = np.isin(levels, names[counts >= SMALLEST_LEVEL])
            told = left_out(
                int((~keep).sum()),
                say(words.CUSTOMERS_IN_LEVELS_UNDER, smallest_level=SMALLEST_LEVEL),
            )
            row["note"] = joined(row["note"], told)
            values, levels, places = values[keep], levels[keep], places[keep]
            strata = strata if strata is None else strata[keep]
            row["customers"] = len(values)
        if 0 < len(values) < self.minimum:
            reason = say(words.FEWER_THAN_CUSTOMERS, minimum=self.minimum)
            return row | {"verdict": verdicts.FEW, "note": joined(row["note"], reason)}
        reason = constant(values, say(words.THE_OUTCOME)) or constant(
            levels, self.study.label(name)
        )
        if (
            not reason
            and strata is not None
            and pd.Series(levels).groupby(strata).nunique().max() < 2
        ):
            reason = say(words.DOES_NOT_VARY_WITHIN_STRATA, label=self.study.label(name))
        if reason:
            return row | {"verdict": verdicts.NOT_TESTABLE, "note": joined(row["note"], reason)}
        high, low, row["compares"] = self._contrast(name, kind, levels, values)
        pair = high | low
        row["compares"] += self.within
        inner = strata if strata is None else strata[pair]
        together = of(self.cluster, places)
        groups = effects.difference(values[pair], high[pair], inner, of(together, pair))
        row |= {"effect": groups.effect, "_groups": groups}
        row["_compared"] = (places[pair], values[pair], high[pair])
        if outcome.boolean and strata is not None:
            coded = high.astype(float) if kind == "boolean" else levels
            return row | self._relation(values, coded, strata, kind, outcome, together)
        if outcome.boolean and together is None:
            test, size, p = effects.association(
                values > 0, levels, draws=self.draws, seed=self.study.seed
            )
            named = "Cramér's V"
            return row | {
                "test": test, "effect_size": size, "effect_size_name": named, "p_value": p,
            }  # fmt: skip
        return row | self._of_means(values, levels, high, strata, kind, together)

    def _of_means(self, values, levels, high, strata, kind: str, cluster) -> dict:
        """The test of a variable's means, and beside it how ranks see the same customers."""
        cells = cells_of(np.zeros(len(values)) if strata is None else strata, cluster)
        options = {"draws": self.draws, "seed": self.study.seed}
        if kind == "boolean":
            begun: Later = begin(
                effects.permutation_tests,
                values, high[:, None], strata=strata, cluster=cluster,
                alpha=self.study.scope.alpha, **options,
            )  # fmt: skip
            row = {"test": GROUPS, BEGUN: begun}
        elif kind in ("number", "ordered"):
            begun = begin(trend, values, levels.astype(float), cells, **options)
            row = {"test": TREND, BEGUN: begun}
        else:
            row = {"test": BETWEEN, BEGUN: begin(between, values, levels, cells, **options)}
        if strata is not None:
            coded = high.astype(float) if kind == "boolean" else levels
            seen = relation(
                values,
                coded,
                strata,
                ranks=True,
                ordered=kind != "category",
                cluster=cluster,
                **options,
            )
            return row | {
                "effect_size": seen["effect_size"],
                "effect_size_name": seen["effect_size_name"],
                "p_rank": seen["p_value"],
            }
        if kind == "boolean":
            named, size = "Cliff's delta", effects.cliffs_delta(values[high], values[~high])
            p_rank = effects.brunner_munzel(values[high], values[~high])
        elif kind in ("number", "ordered"):
            named = "Spearman's rho"
            size, p_rank = effects.spearman(levels.astype(float), values)
        else:
            named = "epsilon squared"
            size, p_rank = effects.kruskal_wallis(values, levels)
        if cluster is not None:
            p_rank = np.nan  # that of ranks takes customers for independent
        return row | {"effect_size": size, "effect_size_name": named, "p_rank": p_rank}

    def _kind(self, name: str, outcome: Outcome) -> tuple[str, pd.Series]:
        """How a variable is measured, and its values: numbers, codes of ordered levels, names."""
        entry, column = self.study.attributes[name], self.frame[name]
        if entry.type == "boolean":
            return "boolean", column.astype("object").where(column.isin(["yes", "no"]))
        if outcome.boolean:
            return "category", column.astype("object")
        if entry.type == "number" and f"{name}_raw" in self.frame:
            return "number", pd.to_numeric(self.frame[f"{name}_raw"]).astype(float)
        if isinstance(column.dtype, pd.CategoricalDtype) and column.cat.ordered:
            return "ordered", column.cat.codes.where(column.notna()).astype(float)
        return "category", column.astype("object")

    def _contrast(
        self, name: str, kind: str, levels: np.ndarray, values: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, str]:
        """The two groups whose means ``effect`` compares, and their description."""
        if kind == "boolean":
            high = levels == "yes"
            return high, ~high, words.YES_MINUS_NO
        if kind in ("number", "ordered"):
            middle = np.median(levels)
            high = levels > middle
            told = words.ABOVE_MINUS
            if not high.any():
                high, told = levels >= middle, words.FROM_MINUS
            cut = f"{middle:,.6g}"
            if kind == "ordered":
                first = int(levels[high].min())
                cut = str(self.frame[name].cat.categories[first])
                told = words.FROM_MINUS
            return high, ~high, say(told, cut=cut)
        means = pd.Series(values).groupby(levels, sort=True).mean()
        best, worst = means.idxmax(), means.idxmin()
        if best == worst:  # all levels have one mean
            best, worst = means.index[0], means.index[-1]
        return levels == best, levels == worst, put(words.MINUS, first=str(best), second=str(worst))

    def _permute(
        self, cases: Sequence[Case], outcomes: Sequence[Outcome], rows: Sequence[dict]
    ) -> None:
        """Fill in the permutation p-values: groups of one outcome share their permutations."""
        batches: dict[int, list[int]] = {}
        for at, row in enumerate(rows):
            if row["test"] == GROUPS and np.isnan(row["p_value"]):
                batches.setdefault(id(outcomes[at]), []).append(at)
        declared = sum(
            row["declared"] and row["verdict"] == "" for row in rows
        )  # each of them is put to a test; the intervals of all cover together
        for found in batches.values():
            values = outcomes[found[0]].numbers
            known = values.notna()
            masks = self.masks.loc[known, [cases[at].hypothesis_id for at in found]]
            tested = effects.permutation_tests(
                values[known].to_numpy(),
                masks.to_numpy(),
                draws=self.draws,
                seed=self.study.seed,
                alpha=self.study.scope.alpha * declared_share(self.study) / max(declared, 1),
                strata=self._strata(known),
                cluster=of(self.cluster, np.flatnonzero(known)),
            )
            for place, at in enumerate(found):
                rows[at]["p_value"] = float(tested.p[place])
                rows[at]["effect_low"], rows[at]["effect_high"] = tested.interval(
                    place, rows[at]["_groups"], family=False
                )

    def _levels(self, cases: Sequence[Case], rows: Sequence[dict]) -> None:
        """Detectable effect and interval at the level that is adjusted for the family's tests."""
        for family in ("declared", "exploratory"):
            of = [row for row in rows if row["family"] == family]
            share = declared_share(self.study) if family == "declared" else 1.0
            tested = max(sum(np.isfinite(row["p_value"]) for row in of), 1)
            for row in of:
                groups, level = row.pop("_groups"), share * self.study.scope.alpha / tested
                row["effect_error"] = groups.error if groups else np.nan
                row["detectable_effect"] = groups.detectable(alpha=level) if groups else np.nan
                if "effect_low" not in row:
                    ends = groups.interval(level=1 - level) if groups else (np.nan, np.nan)
                    row["effect_low"], row["effect_high"] = ends


def _finish(rows: Sequence[dict]) -> None:
    """Fill in what the permutations of variables gave."""
    due = [row for row in rows if BEGUN in row]
    for row, found in zip(due, results([row.pop(BEGUN) for row in due]), strict=True):
        if row["test"] == GROUPS:
            row |= {"p_value": float(found.p[0]), "_sign": float(np.sign(found.statistic[0]))}
        elif row["test"] == TREND:
            row |= {"p_value": found[1], "_sign": float(np.sign(found[0]))}
        else:
            row["p_value"] = found


def _sign(row: dict) -> float:
    """Direction of a row's test; 0 where its statistic has none."""
    if "_sign" in row:
        return row["_sign"]
    unsigned = (BETWEEN, "chi-square", "Fisher", words.PERMUTATION_CHI_SQUARE)
    if row["test"] in (*unsigned, WITHIN_LEVELS):
        return 0.0
    signed = row["effect"] if row["test"] == GROUPS else row["effect_size"]
    return float(np.sign(signed))


def _blank(value: float) -> float:
    """A retest that could not be done supports nothing."""
    return 1.0 if not np.isfinite(value) else value
