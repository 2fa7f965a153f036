"""How much room text takes, without drawing it.

Widths are those of Helvetica, which Arial and its free replacements share; matplotlib brings the
table, so that every machine measures alike. Other scripts are estimated on the wide side.
"""

import re
import unicodedata
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from helpers.words.marks import readable, whole_counts

LINE = 1.36  # height of a line, in sizes: Arial needs 1.15, Segoe UI 1.33, Noto Sans 1.36
EAST_ASIAN = 1.45  # the same of East Asian typefaces: Noto Sans CJK 1.448, Microsoft YaHei 1.32
SPACED = 0.25  # what applications put between an East Asian letter and a Latin one, in sizes
WIDER = 1.15  # what boxes have room for: typefaces that set text so much wider
ROOM = 0.97  # share of a box that is used: applications break lines a little differently
CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
BREAKS = re.compile(f"(?<=[ \\-–—{CJK}])|(?=[{CJK}])")
ANY_CJK = re.compile(f"[{CJK}]")
BESIDE = re.compile(f"[{CJK}](?=[0-9A-Za-z€$£%])|[0-9A-Za-z€$£%](?=[{CJK}])")
GLYPHS = {
    **{"quoteright": "’", "quoteleft": "‘", "quotesingle": "'", "grave": "`", "Euro": "€"},
    **{"quotedblleft": "“", "quotedblright": "”", "endash": "–", "emdash": "—", "minus": "−"},
    **{"bullet": "•", "ellipsis": "…", "sterling": "£", "yen": "¥", "degree": "°"},
    **{"germandbls": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "oslash": "ø"},
    **{"Oslash": "Ø", "lslash": "ł", "Lslash": "Ł", "dcroat": "đ", "periodcentered": "·"},
}
OPEN, CLOSE = "\u2066\u2067\u2068", "\u2069"


def clean(text: object) -> str:
    """A text without characters that XML, or a reader of slides, cannot stand.

    >>> clean("a\\x00b\\tc")
    'ab c'
    """
    return _clean(str(text))


@lru_cache(maxsize=20_000)
def _clean(text: str) -> str:
    plain = (
        whole_counts(readable(text)).replace("\t", " ").replace("\r\n", "\n").replace("\r", "\n")
    )
    return "".join(
        c for c in plain if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Co")
    )


@lru_cache(maxsize=20_000)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in points of a text on one line."""
    spaces = len(BESIDE.findall(text)) if ANY_CJK.search(text) else 0
    return size * (sum(_advance(character, bold) for character in text) + SPACED * spaces)


@lru_cache(maxsize=20_000)
def lines(text: str, size: float, room: float, *, bold: bool = False) -> tuple[str, ...]:
    """A text broken into lines of at most ``room`` points; words that are too long are split."""
    room *= ROOM
    broken = []
    for part in text.split("\n"):
        line, used = "", 0.0
        for token in _tokens(part, size, room, bold):
            wide = width(token, size, bold=bold)
            if line and BESIDE.match(line[-1] + token[0]):
                wide += SPACED * size
            if line and used + width(token.rstrip(" "), size, bold=bold) > room:
                broken.append(line.rstrip(" "))
                line, used = "", 0.0
            line, used = line + token, used + wide
        broken.append(line.rstrip(" "))
    return tuple(broken)


def height(text: str, size: float, room: float, *, bold: bool = False) -> float:
    """Height in points of a text in a box of ``room`` points."""
    return len(lines(text, size, room, bold=bold)) * size * line(text)


def line(text: str) -> float:
    """Height of a line of a text, in sizes."""
    return EAST_ASIAN if ANY_CJK.search(text) else LINE


def words(text: str) -> list[str]:
    """Pieces that no line should end within: words, and East Asian letters one by one.

    >>> words("Head of 客户")
    ['Head', 'of', '客', '户']
    """
    return [
        piece.strip(" ")
        for piece in re.split(f"(?<=[ {CJK}])|(?=[{CJK}])", text)
        if piece.strip(" ")
    ]


def cut(text: str, size: float, room: float, most: int, *, bold: bool = False) -> str:
    """A text shortened with an ellipsis until it takes at most ``most`` lines."""
    if len(text) <= 5000 and len(lines(text, size, room, bold=bold)) <= most:
        return text
    low, high = 0, min(len(text), 40 + round(most * room / (0.2 * size)))
    while low < high:
        middle = (low + high + 1) // 2
        fits = len(lines(_shortened(text, middle), size, room, bold=bold)) <= most
        low, high = (middle, high) if fits else (low, middle - 1)
    return _shortened(text, low)


def _shortened(text: str, length: int) -> str:
    kept = text[:length].rstrip()
    open_ones = sum(c in OPEN for c in kept) - kept.count(CLOSE)
    return f"{kept}…{CLOSE * open_ones}"


def _tokens(text: str, size: float, room: float, bold: bool) -> list[str]:
    """Pieces between which a line may break."""
    pieces = []
    for token in BREAKS.split(text):
        while token and width(token.rstrip(" "), size, bold=bold) > room:
            length, used = 0, 0.0
            while length < len(token):
                used += size * _advance(token[length], bold)
                if used > room and length:
                    break
                length += 1
            pieces.append(token[:length])
            token = token[length:]
        if token:
            pieces.append(token)
    return pieces


@cache
def _advance(character: str, bold: bool) -> float:
    """Width of one character in sizes."""
    known = _table(bold).get(character)
    if known is not None:
        return known
    kind = unicodedata.category(character)
    if kind in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.3 if kind == "So" else 1.0
    base = unicodedata.normalize("NFKD", character)[0]
    if base != character:
        return _advance(base, bold)
    if kind == "Zs":
        return 0.28
    return (0.78 if kind == "Lu" else 0.64 if kind.startswith("L") else 0.75) * (1 + 0.06 * bold)


@cache
def _table(bold: bool) -> dict[str, float]:
    """Widths that matplotlib's copy of the font metrics gives; the package is not imported."""
    found_at = find_spec("matplotlib")
    assert found_at is not None and found_at.submodule_search_locations  # matplotlib is a package
    folder = Path(found_at.submodule_search_locations[0])
    name = f"Helvetica{'-Bold' if bold else ''}.afm"
    text = (folder / "mpl-data" / "fonts" / "pdfcorefonts" / name).read_text(encoding="latin-1")
    found = {}
    for code, wide, glyph in re.findall(r"^C (-?\d+) ; WX (\d+) ; N (\w+)", text, flags=re.M):
        plain = chr(int(code)) if 32 <= int(code) < 127 else ""
        character = GLYPHS.get(glyph, plain)
        if character:
            found[character] = int(wide) / 1000
    return found
