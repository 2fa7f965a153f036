"""From the bytes of a study file to plain values, or to one message per mistake.

Nothing here knows what a study is: it is about text that is not UTF-8, YAML that is none, and
values that no key can hold, such as a number that is none or a template that was not filled in.
"""

import math
import re
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

import yaml

from helpers.errors import StudyError
from helpers.study.addresses import redacted

LARGEST = 400_000  # bytes of a study file
DEEPEST = 24  # mappings and lists within one another; the deepest key of a study lies at eight
MOST = 200_000  # values, each counted as often as it is referred to
LARGE = 1e15  # beyond, whole numbers and cents are no longer told apart

_TEMPLATE = re.compile(r"\{\{[^{}]*\}\}|\{%.*%\}|<[^<>\n]{1,80}>|\[\[[^\]]*\]\]", re.DOTALL)
_BLANK = re.compile(r"(?i)(todo|tbd|fixme|change[ _-]?me|fill[ _-]?(me[ _-]?)?in|x{3,}|\.{3,}|…)")
# Lists of a company's own values, where a word in angle brackets may be one.
_OWN_WORDS = ("is", "order")
_NEVER_BLANK = ("study", "title", "default_quarter", "timezone", "path", "query", "database")


_BOOLEAN, _TEXT = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:str"


class _Loader(yaml.SafeLoader):
    """YAML loader that refuses a key given twice, which YAML would settle in silence.

    Words for truth values, such as ``on`` and ``no``, are texts where they are keys.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        self.flatten_mapping(node)
        seen = set()
        for key_node, _ in node.value:
            if key_node.tag == _BOOLEAN:
                key_node.tag = _TEXT  # a key is a name: `on` is no truth value
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise _wrong("a key that is itself a mapping or a list: a template that was not "
                             "filled in? Texts with { or [ stand in quotes", key_node)  # fmt: skip
            if key in seen:
                raise _wrong(f"the key {key!r} is given twice", key_node)
            seen.add(key)
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
            value = node.value if isinstance(node, yaml.ScalarNode) else "this"
            kind = node.tag.rpartition(":")[2]
            told = f"; {error}" if isinstance(error, ValueError) else ""
            raise _wrong(f"{value!r} is no {kind}{told}", node) from None


def _wrong(told: str, node: yaml.Node) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, told, node.start_mark)


def read_yaml(path: Path) -> Any:
    """The values of a YAML file.

    Raises
    ------
    StudyError
        A file that cannot be read, is no text or no YAML, or holds values that no key can take:
        every one of these at once.
    """
    content = _parsed(_text(path), path.name)
    problems = list(_impossible(content))
    if problems:
        most = 100
        more = [f"… and {len(problems) - most} more"] if len(problems) > most else []
        raise StudyError.of(f"{path.name}: {told}" for told in problems[:most] + more)
    return content


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise StudyError(
                f"{path.name} is too large for a study file.",
                found=f"{size:,} bytes",
                expected=f"at most {LARGEST:,}; raw data stand in files of their own",
            )
        raw = path.read_bytes()
    except OSError as error:
        raise StudyError(
            f"{path.name} cannot be read.", found=f"{path}: {error.strerror}"
        ) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise StudyError(
            f"{path.name} is not UTF-8 text: line {line} cannot be decoded.",
            found=f"bytes {raw[error.start : error.start + 4].hex(' ')}",
            expected="a text file in the encoding UTF-8",
            remedy="save it again as UTF-8 (in an editor: “save with encoding”)",
        ) from None


def _parsed(text: str, file: str) -> Any:
    try:
        depth = 0
        for event in yaml.parse(text, Loader=_Loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise StudyError(
                    f"{file}: mappings and lists lie too deep in one another, in line "
                    f"{event.start_mark.line + 1}.",
                    found=f"more than {DEEPEST} within one another",
                    expected="the keys of a study file, of which the deepest lies at eight",
                )
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        told = redacted(f"{file} is not valid YAML: {error}")
        if "'\\t'" in str(error):
            told += "\n  to do:    indent with spaces; YAML knows no tabs"
        raise StudyError(told) from None


def _impossible(content: Any) -> Iterator[str]:
    """What no key of a study file can hold, with the path of its key."""
    todo: list[tuple[tuple, Any]] = [((), content)]
    seen = 0
    while todo:
        place, value = todo.pop()
        seen += 1
        if seen > MOST or len(place) > 2 * DEEPEST:
            yield f"more than {MOST:,} values, or one that refers to itself"
            return
        if isinstance(value, dict):
            for key, inner in reversed(value.items()):
                if isinstance(key, str) and (told := _text_problem(key)):
                    yield f"a key of `{written(place)}` {told}"
                todo.append(((*place, key), inner))
            if not place and any(not isinstance(key, str) for key in value):
                odd = next(key for key in value if not isinstance(key, str))
                yield f"the key {odd!r} is no text\n  allowed:  the name of a section"
        elif isinstance(value, list | tuple | set):
            todo += [((*place, k), inner) for k, inner in reversed(list(enumerate(value)))]
        else:
            told = _scalar_problem(place, value)
            if told is not None:
                yield f"`{written(place)}` {told}"


def _scalar_problem(place: tuple, value: Any) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return f"is no number\n  found:    {value}\n  allowed:  a finite number"
    if isinstance(value, int | float) and abs(value) > LARGE:
        digits = len(str(value))
        found = str(value) if digits < 40 else f"a number of {digits:,} digits"
        return f"is too large\n  found:    {found}\n  allowed:  numbers up to {LARGE:,.0f}"
    if isinstance(value, str):
        return _text_problem(value) or _template_problem(place, value)
    return None


def _text_problem(text: str) -> str | None:
    if "\0" in text:
        return "holds a NUL character (0x00)"
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return "holds half a character (a lone surrogate, such as \\ud800)"
    return None


def _template_problem(place: tuple, text: str) -> str | None:
    keys = [part for part in place if isinstance(part, str)]
    last = keys[-1] if keys else ""
    bare = text.strip()
    of_template = last not in _OWN_WORDS and _TEMPLATE.fullmatch(bare)
    named = last in _NEVER_BLANK or (len(keys) > 1 and "files" in keys[-2:-1])
    if of_template or (named and _BLANK.fullmatch(bare)):
        return f"was not filled in\n  found:    {shortened(text)}\n  allowed:  a value of your own"
    return None


def shortened(value: Any, most: int = 200) -> str:
    """A value as a message shows it, cut where it is long."""
    shown = repr(value)
    return shown if len(shown) <= most else f"{shown[:most]} … ({len(shown):,} letters)"


def written(place: tuple) -> str:
    """A key path as a message shows it.

    >>> written(("hypotheses", 0, "where"))
    'hypotheses[0].where'
    """
    parts = (f"[{part}]" if isinstance(part, int) else str(part) for part in place)
    return re.sub(r"\.\[", "[", ".".join(parts))
