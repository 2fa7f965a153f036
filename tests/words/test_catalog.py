"""A second language needs no change of code: sentences are extracted, and looked up when told."""

import importlib.util
import json
import re
from io import BytesIO

import pandas as pd
import pytest
from babel.messages.pofile import read_po, write_po

from helpers import outputs, words
from helpers.errors import StudyError
from helpers.metrics.catalog import METRICS
from helpers.outputs import OUTPUTS, allowed
from helpers.report import exhibits
from helpers.study.file import load_study
from helpers.words import collection, customers, measures, people
from helpers.workspace import Workspace

HEALTH_GROUPS = {f"health_{group}" for group in measures.HEALTH_GROUPS}  # one sentence for all


@pytest.fixture(scope="module")
def tool(root):
    spec = importlib.util.spec_from_file_location("words_tool", root / "tools" / "words.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def spoken():
    yield words.speak
    words.speak("en")


@pytest.fixture(scope="module")
def extracted(tool) -> set[str]:
    return {message.id for message in tool.template()}


def test_sentences_labels_and_prose_of_notebooks_are_extracted(extracted):
    assert customers.INCLUDED in extracted
    assert collection.VALUE_OF_HEALTH["revenue"] in extracted
    assert any(text.startswith("## Which segments are really better?") for text in extracted)
    assert any("permutation" in text for text in extracted)  # the page on methods


def test_no_sentence_says_when_somebody_looked_which_no_register_knows(extracted):
    """A register shows what was on record before a report; who had looked at data, nobody knows."""
    claims = ("before anyone look", "before anybody look", "fixed before", "Fixed before")
    assert not [text for text in extracted if any(one in text for one in claims)]


def test_every_constant_of_words_is_extracted(extracted, root):
    import helpers.words as package

    for path in (root / "src/helpers/words").glob("*.py"):
        module = importlib.import_module(f"{package.__name__}.{path.stem}")
        told = [value for value in vars(module).values() if isinstance(value, words.Sentence)]
        assert set(told) <= extracted, path.name


def test_meanings_of_columns_and_definitions_of_metrics_are_extracted(extracted):
    for output in OUTPUTS.values():
        assert output.about in extracted
    meanings = {c.meaning for output in OUTPUTS.values() for c in output.columns.values()}
    listed = {
        allowed.described(values) for values in vars(allowed).values() if isinstance(values, dict)
    }  # meanings of verdicts are joined from those of their values
    assert meanings - extracted <= listed
    written = [metric for name, metric in METRICS.items() if name not in HEALTH_GROUPS]
    assert {metric.label for metric in written} <= extracted
    assert {metric.definition for metric in written} <= extracted


def test_a_catalog_is_told_what_it_lacks(tool):
    catalog = tool.template()
    for message in catalog:
        if message.id:
            message.string = f"«{message.id}»"
    stream = BytesIO()
    write_po(stream, catalog)
    assert tool.lacking(read_po(BytesIO(stream.getvalue()))) == []
    catalog[str(customers.INCLUDED)].string = ""
    assert tool.lacking(catalog) == [str(customers.INCLUDED)]


def test_no_catalog_of_the_project_lacks_a_sentence(tool, root):
    for path in (root / "src/helpers/words/locale").glob("*/LC_MESSAGES/messages.po"):
        catalog = read_po(BytesIO(path.read_bytes()))
        assert tool.lacking(catalog) == [], path


def test_translations_have_the_placeholders_of_their_sentences(tool, root):
    for path in (root / "src/helpers/words/locale").glob("*/LC_MESSAGES/messages.po"):
        assert tool.faults(read_po(BytesIO(path.read_bytes()))) == [], path


def test_a_translation_with_other_placeholders_is_not_taken(tool, tmp_path, monkeypatch):
    monkeypatch.setattr(tool, "CATALOGS", tmp_path)
    sentence = str(customers.INCLUDED)
    wrong = re.sub(r"\{(\w+)[^}]*\}", r"{\1:points}", sentence, count=1)
    (tmp_path / "a.json").write_text(json.dumps({sentence: wrong}), encoding="utf-8")
    assert tool.take("xx", [tmp_path / "a.json"]) == [sentence]
    (tmp_path / "a.json").write_text(json.dumps({sentence: sentence}), encoding="utf-8")
    assert tool.take("xx", [tmp_path / "a.json"]) == []
    kept = tool.read(tool.path_of("xx"))
    assert kept[sentence].string == sentence


def test_a_catalog_changes_what_is_told(tool, spoken, tmp_path, minimal, write_study):
    catalog = tool.template()
    catalog[str(people.NOT_AGREED)].string = "Niemand hat die Rangfolge geprüft."
    catalog["rows that were read"].string = "gelesene Zeilen"
    catalog["Rows read"].string = "Gelesen"
    catalog[str(customers.READ)].string = "Was gelesen wurde"
    folder = tmp_path / "catalogs" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.po").open("wb") as stream:
        write_po(stream, catalog)
    ws = Workspace.open(study=str(write_study(minimal)), reports=str(tmp_path / "reports"))
    spoken("de", catalogs=tmp_path / "catalogs")
    assert words.say(people.NOT_AGREED).startswith("Niemand")
    assert words.say(customers.NO_MRR) == customers.NO_MRR  # not translated yet
    read = pd.DataFrame({"table": ["accounts"], "files": ["a.csv"], "rows_in": [3]})
    shown = exhibits.table(
        ws, "rows_read", read, title=customers.READ, source="", columns=list(read)
    )
    assert shown.title == "Was gelesen wurde"
    assert shown.columns == ("Table", "Files", "Gelesen")


def test_a_language_without_a_catalog_is_an_error(spoken, tmp_path):
    with pytest.raises(StudyError, match="no catalog of the study's language") as refused:
        spoken("xx", catalogs=tmp_path)
    assert "language: xx" in str(refused.value)


def test_the_dictionary_of_columns_that_a_study_names_is_told_in_its_language(
    spoken, minimal, write_study
):
    minimal |= {
        "language": "zh",
        "attributes": {"region": {"label": "地区"}, "seats": {"type": "number", "bands": 3}},
        "quality_score": {
            "costs": {"support": {"label": "支持成本", "count": "tickets", "amount": 20}}
        },
        "tags": {"columns": {"account_id": "Id", "tenure": "Stage"}, "also": ["region"]},
    }
    study = load_study(write_study(minimal))

    def told() -> list[str]:
        places = [("attributes", "region"), ("attributes", "seats"), ("quality_scores", "support"),
                  ("crm_tags", "Stage")]  # fmt: skip
        return [outputs.column(study, *place).meaning for place in places]

    english = told()
    assert english == [
        "地区; blank = not known",
        "Seats, in bands; blank = not known",
        "支持成本, subtracted from the quality score; signed as it enters the sum",
        "the tag tenure; blank = not known",
    ]
    spoken("zh")
    for text, before in zip(told(), english, strict=True):
        assert not re.search("blank|score|tag|bands", text), before
    assert told()[0].startswith("地区；空白")
