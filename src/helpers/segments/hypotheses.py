"""Hypotheses put to the test, each with the test that fits its type."""

import datetime as dt
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from helpers import families
from helpers.declared import PROPOSED, Declaration
from helpers.segments import verdicts
from helpers.segments.budget import declared_share
from helpers.segments.cases import Case
from helpers.segments.clustered import of
from helpers.segments.confounding import Beside, beside
from helpers.segments.late import Late
from helpers.segments.rules import columns_of
from helpers.segments.trials import SCORE, Trials, Without
from helpers.study import Study
from helpers.words import groups as words
from helpers.words import say

COLUMNS = (
    "hypothesis_id", "statement", "variables", "declared", "customers", "effect", "effect_size",
    "p_value", "p_adjusted", "detectable_effect", "shares_score_inputs", "verdict", "family",
    "tested_on",
    "others", "compares", "outcome", "unit", "test", "effect_size_name", "p_rank", "effect_low",
    "effect_high", "effect_error", "effect_retest", "retest_low", "retest_high", "p_retest",
    "p_retest_adjusted", "adjusted_by",
    "effect_adjusted", "adjusted_low", "adjusted_high", "confounding", "note",
)  # fmt: skip
BESIDE = ("adjusted_by", "effect_adjusted", "adjusted_low", "adjusted_high", "confounding")


def test_hypotheses(
    study: Study,
    frame: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    score_without: Without | None = None,
    measured: pd.DataFrame | None = None,
    fixed: Mapping[str, Declaration] | None = None,
    as_of: dt.date | None = None,
) -> pd.DataFrame:
    """Test every hypothesis of the study, and every attribute on its own.

    A hypothesis with ``where`` is a claim about the *mean*: members against all others with
    a studentised permutation test (`effects.permutation_tests`), and beside it, as a robust
    look at the same groups, ``p_rank`` (Brunner–Munzel) and Cliff's delta. Relations to variables
    are about the mean, too, by studentised permutations (`studentised`): groups for yes/no, the
    trend over ranks for numbers and ordered levels, Welch's statistic for categories; Spearman,
    Kruskal–Wallis or Brunner–Munzel stand beside as ``p_rank``. A direction is that of the
    statistic that gave p. An outcome of yes/no: chi-square, Fisher or a permutation chi-square.

    Where the study names ``scope.strata``, as the segment search does: scores are permuted and
    groups compared within strata only (`effects.permutation_tests`, `strata.relation`), and
    ``effect`` is the difference between customers of the same stratum.

    ``effect`` is a difference of means (of shares for a yes/no outcome) in the outcome's unit, and
    ``compares`` says between whom: members and others; for numbers and ordered levels the
    upper and the lower half; for categories the level with the highest and the one with the lowest
    mean, which is a description and larger than the truth. ``detectable_effect`` is the
    smallest difference between these two groups that would be found with 80 % power at alpha
    divided by the tests of the family (`effects.Difference.detectable`).

    Declared hypotheses are adjusted after Holm and share alpha with the search (`budget`), which is
    part of ``p_adjusted``; those that were only proposed are adjusted after Holm by themselves.
    Exploratory variables stand outside that budget, under a false discovery rate of alpha
    (Benjamini & Hochberg 1995), and are worded so. Hypotheses that are too small or not testable
    are no part of the family, since neither depends on the outcome's values.

    Where variables share inputs with the score, both the test and the retest on the score without
    those lines must hold; else the verdict is *descriptive*.

    Supported rows stand beside their comparison within the other attributes
    (`confounding.beside`): ``confounding``, ``adjusted_by`` and the adjusted effect.

    Parameters
    ----------
    frame : customer frame, one row per included customer.
    scores : data file ``quality_scores``.
    score_without : score without some lines; default `helpers.metrics.quality.score_without`.
    measured : outcomes as of the date (`helpers.metrics.outcomes.measured_outcomes`).
    fixed : when each hypothesis was fixed, by its id (`helpers.declared.declarations`); None =
        all before the first report. Those that were fixed later are tested on what came after that
        day: on customers won since, and on outcomes over windows that begin since. Those of which
        nothing shows when they were fixed are a family of their own, and not ``declared``.
    as_of : the as-of date, where ``fixed`` is given.

    Returns
    -------
    DataFrame, one row per hypothesis (with ``where``) or hypothesis and variable, then one per
    attribute of the study (``declared`` false). ``customers`` counts the members, ``others`` those
    they are compared with; for variables ``customers`` are all with known values.
    """
    cases = [*_declared(study, fixed), *_exploratory(study)]
    tests = Trials(study, frame, scores, score_without, measured)
    rows = tests.rows([case for case in cases if case.since is None])
    since = dict.fromkeys(case.since for case in cases if case.since is not None)
    tested: dict[dt.date | None, Iterator[dict]] = {None: iter(rows)}
    for day in since:
        late = Late(study, frame, scores, score_without, measured, day=day, as_of=as_of)
        tested[day] = iter(late.rows([case for case in cases if case.since == day]))
    rows = [next(tested[case.since]) for case in cases]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    for family in ("declared", "proposed", "exploratory"):
        of = table["family"] == family
        share = declared_share(study) if family == "declared" else 1.0
        adjust = families.false_discovery if family == "exploratory" else families.holm
        table.loc[of, "p_adjusted"] = np.minimum(adjust(table.loc[of, "p_value"]) / share, 1)
        shares = of & (table["shares_score_inputs"] != "")
        again = table["p_value"].where(~shares, table["p_retest"])[of]
        table.loc[shares, "p_retest_adjusted"] = pd.Series(
            np.minimum(adjust(again) / share, 1), again.index
        )[shares]
    numbers = ["effect", "effect_size", "p_value", "p_adjusted", "detectable_effect", "p_rank"]
    numbers += [
        "effect_low",
        "effect_high",
        "effect_error",
        "effect_retest",
        "p_retest",
        "p_retest_adjusted",
    ]
    numbers += ["retest_low", "retest_high", "effect_adjusted", "adjusted_low", "adjusted_high"]
    table = table.astype(dict.fromkeys(numbers, float))
    told = [
        _verdict(row, case, study.scope.alpha, raw)
        for (_, row), case, raw in zip(table.iterrows(), cases, rows, strict=True)
    ]
    table["verdict"] = [verdict for verdict, _ in told]
    table["note"] = [
        "; ".join(filter(None, [row_note, note]))
        for row_note, (_, note) in zip(table["note"], told, strict=True)
    ]
    opposed = verdicts.ranks_oppose(table, alpha=study.scope.alpha)
    for at in table.index[opposed]:
        table.loc[at, "note"] = "; ".join(filter(None, [table.loc[at, "note"], words.RANKS_OPPOSE]))
    table = table.assign(adjusted_by="", confounding=verdicts.NOT_COMPARED)
    for at in table.index[verdicts.is_supported(table["verdict"])]:
        found = _beside(study, rows[at]["_trials"], cases[at], rows[at]["_compared"])
        shown = (found.by, found.effect, found.low, found.high, found.verdict)
        table.loc[at, list(BESIDE)] = shown
    return table.astype({"customers": "int64", "others": "int64", "declared": bool})


