"""What readers of the report must not see: personal data, and values of very small groups.

Every exhibit passes through ``shown`` when it is kept, so that slides, index and document, and what
can be downloaded from the page, hold the same. Personal data may stand in the document alone, and
only where the study file says so: see ``study.Report``.
"""

from collections.abc import Iterable

import pandas as pd

from helpers.errors import StudyError, listed
from helpers.report.wording import counted, plural
from helpers.study import Study
from helpers.tables import TABLES
from helpers.words import numbers as fmt
from helpers.words import say
from helpers.words import story as words

PERSONAL = frozenset(
    column.name for table in TABLES.values() for column in table.columns if column.personal
)
COUNTS = frozenset(
    ("customers", "left_customers", "observations", "customer_share", "rank", "order")
)
OF_ROWS = ("customers", "left_customers")  # columns that say how many customers a row is about


def shown(study: Study, id: str, data: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """A table as it may be shown, and a sentence on what is withheld ("" where nothing is).

    Where ``data`` counts customers by row, a row of one customer up to
    ``study.min_group_size - 1`` keeps its name and its count, and loses what was measured on it.

    Raises
    ------
    StudyError
        When a column is flagged as personal in ``helpers.tables``, unless the study allows such
        columns in the document.
    """
    refuse_personal(study, f"the exhibit `{id}`", map(str, data.columns))
    small = small_groups(data, least=study.min_group_size)
    if not small.any():
        return data, ""
    measured = [
        name
        for name in data.columns
        if name not in COUNTS and pd.api.types.is_float_dtype(data[name])
    ]
    data = data.copy()
    data.loc[small, measured] = float("nan")
    return data, withheld(int(small.sum()), study.min_group_size)


def personal(columns: Iterable[str]) -> list[str]:
    """Those of the columns that are flagged as personal in ``helpers.tables``.

    >>> personal(["account_id", "contact", "comment"])
    ['comment', 'contact']
    """
    return sorted(PERSONAL.intersection(columns))


def refuse_personal(study: Study, what: str, columns: Iterable[str]) -> None:
    """Raise StudyError where the document may not show a column; ``what`` names the table."""
    found = personal(columns)
    if found and not study.report.personal_data_in_document:
        raise StudyError(
            f"Personal data would be shown: {what} holds some.",
            found=listed(found),
            remedy="leave these columns out of the table, or allow them in the document with "
            "report.personal_data_in_document in the study file",
        )


def small_groups(data: pd.DataFrame, *, least: int) -> pd.Series:
    """Which rows describe at least one customer, and fewer than ``least``."""
    small = pd.Series(False, index=data.index)
    for name in OF_ROWS:
        if name in data and pd.api.types.is_numeric_dtype(data[name]):
            small |= data[name].between(1, least - 1).fillna(False).astype(bool)
    return small


def withheld(rows: int, least: int) -> str:
    """What a reader is told where values are left out.

    >>> withheld(1, 5), withheld(0, 5)
    ('Values of 1 group of fewer than 5 customers are left out.', '')
    """
    if not rows:
        return ""
    groups = counted(rows, "group", words=False)
    customers = plural(least, "customer")
    return say(
        words.VALUES_FEWER_THAN_NOT_SHOWN,
        groups=groups,
        number=fmt.number(least),
        customers=customers,
    )
