"""Agreement on the score: who contradicts it, on which customers, and because of which line."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from tiny import make_study

from helpers.metrics.agreement import (
    formula_hash,
    score_agreement,
    score_disagreements,
    signed_off,
    viewed,
)

SCORES = pd.DataFrame(
    {
        "account_id": list("abcd"),
        "name": list("ABCD"),
        "quality_score": [40.0, 30.0, 20.0, 10.0],
        "band": ["excellent", "average", "average", "poor"],
    }
)


def reviews(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["stakeholder", "account_id", "rank", "band"])


MARA = reviews(
    ("Mara", "a", 1, "excellent"),
    ("Mara", "b", 4, "poor"),
    ("Mara", "c", 3, None),
    ("Mara", "d", 2, "excellent"),
    ("Mara", "z", 5, "poor"),
    ("Nils", "b", None, "average"),
)


def test_agreement_by_hand():
    found = score_agreement(SCORES, MARA).set_index("stakeholder")
    mara = found.loc["Mara"]
    assert mara[["reviewed", "not_included", "viewed", "banded"]].tolist() == [5, 1, 4, 3]
    # Pairs: ab ac ad agree; bc bd cd are the other way round.
    assert mara["tau"] == pytest.approx(0) and not mara["turned"]
    assert mara["spearman"] == pytest.approx(spearmanr([1, 4, 3, 2], [1, 2, 3, 4]).statistic)
    assert mara["band_agreement"] == pytest.approx(1 / 3)
    assert mara["opposite_band"] == 1  # d: poor by score, excellent in her eyes
    nils = found.loc["Nils"]
    assert np.isnan(nils["tau"]) and nils["asked"] == "bands" and nils["band_agreement"] == 1


def many(n: int = 30) -> pd.DataFrame:
    """Customers whose scores fall, made of a base that rises and a cost that outweighs it."""
    base = np.linspace(100, 200, n)
    cost = -np.linspace(0, 400, n)
    score = base + cost
    band = np.select([score < np.quantile(score, 0.2), score > np.quantile(score, 0.8)],
                     ["poor", "excellent"], "average")  # fmt: skip
    return pd.DataFrame(
        {
            "account_id": [f"c{k:02d}" for k in range(n)],
            "name": [f"C {k}" for k in range(n)],
            "status": "current",
            "base": base,
            "service": cost,
            "quality_score": score,
            "rank": range(1, n + 1),
            "band": band,
        }
    )


def ranked(who: str, scores: pd.DataFrame, order: np.ndarray) -> pd.DataFrame:
    """A stakeholder's ranks: 1 for the largest of ``order``."""
    rank = pd.Series(-order).rank().to_numpy()
    return pd.DataFrame(
        {"stakeholder": who, "account_id": scores["account_id"], "rank": rank, "band": None}
    )


def test_a_stakeholder_who_ranks_the_other_way_is_found():
    scores = many()
    noise = np.random.default_rng(1).normal(0, 15, len(scores))
    own = ranked("Finance", scores, scores["quality_score"].to_numpy() + noise)
    turned = ranked("Sales", scores, -scores["quality_score"].to_numpy() + noise)
    found = score_agreement(scores, pd.concat([own, turned])).set_index("stakeholder")
    assert found["turned"].to_dict() == {"Finance": False, "Sales": True}
    assert found.loc["Sales", "tau_high"] < 0 < found.loc["Finance", "tau_low"]
    # The two of them are of opposite minds: W is near 0.
    assert found["concordance"].iloc[0] < 0.2 and found["concordance_customers"].iloc[0] == 30


def test_bands_alone_have_an_order_too():
    scores = many()
    bands = pd.DataFrame({"stakeholder": "Sales", "account_id": scores["account_id"], "rank": None,
                          "band": scores["band"]})  # fmt: skip
    row = score_agreement(scores, bands).iloc[0]
    assert row["tau"] > 0.6 and row["kappa"] == 1 and row["asked"] == "bands"


def test_the_line_behind_a_disagreement_is_found():
    scores = many()
    study = make_study("subscription", quality_score={"costs": {
        "service": {"label": "Service", "cost_kind": "service"}}})  # fmt: skip
    # Sales looks at what customers pay, and not at what they cost.
    given = ranked("Sales", scores, scores["base"].to_numpy())
    found = score_disagreements(study, scores, given)
    assert found["difference"].abs().is_monotonic_decreasing
    ends = found.head(4)
    assert set(ends["account_id"]) <= {"c00", "c01", "c28", "c29"}
    assert (ends["line"] == "Service").all()
    assert (ends["difference_without"].abs() < ends["difference"].abs()).all()
    last = found.set_index("account_id").loc["c29"]
    # It pays most and scores worst: the score sees it worse than Sales does.
    assert last["difference"] > 0.9 and last["line_amount"] == -400
    assert last["line_average"] == pytest.approx(-200)


def test_where_all_agree_no_line_is_blamed():
    scores = many()
    given = ranked("Sales", scores, scores["quality_score"].to_numpy())
    found = score_disagreements(make_study("subscription"), scores.drop(columns="service"), given)
    assert (found["difference"] == 0).all() and (found["line"] == "").all()


def test_nobody_reviewed():
    none = MARA.head(0)
    assert score_agreement(SCORES, none).empty and viewed(SCORES, none).empty
    assert score_disagreements(make_study("subscription"), SCORES, none).empty


def test_a_signature_holds_for_one_formula():
    formula = {"costs": {"touches": {"count": "agent_touches", "amount": 45}}}
    study = make_study("subscription", quality_score=formula)
    own = formula_hash(study)
    assert signed_off(study).by == () and signed_off(study).last is None
    record = {"who": "CFO", "date": dt.date(2026, 7, 1), "formula": own}
    signed = make_study("subscription", quality_score=formula, agreement={"sign_off": [record]})
    assert [one.who for one in signed_off(signed).by] == ["CFO"]
    formula["costs"]["touches"]["amount"] = 46
    changed = make_study("subscription", quality_score=formula, agreement={"sign_off": [record]})
    found = signed_off(changed)
    assert found.by == () and found.last.who == "CFO" and found.formula != own


def test_the_hash_knows_what_makes_the_number_and_nothing_else():
    plain = make_study("subscription")
    assert formula_hash(plain) == formula_hash(
        make_study("subscription", quality_score={"base": "acv"})
    )
    assert formula_hash(plain) != formula_hash(
        make_study("subscription", quality_score={"base": "revenue_12m"})
    )
    assert formula_hash(plain) != formula_hash(
        make_study("subscription", quality_score={"former": "last_contract"})
    )


def test_a_proposed_formula_has_the_hash_that_it_has_once_adopted():
    """The proposal says nothing of its base, and so takes that of the kind of business."""
    study = make_study("subscription", quality_score={"base": "revenue_12m"})
    proposal = study.quality_score.model_copy(update={"base": None})
    adopted = make_study("subscription")
    assert formula_hash(study.model_copy(update={"quality_score": proposal})) == formula_hash(
        adopted
    )
