"""Everything about a study before it runs: all mistakes at once, in seconds (`make check`).

Sources are collected into a folder of their own, which is removed; conditions are evaluated on the
customers that come out, and what would fail an hour later fails here.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from helpers.errors import StudyError
from helpers.study import Study
from helpers.workspace import Workspace

# What a query may call, and what makes two runs of it differ.
CHANGING = frozenset(
    {
        *("now", "today", "random", "uuid", "gen_random_uuid", "uuidv4", "uuidv7"),
        *("get_current_time", "get_current_timestamp", "transaction_timestamp"),
    }
)


@dataclass
class Checked:
    """What was found out about a study.

    ``problems`` stop a run, each a whole message; ``warnings`` do not. ``tables`` has one row per
    source: table, files, first_day, last_day, rows_in, rows_after_as_of, rows_rejected, rows_used,
    accounts_matched (share of the rows' accounts that the CRM knows).
    """

    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    tables: pd.DataFrame = field(default_factory=pd.DataFrame)
    told: list[str] = field(default_factory=list)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note a StudyError as a problem and go on."""
        try:
            yield
        except StudyError as error:
            self.problems += [told for told in error.mistakes if told not in self.problems]

    def __str__(self) -> str:
        parts = [f"connects to {contact}" for contact in self.contacts]
        if len(self.tables):
            parts.append(self.tables.to_string(index=False, na_rep="–"))
        parts += self.told
        parts += [f"NOTE  {text}" for text in self.warnings]
        parts += [f"{number}. {text}" for number, text in enumerate(self.problems, start=1)]
        count = len(self.problems)
        verdict = "Nothing stands in the way of a run." if not count else (
            "1 mistake." if count == 1 else f"{count} mistakes."
        )  # fmt: skip
        return "\n\n".join([*parts, verdict])


def check_study(*, study: str, quarter: str = "", data: str = "") -> Checked:
    """Check a study against its data.

    Parameters
    ----------
    study, quarter, data : as for a run.
    """
    from helpers.check.conditions import check_conditions
    from helpers.check.sources import check_sources
    from helpers.collect.engines import discard
    from helpers.collect.engines.hosts import contacts

    found = Checked()
    with (
        TemporaryDirectory(prefix=f"best-customers-check-{os.getpid()}-") as folder,
        found.noting(),
    ):
        ws = Workspace.open(study=study, quarter=quarter, reports=folder, data=data)
        found.contacts = [str(contact) for contact in contacts(ws.study)]
        ws.clear()
        try:
            with found.noting():
                check_template(ws.study)
            customers = check_sources(ws, found)
            check_conditions(ws, customers, found)
        finally:
            with found.noting():
                discard(ws)
    return found


def check_template(study: Study) -> None:
    """Refuse a template of slides that lacks what they need; ours needs no look."""
    if study.template:
        from helpers.report.powerpoint.master import opened

        opened(study.template)


def check_first(ws: Workspace) -> None:
    """What a run looks at before it starts: all that needs no row of the data, nor a database.

    Raises
    ------
    StudyError
        Every mistake at once.
    """
    from helpers.check.conditions import written_conditions
    from helpers.check.sources import returned_columns, written_queries

    found = Checked()
    written_queries(ws, found)
    if not found.problems:  # no SQL is bound that may not run
        with TemporaryDirectory(prefix=f"best-customers-check-{os.getpid()}-") as folder:
            returned_columns(replace(ws, home=Path(folder)), found)
    written_conditions(ws, found)
    with found.noting():
        check_template(ws.study)
    if found.problems:
        raise StudyError.of(found.problems, between="\n\n")


def check_search_of(ws: Workspace) -> str:
    """What the search of a run will take, once its customers are known (after step 2).

    Raises
    ------
    StudyError
        It does not fit into memory.
    """
    from helpers.check.conditions import banded_attributes
    from helpers.check.searching import check_search

    found = Checked()
    attributes = banded_attributes(ws, ws.kept("customers"), Checked())
    check_search(ws.study, attributes, found)
    if found.problems:
        raise StudyError.of(found.problems, between="\n\n")
    return "\n".join([*found.told, *found.warnings]) if found.warnings else ""
