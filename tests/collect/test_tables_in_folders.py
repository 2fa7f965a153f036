"""Tables that are folders: of Parquet files, with columns in their names, Delta and Iceberg tables;
and files in a bucket."""

import hashlib
import json
import shutil

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.collect import buckets
from helpers.collect.engines.hosts import contacts
from helpers.collect.partitions import types_of, values_in
from helpers.collect.rawplaces import files_of, found_files
from helpers.collect.reaching import check_places
from helpers.collect.sources import canonical, collect
from helpers.errors import StudyError
from helpers.resuming import depends_on
from helpers.study import Source
from helpers.study.sources import RawFile

ACCOUNTS = "account_id,won_on\nA,2024-01-01\nB,2024-01-01\n"
ROWS = [("A", "2024-02-01", 10.0), ("B", "2024-03-01", 20.0), ("A", "2024-04-01", 30.0)]
QUERY = "SELECT account_id, used_on::DATE AS used_on, quantity, {} AS feature FROM usage"


@pytest.fixture
def usage(study, tmp_path):
    """A study with usage from a path; ``feature`` is taken from a column of the files."""

    def build(path: str | dict, feature: str = "'f'", **content):
        ws = study(
            tables={
                "accounts": ACCOUNTS,
                "contracts": "account_id,starts_on,mrr\nA,2024-01-01,1\nB,2024-01-01,1\n",
                "usage": {"files": {"usage": path}, "query": QUERY.format(feature)},
            },
            **content,
        )
        (ws.raw).mkdir(exist_ok=True)
        return ws

    return build


def table(*numbers: int) -> pa.Table:
    """Rows of usage as a table."""
    rows = [ROWS[k] for k in numbers]
    columns = zip(*rows, strict=True)
    return pa.table(dict(zip(("account_id", "used_on", "quantity"), columns, strict=True)))


def collected(ws) -> list[tuple]:
    collect(ws)
    found = canonical(ws, "usage").to_pandas().sort_values("quantity")
    return list(zip(found.account_id, found.quantity, found.feature.astype("str"), strict=True))


# ── folders ──────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def partitioned(tmp_path):
    """A folder of files whose folders name a month and a region, and marks of their writer."""

    def write(raw):
        for month, region, numbers in (
            ("01", "EU%20West", (0,)),
            ("02", "__HIVE_DEFAULT_PARTITION__", (1, 2)),
        ):
            folder = raw / "lake" / "usage" / f"month={month}" / f"region={region}"
            folder.mkdir(parents=True)
            pq.write_table(table(*numbers), folder / "part-0.parquet")
            (folder / "_SUCCESS").touch()
            (folder / ".part-0.parquet.crc").touch()
        (raw / "lake" / "usage" / "_temporary").mkdir()
        pq.write_table(table(0), raw / "lake" / "usage" / "_temporary" / "part-9.parquet")

    return write


@pytest.mark.parametrize("path", ["lake/usage", "lake/usage/", "lake/usage/**/*.parquet"])
def test_a_folder_is_a_table(usage, partitioned, path):
    ws = usage(path, "month || '/' || coalesce(region, '?')")
    partitioned(ws.raw)
    if "*" in path:
        shutil.rmtree(ws.raw / "lake" / "usage" / "_temporary")  # a pattern means what it says
    assert collected(ws) == [("A", 10.0, "01/EU West"), ("B", 20.0, "02/?"), ("A", 30.0, "02/?")]
    records = ws.recorded("raw_files/usage")
    assert [(r["path"], r["rows"]) for r in records] == [
        ("lake/usage/month=01/region=EU%20West/part-0.parquet", 1),
        ("lake/usage/month=02/region=__HIVE_DEFAULT_PARTITION__/part-0.parquet", 2),
    ]
    assert records[0]["sha256"] != records[1]["sha256"]


def test_a_file_s_own_column_stands_before_its_folder_s(usage, tmp_path):
    ws = usage("lake", "kind")
    folder = ws.raw / "lake" / "kind=folder"
    folder.mkdir(parents=True)
    pq.write_table(table(0).append_column("kind", pa.array(["file"])), folder / "x.parquet")
    assert collected(ws) == [("A", 10.0, "file")]


def test_what_folders_say():
    assert values_in("a/day=2026-01-02/x.csv") == {"day": "2026-01-02"}
    assert values_in("day=1.parquet") == values_in("a/1=2/x.csv") == {}
    con = duckdb.connect()
    assert types_of(con, [{"y": "2026", "m": "03"}, {"y": None, "m": "12"}]) == {
        "y": "BIGINT",
        "m": "VARCHAR",
    }
    assert types_of(con, [{}]) == {}


