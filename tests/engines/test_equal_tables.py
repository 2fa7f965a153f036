"""The same study on every engine: the same tables, to the last digit."""

from dataclasses import dataclass

import pandas as pd
import pytest
import yaml
from engine_tables import Tables, tables_of


@dataclass(frozen=True)
class Study:
    """A study and the quarter that it is compared in."""

    content: dict
    quarter: str


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
    made: dict[tuple, Tables] = {}

    def tables(study: Study, engine: str) -> Tables:
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
