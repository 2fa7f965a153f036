"""Vendors' exports, recognised by the names and columns of their files."""

from pathlib import Path

from helpers.collect.presets.description import load_preset
from helpers.collect.presets.folder import export_files
from helpers.draft.guessing import Guess, Table
from helpers.errors import StudyError

VENDORS = ("stripe", "salesforce", "hubspot", "zendesk")  # money first


def recognised(folder: Path) -> Guess:
    """The tables that presets give, of the folder itself or of a folder for each vendor."""
    found, accounts_of = Guess(), ""
    for place in (folder, *sorted(p for p in folder.iterdir() if p.is_dir())):
        for vendor in VENDORS:
            for table in _offered(vendor, place):
                entry = Table(table, {}, "")
                entry.preset = {"preset": vendor, "folder": str(place.relative_to(folder)) or "."}
                entry.why = [
                    f"{table}: the {vendor} export in {place.name}, by its files and columns"
                ]
                found.tables.setdefault(f"{table}/{vendor}", entry)
    # Identifiers of one vendor are not those of another: accounts and revenue come from one.
    given = dict(found.tables)
    found.tables = {}
    for vendor in VENDORS:
        revenue = next((t for t in ("contracts", "orders") if f"{t}/{vendor}" in given), None)
        if f"accounts/{vendor}" in given and revenue:
            accounts_of = vendor
            found.model = {"contracts": "subscription", "orders": "transactional"}[revenue]
            for table in ("accounts", revenue, "tickets", "surveys"):
                if f"{table}/{vendor}" in given:
                    found.tables[table] = given.pop(f"{table}/{vendor}")
            break
    for key in given:
        table, _, vendor = key.partition("/")
        if accounts_of and vendor != accounts_of and table not in found.tables:
            found.left_out[f"{table} of {vendor}"] = (
                f"its account numbers are not {accounts_of}'s: add the source with "
                "`options: {links: …}`, a file of source_id and account_id"
            )
        elif table not in found.tables:
            found.left_out[f"{table} of {vendor}"] = "no revenue beside it"
    return found


def _offered(vendor: str, place: Path) -> list[str]:
    """The canonical tables whose files and columns a folder holds."""
    preset, offered = load_preset(vendor), []
    for table, offer in preset.tables.items():
        try:
            found = export_files(preset, offer, where=table, place=place, given={}, quarter="")
        except StudyError:
            continue
        complete = all(any(n in found for n in need.split("|")) for need in offer.needs)
        columns = all(
            found[name].column(column)
            for name in offer.files
            if name in found
            for column in preset.files[name].columns
        )
        if complete and columns and offer.needs:
            offered.append(table)
    return offered
