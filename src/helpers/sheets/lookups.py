"""Research by hand: who looks up what, with a share of it looked up twice."""

import math
from collections.abc import Iterable

import pandas as pd

from helpers.sheets.draw import shuffled
from helpers.sheets.form import Column, Form
from helpers.sheets.reading import Filled
from helpers.study import Study
from helpers.study.people import Lookup
from helpers.words import people as words
from helpers.words import say

KIND = "research"
FOUND_ON = "found_on"
COLUMNS = ("account_id", "field", "value", "collector", "checked_value", "checker", FOUND_ON)


def open_cells(study: Study, customers: pd.DataFrame, attributes: pd.DataFrame) -> pd.DataFrame:
    """What nobody knows yet: account_id, name, and per field True where it is to be looked up.

    Parameters
    ----------
    customers : the data file ``customer_list``; those included are looked up.
    attributes : the data file ``attributes``. A field that is no attribute is open everywhere.
    """
    kept = customers.loc[customers["included"], ["account_id", "name"]].reset_index(drop=True)
    known = attributes.set_index("account_id").reindex(kept["account_id"])
    for field in study.research.fields:
        cells = known[field].isna().to_numpy() if field in known else True
        kept[field] = cells
    return kept[kept[list(study.research.fields)].any(axis=1)].reset_index(drop=True)


def dealt(study: Study, cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The customers of each collector, in an order of chance; ``second`` marks second looks.

    Every customer goes to one collector; the declared share of them, drawn by the seed, to the next
    one as well. Collectors do not see which rows are second looks.
    """
    people = study.research.collectors
    mixed = shuffled(cells, seed=study.seed, who=KIND)
    place = pd.Series(range(len(mixed)))
    twice = math.ceil(study.research.twice * len(mixed)) if len(people) > 1 else 0
    hands = {}
    for number, name in enumerate(people):
        own = mixed[place % len(people) == number].assign(second=False)
        again = mixed[(place < twice) & ((place + 1) % len(people) == number)].assign(second=True)
        hands[name] = shuffled(pd.concat([own, again]), seed=study.seed, who=name)
    return hands


def forms(
    study: Study, quarter: str, customers: pd.DataFrame, attributes: pd.DataFrame
) -> list[Form]:
    """A sheet for each collector; a cell that is known already is closed."""
    wanted = study.research
    columns = (
        Column("row", say(words.ACCOUNT)),
        Column("name", say(words.CUSTOMER), width=34),
        *(_column(name, entry, study) for name, entry in wanted.fields.items()),
        Column(FOUND_ON, say(words.FOUND_ON), "date", help=say(words.FOUND_ON_HELP)),
        Column("comment", say(words.WHERE_FOUND), "text", width=40),
    )
    instructions = (
        say(words.RESEARCH_TOLD),
        *(_instruction(name, entry, study) for name, entry in wanted.fields.items()),
        say(words.SEND_BACK),
    )
    made = []
    for collector, rows in dealt(study, open_cells(study, customers, attributes)).items():
        closed = [
            (row["account_id"], field)
            for row in rows.to_dict("records")
            for field in wanted.fields
            if not row[field]
        ]
        made.append(
            Form(
                kind=KIND,
                who=collector,
                title=say(words.RESEARCH_TITLE, who=collector, study=study.title),
                study=study.study,
                quarter=quarter,
                instructions=instructions,
                columns=columns,
                rows=tuple(
                    {"row": account, "name": "" if pd.isna(name) else str(name)}
                    for account, name in zip(rows["account_id"], rows["name"], strict=True)
                ),
                closed=frozenset(closed),
                about={"second": sorted(rows.loc[rows["second"], "account_id"])},
            )
        )
    return [form for form in made if form.rows]


def table(filled: Iterable[Filled]) -> pd.DataFrame:
    """The canonical table ``research``: one row per account and field that was asked.

    The first look is the value, the second one the checked value. Where the first collector left a
    cell open and the second did not, the second look is the value. A cell that both left open is a
    row without a value: asked, and not known.
    """
    looks: dict[tuple[str, str], dict[str, tuple]] = {}
    for one in filled:
        form = one.own_form
        again = set(form.about.get("second", ()))
        fields = [c.key for c in form.asked if c.key not in (FOUND_ON, "comment")]
        for name in form.identifiers:
            day = one.answers.get((name, FOUND_ON))
            for field in fields:
                if (name, field) in form.closed:
                    continue
                value = one.answers.get((name, field))
                turn = "second" if name in again else "first"
                held = looks.setdefault((name, field), {})
                # A copy of the sheet that nobody filled does not empty the one that somebody did.
                if value is not None or turn not in held:
                    held[turn] = (value, form.who, day)
    rows = []
    for (name, field), look in sorted(looks.items()):
        first, second = look.get("first"), look.get("second")
        if first is None or (first[0] is None and second is not None and second[0] is not None):
            first, second = second, None
        assert first is not None  # a cell that was asked was looked at once at least
        value, collector, day = first
        checked, checker, _ = second if second and second[0] is not None else (None, None, None)
        rows.append((name, field, _as_text(value), collector, _as_text(checked), checker, day))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _as_text(value: object) -> str | None:
    if isinstance(value, float):
        return f"{value:.12g}"
    return None if value is None else str(value)


def _label(name: str, entry: Lookup, study: Study) -> str:
    return entry.label or study.label(name)


def _column(name: str, entry: Lookup, study: Study) -> Column:
    label = _label(name, entry, study)
    unit = f" ({entry.unit})" if entry.unit else ""
    example = say(words.FOR_EXAMPLE, example=entry.example) if entry.example else ""
    return Column(
        name,
        f"{label}{unit}",
        entry.type,
        entry.options,
        entry.unit,
        help=" ".join(filter(None, (entry.instructions, example))),
        least=entry.at_least,
        most=entry.at_most,
        width=20,
    )


def _instruction(name: str, entry: Lookup, study: Study) -> str:
    parts = [f"{_label(name, entry, study)}: {entry.instructions}".rstrip(": ")]
    parts += [say(words.FOR_EXAMPLE, example=entry.example)] if entry.example else []
    return " ".join(parts)
