"""The catalogs of translations: every sentence that readers see, with where it stands.

    python tools/words.py words.pot               write the template (gettext)
    python tools/words.py --lacks zh              list the sentences that a catalog lacks
    python tools/words.py --lacks zh --json F     the same as a JSON file, {"English": ""}, to fill
    python tools/words.py --take zh F.json …      put translations of such files into the catalog

Extracted are the sentences of `helpers.words` (marked with `N_`), the meanings, headings, units and
fixed values of `helpers.outputs`, labels and definitions of the metrics, the choices of ready-made
sources, the Markdown cells of the notebooks and the page on methods.
"""

import argparse
import ast
import json
import string
import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "helpers"
CATALOGS = SOURCE / "words" / "locale"
# Functions of `helpers.outputs` whose first argument is what a column means.
COLUMNS = ("text", "choice", "level", "yes_no", "day", "whole", "count", "number", "money",
           "ratio", "probability", "by_unit", "unit")  # fmt: skip
LABELS = ("label", "definition", "note", "meaning", "about")
ONE = "one|"

Message = tuple[str, str, int]  # sentence, file, line


@cache
def messages() -> tuple[Message, ...]:
    """Every sentence with its place."""
    return tuple(_messages())


def _messages() -> Iterator[Message]:
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        declared = "/outputs/" in place
        metrics = "/metrics/catalog/" in place
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            marked = name == "N_" or (declared and name in (*COLUMNS, "Output"))
            found = node.args[:1] if marked else []
            if declared or metrics:
                found = [*found, *(k.value for k in node.keywords if k.arg in LABELS)]
            if metrics and name == "Metric":
                found = [*found, node.args[1], *node.args[5:6]]
            for text in found:
                if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
                    yield text.value, place, text.lineno
    yield from declarations()
    yield from presets()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for at, cell in enumerate(cells):
            if cell["cell_type"] == "markdown":
                yield "".join(cell["source"]), path.relative_to(ROOT).as_posix(), at
    for path in sorted(SOURCE.rglob("method.md")):
        line = 1
        for part in path.read_text(encoding="utf-8").split("\n\n"):
            if part.strip():
                yield part.strip("\n"), path.relative_to(ROOT).as_posix(), line
            line += part.count("\n") + 2


def presets() -> Iterator[Message]:
    """What the choices and remarks of ready-made sources mean."""
    for path in sorted((SOURCE / "collect" / "presets").glob("*/preset.yml")):
        place = path.relative_to(ROOT).as_posix()
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for choice in content.get("choices", {}).values():
            allowed = choice.get("allowed")
            told = allowed.values() if isinstance(allowed, dict) else ()
            for text in (choice["about"], *told):
                yield text["meaning"] if isinstance(text, dict) else str(text), place, 1
        for remark in content.get("remarks", ()):
            yield remark["says"], place, 1


def declarations() -> Iterator[Message]:
    """What declarations say without a sentence: headings made from names, values, units, types."""
    from helpers.outputs import OUTPUTS, UNITS, VIEWS, heading
    from helpers.report.describing import VALUES

    place = "src/helpers/outputs/declared.py"
    columns = [pair for output in OUTPUTS.values() for pair in output.columns.items()]
    columns += [pair for view in VIEWS.values() for pair in view.items()]
    for name, column in columns:
        if column is None:  # a view that shows the column as its data file declares it
            continue
        yield column.label or heading(name), place, 1
        yield column.type, place, 1
        for value in column.allowed:
            if isinstance(value, str) and value and value not in UNITS:
                yield value.replace("_", " "), place, 1
    for name in VALUES:
        yield heading(name), place, 1
    for unit in UNITS:
        if unit.strip("%"):
            yield unit, place, 1


def template() -> Catalog:
    """All sentences, each once, with every place."""
    catalog = Catalog(project="best-customer-segmentation", fuzzy=False)
    for sentence, place, line in messages():
        catalog.add(sentence, locations=[(place, line)])
    return catalog


