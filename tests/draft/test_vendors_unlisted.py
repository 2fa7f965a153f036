"""Drafts of exports as Pipedrive, Chargebee, Intercom, Xero and Jira write them."""

import pytest

from .test_unknown_companies import ROWS, accounts, known, made

CONTRACTS = ["account_id,start_date,mrr", *(f"ACC-{k:03d},2024-02-01,10" for k in range(ROWS))]


@pytest.mark.parametrize(
    ("name", "number"),
    [("intercom export", "Conversation ID"), ("SUP 2026-10-01T08_00_00+0100", "Issue key")],
)
def test_tickets_are_known_by_what_numbers_them(tmp_path, name, number):
    """A file may be called after a project or the vendor, and other texts differ by row, too."""
    rows = [f"Summary {k},N-{k},ACC-{k % ROWS:03d},2026-0{k % 9 + 1}-11 10:00" for k in range(80)]
    files = {name: [f"Summary,{number},account_id,Created", *rows]}
    found = made(tmp_path, accounts=accounts(known), contracts=CONTRACTS, **files)
    assert f'CAST("{number}" AS VARCHAR) AS ticket_id' in found.tables["tickets"].query
    assert any(f"by its {number}" in line for line in found.tables["tickets"].why)


def test_answers_to_how_likely_somebody_recommends_are_those_of_nps(tmp_path):
    ask = "How likely are you to recommend us? (0-10)"
    rows = [f"ACC-{k % ROWS:03d},2026-0{k % 9 + 1}-11,{k % 11}" for k in range(80)]
    found = made(
        tmp_path, accounts=accounts(known), contracts=CONTRACTS,
        nps=[f"account_id,Received at,{ask}", *rows],
    )  # fmt: skip
    assert f'"{ask}" AS score' in found.tables["surveys"].query
