"""What was counted in raw data that could be used is told, in rows and in money."""

from helpers.collect.cautions import data_cautions
from helpers.collect.sources import collect
from helpers.report.exhibits import warning


def told(ws) -> dict[str, str]:
    collect(ws)
    return {
        name: warning(ws, name, sentence, **values).text
        for name, sentence, values in data_cautions(ws)
    }


def test_nothing_to_tell(study):
    assert told(study(currency="EUR")) == {}


def test_overlaps_unmatched_and_repeated_rows(study):
    text = (
        "account_id,starts_on,mrr,product\nA,2024-01-01,1000,x\nA,2024-06-01,40,x\n"
        "C,2024-01-01,500,x\nC,2024-01-01,500,x\na,2024-02-01,30,x\n"
    )
    found = told(study(tables={"contracts": text}, max_rejected_share=0.9))
    assert "1 contract of 1 account starts" in found["contracts_overlap"]
    assert "€40 (2.5\xa0% of all)" in found["contracts_overlap"]  # of 1,570 billed
    assert "1 row of contracts belongs to 1 account" in found["unmatched_contracts"]
    assert "€30" in found["unmatched_contracts"]
    assert "a (A: capitals)" in found["unmatched_contracts"]
    assert "1 row of contracts repeats" in found["repeated_contracts"]
    assert "€500" in found["repeated_contracts"]
    assert "it counts once" in found["repeated_contracts"]


def test_of_contracts_that_start_on_one_day_the_last_counts(study):
    text = (
        "account_id,starts_on,ends_on,mrr,contract_id\nA,2024-01-01,,100,1\n"
        "A,2024-01-01,,120,2\nA,2024-01-01,2024-03-31,900,3\n"
    )
    entry = {"files": {"raw": "raw.csv"}, "query": "SELECT * FROM raw", "overlaps": "latest"}
    ws = study(tables={"contracts": entry}, files={"raw.csv": text})
    found = told(ws)["contracts_overlap"]
    assert "2 contracts of 1 account started" in found
    assert "2 started on the same day" in found


def test_copies_of_an_interview_are_told(study):
    """More interviews of an account than days of asking; two days are two interviews."""
    text = (
        "account_id,interviewed_on,required_outcome\nA,2024-01-10,grow\nA,2024-01-10,save\n"
        "B,2024-01-10,grow\nB,2024-02-10,save\nC,,grow\nC,,save\nC,,cut\n"
    )
    found = told(study(tables={"needs": text}, max_rejected_share=0.9))["asked_twice"]
    assert "2 accounts have more interviews than days of asking (5 interviews)" in found
    once = "account_id,required_outcome\nA,grow\nB,grow\n"
    assert "asked_twice" not in told(study(tables={"needs": once}))
