"""Write the synthetic sample company: `python generate.py [--out FOLDER]`.

Every extract and `truth.json` beside them follow from one seed; running this again gives the
same files byte for byte. See README.md for what the company is and which faults are planted.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from generator import (
    activity,
    billing,
    colleagues,
    company,
    faults,
    files,
    scoring,
    truth,
    voices,
)  # fmt: skip
from generator.draw import AS_OF


def build() -> tuple[truth.Tables, truth.Row]:
    """All extracts as rows with the vendors' column names, and the truth about them."""
    accounts = company.draw_accounts()
    subscriptions = billing.number_subscriptions(billing.draw_subscriptions(accounts))
    tickets, costs = activity.draw_tickets(accounts), billing.draw_costs(accounts)
    kept = scoring.included(accounts, subscriptions, AS_OF)
    lines = scoring.score_lines(accounts, subscriptions, tickets, costs, AS_OF)
    lines = {c: lines[c] for c in kept}
    interviews, needs_groups = colleagues.draw_needs(accounts)
    tables = {
        "crm_accounts": [colleagues.crm_row(a) for a in accounts],
        "billing_subscriptions": subscriptions,
        "invoices_services": billing.draw_services(accounts),
        "costs": costs,
        "helpdesk_tickets": tickets,
        "nps_responses": voices.draw_nps(accounts),
        "csat": voices.draw_csat(accounts),
        "usage": activity.draw_usage(accounts),
        "referrals": voices.draw_referrals(accounts),
        "needs_interviews": interviews,
        "prospects": colleagues.draw_prospects(),
        "team_lists": colleagues.draw_team_lists(
            {c: sum(parts.values()) for c, parts in lines.items()}, accounts),
        "score_reviews": colleagues.draw_reviews(lines),
        "research": colleagues.draw_research(accounts),
    }  # fmt: skip
    clean = {name: list(rows) for name, rows in tables.items()}
    rejected, overlapping = faults.spoil(tables)
    return tables, truth.describe(accounts, clean, needs_groups, rejected, overlapping)


def write(tables: truth.Tables, facts: truth.Row, folder: Path) -> None:
    """Each extract in the format its system would give."""
    folder.mkdir(parents=True, exist_ok=True)
    files.write_csv(folder / "crm_accounts.csv", tables.pop("crm_accounts"),
                    encoding="utf-8-sig", delimiter=";")  # fmt: skip
    files.write_csv(folder / "team_lists.csv", tables.pop("team_lists"), encoding="cp1252")
    files.write_jsonl(folder / "csat.jsonl", tables.pop("csat"))
    files.write_parquet(folder / "usage.parquet", tables.pop("usage"))
    files.write_xlsx(folder / "costs.xlsx", tables.pop("costs"), sheet="Bookings")
    files.write_xlsx(folder / "needs_interviews.xlsx", tables.pop("needs_interviews"),
                     sheet="Interviews")  # fmt: skip
    for name, rows in tables.items():
        files.write_csv(folder / f"{name}.csv", rows)
    files.write_json(folder / "truth.json", facts)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the synthetic sample company.")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent,
                        help="folder to write to (default: beside this script)")  # fmt: skip
    write(*build(), parser.parse_args().out)


if __name__ == "__main__":
    main()
