"""Files of one kind, as one for each year or month: read together, or the latest state alone."""

import fnmatch
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from helpers.collect.quoting import identifier
from helpers.draft.looking import Export, columns_of
from helpers.draft.names import is_identifier, likeness, words
from helpers.draft.parts import Table
from helpers.draft.readings import MONTHS, named_like_money
from helpers.draft.values import currency_of
from helpers.errors import listed
from helpers.words import local

# Words of names that tell files of one kind apart: which year, quarter, month, part.
_APART = {"q", "h", "kw", "w", "fy", "part", "teil", "page", "seite", "chunk", "batch", "v"}
_APART |= {"copy", "kopie", "new", "neu", "old", "alt", "final", "export"}
_APART |= {name for month in MONTHS for name in month}
ALIKE = 0.8  # of the columns of two files, from which on they are of one kind
HUNDRED = (30, 330)  # how many times larger amounts in hundredths are, by their medians
FAR = 20  # from how many times larger on medians are asked about
FEW = 12  # amounts of a file under which its median tells nothing


def united(con, exports: list[Export], folder: Path) -> tuple[list[Export], dict[str, str]]:
    """Exports with those of one kind as one, and what is left out as an older state of another."""
    kinds: dict[tuple, list[list[Export]]] = defaultdict(list)
    for export in exports:
        alike = (g for g in kinds[_kind(export)] if _alike(g[0], export))
        group = next(alike, None)
        if group is None:
            kinds[_kind(export)].append([export])
        else:
            group.append(export)
    found: list[Export] = []
    left_out: dict[str, str] = {}
    for group in (group for groups in kinds.values() for group in groups):
        group.sort(key=lambda e: e.path)
        while len(group) > 1 and (states := _states(con, group)):
            older, why = states
            left_out[older.path] = why
            group.remove(older)
        found.append(_together(con, group, found, folder) if len(group) > 1 else group[0])
    order = {export.alias: place for place, export in enumerate(exports)}
    found.sort(key=lambda e: min(order.get(a, 0) for a in (e.parts or {e.alias: ""})))
    return found, left_out


def with_parts(table: Table, exports: list[Export]) -> None:
    """Name the files of a united export in a table, where they cannot be named by a pattern."""
    for export in exports:
        if export.alias in table.files and export.union:
            files = {alias: entry for alias, entry in table.files.items() if alias != export.alias}
            table.files = {**export.parts, **files}
            table.query = f"WITH {identifier(export.alias)} AS (\n{export.union}\n)\n{table.query}"


def _kind(export: Export) -> tuple:
    name = export.path.partition(", sheet ")[2] or Path(export.path).stem
    return tuple(w for w in words(name) if not w.isdigit() and w not in _APART)


def _alike(one: Export, other: Export) -> bool:
    mine, its = ({c.name.lower() for c in e.columns} for e in (one, other))
    return len(mine & its) >= ALIKE * len(mine | its)


def _states(con, group: list[Export]) -> tuple[Export, str] | None:
    """The older of two files that say different things of the same numbers, and how it is known.

    An overlap with equal rows is none: those rows are there twice.
    """
    for older, newer in pairwise(group):
        for column in older.columns:
            other = next((c for c in newer.columns if c.name.lower() == column.name.lower()), None)
            named = is_identifier(column.name) or likeness(column.name, "account_id")
            if other is None or not named:
                continue
            if not (column.distinct == column.filled > 1 and other.distinct == other.filled > 1):
                continue
            a, b = identifier(older.alias), identifier(newer.alias)
            both = (
                f"SELECT count(*) FROM {a} AS a JOIN {b} AS b ON CAST(a.{identifier(column.name)} "
                f"AS VARCHAR) = CAST(b.{identifier(other.name)} AS VARCHAR)"
            )
            (shared,) = con.execute(both).fetchone()
            if not shared or (
                likeness(column.name, "account_id") and _of_other_days(con, both, older, newer)
            ):
                continue
            names = [c.name for c in older.columns if any(c.name == d.name for d in newer.columns)]
            listed_ = ", ".join(f"CAST({identifier(n)} AS VARCHAR)" for n in names)
            (equal,) = con.execute(
                f"SELECT count(*) FROM (SELECT {listed_} FROM {a} INTERSECT "
                f"SELECT {listed_} FROM {b})"
            ).fetchone()
            if equal < shared:
                return (
                    older,
                    (
                        f"{shared:,} of its {older.rows:,} {column.name} are in {newer.path} too, "
                        f"{shared - equal:,} of them with other values: taken for an older state, "
                        f"and {newer.path} for the latest"
                    ),
                )
    return None


def _of_other_days(con, both: str, older: Export, newer: Export) -> bool:
    """Whether what two files say of the same customers happened on other days, as each month."""
    days = [
        c for c in older.of_kind("date") if any(c.name == d.name for d in newer.of_kind("date"))
    ]
    if not days:
        return False
    same = " AND ".join(
        f"a.{identifier(c.name)} IS NOT DISTINCT FROM b.{identifier(c.name)}" for c in days
    )
    cells = f"count(*), count(*) FILTER ({same})"
    shared, equal = con.execute(both.replace("count(*)", cells, 1)).fetchone()
    return 2 * equal < shared


