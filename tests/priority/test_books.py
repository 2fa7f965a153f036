"""Books of business: capacities hold, greedy plans are beaten, refusals are in words."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from small_company import study_of

from helpers import outputs
from helpers.errors import StudyError
from helpers.priority.assigning import NOBODY, Task, assigned, greedy
from helpers.priority.books import books


def task(customers: int, managers: int, seed: int, *, room: float = 1.2) -> Task:
    """Skewed revenue, four groups, some customers without a manager."""
    rng = np.random.default_rng(seed)
    arr = rng.lognormal(9, 1.2, customers).round(2)
    return Task(
        arr=arr,
        alike=rng.integers(0, 4, customers),
        owner=rng.integers(NOBODY, managers, customers),
        most=np.full(managers, np.ceil(room * customers / managers)),
        most_arr=np.full(managers, room * max(arr.max(), arr.sum() / managers)),
        weights=(0.5, 0.2, 0.3),
    )


def test_the_cost_is_the_sum_by_hand():
    small = Task(
        arr=np.array([60.0, 30.0, 10.0]),
        alike=np.array([0, 1, 0]),
        owner=np.array([0, 0, NOBODY]),
        most=np.array([2.0, 2.0]),
        most_arr=np.array([np.inf, 65.0]),
        weights=(0.5, 0.2, 0.3),
    )
    # Revenue 60 and 40, due 50 each: 20 of 100; customers 1 and 2, due 1.5 each: 1 of 3.
    # Groups 1 and 2 of 2 for each of two managers; one of three customers changes hands.
    plan = np.array([0, 1, 1])
    expected = 0.5 * (20 / 100 + 1 / 3) / 4 + 0.2 * 3 / 4 + 0.3 / 3
    assert small.cost(plan) == pytest.approx(expected)
    # 5 of 100 beyond what the second can hold, of three customers; then 35 and one too many.
    assert small.overload(np.array([1, 0, 1])) == pytest.approx(3 * 5 / 100)
    assert small.overload(np.array([1, 1, 1])) == pytest.approx(1 + 3 * 35 / 100)


def test_the_best_of_all_plans_is_found_where_all_can_be_tried():
    for seed in range(2):
        small = task(7, 3, seed)
        best = min(small.cost(np.array(plan)) for plan in itertools.product(range(3), repeat=7))
        assert small.cost(assigned(small)) == pytest.approx(best, rel=0.01)


@pytest.mark.parametrize("seed", range(2))
def test_capacity_holds_greedy_is_beaten_and_the_plan_is_the_same_again(seed):
    one = task(30, 3, seed)
    plan = assigned(one)
    assert one.overload(plan) == 0
    assert (np.bincount(plan, minlength=3) <= one.most).all()
    assert (np.bincount(plan, one.arr, minlength=3) <= one.most_arr + 0.01).all()
    assert one.cost(plan) < min(one.cost(greedy(one)), one.cost(greedy(one, keep=True)))
    assert (plan == assigned(one)).all()


# ── the data files ───────────────────────────────────────────────────────────────────────────────
FRAME = pd.DataFrame(
    {
        "account_id": list("abcdef"),
        "name": [f"Company {name}" for name in "abcdef"],
        "status": ["current"] * 5 + ["former"],
        "monthly_revenue": [50.0, 40.0, 30.0, 20.0, np.nan, 900.0],
        "owner": ["Ana", "Ana", "Ana", "Zoe", None, "Ana"],
    }
)
TAGS = pd.DataFrame({"account_id": list("abcde"), "segment": ["x", "x", "y", "y", ""]})


def planned(frame=FRAME, **section):
    study = study_of(books={"managers": {"Ana": {}, "Ben": {}}, "accounts": 3} | section)
    found = books(study, frame, TAGS)
    for name, table in (
        ("books", found.table), ("book_managers", found.managers), ("book_plans", found.plans)
    ):  # fmt: skip
        outputs.held(study, name, table)
    return found


def test_today_and_the_proposal_stand_side_by_side():
    found = planned()
    today = found.managers[found.managers["plan"] == "today"].set_index("manager")
    assert today.index.tolist() == ["Ana", "Ben", "Zoe", ""]
    assert today["customers"].tolist() == [3, 0, 1, 1]
    assert today["arr"].tolist()[:3] == [1440.0, 0.0, 240.0]
    assert np.isnan(today["arr"][""])  # whose revenue is not known brings an unknown, not nothing
    now = found.managers[found.managers["plan"] == "proposed"].set_index("manager")
    assert now["customers"].sum() == 5 and now["customers"].max() <= 3
    assert now["arr"].sum() == 1680.0 and not now["over"].any()
    change = found.table.set_index("account_id")["change"]
    assert change["e"] == "first manager" and change["d"] == "handed over"
    assert len(found.notes) == 2  # without a manager, without revenue


def test_a_plan_is_the_same_in_every_currency():
    """Rounding differs by the unit of money, and plans of like cost are chosen by nothing else."""
    one = task(80, 4, seed=3)
    for unit in (150, 0.001):
        arr, most = (unit * one.arr).round(5), unit * one.most_arr
        np.testing.assert_array_equal(assigned(replace(one, arr=arr, most_arr=most)), assigned(one))


def test_the_order_of_rows_says_nothing():
    pd.testing.assert_frame_equal(planned().table, planned(FRAME.iloc[::-1]).table)


def test_who_would_change_hands_stays_where_only_that_counts():
    found = planned(accounts=4, weights={"balance": 0, "segments": 0, "handovers": 1})
    own = found.table[found.table["owner"] == "Ana"]
    assert (own["manager"] == "Ana").all()


def test_other_shapes_of_a_book_by_hand():
    cuts = {"few": {"accounts": 2, "arr": 600}, "many": {"accounts": 4}}
    plans = planned(cuts=cuts).plans.set_index("plan")
    # 600 a year fills a book; 480 + 360 + 240 take two more by revenue, four customers two.
    assert plans.loc["few", ["managers", "too_large"]].tolist() == [3, 0]
    # One book holds four of five customers.
    assert plans.loc["many", "managers"] == 2
    assert plans.loc["many", "arr"] == 840.0
    assert planned(cuts={"s": {"accounts": 5, "arr": 500}}).plans.iloc[-1]["too_large"] == 1


def test_shapes_of_a_book_are_of_the_size_of_what_customers_pay():
    """A million yen is less than what one customer pays: each would be more than a whole book."""
    yen = FRAME.assign(monthly_revenue=150_000 * FRAME["monthly_revenue"])
    shapes = books(study_of(), yen.drop(columns="owner"), TAGS).plans.set_index("plan")
    assert list(shapes.index) == ["10 × 100M", "5 × 200M", "2 × 500M"]
    assert shapes["too_large"].tolist() == [0, 0, 0]
    assert shapes["managers"].tolist() == [1, 1, 3]


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"accounts": 2}, "5 customers do not fit: 2 managers can hold 4, 1 too few"),
        ({"arr": 500}, "the customers pay €1,680 a year, and the managers can hold €1,000"),
        ({"managers": {"Ana": {"arr": 550}, "Ben": {"arr": 550}, "Cy": {"arr": 590}}},
         "no manager can hold a: the most that one can hold is €590 a year"),
        # 600 and 480 fill two books to 600; 360 and 240 fill the third, which is full by count.
        ({"managers": {"Ana": {"accounts": 1}, "Ben": {"accounts": 1}, "Cy": {"arr": 590}}},
         "no plan was found that keeps every manager within capacity, though the sums would fit"),
    ],
)  # fmt: skip
def test_what_capacity_cannot_hold_is_refused_in_words(section, told):
    found = planned(**section)
    assert found.reason == told
    assert (found.table["manager"] == "").all()
    assert set(found.managers["plan"]) == {"today"}


def test_nothing_is_proposed_where_nothing_is_declared():
    found = books(study_of(), FRAME.drop(columns="owner"), TAGS)
    assert found.reason == "the study file declares no “books”"
    assert found.plans["plan"].tolist() == ["10 × 100k", "5 × 200k", "2 × 500k"]
    assert found.managers["manager"].tolist() == [""]
    nobody = books(study_of(books={"managers": {"Ana": {}}}), FRAME.tail(1), TAGS)
    assert nobody.reason == "there is no current customer"


def test_a_tag_that_does_not_exist_and_a_shape_without_customers_are_mistakes():
    with pytest.raises(StudyError, match=r"books\.alike names `region`"):
        planned(alike="region")
    with pytest.raises(ValidationError, match=r"cuts\.wide needs `accounts`"):
        planned(cuts={"wide": {"arr": 5}})