def test_an_empty_folder(usage):
    ws = usage("lake")
    (ws.raw / "lake").mkdir()
    with pytest.raises(StudyError, match="there is no file lake"):
        collect(ws)


# ── lakes ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("by", [None, ["feature"]])
def test_a_delta_table_as_of_its_newest_version(usage, by):
    deltalake = pytest.importorskip("deltalake")
    ws = usage("lake/usage", "feature")
    place = ws.raw / "lake" / "usage"
    for number, feature in enumerate(("x", "y", "007")):
        rows = table(number).append_column("feature", pa.array([feature]))
        deltalake.write_deltalake(str(place), rows, mode="append", partition_by=by)
    deltalake.DeltaTable(str(place)).delete("quantity = 20.0")
    assert len(list(place.rglob("*.parquet"))) == 3  # the file of the deleted row is still there
    before = depends_on(ws)
    assert collected(ws) == [("A", 10.0, "x"), ("A", 30.0, "007")]
    records = ws.recorded("raw_files/usage")
    assert {r["snapshot"] for r in records} == {"delta version 3"}
    assert all(r["path"].startswith("lake/usage/") for r in records)
    deltalake.DeltaTable(str(place)).delete("quantity = 10.0")
    assert collected(ws) == [("A", 30.0, "007")]
    assert depends_on(ws) != before


def test_a_delta_table_that_is_more_than_its_files(usage):
    deltalake = pytest.importorskip("deltalake")
    ws = usage("lake")
    deltalake.write_deltalake(str(ws.raw / "lake"), table(0))
    log = ws.raw / "lake" / "_delta_log" / "00000000000000000000.json"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    for line in lines:
        if "protocol" in line:
            line["protocol"] = {
                "minReaderVersion": 3, "minWriterVersion": 7,
                "readerFeatures": ["deletionVectors"], "writerFeatures": ["deletionVectors"],
            }  # fmt: skip
    log.write_text("\n".join(map(json.dumps, lines)))
    with pytest.raises(StudyError, match="is more than its files") as error:
        collect(ws)
    assert "deletionVectors" in str(error.value)


def test_a_delta_table_that_names_a_file_elsewhere(usage, tmp_path):
    deltalake = pytest.importorskip("deltalake")
    ws = usage("lake")
    deltalake.write_deltalake(str(ws.raw / "lake"), table(0))
    (parquet,) = (ws.raw / "lake").glob("*.parquet")
    secret = tmp_path / "secret.parquet"
    shutil.copy(parquet, secret)
    log = ws.raw / "lake" / "_delta_log" / "00000000000000000000.json"
    log.write_text(log.read_text().replace(parquet.name, f"file://{secret}"))
    with pytest.raises(StudyError, match=r"leads out of|cannot be read"):
        collect(ws)


def iceberg(place):
    """An Iceberg table of two snapshots; a file of rows that are deleted in the second."""
    pytest.importorskip("pyiceberg")
    from pyiceberg.catalog.sql import SqlCatalog

    catalog = SqlCatalog("local", uri=f"sqlite:///{place}/catalog.db", warehouse=f"file://{place}")
    catalog.create_namespace("lake")
    made = catalog.create_table("lake.usage", schema=table(0).schema)
    made.append(table(0, 1))
    made.append(table(2))
    made.delete("quantity = 20.0")
    return made


def test_an_iceberg_table_as_of_its_newest_snapshot(usage):
    pytest.importorskip("sqlalchemy")
    ws = usage("lake/usage")
    made = iceberg(ws.raw)
    assert collected(ws) == [("A", 10.0, "f"), ("A", 30.0, "f")]
    (record,) = ws.recorded("raw_files/usage")
    assert record["path"] == "lake/usage"
    assert record["snapshot"] == f"iceberg {made.current_snapshot().snapshot_id}"
    newest = max((ws.raw / "lake" / "usage" / "metadata").glob("*.metadata.json"))
    assert record["sha256"] == hashlib.sha256(newest.read_bytes()).hexdigest()


def test_two_iceberg_tables_of_one_name_are_not_mixed_up(tmp_path):
    pytest.importorskip("sqlalchemy")
    copies = []
    for year in ("2025", "2026"):
        (tmp_path / year).mkdir()
        iceberg(tmp_path / year)
        entry = RawFile(path=f"{year}/lake/usage")
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        (found,) = found_files(
            entry, where="sources.usage.files", folder=tmp_path, quarter="2026Q3", scratch=scratch
        )
        copies.append(found.path)
    assert copies[0] != copies[1]
    assert all(copy.is_file() for copy in copies)


