"""The report on the sample, against the truth that its generator wrote down."""

import json

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from helpers.words import numbers

DATA_FILES = (
    *("customer_list", "quality_scores", "account_metrics", "attributes", "coverage"),
    *("rejected_rows", "hypotheses", "segments", "segment_members", "segment_metrics"),
    *("priorities", "representatives", "next_steps", "tags", "movement"),
    *("service_value", "health", "health_check", "health_calibration", "hazard"),
    *("before_leaving", "service_mix", "survey_reasons", "feature_outcomes"),
    *("segment_needs", "alerts", "alert_customers"),
)
TABLE_OF = {
    "crm_accounts": "accounts",
    "billing_subscriptions": "contracts",
    "invoices_services": "orders",
    "costs": "costs",
    "helpdesk_tickets": "tickets",
    "nps_responses": "surveys",
    "csat": "surveys",
    "usage": "usage",
    "referrals": "referrals",
    "needs_interviews": "needs",
    "prospects": "prospects",
    "team_lists": "candidates",
    "score_reviews": "score_reviews",
    "research": "research",
}
HYPOTHESIS_OF = {"kestrel": "H1", "mid_size_machinery": "H2", "north_by_partner": "H3"}
# No hypothesis names it; the search has to find the rule.
DISCOVERED = {"small_inbound": "employees = '50–199' AND acquisition_channel = 'Inbound'"}


