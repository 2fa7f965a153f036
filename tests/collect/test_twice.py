"""Two looks at the same thing: what may be used, how far the work is, what missing says."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.collect.twice import double_collection, not_usable, progress, to_review
from helpers.collect.usable import field_quality
from helpers.study import Study


@pytest.fixture
def study(minimal):
    minimal["attributes"] = {
        "industry": {"label": "Industry"},
        "employees": {"type": "number", "bands": [50]},
        "region": {},
    }
    minimal["research"] = {
        "collectors": ["Paolo", "Ines"], "begins": dt.date(2026, 9, 1), "ends": dt.date(2026, 9, 10)
    }  # fmt: skip
    return Study.model_validate({**minimal, "path": Path("study.yml")})


def looks(field: str, one: list, other: list, **more) -> pd.DataFrame:
    names = [f"A{k:02d}" for k in range(len(one))]
    table = pd.DataFrame(
        {"account_id": names, "field": field, "value": one, "checked_value": other}
    )
    return table.assign(**more)


def by_chance(n: int = 60) -> tuple[list, list]:
    rng = np.random.default_rng(3)
    return list(rng.choice(["a", "b"], n)), list(rng.choice(["a", "b"], n))


def test_careful_and_careless_work_are_told_apart(study):
    rng = np.random.default_rng(5)
    size = rng.lognormal(4, 1, 40).round()
    industry = list(rng.choice(["Retail", "Steel", "Food"], 40))
    slips = [*industry[:36], *["Steel" if x != "Steel" else "Food" for x in industry[36:]]]
    table = pd.concat(
        [
            looks("employees", [f"{x:g}" for x in size], [f"{x * 1.02:.1f}" for x in size]),
            looks("industry", industry, [f" {x.upper()}" for x in slips]),
            looks("region", *by_chance()),
        ]
    )
    found = double_collection(study, table).set_index("field")
    assert found["statistic"].to_dict() == {
        "employees": "intraclass correlation", "industry": "kappa", "region": "kappa",
    }  # fmt: skip
    assert found["verdict"].to_dict() == {
        "employees": "usable", "industry": "usable", "region": "not usable",
    }  # fmt: skip
    assert found.loc["employees", "low"] > 0.99 and found.loc["industry", "agreeing"] == 36
    assert found.loc["region", "low"] < 0 < found.loc["region", "high"] < 0.5
    # Half of them agree by luck alone: the share would have looked fine.
    assert found.loc["region", "agreement_share"] > 0.4
    assert not_usable(found.reset_index()) == {"region"}


def test_a_number_that_one_person_reads_in_thousands_is_not_usable(study):
    size = np.arange(10, 40)
    table = looks("employees", [str(x) for x in size], [str(x * 1000) for x in size])
    found = double_collection(study, table).iloc[0]
    assert found["verdict"] == "not usable" and found["agreement"] < 0.2


def test_one_slip_at_the_largest_company_does_not_decide_alone(study):
    rng = np.random.default_rng(8)
    size = np.sort(rng.lognormal(4, 1.5, 40).round() + 1)
    other = size.copy()
    other[-1] *= 10
    table = looks("employees", [f"{x:g}" for x in size], [f"{x:g}" for x in other])
    assert double_collection(study, table)["verdict"][0] == "usable"
    # Below zero there are no logarithms: the values themselves are compared.
    low = looks("employees", [f"{x - 5:g}" for x in size], [f"{x - 5:g}" for x in other])
    assert double_collection(study, low)["agreement"][0] < 0.5


def test_few_pairs_and_one_answer_judge_nothing(study):
    few = looks("region", ["a", "b"] * 4, ["a", "b"] * 4)
    same = looks("industry", ["a"] * 30, ["a"] * 30)
    once = looks("employees", ["1", None, "3"], [None] * 3)
    found = double_collection(study, pd.concat([few, same, once])).set_index("field")
    assert (found["verdict"] == "not judged").all()
    assert found.loc["employees", ["asked", "filled", "checked"]].tolist() == [3, 2, 0]
    assert np.isnan(found.loc["industry", "agreement"]) and found.loc["region", "agreement"] == 1


def test_progress_is_held_against_the_plan_and_names_nobody(study):
    day = [dt.date(2026, 9, 2), dt.date(2026, 9, 2), dt.date(2026, 9, 5), None]
    table = looks("region", ["a", "b", "c", None], [None] * 4, found_on=day, collector="Ines")
    more = looks("region", ["a"], [None], found_on=dt.date(2026, 9, 30), collector="Ada")
    found = progress(study, pd.concat([table, more]))
    own = found[found["collector_number"] == 2]
    assert own["so_far"].tolist() == [2, 3, 3] and own["asked"].tolist() == [4, 4, 4]
    assert own["planned_share"].tolist()[:2] == [0.2, 0.5] and own["day"].isna().tolist()[-1]
    # Ada is on no list: she comes behind the two who are.
    assert found.loc[found["collector_number"] == 3, "planned_share"].tolist() == [1.0]
    assert not found.astype(str).isin(["Ines", "Ada"]).any(axis=None)


def test_the_reviewer_sees_what_differs_with_the_largest_gap_first(study):
    table = pd.concat(
        [
            looks("employees", ["100", "50", "7"], ["100.0", "55", "700"]),
            looks("industry", ["Steel", "food"], ["Food", "Food"]),
        ]
    )
    found = to_review(study, table)
    assert found[["account_id", "value", "checked_value"]].to_numpy().tolist() == [
        ["A02", "7", "700"], ["A01", "50", "55"], ["A00", "Steel", "Food"],
    ]  # fmt: skip
    assert found["gap"].tolist()[:2] == pytest.approx([0.99, 5 / 55])


# ── what can carry a finding ─────────────────────────────────────────────────────────────────────
def quality(study, attributes: pd.DataFrame, scores: np.ndarray, verdicts: dict, twice=None):
    names = attributes["account_id"]
    table = pd.DataFrame({"account_id": names, "quality_score": scores})
    held = attributes.drop(columns="account_id")
    coverage = pd.DataFrame(
        {
            "field": held.columns,
            "source": "accounts",
            "customers": len(held),
            "filled_share": held.notna().mean().to_numpy(),
            "verdict": [verdicts.get(name, "good") for name in held.columns],
        }
    )
    agreement = double_collection(study, looks("region", *(twice or ([], []))))
    found = field_quality(study, attributes, table, coverage, agreement, None)
    return found.set_index("field")


def test_missing_that_goes_with_the_score_is_told(study):
    rng = np.random.default_rng(9)
    scores = rng.lognormal(9, 1, 200)
    rank = scores.argsort().argsort()
    attributes = pd.DataFrame(
        {
            "account_id": [f"A{k}" for k in range(200)],
            # The poor half was looked up less often than the good one.
            "industry": np.where(rng.random(200) < np.where(rank < 100, 0.35, 0.05), None, "x"),
            "employees": np.where(rng.random(200) < 0.2, None, "x"),
            "region": pd.Series([None] * 200, dtype="str"),
        }
    )
    found = quality(study, attributes, scores, {"region": "not collected"})
    assert found["missing_informative"].to_dict() == {
        "industry": True, "employees": False, "region": False,
    }  # fmt: skip
    assert found.loc["industry", "missing_difference"] < 0
    assert found["use"].to_dict() == {
        "industry": "weak", "employees": "usable", "region": "not usable",
    }  # fmt: skip


def test_random_gaps_are_rarely_called_informative(study):
    rng = np.random.default_rng(10)
    called = 0
    for _ in range(60):
        scores = rng.lognormal(9, 1, 80)
        attributes = pd.DataFrame({"account_id": [f"A{k}" for k in range(80)]})
        for name in ("industry", "employees", "region"):
            attributes[name] = np.where(rng.random(80) < 0.3, None, "x")
        called += quality(study, attributes, scores, {})["missing_informative"].any()
    assert called <= 8  # 5 % of 60 is 3; 8 is exceeded once in 300


def test_two_looks_that_agree_only_so_far_make_a_field_weak(study):
    attributes = pd.DataFrame({"account_id": [f"A{k}" for k in range(30)], "region": "x"})
    one = ["a", "b"] * 15
    other = [*one[:25], *("b" if x == "a" else "a" for x in one[25:])]
    found = quality(study, attributes, np.arange(30.0), {}, twice=(one, other))
    assert found.loc["region", "twice"] == "weak" == found.loc["region", "use"]


def test_pairs_that_cannot_be_read_as_numbers_are_no_evidence(study):
    """Twelve pairs, three of them numbers: three say nothing, whatever they say."""
    one = ["120", "80", "60", *["many"] * 9]
    found = double_collection(study, looks("employees", one, ["60", "120", "80", *["few"] * 9]))
    assert found["checked"][0] == 12
    assert found["verdict"][0] == "not judged"
