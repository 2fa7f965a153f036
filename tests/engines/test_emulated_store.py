"""Files in Google's store, on a server of its protocol that `tools/emulators.py` sets up."""

import json
from urllib.request import Request, urlopen

import pytest

from helpers.collect.engines.hosts import contacts
from helpers.collect.reaching import check_places
from helpers.collect.sources import canonical, collect
from helpers.errors import StudyError

USAGE = "account_id,used_on,feature,quantity\n"


@pytest.fixture
def store(emulator, monkeypatch) -> str:
    """Host and port of a store with two files of usage in a bucket."""
    port = emulator(
        "gcp-storage-emulator", "start", "--host", "127.0.0.1", "--port", "{port}", "--in-memory"
    )
    place = f"127.0.0.1:{port}"
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://{place}")

    def post(path: str, content: bytes, kind: str) -> None:
        asked = Request(f"http://{place}{path}", content, {"Content-Type": kind})
        urlopen(asked, timeout=20).close()

    post("/storage/v1/b?project=p", json.dumps({"name": "exports"}).encode(), "application/json")
    upload = "/upload/storage/v1/b/exports/o?uploadType=media&name="
    for month, row in (("01", "A,2024-01-05,log in,10"), ("02", "B,2024-02-05,log in,20")):
        rows = f"{USAGE}{row}\n".encode()
        post(f"{upload}usage/month={month}/part.csv", rows, "text/csv")
    return place


@pytest.fixture
def study(tmp_path, open_study):
    (tmp_path / "accounts.csv").write_text("account_id,won_on\nA,2024-01-01\nB,2024-01-01\n")

    def build(path: str):
        sources = {
            "accounts": {"files": {"crm": "accounts.csv"}, "query": "SELECT * FROM crm"},
            "contracts": {
                "files": {"crm": "accounts.csv"},
                "query": "SELECT account_id, won_on AS starts_on, 1 AS mrr FROM crm",
            },
            "usage": {"files": {"u": path}, "query": "SELECT * FROM u ORDER BY used_on"},
        }
        content = {"study": "far", "title": "Far", "business_model": "subscription"}
        return open_study(content | {"data": str(tmp_path), "sources": sources}, "2024Q4")

    return build


@pytest.mark.parametrize("path", ["gs://exports/usage", "gs://exports/usage/*/part.csv"])
def test_files_in_google_s_store(study, store, path):
    ws = study(path)
    assert [str(contact) for contact in contacts(ws.study)] == [
        f"{store} (bucket exports) (sources.usage.files.u)"
    ]
    check_places(ws)
    collect(ws)
    rows = canonical(ws, "usage").to_pandas()
    assert sorted(zip(rows.account_id, rows.quantity, strict=True)) == [("A", 10.0), ("B", 20.0)]
    first, _ = ws.recorded("raw_files/usage")
    assert first["path"] == "gs://exports/usage/month=01/part.csv"
    assert len(first["sha256"]) == 64
    assert first["written"].startswith("20")


@pytest.mark.parametrize("path", ["gs://exports/nothing", "gs://no-such-bucket/usage"])
def test_what_google_s_store_does_not_hold(study, store, path):
    with pytest.raises(StudyError, match=r"there is no file|cannot be read") as error:
        check_places(study(path))
    assert store in str(error.value)
