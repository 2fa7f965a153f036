"""Chains of parents end at the top, circles are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.collect.rollup import top_parents
from helpers.errors import StudyError


def test_chains_end_at_the_top_in_any_order():
    parents = {"d": "c", "c": "b", "b": "a", "a": None, "x": None}
    assert top_parents(parents) == {"a": "a", "b": "a", "c": "a", "d": "a", "x": "x"}


def test_unknown_parents_and_parents_of_themselves_are_none():
    assert top_parents({"a": "gone", "b": "b", "c": "b"}) == {"a": "a", "b": "b", "c": "b"}


@pytest.mark.parametrize(
    ("parents", "circle"),
    [
        ({"a": "b", "b": "a"}, "a → b → a"),
        ({"z": "a", "a": "b", "b": "c", "c": "a"}, "a → b → c → a"),
    ],
)
def test_circles_name_their_accounts_and_only_those(parents, circle):
    with pytest.raises(StudyError, match="runs in a circle") as error:
        top_parents(parents)
    assert f"found:    {circle}\n" in str(error.value)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=31))
def test_tops_have_no_parent_and_are_reached_step_by_step(choices):
    """Parents have smaller numbers, so there are no circles: walk up by hand and compare."""
    parents = {str(k): str(choice % k) if k else None for k, choice in enumerate(choices)}
    tops = top_parents(parents)
    for account in parents:
        here = account
        while parents[here] is not None:
            here = parents[here]
        assert tops[account] == here
