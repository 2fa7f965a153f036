"""Settings of a cluster follow the rows of a study, and none that somebody has set is touched."""

import pytest
from pyspark.errors import PySparkException

from helpers.collect.engines import engine_of
from helpers.collect.engines.sessions import settings
from helpers.collect.engines.tuning import FEW, SETTINGS, Tuning, looks_small
from helpers.collect.rawplaces import SMALL

USUAL = {name: usual for name, (usual, _) in SETTINGS.items()}
QUICK = {name: quick for name, (_, quick) in SETTINGS.items()}


class Session:
    """The settings of a session, some of which a server may forbid to change."""

    def __init__(self, forbidden: tuple[str, ...] = (), **changed: str) -> None:
        self.conf = self
        self.forbidden = forbidden
        self.values = USUAL | {f"spark.sql.{name}": value for name, value in changed.items()}

    def get(self, name: str, default: str) -> str:
        return self.values.get(name, default)

    def set(self, name: str, value: str) -> None:
        if name in self.forbidden:
            raise PySparkException("CANNOT_MODIFY_CONFIG")
        self.values[name] = value


def test_few_rows_and_many():
    session = Session()
    tuning = Tuning(session, ())
    tuning.of(3000)
    assert session.values == QUICK
    tuning.unknown()  # a query of which nobody knows anything
    assert session.values == USUAL
    tuning.of(10)
    assert session.values == QUICK
    tuning.of(FEW)
    assert session.values == USUAL
    tuning.of(10)  # the large table is still there
    assert session.values == USUAL


def test_what_somebody_has_set_is_left():
    parts, adaptive = "spark.sql.shuffle.partitions", "spark.sql.adaptive.enabled"
    session = Session(forbidden=(adaptive,))
    session.values[parts] = "64"  # by whoever runs the server
    Tuning(session, ["spark.sql.codegen.wholeStage"]).of(10)
    assert session.values[parts] == "64"
    assert session.values["spark.sql.codegen.wholeStage"] == "true"  # as the user says
    assert session.values[adaptive] == "true"  # the server does not have it changed
    assert session.values["spark.sql.codegen.factoryMode"] == "NO_CODEGEN"


def test_executors_are_started_for_few_rows_where_all_that_is_known_says_so(open_study, tmp_path):
    (tmp_path / "a.csv").write_text("account_id\na\n", encoding="utf-8")
    source = {"files": {"a": "a.csv"}, "query": "SELECT * FROM a"}
    content = {
        "study": "small", "title": "Small", "business_model": "subscription",
        "data": str(tmp_path), "sources": {"accounts": source, "contracts": source},
    }  # fmt: skip
    ws = open_study(content, "2024Q4")
    assert looks_small(ws)
    java = "spark.executor.extraJavaOptions"
    assert "TieredStopAtLevel=1" in settings("spark://h:1", None, small=True)[java]
    assert java not in settings("spark://h:1", None)
    ws.folder("work/records/collection")
    ws.record("collection/accounts", {"rows_in": FEW})
    assert not looks_small(ws)
    ws.record("collection/accounts", {"rows_in": FEW - 1})
    assert looks_small(ws)
    with (tmp_path / "a.csv").open("r+b") as file:
        file.truncate(SMALL + 1)
    assert not looks_small(ws)
    elsewhere = {"database": "postgresql://h/d", "query": "SELECT 1"}
    content["sources"] = {"accounts": elsewhere, "contracts": elsewhere}
    assert not looks_small(open_study(content, "2024Q4"))


@pytest.fixture
def real(open_study, tmp_path, needs_java):
    """A session of Spark."""
    (tmp_path / "a.csv").write_text("account_id\na\n", encoding="utf-8")
    source = {"files": {"a": "a.csv"}, "query": "SELECT * FROM a"}
    content = {
        "study": "tuned", "title": "Tuned", "business_model": "subscription", "engine": "spark",
        "data": str(tmp_path), "sources": {"accounts": source, "contracts": source},
    }  # fmt: skip
    return engine_of(open_study(content, "2024Q4")).session


def test_spark_knows_these_settings_and_lets_them_be_changed(real):
    before = {name: real.conf.get(name) for name in SETTINGS}
    try:
        for wanted in (USUAL, QUICK):
            for name, value in wanted.items():
                real.conf.set(name, value)
            assert {name: real.conf.get(name) for name in SETTINGS} == wanted
        for name in SETTINGS:
            real.conf.unset(name)
        shared = {name: real.sparkContext.getConf().get(name, None) for name in SETTINGS}
        own = {name: USUAL[name] for name in SETTINGS if shared[name] is None}
        assert {name: real.conf.get(name) for name in own} == own  # what Spark does by itself
    finally:
        for name, value in before.items():
            real.conf.set(name, value)