def _together(con, group: list[Export], others: list[Export], folder: Path) -> Export:
    """Files of one kind as one export."""
    first = max(group, key=lambda e: len(e.columns))
    changes, said = _units(con, group)
    parts = [
        "SELECT *"
        + (f" REPLACE ({', '.join(cells)})" if (cells := changes.get(e.alias)) else "")
        + f" FROM {identifier(e.alias)}"
        for e in group
    ]
    union = "\nUNION ALL BY NAME\n".join(parts)
    alias = "_".join(_kind(first)) or "files"
    taken = {e.alias for e in (*group, *others)}
    while alias in taken:
        alias += "_all"
    con.execute(f"CREATE OR REPLACE TEMP TABLE {identifier(alias)} AS {union}")
    pattern = None if changes else _pattern(group, folder)
    rows = sum(e.rows for e in group)
    told = f"{listed([e.path for e in group])} are read together: {rows:,} rows"
    unsure = "; ".join(filter(None, (told, *{e.unsure for e in group if e.unsure})))
    mark = "DECISION: " if "DECISION: " in unsure or said else ""
    unsure = mark + "; ".join(filter(None, (unsure.replace("DECISION: ", ""), *said)))
    return Export(
        alias, pattern or listed([e.path for e in group]), rows, columns_of(con, alias),
        entry=_with_path(group[0].entry, pattern) if pattern else "", unsure=unsure,
        parts={} if pattern else {e.alias: e.entry for e in group},
        union="" if pattern else union,
    )  # fmt: skip


def _pattern(group: list[Export], folder: Path) -> str | None:
    """A pattern that these files match and no other, where their entries are alike otherwise."""
    entries = [_with_path(e.entry, "") for e in group]
    if any(entry != entries[0] for entry in entries) or any(", sheet " in e.path for e in group):
        return None
    names = [e.path for e in group]
    start = _begin(names).rstrip("0123456789")
    end = _begin([name[::-1] for name in names])[::-1].lstrip("0123456789")
    pattern = f"{start}*{end}"
    matching = {p.name for p in folder.iterdir() if fnmatch.fnmatch(p.name, pattern)}
    plain = not set("[]?*") & set(start + end)
    return pattern if plain and matching == {*names} else None


def _begin(names: list[str]) -> str:
    """What all names begin with."""
    count = 0
    for letters in zip(*names, strict=False):
        if len({*letters}) > 1:
            break
        count += 1
    return names[0][:count]


def _with_path(entry: str | dict, path: str) -> str | dict:
    return path if isinstance(entry, str) else {**entry, "path": path}


def _units(con, group: list[Export]) -> tuple[dict[str, list[str]], list[str]]:
    """Amounts of one file that are hundredths of those of the others; what else is far apart."""
    changes: dict[str, list[str]] = {}
    said: list[str] = []
    currencies = {currency for export in group if (currency := currency_of([export]))}
    if len(currencies) > 1:  # a yen is no hundredth of a dollar
        return changes, said
    divided = not any(map(local.without_hundredths, currencies))
    shared = [
        c.name for c in group[0].of_kind("number")
        if named_like_money(c.name) and all(
            any(d.name == c.name and d.kind == "number" for d in e.columns) for e in group)
    ]  # fmt: skip
    for name in shared:
        medians, whole = {}, {}
        for export in group:
            column = export.column(name)
            medians[export.alias], count = con.execute(
                f"SELECT median(abs({column.sql})) FILTER ({column.sql} <> 0), count(*) "
                f"FROM {identifier(export.alias)}"
            ).fetchone()
            whole[export.alias] = column.whole
            if count < FEW or not medians[export.alias]:
                return changes, said
        times = {}
        for export in group:
            rest = [float(medians[e.alias]) for e in group if e is not export]
            times[export.alias] = float(medians[export.alias]) * len(rest) / sum(rest)
        fractions = divided and not all(whole.values())
        cents = [
            e for e in group
            if whole[e.alias] and fractions and HUNDRED[0] <= times[e.alias] <= HUNDRED[1]
        ]  # fmt: skip
        for export in cents:
            changes.setdefault(export.alias, []).append(
                f"{export.column(name).sql} / 100.0 AS {identifier(name)}"
            )
            said.append(
                f"{name} of {export.path} has no decimals and is {times[export.alias]:,.0f} times "
                "that of the others, by the median: it is taken for hundredths and divided by "
                "100; where it is not, take the division out of the query"
            )
        most = max(group, key=lambda e: times[e.alias])
        if not cents and times[most.alias] >= FAR:
            said.append(
                f"{name} of {most.path} is {times[most.alias]:,.0f} times that of the others, by "
                "the median: see that all are in one unit and one currency"
            )
    return changes, said
