"""Sheets of a small company, and somebody who fills them."""

from pathlib import Path

import pandas as pd
from openpyxl import load_workbook

from helpers.sheets.form import HIDDEN
from helpers.study import Study

QUARTER = "2026Q3"


def study(**more) -> Study:
    """A study with stakeholders, collectors and questions."""
    content = {
        "study": "acme",
        "title": "Acme",
        "business_model": "subscription",
        "seed": 5,
        "charter": {"stakeholders": [{"name": "Head of sales"}, {"name": "Finance"}]},
        "agreement": {"customers": 10},
        "attributes": {"industry": {}, "employees": {"type": "number", "bands": [50, 200]}},
        "research": {
            "collectors": ["Ines", "Paolo"],
            "twice": 0.25,
            "fields": {
                "employees": {"type": "number", "unit": "people", "at_least": 1,
                              "instructions": "Of the whole group.", "example": "240"},
                "industry": {"type": "choice", "options": ["Retail", "Machinery, heavy", "Other"]},
                "exports": {"type": "yes_no"},
                "website": {},
            },
        },
        "interviews": {
            "outcomes": ["grow", "save time"],
            "dimensions": {
                "setup": {"question": "How would you like to begin?",
                          "follow_ups": ["Who would do it?"], "options": ["alone", "guided"]},
                "terms": {"label": "What to pay by"},
            },
        },
        "sources": {
            "accounts": {"files": {"crm": "a.csv"}, "query": "SELECT * FROM crm"},
            "contracts": {"files": {"billing": "b.csv"}, "query": "SELECT * FROM billing"},
        },
        "path": Path("study.yml"),
    }  # fmt: skip
    return Study.model_validate({**content, **more})


def scores(customers: int = 24) -> pd.DataFrame:
    """Customers with scores that fall by a thousand each."""
    names = [f"A{k:02d}" for k in range(customers)]
    return pd.DataFrame(
        {
            "account_id": names,
            "name": [f"Company {name}" for name in names],
            "status": ["current" if k % 5 else "former" for k in range(customers)],
            "quality_score": [float(1000 * (customers - k)) for k in range(customers)],
            "rank": range(1, customers + 1),
            "band": "average",
        }
    )


def customer_list(customers: int = 24) -> pd.DataFrame:
    """All of them included but the last."""
    table = scores(customers)[["account_id", "name"]]
    return table.assign(included=[True] * (customers - 1) + [False])


def attributes(customers: int = 24) -> pd.DataFrame:
    """Industry known of every second customer, employees of none."""
    names = [f"A{k:02d}" for k in range(customers)]
    known = ["Retail" if k % 2 else None for k in range(customers)]
    blank = pd.Series([None] * customers, dtype="str")
    return pd.DataFrame({"account_id": names, "industry": known, "employees": blank})


class Sheet:
    """An XLSX form as openpyxl sees it, to fill by heading and row."""

    def __init__(self, path: Path, name: str = "") -> None:
        """The first worksheet, or that whose name ends in ``name``."""
        self.path, self.book = path, load_workbook(path)
        shown = [s for s in self.book.worksheets if not s.title.startswith(HIDDEN)]
        self.sheet = next(s for s in shown if s.title.endswith(name))
        self.head = next(
            row for row in range(1, 40) if self.sheet.cell(row, 1).value in ("Account", "Proposal")
        )
        names = range(1, self.sheet.max_column + 1)
        self.columns = {self.sheet.cell(self.head, place).value: place for place in names}
        below = range(self.head + 1, self.sheet.max_row + 1)
        self.rows = {self.sheet.cell(row, 1).value: row for row in below}

    def put(self, row: str, column: str, value) -> None:
        """Type into a cell."""
        self.sheet.cell(self.rows[row], self.columns[column]).value = value

    def save(self, path: Path | None = None) -> Path:
        """Save it, in its place or elsewhere."""
        self.book.save(path or self.path)
        return path or self.path
