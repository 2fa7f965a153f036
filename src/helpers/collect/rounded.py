"""Identifiers that a spreadsheet has rounded: 1.23E+11 is what is left of many different ones."""

from typing import TYPE_CHECKING

from helpers.errors import StudyError, listed

if TYPE_CHECKING:
    import ibis.expr.types as ir

ROUNDED = r"^\s*[1-9]([.,][0-9]+)?[eE]\+[0-9]{2,3}\s*$"
SHARE = 0.02  # of the accounts, from which on those that were one each cannot be told any more


def check_rounded(result: "ir.Table", column: str) -> None:
    """Stop where identifiers of accounts are rounded numbers.

    Accounts that were different have one identifier then, and their money is one customer's. A
    single one, or those of other tables, match nobody and are told as unknown accounts
    (`helpers.collect.unmatched`).

    Raises
    ------
    StudyError
        With some of them.
    """
    ids = result[column]
    if not ids.type().is_string():
        return
    rounded = ids.re_search(ROUNDED)
    counts = result.aggregate(rows=ids.count(), rounded=rounded.ifelse(1, 0).sum())
    found = counts.to_pandas().loc[0]
    if not found["rounded"] or found["rounded"] < SHARE * found["rows"]:
        return
    shown = result.filter(rounded).select(text=ids).distinct().order_by("text").limit(3)
    raise StudyError(
        f"sources.accounts: {int(found['rounded']):,} of {int(found['rows']):,} rows have a "
        "rounded number for account_id, as a spreadsheet writes long ones: accounts that were "
        "different are one.",
        found=listed([str(text) for text in shown.to_pandas()["text"]]),
        expected="identifiers as they were written, such as 123400000017",
        remedy="export again, and open the file in no spreadsheet, or import that column as text",
    )
