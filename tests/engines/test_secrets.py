"""A password in the environment stays there: in no file of a whole run, in nothing that it says."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from helpers.__main__ import main

SECRET = "k3y/of:the@billing"
SUBSCRIPTIONS = """
DROP TABLE IF EXISTS subscriptions;
CREATE TABLE subscriptions AS
SELECT 'A' || (100 + k) AS account_id, DATE '2024-01-01' + 10 * k AS starts_on, 100 + 7 * k AS mrr,
       CASE k % 2 WHEN 0 THEN 'north' ELSE 'south' END AS region
FROM generate_series(0, 39) AS k;
GRANT SELECT ON subscriptions TO locked_out;
"""


@pytest.fixture
def company(server, postgresql, monkeypatch, tmp_path):
    """A study of forty accounts in a database that asks for a password; ``query`` of contracts."""
    if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = 'locked_out'").fetchone():
        server.execute("CREATE ROLE locked_out LOGIN")
    server.execute(f"ALTER ROLE locked_out PASSWORD '{SECRET}'")
    server.execute(SUBSCRIPTIONS)
    monkeypatch.setenv("BEST_CUSTOMERS_BILLING_PASSWORD", SECRET)
    database = postgresql.replace("postgres@", "locked_out:${BEST_CUSTOMERS_BILLING_PASSWORD}@")
    accounts = "SELECT account_id, starts_on AS won_on, region FROM subscriptions"

    def build(query: str) -> list[str]:
        content = {
            "study": "acme",
            "title": "Acme",
            "business_model": "subscription",
            "default_quarter": "2026Q3",
            "attributes": {"region": {}},
            "scope": {"permutations": 99},
            "metrics": {"resamples": 100},
            "sources": {
                "accounts": {"database": database, "query": accounts},
                "contracts": {"database": database, "query": query},
            },
        }
        (tmp_path / "study.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
        return ["run", "--study", str(tmp_path), "--reports", str(tmp_path / "reports")]

    return build


def told(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """What stands in every file, and in every part of the files that are archives."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    yield from ((path / name, archive.read(name)) for name in archive.namelist())


@pytest.mark.parametrize(
    ("query", "code", "file"),
    [
        ("SELECT account_id, starts_on, mrr FROM subscriptions", 0, "2026Q3/manifest.json"),
        (
            "SELECT account_id, starts_on, 1 / (mrr - 100) AS mrr FROM subscriptions",
            2,
            ".failed/2026Q3/02_customer_list.ipynb",
        ),  # what only the rows bring to light
    ],
    ids=["published", "failed"],
)
def test_a_run_keeps_the_password_to_itself(company, tmp_path, capfd, query, code, file):
    assert main(company(query)) == code
    assert (tmp_path / "reports" / "acme" / file).is_file()
    found = [*told(tmp_path), *((Path("printed"), text.encode()) for text in capfd.readouterr())]
    assert len(found) > 5
    for path, content in found:
        for secret in (SECRET, quote(SECRET, safe="")):
            assert secret.encode() not in content, path
