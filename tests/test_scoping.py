import pytest

from helpers import scoping
from helpers.study import Rule, ScoreLine
from helpers.study.file import load_study
from helpers.words.spoken import speak


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"rule": "account_type", "is": ["test", "poc"]}, "account type is test or poc"),
        ({"rule": "revenue_outlier", "times_second": 4}, "above 4 times that of the second"),
        ({"rule": "revenue_below", "monthly": 2500}, "monthly revenue below 2,500"),
        ({"rule": "won_after", "date": "2026-03-31"}, "won later than 2026-03-31"),
        ({"rule": "won_before", "months_before_quarter_end": 6}, "won earlier than 6 months"),
        ({"rule": "where", "sql": "a = 1", "reason": "sandbox"}, "sandbox"),
    ],
)
def test_rules_read_as_sentences(rule, words):
    assert words in scoping.describe_rule(Rule(**rule), "EUR")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"cost_kind": "service"}, "service costs in the trailing year"),
        ({"cost_kind": "acquisition", "window": "history", "spread_months": 36}, "spread over 36"),
        ({"count": "agent_touches", "amount": 45}, "45 per agent touch in the trailing year"),
        (
            {"growth": "rate", "amount": 1000, "at_most": 500},
            "growth rate over the past year, at most 500",
        ),
        ({"growth": "magnitude", "weight": 0.5}, "0.5 times the growth"),
        ({"where": "status = 'former'", "amount": 9}, "9 where status = 'former'"),
        ({"column": "discount"}, "1 times discount"),
    ],
)
def test_score_lines_read_as_sentences(line, words):
    assert words in scoping.describe_line(ScoreLine(**line))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"growth": "magnitude", "weight": 0.5, "at_least": 0}, "至少为 0"),
        ({"where": "marquee", "amount": 4000}, "满足 marquee 时 4,000"),
        ({"column": "discount", "at_most": 9}, "discount 的 1 倍，至多为 9"),
    ],
)
def test_score_lines_read_as_sentences_in_other_languages(line, words):
    speak("zh")
    try:
        told = scoping.describe_line(ScoreLine(**line))
    finally:
        speak()
    assert told.endswith(words)


def test_empty_sections_give_empty_tables(minimal, write_study):
    study = load_study(write_study(minimal))
    for table in (scoping.stakeholders, scoping.hypotheses, scoping.work_plan, scoping.change_log):
        assert table(study).empty
    assert scoping.score_formula(study)["line"].tolist() == ["Base"]
    assert "2026-07-01 to 2026-09-30" in scoping.limits(study, quarter=study.quarter())["value"][0]
