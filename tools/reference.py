"""The reference of everything a study can say and gets: ``python tools/reference.py``.

Writes ``docs/study.schema.json`` (editors complete and check study files with it) and
``docs/reference.md``, both from the code; a test holds them to it.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from helpers.metrics.catalog import METRICS
from helpers.outputs import OUTPUTS
from helpers.study import Study
from helpers.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
# Where examples are taken from: studies that are run, then what none of them says.
EXAMPLES = (
    *("data/raw/sample/study.yml", "studies/ravenstack/study.yml"),
    *("studies/online_retail/study.yml", "tools/examples.yml"),
)
LINES = 12  # of an example, where a shorter one says as much
# An editor that knows YAML's language server reads this line at the head of a study file.
HINT = "# yaml-language-server: $schema=docs/study.schema.json"


def schema() -> str:
    """The JSON Schema of ``study.yml``."""
    content = Study.model_json_schema(by_alias=True)
    content["properties"].pop("path")
    content["required"].remove("path")
    content["title"] = "A study file"
    content["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    # A file may be named by its path alone.
    source = content["$defs"]["Source"]["properties"]["files"]
    for name, entry in source["patternProperties"].items():
        source["patternProperties"][name] = {"anyOf": [{"type": "string"}, entry]}
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def reference() -> str:
    """Keys, tables, metrics and data files as Markdown."""
    content = json.loads(schema())
    parts = [
        "# Reference",
        "Made from the code by `tools/reference.py`. Editors check study files against "
        f"[study.schema.json](study.schema.json): `{HINT}`.",
        "## Keys of a study file",
        *_section("study.yml", content, content["$defs"]),
    ]
    shown = examples(content)
    for name, section in sorted(content["$defs"].items()):
        parts += _section(name, section, content["$defs"])
        if name not in shown:
            sys.exit(f"{name} has no example: write one into tools/examples.yml")
        where, example = shown[name]
        parts.append(f"As in `{where}`:\n\n```yaml\n{_yaml(example)}```")
    parts.append("## Canonical tables")
    for table in TABLES.values():
        parts += [f"### {table.name}", f"{table.description[0].upper()}{table.description[1:]}."]
        rows = [
            (f"`{c.name}`{' *' if c.required else ''}", c.kind, c.description)
            for c in table.columns
        ]
        parts.append(_table(("column (* required)", "kind", "meaning"), rows))
        if table.open_columns:
            parts.append("Other columns are kept: they may be attributes.")
    parts.append("## Metrics")
    rows = [(f"`{m.name}`", m.label, m.unit, m.definition) for m in METRICS.values()]
    parts.append(_table(("metric", "called", "unit", "definition"), rows))
    parts.append("## Data files")
    for name, output in OUTPUTS.items():
        parts += [f"### {name}", output.about]
        rows = [(f"`{n}`", c.type, c.unit, c.meaning) for n, c in output.columns.items()]
        parts.append(_table(("column", "type", "unit", "meaning"), rows))
    return "\n\n".join(parts) + "\n"


def examples(content: dict) -> dict[str, tuple[str, dict]]:
    """For each section the file and the part of it that shows most of its keys in few lines."""
    found: dict[str, list[tuple[str, dict]]] = {}
    for where in EXAMPLES:
        study = yaml.safe_load((ROOT / where).read_text(encoding="utf-8"))
        for name, part in _parts(content, study, content["$defs"]):
            found.setdefault(name, []).append((where, part))

    def worth(one: tuple[str, dict]) -> tuple[bool, int, int]:
        lines = _yaml(one[1]).count("\n")
        return lines <= LINES, len(one[1]), -lines

    return {name: max(parts, key=worth) for name, parts in found.items()}


def _parts(section: dict, content: dict, known: dict) -> Iterator[tuple[str, dict]]:
    """Every part of a study file with the name of the section that it is."""
    for key, value in content.items():
        for name, inside in _named(section.get("properties", {}).get(key, {})):
            if inside == "names":
                parts = value.values() if isinstance(value, dict) else ()
            else:
                parts = value if inside == "list" and isinstance(value, list) else [value]
            for part in parts:
                if isinstance(part, dict):
                    yield name, part
                    yield from _parts(known[name], part, known)


def _named(entry: dict) -> Iterator[tuple[str, str]]:
    """Sections that a key holds, and whether itself, in a list or under names."""
    if "$ref" in entry:
        yield entry["$ref"].rpartition("/")[2], ""
    for one in entry.get("anyOf", ()):
        yield from _named(one)
    inner = [entry.get("additionalProperties"), *entry.get("patternProperties", {}).values()]
    for kind, below in (("list", [entry.get("items")]), ("names", inner)):
        for one in below:
            if isinstance(one, dict):
                yield from ((name, kind) for name, _ in _named(one))


def _yaml(content: dict) -> str:
    return yaml.safe_dump(
        content, sort_keys=False, allow_unicode=True, width=90, default_flow_style=None
    )


def _section(name: str, section: dict, known: dict) -> list[str]:
    rows = [
        (f"`{key}`", _kind(entry), _default(key, entry, section))
        for key, entry in section.get("properties", {}).items()
    ]
    return [f"### {name}", section.get("description", ""), _table(("key", "takes", "else"), rows)]


def _kind(entry: dict) -> str:
    """What a key takes, in short."""
    if "$ref" in entry:
        return f"[{entry['$ref'].rpartition('/')[2]}](#{entry['$ref'].rpartition('/')[2].lower()})"
    if "anyOf" in entry:
        return " or ".join(dict.fromkeys(_kind(one) for one in entry["anyOf"]))
    if "enum" in entry:
        return ", ".join(f"`{value}`" for value in entry["enum"])
    if "const" in entry:
        return f"`{entry['const']}`"
    kind = entry.get("type", "anything")
    if kind == "array":
        inner = entry.get("items") or {}
        return f"list of {_kind(inner)}" if inner else "list"
    if kind == "object":
        inner = entry.get("additionalProperties")
        inner = next(iter(entry.get("patternProperties", {}).values()), inner)
        return f"names with {_kind(inner)}" if isinstance(inner, dict) else "names with values"
    bounds = {"minimum": "≥", "maximum": "≤", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}
    told = " ".join(f"{sign} {entry[key]}" for key, sign in bounds.items() if key in entry)
    words = {"string": "text", "number": "number", "integer": "whole number"}
    words["boolean"] = "yes or no"
    return " ".join(filter(None, (words.get(kind, "nothing"), told)))


def _default(key: str, entry: dict, section: dict) -> str:
    if key in section.get("required", ()):
        return "required"
    value = entry.get("default")
    if value in (None, "", [], {}) or isinstance(value, dict):
        return ""
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _table(head: tuple[str, ...], rows: list[tuple]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(_cell(c) for c in line)} |" for line in lines)


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


def main() -> int:
    """Write both files."""
    for name, text in files().items():
        (DOCS / name).write_text(text, encoding="utf-8")
    return 0


def files() -> dict[str, str]:
    """Name in ``docs/`` → content."""
    return {"study.schema.json": schema(), "reference.md": reference()}


if __name__ == "__main__":
    sys.exit(main())
