"""The query of a table: the packaged SQL over typed views of the export's files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpers.collect.presets.choices import NONE, Settled, past_of
from helpers.collect.presets.description import Offer, Preset
from helpers.collect.presets.folder import Found
from helpers.collect.presets.views import (
    View,
    raw,
    record_key,
    sure_cell,
    timeline_sql,
    typed,
    view_sql,
    with_keys,
)
from helpers.collect.quoting import identifier, literal

LINKS = ("source_id", "account_id")


@dataclass(frozen=True)
class Query:
    """What the query of a table is made of.

    ``past`` are the files whose history is used, ``keep`` the columns that stay as attributes,
    ``links`` the file that says which identifier of the vendor is which account.
    """

    preset: Preset
    table: str
    found: Mapping[str, Found]
    settled: Mapping[str, Settled]
    past: tuple[str, ...]
    keep: Mapping[str, str]
    links: Found | None

    @property
    def offer(self) -> Offer:
        """What the preset says about the table."""
        return self.preset.tables[self.table]

    def rows(self) -> str:
        """The rows of the table: those that count, without what the preset says about them."""
        return f"{self._with()}\n{self._select()}"

    def effects(self) -> str:
        """How many rows each choice concerns, and their money, by currency.

        Returns
        -------
        Query with choice, counts, currency, rows, amount; contracts are counted in money where
        they are in force at the as-of date, so that the amount is one of a month.
        """
        table, names = self.table, self._returned()
        if "touched" not in names:
            return ""
        amount = {"contracts": "q.mrr", "orders": "q.amount"}.get(table, "NULL")
        day = {"contracts": "q.starts_on", "orders": "q.ordered_on"}.get(table)
        if table == "contracts":
            amount = (
                "CASE WHEN q.ends_on IS NULL OR q.ends_on >= (SELECT next_day::DATE - 1 "
                f"FROM moment) THEN {amount} END"
            )
        currency = "q.currency" if table in ("contracts", "orders") else "NULL"
        known = f"WHERE {day} < (SELECT next_day::DATE FROM moment)" if day else ""
        return (
            f"{self._with()}\nSELECT choice, counts, CAST({currency} AS VARCHAR) AS currency, "
            f"count(*) AS rows, sum(CAST({amount} AS DOUBLE)) AS amount FROM (\n"
            f"SELECT q.*, unnest(list_distinct(q.touched)) AS choice FROM (\n"
            f"{self.preset.sql(table)}\n) AS q {known}) AS q GROUP BY ALL ORDER BY ALL"
        )

    # ── the parts of it ──────────────────────────────────────────────────────────────────────────
    def _with(self) -> str:
        """The views that the packaged SQL reads, as common table expressions."""
        choices = ", ".join(f"{_value(s.value)} AS {n}" for n, s in self.settled.items())
        views = {
            "moment": "SELECT CAST(CAST(getvariable('as_of') + 1 AS TIMESTAMP) AS TIMESTAMPTZ) "
            "AS next_day",
            "options": f"SELECT {choices}, {_value(self._past_states())} AS past_states",
        }
        for name in self.offer.files:
            past = name in self.past
            file = self.preset.files[name]
            if past:
                file = file.model_copy(update={"history": past_of(self.preset, name, self.found)})
            view = View(name, file, self._view_columns(name))
            views[name] = with_keys(view, view_sql(view, self.found, past=past))
            if name in self.offer.today:
                views[f"{name}_today"] = view_sql(view, self.found, past=False)
            if name in self.offer.timelines:
                views[f"{name}_versions"] = timeline_sql(view, self.found, past=past)
        if self.offer.keep:
            record = identifier(next(iter(self.preset.files[self.offer.keep].columns)))
            kept = "".join(f", {identifier('kept_' + n)} AS {identifier(n)}" for n in self.keep)
            views["kept"] = f"SELECT {record} AS kept_id{kept} FROM {identifier(self.offer.keep)}"
        views |= {part: self.preset.sql(part) for part in self.offer.parts}
        if self.links:
            views["links"] = self._links_sql(self.links)
        return "WITH " + ",\n".join(f"{identifier(n)} AS ({sql})" for n, sql in views.items())

    def _past_states(self) -> list[str]:
        """The columns, with their file, whose state of the as-of date a history holds.

        A history of changes has no columns of its own: what it tracks is taken for tracked.
        """
        held = []
        for name in self.past:
            history = past_of(self.preset, name, self.found)
            if history is None:
                continue
            file = self.found[history.file]
            for column in history.state:
                if history.form != "versions" or file.column(column):
                    held.append(f"{name}.{column}")
        return held

    def _links_sql(self, links: Found) -> str:
        """Each identifier of the vendor with its account; null where there are two."""
        source_id, account_id = (
            typed(sure_cell(links, name), "id", place=links.place(name)) for name in LINKS
        )
        return (
            f"SELECT {record_key('source_id')} AS source_id, "
            "CASE WHEN count(DISTINCT account_id) = 1 THEN any_value(account_id) END AS account_id "
            f"FROM (SELECT {source_id} AS source_id, {account_id} AS account_id "
            f"FROM {raw('links')}) GROUP BY 1"
        )

    def _returned(self) -> set[str]:
        """Which of the columns about the rows the table's SQL returns."""
        sql = self.preset.sql(self.table)
        return {name for name in ("touched", "counts") if f" AS {name}" in sql}

    def _select(self) -> str:
        """The result, without the columns that no column of the export answers, ids linked."""
        about = self._returned()
        dropped = [n for n, s in self.settled.items() if self._drops(n) and s.value == NONE]
        dropped += sorted(about)
        exclude = f" EXCLUDE ({', '.join(map(identifier, dropped))})" if dropped else ""
        replace = joins = ""
        conditions = ["q.counts"] if "counts" in about else []
        if self.links:
            linked = [f"{c}_link.account_id AS {c}" for c in self.offer.linked]
            replace = f" REPLACE ({', '.join(linked)})"
            joins = "".join(
                f"\nLEFT JOIN links AS {c}_link ON {c}_link.source_id = {record_key('q.' + c)}"
                for c in self.offer.linked
            )
            if self.settled["unlinked"].value == "leave_out":
                conditions.append("account_id_link.account_id IS NOT NULL")
        keeping = f"\nWHERE {' AND '.join(conditions)}" if conditions else ""
        sql = self.preset.sql(self.table)
        return f"SELECT q.*{exclude}{replace} FROM (\n{sql}\n) AS q{joins}{keeping}"

    def _drops(self, choice: str) -> bool:
        """Whether the result's column of this name is left out where no column is chosen."""
        return choice in self.preset.choices and self.preset.choices[choice].drop

    def _view_columns(self, file: str) -> dict[str, tuple[str, Any]]:
        entry = self.preset.files[file]
        columns = {name: (name, kind) for name, kind in {**entry.columns, **entry.optional}.items()}
        for name in self.offer.choices:
            choice = self.preset.choices[name]
            if choice.column_of and file in choice.column_of.split("|"):
                value = self.settled[name].value
                column = "" if value in choice.allowed or value == NONE else value
                columns[f"chosen_{name}"] = (column, choice.kind)
        if self.offer.keep == file:
            columns |= {f"kept_{name}": (column, "text") for name, column in self.keep.items()}
        return columns


def _value(value: Any) -> str:
    """A choice's value as SQL."""
    if isinstance(value, list | tuple):
        return f"CAST([{', '.join(map(literal, value))}] AS VARCHAR[])"
    return str(value) if isinstance(value, int) else literal(value)