setattr(test_hypotheses, "__test__", False)  # noqa: B010 (not a test for pytest to collect)


def _beside(study: Study, tests: Trials, case: Case, compared) -> Beside:
    """A supported claim beside its comparison within the attributes that do not define it."""
    places, values, member = compared
    return beside(
        study,
        tests.frame.iloc[places],
        values,
        member,
        columns=columns_of(case.where) if case.where else case.variables,
        outcome=case.outcome,
        strata=None if tests.strata is None else tests.strata.to_numpy()[places],
        cluster=of(tests.cluster, places),
    )


def _declared(study: Study, fixed: Mapping[str, Declaration] | None) -> list[Case]:
    cases = []
    for one in study.hypotheses:
        usual = "higher" if one.where and one.outcome == SCORE else "different"
        expected = one.direction or usual
        groups = [one.variables] if one.where else [(name,) for name in one.variables]
        chosen = one.outcome_from
        when = fixed[one.id] if fixed is not None else None
        proposed = when is not None and when.status == PROPOSED
        cases += [
            Case(
                one.id,
                one.statement,
                group,
                not proposed,
                one.where,
                one.outcome,
                expected,
                chosen,
                proposed=proposed,
                since=when.since if when else None,
            )
            for group in groups
        ]
    return cases


def _exploratory(study: Study) -> list[Case]:
    return [
        Case(
            f"variable-{name}",
            say(words.RELATED_QUALITY_SCORE, label=study.label(name)),
            (name,),
            False,
            None,
            SCORE,
            "different",
        )
        for name in study.attributes
    ]


def _verdict(row: pd.Series, case: Case, alpha: float, raw: dict) -> tuple[str, str]:
    """The verdict of a row whose test is done, and what to add to its note."""
    if row["verdict"]:
        return row["verdict"], ""
    sign = {"higher": 1, "lower": -1, "different": 0}[case.direction]
    # The statistic that gave p says in which direction; the effect beside it must agree.
    signs = {np.sign(row["effect"]), raw["_direction"] or np.sign(row["effect"])}
    against = bool(sign and signs != {sign})
    verdict = verdicts.of_hypothesis(
        p_adjusted=row["p_adjusted"],
        alpha=alpha,
        against=against,
        shares_score_inputs=bool(row["shares_score_inputs"]),
        holds_without=bool(row["p_retest_adjusted"] <= alpha) and not raw["_turned"],
    )
    if against and row["p_adjusted"] <= alpha:
        return verdict, say(words.THERE_DIFFERENCE_BUT_NOT_OUTCOME, direction=case.direction)
    if verdicts.is_of_score(verdict):
        return verdict, words.DOES_NOT_HOLD_ON_SCORE
    return verdict, ""
