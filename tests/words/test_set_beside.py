"""Chinese sentences with values in them: what stands apart, and what does not."""

from datetime import date

import pytest

from helpers.report.powerpoint import column, tables
from helpers.words import N_, people, say, speak, spoken


@pytest.fixture
def chinese():
    speak("zh")
    yield
    speak("en")


@pytest.mark.parametrize(
    ("sentence", "values", "told"),
    [
        # A name in Latin letters, whatever the translator put around the placeholder.
        ("占{what}的 {share:percent}", {"what": "ARR", "share": 0.5}, "占 ARR 的 50%"),
        ("{name}优先级最高", {"name": "Kestrel ERP"}, "Kestrel ERP 优先级最高"),
        ("共{count:count} 个", {"count": 3}, "共 3 个"),
        # A value that ends in Chinese stands close, and so does one that begins so.
        ("{day:date} 之后", {"day": date(2026, 9, 30)}, "2026年9月30日之后"),
        ("从 {low} 增长到 {b}", {"low": "€164万", "b": "€170万"}, "从 €164万增长到 €170万"),
        ("需要 {what} 的客户", {"what": "审计"}, "需要审计的客户"),
        # What is bold stands apart outside of the signs for it.
        ("两人对**{name}**的查证", {"name": "ERP"}, "两人对 **ERP** 的查证"),
        ("最常见的是**{name}**（占其中）", {"name": "price"}, "最常见的是 **price**（占其中）"),
        ("对**{name}**的查证", {"name": "行业"}, "对**行业**的查证"),
        # Marks are no letters.
        ("（{share:percent}）；{name}：b", {"share": 0.1, "name": "A"}, "（10%）；A：b"),
    ],
)  # fmt: skip
def test_a_value_stands_apart_where_its_script_changes(chinese, sentence, values, told):
    assert say(N_(sentence), **values) == told


def test_english_sentences_are_as_they_are_written():
    assert say(N_("{day:date} 之后{name}"), day=date(2026, 9, 30), name="A") == "2026-09-30 之后A"


def test_a_native_table_that_is_cut_says_so_in_the_language(chinese):
    rows = tuple((f"{k}", "很长的说明" * 9) for k in range(40))
    piece = column.TablePiece(tables.cleaned(("a", "b"), rows, (False, False)))
    note = piece.shortened(300.0, 200.0).note[-1].text
    assert "支持性分析列出全部行" in note and "supporting" not in note


def test_two_sentences_that_are_one_entry_are_told_before_a_third(chinese):
    """A note of two sentences stayed English where another note followed it."""
    told = spoken.shown(f"{people.SURVIVED_NOTE} {people.SURVIVE_NONE}")
    assert told.startswith("如果一项发现") and "finding" not in told
