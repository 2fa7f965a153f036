"""The first page of the document: answer, evidence, cautions, and what was read."""

from typing import Any

from helpers.report import wording
from helpers.report.content import Content
from helpers.report.figures import figures
from helpers.segments import verdicts
from helpers.words import numbers as fmt
from helpers.words import pages as words
from helpers.words import say


def summary(content: Content) -> dict[str, Any]:
    """What the template of the summary places, by name."""
    said = set(content.short_of_history)
    heads = (words.GROUP, words.HOW_MANY, words.WORTH, words.RANGE, words.ADJUSTED)
    return {
        "headline": content.headline,
        "short_of_history": content.short_of_history,
        "figures": figures(content),
        "heads": [say(head) for head in heads],
        "evidence": [_evidence(segment.name, segment.row, content) for segment in content.segments],
        "confounded": content.confounded,
        "typical_ones": content.typical,
        "fixed": _fixed(content),
        "cautions": [caution for caution in content.cautions if caution.text not in said],
        "read": content.read,
        "not_collected": content.not_collected,
    }


def _evidence(name: str, row: dict[str, Any], content: Content) -> tuple[str, ...]:
    """One group shown to be better, as exact as the data file is read."""
    amount = verdicts.has_amount(row["lift"], row["lift_low"])
    limits = not (fmt.is_missing(row["lift_low"]) or fmt.is_missing(row["lift_high"]))
    return (
        name,
        fmt.number(row["customers"]),
        fmt.short_money(row["lift"], content.currency, signed=True) if amount else fmt.MISSING,
        wording.interval(row["lift_low"], row["lift_high"], content.currency)
        if limits
        else fmt.MISSING,
        fmt.formatted(row["p_adjusted"], "p"),
    )


def _fixed(content: Content) -> str:
    """What became of the hypotheses that were fixed beforehand; one may have several variables."""
    tested = content.tables["hypotheses"]
    declared = tested[tested["declared"].astype(bool)]
    if declared.empty:
        return say(words.NONE_FIXED)
    supported = declared[verdicts.is_supported(declared["verdict"])]
    return say(
        words.FIXED,
        tested=declared["hypothesis_id"].nunique(),
        supported=supported["hypothesis_id"].nunique(),
    )
