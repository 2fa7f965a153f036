"""The schema, the reference and the guides say what the code says, and their examples hold."""

import importlib.util
import json
import re

import pytest
import yaml

from helpers.study.file import load_study


@pytest.fixture(scope="module")
def tool(root):
    spec = importlib.util.spec_from_file_location("reference", root / "tools" / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_docs_are_those_of_the_code(tool, root):
    for name, text in tool.files().items():
        written = (root / "docs" / name).read_text(encoding="utf-8")
        assert written == text, f"docs/{name} is old: python tools/reference.py"


def test_the_schema_takes_the_studies_that_we_ship(tool, root):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(tool.schema())
    for path in ("data/raw/sample", "studies/ravenstack", "studies/online_retail"):
        text = (root / path / "study.yml").read_text(encoding="utf-8")
        # Editors see days as texts.
        content = json.loads(json.dumps(yaml.safe_load(text), default=str))
        jsonschema.validate(content, schema)


@pytest.mark.parametrize(
    "change",
    [
        {"atributes": {}},
        {"business_model": "barter"},
        {"fiscal_year_starts": 13},
        {"customer_list": {"exclude": [{"rule": "gut_feeling"}]}},
        {"attributes": {"industry": {"typ": "category"}}},
    ],
)
def test_the_schema_refuses_what_the_models_refuse(tool, minimal, change):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(tool.schema())
    jsonschema.validate(minimal, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**minimal, **change}, schema)


def test_every_section_has_an_example_that_the_schema_takes(tool):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(tool.schema())
    shown = tool.examples(schema)
    assert shown.keys() == schema["$defs"].keys()
    written = tool.reference()
    for name, (where, example) in shown.items():
        content = json.loads(json.dumps(example, default=str))
        jsonschema.validate(content, {"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})
        assert f"As in `{where}`:\n\n```yaml\n{tool._yaml(example)}```" in written


def test_examples_that_no_study_has_are_parts_of_one(root, minimal, write_study):
    parts = yaml.safe_load((root / "tools" / "examples.yml").read_text(encoding="utf-8"))
    of_some_study = minimal | {"attributes": {"region": {}}}  # `tags` names it
    study = load_study(write_study(of_some_study | parts))
    assert study.limits.wait_seconds == 60
    assert list(study.books.managers) == ["Ana Ruiz", "Ben Okoye"]


def test_studies_in_the_guides_are_studies(tool, root, minimal, write_study):
    known = json.loads(tool.schema())["properties"]
    found = 0
    for path in (root / "README.md", *sorted((root / "docs").glob("*.md"))):
        text = path.read_text(encoding="utf-8")
        blocks = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        for block in blocks if path.name != "reference.md" else ():
            content = yaml.safe_load(block)
            if "jobs" in content or "script" in content.get("report", ()):  # of a CI service
                continue
            assert content.keys() <= known.keys(), path.name
            load_study(write_study(minimal | content))
            found += 1
    assert found >= 2


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning", "ignore::DeprecationWarning")
def test_the_site_is_built_and_needs_no_network(root, tmp_path):
    """Warnings end the build: among them are links that lead nowhere."""
    from sphinx.cmd.build import build_main

    arguments = ["-q", "-W", "-E", "-b", "html", "-d", str(tmp_path / "trees")]
    assert build_main([*arguments, str(root / "docs"), str(tmp_path / "site")]) == 0
    pages = {path.name: path.read_text() for path in (tmp_path / "site").glob("*.html")}
    assert {"guide.html", "quarters.html", "method.html", "safety.html", "reference.html"} <= set(
        pages
    )
    for name, text in pages.items():
        loaded = re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=\"([^\"]+)", text)
        assert not [place for place in loaded if "//" in place], name
    assert 'href="method.html"' in pages["guide.html"]
