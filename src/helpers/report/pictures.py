"""Drawings of an analyst's own, by seaborn or matplotlib, as a page can hold them.

The report's charts are models (`helpers.report.charts`). What somebody adds to a notebook is drawn
by the tools of this field; kept as an exhibit it stands in the document like any other, the same
to the byte for the same data.
"""

import io
from base64 import b64encode
from html import escape
from typing import Any

# Text as outlines: the machine that reads need not have the font. Ids are made from this word.
SETTINGS: dict[Any, str] = {"svg.hashsalt": "exhibit", "svg.fonttype": "path"}
UNDATED = {"Date": None, "Creator": None}


def figure_of(drawn: Any) -> Any:
    """The matplotlib figure of what seaborn or matplotlib returned; None where it is none.

    That is a figure, axes, or one of seaborn's grids.
    """
    for one in (drawn, getattr(drawn, "figure", None)):
        if callable(getattr(one, "savefig", None)):
            return one
    return None


def svg_of(figure: Any) -> str:
    """The figure as SVG: equal figures give equal text."""
    import matplotlib

    kept = io.StringIO()
    with matplotlib.rc_context(SETTINGS):
        figure.savefig(kept, format="svg", metadata=UNDATED, bbox_inches="tight")
    return kept.getvalue()


def element(svg: str, label: str) -> str:
    """An element that shows the picture; nothing in it can run or reach out, as in any image."""
    coded = b64encode(svg.encode()).decode()
    return (
        f'<img class="picture" alt="{escape(label, quote=True)}" '
        f'src="data:image/svg+xml;base64,{coded}">'
    )
