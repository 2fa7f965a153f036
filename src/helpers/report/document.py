"""The supporting analysis: the executed notebooks as one page.

nbconvert turns each notebook into a section with our own template. Exhibits are placed from the
draft, not from the notebook's stored output, so that the document cannot disagree with slides and
index; code is there, folded away.
"""

import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from helpers import outputs
from helpers.report import exhibits, privacy
from helpers.report.content import Content
from helpers.report.exhibit import Exhibit
from helpers.report.page import TEMPLATES, asset, css_text, filled, whole_page
from helpers.report.placing import placed
from helpers.report.summary import summary
from helpers.study import Study
from helpers.words import counting, say, translated
from helpers.words import numbers as fmt
from helpers.words import pages as words

PACKAGES = (
    "best-customer-segmentation",
    "duckdb",
    "ibis-framework",
    "nbconvert",
    "numba",
    "numpy",
    "pandas",
    "pandera",
    "papermill",
    "pyarrow",
    "pydantic",
    "scipy",
    "sphinx-revealjs",
    "statsmodels",
    "xlsxwriter",
)
HEADING = re.compile(r"^## ", flags=re.M)
FOLDS = re.compile(
    r'</code></pre></details>\s*<details class="code"><summary>[^<]*</summary>(?=<pre><code>)'
)
DISPLAYED = re.compile(r"\s*<(style|script)\b.*?</\1\s*>", flags=re.S | re.I)
ALLOWED_TAGS = frozenset(
    ("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "div", "p", "br", "pre")
)


@dataclass
class Part:
    """One entry of the contents; ``told`` is what the section found, as its heading says."""

    id: str
    number: str
    title: str
    body: str = ""
    told: str = ""
    parts: list["Part"] = field(default_factory=list)


def build(content: Content, notebooks: Sequence[Path], numbers: Mapping[str, str]) -> str:
    """The page.

    Parameters
    ----------
    content : the quarter.
    notebooks : the executed notebooks in order; one section each.
    numbers : what each exhibit is called, as `numbering.numbered` gives it.
    """
    exporter = _exporter()
    sections = [
        _section(content, exporter, notebook, place, numbers)
        for place, notebook in enumerate(notebooks, 1)
    ]
    sections += _appendix(content)
    body = filled(
        "document.html.j2",
        title=content.study.title,
        quarter=fmt.quarter(content.ws.quarter),
        when=say(words.AS_OF, quarter=fmt.quarter(content.ws.quarter), day=content.day),
        synthetic=content.study.synthetic,
        sections=sections,
        words=words,
        **summary(content),
    )
    return whole_page(
        title=say(words.WINDOW_TITLE, title=content.study.title, quarter=content.ws.quarter),
        body=body,
        styles=[asset("base.css"), asset("document.css"), _running_heads(content)],
        scripts=[asset("folded.js") + asset("document.js")],
    )


def _running_heads(content: Content) -> str:
    """What stands at the top and the foot of every printed page."""
    left = f"{content.study.title} · {fmt.quarter(content.ws.quarter)}"
    mark = f" · {say(words.SYNTHETIC)}" if content.study.synthetic else ""
    return (
        f"@page {{ @top-left {{ content: {css_text(left + mark)}; }} "
        '@bottom-right { content: counter(page) " / " counter(pages); } }'
    )


# ── notebooks ────────────────────────────────────────────────────────────────────────────────────
def _exporter() -> Any:
    """nbconvert with our template, and without the preprocessors, which have nothing to do here."""
    from nbconvert.exporters.templateexporter import TemplateExporter

    return TemplateExporter(
        template_name="notebook",
        template_file="index.html.j2",
        extra_template_basedirs=[str(TEMPLATES)],
        default_preprocessors=[],
    )


def _section(
    content: Content, exporter: Any, notebook: Path, step: int, numbers: Mapping[str, str]
) -> Part:
    """One notebook as a section."""
    from nbformat import v4

    # Who wrote the file has held it against the format; a second time would tell nothing.
    cells = v4.reads(notebook.read_text(encoding="utf-8"))
    section = Part(id=f"step-{step}", number=str(step), title=_readable(notebook.stem))
    findings = _headlines(content, cells["cells"])
    prose = _Prose(section, findings)

    def as_exhibit(output: Any) -> str:
        name = output.get("metadata", {}).get("exhibit")
        if name is None:
            return _plain_output(content.study, output, prose)
        if any(finding is not None and finding.id == name for finding in findings):
            return ""  # stands in the heading
        return placed(content, exhibits.load(content.ws, name), numbers[name])

    filters = {"as_exhibit": as_exhibit, "as_prose": prose, "code_in_colour": _coloured}
    filters["in_words"] = translated
    for name, apply in filters.items():
        exporter.register_filter(name, apply)
    body, _ = exporter.from_notebook_node(cells)
    # Cells that show nothing stand in the fold of the next one.
    section.body = FOLDS.sub("</code></pre>", body)
    return section


def _headlines(content: Content, cells: Sequence[Any]) -> list[Exhibit | None]:
    """The first finding of each section of a notebook: what its heading says."""
    found: list[Exhibit | None] = []
    for cell in cells:
        if cell["cell_type"] == "markdown":
            found += [None] * len(HEADING.findall(cell["source"]))
        for output in cell.get("outputs", ()):
            name = output.get("metadata", {}).get("exhibit")
            if name is not None and found and found[-1] is None:
                exhibit = exhibits.load(content.ws, name)
                found[-1] = exhibit if exhibit.kind in ("finding", "warning") else None
    return found


class _Prose:
    """Markdown of one notebook as HTML, its headings numbered and entered into the contents."""

    def __init__(self, section: Part, findings: Sequence[Exhibit | None] = ()) -> None:
        import mistune

        outer = self

        class Renderer(mistune.HTMLRenderer):
            def heading(self, text: str, level: int, **attrs: Any) -> str:
                return outer.heading(text, level)

            def table(self, text: str) -> str:
                return _scrolling(f"<table>{text}</table>")

            def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
                kind = ' class="num"' if align == "right" else ""
                tag = ("th", ' scope="col"') if head else ("td", "")
                return f"<{tag[0]}{tag[1]}{kind}>{text}</{tag[0]}>\n"

        self.section, self.findings = section, findings
        self.markdown = mistune.create_markdown(
            renderer=Renderer(escape=True), plugins=["table", "strikethrough"]
        )

    def __call__(self, source: str) -> str:
        return str(self.markdown(translated(source)))

    def heading(self, text: str, level: int) -> str:
        """``text`` is HTML already; the contents hold it without tags."""
        plain = _unescaped(re.sub(r"<[^>]+>", "", text)).strip()
        if level == 1:
            self.section.title = re.sub(r"^(Step\s+)?\d+\s*[.:·–—-]?\s*", "", plain)
            return ""
        if level == 2:
            number = f"{self.section.number}.{len(self.section.parts) + 1}"
            part = Part(id=f"s{number.replace('.', '-')}", number=number, title=plain)
            finding = next(iter(self.findings[len(self.section.parts) :]), None)
            self.section.parts.append(part)
            asked = f'<span class="number">{number}</span>{text}'
            if finding is None:
                return f'<h3 id="{part.id}">{asked}</h3>\n'
            part.told = finding.text
            told = (
                f'<span class="told {finding.kind}" id="{finding.id}">{finding.sentence()}</span>'
            )
            return f'<h3 id="{part.id}"><span class="asked">{asked}</span> {told}</h3>\n'
        return f"<h4>{text}</h4>\n"


def _plain_output(study: Study, output: Any, prose: "_Prose") -> str:
    """What a cell printed or displayed that is not an exhibit."""
    if output["output_type"] == "stream":
        text = escape(output["text"])
        if output["name"] == "stdout":
            return f'<pre class="output">{text}</pre>\n'
        named = f"<summary>{escape(say(words.MESSAGES))}</summary>"
        return f'<details class="code">{named}<pre>{text}</pre></details>\n'
    if output["output_type"] == "error":
        return f'<pre class="output">{escape(output["ename"])}: {escape(output["evalue"])}</pre>\n'
    data = output["data"]
    if "text/markdown" in data:
        return prose(data["text/markdown"])
    if "text/html" in data:
        return _cleaned(study, data["text/html"])
    if "image/png" in data:
        alt = escape(data.get("text/plain", "figure"), quote=True)
        return f'<img alt="{alt}" src="data:image/png;base64,{data["image/png"].strip()}">\n'
    return f'<pre class="output">{escape(data.get("text/plain", ""))}</pre>\n'


def _cleaned(study: Study, html: str) -> str:
    """Tables and plain text of displayed HTML; no scripts, styles or attributes that act."""
    import bleach

    kept = bleach.clean(
        DISPLAYED.sub("", html),
        tags=ALLOWED_TAGS,
        attributes={"*": ["colspan", "rowspan", "scope"]},
        strip=True,
    )
    head, body, rest = kept.partition("<tbody>")
    columns = re.findall(r"<th[^>]*>([^<]*)</th>", head)
    privacy.refuse_personal(study, "a displayed table", columns)
    head = re.sub(r"<th(?=[>\s])(?![^>]*scope)", '<th scope="col"', head)
    rest = re.sub(r"<th(?=[>\s])(?![^>]*scope)", '<th scope="row"', rest)
    return _scrolling(head + body + rest)


def _scrolling(table: str) -> str:
    """A table that scrolls by itself, not with the page."""
    label = escape(say(words.TABLE))
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{label}">{table}</div>\n'


def _coloured(source: str) -> str:
    """Python source as spans with classes."""
    from pygments import highlight

    return highlight(source, *_python())


@cache
def _python() -> tuple[Any, Any]:
    """What reads Python source, and what writes it as HTML."""
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return PythonLexer(), HtmlFormatter(nowrap=True)


def _readable(stem: str) -> str:
    return translated(re.sub(r"^\d+_", "", stem).replace("_", " ").capitalize())


def _unescaped(text: str) -> str:
    from html import unescape

    return unescape(text)


# ── appendix ─────────────────────────────────────────────────────────────────────────────────────
def _appendix(content: Content) -> list[Part]:
    from helpers.metrics.catalog import FAMILIES, METRICS, OF_GROUPS, defined

    names = [*METRICS, *OF_GROUPS, *(f"{beginning}…" for beginning in FAMILIES)]
    entries = [
        {
            "name": name,
            "about": outputs.about(name),
            "rows": _rows(len(content.tables[name])),
            "columns": columns.to_dict("records"),
        }
        for name, columns in content.described.groupby("file", sort=True)
    ]
    bodies: list[tuple[str, str, str]] = [
        (
            "metrics",
            say(words.METRIC_DEFINITIONS),
            filled(
                "appendix_metrics.html.j2",
                metrics=[defined(content.ws.study, name) for name in names],
                words=words,
            ),
        ),
        (
            "dictionary",
            say(words.DATA_DICTIONARY),
            filled("appendix_dictionary.html.j2", files=entries, words=words),
        ),
        (
            "versions",
            say(words.VERSIONS),
            filled(
                "appendix_versions.html.j2",
                seed=content.study.seed,
                python=platform.python_version(),
                packages=list(_versions(PACKAGES)),
                words=words,
            ),
        ),
    ]
    method = files("helpers.segments") / "method.md"
    if method.is_file():
        text = method.read_text(encoding="utf-8")
        text = "\n\n".join(translated(part.strip("\n")) for part in text.split("\n\n"))
        bodies.insert(2, ("methods", say(words.METHODS), _Prose(Part("", "C", ""))(text)))
    return [
        Part(id=f"appendix-{name}", number=letter, title=title, body=body)
        for letter, (name, title, body) in zip("ABCDEF", bodies, strict=False)
    ]


def _rows(count: int) -> str:
    return say(counting.COUNTED["row"], told=fmt.number(count), n=count)


def _versions(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    for name in names:
        yield name, version(name)
