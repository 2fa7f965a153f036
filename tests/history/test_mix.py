"""Every change adds up from mix and rate, and a change of mix alone is told as that."""

import numpy as np
import pandas as pd
import pytest

from helpers.history.mix import mix_and_rate, since_the_quarter_before
from helpers.history.past import Past
from helpers.quarter import Quarter


def parts(values: dict[str, float], metric="nps") -> pd.DataFrame:
    """One response per customer: its points ÷ 100 and one."""
    return pd.DataFrame(
        {
            "metric": metric,
            "account_id": list(values),
            "numerator": np.array(list(values.values())) / 100,
            "denominator": 1.0,
        }
    )


def levels(of: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"account_id": list(of), "plan": list(of.values())})


def split(now: dict, then: dict, plan: dict | None = None) -> pd.DataFrame:
    plan = plan or dict.fromkeys({**now, **then}, "Basic")
    table = mix_and_rate(parts(now), parts(then), (levels(plan), levels(plan)), dimensions=["plan"])
    return table.set_index(["dimension", "level"])


def nps(n: int, share: float, name: str) -> dict[str, float]:
    """So many customers, of whom a share promotes and the others detract."""
    promoters = round(n * share)
    return {f"{name}{i}": 100.0 if i < promoters else -100.0 for i in range(n)}


def test_by_hand():
    """Kept: 0 → 50. New ones 100 at a third of the answers; lost ones −100 at a third."""
    then = {"a": 0.0, "b": 0.0, "lost": -100.0}
    now = {"a": 50.0, "b": 50.0, "new": 100.0}
    table = split(now, then)
    whole = table.loc[("customers", "all")]
    assert whole["value_before"] == pytest.approx(-100 / 3)
    assert whole["value_now"] == pytest.approx(200 / 3)
    assert whole["change"] == pytest.approx(100)
    assert table.loc[("customers", "kept"), "rate"] == pytest.approx(50)
    assert table.loc[("customers", "new"), "mix"] == pytest.approx((100 - 50) / 3)
    assert table.loc[("customers", "lost"), "mix"] == pytest.approx(-(-100 - 0) / 3)


def test_levels_add_up_to_the_change_whatever_they_are():
    rng = np.random.default_rng(0)
    names = [f"c{i}" for i in range(60)]
    then = {name: float(rng.normal(0, 50)) for name in names[:45]}
    now = {name: float(rng.normal(20, 50)) for name in names[20:]}
    plan = {name: str(rng.choice(["Basic", "Pro", "Team"])) for name in names}
    plan |= {"c59": "only now", "c0": "only then"}
    table = split(now, then, plan)
    for dimension in ("customers", "plan"):
        rows = table.loc[dimension]
        whole, each = rows.loc["all"], rows.drop("all")
        assert whole["mix"] + whole["rate"] == pytest.approx(whole["change"])
        assert each["mix"].sum() == pytest.approx(whole["mix"])
        assert each["rate"].sum() == pytest.approx(whole["rate"])


def test_the_unhappy_leave_and_nps_rises_while_it_falls_among_who_stays():
    """Simpson: 17 → 34 in all, and down among the kept."""
    kept_then, kept_now = nps(300, 0.80, "k"), nps(300, 0.70, "k")
    table = split(kept_now, kept_then | nps(200, 0.05, "lost"))
    whole = table.loc[("customers", "all")]
    assert whole["value_before"] < 5 < 35 < whole["value_now"]
    assert table.loc[("customers", "kept"), "rate"] == pytest.approx(-20)
    assert whole["verdict"] == "reversed"


def test_a_change_of_plans_alone_is_mix():
    then = nps(100, 0.9, "pro") | nps(400, 0.4, "basic")
    now = nps(400, 0.9, "pro") | nps(100, 0.4, "basic")
    plan = {name: name.rstrip("0123456789") for name in then | now}
    whole = split(now, then, plan).loc[("plan", "all")]
    assert whole["rate"] == pytest.approx(0, abs=1e-9)
    assert whole["verdict"] == "mix"


def test_a_change_of_values_is_rate():
    whole = split(nps(300, 0.8, "k"), nps(300, 0.5, "k")).loc[("customers", "all")]
    assert whole["verdict"] == "rate"
    assert whole["mix"] == pytest.approx(0)


def test_noise_is_told_as_nothing():
    rng = np.random.default_rng(3)
    told = 0
    for _ in range(60):
        then, now = (
            {f"c{i}": float(rng.choice([-100, 0, 100])) for i in range(40)} for _ in range(2)
        )
        told += split(now, then).loc[("customers", "all"), "verdict"] != ""
    assert told <= 8  # 5 % of 60, and three standard errors


def test_the_error_is_that_of_customers_who_answer_twice():
    """The same answers in both quarters change nothing, however few they are."""
    answers = nps(20, 0.5, "k")
    whole = split(answers, answers).loc[("customers", "all")]
    assert (whole["change"], whole["change_error"]) == (0, 0)
    assert whole["verdict"] == ""


@pytest.mark.parametrize("name", ["all", "lost", "kept"])
def test_a_level_may_have_the_name_of_a_row_of_its_own(name):
    values = {f"c{i}": 10.0 * i for i in range(8)}
    table = split(values, values, {one: name if i < 3 else "Basic" for i, one in enumerate(values)})
    assert table.index.is_unique
    assert table.loc[("plan", "all"), "customers"] == 8


def test_only_the_quarter_before_is_compared_with():
    quarter, values = Quarter.parse("2026Q3"), {f"c{i}": 10.0 * i for i in range(8)}
    plan = levels(dict.fromkeys(values, "Basic"))
    read = {"metric_parts": parts(values), "attributes": plan}

    def rows(*past: str) -> int:
        reports = [Past(None, Quarter.parse(one), {}, dict(read)) for one in past]
        return len(since_the_quarter_before(reports, quarter, parts(values), plan, ["plan"]))

    assert rows("2026Q1", "2026Q2") > 0
    assert rows("2026Q1") == rows() == 0
