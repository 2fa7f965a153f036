"""The one style of every chart: colours, type, and SVG that is safe to place in a page.

Colours keep apart under the common colour vision deficiencies; colour is never the only sign (band
and verdict are told by position or by a filled or hollow mark as well).
"""

import io
import re
import warnings
from collections.abc import Callable, Iterable
from functools import cache, wraps
from html import escape
from typing import TYPE_CHECKING, ParamSpec
from unicodedata import east_asian_width

from helpers.words.numbers import isolated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

P = ParamSpec("P")

INK = "#1f2933"
MUTED = "#5d6875"
FAINT = "#c3cad2"
HAIR = "#e6e9ed"
ACCENT = "#0f62a6"
WARM = "#b8500b"
BANDS = {"poor": WARM, "average": "#8a95a1", "excellent": ACCENT}
BETTER = {"better": ACCENT, "worse": WARM}
SEGMENT_HUES = ("#0f62a6", "#b8500b", "#00785a", "#84458f", "#8a6100", "#4b5fc7", "#a33b5c")

FONT_STACK = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', "
    "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans Arabic', sans-serif"
)
MEASURED_WITH = ("DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans Arabic")
WIDTH = 7.6  # inches: what a page or slide shows at its natural size
LABEL_LENGTH = 42


def segment_colours(segment_ids: Iterable[str]) -> dict[str, str]:
    """One hue per segment, the same wherever the same segments are drawn.

    Hues follow the order of the ids, not of ranks, so that a segment keeps its hue when it moves.

    >>> segment_colours(["b", "a"])
    {'a': '#0f62a6', 'b': '#b8500b'}
    """
    ids = sorted(set(map(str, segment_ids)))
    return {name: SEGMENT_HUES[k % len(SEGMENT_HUES)] for k, name in enumerate(ids)}


def width(text: str) -> int:
    """Characters that a text takes in a line; East Asian ones count twice.

    >>> width("ab"), width("東京")
    (2, 4)
    """
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def short(text: object, length: int = LABEL_LENGTH) -> str:
    """A label cut to what a chart has room for; East Asian characters count twice.

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


@cache
def fonts() -> list[str]:
    """Fonts that layout is measured with, of those that this machine has."""
    from matplotlib import font_manager

    present = {entry.name for entry in font_manager.fontManager.ttflist}
    return [name for name in MEASURED_WITH if name in present]


def _settings() -> dict[str, object]:
    return {
        "font.family": fonts(),
        "font.size": 10.5,
        "text.parse_math": False,  # a name may hold dollar signs
        "text.color": INK,
        "axes.edgecolor": FAINT,
        "axes.labelcolor": MUTED,
        "axes.labelsize": 10,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.grid": False,
        "axes.unicode_minus": True,
        "grid.color": HAIR,
        "grid.linewidth": 0.8,
        "xtick.color": FAINT,
        "ytick.color": FAINT,
        "xtick.labelcolor": MUTED,
        "ytick.labelcolor": INK,
        "xtick.labelsize": 10,
        "ytick.labelsize": 10.5,
        "xtick.major.size": 3,
        "ytick.major.size": 0,
        "legend.frameon": False,
        "legend.fontsize": 10,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
        "svg.fonttype": "none",
        "svg.hashsalt": "helpers.report",
        "figure.constrained_layout.use": True,
    }


def styled(draw: "Callable[P, Figure]") -> "Callable[P, Figure]":
    """Draw under the style, and leave matplotlib's own settings alone."""

    @wraps(draw)
    def drawn(*args: "P.args", **kwargs: "P.kwargs") -> "Figure":
        import matplotlib as mpl

        with mpl.rc_context(_settings()):
            return draw(*args, **kwargs)

    return drawn


def canvas(height: float, *, width: float = WIDTH) -> "Figure":
    """An empty figure; heights and widths in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))


def as_svg(figure: "Figure", *, name: str, label: str, about: str = "") -> str:
    """A figure as SVG that may stand in an HTML page.

    Text stays text. The same figure gives the same bytes. Ids start with ``name`` so that two
    figures in one page do not share them; styles are attributes, because a page's security policy
    refuses inline CSS and matplotlib's style sheet would reach the whole page.

    Parameters
    ----------
    figure : the drawing.
    name : id of the exhibit.
    label : what a screen reader says.
    about : what it says next: a description of what is drawn.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    with mpl.rc_context(_settings()), warnings.catch_warnings():
        # The browser has fonts that matplotlib's own list lacks; text is drawn there.
        warnings.filterwarnings("ignore", message=r"(?s).*[Gg]lyph")
        with _quiet_font_log():
            # Not by `savefig`, which lays out and draws twice.
            FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
    return _inlined(buffer.getvalue(), name=name, label=label, about=about)


class _quiet_font_log:
    """Silence the font manager's messages about glyphs it lacks while a figure is measured."""

    def __enter__(self) -> None:
        import logging

        self.loggers = [
            logging.getLogger(n) for n in ("matplotlib.font_manager", "matplotlib.text")
        ]
        self.loggers += [
            logging.getLogger(n) for n in ("matplotlib._text_helpers", "matplotlib.ft2font")
        ]
        self.levels = [logger.level for logger in self.loggers]
        for logger in self.loggers:
            logger.setLevel(logging.ERROR)

    def __exit__(self, *_: object) -> None:
        for logger, level in zip(self.loggers, self.levels, strict=True):
            logger.setLevel(level)


def _inlined(svg: str, *, name: str, label: str, about: str) -> str:
    """Matplotlib's document turned into an element."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(r"\s*<defs>\s*<style[^>]*>.*?</style>\s*</defs>", "", svg, count=1, flags=re.S)
    svg = re.sub(r' style="([^"]*)"', lambda match: _attributes(match[1]), svg)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    svg = re.sub(
        r' id="([^"]*)"',
        lambda match: f' id="{name}-{match[1]}"' if match[1] in used else "",
        svg,
    )
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r' d="([^"]*)"', lambda match: f' d="{" ".join(match[1].split())}"', svg)
    svg = svg.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "", 1).replace(
        "xlink:href", "href"
    )
    size = re.match(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    width, height = (round(float(length) * 4 / 3) for length in size.groups())
    head = (
        f'<svg class="chart" role="img" aria-label="{escape(label, quote=True)}" '
        f'width="{width}" height="{height}" font-family="{FONT_STACK}" '
        'stroke-linejoin="round" stroke-linecap="butt"'
    )
    rest = svg[size.end() :].strip()
    if about:  # no <title>: browsers would show it as a tip wherever the pointer is
        head += f' aria-describedby="{name}-about"'
        start, end, drawn = rest.partition(">")
        rest = f'{start}{end}\n <desc id="{name}-about">{escape(about)}</desc>{drawn}'
    return f"{head} {rest}\n"


def _attributes(style: str) -> str:
    """CSS declarations as presentation attributes; the font is the page's affair."""
    pairs = (entry.split(":", 1) for entry in style.split(";") if ":" in entry)
    return "".join(
        f' {key.strip()}="{value.strip()}"' for key, value in pairs if key.strip() != "font-family"
    )