@pytest.fixture(scope="module")
def truth(root) -> dict:
    return json.loads((root / "data/raw/sample/truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def table(published):
    return lambda name: pd.read_parquet(published / "data" / f"{name}.parquet")


def test_everything_of_the_contract_is_there(published):
    for name in ("index.html", "presentation.html", "supporting_analysis.html", "manifest.json"):
        assert (published / name).stat().st_size > 1000, name
    for name in DATA_FILES:
        assert (published / "data" / f"{name}.csv").exists(), name
        assert (published / "data" / f"{name}.parquet").exists(), name
    assert (published / "data" / "workbook.xlsx").exists()
    assert len(list((published / "run").glob("*.ipynb"))) == 5
    assert not (published / "work").exists()


def test_dictionary_explains_every_column(published):
    dictionary = pd.read_csv(published / "data" / "data_dictionary.csv")
    told = set(zip(dictionary["file"], dictionary["column"], strict=True))
    for name in DATA_FILES:
        columns = pd.read_csv(published / "data" / f"{name}.csv", nrows=0).columns
        assert {(name, column) for column in columns} <= told, name
    assert dictionary["description"].str.len().min() > 5


def test_customer_list_is_the_planted_one(table, truth):
    accounts = table("customer_list").set_index("account_id")
    included = accounts[accounts["included"]]
    lapsed = len(truth["lapsed_but_not_left"])
    expected = truth["customers_after_exclusions"]
    assert (included["status"] == "current").sum() == expected["current"] - lapsed
    assert (included["status"] == "former").sum() == expected["former"] + lapsed
    rules = accounts["exclusion_rule"]
    # Accounts that were never billed are left out before the study's own rules apply.
    never = set(truth["reconciliation"]["crm_only"])
    assert (rules[list(never)] == "never_billed").all()
    tests = set(truth["test_accounts"]["by_type"]) - never
    assert len(tests) > 5
    assert (rules[list(tests)] == "account_type").all()
    assert (rules[truth["test_accounts"]["by_name_only"]] == "where").all()
    assert rules[truth["outlier"]] == "revenue_outlier"
    assert (rules[truth["reconciliation"]["billing_only"]] == "not_in_crm").all()
    children = [child for family in truth["parents"].values() for child in family]
    assert (rules[children] == "rolled_up").all()
    assert accounts.loc[~accounts["included"], "exclusion_reason"].notna().all()


def test_every_score_is_the_sum_of_its_lines(table):
    scores = table("quality_scores")
    lines = ["base", "touches", "service", "acquisition", "growth", "marquee", "cancelled"]
    assert (scores[lines].sum(axis=1) - scores["quality_score"]).abs().max() < 0.005
    assert scores["band"].isin(["poor", "average", "excellent"]).all()


def test_planted_segments_are_told_as_the_truth_says(table, truth):
    """Those that are better are validated, declared or found by the search; no other one is."""
    hypotheses = table("hypotheses").query("declared").set_index("hypothesis_id")
    segments = table("segments").set_index("segment_id")
    members = table("segment_members").groupby("segment_id")["account_id"].agg(set)
    validated = segments[segments["verdict"] == "validated"]
    assert (validated["lift_low"] > 0).all()
    told = {}
    for planted in truth["planted"]:
        here = planted["quarters"]["2026Q3"]
        name = HYPOTHESIS_OF.get(planted["id"])
        if name is not None:
            row = hypotheses.loc[name]
            assert (row["verdict"] == "supported") == (here["right"] == "better"), planted["id"]
            # Values looked up by hand fill gaps of the CRM, some of them wrongly.
            most = here["customers_with_true_attributes"] + 6
            assert here["customers"] <= row["customers"] <= most
            told[f"hypothesis-{name.lower()}"] = here["right"]
        else:
            rules = segments["rule"].str.replace('"', "")
            shown = validated[rules.loc[validated.index] == DISCOVERED[planted["id"]]]
            assert len(shown) == (here["right"] == "better"), planted["id"]
            assert abs(len(members[shown.index[0]]) - here["customers"]) <= 6
            told[shown.index[0]] = here["right"]
    assert set(validated.index) == {name for name, right in told.items() if right == "better"}


def test_what_a_change_of_mix_makes_look_better_is_not_told_as_better(table, truth):
    assert truth["mix"]["quarters"]["2026Q3"]["right"].startswith("not better")
    row = table("hypotheses").set_index("hypothesis_id").loc["H8"]
    assert row["verdict"] != "supported" or "explained" in str(row.get("note", ""))
    rows = table("segments").set_index("segment_id")
    assert rows.loc["hypothesis-h8", "rule"] == truth["mix"]["where"]
    assert "hypothesis-h8" not in set(table("priorities")["segment_id"])


def test_what_was_found_by_chance_is_not_told(table, truth):
    row = table("segments").set_index("segment_id").loc["hypothesis-h4"]
    assert row["rule"] == truth["chance"]["where"]
    assert row["verdict"] == "not_proven"


def test_chance_attributes_are_not_called_findings(table, truth):
    hypotheses = table("hypotheses")
    chance = set(truth["chance_attributes"])
    assert len(chance) >= 4
    about_chance = hypotheses["variables"].map(lambda text: set(text.split(", ")) <= chance)
    assert about_chance.sum() >= len(chance)
    assert not (hypotheses.loc[about_chance, "verdict"] == "supported").any()
    validated = table("segments").query("verdict == 'validated'")
    for name in chance:
        assert not validated["rule"].str.contains(name, regex=False).any(), name


def test_mechanical_attributes_are_flagged_and_not_validated(table):
    hypotheses = table("hypotheses")
    mechanical = hypotheses[hypotheses["variables"].isin(["plan_tier", "seats"])]
    assert len(mechanical) >= 3
    assert mechanical["shares_score_inputs"].str.contains("base").all()
    assert not mechanical["verdict"].eq("supported").any()
    segments = table("segments")
    by_plan = segments[segments["rule"].str.contains("plan_tier|seats")]
    assert not by_plan["verdict"].eq("validated").any()


def test_rejected_rows_are_the_planted_faults(table, truth):
    rejected = table("rejected_rows")["table"].value_counts().to_dict()
    planted: dict[str, int] = {}
    for extract, faults in truth["faulty_rows"].items():
        # The study takes the newest version of an account, and a price of zero is a price.
        counted = [n for fault, n in faults.items() if fault not in ("stale_version", "mrr_zero")]
        name = TABLE_OF[extract]
        planted[name] = planted.get(name, 0) + sum(counted)
    assert rejected == planted


def test_conflicts_and_overlaps_are_the_planted_ones(table, truth):
    collected = table("collected").set_index("table")
    for extract in ("helpdesk_tickets", "invoices_services"):
        planted = truth["faulty_rows"][extract]["superseded"]
        assert collected.loc[TABLE_OF[extract], "conflicts"] == 2 * planted
    # A contract without a price stands beside the one that it is a copy of.
    free = truth["faulty_rows"]["billing_subscriptions"]["mrr_zero"]
    planted = len(truth["overlapping_contracts"]) + free
    assert collected.loc["contracts", "overlaps"] == planted
    assert collected.loc["contracts", "unmatched"] == len(truth["reconciliation"]["billing_only"])


def test_every_customer_has_the_owner_of_the_crm(table, truth):
    act, listed = table("customers_to_act_on"), table("customer_list")
    assert set(act["owner"]) - {""} <= set(truth["owners"])
    assert act.loc[act["owner"] != "", "account_id"].nunique() > 20
    assert set(act["account_id"]) <= set(listed["account_id"])


def test_reports_of_invented_companies_say_so(published):
    for name in ("index.html", "presentation.html", "supporting_analysis.html"):
        assert "synthetic" in (published / name).read_text(encoding="utf-8").lower(), name


def test_manifest_names_inputs_and_outputs(published):
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["quarter"] == "2026Q3"
    assert manifest["as_of"] == "2026-09-30"
    crm = manifest["raw_files"]["accounts"][0]
    assert crm["path"] == "crm_accounts.csv"
    assert len(crm["sha256"]) == 64
    for counts in manifest["rows"].values():
        used = counts["rows_used"] + counts["rows_after_as_of"] + counts["rows_rejected"]
        assert counts["rows_in"] == used
    assert "segments.csv" in manifest["data_files"]


def test_nothing_published_names_this_machine(published, root):
    for name in ("index.html", "presentation.html", "supporting_analysis.html"):
        assert str(root) not in (published / name).read_text(encoding="utf-8"), name


def test_one_revenue_is_the_company_s_and_nobody_counts_what_is_gone(published, table):
    """Every page tells the same revenue of a month, and never what former customers last paid."""
    listed, metrics = table("customer_list"), table("account_metrics")
    here = listed["status"] == "current"
    whole = listed.loc[here, "monthly_revenue"].sum()
    analysed = listed.loc[here & listed["included"], "monthly_revenue"].sum()
    assert metrics["arr"].sum() / 12 == pytest.approx(analysed)
    pages = {
        name: BeautifulSoup((published / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        for name in ("index", "presentation", "supporting_analysis")
    }
    told = {name: " ".join(page.get_text(" ").split()) for name, page in pages.items()}
    document = told["supporting_analysis"]
    company, customers = numbers.money(whole, "EUR"), numbers.money(analysed, "EUR")
    assert f"the company's monthly recurring revenue is {company}" in document
    assert f"Of the company's {company} of monthly recurring revenue" in document
    assert f"the customers analysed bring {customers}" in document
    # With what former customers last paid: of the customers analysed, and of all accounts.
    for gone in (listed["included"], listed["included"] | True):
        with_former = listed.loc[gone, "monthly_revenue"].sum()
        assert with_former > whole
        for form in (numbers.money, numbers.short_money):
            for name, text in told.items():
                assert form(with_former, "EUR") not in text, (name, with_former)

    steps = {}
    for row in pages["supporting_analysis"].select("#two_bridges tr, [id*=two_bridges] tr"):
        name, *cells = [" ".join(cell.get_text().split()) for cell in row.select("td")] or [""]
        steps[name] = cells
    assert steps["closing"][:2] == [company, customers]
    new = metrics["mrr_new"].sum()
    assert steps["new"][1] == numbers.money(new, "EUR")
    assert f"that of the customers analysed {steps['new'][1]}" in document
