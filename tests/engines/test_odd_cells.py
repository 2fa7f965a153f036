"""Cells that databases hold and files hardly ever do: the same on every engine."""

import pandas as pd
import pytest

from helpers.collect.sources import canonical, collect, rejected

ODD = """
DROP TABLE IF EXISTS odd;
CREATE TYPE pair AS (one int, two text);
CREATE TABLE odd AS SELECT
    id AS account_id, DATE '2024-01-01' AS won_on,
    CASE id WHEN 'a' THEN 'NaN'::numeric WHEN 'b' THEN 12.50 WHEN 'c' THEN 1e20 END AS price,
    CASE id WHEN 'a' THEN 'NaN'::float8 WHEN 'b' THEN '-Infinity' WHEN 'c' THEN 0.1 END AS rate,
    CASE id WHEN 'a' THEN 'infinity'::date WHEN 'b' THEN '-infinity' ELSE '2024-05-01' END AS day,
    CASE id WHEN 'a' THEN 'infinity'::timestamp WHEN 'b' THEN '-infinity'
            ELSE '2024-05-01 10:00' END AS local,
    CASE id WHEN 'a' THEN 'infinity'::timestamptz WHEN 'b' THEN '-infinity'
            ELSE '2024-05-01 10:00+00' END AS moment,
    'f47ac10b-58cc-4372-a567-0e02b2c3d479'::uuid AS identifier,
    ARRAY[1, NULL, 3] AS numbers, ARRAY['x', 'a,b', 'q"q'] AS words,
    '{"k": [1, 2], "a": null}'::jsonb AS document, '{"k":  1}'::json AS written,
    ROW(1, 'x y')::pair AS both_of, INTERVAL '1 day 2 hours' AS lasted, '\\x00ff'::bytea AS bytes,
    TIME '09:05' AS clock, TRUE AS yes, 'x'::char(3) AS padded, 7::money AS paid,
    '10.0.0.1'::inet AS host, int4range(1, 5) AS span, 'infinity'::date AS churned_on
FROM unnest(ARRAY['a', 'b', 'c']) AS listing(id);
"""


@pytest.fixture(scope="module", autouse=True)
def odd(server):
    server.execute(ODD)
    yield
    server.execute("DROP TABLE odd; DROP TYPE pair")


@pytest.fixture(scope="module")
def accounts(open_study, engine_url, postgresql, tmp_path_factory):
    """Canonical accounts and rejected rows of the odd table, by engine."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "contracts.csv").write_text("account_id,starts_on,mrr\na,2024-01-01,1\n")

    def build(engine: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        content = {
            "study": "odd", "title": "Odd", "business_model": "subscription",
            "timezone": "Europe/Berlin", "data": str(folder), "engine": engine_url(engine),
            "max_rejected_share": 1.0,
            "sources": {
                "accounts": {"database": postgresql, "query": "SELECT * FROM odd"},
                "contracts": {"files": {"raw": "contracts.csv"}, "query": "SELECT * FROM raw"},
            },
        }  # fmt: skip
        ws = open_study(content, "2024Q4")
        collect(ws, ["accounts"])
        rows = canonical(ws, "accounts").to_pandas().sort_values("account_id", ignore_index=True)
        return rows, rejected(ws)

    return build


def test_odd_cells_are_the_same(accounts, other):
    (expected, refused), (found, others) = accounts("duckdb"), accounts(other)
    empty = expected.columns[expected.isna().all()]
    pd.testing.assert_frame_equal(
        found.drop(columns=empty), expected.drop(columns=empty), check_exact=True
    )
    pd.testing.assert_frame_equal(others, refused)


def test_what_odd_cells_mean(accounts):
    """The test above is only as good as what it compares with."""
    rows, refused = accounts("duckdb")
    assert len(refused) == 0
    # Not a number is no value; neither is a day without an end, in a column of any name.
    assert rows.price.isna().tolist() == [True, False, False]
    assert rows.price[1:].tolist() == [12.5, 1e20]
    assert rows.rate.isna().tolist() == [True, False, False]
    for column in ("day", "local", "moment"):
        assert rows[column].isna().tolist() == [True, True, False]
    assert rows.moment[2] == pd.Timestamp("2024-05-01 12:00")  # in Berlin
    assert rows.churned_on.isna().all()
    first = rows.loc[0]
    assert first.identifier == "f47ac10b-58cc-4372-a567-0e02b2c3d479"
    assert (first.numbers, first.words) == ("{1,NULL,3}", '{x,"a,b","q\\"q"}')
    assert first.document == '{"a": null, "k": [1, 2]}'
    assert (first.clock, first.lasted, first.padded) == ("09:05:00", "1 day 02:00:00", "x")
