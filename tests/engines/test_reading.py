"""What a written value means: the same on every engine, for texts and for the types of a query."""

import ibis
import pandas as pd
import pytest

from helpers.collect import casting
from helpers.collect.engines import engine_of
from helpers.collect.sources import canonical, collect

NUMBERS = [
    *("1", "1.5", "+3", "-4", "1e5", "1E-5", "1e400", "1_000", "1__0", "0x10", "1.5d", "1f", ".5"),
    *("5.", "-.5e-3", "nan", "inf", "Infinity", "abc", "1,5", "１２", "12345678901234567890"),
    *("9007199254740993", "3.0", "3.7", "00012", "0b1", "1e", "e5", "--1", "12.00", "-7.0"),
    *("true", "YES", "no", "0", "A.0"),
]
MOMENTS = [
    *("2024-1-3", "2024/01/03", "2024-02-30", "2024-02-29", "2023-02-29", "2024-13-01"),
    *("2024-01/03", "31.01.2024", "20240103", "2024-01-03 9:05", "2024-01-03T09:05"),
    *("2024-01-03 25:00", "2024-01-03 23:59:60", "2024-01-03 10:00:00.9999999"),
    *("2024-01-03 10:00:00.5", "2024/1/3 9:05:07", "2024-03-31 02:30"),
    # With an offset, as local time in Berlin; without seconds or after a space it is none.
    *("2024-01-03 10:00Z", "2024-01-03 10:00:00Z", "2024-01-03 10:00:00+0230"),
    *("2024-01-03 10:00:00 +02", "2024-07-03T10:00:00-05:00", "2024-03-31 02:30:00+01"),
    *("2024-01-03 25:00:00Z", "2024-02-30 10:00:00Z", "2024-01-03 10:00:00.1234567+02:00"),
]
TEXTS = ["", " ", " x ", "\t7\n", "\u00a0y\u00a0", 'quoted "word", and comma', "two\nlines", "Ünï"]
KINDS = ("text", "id", "number", "integer", "boolean", "date", "timestamp")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, open_study, engine_url):
    """A study in Berlin whose accounts have a column of every type that a file can give."""
    folder = tmp_path_factory.mktemp("types")
    (folder / "raw.csv").write_text("id\na\nb\n", encoding="utf-8")
    (folder / "billing.csv").write_text("account_id,starts_on,mrr\na,2024-01-01,1\n")
    query = """
        SELECT id AS account_id, DATE '2024-01-01' AS won_on, 1::TINYINT AS tiny,
               170141183460469231731687303715884105727::HUGEINT AS huge, 7::UBIGINT AS unsigned,
               12.50::DECIMAL(10, 2) AS price, 0.1::FLOAT AS single, 1e16 AS large,
               TRUE AS yes, NULL::VARCHAR AS nothing, '' AS blank, uuid_value AS identifier,
               TIMESTAMPTZ '2024-01-31 23:30:00+00' AS moment, TIME '09:05:00' AS clock,
               TIMESTAMP '2024-01-31 23:30:00.5' AS local, [1, 2] AS several,
               {'k': 'v'} AS structure, E'a "b",\\nc' AS quoted
        FROM raw, (SELECT 'f47ac10b-58cc-4372-a567-0e02b2c3d479'::UUID AS uuid_value)
    """

    def build(engine: str):
        content = {
            "study": "types",
            "title": "Types",
            "business_model": "subscription",
            "timezone": "Europe/Berlin",
            "data": str(folder),
            "engine": engine_url(engine),
            "sources": {
                "accounts": {"files": {"raw": "raw.csv"}, "query": query},
                "contracts": {
                    "files": {"billing": "billing.csv"},
                    "query": "SELECT * FROM billing",
                },
            },
        }
        return open_study(content, "2024Q4")

    return build


def read(ws, values: list[str], kind: str) -> pd.Series:
    """Texts as an engine reads them."""
    engine = engine_of(ws)
    texts = ibis.memtable(
        pd.DataFrame({"place": range(len(values)), "text": values}),
        schema={"place": "int64", "text": "string"},
    )
    value = casting.cast(texts.text, kind, engine.reading)
    found = engine.backend.execute(texts.select("place", value=value))
    return found.sort_values("place").set_index(pd.Index(values)).value


@pytest.mark.parametrize("kind", KINDS)
def test_texts_mean_the_same(workspace, other, kind):
    values = [*NUMBERS, *MOMENTS, *TEXTS]
    expected = read(workspace("duckdb"), values, kind)
    assert expected.notna().sum() > 3
    pd.testing.assert_series_equal(read(workspace(other), values, kind), expected)


