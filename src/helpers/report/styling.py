"""The one style of every chart and slide: colours by their meaning, type, what is cut.

Colours keep apart under the common colour vision deficiencies; colour is never the only sign (band
and verdict are told by position or by a filled or hollow mark as well).
"""

import re
from unicodedata import east_asian_width

from helpers.words.numbers import isolated

INK = "#1f2933"
MUTED = "#5d6875"
FAINT = "#c3cad2"
HAIR = "#e6e9ed"
ACCENT = "#0f62a6"
WARM = "#b8500b"
PLAIN = "#8a95a1"
# What a colour means, wherever it stands: `charts.model.Tone`.
TONES = {
    "shown": ACCENT,
    "open": MUTED,
    "worse": WARM,
    "level": INK,
    "plain": PLAIN,
    "hue1": "#00785a",
    "hue2": "#84458f",
    "hue3": "#8a6100",
    "hue4": "#4b5fc7",
}

PARTS, WORDS = re.compile(r"\s[-–—·|]\s|[:：;；，]|, "), re.compile(" ")  # of a title

FONT_STACK = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', "
    "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans Arabic', sans-serif"
)


def colour(tone: str) -> str:
    """The colour of a mark."""
    return TONES[tone]


def text_colour(tone: str) -> str:
    """The colour of words of that tone, dark enough to be read on white."""
    return MUTED if tone == "plain" else TONES[tone]


def width(text: str) -> int:
    """Characters that a text takes in a line; East Asian ones count twice.

    >>> width("ab"), width("東京")
    (2, 4)
    """
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def short(text: object, length: int) -> str:
    """A name cut to a length; East Asian characters count twice.

    >>> short("a long name", 6)
    'a lon…'
    """
    plain = " ".join(str(text).split())
    room = length
    for place, character in enumerate(plain):
        room -= 2 if east_asian_width(character) in "WF" else 1
        if room < 0:
            return isolated(plain[: max(place - 1, 1)].rstrip() + "…")
    return isolated(plain)


def beginning(title: str, length: int) -> str:
    """As much of a title as has room on a line that must not be cut: parts first, then words.

    >>> beginning("Veldaron: best customers", 30), beginning("Veldaron: best customers", 20)
    ('Veldaron: best customers', 'Veldaron')
    >>> beginning("best current customers", 14)
    'best current'
    """
    plain = " ".join(title.split())
    if width(plain) <= length:
        return isolated(plain)
    for parting in (PARTS, WORDS):
        ends = [found.start() for found in parting.finditer(plain)]
        whole = [end for end in ends if 0 < width(plain[:end]) <= length]
        if whole:
            return isolated(plain[: whole[-1]])
    return short(plain, length)
