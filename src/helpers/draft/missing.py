"""What stands in files that could not be used: which column was found, and why it is not enough."""

import re

from helpers.draft.billing import amounts_of
from helpers.draft.looking import Column, Export
from helpers.draft.names import likeness
from helpers.draft.readings import named_like_a_day, named_like_money
from helpers.errors import listed

_MONTH = re.compile(
    r"(\d{4}[-_/. ]?(0?[1-9]|1[0-2]|Q[1-4])|[A-Za-zäéû]{3,9}\.?[-_/. ]?'?(\d{2}|\d{4})"
    r"|(0?[1-9]|1[0-2])[-_/.]\d{4}|[Mm]\d{1,2})"
)


def missed(exports: list[Export], keys: dict[str, Column], unread: dict[str, str]) -> str:
    """Why no file tells what customers pay, file by file; "" where there is none to tell of."""
    said = [f"{path}: {why}" for path, why in unread.items()]
    for export in exports:
        if all(c is keys.get(export.alias) for c in export.columns):
            continue
        parts = [*_money(export, keys.get(export.alias)), *_days(export)]
        if export.alias not in keys:
            parts.insert(0, "no column names its customer by a number that another file holds")
        if parts:
            said.append(f"{export.path}: {', and '.join(parts)}")
    return "; ".join(said)


def _money(export: Export, key: Column | None) -> list[str]:
    months = [c.name for c in export.of_kind("number") if _MONTH.fullmatch(c.name.strip())]
    if len(months) >= 3:
        return [
            f"its columns are months ({listed(months, most=3)}): one row for each customer and "
            "month is needed, as UNPIVOT in the query of the study file makes them"
        ]
    numbers = [c for c in export.of_kind("number") if c is not key]
    if amounts_of(numbers):
        return []
    if any(max(likeness(c.name, "mrr"), likeness(c.name, "arr")) >= 0.3 for c in numbers):
        return []
    texts = [c for c in export.of_kind("text") if named_like_money(c.name) and c is not key]
    if texts:
        return [_told(texts[0], "an amount", "write them as 1234.50")]
    held = [c.name for c in numbers if c.filled]
    return ["no number is called like an amount" + (f" ({listed(held, most=4)})" if held else "")]


def _days(export: Export) -> list[str]:
    if export.of_kind("date"):
        return []
    texts = [c for c in export.of_kind("text", "number") if named_like_a_day(c.name) and c.filled]
    if texts:
        return [_told(texts[0], "a day", "write them as 2025-12-31")]
    return ["no column holds days"]


def _told(column: Column, what: str, remedy: str) -> str:
    example = repr(column.samples[0]) if column.samples else "nothing"
    why = column.told or f"it holds what is read as none, such as {example}"
    return (
        f"{column.name} is called like {what}, but {why}: {remedy}, or read them in the query of "
        "the study file"
    )
