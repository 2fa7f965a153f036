import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.lookup import places

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "A ", "é", ""]), max_size=8)
NUMBERS = st.lists(st.integers(0, 9), max_size=8)


@pytest.mark.parametrize(("cells", "kind"), [(TEXTS, "str"), (TEXTS, "object"), (NUMBERS, "int64")])
@given(data=st.data())
def test_places_are_those_of_a_list(cells, kind, data):
    accounts = list(dict.fromkeys(data.draw(cells)))
    ids = data.draw(cells)
    found = places(pd.Series(ids, dtype=kind), pd.Series(accounts, dtype=kind))
    assert found.tolist() == [accounts.index(one) if one in accounts else -1 for one in ids]


def test_a_missing_identifier_is_nobody():
    assert places(pd.Series(["a", None]), pd.Series(["b", None, "a"])).tolist() == [2, -1]
