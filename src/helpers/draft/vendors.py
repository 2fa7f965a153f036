"""Vendors' exports, recognised by the names and columns of their files."""

from pathlib import Path

from helpers.collect.presets.description import load_preset
from helpers.collect.presets.folder import export_files
from helpers.draft.guessing import Guess, Table
from helpers.errors import StudyError

VENDORS = ("stripe", "salesforce", "hubspot", "zendesk")  # money first


def recognised(folder: Path) -> dict[str, Table]:
    """The tables that presets give, of the folder itself or of a folder for each vendor.

    Returns
    -------
    Entries by ``table/vendor``; none where no vendor's export holds customers and revenue.
    """
    found: dict[str, Table] = {}
    for place in (folder, *sorted(p for p in folder.iterdir() if p.is_dir())):
        for vendor in VENDORS:
            for table in _offered(vendor, place):
                entry = Table(table, {}, "")
                entry.preset = {"preset": vendor, "folder": str(place.relative_to(folder)) or "."}
                entry.why = [
                    f"{table}: the {vendor} export in {place.name}, by its files and columns"
                ]
                found.setdefault(f"{table}/{vendor}", entry)
    return found if any(of_vendor(vendor, found) for vendor in VENDORS) else {}


def of_vendor(vendor: str, given: dict[str, Table], revenue: str = "") -> Guess | None:
    """The tables of one vendor, where it has customers and revenue; the rest is left out.

    ``revenue`` is the table of revenue; empty = contracts where there are any, else orders.

    Identifiers of one vendor are not those of another: accounts and revenue come from one.
    """
    kinds = (revenue,) if revenue else ("contracts", "orders")
    revenue = next((t for t in kinds if f"{t}/{vendor}" in given), "")
    if not revenue or f"accounts/{vendor}" not in given:
        return None
    found = Guess(model={"contracts": "subscription", "orders": "transactional"}[revenue])
    for key, entry in given.items():
        table, _, other = key.partition("/")
        if other == vendor and table in ("accounts", revenue, "tickets", "surveys"):
            found.tables[table] = Table(table, {}, "", [*entry.why], entry.preset)
        elif other != vendor:
            found.left_out[f"{table} of {other}"] = (
                f"its account numbers are not {vendor}'s: add the source with "
                "`options: {links: …}`, a file of source_id and account_id"
            )
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
