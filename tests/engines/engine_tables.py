"""Everything that comes out of an engine, by name; as a program, into a file.

Spark has one session per process, so that each kind of cluster needs a process of its own.
"""

import pickle
import sys
from pathlib import Path

import pandas as pd

from helpers.collect.customer_tables import customer_rows
from helpers.collect.customers import build_customer_list
from helpers.collect.engines import discard, engine_of
from helpers.collect.sources import canonical, collect, rejected
from helpers.metrics import overview
from helpers.metrics.accounts import TABLES_USED, account_metrics, components
from helpers.metrics.feature_outcomes import feature_outcomes
from helpers.metrics.health import health, with_value
from helpers.metrics.health_check import check_health
from helpers.metrics.leaving import before_leaving, hazard
from helpers.metrics.quality import quality_scores
from helpers.metrics.revenue import quarterly_bridge
from helpers.metrics.score_inputs import score_inputs
from helpers.metrics.service_mix import tickets_by_level
from helpers.metrics.survey_reasons import answers_by_reason
from helpers.workspace import Workspace

SCORED = ("contracts", "orders", "costs", "tickets")
Tables = dict[str, pd.DataFrame]


def tables_of(ws: Workspace) -> Tables:
    """All that a study's notebooks take from its engine, in their order."""
    report = collect(ws)
    listing = build_customer_list(ws)
    ws.save("customer_list", listing.accounts)
    customers, rows = listing.customers, {n: customer_rows(ws, n) for n in TABLES_USED}
    parts = components(ws, customers)
    found = {f"canonical {name}": _in_order(canonical(ws, name)) for name in ws.study.sources}
    found |= {
        "report": report,
        "rejected rows": rejected(ws),
        "customer list": listing.accounts,
        "customers": customers,
        "effects": listing.effects,
        "reconciliation": listing.reconciliation,
        "components": parts.table,
        "observations": parts.observations,
        "account metrics": account_metrics(parts),
        "health": health(ws.study, parts, with_value(ws, customers)),
        "hazard": hazard(parts),
        "bridge": quarterly_bridge(rows["contracts"], quarter=ws.quarter),
        "products": overview.mrr_by_product(rows["contracts"], ws.as_of),
    }
    scored = {name: rows[name] for name in SCORED}
    found["score inputs"] = score_inputs(ws.study, ws.quarter, customers, **scored)
    if rows["orders"] is not None:
        found["orders"] = overview.order_history(rows["orders"])
    if rows["surveys"] is not None:
        found["survey reasons"] = answers_by_reason(rows["surveys"], quarter=ws.quarter)
    if rows["tickets"] is not None:
        found["ticket levels"] = tickets_by_level(rows["tickets"], quarter=ws.quarter)
        found["health check"] = check_health(ws.study, ws.quarter, customers, parts, rows).table
        eve = before_leaving(ws.study, ws.quarter, customers, parts, rows)
        found["before leaving"] = eve.table
    if rows["usage"] is not None:
        scores = quality_scores(ws, customers)
        nobody = pd.DataFrame({"segment_id": [], "account_id": []}, dtype="str")
        found["feature outcomes"] = feature_outcomes(
            ws.study, ws.quarter, customers, nobody, scores, parts, usage=rows["usage"]
        ).table
    return found


def _in_order(table) -> pd.DataFrame:
    """Lazy tables promise no order, and engines no type for a column without any value."""
    frame = table.to_pandas()
    empty = dict.fromkeys(frame.columns[frame.isna().all()], float("nan"))
    frame = frame.assign(**empty)
    return frame.sort_values(list(frame.columns), kind="stable").reset_index(drop=True)


def main(study: str, quarter: str, reports: str, target: str) -> None:
    """Write the tables of a study to ``target``; what lies in a schema is gone in the end."""
    ws = Workspace.open(study=study, quarter=quarter, reports=reports)
    ws.clear()
    Path(target).write_bytes(pickle.dumps(tables_of(ws)))
    if "schema=" in ws.study.engine:
        catalog = engine_of(ws).session.catalog
        kept = [table.name for table in catalog.listTables("default") if not table.isTemporary]
        assert sorted(name.rpartition("_")[0] for name in kept) == [
            "small_2024q4_accounts",
            "small_2024q4_contracts",
        ]
        discard(ws)
        left = [table.name for table in catalog.listTables("default") if not table.isTemporary]
        assert left == []


if __name__ == "__main__":
    main(*sys.argv[1:])
