"""Exports of vendors, as small as a test can make them."""

import pandas as pd

from helpers.collect.presets import preset_cautions
from helpers.collect.sources import canonical, collect, rejected
from helpers.tables import TABLES
from helpers.words import say

# A Stripe export, for what all presets share.
PAYMENTS = {
    "customer": """
        id    | created             | name
        cus_1 | 2024-01-01 10:00:00 | Alder
        cus_2 | 2024-01-02 10:00:00 | Birch
        cus_3 | 2024-01-03 10:00:00 | Cedar""",
    "charge": """
        id | customer_id | amount | currency | status    | created
        1  | cus_1       | 1000   | eur      | succeeded | 2024-05-01 22:30:00
        2  | cus_2       | 2000   | eur      | succeeded | 2024-06-01 10:00:00
        3  | cus_3       | 3000   | eur      | succeeded | 2024-07-01 10:00:00""",
}


def csv(text: str) -> str:
    """A table that is laid out for reading (columns aligned by spaces) as a CSV file."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    rows = [[cell.strip().replace('"', '""') for cell in line.split("|")] for line in lines]
    return "".join(",".join(f'"{c}"' if '"' in c else c for c in row) + "\n" for row in rows)


def export(tables: dict[str, str], folder: str = "export") -> dict[str, str]:
    """Files of an export, to be written by the fixture ``study``."""
    return {f"{folder}/{name}.csv": csv(text) for name, text in tables.items()}


def collected(ws, table: str) -> pd.DataFrame:
    """Collect one canonical table, after what it refers to; its key is the index."""
    collect(ws, None if TABLES[table].references else [table])
    frame = canonical(ws, table).to_pandas()
    key = {"tickets": "ticket_id", "orders": "order_id", "accounts": "account_id"}.get(table)
    return frame.set_index(key).sort_index() if key else frame


def cautions(ws) -> list[str]:
    """The cautions of the ready-made sources as readers see them."""
    return [say(sentence, **values) for _, sentence, values in preset_cautions(ws)]


def refused(ws, table: str) -> pd.DataFrame:
    """The rejected rows of a table."""
    rows = rejected(ws)
    return rows[rows["table"] == table].reset_index(drop=True)


def told(frame: pd.DataFrame, *columns: str) -> list[list]:
    """Columns as plain rows: missing values are None, days are texts."""

    def plain(value):
        if pd.isna(value):
            return None
        return str(value)[:10] if hasattr(value, "year") else value

    return [[plain(value) for value in row] for row in frame[list(columns)].itertuples(index=False)]
