"""The landing page of one quarter: the answer, what to decide, and where to go on."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import outputs
from helpers.report import acting, exhibits, listing
from helpers.report.charts import svg
from helpers.report.charts.model import Rows
from helpers.report.content import Content
from helpers.report.deck import opening
from helpers.report.deck.places import Places
from helpers.report.figures import figures
from helpers.report.page import asset, filled, whole_page
from helpers.report.readers import by_reader
from helpers.words import numbers as fmt
from helpers.words import pages as words
from helpers.words import say

ROWS, NEXT = 6, 2  # rows of the picture: of the firmest kind, and at least of the next
NAME = 400  # how wide a name of a group may be: the page has room for a long one
FINDS = "prospect_rules"  # the table that says how to find companies like the best customers
# Sentences on what customers need and say, and the exhibit that each rests on.
NEEDED = {
    "experience_0": "needs_groups",
    "needs_value_told": "needs_value",
    "segmentations_agree": "segmentation_agreement",
    "csat_drift_told": "csat_drift",
    "nps_fixes_told": "nps_fixes",
    "themes_told": "comment_themes",
    "referrals_asked": "referral_chain",
    "referral_chain_told": "referral_chain",
}

# What says of a first report, each in its own way, that there is no earlier one.
OF_EARLIER = ("claims_told", "mix_and_rate_told", "control_told", "drift_told", "lineage_told")


def build(content: Content, notebooks: Sequence[Path], numbers: dict[str, str]) -> str:
    """The page.

    Parameters
    ----------
    content : the quarter.
    notebooks : the executed notebooks, in order.
    numbers : what the document calls each exhibit, as `numbering.numbered` gives it.
    """
    at = Places(content, numbers)
    said = set(content.short_of_history)
    body = filled(
        "index.html.j2",
        words=words,
        title=content.study.title,
        when=say(words.AS_OF, quarter=fmt.quarter(content.ws.quarter), day=content.day),
        synthetic=content.study.synthetic,
        headline=content.headline,
        read=content.read,
        short_of_history=content.short_of_history,
        picture=picture(content, numbers),
        figures=figures(content),
        decide=opening.asked(at, room=NAME),
        steps=[at.step_of_group(step) for step in at.steps()],
        recognised=_recognised(content, numbers),
        doors=doors(content),
        segments=content.segments,
        confounded=content.confounded,
        typical=content.typical,
        needed=_needed(content, numbers),
        changes=[*content.changes, *_held_up(content)],
        acting=[
            _linked(one, numbers)
            for one in acting.points(
                content.tables,
                currency=content.study.currency,
                least=content.study.min_group_size,
            )
        ],
        at_stake=listing.about(listing.of_quarter(content.tables)),
        cautions=[caution for caution in content.cautions if caution.text not in said],
        not_collected=content.not_collected,
        not_given=_not_given(content),
        promised=_promised(content),
        groups=[(say(reader), files) for reader, files in _files(content)],
        notebooks=[path.name for path in notebooks],
    )
    return whole_page(
        title=f"{content.study.title} — {fmt.quarter(content.ws.quarter)}",
        body=body,
        styles=[asset("base.css"), asset("index.css")],
    )


def _linked(point: dict[str, str], numbers: dict[str, str]) -> dict[str, str]:
    """A line with its link, called what it is: a list, a table of the document, or a data file."""
    name = point["file"]
    if name == listing.LISTS:
        return point | {"link": say(words.OPEN_LIST)}
    if name in numbers:
        return point | {"href": f"supporting_analysis.html#{name}", "link": numbers[name]}
    return point | {"link": _path(name)}


def picture(content: Content, numbers: dict[str, str]) -> dict[str, Any] | None:
    """The rows of the chart of all groups that answer, and where the whole of it stands."""
    exhibit = content.exhibit("lifts")
    if exhibit is None or exhibit.chart is None or not isinstance(exhibit.chart.body, Rows):
        return None
    chart = replace(exhibit.chart, body=answering(exhibit.chart.body))
    drawn = svg.both(chart, name="picture", label=exhibit.title, about=exhibit.about)
    proof = say(words.PICTURE_PROOF, number=numbers["lifts"]) if "lifts" in numbers else ""
    return {
        "svg": Markup(drawn),
        "title": exhibit.title,
        "unit": exhibit.chart.unit,
        "proof": proof,
        "id": exhibit.id,
    }


def answering(body: Rows) -> Rows:
    """The firmest kind of rows, and the first ones of the next; the others are counted.

    Parameters
    ----------
    body : rows under headings, the firmest kind first.
    """
    heads = [place for place, row in enumerate(body.rows) if row.heading]
    if not heads:
        return body.first(ROWS)
    starts = [*heads, len(body.rows)]
    first = range(starts[0], min(starts[1], starts[0] + 1 + ROWS))
    kept = [*first]
    if len(heads) > 1:
        room = max(NEXT, ROWS - len(first))
        kept += range(starts[1], min(starts[2], starts[1] + 1 + room))
    return body.kept(kept)


def _about_lists(listed: pd.DataFrame) -> str:
    """What stands on the lists; no order of amounts is told where none is known."""
    if not listing.at_stake(listed).open:
        return words.LISTS_ABOUT
    gone = listing.former(listed) == listed["account_id"].nunique()
    return words.LISTS_GONE if gone else words.LISTS_OPEN


def doors(content: Content) -> list[dict[str, Any]]:
    """Where to go on: slides, document, lists; each with what it is, and the same for an office."""
    listed = listing.of_quarter(content.tables)
    count = listed["account_id"].nunique() if listed is not None else 0
    about = say(words.LISTS_NONE)
    if listed is not None:
        about = say(_about_lists(listed), customers=count)
    lists = listing.FILE if count else "data/workbook.xlsx"
    workbook = [("data/workbook.xlsx", say(words.AS_WORKBOOK))] if count else []
    found = [
        (
            "presentation.html",
            words.SLIDES,
            say(words.SLIDES_ABOUT),
            [("presentation.pptx", say(words.AS_POWERPOINT))],
        ),
        ("supporting_analysis.html", words.DOCUMENT, say(words.DOCUMENT_ABOUT), []),
        (lists, words.LISTS if count else words.TABLES, about, workbook),
    ]
    return [
        {"href": href, "name": say(name), "about": told, "also": also}
        for href, name, told, also in found
    ]


def _files(content: Content) -> Iterable[tuple[str, list[dict[str, str]]]]:
    for reader, names in by_reader(content.tables).items():
        yield (
            reader,
            [
                {
                    "name": name,
                    "about": outputs.about(name),
                    "rows": f"{len(content.tables[name]):,}",
                }
                for name in names
            ],
        )


def _held_up(content: Content) -> list[str]:
    """What became of earlier claims, and changes that are a change of customers."""
    told: tuple[str, ...] = (
        "method_effect_told",
        "claims_told",
        "claims_inside",
        "claims_below",
        "steps_followed_told",
        "lineage_told",
        "drift_told",
        "mix_and_rate_told",
        "control_told",
    )
    if content.is_first:  # that nothing can be compared yet is said
        told = tuple(id for id in told if id not in OF_EARLIER)
    turned = [id for id in exhibits.known(content.ws) if id.startswith("mix_of_")]
    placed = (content.exhibit(id) for id in (*told, *turned))
    return [exhibit.text for exhibit in placed if exhibit is not None]


def _needed(content: Content, numbers: dict[str, str]) -> list[dict[str, str]]:
    """What customers need and say: sentences, each with the exhibit of the document behind it."""
    placed = ((content.exhibit(id), proof) for id, proof in NEEDED.items())
    return [
        {
            "text": one.text,
            "proof": proof if proof in numbers else "",
            "number": numbers.get(proof, ""),
        }
        for one, proof in placed
        if one is not None
    ]


def _recognised(content: Content, numbers: dict[str, str]) -> str:
    """Where it stands how companies like the best groups are found; "" where none can be."""
    rules = content.tables.get("prospect_rules")
    if rules is None or FINDS not in numbers or not rules["sql"].fillna("").ne("").any():
        return ""
    return say(words.RECOGNISED, table=numbers[FINDS])


def _not_given(content: Content) -> str:
    """What people do beside the exports and the study does not have; "" where all is there."""
    parts = content.not_given
    return say(words.NOT_GIVEN, parts=", ".join(parts)) if parts else ""


def _promised(content: Content) -> list[dict[str, Any]]:
    """What the charter promised, with links to what is here and with what is not."""
    found = []
    for promised, made, absent in content.promised:
        told = ""
        if absent:
            told = say(words.WITHOUT_ROWS, files=", ".join(absent))
        elif not made:
            told = say(words.NOT_BY_RUN)
        # The folder of data files is reached by its dictionary, a data file by its CSV.
        files = [
            (name, f"{name}/data_dictionary.csv" if name == "data" else _path(name))
            for name in made
        ]
        found.append({"promised": promised, "files": files, "told": told})
    return found


def _path(name: str) -> str:
    return name if "." in name else f"{name}.csv"
