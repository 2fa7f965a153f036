import doctest
import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import StudyError
from helpers.report import page, styling, wording
from helpers.words import N_, say, speak
from helpers.words import numbers as formats

FINITE = st.floats(-1e12, 1e12, allow_nan=False)


@pytest.mark.parametrize("module", [formats, wording, styling, page])
def test_examples(module):
    result = doctest.testmod(module)
    assert result.failed == 0
    assert result.attempted > 0


@pytest.mark.parametrize("value", [None, float("nan"), pd.NaT, pd.NA])
@pytest.mark.parametrize("name", formats.FORMATS)
def test_missing_values_are_a_dash_in_every_format(name, value):
    assert formats.formatted(value, name) == "–"


@pytest.mark.parametrize("unit", [*formats.UNITS, "something new"])
def test_a_missing_metric_has_no_unit(unit):
    assert formats.in_unit(float("nan"), unit) == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.489, "0.489"),
        (np.float64(0.0244), "0.0244"),
        (np.int64(1234), "1,234"),
        (16476.79, "16,477"),
        (np.bool_(True), "yes"),
        (pd.Timestamp("2026-09-30"), "2026-09-30"),
        ("a", "a"),
    ],
)
def test_values_without_a_format_are_told_by_their_kind(value, text):
    assert formats.formatted(value) == text


def test_zero_is_not_missing():
    assert formats.formatted(0.0, "money") == "€0"
    assert formats.formatted(False) == "no"


def test_unknown_formats_are_refused():
    with pytest.raises(StudyError, match="no number format `moneyy`"):
        formats.formatted(1, "moneyy")


@given(FINITE)
def test_no_number_rounds_to_minus_zero(value):
    for name in ("count", "money", "short_money", "percent", "points", "number", "axis_money"):
        text = formats.formatted(value, name)
        if text.startswith("−"):
            assert any(digit in text for digit in "123456789"), (name, text)


@given(st.floats(1e-3, 1e15))
def test_short_money_is_within_half_a_per_cent_or_half_a_unit(value):
    text = formats.short_money(value, "EUR").removeprefix("€").replace(",", "")
    number, unit = re.fullmatch(r"([0-9.]+)(k|M|bn|tn)?", text).groups()
    told = float(number) * {"k": 1e3, "M": 1e6, "bn": 1e9, "tn": 1e12}.get(unit, 1)
    assert math.isclose(told, value, rel_tol=0.0051, abs_tol=0.51)


@given(st.floats(0, 1))
def test_p_values_are_never_zero_nor_one(p):
    told = formats.p_value(p)
    assert told not in ("0", "0.000", "0.00", "1.00", "1.000")


@given(FINITE)
def test_opposite_values_differ_by_their_sign_only(value):
    plus, minus = (formats.number(v, 1) for v in (abs(value), -abs(value)))
    assert minus.removeprefix("−") == plus


def test_currencies_without_a_symbol_keep_their_code():
    assert formats.money(1234, "CHF") == "CHF\xa01,234"


@pytest.mark.parametrize(
    ("number", "told"), [(1, "1 row repeats."), (0, "0 rows repeat."), (21, "21 rows repeat.")]
)
def test_one_thing_and_several_have_words_of_their_own(number, told):
    sentence = N_("{rows:count} {rows:one|row|rows} {rows:one|repeats|repeat}.")
    assert say(sentence, rows=number) == told


@pytest.mark.parametrize(
    ("language", "value", "beside", "told"),
    [
        ("en", 4000, 1_234_567, "€4,000"),
        ("en", -12, 653_000, "−€12"),
        ("zh", -300, 653_000, "−€300"),
        (
            "zh",
            783,
            57_200,
            "€0.08万",
        ),  # in one row: a sum in full beside 万 reads as the larger one
        ("zh", -592, 56_600, "−€0.06万"),
        ("zh", 40, 56_600, "€40"),
        ("zh", 4, 1e9, "€4.00"),
        ("en", 300e9, 2e12, "€0.30tn"),
        ("zh", 300e12, 0, "€300万亿"),
    ],
)
def test_what_is_no_zero_is_not_told_as_one_beside_a_larger_sum(
    request, language, value, beside, told
):
    request.addfinalizer(speak)
    speak(language)
    assert formats.short_money(value, "EUR", beside=beside) == told


def test_only_words_of_the_other_direction_are_held_together_and_only_once():
    shop = "قناة: وارد"
    assert formats.isolated(shop) == f"\u2068{shop}\u2069"
    mixed = formats.isolated(f"Size: 50 and {shop} (new)")
    assert mixed == f"Size: 50 and \u2068{shop}\u2069 (new)"
    for told in (shop, mixed, f"{shop} and Size: 50", f"«{shop}»"):
        once = formats.isolated(told)
        assert formats.isolated(once) == once
        assert formats.isolated(f"{once}: 5 more") == f"{once}: 5 more"
    assert (
        formats.isolated(f"A \u2068{shop}\u2069 or שלום")
        == f"A \u2068{shop}\u2069 or \u2068שלום\u2069"
    )
