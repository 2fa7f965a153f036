"""The same study on every engine: the same tables, to the last digit."""

from dataclasses import dataclass

import pandas as pd
import pytest
import yaml

from helpers.collect.customers import build_customer_list, customer_rows
from helpers.collect.sources import canonical, collect, rejected
from helpers.metrics import overview
from helpers.metrics.accounts import account_metrics, components
from helpers.metrics.revenue import quarterly_bridge
from helpers.metrics.score_inputs import score_inputs
from helpers.metrics.service_mix import tickets_by_level
from helpers.metrics.survey_reasons import answers_by_reason
from helpers.workspace import Workspace

SCORED = ("contracts", "orders", "costs", "tickets")


@dataclass(frozen=True)
class Study:
    """A study and the quarter that it is compared in."""

    content: dict
    quarter: str


def tables_of(ws: Workspace) -> dict[str, pd.DataFrame]:
    """Everything that comes out of the engine, by name."""
    report = collect(ws)
    listing = build_customer_list(ws)
    ws.save("customer_list", listing.accounts)
    rows = {name: customer_rows(ws, name) for name in SCORED}
    parts = components(ws, listing.customers)
    tickets, surveys = (customer_rows(ws, name) for name in ("tickets", "surveys"))
    tables = {name: canonical(ws, name) for name in ws.study.sources}
    found = {f"canonical {name}": _in_order(table.to_pandas()) for name, table in tables.items()}
    if surveys is not None:  # the sample has everything, RavenStack neither of these
        found["orders"] = overview.order_history(tables["orders"])
        found["survey reasons"] = answers_by_reason(surveys, quarter=ws.quarter)
    return found | {
        "report": report,
        "rejected rows": rejected(ws),
        "customer list": listing.accounts,
        "customers": listing.customers,
        "effects": listing.effects,
        "reconciliation": listing.reconciliation,
        "score inputs": score_inputs(ws.study, ws.quarter, listing.customers, **rows),
        "components": parts.table,
        "observations": parts.observations,
        "account metrics": account_metrics(parts),
        "bridge": quarterly_bridge(tables["contracts"], quarter=ws.quarter),
        "ticket levels": tickets_by_level(tickets, quarter=ws.quarter),
        "products": overview.mrr_by_product(tables["contracts"], ws.as_of),
    }


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Lazy tables promise no order, and engines no type for a column without any value."""
    empty = dict.fromkeys(frame.columns[frame.isna().all()], float("nan"))
    frame = frame.assign(**empty)
    return frame.sort_values(list(frame.columns), kind="stable").reset_index(drop=True)


@pytest.fixture(scope="module")
def sample(root) -> Study:
    folder = root / "data" / "raw" / "sample"
    content = yaml.safe_load((folder / "study.yml").read_text(encoding="utf-8"))
    return Study({**content, "data": str(folder)}, content["default_quarter"])


@pytest.fixture(scope="module")
def ravenstack(datasets) -> Study:
    folder = datasets / "ravenstack"
    if not folder.is_dir():
        pytest.skip("the data set ravenstack is not here")
    queries = {
        "accounts": "SELECT account_id, account_name AS name, signup_date AS won_on, industry, "
        "country, is_trial FROM accounts",
        "contracts": "SELECT account_id, start_date AS starts_on, end_date - 1 AS ends_on, "
        "mrr_amount AS mrr, plan_tier AS product FROM subscriptions",
        "tickets": "SELECT ticket_id, account_id, submitted_at AS opened_at, closed_at AS "
        "resolved_at, escalation_flag AS escalated, satisfaction_score AS csat "
        "FROM support_tickets",
        "usage": "SELECT s.account_id, u.usage_date AS used_on, u.feature_name AS feature, "
        "u.usage_count AS quantity FROM feature_usage AS u "
        "JOIN subscriptions AS s USING (subscription_id) ORDER BY u.usage_id",
    }
    content = {
        "study": "ravenstack",
        "title": "RavenStack",
        "business_model": "subscription",
        "data": str(folder),
        "sources": {
            table: {
                "files": {
                    name: f"ravenstack_{name}.csv"
                    for name in ("accounts", "subscriptions", "support_tickets", "feature_usage")
                    if f"FROM {name}" in query or f"JOIN {name}" in query
                },
                "query": query,
            }
            for table, query in queries.items()
        },
        "quality_score": {
            "bonuses": {"growth": {"growth": "magnitude"}},
            "costs": {"tickets": {"count": "tickets", "amount": 10}},
        },
    }
    return Study(content, "2024Q4")


@pytest.fixture(scope="module")
def run(open_study, engine_url):
    """The tables of a study on an engine, made once."""
    made: dict[tuple, dict[str, pd.DataFrame]] = {}

    def tables(study: Study, engine: str) -> dict[str, pd.DataFrame]:
        key = study.content["study"], engine
        if key not in made:
            content = {**study.content, "engine": engine_url(engine)}
            made[key] = tables_of(open_study(content, study.quarter))
        return made[key]

    return tables


@pytest.mark.parametrize("name", ["sample", "ravenstack"])
def test_every_engine_gives_the_same_tables(request, run, name, other):
    study = request.getfixturevalue(name)
    expected, found = run(study, "duckdb"), run(study, other)
    assert len(expected["components"]) > 400  # not a comparison of empty tables
    assert found.keys() == expected.keys()
    for table, rows in expected.items():
        pd.testing.assert_frame_equal(found[table], rows, check_exact=True, obj=table)
