"""A company of any size as raw Parquet files with a study file beside them.

Every value is a hash of its row's number, so that a size gives the same rows on every machine and
no generator's state is carried along. Nothing passes through Python: DuckDB writes the files.

    python bench/scale/generate.py FOLDER ROWS
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

ACCOUNTS = {1_000_000: 100_000, 10_000_000: 300_000, 100_000_000: 1_000_000}
CONTRACTS_PER_ACCOUNT = 2
TICKET_SHARE = 0.3  # of the rows that are not contracts; the others are usage
FEATURES, SEGMENTS = 8, 12
FIRST, DAYS = "2024-07-01", 840  # raw rows reach 17 days beyond the end of the quarter
QUARTER = "2026Q3"
# One row in so many is broken: an unknown account, dates in the wrong order, or a repeated row.
BROKEN = 2000
# A whole number from 0 to n - 1 for a row and a purpose.
PICK = "CREATE MACRO pick(i, purpose, n) AS (hash(i, purpose) % n)::INTEGER"

FILES = {
    "accounts": """
        SELECT printf('a%07d', i) AS account_id, printf('Company %d', i) AS name,
               DATE '2019-01-01' + pick(i, 1, 2700) AS won_on,
               CASE WHEN pick(i, 2, 12) = 0
                    THEN DATE '2019-01-01' + pick(i, 1, 2700) + 90 + pick(i, 3, 1200)
               END AS churned_on,
               printf('segment %02d', pick(i, 4, {segments})) AS industry
        FROM range({accounts}) AS r(i)""",
    # Two terms per account, one after the other; the second one may be dearer, and may be open.
    "contracts": """
        SELECT printf('a%07d', i // {terms}) AS account_id,
               begins + (i % {terms})::INTEGER * term AS starts_on,
               CASE WHEN i % {terms} = 0 OR pick(i, 2, 5) = 0
                    THEN begins + (1 + i % {terms})::INTEGER * term - 1
               END AS ends_on,
               (100 + pick(i // {terms}, 5, 90000) / 10 + (i % {terms}) * pick(i, 6, 400) / 10
               )::DECIMAL(10, 2) AS mrr,
               CASE WHEN i % {terms} = 0 THEN 'Start' ELSE 'Grow' END AS product
        FROM (SELECT i, DATE '2019-01-01' + pick(i // {terms}, 1, 2700) AS begins,
                     180 + pick(i // {terms}, 7, 540) AS term
              FROM range({contracts}) AS r(i))""",
    "tickets": """
        SELECT i - repeated AS ticket_id, account_id, opened_at,
               opened_at + to_seconds(replied) AS first_replied_at,
               CASE WHEN pick(i, 13, 12) > 0
                    THEN opened_at + to_seconds(replied * turned + pick(i, 14, 400000)) END
                    AS resolved_at,
               1 + pick(i, 15, 6) AS agent_touches, (pick(i, 16, 10) = 0)::INTEGER AS reopens,
               printf('reason %d', pick(i, 17, 9)) AS reason,
               pick(i, 18, 20) = 0 AS escalated,
               CASE WHEN pick(i, 19, 3) = 0 THEN 1 + pick(i, 20, 5) END AS csat
        FROM (SELECT j AS i, (pick(j, 9, {broken}) = 0 AND j > 0)::INTEGER AS repeated,
                     {owner} AS account_id,
                     TIMESTAMP '{first}' + to_seconds(pick(j, 11, {days} * 86400)) AS opened_at,
                     60 + pick(j, 12, 90000) AS replied,
                     -- a resolution before the opening, once in a while
                     CASE WHEN pick(j, 10, {broken}) = 0 THEN -40 ELSE 1 END AS turned
              FROM range({tickets}) AS r(j))""",
    "usage": """
        SELECT {owner} AS account_id, DATE '{first}' + pick(j, 11, {days}) AS used_on,
               printf('feature %d', least(pick(j, 12, {features}), pick(j, 13, {features})))
               AS feature, (1 + pick(j, 14, 40))::DOUBLE AS quantity
        FROM (SELECT i - (pick(i, 9, {broken}) = 0)::INTEGER AS j FROM range({usage}) AS r(i))""",
}
# Few accounts have most of the rows. An account beyond the last one is not known.
OWNER = """printf('a%07d', CASE WHEN pick(j, 8, {broken}) = 0 THEN {accounts} ELSE
    floor({accounts} * pow(pick(j, 7, 1000000007) / 1000000007.0, 2)) END::BIGINT)"""
STUDY = {
    "study": "scale",
    "title": "A company of any size",
    "business_model": "subscription",
    "default_quarter": QUARTER,
    "attributes": {"industry": {"type": "category"}},
}


@dataclass(frozen=True)
class Size:
    """How many rows of what."""

    rows: int
    accounts: int

    @classmethod
    def of(cls, rows: int) -> "Size":
        """The accounts that go with a number of raw rows; a tenth as many outside the ladder."""
        return cls(rows, ACCOUNTS.get(rows, max(rows // 10, 100)))

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each raw table; all but the accounts add up to ``rows``."""
        contracts = self.accounts * CONTRACTS_PER_ACCOUNT
        tickets = int((self.rows - contracts) * TICKET_SHARE)
        return {
            "accounts": self.accounts,
            "contracts": contracts,
            "tickets": tickets,
            "usage": self.rows - contracts - tickets,
        }


def generate(folder: Path, rows: int) -> Path:
    """Write ``study.yml`` and one Parquet file per table into a folder; what is there stays.

    Returns
    -------
    The study file.
    """
    size = Size.of(rows)
    folder.mkdir(parents=True, exist_ok=True)
    words = size.counts | {
        "terms": CONTRACTS_PER_ACCOUNT, "features": FEATURES, "segments": SEGMENTS,
        "first": FIRST, "days": DAYS, "broken": BROKEN,
    }  # fmt: skip
    words["owner"] = OWNER.format(**words)
    con = duckdb.connect()
    con.execute(PICK)
    for name, query in FILES.items():
        path = folder / f"{name}.parquet"
        if not path.exists():
            partial = path.with_suffix(".partial")
            con.execute(f"COPY ({query.format(**words)}) TO '{partial}' (FORMAT parquet)")
            partial.replace(path)
    sources = {
        name: {"files": {"raw": f"{name}.parquet"}, "query": "SELECT * FROM raw"} for name in FILES
    }
    # Who left by the CRM goes on paying by half of its contracts: what is compared counts them.
    sources["contracts"]["after_leaving"] = "count"
    study = folder / "study.yml"
    text = yaml.safe_dump(STUDY | {"sources": sources}, sort_keys=False)
    study.write_text(text, encoding="utf-8")
    return study


if __name__ == "__main__":
    print(generate(Path(sys.argv[1]), int(sys.argv[2])))
