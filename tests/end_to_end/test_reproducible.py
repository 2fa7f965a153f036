"""Same inputs, same bytes; the future changes nothing; a broken run leaves the report alone."""

import json
import shutil
import signal
import subprocess
import sys
import time

import pandas as pd

from .conftest import contents, differing, run

END = pd.Timestamp("2026-09-30")
# The day (or moment) on which a row of each extract came into being.
KNOWN_ON = {
    "crm_accounts.csv": ("WonDate", {"sep": ";", "encoding": "utf-8-sig"}),
    "billing_subscriptions.csv": ("valid_from", {}),
    "invoices_services.csv": ("invoice_date", {}),
    "helpdesk_tickets.csv": ("created", {}),
    "referrals.csv": ("date", {}),
}


def test_a_second_run_gives_the_same_bytes(published, tmp_path, root):
    again = run(root / "data/raw/sample", tmp_path)
    changed = differing(contents(published), contents(again))
    assert changed == ["manifest.json"]


def test_rows_after_the_quarter_change_nothing(published, tmp_path, root):
    folder = tmp_path / "sample"
    shutil.copytree(root / "data/raw/sample", folder)
    deleted = 0
    for name, (column, options) in KNOWN_ON.items():
        rows = pd.read_csv(folder / name, dtype=str, keep_default_na=False, **options)
        late = pd.to_datetime(rows[column], errors="coerce") >= END + pd.Timedelta(days=1)
        deleted += late.sum()
        rows[~late].to_csv(folder / name, index=False, **options)
    usage = pd.read_parquet(folder / "usage.parquet")
    late = pd.to_datetime(usage["period_end"], errors="coerce") > END
    deleted += late.sum()
    usage[~late].to_parquet(folder / "usage.parquet", index=False)
    costs = pd.read_excel(folder / "costs.xlsx", engine="openpyxl")
    late = pd.to_datetime(costs["Booked"], errors="coerce") > END
    deleted += late.sum()
    costs[~late].to_excel(folder / "costs.xlsx", sheet_name="Bookings", index=False)
    assert deleted > 1500

    target = run(folder, tmp_path / "reports")
    assert differing(contents(published / "data"), contents(target / "data")) == []


def test_another_quarter_needs_only_its_name(published, root):
    before = contents(published)
    earlier = run(root / "data/raw/sample", published.parents[1], quarter="2026Q2")
    scores = pd.read_parquet(earlier / "data" / "quality_scores.parquet")
    latest = pd.read_parquet(published / "data" / "quality_scores.parquet")
    assert 300 < len(scores) < len(latest)
    assert differing(before, contents(published)) == []

    # With an earlier quarter published, the next one says what moved.
    later = run(root / "data/raw/sample", published.parents[1])
    movement = pd.read_parquet(later / "data" / "movement.parquet")
    assert len(movement) > 0
    manifest = json.loads((later / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["previous_report"]["quarter"] == "2026Q2"


def test_a_killed_run_leaves_the_report_as_it_was(published, root, tmp_path):
    reports = tmp_path / "reports"
    shutil.copytree(published.parents[1], reports)
    target = reports / "sample" / "2026Q3"
    before = contents(target)
    command = [sys.executable, "-m", "helpers", "run", "--reports", str(reports)]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL)
    draft = reports / "sample" / ".draft" / "2026Q3"
    deadline = time.monotonic() + 120
    while not (draft / "data" / "customer_list.csv").exists():
        assert time.monotonic() < deadline, "the run never reached the customer list"
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert differing(before, contents(target)) == []

    # What the killed run left behind does not stand in the way of the next one.
    again = run(root / "data/raw/sample", reports)
    assert set(contents(again)) == set(before)