def test_an_iceberg_table_that_names_a_place_elsewhere(usage):
    pytest.importorskip("sqlalchemy")
    ws = usage("lake/usage")
    iceberg(ws.raw)
    newest = max((ws.raw / "lake" / "usage" / "metadata").glob("*.metadata.json"))
    for elsewhere in ("s3://bucket/x.avro", "http://example.com/x.avro", "/etc/passwd"):
        content = json.loads(newest.read_text())
        for snapshot in content["snapshots"]:
            snapshot["manifest-list"] = elsewhere
        newest.write_text(json.dumps(content))
        with pytest.raises(StudyError, match=r"leads out of|not on this machine"):
            collect(ws)


# ── buckets ──────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def bucket(monkeypatch):
    """A store that speaks S3's protocol on this machine, with usage in a bucket."""
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    from pyarrow import fs

    store = fs.S3FileSystem(endpoint_override=f"http://{host}:{port}", allow_bucket_creation=True)
    store.create_dir("exports")
    for month, numbers in (("01", (0,)), ("02", (1, 2))):
        place = f"exports/usage/month={month}/part-0.parquet"
        pq.write_table(table(*numbers), place, filesystem=store)
    with store.open_output_stream("exports/usage/_SUCCESS") as stream:
        stream.write(b"")
    yield f"{host}:{port}"
    server.stop()


@pytest.mark.parametrize("path", ["s3://exports/usage", "s3://exports/usage/*/part-*.parquet"])
def test_files_in_a_bucket(usage, bucket, path):
    ws = usage(path, "month")
    assert [str(c) for c in contacts(ws.study)] == [
        f"{bucket} (bucket exports) (sources.usage.files.usage)"
    ]
    check_places(ws)
    assert depends_on(ws) == ""  # nobody knows whether they have changed
    assert collected(ws) == [("A", 10.0, "01"), ("B", 20.0, "02"), ("A", 30.0, "02")]
    first, _ = ws.recorded("raw_files/usage")
    assert first["path"] == "s3://exports/usage/month=01/part-0.parquet"
    assert (first["rows"], len(first["sha256"])) == (1, 64)
    assert first["written"].startswith("20")


@pytest.mark.parametrize("path", ["s3://exports/nothing", "s3://no-such-bucket/usage"])
def test_what_a_bucket_does_not_hold(usage, bucket, path):
    ws = usage(path)
    for ask in (check_places, collect):
        with pytest.raises(StudyError, match=r"there is no file|cannot be read"):
            ask(ws)


def test_a_star_in_a_bucket_s_pattern_stays_in_its_folder(tmp_path):
    """As on a disk; and a hidden folder that the study names itself is read."""
    from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

    for name in ("exports/a.csv", "exports/old/a.csv", "_made/b.csv", "_made/_tmp/c.csv"):
        file = tmp_path / "bucket" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x\n1\n")
    store = SubTreeFileSystem(str(tmp_path), LocalFileSystem())

    def found(place):
        return sorted(info.path for info in buckets._found(store, place, (".csv",)))

    assert found("bucket/exports/*.csv") == ["bucket/exports/a.csv"]
    assert found("bucket/exports/**.csv") == ["bucket/exports/a.csv", "bucket/exports/old/a.csv"]
    assert found("bucket/_made") == ["bucket/_made/b.csv"]


def test_the_files_of_a_source_wherever_they_are(tmp_path):
    """What a draft depends on: a file, a pattern, a quarter's folder, an export; not what lacks."""
    for name in ("a.csv", "b_1.csv", "b_2.csv", "2026Q3/c.csv", "2026Q2/c.csv", "export/d.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x\n1\n", encoding="utf-8")

    def found(**given):
        files = files_of(Source(**given), raw=tmp_path, quarter="2026Q3")
        return [path.relative_to(tmp_path).as_posix() for path in files]

    files = {"a": {"path": "a.csv"}, "b": {"path": "b_*.csv"}, "c": {"path": "{quarter}"}}
    gone = {"d": {"path": "gone.csv"}, "e": {"path": "s3://bucket/e.csv"}}
    query = "SELECT * FROM a"
    assert found(files=files | gone, query=query) == ["a.csv", "b_1.csv", "b_2.csv", "2026Q3/c.csv"]
    assert found(preset="zendesk", folder="export") == ["export/d.csv"]
