"""JSON that lies deep in itself is a message, and not the end of the process."""

import json

import pytest

from helpers.collect.nesting import DEEPEST, check_nesting
from helpers.collect.sources import collect
from helpers.errors import StudyError


@pytest.mark.parametrize(
    "value",
    ["[" * 200_000 + "]" * 200_000, '{"a":' * 20_000 + "1" + "}" * 20_000, "[" * 100_000],
)
@pytest.mark.parametrize("name", ["rows.jsonl", "rows.json"])
def test_a_row_that_is_too_deep_is_refused(study, value, name):
    row = f'{{"account_id": "A", "won_on": "2024-01-10", "x": {value}}}\n'
    entry = {"files": {"raw": name}, "query": "SELECT * FROM raw"}
    ws = study(tables={"accounts": entry}, files={name: row})
    with pytest.raises(StudyError, match="too deep in one another"):
        collect(ws, ["accounts"])


def test_brackets_in_texts_and_plain_lists_are_read(study, tmp_path):
    texts = ["[" * 5_000, "}" * 9, '\\"[[' * 800, "ok"]
    rows = [{"account_id": f"A{k}", "won_on": "2024-01-10", "x": t} for k, t in enumerate(texts)]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    entry = {"files": {"raw": "rows.jsonl"}, "query": "SELECT account_id, won_on FROM raw"}
    ws = study(tables={"accounts": entry}, files={"rows.jsonl": text})
    report = collect(ws, ["accounts"]).set_index("table")
    assert report.rows_used["accounts"] == len(texts)
    path = tmp_path / "many.json"
    path.write_text("[" + ",".join(['{"a": [1, {"b": 2}]}'] * 50_000) + "]", encoding="utf-8")
    check_nesting(path, place="many.json")
    path.write_text("[" * (DEEPEST + 1), encoding="utf-8")
    with pytest.raises(StudyError):
        check_nesting(path, place="many.json")
