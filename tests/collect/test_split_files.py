"""One file or several, in any order, with or without rows from later: the same tables."""

import pandas as pd

from helpers.collect.customers import build_customer_list
from helpers.collect.sources import canonical, collect

HEAD = "account_id,starts_on,ends_on,mrr\n"
ROWS = (
    "A,2024-01-10,2024-06-30,100\n",
    "A,2024-07-01,,120.10\n",
    "B,2024-02-20,2024-11-30,33.33\n",
    "C,2024-03-05,,25\n",
    "C,2024-03-05,,26\n",
)
LATER = "B,2025-01-01,,70\n"
MANY = {"files": {"raw": "billing_*.csv"}, "query": "SELECT * FROM raw"}


def test_files_rows_and_the_future(study):
    whole = study(tables={"contracts": HEAD + "".join(ROWS)}, name="whole")
    split = study(
        tables={"contracts": MANY},
        files={
            "billing_1.csv": HEAD + "".join(ROWS[:2:-1]) + LATER,
            "billing_2.csv": HEAD + "".join(ROWS[2::-1]),
        },
        name="split",
    )
    found = []
    for ws in (whole, split):
        collect(ws)
        found.append((canonical(ws, "contracts").to_pandas(), build_customer_list(ws)))
    (rows, listing), (other_rows, other_listing) = found
    assert len(rows) == len(ROWS)
    pd.testing.assert_frame_equal(rows, other_rows)
    pd.testing.assert_frame_equal(listing.accounts, other_listing.accounts)
    pd.testing.assert_frame_equal(listing.customers, other_listing.customers)
