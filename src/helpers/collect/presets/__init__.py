"""Ready-made sources: exports of Zendesk, Salesforce, HubSpot and Stripe as canonical tables.

A preset is a description of an export (``preset.yml``) and one packaged SQL file per canonical
table. It expands to the ordinary ``files`` and ``query`` of a source, so that the checks, the as-of
rule and the record of raw files are those of every other source.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from helpers.collect.presets.choices import NONE, Settled, kept_columns, past_files, settle
from helpers.collect.presets.description import Offer, Preset, load_preset
from helpers.collect.presets.folder import Found, export_files, one_file
from helpers.collect.presets.views import View, raw, typed, view_sql
from helpers.collect.quoting import identifier, literal
from helpers.errors import StudyError, listed
from helpers.sandbox.places import declared
from helpers.study import RawFile, Source
from helpers.tables import TABLES
from helpers.workspace import Workspace

CHOICES = ("preset", "table", "choice", "value", "meaning", "set_by")
RECORD = "preset_choices"
LINKS = ("source_id", "account_id")


def expand(ws: Workspace, table: str, source: Source) -> Source:
    """A source with ``preset`` as one with ``files`` and ``query``; any other source as it is.

    The choices of the preset are recorded, for `preset_choices`.

    Raises
    ------
    StudyError
        Folder, files or columns that are not there; choices that the preset does not have or
        take; a table that it does not offer.
    """
    if source.preset is None:
        return source
    where = f"sources.{table}"
    preset = load_preset(source.preset)
    offer = preset.offer(table)
    found = export_files(
        preset,
        offer,
        where=where,
        place=declared(
            str(Path(source.folder.replace("{quarter}", str(ws.quarter))).expanduser()),
            ws.raw,
            where=f"{where}.folder",
        ),
        given=source.files,
        quarter=str(ws.quarter),
    )
    _require_files(preset, offer, found, where=where)
    settled = settle(preset, offer, found, source.options, where=where)
    past = past_files(preset, offer, found) if settled.get("history", _NO).value == "use" else []
    _require_columns(preset, [n for n in offer.files if n in found], found, where=where)
    keep = kept_columns(preset, table, found, source.options.get("keep"), where=where)
    links = _links(ws, source.options.get("links"), where=where)
    _record(ws, table, preset, settled, keep)

    used = [name for name in offer.files if name in found]
    used += [preset.files[name].history.file for name in past]
    files = {f"raw_{name}": found[name].raw_file for name in used}
    files |= {"raw_links": links.raw_file} if links else {}
    query = _query(preset, table, found, settled, past=past, keep=keep, links=links)
    return Source(files=files, query=query)


def preset_choices(ws: Workspace) -> pd.DataFrame:
    """The choices behind the tables that were collected through presets.

    Returns
    -------
    DataFrame with preset, table, choice, value, meaning, set_by (``study file`` or ``default``),
    in the order of the study's tables; without rows where the study uses no preset.
    """
    rows = [
        row
        for name in TABLES
        if name in ws.study.sources and ws.study.sources[name].preset
        for row in ws.recorded(f"{RECORD}/{name}", [])
    ]
    return pd.DataFrame(rows, columns=list(CHOICES))


_NO = Settled(value=None, meaning="", default=True)


# ── what the folder must hold ────────────────────────────────────────────────────────────────────
def _require_files(preset: Preset, offer: Offer, found: Mapping[str, Found], *, where: str) -> None:
    missing = [need for need in offer.needs if not any(n in found for n in need.split("|"))]
    if missing:
        told = listed(missing).replace("|", " or ")
        raise StudyError(
            f"{where}: the preset {preset.name} does not find the file {told}.",
            found=f"of the {preset.title} export: {listed(found, most=30) or 'no file'}",
            expected="files named after the vendor's tables, such as "
            f"{missing[0].split('|')[0]}.csv, .jsonl or .parquet",
            remedy=f"add the file, or name it: files: {{{missing[0].split('|')[0]}: …}}",
        )


def _require_columns(
    preset: Preset, names: list[str], found: Mapping[str, Found], *, where: str
) -> None:
    for name in names:
        missing = [c for c in preset.files[name].columns if not found[name].column(c)]
        if missing:
            raise StudyError(
                f"{where}: {name} of the preset {preset.name} has no column {listed(missing)}.",
                found=f"in {found[name].raw_file.path}: {listed(found[name].columns, most=60)}",
                expected=f"at least {listed(preset.files[name].columns)}",
                remedy="export the column too, or write `files` and a `query` for this table",
            )


def _links(ws: Workspace, entry: Any, *, where: str) -> Found | None:
    """The file that says which identifier of the vendor is which account."""
    if entry is None:
        return None
    place = f"{where}.options.links"
    try:
        raw_file = RawFile.model_validate({"path": entry} if isinstance(entry, str) else entry)
    except ValidationError:
        raise StudyError(
            f"{place} is not a file.", found=repr(entry), expected="such as links.csv"
        ) from None
    found = one_file(raw_file, ws.raw, where=place, quarter=str(ws.quarter))
    missing = [column for column in LINKS if not found.column(column)]
    if missing:
        raise StudyError(
            f"{place}: {raw_file.path} has no column {listed(missing)}.",
            found=listed(found.columns, most=60),
            expected="source_id (the vendor's identifier) and account_id",
        )
    return found


def _record(
    ws: Workspace, table: str, preset: Preset, settled: dict[str, Settled], keep: dict[str, str]
) -> None:
    rows = [
        dict(
            zip(
                CHOICES,
                (
                    preset.name,
                    table,
                    name,
                    listed(s.value, most=40) if isinstance(s.value, list) else str(s.value),
                    s.meaning,
                    "default" if s.default else "study file",
                ),
                strict=True,
            )
        )
        for name, s in settled.items()
    ]
    if keep:
        kept = listed((f"{c} as {n}" if c != n else n for n, c in keep.items()), most=60)
        meaning = "columns of the export that are kept as attributes"
        row = (preset.name, table, "keep", kept, meaning, "study file")
        rows.append(dict(zip(CHOICES, row, strict=True)))
    ws.folder(f"work/records/{RECORD}")
    ws.record(f"{RECORD}/{table}", rows)


# ── the query ────────────────────────────────────────────────────────────────────────────────────
def _query(
    preset: Preset,
    table: str,
    found: Mapping[str, Found],
    settled: dict[str, Settled],
    *,
    past: list[str],
    keep: dict[str, str],
    links: Found | None,
) -> str:
    """The packaged SQL over typed views of the export's files."""
    offer = preset.tables[table]
    views = {
        "moment": "SELECT CAST(CAST(getvariable('as_of') + 1 AS TIMESTAMP) AS TIMESTAMPTZ) "
        "AS next_day",
        "options": "SELECT " + ", ".join(f"{_value(s.value)} AS {n}" for n, s in settled.items()),
    }
    for name in offer.files:
        view = View(name, preset.files[name], _view_columns(preset, offer, name, settled, keep))
        views[name] = view_sql(view, found, past=name in past)
    if offer.keep:
        record = identifier(next(iter(preset.files[offer.keep].columns)))
        kept = "".join(f", {identifier('kept_' + n)} AS {identifier(n)}" for n in keep)
        views["kept"] = f"SELECT {record} AS kept_id{kept} FROM {identifier(offer.keep)}"
    if links:
        source_id, account_id = (
            typed(identifier(links.column(name)), "id", place=links.place(name)) for name in LINKS
        )
        views["links"] = (
            "SELECT source_id, CASE WHEN count(DISTINCT account_id) = 1 "
            "THEN any_value(account_id) END AS account_id "
            f"FROM (SELECT {source_id} AS source_id, {account_id} AS account_id "
            f"FROM {raw('links')}) GROUP BY source_id"
        )
    shown = ",\n".join(f"{identifier(name)} AS ({sql})" for name, sql in views.items())
    return f"WITH {shown}\n{_select(preset, offer, table, settled, links)}"


