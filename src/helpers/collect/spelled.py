"""Levels of an attribute that only look different: one group, or two?

A field of free text holds Machinery, machinery and MACHINERY. Levels are taken as they are written,
so that each is a group of its own and none holds all that belong to it.
"""

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from helpers.study import Study

MOST = 500  # levels of an attribute, above which it is no field of groups
_AND = re.compile(r"&|\b(?:and|und|et|y|en|e)\b")
_APART = re.compile(r"[\s._,/’'()-]+")


def plain(level: str) -> str:
    """A level as it is compared. Where digits stand, signs part numbers: 1-10 is not 110.

    >>> plain("Food & Beverage") == plain("food and  beverage"), plain("Health-care")
    (True, 'healthcare')
    >>> plain("1-10") == plain("110"), plain("C++") == plain("C"), plain("< 10") == plain("> 10")
    (False, False, False)
    """
    text = " ".join(unicodedata.normalize("NFKC", level).casefold().split())
    if any(letter.isdigit() for letter in text):
        return text
    return _APART.sub("", _AND.sub(" ", text) if " " in text else text)


def spelled_apart(study: "Study", accounts: "ir.Table") -> list[dict[str, Any]]:
    """Attributes with levels that differ by how they are spelled alone.

    Returns
    -------
    For each attribute, levels (that have another spelling), groups (what these would be), one and
    other (the two with most accounts of the largest), and one_has and other_has (their accounts).
    """
    import ibis

    kinds = accounts.schema()
    names = [
        name
        for name, attribute in study.attributes.items()
        if attribute.type == "category" and not attribute.order
        and name in kinds and kinds[name].is_string()
    ]  # fmt: skip
    if not names:
        return []
    counts = [
        accounts.group_by(level=accounts[name])
        .agg(accounts=accounts.count())
        .mutate(attribute=ibis.literal(name))
        for name in names
    ]
    frame = (ibis.union(*counts) if len(counts) > 1 else counts[0]).to_pandas()
    frame = frame.dropna(subset="level").sort_values(
        ["accounts", "level"], ascending=[False, True], ignore_index=True
    )
    found = []
    for name in names:
        mine = frame[frame["attribute"] == name]
        if len(mine) > MOST:
            continue
        alike: dict[str, list[int]] = {}
        for row, level in zip(mine.index, mine["level"], strict=True):
            alike.setdefault(plain(str(level)), []).append(row)
        several = [rows for rows in alike.values() if len(rows) > 1]
        if several:
            # The rows are in the order of their accounts: the first group has the largest level.
            (one, one_has), (other, other_has) = (
                (str(frame.at[row, "level"]), int(frame.at[row, "accounts"]))
                for row in several[0][:2]
            )
            found.append(
                {
                    "attribute": name, "levels": sum(map(len, several)), "groups": len(several),
                    "one": one, "one_has": one_has, "other": other, "other_has": other_has,
                }
            )  # fmt: skip
    return found
