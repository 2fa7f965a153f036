"""Rows that may be the same thing: what they are, and what the study does with them."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.collect.engines import NAMESAKES, engine_of
from helpers.collect.refusals import CONFLICT
from helpers.errors import StudyError
from helpers.study import Source
from helpers.tables import Kind, Table
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Namesakes:
    """Rows that are the same thing as another, and what the study does with them."""

    def __init__(self) -> None:
        self._rows: ir.Table | None = None  # what the study leaves out as copies
        self._conflicts = pd.DataFrame({"row_number": [], "column": [], "value": []})
        self._out: ir.Table | None = None  # rows in conflict that are not used
        self._record: dict = {}

    @classmethod
    def of(
        cls,
        ws: Workspace,
        source: Source,
        table: Table,
        fit: "ir.Table",
        result: "ir.Table",
        *,
        given: dict[str, str],
        kinds: dict[str, Kind | None],
    ) -> "Namesakes":
        """Look closely at rows in canonical form that may be the same thing."""
        from helpers.collect.same import told_apart

        engine, made = engine_of(ws), cls()
        key = table.key_of(given)
        found = engine.materialise(
            NAMESAKES,
            told_apart(fit, table, given=given, kinds=kinds, result=result, reading=engine.reading),
        )
        copies = found.filter(found.copy > 0)
        numbers = {"rows": copies.count()}
        if table.amount:
            amounts = fit.select("row_number", amount=fit[table.amount])
            copies = copies.join(amounts, "row_number")
            numbers = {"rows": copies.count(), "money": copies.amount.cast("decimal(28,6)").sum()}
        told = copies.aggregate(**numbers).to_pandas().loc[0]
        repeated: dict[str, float] = {"rows": int(told["rows"])}
        if table.amount:
            repeated["money"] = float(told["money"] or 0.0) if repeated["rows"] else 0.0
        if key:
            made._rows = found.filter(found.copy > 0)
            made._record["duplicates"] = repeated
            made._look_at_conflicts(source, table, fit, found, list(key), [*given, *kinds])
            return made
        choice = source.repeated or table.repeated
        made._record["repeated"] = {"choice": choice, **repeated}
        if choice == "drop":
            made._rows = found.filter(found.copy > 0)
        return made

    def _look_at_conflicts(
        self,
        source: Source,
        table: Table,
        fit: "ir.Table",
        found: "ir.Table",
        key: list[str],
        names: list[str],
    ) -> None:
        from helpers.collect.casting import as_text
        from helpers.collect.same import differences

        differing = found.filter((found.copy == 0) & (found.variants > 1))
        # Engines write whole numbers with and without a decimal place.
        content = {
            name: as_text(fit[name]) if fit[name].type().is_floating() else fit[name].cast("string")
            for name in names
        }
        rows = fit.select("row_number", **content).semi_join(differing, "row_number").to_pandas()
        if rows.empty:
            return
        rows = rows.sort_values([*key, "row_number"], ignore_index=True)
        choice = source.conflicts or table.conflicts
        if choice == "refuse":
            raise _conflict(table, rows, differences(rows, key), key)
        self._conflicts = differences(rows, key)
        keep = {"first": rows.groupby(key, sort=False).head(1).index,
                "last": rows.groupby(key, sort=False).tail(1).index}.get(choice, [])  # fmt: skip
        kept = rows.row_number[keep].tolist()
        self._out = differing.filter(~differing.row_number.isin(kept)) if kept else differing
        self._record["conflicts"] = {
            "choice": choice, "rows": len(rows), "keys": len(rows[key].drop_duplicates())
        }  # fmt: skip

    def rejected(self, *, duplicate: int, conflict: int) -> "list[ir.Table]":
        """What is left out, in the form of the judgement: row_number, later, rule, cells."""
        import ibis

        def judged(rows: "ir.Table", rule: int) -> "ir.Table":
            return rows.select(
                row_number=rows.row_number.cast("int64"),
                later=ibis.literal(False),
                rule=ibis.literal(rule, "int64"),
                cells=ibis.literal(""),
            )

        copies = self._record.get("duplicates") or self._record.get("repeated") or {"rows": 0}
        parts = [judged(self._rows, duplicate)] if self._rows is not None and copies["rows"] else []
        if self._out is not None:
            parts.append(judged(self._out, conflict))
        return parts

    def told(self, refusals: pd.DataFrame) -> pd.DataFrame:
        """The list of rejections, with column and values of the rows in conflict."""
        names = refusals.pop("row_number")
        mine = self._conflicts.set_index("row_number").reindex(names)
        here = (refusals.reason == CONFLICT).to_numpy()
        for name in ("column", "value"):
            refusals.loc[here, name] = mine[name].to_numpy()[here]
        return refusals

    def recorded(self) -> dict:
        return self._record


def _conflict(
    table: Table, rows: pd.DataFrame, differing: pd.DataFrame, key: list[str]
) -> StudyError:
    """Rows of one thing that differ: which, in what, and how."""
    told = []
    named = rows.merge(differing, on="row_number", how="left", validate="1:1")
    for _, group in list(named.groupby(key, sort=False, dropna=False))[:4]:
        name = ", ".join(f"{column}={group[column].iloc[0]}" for column in key)
        values = "; ".join(f"row {row.row_number}: {row.value}" for row in group.itertuples())
        told.append(f"{name} differs in {group.column.iloc[0]} ({values})")
    keys = len(rows[key].drop_duplicates())
    if keys > len(told):
        told.append(f"and {keys - len(told)} more")
    return StudyError(
        f"sources.{table.name}: {keys} of the things in it have rows that differ (conflict).",
        found="\n            ".join(told),
        expected=f"one row per {' and '.join(key)}, or rows that agree",
        remedy=(
            f"if they are lines of one order, add them up (sum({table.amount}) … GROUP BY "
            f"{', '.join(key)}); else leave one of them out in the query, or declare "
            if table.name == "orders"
            else "leave one of them out in the query, or declare "
        )
        + f"sources.{table.name}.conflicts: last (or first: the order of the export decides; "
        "reject: none of them counts)",
    )
