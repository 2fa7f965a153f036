"""What a condition rests on: comparisons, their margins, and what its parts say together."""

import numpy as np
import pytest
from scipy import stats

from helpers.errors import StudyError
from helpers.priority.conditions import NO, UNKNOWN, YES, Joined, comparisons, read, truth

NAMES = {"nps", "rest_nps", "past_nps", "nrr", "rest_nrr"}
VALUES = {
    "nps": np.array([10.0, 30.0, np.nan]),
    "rest_nps": np.array([20.0, 20.0, 20.0]),
    "past_nps": np.array([15.0, 15.0, 15.0]),
    "nrr": np.array([0.9, 1.1, 1.0]),
    "customers": np.array([40.0, 12.0, 5.0]),
}


def met(sql: str) -> list[float]:
    return truth(read(sql, NAMES, place="p"), lambda one: one.met(VALUES)).tolist()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("nps < rest_nps", [YES, NO, UNKNOWN]),
        ("not (nps < rest_nps)", [NO, YES, UNKNOWN]),
        ("nps > 5 and nrr < 1", [YES, NO, NO]),  # whatever is unknown, one part fails
        ("nps > 5 or nrr = 1", None),
        ("nrr between 0.95 and 1.05", [NO, NO, YES]),
        ("nrr not between 0.95 and 1.05", [YES, YES, NO]),
        ("nps < 1.2 * rest_nps - 5", [YES, NO, UNKNOWN]),
        ("nps is null", [NO, NO, YES]),
        ("nps is not null", [YES, YES, NO]),
        ("customers in (12, 5)", [NO, YES, YES]),
        ("customers not in (12, 5)", [YES, NO, NO]),
        ("true", [YES, YES, YES]),
        ("not true", [NO, NO, NO]),
        ("-nps > -20", [YES, NO, UNKNOWN]),
    ],
)
def test_truth(sql, expected):
    if expected is None:
        with pytest.raises(StudyError, match="cannot be evaluated"):
            met(sql)
    else:
        assert met(sql) == expected


@pytest.mark.parametrize("sql", ["abs(nps) > 3", "nps", "nps = 3", "nps <> rest_nps"])
def test_what_no_evidence_decides_is_refused_in_words(sql):
    with pytest.raises(StudyError, match="may be added"):
        read(sql, NAMES, place="p")


def test_negation_turns_every_part():
    tree = read("not (nps < rest_nps and nrr >= 1)", NAMES, place="p")
    assert isinstance(tree, Joined)
    assert not tree.every
    kinds = [one.kind for one in comparisons(tree)]
    assert kinds == ["COMPARE_GREATERTHANOREQUALTO", "COMPARE_LESSTHAN"]


@pytest.mark.parametrize(
    ("sql", "name"),
    [("nps < rest_nps", "nps"), ("rest_nps > nps", "nps"), ("nps < past_nps", ""),
     ("nps < rest_nps - 1", ""), ("nps < rest_nrr", ""), ("nrr < 1", "")],
)  # fmt: skip
def test_only_the_plain_comparison_with_the_rest_has_the_p_value_of_the_table(sql, name):
    (one,) = comparisons(read(sql, NAMES, place="p"))
    assert one.with_rest == name


def test_p_value_of_a_threshold_is_that_of_the_z_test():
    (one,) = comparisons(read("nrr < 1", NAMES, place="p"))
    error, half = np.array([0.06, 0.02, 0.5]), stats.norm.isf(0.025)
    low, high = ({"nrr": VALUES["nrr"] + side * half * error} for side in (-1, 1))
    expected = 2 * stats.norm.sf(np.abs(VALUES["nrr"] - 1) / error)
    assert one.p_values(VALUES, low, high)[:2] == pytest.approx(expected[:2])


def test_p_value_of_a_difference_of_two_is_that_of_two_errors():
    (one,) = comparisons(read("nps < past_nps - 2", NAMES, place="p"))
    half = stats.norm.isf(0.025)
    ends = [
        {"nps": VALUES["nps"] + side * half * 3, "past_nps": VALUES["past_nps"] + side * half * 4}
        for side in (-1, 1)
    ]
    # 10 against 15 − 2 with standard errors of 3 and 4: z = 3 ÷ 5.
    assert one.p_values(VALUES, *ends)[0] == pytest.approx(2 * stats.norm.sf(3 / 5))