def test_what_texts_mean(workspace):
    """The table above is only as good as what it is compared with."""
    ws = workspace("duckdb")
    numbers = read(ws, NUMBERS, "number")
    assert numbers[["1_000", "1E-5", ".5", "-7.0"]].tolist() == [1000.0, 1e-5, 0.5, -7.0]
    assert numbers[["1e400", "0x10", "1.5d", "nan", "inf", "1,5", "１２", "1__0"]].isna().all()
    whole = read(ws, NUMBERS, "integer")
    assert whole[["3.0", "1e5", "00012"]].tolist() == [3, 100_000, 12]
    # Beyond 2**53 a text is no longer a known whole number.
    assert whole[["3.7", "12345678901234567890", "9007199254740993"]].isna().all()
    moments = read(ws, MOMENTS, "timestamp")
    assert moments["2024-01-03 10:00:00Z"] == pd.Timestamp("2024-01-03 11:00")
    assert moments["2024-07-03T10:00:00-05:00"] == pd.Timestamp("2024-07-03 17:00")
    assert moments["2024-03-31 02:30"] == pd.Timestamp("2024-03-31 02:30")
    assert moments[["2024-02-30", "2024-13-01", "31.01.2024", "20240103"]].isna().all()


def test_types_of_a_query_arrive_the_same(workspace, other):
    tables = {}
    for engine in ("duckdb", other):
        ws = workspace(engine)
        collect(ws, ["accounts"])
        tables[engine] = canonical(ws, "accounts").to_pandas().sort_values("account_id")
    expected = tables["duckdb"]
    assert expected.moment.tolist() == [pd.Timestamp("2024-02-01 00:30")] * 2
    assert expected.price.tolist() == [12.5, 12.5]
    pd.testing.assert_frame_equal(
        tables[other].reset_index(drop=True), expected.reset_index(drop=True)
    )


def test_instants_are_the_same(open_study, engine_url, tmp_path, other):
    """Texts with an offset, a typed column, midnight UTC, an open end and an hour shown twice."""
    (tmp_path / "crm.csv").write_text("account_id,won_on\na,2024-01-01\n")
    (tmp_path / "billing.csv").write_text("account_id,starts_on,mrr\na,2024-01-01,1\n")
    (tmp_path / "desk.csv").write_text(
        "id,opened,solved\n1,2024-10-27T00:50:00Z,2024-10-27T01:05:00Z\n"
        "2,2024-10-27 02:50:00,2024-10-27 02:55:00+02:00\n3,2024-10-01 00:00:00Z,infinity\n"
    )
    typed = "TIMESTAMPTZ '2024-10-27 00:50:00+00'"
    tickets = (
        "SELECT id AS ticket_id, 'a' AS account_id, opened AS opened_at, solved AS resolved_at, "
        f"{typed} AS first_replied_at FROM desk WHERE id <> '3' UNION ALL "
        f"SELECT id, 'a', opened, solved, {typed} FROM desk WHERE id = '3'"
    )
    content = {
        "study": "instants", "title": "Instants", "business_model": "subscription",
        "timezone": "Europe/Berlin", "data": str(tmp_path), "max_rejected_share": 1.0,
        "sources": {
            name: {
                "files": {file: {"path": f"{file}.csv", "text_columns": columns}}, "query": query,
            }
            for name, file, columns, query in (
                ("accounts", "crm", [], "SELECT * FROM crm"),
                ("contracts", "billing", [], "SELECT * FROM billing"),
                ("tickets", "desk", ["id", "opened", "solved"], tickets),
            )
        },
    }  # fmt: skip
    found = {}
    for engine in ("duckdb", other):
        ws = open_study({**content, "engine": engine_url(engine)}, "2024Q4")
        collect(ws)
        tickets = canonical(ws, "tickets").to_pandas().sort_values("ticket_id")
        found[engine] = tickets.dropna(axis="columns", how="all")  # engines differ in their type
    rows = found["duckdb"].set_index("ticket_id")
    assert rows.opened_utc.tolist()[0] == pd.Timestamp("2024-10-27 00:50")
    assert rows.opened_utc.isna().tolist() == [False, True, False]  # the second is a local time
    assert rows.opened_at.tolist()[:2] == [pd.Timestamp("2024-10-27 02:50")] * 2
    assert rows.resolved_at.tolist()[0] == pd.Timestamp("2024-10-27 02:05")  # and is kept
    assert rows.resolved_utc.isna().tolist() == [False, False, True]
    assert (rows.first_replied_utc.dropna() == pd.Timestamp("2024-10-27 00:50")).all()
    pd.testing.assert_frame_equal(
        found[other].reset_index(drop=True), found["duckdb"].reset_index(drop=True)
    )
