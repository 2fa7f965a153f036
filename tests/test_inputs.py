"""Which rows were rewritten since a report, and the raw files on record."""

import gzip
import hashlib
import json

import pandas as pd
import pytest

from helpers.inputs import archive, fingerprints, is_as_recorded, rewritten
from helpers.workspace import Workspace


@pytest.fixture
def ws(minimal, write_study, tmp_path):
    folder = write_study(minimal)
    (folder / "accounts.csv").write_text("account_id\nA1\n", encoding="utf-8")
    return Workspace.open(study=str(folder), reports=str(tmp_path / "reports"))


def rows(ws, **changed):
    content = {"account_id": ["a", "b"], "starts_on": ["2026-01-01"] * 2, "mrr": [10.0, 20.0]}
    table = pd.DataFrame(content | changed)
    table.to_parquet(ws.canonical_path("contracts"), index=False)
    return fingerprints(ws)


def test_the_same_rows_in_any_order_are_the_same(ws):
    then = rows(ws)
    now = rows(ws, account_id=["b", "a"], mrr=[20.0, 10.0])
    assert then.equals(now)
    assert rewritten(then, now).empty


def test_rows_that_changed_came_and_went(ws):
    then = rows(ws)
    changed = rewritten(then, rows(ws, mrr=[10.0, 21.0]))
    assert changed.to_numpy().tolist() == [["contracts", "b 2026-01-01", "changed"]]
    other = rewritten(then, rows(ws, account_id=["a", "c"]))
    assert other[["row", "what"]].to_numpy().tolist() == [
        ["b 2026-01-01", "gone"], ["c 2026-01-01", "added"],
    ]  # fmt: skip


def test_an_identifier_that_is_empty_still_leaves_the_account(ws):
    then = rows(ws, contract_id=[None, None])
    changed = rewritten(then, rows(ws, contract_id=[None, None], mrr=[10.0, 21.0]))
    assert changed["row"].str.startswith("b ").all()


def test_a_row_given_twice_is_told(ws):
    then = rows(ws)
    twice = rows(ws, account_id=["a", "a"], mrr=[10.0, 10.0])
    assert set(rewritten(then, twice)["what"]) == {"changed", "gone"}


def test_raw_files_on_record_are_the_bytes_of_then(ws):
    content = (ws.raw / "accounts.csv").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    ws.folder("work/records/raw_files")
    ws.record("raw_files/accounts", [{"path": "accounts.csv", "sha256": digest}])
    first = archive(ws)
    assert first == {"raw/accounts.csv.gz": digest}
    packed = (ws.draft / "raw" / "accounts.csv.gz").read_bytes()
    assert gzip.decompress(packed) == content
    assert archive(ws) == first
    assert (ws.draft / "raw" / "accounts.csv.gz").read_bytes() == packed
    assert is_as_recorded(ws.raw / "accounts.csv", digest)
    assert not is_as_recorded(ws.raw / "accounts.csv", "0")
    assert not is_as_recorded(ws.raw / "gone.csv", digest)
    assert json.dumps(first)
