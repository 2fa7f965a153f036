"""The template of a catalog of translations: every sentence that readers see, with where it stands.

    python tools/words.py words.pot            write the template (gettext)
    python tools/words.py --lacks de.po        list the sentences that a catalog lacks

Extracted are the sentences of `helpers.words` (marked with `N_`), the meanings and headings of
`helpers.outputs`, labels and definitions of the metrics, the Markdown cells of the notebooks and
the page on methods.
"""

import argparse
import ast
import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "helpers"
# Functions of `helpers.outputs` whose first argument is what a column means.
COLUMNS = ("text", "choice", "level", "yes_no", "day", "whole", "count", "number", "money",
           "ratio", "probability", "by_unit", "unit")  # fmt: skip
LABELS = ("label", "definition", "note", "meaning", "about")

Message = tuple[str, str, int]  # sentence, file, line


def messages() -> Iterator[Message]:
    """Every sentence with its place."""
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


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--lacks", action="store_true", help="list what the catalog lacks")
    chosen = parser.parse_args(arguments)
    if chosen.lacks:
        absent = lacking(read_po(BytesIO(chosen.file.read_bytes())))
        print(*absent, sep="\n")
        return 1 if absent else 0
    with chosen.file.open("wb") as stream:
        write_po(stream, template(), width=100, sort_by_file=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
