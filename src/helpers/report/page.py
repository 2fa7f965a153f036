"""One self-contained HTML file: styles and scripts inside, and a policy that lets nothing else in.

The policy names the hashes of exactly the styles and scripts given here. Whatever else a page
might hold by mistake, a browser neither runs it nor fetches anything.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from helpers.words import say, shown, translated, value
from helpers.words.marks import readable, whole_counts
from helpers.words.spoken import language

# What is no text of a page: scripts, styles, drawings, tags; then a figure with its Chinese unit.
NO_TEXT = re.compile(r"(<(script|style|svg)\b.*?</\2>|<[^>]*>)", re.S)
# Where a number stands beside what it may have to stay with: no other text is looked at again.
BESIDE = re.compile(r"\d[ –-]|[ –-]\d|\d\s?[万亿]|[+−-][€$£¥₹]")
LIMIT = re.compile(r"(?:&lt;|&gt;|[≥≤]) \d[\d.,]*")  # as in "≥ 50"
REACH = re.compile(r"(?<![\w.,–])\d[\d.,]*–\d[\d.,]*(?![\w–])")  # as in "20–49"
DAY = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])|\d{4}年\d{1,2}月\d{1,2}日")
SIGNED = re.compile(r"[+−][€$£¥₹]\d[\d.,]*(?:bn|tn|[kM])?")  # lines may end after a plus
WITH_UNIT = re.compile(r"[€$£¥₹−+]*\d[\d.,]*\s?[万亿]|[+−][€$£¥₹]\d[\d.,]*")
PLACE = re.compile("(?<=第) (?=\\d)")  # as in "第 2"

NUMBERED = re.compile(r"\w+ \d+\.\d+")  # as in "Table 5.21", where it is all of a link
KEPT = r'<span class="keep">\g<0></span>'

TEMPLATES = files("helpers.report") / "templates"


@cache
def environment() -> Environment:
    """Templates that escape everything and know no undefined name."""
    made = Environment(
        loader=FileSystemLoader(str(TEMPLATES)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_told,
    )
    made.globals["say"] = say
    made.filters |= {"translated": translated, "value": value}
    return made


def _told(text: Any) -> Any:
    """What a template places, in the language spoken; markup is finished already."""
    return text if isinstance(text, Markup) else shown(text)


def filled(template: str, **context: Any) -> str:
    """A template with its context."""
    return environment().get_template(template).render(**context)


@cache
def asset(name: str) -> str:
    """The text of one of our style sheets or scripts."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def fingerprint(text: str) -> str:
    """How a security policy names an inline style or script.

    >>> fingerprint("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def css_text(text: str) -> str:
    r"""A text as a string of a style sheet; nothing in it can end the string or the element.

    >>> print(css_text('A "b" <c>'))
    "A \22 b\22  \3c c\3e "
    """
    told = "".join(f"\\{ord(c):x} " if c in '"\\<>\n\r\f' else c for c in readable(text))
    return f'"{told}"'


def kept_together(body: str) -> str:
    """A page whose lines do not end between a number and its unit, or within a day.

    >>> kept_together("<p title='95 %'>the 95 % range</p>")
    "<p title='95 %'>the 95\\xa0% range</p>"
    >>> kept_together("<b>Articles: ≥ 50</b>")
    '<b>Articles: <span class="keep">≥ 50</span></b>'
    >>> print(kept_together("<b>+$61k</b> more"))
    <b><span class="keep">+$61k</span></b> more
    >>> kept_together("<a>Table 5.21</a>")
    '<a><span class="keep">Table 5.21</span></a>'
    >>> kept_together("<td>2026-09-30</td><p>as of 2026-09-30</p>")
    '<td>2026-09-30</td><p>as of <span class="keep">2026-09-30</span></p>'
    >>> kept_together("<p>more (+€57.6k; n = 9)</p>")
    '<p>more (<span class="keep">+€57.6k</span>; n\\xa0=\\xa09)</p>'
    """
    chinese = language().startswith("zh")
    pieces, at = [], 0
    for tag in NO_TEXT.finditer(body):
        text = body[at : tag.start()]
        # Most texts between two tags are line ends, or words.
        pieces += [_joined(text, chinese) if BESIDE.search(text) else text, tag.group()]
        at = tag.end()
    return "".join([*pieces, _joined(body[at:], chinese)])


def _joined(text: str, chinese: bool) -> str:
    if NUMBERED.fullmatch(text):
        return f'<span class="keep">{text}</span>'
    text = re.sub(r"(?<=\d) (?=%)", "\N{NO-BREAK SPACE}", text)
    text = LIMIT.sub(KEPT, whole_counts(text))
    text = REACH.sub(KEPT, text)
    if len(text.strip()) > len("2026-09-30"):  # a cell that is a day has room for it
        text = DAY.sub(KEPT, text)
    if not chinese:
        return SIGNED.sub(KEPT, text)
    return WITH_UNIT.sub(KEPT, PLACE.sub("\N{NO-BREAK SPACE}", text))


def whole_page(
    *,
    title: str,
    body: str,
    styles: Sequence[str],
    scripts: Sequence[str] = (),
    runtime_styles: Sequence[str] = (),
) -> str:
    """The page around a body.

    Parameters
    ----------
    title : of the browser's window.
    body : HTML that is already escaped.
    styles, scripts : texts to inline; they come from this package or from reveal.js, never from
        data.
    runtime_styles : style sheets that a script adds later, to be allowed too.

    Raises
    ------
    ValueError
        If a style or script would end its own element.
    """
    for kind, texts in (("style", styles), ("script", scripts)):
        if any(f"</{kind}" in text.lower() for text in texts):
            raise ValueError(f"a {kind} ends its own element")
    allowed = {
        "default-src": ["'none'"],
        "style-src": [fingerprint(text) for text in (*styles, *runtime_styles)],
        "script-src": [fingerprint(text) for text in scripts] or ["'none'"],
        "img-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    policy = "; ".join(f"{name} {' '.join(values)}" for name, values in allowed.items())
    head = [
        "<!DOCTYPE html>",
        f'<html lang="{language().replace("_", "-")}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{escape(readable(title))}</title>",
        *(f"<style>{text}</style>" for text in styles),
        "</head>",
        "<body>",
        readable(kept_together(body)),
        *(f"<script>{text}</script>" for text in scripts),
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(head)