def _select(
    preset: Preset, offer: Offer, table: str, settled: dict[str, Settled], links: Found | None
) -> str:
    """The result, without the columns that no column of the export answers, ids linked."""
    dropped = [n for n, s in settled.items() if preset_drops(preset, n) and s.value == NONE]
    exclude = f" EXCLUDE ({', '.join(map(identifier, dropped))})" if dropped else ""
    replace = joins = keeping = ""
    if links:
        linked = [f"{c}_link.account_id AS {c}" for c in offer.linked]
        replace = f" REPLACE ({', '.join(linked)})"
        joins = "".join(
            f"\nLEFT JOIN links AS {c}_link ON {c}_link.source_id = q.{c}" for c in offer.linked
        )
        if settled["unlinked"].value == "leave_out":
            keeping = "\nWHERE account_id_link.account_id IS NOT NULL"
    return f"SELECT q.*{exclude}{replace} FROM (\n{preset.sql(table)}\n) AS q{joins}{keeping}"


def preset_drops(preset: Preset, choice: str) -> bool:
    """Whether the result's column of this name is left out where no column is chosen."""
    return choice in preset.choices and preset.choices[choice].drop


def _view_columns(
    preset: Preset, offer: Offer, file: str, settled: dict[str, Settled], keep: dict[str, str]
) -> dict[str, tuple[str, Any]]:
    entry = preset.files[file]
    columns = {name: (name, kind) for name, kind in {**entry.columns, **entry.optional}.items()}
    for name in offer.choices:
        choice = preset.choices[name]
        if choice.column_of == file:
            value = settled[name].value
            column = "" if value in choice.allowed or value == NONE else value
            columns[f"chosen_{name}"] = (column, choice.kind)
    if offer.keep == file:
        columns |= {f"kept_{name}": (column, "text") for name, column in keep.items()}
    return columns


def _value(value: Any) -> str:
    """A choice's value as SQL."""
    if isinstance(value, list | tuple):
        return f"CAST([{', '.join(map(literal, value))}] AS VARCHAR[])"
    return str(value) if isinstance(value, int) else literal(value)
