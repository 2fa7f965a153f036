"""Same inputs, same bytes; the future changes nothing; another quarter needs only its name."""

import json
import shutil

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
        if name == "crm_accounts.csv":
            soon = {*rows.loc[late, "AccountNo"]} - {*rows.loc[~late, "AccountNo"]}
    # On that day nobody could say either that a company had become a customer that did so later.
    referrals = pd.read_csv(folder / "referrals.csv", dtype=str, keep_default_na=False)
    not_yet = referrals["referred_company"].isin(soon)
    assert not_yet.any()
    referrals["became_customer"] = referrals["became_customer"].mask(not_yet, "")
    referrals.to_csv(folder / "referrals.csv", index=False)
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


def test_another_quarter_needs_only_its_name(company, write_study, tmp_path):
    folder, study = company
    with (folder / "accounts.csv").open("a", encoding="utf-8") as file:
        file.write("A99,2026-08-01,Company 99,north\n")
    with (folder / "contracts.csv").open("a", encoding="utf-8") as file:
        file.write("A99,2026-08-01,,500\n")
    write_study(study, folder)
    reports = tmp_path / "reports"
    published = run(folder, reports)
    before = contents(published)
    earlier = run(folder, reports, quarter="2026Q2")
    scores = pd.read_parquet(earlier / "data" / "quality_scores.parquet")
    latest = pd.read_parquet(published / "data" / "quality_scores.parquet")
    assert (len(scores), len(latest)) == (40, 41)
    assert differing(before, contents(published)) == []

    # With an earlier quarter published, the next one says what moved.
    later = run(folder, reports)
    movement = pd.read_parquet(later / "data" / "movement.parquet")
    assert "A99" in movement["id"].tolist()
    manifest = json.loads((later / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["previous_report"]["quarter"] == "2026Q2"
