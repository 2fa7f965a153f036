"""Least privilege: who may do what is needed does it, and who may not is told what is missing."""

import time

import ibis
import pytest

from helpers.collect.engines import discard, engine_of
from helpers.collect.engines.postgresql import connect
from helpers.collect.reaching import check_places
from helpers.collect.sources import canonical, collect
from helpers.errors import StudyError
from helpers.run import run_quarter

ACCOUNTS = "account_id,won_on\na,2024-01-01\nB,2024-02-01\nb,2024-02-01\n"
CONTRACTS = "account_id,starts_on,mrr\na,2024-01-01,100\nB,2024-03-01,50\n"
USERS = ("made_for", "without_temp", "reading_only", "hurried", "a_stranger")


@pytest.fixture(scope="module", autouse=True)
def users(server):
    """An administrator's work: users with few rights, and scratch schemas made for them."""
    server.execute("CREATE DATABASE narrow")
    server.execute("REVOKE ALL ON DATABASE narrow FROM PUBLIC")
    for user in USERS:
        server.execute(f"CREATE ROLE {user} LOGIN")
        server.execute(f"GRANT CONNECT ON DATABASE narrow TO {user}")
        if user != "without_temp":
            server.execute(f"GRANT TEMPORARY ON DATABASE narrow TO {user}")
    server.execute("ALTER ROLE reading_only SET default_transaction_read_only = on")
    server.execute("ALTER ROLE hurried SET statement_timeout = '300ms'")


@pytest.fixture(scope="module")
def narrow(socket, users):
    """URL of the database with few rights, by user."""
    import psycopg

    with psycopg.connect(host=str(socket), user="postgres", dbname="narrow", autocommit=True) as c:
        c.execute(
            "CREATE SCHEMA scratch; CREATE SCHEMA facts; CREATE TABLE facts.billing AS "
            "SELECT 'a' AS account_id, DATE '2024-01-01' AS starts_on, 100.0 AS mrr"
        )
        c.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for user in USERS[:4]:
            c.execute(f"GRANT USAGE, CREATE ON SCHEMA scratch TO {user}")
        for user in ("reading_only", "hurried"):
            c.execute(f"GRANT USAGE ON SCHEMA facts TO {user}")
            c.execute(f"GRANT SELECT ON facts.billing TO {user}")
    return lambda user: f"postgresql://{user}@/narrow?host={socket}"


@pytest.fixture
def study(tmp_path, open_study):
    """A study of two tables in files, or with contracts in a database."""
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)
    (tmp_path / "contracts.csv").write_text(CONTRACTS)

    def build(engine: str = "duckdb", *, database: str = "", query: str = "", **content):
        contracts = {"files": {"raw": "contracts.csv"}, "query": "SELECT * FROM raw"}
        if database:
            contracts = {"database": database, "query": query}
        content = {
            "study": "narrow", "title": "Narrow", "business_model": "subscription",
            "data": str(tmp_path), "engine": engine,
            "sources": {
                "accounts": {"files": {"raw": "accounts.csv"}, "query": "SELECT * FROM raw"},
                "contracts": contracts,
            },
            **content,
        }  # fmt: skip
        return open_study(content, "2024Q4")

    return build


def test_a_schema_made_by_an_administrator_is_used_as_it_is(study, narrow):
    ws = study(f"{narrow('made_for')}&schema=scratch")
    check_places(ws)
    collect(ws)
    assert len(canonical(ws, "contracts").to_pandas()) == 2
    discard(ws)
    left = connect(ws.study.engine, "engine").con.execute(
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'scratch'"
    )
    assert left.fetchone() == (0,)


@pytest.mark.parametrize(
    ("user", "schema", "told"),
    [
        ("without_temp", "scratch", "GRANT TEMPORARY ON DATABASE \"narrow\" TO \"without_temp\""),
        ("reading_only", "scratch", "default_transaction_read_only = off"),
        ("made_for", "nowhere", "CREATE SCHEMA \"nowhere\" AUTHORIZATION \"made_for\""),
        ("a_stranger", "scratch", "GRANT USAGE, CREATE ON SCHEMA \"scratch\" TO \"a_stranger\""),
    ],
)  # fmt: skip
def test_a_right_that_is_missing_is_named_with_its_grant(study, narrow, user, schema, told):
    ws = study(f"{narrow(user)}&schema={schema}")
    with pytest.raises(StudyError, match="engine: ") as error:
        check_places(ws)
    assert told in str(error.value)
    assert "keep `engine: duckdb`" in str(error.value)


def test_a_user_that_may_only_read_is_enough_for_a_source(study, narrow):
    ws = study(database=narrow("reading_only"), query="SELECT * FROM facts.billing")
    check_places(ws)
    collect(ws)
    assert canonical(ws, "contracts").mrr.to_pandas().tolist() == [100.0]


def test_a_table_that_may_not_be_read_is_told_before_the_first_step(study, narrow, tmp_path):
    ws = study(database=narrow("a_stranger"), query="SELECT * FROM facts.billing")
    begun = time.monotonic()
    with pytest.raises(StudyError, match="permission denied for schema facts") as error:
        run_quarter(
            study=str(ws.study.path), quarter="2024Q4", reports=str(tmp_path / "reports"),
            progress=False,
        )  # fmt: skip
    assert 'GRANT SELECT ON … TO "a_stranger"' in str(error.value)
    assert "(step" not in str(error.value)
    assert time.monotonic() - begun < 20


def test_all_that_cannot_be_reached_is_told_at_once(study, narrow, tmp_path):
    ws = study(
        f"{narrow('without_temp')}&schema=scratch",
        database="postgresql://127.0.0.1:1/nowhere", query="SELECT 1",
    )  # fmt: skip
    with pytest.raises(StudyError) as error:
        check_places(ws)
    assert "GRANT TEMPORARY" in str(error.value)
    assert "sources.contracts.database: the database cannot be reached" in str(error.value)


@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
def test_the_server_s_own_limit_of_time_holds_and_is_named(study, narrow, engine):
    url = narrow("hurried")
    slow = "SELECT f.* FROM facts.billing AS f, generate_series(1, 50000000) AS k(n) WHERE n < 0"
    ws = study(
        f"{url}&schema=scratch" if engine == "postgresql" else "duckdb", database=url, query=slow
    )
    with pytest.raises(StudyError, match=r"longer than 0\.3 seconds") as error:
        collect(ws)
    assert 'ALTER ROLE "hurried" SET statement_timeout' in str(error.value)
    assert error.value.__context__ is None


def test_the_study_s_own_limit_of_time_is_named_too(study, narrow):
    slow = "SELECT f.* FROM facts.billing AS f, generate_series(1, 50000000) AS k(n) WHERE n < 0"
    ws = study(database=narrow("reading_only"), query=slow, limits={"seconds": 0.2})
    with pytest.raises(StudyError, match=r"limits\.seconds"):
        collect(ws)


def test_a_statement_of_a_step_that_the_server_stops(study, narrow):
    ws = study(f"{narrow('hurried')}&schema=scratch")
    engine = engine_of(ws)
    many = ibis.range(50_000_000).unnest().name("n").as_table()
    with pytest.raises(StudyError, match=r"statement_timeout of hurried: 0\.3 s"):
        engine.materialise("slow", many.filter(many.n < 0))
