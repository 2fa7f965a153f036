"""The sections of step 5 about work with customers: books, renewals, engagement."""

from helpers.priority.books import PROPOSED, Books
from helpers.report.exhibits import Page, finding, page, table
from helpers.words import action as words
from helpers.workspace import Workspace


def books(ws: Workspace, planned: Books) -> Page:
    """Who looks after whom, today and as proposed."""
    at = planned.plans.set_index("plan")
    if planned.reason:
        first = finding(ws, "books_told", words.NOT_PLANNED, reason=planned.reason)
    else:
        row = at.loc[PROPOSED]
        first = finding(
            ws,
            "books_told",
            words.PLANNED,
            customers=len(planned.table),
            managers=int(row["managers"]),
            most=float(row["arr_most"]),
            least=float(row["arr_least"]),
            moved=int(row["handovers"]),
        )
    return page(
        first,
        table(
            ws,
            "books",
            planned.plans,
            title=words.BOOKS,
            source="book_plans",
            note="; ".join(planned.notes),
        ),
        table(
            ws,
            "book_managers",
            planned.managers,
            title=words.BOOK_MANAGERS,
            source="book_managers",
            most=40,
        )
        if len(planned.managers)
        else None,
    )
