"""A drafted study file as text: every guess with its reason above it."""

import json
from pathlib import Path

from helpers.draft.guessing import Guess
from helpers.words.numbers import NO_CURRENCY

HEAD = """# Drafted by `make study` from
#   {folder}
# Every guess stands with its reason; look through them from the top, then:
#   make check STUDY={place}
# Hypotheses, exclusion rules and costs cannot be read from data: docs/guide.md says how.
"""

WHAT_ATTRIBUTES_ARE = """
# What may define a group of customers. `external: true` says that it can be seen before a sale;
# `shares: [base]`, that it is revenue by another name."""

# The tables of a draft, as they stand in it.
TABLES = ("accounts", "contracts", "orders", "rates", "tickets", "surveys", "usage", "costs")


def _currency(found: Guess) -> str:
    """The line of the currency. What no file says is no currency: euros would be an invention."""
    if found.currency:
        return f"currency: {found.currency}   # by the name or the value of a column"
    if any(table.preset for table in found.tables.values()):
        # Exports of vendors name the currency of each row: one that differs is refused.
        return "currency: EUR   # a guess: rows in another currency are refused, with their codes"
    return (
        f"currency: {NO_CURRENCY}   # DECISION: no file says the currency; {NO_CURRENCY} is none, "
        "and amounts stand with ¤: put EUR, USD, …"
    )


def written(found: Guess, *, name: str, folder: Path, quarter: str) -> str:
    """The text of ``study.yml``."""
    lines = [HEAD.format(folder=folder, place=f"data/raw/{name}").rstrip()]
    if found.decision:
        lines += ["#", f"# DECISION NEEDED: {found.decision}"]
    lines += [
        f"study: {json.dumps(name)}",
        f"title: {json.dumps(f'{name} — best current customers', ensure_ascii=False)}",
        f"business_model: {found.model or 'subscription'}",
        _currency(found),
        "timezone: UTC   # that of the times in the files",
        f"default_quarter: {quarter}   # "
        + (
            "the last quarter that the days in the files reach the end of, or the first with rows"
            if found.last_day
            else "a guess"
        ),
        f"data: {json.dumps(str(folder), ensure_ascii=False)}",
        "max_rejected_share: 0.5   # generous for a first look; lower it once the sources fit",
        "",
        "sources:",
    ]
    for table in TABLES:
        entry = found.tables.get(table)
        if entry is None:
            continue
        lines += [f"  # {line}" for line in entry.why]
        lines.append(f"  {table}:")
        if entry.preset:
            lines += [f"    {key}: {json.dumps(value)}" for key, value in entry.preset.items()]
            continue
        shown = ", ".join(
            f"{_key(a)}: {json.dumps(p, ensure_ascii=False)}" for a, p in entry.files.items()
        )
        lines.append(f"    files: {{{shown}}}")
        if entry.extracted_on:
            lines.append(
                f"    extracted_on: {entry.extracted_on}   # the last day that any file speaks of"
            )
        lines.append("    query: |")
        lines += [f"      {line}" for line in entry.query.splitlines()]
    if found.attributes:
        lines += [*WHAT_ATTRIBUTES_ARE.splitlines(), "attributes:"]
        lines += [f"  {_key(attribute)}: {entry}" for attribute, entry in found.attributes.items()]
    if found.left_out:
        lines += ["", "# Left out:"]
        lines += [
            f"#   {_plain(what)}: {_plain(why)}" for what, why in sorted(found.left_out.items())
        ]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    """A key as YAML reads it back: some words would be a yes or a no."""
    words = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
    return json.dumps(name) if name.lower() in words else name


def _plain(text: str) -> str:
    return " ".join(text.split())
