"""A sample of the breaks of raw files; `bench/mutations.py` runs all of them."""

from collections import Counter

import pytest
from mutations import breaks, judge, run


@pytest.fixture(scope="module")
def sample(root, tmp_path_factory):
    """The sample's raw files, a folder to break them in, and its numbers as they are."""
    raw, folder = root / "data" / "raw" / "sample", tmp_path_factory.mktemp("breaks")
    return raw, folder, run(raw, folder / "clean")


def test_the_breaks_are_different_and_enough():
    made = breaks(320)
    assert len({(one.kind, one.file, one.column, one.rows) for one in made}) == 320
    assert min(Counter(one.kind for one in made).values()) >= 10
    assert breaks(21) == made[:21]


@pytest.mark.parametrize("number", [0, 3, 15])
def test_no_break_moves_a_number_in_silence(sample, number):
    raw, folder, clean = sample
    one = breaks(number + 1)[-1]
    assert judge(one, raw, folder, clean) in {"message", "same numbers", "listed"}, str(one)


def test_the_order_of_rows_changes_nothing(sample):
    raw, folder, clean = sample
    one = next(b for b in breaks(40) if b.kind == "rows shuffled")
    assert judge(one, raw, folder, clean) == "same numbers", str(one)
