import pytest

from helpers.errors import StudyError
from helpers.study.file import load_study


def message(folder) -> str:
    with pytest.raises(StudyError) as caught:
        load_study(folder)
    return str(caught.value)


def test_minimal_study_loads_from_folder_and_from_file(minimal, write_study):
    folder = write_study(minimal)
    assert load_study(folder) == load_study(folder / "study.yml")
    assert load_study(folder).score_base == "acv"


def test_study_is_frozen(minimal, write_study):
    study = load_study(write_study(minimal))
    with pytest.raises(ValueError, match="frozen"):
        study.title = "Other"


def test_unknown_key_names_its_path_and_the_closest_key(minimal, write_study):
    minimal["quality_score"] = {"bonusses": {}}
    told = message(write_study(minimal))
    assert "study.yml: unknown key `quality_score.bonusses`; did you mean `bonuses`?" in told
    assert "base, former, costs, bonuses, penalties, bands" in told


def test_wrong_type_says_what_was_found(minimal, write_study):
    minimal["customer_list"] = {"exclude": [{"rule": "revenue_below", "monthly": "lots"}]}
    told = message(write_study(minimal))
    assert "`customer_list.exclude[0].monthly`" in told
    assert "'lots'" in told


def test_all_mistakes_are_told_at_once(minimal, write_study):
    minimal |= {"currency": "euro", "timezone": "Mars/Base", "fiscal_year_starts": 13}
    told = message(write_study(minimal))
    assert all(key in told for key in ("currency", "timezone", "fiscal_year_starts"))


def test_a_place_is_one_of_the_file_whatever_kinds_a_value_may_be_of(minimal, write_study):
    """Pydantic puts the kinds that it tried into the place, and tells each for itself."""
    minimal["attributes"] = {
        "n": {"type": "number", "bands": ["a", 2]},
        "m": {"type": "number", "bands": "abc"},
    }
    minimal["sources"]["accounts"]["files"] = {"crm": ["a.csv"]}
    with pytest.raises(StudyError) as caught:
        load_study(write_study(minimal))
    assert caught.value.mistakes == (
        "study.yml: `sources.accounts.files.crm`\n  allowed:  input should be a section of keys "
        "and values",
        "study.yml: `attributes.n.bands[0]`\n  found:    'a'\n  allowed:  input should be a number",
        "study.yml: `attributes.m.bands`\n  found:    'abc'\n  allowed:  input should be a list, "
        "such as [a, b], or a whole number",
    )
    assert str(caught.value) == "\n".join(caught.value.mistakes)


def test_mistakes_of_one_section_are_several(minimal, write_study):
    minimal |= {"cluster": "team", "scope": {"strata": "plan"}, "currency": "euro"}
    with pytest.raises(StudyError) as caught:
        load_study(write_study(minimal))
    assert len(caught.value.mistakes) == 1  # sections are held together once each is well
    del minimal["currency"]
    with pytest.raises(StudyError) as caught:
        load_study(write_study(minimal))
    assert len(caught.value.mistakes) == 2


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"rule": "won_after"}, "needs one of: date, months_before_quarter_end"),
        ({"rule": "revenue_outlier", "monthly": 3}, "does not take monthly"),
        ({"rule": "where"}, "needs one of: sql"),
        ({"rule": "gut_feeling"}, "'account_type'"),
    ],
)
def test_exclusion_rules_need_their_own_keys(minimal, write_study, rule, expected):
    minimal["customer_list"] = {"exclude": [rule]}
    assert expected in message(write_study(minimal))


@pytest.mark.parametrize(
    ("section", "key", "place"),
    [("metrics", "churn_by", "metrics.churn_by"), ("tags", "also", "tags.also")],
)
def test_sections_name_attributes_that_the_study_has(minimal, write_study, section, key, place):
    minimal |= {"attributes": {"region": {}}, section: {key: ["region", "colour"]}}
    told = message(write_study(minimal))
    assert f"{place} names colour, which attributes does not list; attributes: region" in told
    minimal[section] = {key: ["region"]}
    assert load_study(write_study(minimal)).label("region") == "Region"


def test_a_tag_that_is_there_may_be_named_among_the_others(minimal, write_study):
    minimal["tags"] = {"columns": {"account_id": "Id"}, "also": ["tenure"]}
    assert load_study(write_study(minimal)).tags.headings["tenure"] == "tenure"


def test_score_line_needs_exactly_one_source(minimal, write_study):
    minimal["quality_score"] = {"costs": {"support": {"count": "tickets", "cost_kind": "x"}}}
    assert "give exactly one of" in message(write_study(minimal))
    minimal["quality_score"] = {"costs": {"support": {"count": "tickets"}}}
    assert "`count` needs `amount`" in message(write_study(minimal))
    # A condition that says nothing is a source of the line as well: without amount it was taken.
    minimal["quality_score"] = {"penalties": {"left": {"where": ""}}}
    assert "`where` needs `amount`" in message(write_study(minimal))


def test_names_used_across_sections_must_exist(minimal, write_study):
    minimal["hypotheses"] = [{"id": "H1", "statement": "…", "variables": ["industry"]}]
    assert "hypotheses[0].variables names industry" in message(write_study(minimal))
    minimal["attributes"] = {"industry": {"shares": ["basis"]}}
    assert "attributes.industry.shares names basis" in message(write_study(minimal))


def test_subscription_study_needs_contracts(minimal, write_study):
    del minimal["sources"]["contracts"]
    assert "needs sources.contracts" in message(write_study(minimal))


def test_unknown_table(minimal, write_study):
    minimal["sources"]["invoices"] = minimal["sources"]["contracts"]
    assert "unknown tables invoices" in message(write_study(minimal))


def test_key_given_twice_is_an_error(tmp_path):
    (tmp_path / "study.yml").write_text("study: a\nstudy: b\n", encoding="utf-8")
    assert "given twice" in message(tmp_path)


def test_words_for_truth_are_names_where_they_are_keys(minimal, write_study):
    """YAML reads a bare ``no`` as false; here a key is a name."""
    folder = write_study(minimal)
    text = (folder / "study.yml").read_text(encoding="utf-8")
    text += "candidates: {no: {knew: no}, on: {knew: on}}\n"
    (folder / "study.yml").write_text(text, encoding="utf-8")
    study = load_study(folder)
    assert {name: told.knew for name, told in study.candidates.items()} == {"no": False, "on": True}


def test_no_file_and_no_mapping(tmp_path):
    assert "no study file" in message(tmp_path / "nowhere")
    (tmp_path / "study.yml").write_text("- a\n", encoding="utf-8")
    assert "has no keys" in message(tmp_path)
    (tmp_path / "study.yml").write_text("a: [", encoding="utf-8")
    assert "not valid YAML" in message(tmp_path)


def test_no_quarter_at_all(minimal, write_study):
    del minimal["default_quarter"]
    study = load_study(write_study(minimal))
    with pytest.raises(StudyError, match="No quarter was given"):
        study.quarter()


@pytest.mark.parametrize(
    ("customers", "smallest"), [(40, 10), (100, 10), (500, 10), (501, 11), (1000, 20), (3000, 60)]
)
def test_smallest_segment_is_ten_or_two_percent(minimal, write_study, customers, smallest):
    assert load_study(write_study(minimal)).smallest_segment(customers) == smallest
    minimal["scope"] = {"min_customers": 4}
    assert load_study(write_study(minimal)).smallest_segment(customers) == 4
