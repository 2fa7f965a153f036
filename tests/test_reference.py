"""The schema and the reference say what the code says."""

import importlib.util
import json

import pytest
import yaml


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
