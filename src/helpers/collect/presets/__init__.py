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

from helpers.collect.engines import engine_of
from helpers.collect.names import nearest
from helpers.collect.presets.choices import (
    Settled,
    holds,
    kept_columns,
    past_files,
    past_of,
    settle,
)
from helpers.collect.presets.description import Offer, Preset, load_preset
from helpers.collect.presets.folder import Found, export_files, one_file
from helpers.collect.presets.query import LINKS, Query
from helpers.collect.presets.record import CHOICES, preset_cautions, preset_choices, record
from helpers.collect.presets.views import cell, past_values, raw
from helpers.collect.queries import query_result
from helpers.errors import StudyError, listed
from helpers.sandbox.places import declared
from helpers.study import RawFile, Source
from helpers.workspace import Workspace

__all__ = ["CHOICES", "expand", "preset_cautions", "preset_choices"]


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
    assert source.folder is not None  # a study file with a preset names it
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
    settled = settle(preset, offer, found, source.options, where=where, beside=ws.study.sources)
    past = past_files(preset, offer, found) if settled.get("history", _NO).value == "use" else []
    _require_columns(preset, [n for n in offer.files if n in found], found, where=where)
    _require_decided(preset, offer, found, settled, where=where)
    keep = kept_columns(preset, table, found, source.options.get("keep"), where=where)
    links = _links(ws, source.options.get("links"), where=where)
    query = Query(preset, table, found, settled, tuple(past), keep, links)
    used = [name for name in offer.files if name in found]
    used += [history.file for name in past if (history := past_of(preset, name, found))]
    used = list(dict.fromkeys(used))
    files = {f"raw_{name}": found[name].raw_file for name in used}
    files |= {"raw_links": links.raw_file} if links else {}
    _check_values(ws, query, source.options, where=where)
    record(ws, query, _effects(ws, query, files))
    return Source(files=files, query=query.rows())


def _effects(ws: Workspace, query: Query, files: dict[str, RawFile]) -> pd.DataFrame:
    """How many rows each choice concerns, and their money (`Query.effects`)."""
    sql = query.effects()
    if not sql:
        return pd.DataFrame(columns=["choice", "counts", "currency", "rows", "amount"])
    source = Source(files=files, query=sql)
    engine = engine_of(ws)
    counted, _ = query_result(ws, engine, query.table, source)
    frame = counted.to_pandas()
    engine.forget()
    return frame


def _check_values(ws: Workspace, query: Query, given: Mapping[str, Any], *, where: str) -> None:
    """Whether the values that the study lists are values of the export; StudyError where not.

    A misspelt stage or type would leave its deals out, and nothing would say so.
    """
    for name, settled in query.settled.items():
        choice = query.preset.choices.get(name)
        if choice is None or not choice.values_of or not given.get(name):
            continue
        held = [need for need in choice.values_of if holds(need, query.found)]
        if not held:
            continue
        known = _distinct(ws, query, held)
        strange = [value for value in settled.value if value not in known]
        if strange:
            near = nearest(strange[0], sorted(known))
            raise StudyError(
                f"{where}.options.{name}: nothing in the export is {listed(strange)}.",
                found=listed(sorted(known), most=30) or "no value",
                remedy=f"{strange[0]} may be {near}" if near else "write them as the export does",
            )


def _distinct(ws: Workspace, query: Query, columns: list[str]) -> set[str]:
    """The values of some columns of an export, in any state of its records."""
    files, texts = {}, []
    for name, _, column in (need.partition(".") for need in columns):
        files[name] = query.found[name]
        held = cell(files[name], column)
        texts.append(f"SELECT trim(CAST({held} AS VARCHAR)) AS value FROM {raw(name)}")
        history = past_of(query.preset, name, query.found) if name in query.past else None
        if history and (earlier := past_values(history, query.found[history.file], column)):
            files[history.file] = query.found[history.file]
            texts.append(earlier)
    source = Source(
        files={f"raw_{name}": file.raw_file for name, file in files.items()},
        query=" UNION ".join(texts),
    )
    engine = engine_of(ws)
    rows, _ = query_result(ws, engine, query.table, source)
    values = set(rows.to_pandas()["value"].dropna())
    engine.forget()
    return values


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


def _require_decided(
    preset: Preset,
    offer: Offer,
    found: Mapping[str, Found],
    settled: Mapping[str, Settled],
    *,
    where: str,
) -> None:
    """Whether the export, or the study, says what the table depends on."""
    columns = [need for need in offer.decided_by if not need.startswith("option:")]
    names = [need.removeprefix("option:") for need in offer.decided_by if need not in columns]
    files = {need.partition(".")[0] for need in columns} & set(found)
    if not files or any(holds(need, found) for need in columns):
        return
    if not any(settled[name].value for name in names):
        raise StudyError(
            f"{where}: nothing says {_ABOUT[names[0]]}.",
            found="in "
            + "; ".join(f"{n}: {listed(found[n].columns, most=30)}" for n in sorted(files)),
            expected=f"one of the columns {listed(columns)}",
            remedy=f"export the column, or list them: options: {{{names[0]}: [...]}}",
        )


_ABOUT = {"won_stages": "in which stages a deal is won"}


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
