"""Characters that no reader sees, and that change what is seen.

Marks that turn the direction of writing round (``exe.gnp`` is read as ``png.exe``), marks of no
width, control characters and halves of characters: a text for readers is told without them. Marks
that hold a name together in its own direction (`numbers.isolated`) and joiners within letters and
emoji are no such characters. Spaces at which no line ends are set here, too.
"""

import re

HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls, but tab and ends of lines
    "\u200b\u202a-\u202e\u2060-\u2067\u206a-\u206f\ufeff"  # no width, other directions
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"  # halves, none, tags
)


COUNT = re.compile(r"\bn = (?=\d)")
PER_CENT = re.compile(r"(?<=\d) %")


def whole_counts(text: str) -> str:
    """A text in which no line ends within a count, or before its sign of per cent.

    >>> whole_counts("Industry: Machinery  n = 47")
    'Industry: Machinery  n\\xa0=\\xa047'
    >>> whole_counts("the first 80 % of revenue")
    'the first 80\\xa0% of revenue'
    """
    text = COUNT.sub("n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}", text)
    return PER_CENT.sub("\N{NO-BREAK SPACE}%", text)


def readable(text: str) -> str:
    """A text as it looks, without what nobody sees.

    >>> readable("annual\u202efdp.exe"), readable("a\x07b\u200bc"), readable("\u2068שלום\u2069")
    ('annualfdp.exe', 'abc', '\u2068שלום\u2069')
    """
    return HIDDEN.sub("", text) if HIDDEN.search(text) else text
