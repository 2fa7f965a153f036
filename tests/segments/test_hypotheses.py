"""Hypotheses of a made-up company: which test, which family, which verdict."""

import numpy as np
import pandas as pd
import pytest
from company import frame_of, score_without, scores_of, study_of
from scipy import stats
from statsmodels.stats.multitest import multipletests

from helpers.errors import StudyError
from helpers.segments import hypotheses, trials


def about(id_: str, variables: list[str], **more) -> dict:
    return {"id": id_, "statement": f"{id_} is better", "variables": variables} | more


def run(frame: pd.DataFrame, *declared: dict, **sections) -> pd.DataFrame:
    study = study_of(hypotheses=list(declared), **sections)
    return hypotheses.test_hypotheses(study, frame, scores_of(frame), score_without=score_without)


def row_of(table: pd.DataFrame, id_: str) -> pd.Series:
    found = table[table["hypothesis_id"] == id_]
    assert len(found) == 1
    return found.iloc[0]


EU_FINTECH = about("H1", ["industry", "region"], where="industry = 'FinTech' AND region = 'EU'")


def test_columns_and_rows():
    table = run(frame_of(), EU_FINTECH, about("H2", ["seats", "marquee"]))
    assert table.columns[:12].tolist() == [
        "hypothesis_id", "statement", "variables", "declared", "customers", "effect",
        "effect_size", "p_value", "p_adjusted", "detectable_effect", "shares_score_inputs",
        "verdict",
    ]  # fmt: skip
    keys = table[["hypothesis_id", "variables", "declared"]].to_numpy().tolist()
    assert keys == [
        ["H1", "industry, region", True],
        ["H2", "seats", True],
        ["H2", "marquee", True],
        ["variable-industry", "industry", False],
        ["variable-region", "region", False],
        ["variable-plan", "plan", False],
        ["variable-seats", "seats", False],
        ["variable-marquee", "marquee", False],
    ]
    assert set(table["verdict"]) <= {
        "supported", "not supported", "descriptive", "too small", "not testable",
    }  # fmt: skip


def test_planted_group_is_supported_and_chance_is_not():
    table = run(frame_of(lift=2500.0), EU_FINTECH, about("H2", ["marquee"]))
    planted = row_of(table, "H1")
    assert planted["verdict"] == "supported"
    assert planted["effect_low"] > 0
    assert planted["p_rank"] < 0.001
    assert row_of(table, "H2")["verdict"] == "not supported"
    assert row_of(table, "variable-marquee")["verdict"] == "not supported"


def test_same_inputs_same_table():
    frame = frame_of()
    pd.testing.assert_frame_equal(run(frame, EU_FINTECH), run(frame, EU_FINTECH))


