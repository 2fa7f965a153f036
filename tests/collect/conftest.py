"""Small studies on real files: what a test writes into a folder, collect reads."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from exports import PAYMENTS, export

from helpers.workspace import Workspace

ACCOUNTS = "account_id,won_on\nA,2024-01-10\nB,2024-02-20\nC,2024-03-05\n"
CONTRACTS = (
    "account_id,starts_on,ends_on,mrr\nA,2024-01-10,,100\nB,2024-02-20,,50\nC,2024-03-05,,25\n"
)


@pytest.fixture
def study(tmp_path: Path) -> Callable[..., Workspace]:
    """Write a study file and raw files; open the draft of 2024Q4.

    ``tables`` maps a table to the text of a CSV file (read as it is, `SELECT *`) or to an entry of
    ``sources``; ``files`` are written beside it, text or bytes; other options go into the study
    file.
    """

    def build(
        *,
        tables: dict | None = None,
        files: dict | None = None,
        quarter: str = "2024Q4",
        name: str = "small",
        **options,
    ) -> Workspace:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        sources = {}
        for table, entry in {
            "accounts": ACCOUNTS,
            "contracts": CONTRACTS,
            **(tables or {}),
        }.items():
            if isinstance(entry, str):
                (folder / f"{table}.csv").write_text(entry, encoding="utf-8", newline="")
                entry = {"files": {"raw": f"{table}.csv"}, "query": "SELECT * FROM raw"}
            if entry is not None:
                sources[table] = entry
        for file, content in (files or {}).items():
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                target.write_bytes(content)
            else:
                target.write_text(content, encoding="utf-8", newline="")
        content = {
            "study": name,
            "title": "Small study",
            "business_model": "subscription",
            "max_rejected_share": 1.0,
            "sources": sources,
            **options,
        }
        path = folder / "study.yml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        ws = Workspace.open(study=str(path), quarter=quarter, reports=str(tmp_path / "reports"))
        ws.clear()
        return ws

    return build


@pytest.fixture
def orders(study):
    """A study whose orders come from a Stripe export; other keys go into the source."""

    def build(*, files=None, raw=None, named=None, timezone="UTC", **entry):
        entry = {"preset": "stripe", "folder": "export", "files": named or {}, **entry}
        content = export(PAYMENTS) if files is None else files
        return study(tables={"orders": entry}, files={**content, **(raw or {})}, timezone=timezone)

    return build
