"""Sentences for readers stand in `helpers.words`; other modules hand over ids and values."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "src" / "helpers"
# What holds declarations (labels and meanings, extracted from there), SQL, or talks to whoever runs
# the project: messages for analysts are StudyErrors.
HOLDS = (
    "words/", "outputs/", "tables.py", "metrics/catalog/", "study/", "sandbox/", "run.py",
    "__main__.py", "warm.py", "faults.py", "resuming.py",
    "backfill.py", "reproducing.py", "summary.py", "method_effect.py",
    "collect/presets/", "collect/engines/", "collect/columntypes.py",
    "check/", "draft/", "report/styling.py", "report/powerpoint/master.py", "segments/verdicts.py",
)  # fmt: skip
ERRORS = re.compile(r"(Error|_wrong|_refused|_missing|_clash)$")
# SQL, markup and styles are no sentences.
CODE = re.compile(r"SELECT |\b(FROM|AND|IS|IN|OR|AS|DROP)\b|[<>@=]|--|::|xmlns|https?:|Noto Sans")
# Names of things that no reader sees, and parts of messages of StudyErrors.
NAMES = (
    "currency per year", "outside lower left", "XY scatter chart",
    "has more than one rate for a currency and month", "has rates that are not above 0",
    "the query of sources.{}", "DuckDB SQL over {}", "the condition of {}",
    "{} has {} more than once: ask for \"{}\" or another of {}",
    "forms of letters", "zeros in front", "hyphens and other signs", " or another of {}",
    "MRR in force", "order value of the year",
    "gives {} answers for {} customers", "a condition over the customers",
)  # fmt: skip
MODULES = [path for path in sorted(ROOT.rglob("*.py"))
           if not path.relative_to(ROOT).as_posix().startswith(HOLDS)]  # fmt: skip


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every string but docstrings, annotations and messages of errors.

    What an f-string fills in is told as ``{}``.
    """
    tree = ast.parse(source)
    passed: set[int] = set()
    for node in ast.walk(tree):
        apart: list[ast.AST | None] = []
        if isinstance(node, ast.Expr):
            apart = [node.value] if isinstance(node.value, ast.Constant) else []
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            apart = [node] if ERRORS.search(name) else []
        elif isinstance(node, ast.AnnAssign | ast.arg):
            apart = [node.annotation]
        elif isinstance(node, ast.FunctionDef):
            apart = [node.returns]
        passed |= {id(part) for top in apart if top is not None for part in ast.walk(top)}
    for node in ast.walk(tree):
        if id(node) in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            passed |= {id(part) for part in ast.walk(node)}
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def is_prose(text: str) -> bool:
    """Three words or more, or two that end as a sentence does."""
    words = re.findall(r"[A-Za-z’']{2,}", re.sub(r"\{[^}]*\}", "", text))
    if text in NAMES or CODE.search(text) or " " not in text.strip():
        return False
    return len(words) >= 3 or (len(words) == 2 and text.rstrip().endswith("."))


@pytest.mark.parametrize(
    "path", MODULES, ids=[path.relative_to(ROOT).as_posix() for path in MODULES]
)
def test_no_sentence_stands_outside_of_words(path):
    found = [f"{line}: {text}" for line, text in texts(path.read_text("utf-8")) if is_prose(text)]
    assert not found, f"move to helpers/words as N_ constants: {found}"


def test_the_rule_finds_sentences_and_nothing_else():
    source = '''
def tell(n: "a few words here") -> "ir.Table | None":
    """A docstring with words."""
    raise StudyError("A message for analysts.", found=f"{n} rows of it")
    return f"{n} customers were found", "not proven", "Nothing moved.", "SELECT a FROM b"
'''
    assert [text for _, text in texts(source) if is_prose(text)] == [
        "{} customers were found",
        "Nothing moved.",
    ]
