"""Published quarters made again, and a change of method shown under both: whole runs of few.

How a backfill fares that is killed at any point is measured by ``bench/history/again.py``.
"""

import pandas as pd

from helpers.reproducing import publish_check

from .conftest import run

SCORE = {"penalties": {"small": {"where": "monthly_revenue < 200", "amount": 1000}}}


def test_what_changed_since_is_named_and_method_is_told_apart_from_customers(
    company, write_study, tmp_path
):
    folder, study = company
    write_study(study, folder)
    places = {"study": str(folder), "reports": str(tmp_path / "reports")}
    first = run(folder, tmp_path / "reports", quarter="2026Q2")
    before = pd.read_parquet(first / "data" / "quality_scores.parquet")

    # A row of the past is rewritten: the check names it, and the file that comes out otherwise.
    contracts = (folder / "contracts.csv").read_text(encoding="utf-8")
    assert contracts.count("A07,2024-03-11,,149") == 1
    rewritten = contracts.replace("A07,2024-03-11,,149", "A07,2024-03-11,,5000")
    (folder / "contracts.csv").write_text(rewritten, encoding="utf-8")
    found = publish_check(**places)[0]
    told = str(found)
    assert "2026Q2: cannot be reproduced" in told
    assert "input changed: contracts.csv (contracts)" in told
    assert "history was rewritten: 1 row of contracts changed: A07 2024-03-11" in told
    assert "other data files: account_metrics" in told

    # As it was, and with another method: of the next quarter's difference that much is method.
    (folder / "contracts.csv").write_text(contracts, encoding="utf-8")
    write_study(study | {"quality_score": SCORE}, folder)
    later = run(folder, tmp_path / "reports", quarter="2026Q3")
    effect = pd.read_parquet(later / "data" / "method_effect.parquet").set_index("measure")
    small = (before["base"] < 12 * 200).sum()
    assert small > 10
    assert effect.loc["customers", ["then", "now"]].tolist() == [40, 40]
    assert effect.loc["mean_score", "then"] == before["quality_score"].mean()
    gap = effect.loc["mean_score", "now"] - effect.loc["mean_score", "then"]
    assert abs(gap + 1000 * small / 40) < 0.01
    index = (later / "index.html").read_text(encoding="utf-8")
    assert "The method changed. Under today" in index
