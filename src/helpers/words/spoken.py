"""The language that everything is told in, and its catalog.

A catalog is one file, ``locale/<language>/LC_MESSAGES/messages.po``: gettext's format, made from
the template of ``tools/words.py``. It is read as it is: no compiled copy can fall behind it.
"""

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, overload

from helpers.errors import StudyError, listed

CATALOGS = Path(__file__).parent / "locale"
ENGLISH = "en"
FILE = "LC_MESSAGES/messages.po"

_language = ENGLISH
_known: dict[str, str] = {}  # every sentence of the catalog with its translation


class Sentence(str):
    """A sentence for readers, with ``{name:format}`` placeholders."""

    __slots__ = ()


def N_(text: str) -> Sentence:
    """Mark an English sentence as one that readers see."""
    return Sentence(text)


class Composed(str):
    """A sentence with names in it, made before anybody knows in which language it will be read."""

    sentence: str
    values: dict[str, str]


def composed(sentence: str, **values: str) -> Composed:
    """A sentence with its names, for a declaration: `Told` tells both in the language spoken."""
    made = Composed(sentence.format(**values))
    made.sentence, made.values = sentence, values
    return made


def languages(catalogs: Path = CATALOGS) -> tuple[str, ...]:
    """English, and every language that has a catalog."""
    return (ENGLISH, *sorted(path.parts[-3] for path in catalogs.glob(f"*/{FILE}")))


def speak(language: str = ENGLISH, *, catalogs: Path = CATALOGS) -> None:
    """Tell everything from now on in a language; English needs no catalog.

    Parameters
    ----------
    language : such as ``zh``.
    catalogs : folder of gettext catalogs: ``<language>/LC_MESSAGES/messages.po``. The template
        of a catalog comes from ``tools/words.py``.

    Raises
    ------
    StudyError
        When there is no catalog of the language.
    """
    global _language, _known
    if language == ENGLISH:
        _known = {}
    else:
        path = catalogs / language / FILE
        if not path.is_file():
            raise StudyError(
                "There is no catalog of the study's language.",
                found=f"language: {language}",
                expected=listed(languages(catalogs), most=40),
                remedy="name one of these; CONTRIBUTING.md says how a language is added",
            )
        _known = _catalog(path)
    _language = language
    pieces.cache_clear()


@cache
def _catalog(path: Path) -> dict[str, str]:
    """Sentences of a catalog with their translations; what is only guessed (fuzzy) is none."""
    from babel.messages.pofile import read_po

    found = read_po(BytesIO(path.read_bytes()))
    known = (one for one in found if one.id and one.string and not one.fuzzy)
    return {str(one.id): str(one.string) for one in known}


def language() -> str:
    """The language that is spoken."""
    return _language


def english() -> bool:
    """Whether English is spoken: then every text is what it is."""
    return _language == ENGLISH


def translated(sentence: str) -> str:
    """The sentence in the language that is spoken; one that its catalog lacks stays English."""
    return _known.get(sentence, sentence)


# ── what was put together before it is shown ─────────────────────────────────────────────────────
NAMED = ": "
SENTENCE = 4  # words from which on what stands before a colon is no name
JOINTS = (". ", "; ", " — ", NAMED, ", ")  # what code puts between texts, the strongest first
HAN = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”"
WIDE = {", ": "，", "; ": "；", ": ": "：", ". ": "。"}
BESIDE_HAN = re.compile(rf"(?<=[{HAN}])([,;:.] )|([,;:.] )(?=[{HAN}])")
ANY_HAN = re.compile("[\u3400-\u9fff]")
BOLD = "**"  # around what is bold, which no reader sees
SEAM = "\0"  # where two pieces of a sentence meet
BEGINS, ENDS = "0-9A-Za-z€$£¥₹+−<>≤≥", "0-9A-Za-z%"  # what stands apart from Chinese characters
NO_SPACE_BETWEEN = re.compile(f"[\u3400-\u9fff]( ?{SEAM} | {SEAM} ?)[\u3400-\u9fff]")
SPACE_BETWEEN = re.compile(f"[\u3400-\u9fff]{SEAM}[{BEGINS}]|[{ENDS}]{SEAM}[\u3400-\u9fff]")
AFTER_WIDE = re.compile("(?<=[，。；：！？）”]) +")
FULL_STOP = re.compile(rf"(?<=[{HAN}])\.+(?=$|\n|</)|(?<=。)[.。]+")


def shown(text: Any) -> Any:
    """A text as readers see it: constants in tables and values of sentences in the language spoken.

    A text of two words or more that is a sentence of the catalog is told in it, and so are the
    parts of a text that code joined. One word may be a name of the data: only its column knows.
    """
    if english() or not isinstance(text, str) or not text:
        return text
    if isinstance(text, Sentence):
        return translated(text)
    return pieces(text)


def value(text: Any) -> Any:
    """One of a fixed list of values, such as a verdict, in the language that is spoken."""
    if english() or not isinstance(text, str) or not text:
        return text
    return _known.get(text) or _known.get(text.replace("_", " ")) or pieces(text)


