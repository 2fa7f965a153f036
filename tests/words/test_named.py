"""Sentences that code names exist: a name that went would be missed by the rare case alone."""

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import helpers
import helpers.words

ROOMS = {module.name for module in pkgutil.iter_modules(helpers.words.__path__)}
FILES = sorted(Path(helpers.__file__).parent.rglob("*.py"))


def named(tree: ast.Module) -> set[tuple[str, str]]:
    """Module of words and name in it, for each ``words.NAME`` of a file."""
    rooms = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "helpers.words":
            rooms |= {one.asname or one.name: one.name for one in node.names if one.name in ROOMS}
    return {
        (rooms[node.value.id], node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in rooms
        and node.attr.isupper()  # a local variable may have the name of a room
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sentence_that_is_named_exists(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for room, name in sorted(named(tree)):
        assert hasattr(importlib.import_module(f"helpers.words.{room}"), name), f"{room}.{name}"


def test_names_are_seen():
    tree = ast.parse("from helpers.words import deck as prose\nprose.GONE\nother.KEPT\n")
    assert named(tree) == {("deck", "GONE")}


def test_no_sentence_takes_the_name_of_another(root):
    for path in sorted((root / "src/helpers/words").glob("*.py")):
        targets = [
            target
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign)
            for one in node.targets
            for target in (one.elts if isinstance(one, ast.Tuple) else [one])
        ]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        assert sorted(names) == sorted(set(names)), path.name
