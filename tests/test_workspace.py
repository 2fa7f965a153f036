import os

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import StudyError
from helpers.workspace import Workspace, inert, table_of

ROW = pd.DataFrame({"account_id": ["1"]})


@pytest.fixture
def ws(minimal, write_study, tmp_path) -> Workspace:
    folder = write_study(minimal)
    return Workspace.open(study=str(folder), reports=str(tmp_path / "reports"))


def test_data_files_come_back_with_their_types(ws):
    table = pd.DataFrame(
        {
            "account_id": ["007", "北京"],
            "band": pd.Categorical(["poor", "average"], ["poor", "average"], ordered=True),
            "base": [1.5, None],
        }
    )
    ws.save("quality_scores", table)
    pd.testing.assert_frame_equal(ws.load("quality_scores"), table)
    written = (ws.draft / "data" / "quality_scores.csv").read_text(encoding="utf-8")
    assert written.startswith("account_id,")


def test_same_table_same_bytes(ws):
    table = pd.DataFrame({"account_id": ["1", "2"], "name": ["x", None]})
    ws.save("customer_list", table)
    first = {p.name: p.read_bytes() for p in (ws.draft / "data").iterdir()}
    ws.save("customer_list", table)
    assert first == {p.name: p.read_bytes() for p in (ws.draft / "data").iterdir()}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-x", "@sum", "\tx"])
def test_formulas_in_csv_are_inert_and_numbers_stay(cell):
    table = inert(pd.DataFrame({"name": [cell, "plain", None], "n": [-1.0, 2.0, 3.0]}))
    assert table["name"][0] == "'" + cell
    assert table["name"][1] == "plain"
    assert table["n"].tolist() == [-1.0, 2.0, 3.0]


@pytest.mark.parametrize("kind", ["str", "string", "object", "category"])
@given(st.lists(st.none() | st.sampled_from("=+-@'\t\r\n a1").flatmap(
    lambda first: st.sampled_from(["", "1", "é", "=", "\n="]).map(lambda rest: first + rest)
), max_size=8))  # fmt: skip
def test_formulas_are_found_in_every_kind_of_text(kind, cells):
    table = pd.DataFrame({"name": pd.Series(cells, dtype="object").astype(kind)})
    risky = ("=", "+", "-", "@", "\t", "\r")
    expected = [f"'{cell}" if cell and cell.startswith(risky) else cell for cell in cells]
    found = inert(table)["name"].astype("object")
    assert found.where(found.notna(), None).tolist() == expected
    kept = table["name"].astype("object")
    assert kept.where(kept.notna(), None).tolist() == cells  # in the table that was given


def test_missing_step_says_what_to_run(ws):
    with pytest.raises(StudyError, match="run the notebooks in order"):
        ws.load("quality_scores")


def test_publish_replaces_the_whole_report(ws):
    ws.clear()
    ws.save("tags", ROW)
    ws.record("note", {"x": 1})
    target = ws.publish()
    assert sorted(p.name for p in target.iterdir()) == ["data"]
    ws.clear()
    ws.save("health", ROW)
    ws.publish()
    assert sorted(p.name for p in (target / "data").iterdir()) == ["health.csv", "health.parquet"]


def test_publication_cut_short_is_mended_by_the_next_run(ws, monkeypatch):
    ws.clear()
    ws.save("tags", ROW)
    ws.publish()
    ws.clear()
    ws.save("health", ROW)
    # Where folders cannot change names in one step (`helpers.exchange`), there are two.
    monkeypatch.setattr("helpers.workspace.exchanged", lambda one, other: False)
    replace = type(ws.draft).replace

    def die_on_draft(self, target):
        if self == ws.draft:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(type(ws.draft), "replace", die_on_draft)
    with pytest.raises(KeyboardInterrupt):
        ws.publish()
    monkeypatch.undo()
    ws.clear()
    assert [p.name for p in (ws.target / "data").glob("*.csv")] == ["tags.csv"]


def test_data_folder_may_name_environment_variables(minimal, write_study, tmp_path, monkeypatch):
    minimal["data"] = "${ACME_EXPORTS}/crm"
    folder = write_study(minimal)
    monkeypatch.delenv("ACME_EXPORTS", raising=False)
    with pytest.raises(StudyError, match="not set"):
        Workspace.open(study=str(folder))
    monkeypatch.setenv("ACME_EXPORTS", str(tmp_path))
    assert Workspace.open(study=str(folder)).raw == tmp_path / "crm"
    assert Workspace.open(study=str(folder), data=os.fspath(tmp_path)).raw == tmp_path


def test_a_table_is_read_as_pandas_reads_it(tmp_path):
    table = pd.DataFrame(
        {
            "text": pd.Series(["a", None, "ü"], dtype="str"),
            "whole": [1, 2, 3],
            "part": [0.5, float("nan"), 1e300],
            "day": pd.to_datetime(["2024-01-01", None, "2024-12-31"]),
            "yes": [True, False, True],
            "several": [["a", "b"], [], ["c"]],
            "none": [None, None, None],
            "kind": pd.Categorical(["x", "y", "x"]),
        }
    )
    path = tmp_path / "table.parquet"
    table.to_parquet(path, index=False)
    pd.testing.assert_frame_equal(table_of(path), pd.read_parquet(path), check_exact=True)
    with pytest.raises(OSError):
        table_of(tmp_path / "other.parquet")
    path.write_text("no table", encoding="utf-8")
    with pytest.raises(ValueError):
        table_of(path)
