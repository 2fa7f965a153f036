"""The section of step 3 on attributes researched by hand, some of them by two people."""

import pandas as pd

from helpers.collect.twice import (
    LOOKS,
    NOT_JUDGED,
    NOT_USABLE,
    USABLE,
    WEAK,
    double_collection,
    progress,
    to_review,
)
from helpers.report.exhibits import Exhibit, Page, finding, page, table, warning
from helpers.words import collection as words
from helpers.words import people
from helpers.workspace import Workspace


def researched(ws: Workspace, research: pd.DataFrame | None, filled: pd.DataFrame | None) -> Page:
    """What was researched by hand, how far two looks agree, and how far the work has come.

    Saves ``research_agreement`` and ``research_progress``.

    Parameters
    ----------
    research : the rows of the table ``research``; None = not collected.
    filled : what became of them, as `merge_research` counts it.
    """
    held = research if research is not None else pd.DataFrame(columns=["account_id", *LOOKS])
    agreed = ws.save("research_agreement", double_collection(ws.study, held))
    days = ws.save("research_progress", progress(ws.study, held))
    if research is None or filled is None:
        return page(finding(ws, "research_none", words.NO_RESEARCH))
    return page(
        finding(
            ws,
            "research_told",
            words.RESEARCHED,
            filled=int(filled["filled"].sum()),
            fields=len(filled),
        ),
        *_kept_out(ws, agreed, filled),
        table(
            ws,
            "research_filled",
            filled.assign(field=filled["field"].map(ws.study.label)),
            title=words.FILLED,
            source="research",
        ),
        *_twice(ws, agreed, held),
        table(
            ws,
            "research_progress",
            days,
            title=people.PROGRESS,
            source="research_progress",
            note=people.COLLECTORS_NUMBERED,
            most=40,
        )
        if len(days)
        else None,
    )


def _kept_out(ws: Workspace, agreed: pd.DataFrame, filled: pd.DataFrame) -> list[Exhibit]:
    """Which fields two people found too differently to use, or to use without a caution."""
    bad = agreed[agreed["verdict"] == NOT_USABLE]
    counts = filled.set_index("field")["kept_out"]
    weak = agreed[agreed["verdict"] == WEAK]
    return [
        *(
            warning(
                ws,
                f"research_weak_{number}",
                people.AGREED_WEAKLY,
                field=row.label,
                agreement=row.agreement,
                usable=ws.study.research.usable,
            )
            for number, row in enumerate(weak.itertuples())
        ),
        *(
            warning(
                ws,
                f"research_kept_out_{number}",
                people.KEPT_OUT,
                field=row.label,
                values=int(counts.get(row.field, 0)),
                agreement=row.agreement,
                weak=ws.study.research.weak,
            )
            for number, row in enumerate(bad.itertuples())
        ),
    ]


def _twice(ws: Workspace, agreed: pd.DataFrame, research: pd.DataFrame) -> list[Exhibit]:
    """How far two looks agree, and what a reviewer has to settle."""
    checked = agreed[agreed["checked"] > 0]
    if checked.empty:
        return [finding(ws, "research_once", people.LOOKED_ONCE)]
    judged = checked[checked["verdict"] != NOT_JUDGED]
    review = to_review(ws.study, research)
    values = {"checked": int(checked["checked"].sum())}
    values["same"] = checked["agreeing"].sum() / values["checked"]
    if len(judged):
        values |= {"usable": int((judged["verdict"] == USABLE).sum()), "judged": len(judged)}
    return [
        finding(
            ws,
            "research_twice",
            people.LOOKED_TWICE if len(judged) else people.LOOKED_TWICE_FEW,
            **values,
        ),
        table(
            ws,
            "research_agreement",
            agreed,
            title=words.RECHECKED,
            source="research_agreement",
            note=people.LIMITS_OF_AGREEMENT,
        ),
        table(
            ws,
            "research_to_review",
            review,
            title=people.TO_REVIEW,
            source="research",
            most=15,
            empty=people.NOTHING_TO_REVIEW,
        ),
    ]
