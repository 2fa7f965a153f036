"""The search finds what brute force finds, at every depth, size and tie."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.search.encode import encode
from helpers.search.enumerate import enumerate_segments


@st.composite
def tables(draw):
    rows = draw(st.integers(4, 24))
    columns = draw(st.integers(1, 4))
    table = {}
    for k in range(columns):
        cells = st.sampled_from(["x", "y", "z", None])
        table[f"a{k}"] = draw(st.lists(cells, min_size=rows, max_size=rows))
    return pd.DataFrame(table, dtype=object)


def brute_force(table: pd.DataFrame, minimum: int, depth: int) -> dict[frozenset, list]:
    """Every member set with its definitions, by filtering the table again and again."""
    found: dict[frozenset, list] = {}
    for size in range(1, depth + 1):
        for names in combinations(table.columns, size):
            levels = [sorted(table[name].dropna().unique()) for name in names]
            for chosen in product(*levels):
                rows = np.ones(len(table), bool)
                for name, level in zip(names, chosen, strict=True):
                    rows &= (table[name] == level).to_numpy()
                if minimum <= rows.sum() < len(table):
                    members = frozenset(np.flatnonzero(rows).tolist())
                    found.setdefault(members, []).append(tuple(zip(names, chosen, strict=True)))
    return found


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(1, 5), st.integers(1, 4))
def test_every_member_set_is_found_once_under_its_shortest_definition(table, minimum, depth):
    encoded = encode(table, list(table.columns))
    found = enumerate_segments(encoded, minimum=minimum, max_conditions=depth)
    expected = brute_force(table, minimum, depth)
    sets = [frozenset(found.of(j).tolist()) for j in range(len(found))]
    assert len(sets) == len(set(sets))
    assert set(sets) == set(expected)
    for j, members in enumerate(sets):
        definition = tuple(
            (c.attribute, encoded.levels[encoded.attributes.index(c.attribute)][c.level])
            for c in found.described(j)
        )
        assert definition == expected[members][0]  # brute force goes from short to long


def test_missing_values_are_no_level_unless_asked_for():
    table = pd.DataFrame({"region": ["n", None, "n", None, "s", "s"]})
    ignored = encode(table, ["region"])
    assert ignored.levels == (("n", "s"),)
    level = encode(table, ["region"], missing="level")
    assert level.levels == (("n", "s", None),)
    assert level.conditions[-1].rule == '"region" IS NULL'
    assert level.codes.tolist() == [[0, 2, 0, 2, 1, 1]]


def test_whole_numbers_read_as_whole_numbers():
    encoded = encode(pd.DataFrame({"seats": [1.0, 2.5, None]}), ["seats"])
    assert [c.label for c in encoded.conditions] == ["seats: 1", "seats: 2.5"]
    assert [c.rule for c in encoded.conditions] == ['"seats" = 1.0', '"seats" = 2.5']


def test_rules_quote_names_and_text_and_select_the_same_rows():
    duckdb = pytest.importorskip("duckdb")
    table = pd.DataFrame(
        {
            'odd "name"': ["O'Hara", "x", "O'Hara", "x"] * 5,
            "vip": [True, True, False, False] * 5,
            "tier": [1, 2, 1, 1] * 5,
        }
    )
    encoded = encode(table, list(table.columns))
    found = enumerate_segments(encoded, minimum=2, max_conditions=3)
    rows = table.assign(row=range(len(table)))
    for j in range(len(found)):
        rule = " AND ".join(c.rule for c in found.described(j))
        picked = duckdb.sql(f"SELECT row FROM rows WHERE {rule} ORDER BY row").fetchnumpy()["row"]
        np.testing.assert_array_equal(picked, found.of(j))
    assert len(rows) == 20


@pytest.mark.parametrize(
    ("attributes", "message"),
    [(["nope"], "not found"), (["a", "a"], "twice"), (["many"], "band it first")],
)
def test_unusable_attributes_are_named(attributes, message):
    table = pd.DataFrame({"a": ["x"] * 300, "many": [f"v{k}" for k in range(300)]})
    with pytest.raises(ValueError, match=message):
        encode(table, attributes)


@pytest.mark.parametrize("missing", ["ignore", "level"])
@pytest.mark.parametrize("kind", ["object", "category"])
def test_of_thousands_of_levels_those_that_could_be_a_segment_are_searched(missing, kind):
    """As if the others were taken out by hand; who has none of the large ones is not unknown."""
    rng = np.random.default_rng(3)
    large = rng.choice(["x", "y", "z"], 1200)
    named = pd.Series([f"own {k}" for k in range(900)] + [None] * 300).sample(
        frac=1, random_state=1
    )
    many = named.where(rng.random(1200) < 0.5, large)
    table = pd.DataFrame({"many": many.to_numpy(), "b": rng.choice(["u", "v"], 1200)})
    table["many"] = table["many"].astype(kind)
    with pytest.raises(ValueError, match="band it first"):
        encode(table, ["many", "b"], missing=missing)
    encoded = encode(table, ["many", "b"], missing=missing, smallest=20)
    found = enumerate_segments(encoded, minimum=20, max_conditions=2)
    few = table.assign(many=table["many"].astype(object).where(table["many"].isin(list("xyz"))))
    expected = enumerate_segments(encode(few, ["many", "b"]), minimum=20, max_conditions=2)
    held = {
        tuple(c.rule for c in one.described(j)): one.of(j).tolist()
        for one in (expected, found)
        for j in range(len(one))
    }
    mine = {tuple(c.rule for c in found.described(j)) for j in range(len(found))}
    unknown = {rules for rules in mine if any("IS NULL" in rule for rule in rules)}
    assert len(mine) - len(unknown) == len(expected) == 3 + 2 + 6
    assert bool(unknown) is (missing == "level")
    for rules in unknown:
        picked = table[table["many"].isna()]
        picked = picked[picked["b"] == rules[-1][-2]] if len(rules) > 1 else picked
        assert held[rules] == picked.index.tolist()


def test_attributes_without_levels_or_with_one_level_give_no_segment():
    table = pd.DataFrame({"empty": [None] * 6, "same": ["x"] * 6})
    encoded = encode(table, ["empty", "same"])
    assert len(enumerate_segments(encoded, minimum=2, max_conditions=2)) == 0
