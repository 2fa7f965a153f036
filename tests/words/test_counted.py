"""Every noun that is counted has its sentence: one without ends a run at its pages."""

import ast
from pathlib import Path

import helpers
from helpers.report.wording import counted
from helpers.words.counting import COUNTED


def nouns():
    for path in sorted(Path(helpers.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = getattr(called, "attr", getattr(called, "id", ""))
            if name == "counted" and len(node.args) > 1:
                told = node.args[1]
                both = (told.body, told.orelse) if isinstance(told, ast.IfExp) else (told,)
                yield from (one.value for one in both if isinstance(one, ast.Constant))


def test_every_noun_that_is_counted_has_its_sentence():
    found = set(nouns())
    assert len(found) > 10
    assert found <= set(COUNTED)
    assert counted(1, "test") == "one test"
    assert counted(2, "test") == "two tests"


def test_drafted_messages_are_for_one_play_or_several():
    from helpers.words import action, say

    told = [say(action.WRITTEN, messages=9, plays=plays) for plays in (1, 2)]
    assert "for 1 play (" in told[0] and "for 2 plays (" in told[1]