def lacking(catalog: Catalog) -> list[str]:
    """Sentences that a catalog does not translate, in the order of the template."""
    known = {message.id for message in catalog if message.string and not message.fuzzy}
    return [message.id for message in template() if message.id and message.id not in known]


def fields(sentence: str) -> set[tuple[str, str]]:
    """Names and formats of the placeholders; a word in the number of a value is no placeholder."""
    found = string.Formatter().parse(sentence)
    return {(name, spec or "") for _, name, spec, _ in found if name and not spec.startswith(ONE)}


def is_prose(place: str) -> bool:
    """Whether a text is Markdown, in which braces stand for themselves."""
    return place.endswith((".md", ".ipynb"))


def faults(catalog: Catalog) -> list[str]:
    """Sentences whose translation has other placeholders, or others than the sentence's values."""
    found = []
    for message in catalog:
        prose = any(is_prose(place) for place, _ in message.locations)
        if not message.id or not message.string or prose:
            continue
        try:
            same = fields(message.id) == fields(message.string)
            names = {name for _, name, _, _ in string.Formatter().parse(message.id) if name}
            told = {name for _, name, _, _ in string.Formatter().parse(message.string) if name}
        except ValueError:
            same, names, told = False, set(), set()
        if not same or not told <= names:
            found.append(message.id)
    return found


def path_of(language: str) -> Path:
    """The catalog of a language, or the file that is named."""
    named = Path(language)
    return named if named.suffix == ".po" else CATALOGS / language / "LC_MESSAGES" / "messages.po"


def read(path: Path) -> Catalog:
    """A catalog; an empty one where there is none yet."""
    return read_po(BytesIO(path.read_bytes())) if path.exists() else Catalog()


def take(language: str, files: list[Path]) -> list[str]:
    """Put translations into a language's catalog; sentences that went leave it. Returns faults."""
    path = path_of(language)
    before = {m.id: m.string for m in read(path) if m.id and m.string and not m.fuzzy}
    known = dict(before)
    for file in files:
        known |= {en: told for en, told in json.loads(file.read_text("utf-8")).items() if told}
    catalog = template()
    for message in catalog:
        if message.id in known:
            message.string = known[message.id]
    wrong = faults(catalog)
    for sentence in wrong:  # what was right until now stays
        catalog[sentence].string = before.get(sentence, "")
    for sentence in faults(catalog):
        catalog[sentence].string = ""
    for message in catalog:  # the lines of a place change with every edit of its file
        message.locations = sorted({(place, 1) for place, _ in message.locations})
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = BytesIO()
    write_po(stream, catalog, width=100, sort_by_file=True, omit_header=True, include_lineno=False)
    lines = (f"Language: {language}", "Content-Type: text/plain; charset=utf-8")
    head = 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines)
    path.write_bytes(f"{head}\n".encode() + stream.getvalue())
    return wrong


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", nargs="*", type=Path)
    parser.add_argument("--lacks", metavar="LANGUAGE", help="list what a catalog lacks")
    parser.add_argument("--json", type=Path, help="with --lacks: write it as a file to fill in")
    parser.add_argument("--take", metavar="LANGUAGE", help="put translations into a catalog")
    chosen = parser.parse_args(arguments)
    if chosen.take:
        wrong = take(chosen.take, chosen.file)
        print(*(f"other placeholders, not taken: {one}" for one in wrong), sep="\n")
        chosen.lacks = chosen.take
    if chosen.lacks:
        absent = lacking(read(path_of(chosen.lacks)))
        if chosen.json:
            text = json.dumps(dict.fromkeys(absent, ""), ensure_ascii=False, indent=1)
            chosen.json.write_text(text, encoding="utf-8")
        print(*absent, sep="\n")
        return 1 if absent else 0
    if len(chosen.file) != 1:
        parser.error("name the template's file, such as words.pot")
    with chosen.file[0].open("wb") as stream:
        write_po(stream, template(), width=100, sort_by_file=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