def test_row_order_of_customers_changes_no_rank_test():
    frame = frame_of()
    one, other = run(frame), run(frame.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(one, other)


def test_effect_is_the_difference_of_means_in_currency():
    frame = frame_of()
    row = row_of(run(frame, EU_FINTECH), "H1")
    inside = (frame["industry"] == "FinTech") & (frame["region"] == "EU")
    means = frame.groupby(inside)["quality_score"].mean()
    assert row["effect"] == pytest.approx(means[True] - means[False])
    assert (row["customers"], row["others"]) == (inside.sum(), (~inside).sum())
    assert (row["unit"], row["effect_size_name"]) == ("EUR", "Cliff's delta")


# ── the test that fits the type ──────────────────────────────────────────────────────────────────
def test_tests_by_type_are_those_of_scipy():
    frame = frame_of(lift=1000.0)
    table = run(frame)
    score = frame["quality_score"]

    seats = row_of(table, "variable-seats")
    other = stats.spearmanr(frame["seats_raw"], score)
    assert seats[["test", "effect_size_name"]].tolist() == [trials.TREND, "Spearman's rho"]
    assert (seats["effect_size"], seats["p_rank"]) == pytest.approx((other.statistic, other.pvalue))

    industry = row_of(table, "variable-industry")
    groups = [score[frame["industry"] == name] for name in ("FinTech", "O'Neil", "Retail")]
    assert industry["test"] == trials.BETWEEN
    assert industry["p_rank"] == pytest.approx(stats.kruskal(*groups).pvalue)
    means = [group.mean() for group in groups]
    assert industry["effect"] == pytest.approx(max(means) - min(means))

    marquee = row_of(table, "variable-marquee")
    yes = frame["marquee"] == "yes"
    assert marquee["test"] == trials.GROUPS
    assert marquee["p_rank"] == pytest.approx(stats.brunnermunzel(score[yes], score[~yes]).pvalue)
    assert marquee["compares"] == "yes minus no"

    region = row_of(table, "variable-region")
    assert region["customers"] == frame["region"].notna().sum()
    assert f"{frame['region'].isna().sum()} customers without a value" in region["note"]


def test_ordered_levels_go_by_rank():
    frame = frame_of()
    levels = ["Basic", "Pro"]
    frame["plan"] = pd.Categorical(frame["plan"].astype(object), categories=levels, ordered=True)
    row = row_of(run(frame), "variable-plan")
    other = stats.spearmanr(frame["plan"].cat.codes, frame["quality_score"])
    assert (row["test"], row["compares"]) == (trials.TREND, "from Pro minus below Pro")
    assert row["p_rank"] == pytest.approx(other.pvalue)


def test_yes_no_outcome():
    frame = frame_of()
    table = run(
        frame,
        about("H1", ["industry"], where="industry = 'FinTech'", outcome="marquee"),
        about("H2", ["seats"], outcome="marquee"),
    )
    row = row_of(table, "H1")
    inside, yes = frame["industry"] == "FinTech", frame["marquee"] == "yes"
    counted = pd.crosstab(inside, yes)
    assert row["p_value"] == pytest.approx(stats.chi2_contingency(counted).pvalue)
    assert row["effect"] == pytest.approx(yes[inside].mean() - yes[~inside].mean())
    assert row[["unit", "effect_size_name"]].tolist() == ["share", "Cramér's V"]
    seats = row_of(table, "H2")
    counted = pd.crosstab(frame["seats"].astype(str), yes)
    counted = counted[counted.sum(axis=1) >= 5]
    assert seats["effect_size"] == pytest.approx(
        stats.contingency.association(counted, method="cramer", correction=False)
    )


def test_number_outcome_other_than_the_score_shares_nothing():
    frame = frame_of()
    frame["nps"] = np.where(frame["plan"] == "Pro", 60.0, 10.0) + np.arange(300) % 7
    table = run(frame, about("H1", ["plan"], where="plan = 'Pro'", outcome="nps"))
    row = row_of(table, "H1")
    assert (row["verdict"], row["shares_score_inputs"], row["unit"]) == ("supported", "", "")
    assert row["effect"] == pytest.approx(50, abs=1)


# ── families ─────────────────────────────────────────────────────────────────────────────────────
def test_families_are_adjusted_apart():
    table = run(frame_of(lift=900.0), EU_FINTECH, about("H2", ["seats", "plan"]))
    for family, rows in table.groupby("family"):
        assert set(rows["declared"]) == {family == "declared"}
        # the search has the other half; what is explored has a false discovery rate of its own
        method, share = ("holm", 0.5) if family == "declared" else ("fdr_bh", 1.0)
        assert rows["p_adjusted"].to_numpy() == pytest.approx(
            np.minimum(multipletests(rows["p_value"], method=method)[1] / share, 1)
        )


def test_direction_of_the_statement_counts():
    frame = frame_of(lift=2500.0)
    where = "industry = 'FinTech' AND region = 'EU'"
    table = run(
        frame,
        about("more", ["industry"], where=where),
        about("less", ["industry"], where=where, direction="lower"),
        about("rest", ["industry"], where=f"NOT ({where})"),
        about("any", ["industry"], where=f"NOT ({where})", direction="different"),
    )
    verdicts = table[table["declared"]].set_index("hypothesis_id")["verdict"].to_dict()
    assert verdicts == {
        "more": "supported",
        "less": "not supported",
        "rest": "not supported",
        "any": "supported",
    }
    assert "not a lower outcome" in row_of(table, "less")["note"]


# ── inputs of the score ──────────────────────────────────────────────────────────────────────────
def mechanical_company() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pro customers have a larger base, and nothing else; EU FinTech has less service cost."""
    frame = frame_of()
    rng = np.random.default_rng(3)
    base = rng.normal(1000, 50, 300) + 800 * (frame["plan"] == "Pro")
    service = rng.normal(0, 50, 300) + 300 * (frame["industry"] == "FinTech")
    scores = pd.DataFrame({"account_id": frame["account_id"], "base": base, "service": service})
    return frame.assign(quality_score=base + service), scores


def test_means_that_a_few_customers_carry_against_the_ranks_are_told():
    """Score falls with seats for nine in ten customers; the largest tenth is enormous."""
    frame = frame_of(lift=0.0)
    largest = frame["seats_raw"] >= frame["seats_raw"].quantile(0.9)
    frame = frame.assign(quality_score=np.where(largest, 90_000.0, 9_000 - 2 * frame["seats_raw"]))
    more = row_of(run(frame, about("H1", ["seats"], direction="higher")), "H1")
    assert more["verdict"] == "supported"
    assert more["effect"] > 0 > more["effect_size"]
    assert more["note"] == "by ranks it runs the other way: a few customers carry the mean"
    plain = frame.assign(quality_score=9_000 + 2 * frame["seats_raw"])
    assert row_of(run(plain, about("H1", ["seats"], direction="higher")), "H1")["note"] == ""


def test_a_variable_that_is_part_of_the_score_is_flagged_and_tested_without_it():
    frame, scores = mechanical_company()
    attributes = study_of().model_dump()["attributes"]
    attributes["industry"]["shares"] = ["base"]
    study = study_of(
        attributes=attributes,
        hypotheses=[
            about("H1", ["plan"], where="plan = 'Pro'"),
            about("H2", ["industry"], where="industry = 'FinTech'"),
        ],
    )
    table = hypotheses.test_hypotheses(study, frame, scores, score_without=score_without)
    plan, industry = row_of(table, "H1"), row_of(table, "H2")
    assert plan[["verdict", "shares_score_inputs"]].tolist() == ["descriptive", "base"]
    assert plan["p_adjusted"] < 0.05 < plan["p_retest_adjusted"]
    without = scores["service"].groupby(frame["plan"], observed=True).mean()
    assert plan["effect_retest"] == pytest.approx(without["Pro"] - without["Basic"])
    # Shares the base too, but is better in what is left of the score.
    assert industry["verdict"] == "supported"
    assert industry["p_retest_adjusted"] < 0.05
    assert row_of(table, "variable-plan")["verdict"] == "descriptive"
    assert np.isnan(row_of(table, "variable-marquee")["p_retest"])


def test_a_retest_in_the_other_direction_supports_nothing():
    frame, scores = mechanical_company()
    order = frame["seats_raw"].rank().to_numpy()
    scores["base"], scores["service"] = 100 * order, -20 * order
    frame["quality_score"] = scores["base"] + scores["service"]
    attributes = study_of().model_dump()["attributes"]
    attributes["seats"]["shares"] = ["base"]
    study = study_of(attributes=attributes, hypotheses=[about("H1", ["seats"])])
    table = hypotheses.test_hypotheses(study, frame, scores, score_without=score_without)
    row = row_of(table, "H1")
    assert row["p_retest_adjusted"] <= 0.002
    assert row["verdict"] == "descriptive"


def test_nothing_left_of_the_score_supports_nothing():
    frame, scores = mechanical_company()
    study = study_of(hypotheses=[about("H1", ["plan"], where="plan = 'Pro'")])
    table = hypotheses.test_hypotheses(
        study, frame, scores, score_without=lambda scores, lines: scores["base"] * 0
    )
    assert row_of(table, "H1")[["verdict", "p_retest"]].tolist() == ["descriptive", 1.0]


# ── what cannot be tested ────────────────────────────────────────────────────────────────────────
def test_too_small_and_not_testable_are_no_part_of_the_family():
    frame = frame_of()
    frame["region"] = pd.Categorical(["EU"] * 300)
    frame["seats"], frame["seats_raw"] = pd.Categorical([None] * 300, ["< 50"]), np.nan
    few = "account_id IN ('A0001', 'A0002')"
    table = run(
        frame,
        about("small", ["plan"], where=few),
        about("all", ["plan"], where="true"),
        about("none", ["seats"], where="seats_raw > 3"),
        about("one", ["plan"], where="plan = 'Pro'"),
    )
    verdicts = table.drop_duplicates("hypothesis_id").set_index("hypothesis_id")["verdict"]
    assert verdicts[["small", "all", "none"]].tolist() == ["too small"] * 3
    assert verdicts[["variable-region", "variable-seats"]].tolist() == ["not testable"] * 2
    assert "Region is the same for all" in row_of(table, "variable-region")["note"]
    assert "not collected" in row_of(table, "variable-seats")["note"]
    one = row_of(table, "one")
    assert one["p_adjusted"] == 2 * one["p_value"]  # the search has the other half


@pytest.mark.parametrize("customers", [0, 1])
def test_hardly_any_customers(customers):
    table = run(frame_of(customers), EU_FINTECH)
    assert set(table["verdict"]) <= {"too small", "not testable"}


def test_constant_score_supports_nothing():
    table = run(frame_of().assign(quality_score=5.0), EU_FINTECH)
    assert set(table["verdict"]) == {"not testable"}
    assert "the outcome is the same for all" in row_of(table, "H1")["note"]


def test_unknown_outcome_and_outcome_with_levels():
    with pytest.raises(StudyError, match="hypotheses, H1: there is no outcome `npss`"):
        run(frame_of(), about("H1", ["plan"], outcome="npss"))
    with pytest.raises(StudyError, match="the outcome `industry` has levels"):
        run(frame_of(), about("H1", ["plan"], outcome="industry"))


def test_frame_without_an_attribute():
    with pytest.raises(StudyError, match="lacks plan"):
        run(frame_of().drop(columns="plan"))


def test_chance_of_any_false_finding_stays_at_alpha():
    """Twelve rows, no differences: the share of companies with any support, by family."""
    companies, false = 60, {"declared": 0, "exploratory": 0}
    declared = [
        EU_FINTECH,
        about("H2", ["plan"], where="region = 'EU'", direction="different"),
        about("H3", ["seats", "marquee"]),
    ]
    for seed in range(companies):
        table = run(frame_of(120, seed=seed), *declared, scope={"permutations": 99})
        for family, rows in table.groupby("family"):
            false[family] += (rows["verdict"] == "supported").any()
    bound = 0.05 + 3 * np.sqrt(0.05 * 0.95 / companies)
    assert false["declared"] / companies <= bound
    assert false["exploratory"] / companies <= bound


def measured_of(frame: pd.DataFrame, **columns) -> pd.DataFrame:
    blank = dict.fromkeys(("nps", "csat"), np.nan) | dict.fromkeys(("left", "expanded"), pd.NA)
    made = frame[["account_id"]].assign(**blank | columns)
    return made.astype({"left": "boolean", "expanded": "boolean"})


def against(frame: pd.DataFrame, measured: pd.DataFrame, *declared: dict) -> pd.DataFrame:
    study = study_of(hypotheses=list(declared))
    return hypotheses.test_hypotheses(
        study, frame, scores_of(frame), score_without=score_without, measured=measured
    )


def test_leaving_is_an_outcome_as_of_the_date():
    """Where everybody of FinTech left, and nobody else; customers won later have no outcome."""
    frame = frame_of()
    gone = (frame["industry"] == "FinTech").astype("boolean")
    gone.iloc[:50] = pd.NA
    claim = about("H1", ["industry"], where="industry = 'FinTech'", outcome="left")
    row = row_of(against(frame, measured_of(frame, left=gone), claim), "H1")
    assert row["verdict"] == "supported" and row["effect"] == 1.0 and row["unit"] == "share"
    assert row["customers"] + row["others"] == 250
    nobody = against(frame, measured_of(frame, left=False), claim)
    assert row_of(nobody, "H1")["verdict"] == "not testable"
    absent = row_of(against(frame, measured_of(frame), claim), "H1")
    assert absent["verdict"] == "not testable" and "not collected" in absent["note"]


def test_a_column_and_an_outcome_of_one_name_are_told_apart():
    frame = frame_of()
    frame["nps"] = np.where(frame["industry"] == "FinTech", 5.0, 1.0)
    measured = measured_of(frame, nps=np.where(frame["region"] == "EU", 100.0, 0.0))
    claim = about("H1", ["industry"], where="industry = 'FinTech'", outcome="nps")
    with pytest.raises(StudyError, match="can be two things"):
        against(frame, measured, claim)
    column = row_of(against(frame, measured, claim | {"outcome_from": "accounts"}), "H1")
    assert column["effect"] == pytest.approx(4.0)
    other = row_of(against(frame, measured, claim | {"outcome_from": "measured"}), "H1")
    assert other["unit"] == "points" and other["effect"] != pytest.approx(4.0)