@cache
def pieces(text: str) -> str:
    """A text, or the parts of it that code joined, as far as the catalog knows them."""
    return set_in(_parts(text, JOINTS))


def _parts(text: str, joints: tuple[str, ...]) -> str:
    """The parts between the first kind of joint that the text has, then between the others."""
    told = _known_text(text)
    if told or not joints:
        return told or text
    joint, others = joints[0], joints[1:]
    if joint == NAMED:  # a name and what is said of it, which may hold another colon
        first, found, rest = text.partition(joint)
        if not found:
            return _parts(text, others)
        named = _known.get(first, first) if len(first.split()) >= SENTENCE else first
        return f"{named}{joint}{_parts(rest, joints)}"
    if joint == ". ":
        parts = [f"{part}." for part in text.split(joint)]
        parts[-1], told_parts = parts[-1][:-1], []
        while parts:  # an entry of the catalog may be two sentences
            several = range(len(parts), 1, -1)
            most = next((n for n in several if _known_text(" ".join(parts[:n]))), 1)
            told_parts.append(_parts(" ".join(parts[:most]), others))
            parts = parts[most:]
        return " ".join(told_parts)
    parts, told_parts = text.split(joint), []
    while parts:  # a sentence may hold the joint itself: the longest one that is known
        most = next((n for n in range(len(parts), 1, -1) if _is_known(joint.join(parts[:n]))), 1)
        told_parts.append(_parts(joint.join(parts[:most]), others))
        parts = parts[most:]
    return joint.join(told_parts)


def _known_text(text: str) -> str | None:
    """A text of two words or more in the language spoken; None where the catalog has none."""
    return _known.get(text) if " " in text else None


def _is_known(text: str) -> bool:
    """Whether a text, or what it says of a name, is in the catalog."""
    return bool(_known_text(text) or _known_text(text.partition(NAMED)[2]))


def beside(first: str, then: str) -> str:
    """A piece of a sentence with the next one, one of which is a value: only a value shows what it
    begins and ends with.

    Between a Chinese character and a Latin letter or figure stands a space, between two Chinese
    characters none.

    >>> beside("由", "Sales"), beside("2026年9月30日", " 所研究的"), beside("前 ", "客户")
    ('由 Sales', '2026年9月30日所研究的', '前客户')
    >>> beside("共 ", "3"), beside("(", "3"), beside("a", "b")
    ('共 3', '(3', 'ab')
    >>> beside(beside("对**", "ERP"), "**的")
    '对 **ERP** 的'
    """
    if first.endswith(BOLD) or then.startswith(BOLD):
        return _beside_bold(first, then)
    if NO_SPACE_BETWEEN.search(f"{first[-2:]}{SEAM}{then[:2]}"):
        return f"{first.rstrip(' ')}{then.lstrip(' ')}"
    if SPACE_BETWEEN.search(f"{first[-1:]}{SEAM}{then[:1]}"):
        return f"{first} {then}"
    return first + then


def _beside_bold(first: str, then: str) -> str:
    """Pieces of which one begins or ends to be bold: a space stands outside of the signs for it."""
    before, after = first.removesuffix(BOLD), then.removeprefix(BOLD)
    if not SPACE_BETWEEN.search(f"{before[-1:]}{SEAM}{after[:1]}"):
        return first + then
    inside = first.count(BOLD) % 2 == 1
    if inside and first.endswith(BOLD):
        return f"{before} {BOLD}{then}"
    if inside:
        return f"{first}{BOLD} {after}"
    return f"{first} {then}"


def set_in(text: str) -> str:
    """Punctuation beside Chinese characters as Chinese sets it, where it is what is spoken.

    A Chinese name in an English sentence stands among English signs.
    """
    return text if english() else widened(text)


def widened(text: str) -> str:
    """Punctuation beside Chinese characters as Chinese sets it.

    >>> widened("已证实; 2 家. 共 3 家."), widened("a, b; c.")
    ('已证实；2 家。共 3 家。', 'a, b; c.')
    """
    if not ANY_HAN.search(text):
        return text
    text = BESIDE_HAN.sub(lambda found: WIDE[found[0]], text)
    return AFTER_WIDE.sub("", FULL_STOP.sub("。", text.replace("; ", "；")))


class Told:
    """A field of a declaration (a label, a meaning) that is read in the language spoken."""

    def __init__(self, default: str | None = None) -> None:
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = f"_{name}"

    @overload
    def __get__(self, instance: None, owner: type) -> str: ...
    @overload
    def __get__(self, instance: object, owner: type) -> str: ...
    def __get__(self, instance: object | None, owner: type) -> str:
        if instance is None:
            if self.default is None:
                raise AttributeError(self.name)
            return self.default
        text = instance.__dict__[self.name]
        if english():
            return str(text)
        if isinstance(text, Composed):
            values = {name: str(value(part)) for name, part in text.values.items()}
            return translated(text.sentence).format(**values)
        return _known.get(text) or pieces(text)

    def __set__(self, instance: object, text: str) -> None:
        instance.__dict__[self.name] = text


def in_english(declared: object, field: str) -> str:
    """A field of a declaration as it was declared, whatever language is spoken."""
    return str(declared.__dict__[f"_{field}"])
