"""The bundled sample keeps its promises, checked on its raw files with plain pandas."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "raw" / "sample"
EXTRACTS = sorted(
    p for p in SAMPLE.iterdir() if p.suffix in {".csv", ".jsonl", ".parquet", ".xlsx"}
)
AS_OF = pd.Timestamp("2026-09-30")
QUARTER_ENDS = pd.date_range("2024-06-30", AS_OF, freq="QE")


@pytest.fixture(scope="module")
def truth():
    return json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def raw_crm():
    return pd.read_csv(SAMPLE / "crm_accounts.csv", sep=";", encoding="utf-8-sig")


@pytest.fixture(scope="module")
def crm(raw_crm):
    """One row per account: the newest version, readable rows only."""
    newest = raw_crm.sort_values("LastModified").dropna(subset="AccountNo")
    newest = newest.drop_duplicates("AccountNo", keep="last").set_index("AccountNo").sort_index()
    newest["WonDate"] = pd.to_datetime(newest["WonDate"], errors="coerce")
    newest["ChurnDate"] = pd.to_datetime(newest["ChurnDate"])
    return newest[newest["WonDate"].notna()]


@pytest.fixture(scope="module")
def raw_billing():
    billing = pd.read_csv(SAMPLE / "billing_subscriptions.csv")
    for column in ("valid_from", "valid_to"):
        billing[column] = pd.to_datetime(billing[column], errors="coerce")
    return billing


@pytest.fixture(scope="module")
def billing(raw_billing, crm):
    """Usable contracts; `customer` is the parent where there is one."""
    usable = raw_billing[(raw_billing.monthly_fee_eur > 0) & raw_billing.valid_from.notna()]
    usable = usable[~(usable.valid_to < usable.valid_from)].copy()
    usable["customer"] = roll_up(usable.customer_no, crm)
    return usable


@pytest.fixture(scope="module")
def raw_tickets():
    tickets = pd.read_csv(SAMPLE / "helpdesk_tickets.csv")
    for column in ("created", "solved"):
        tickets[column] = pd.to_datetime(tickets[column], errors="coerce")
    return tickets


def roll_up(ids, crm):
    return ids.map(crm["ParentAccountNo"]).fillna(ids)


def monthly_revenue(billing, day):
    on = (billing.valid_from <= day) & ~(billing.valid_to < day)
    return billing[on].groupby("customer").monthly_fee_eur.sum()


def customers(crm, billing, truth, day):
    """Accounts left after the exclusions that the sample study is meant to make."""
    last = last_monthly_revenue(billing, day)
    tests = truth["test_accounts"]
    out = {*tests["by_type"], *tests["by_name_only"], truth["outlier"]}
    kept = crm[(crm.WonDate <= day - pd.offsets.MonthEnd(3)) & crm.ParentAccountNo.isna()]
    kept = kept[~kept.index.isin(out) & kept.index.isin(last[last >= 200].index)]
    return kept.assign(former=kept.ChurnDate <= day)


def last_monthly_revenue(billing, day):
    """Revenue on the day, or on the customer's last day in force before it."""
    begun = billing[billing.valid_from <= day]
    end = begun.valid_to.fillna(day).clip(upper=day).groupby(begun.customer).max()
    at = begun.customer.map(end)
    on = ~(begun.valid_to < at) & (begun.valid_from <= at)
    return begun[on].groupby("customer").monthly_fee_eur.sum()


@pytest.fixture(scope="module")
def scores(crm, billing, raw_tickets, truth):
    """The quality score of each included customer, written a second time."""
    rule = truth["score"]
    year_ago = AS_OF - pd.DateOffset(years=1)
    ids = customers(crm, billing, truth, AS_OF).index

    def total(values, owners):
        return values.groupby(roll_up(owners, crm)).sum().reindex(ids, fill_value=0)

    tickets = raw_tickets.drop_duplicates()
    backwards = (tickets.solved < tickets.created) | (tickets.rating == 6)
    tickets = tickets[(tickets.created > year_ago + pd.Timedelta(days=1)) & ~backwards]
    tickets = tickets[tickets.created < AS_OF + pd.Timedelta(days=1)]
    costs = pd.read_excel(SAMPLE / "costs.xlsx", engine="calamine").dropna(subset="Amount EUR")
    won = costs[(costs["Cost type"] == "Acquisition") & (costs.Booked <= AS_OF)]
    served = costs[(costs["Cost type"] == "Service") & costs.Booked.between(year_ago, AS_OF)]
    served = served[served.Booked > year_ago]
    now, before = (monthly_revenue(billing, day).reindex(ids) for day in (AS_OF, year_ago))
    grown = (now.fillna(0) - before).clip(lower=0).fillna(0)
    score = 12 * last_monthly_revenue(billing, AS_OF).reindex(ids)
    score -= rule["touch_cost"] * total(tickets.replies, tickets.account)
    score -= total(won["Amount EUR"], won.Customer) / rule["acquisition_years"]
    score -= total(served["Amount EUR"], served.Customer)
    score += rule["growth_bonus"] * 12 * grown
    score += rule["marquee_bonus"] * (crm.Lighthouse.reindex(ids) == "Y")
    return score - rule["cancellation_penalty"] * (crm.ChurnDate.reindex(ids) <= AS_OF)


def test_the_generator_writes_the_committed_files(tmp_path):
    subprocess.run([sys.executable, "-B", SAMPLE / "generate.py", "--out", tmp_path], check=True)
    written = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert set(written) == {p.name for p in EXTRACTS} | {"truth.json"}
    assert [n for n, content in written.items() if content != (SAMPLE / n).read_bytes()] == []


def test_files_are_small():
    sizes = [p.stat().st_size for p in EXTRACTS]
    assert max(sizes) <= 1.5e6
    assert sum(sizes) <= 3e6


def test_files_have_the_encodings_that_a_study_must_declare():
    assert (SAMPLE / "crm_accounts.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        (SAMPLE / "team_lists.csv").read_text(encoding="utf-8")
    assert "–" in (SAMPLE / "team_lists.csv").read_text(encoding="cp1252")
    assert not any(b"\r\n" in p.read_bytes() for p in EXTRACTS if p.suffix == ".csv")


def test_contacts_are_at_a_reserved_domain(crm):
    nps = pd.read_csv(SAMPLE / "nps_responses.csv")
    assert crm.Contact.str.endswith(".example").all()
    assert nps.respondent.str.endswith(".example").all()


def test_names_need_more_than_ascii(crm):
    names = "".join(crm.AccountName)
    for script in ("海", "ь", "ش", "Ε", "한", "み", "é", "&", "'", ",", '"'):
        assert script in names


def test_crm_faults(raw_crm, crm, truth):
    faults = truth["faulty_rows"]["crm_accounts"]
    dates = pd.to_datetime(raw_crm.WonDate, errors="coerce")
    assert raw_crm.AccountNo.isna().sum() == faults["account_id_missing"]
    assert dates.isna().sum() == faults["won_on_unparseable"]
    once = raw_crm.dropna(subset="AccountNo").drop_duplicates()
    assert raw_crm.AccountNo.notna().sum() - len(once) == faults["exact_duplicate"]
    assert once.AccountNo.duplicated().sum() == faults["stale_version"]
    assert len(crm) == truth["crm_accounts"]
    assert len(raw_crm) == len(crm) + sum(faults.values())


def test_billing_faults(raw_billing, billing, truth):
    faults = truth["faulty_rows"]["billing_subscriptions"]
    assert (raw_billing.monthly_fee_eur < 0).sum() == faults["mrr_negative"]
    assert (raw_billing.monthly_fee_eur == 0).sum() == faults["mrr_zero"]
    assert raw_billing.valid_from.isna().sum() == faults["starts_on_unparseable"]
    backwards = raw_billing.valid_to < raw_billing.valid_from
    assert backwards.sum() == faults["ends_before_start"]
    assert len(raw_billing) == len(billing) + sum(faults.values())
    assert raw_billing.subscription_no.is_unique


def test_ticket_faults(raw_tickets, crm, truth):
    faults = truth["faulty_rows"]["helpdesk_tickets"]
    assert raw_tickets.ticket_no.duplicated().sum() == faults["exact_duplicate"]
    assert (~raw_tickets.account.isin(crm.index)).sum() == faults["account_unknown"]
    assert raw_tickets.created.isna().sum() == faults["opened_at_unparseable"]
    assert (raw_tickets.solved < raw_tickets.created).sum() == faults["resolved_before_opened"]
    assert (~raw_tickets.rating.dropna().between(1, 5)).sum() == faults["csat_out_of_range"]


def test_survey_and_usage_faults(crm, truth):
    faults = truth["faulty_rows"]
    nps = pd.read_csv(SAMPLE / "nps_responses.csv")
    csat = pd.read_json(SAMPLE / "csat.jsonl", lines=True)
    usage = pd.read_parquet(SAMPLE / "usage.parquet")
    sent = pd.to_datetime(nps.sent, format="%d.%m.%Y", errors="coerce")
    found = Counter(
        nps_scale=(nps.likelihood > 10).sum(),
        nps_date=sent.isna().sum(),
        csat_scale=(~csat.rating.dropna().between(1, 5)).sum(),
        usage_negative=(usage.events < 0).sum(),
        usage_unknown=(~usage.account_no.isin(crm.index)).sum(),
    )
    assert found == Counter(
        nps_scale=faults["nps_responses"]["score_out_of_range"],
        nps_date=faults["nps_responses"]["asked_on_unparseable"],
        csat_scale=faults["csat"]["score_out_of_range"],
        usage_negative=faults["usage"]["quantity_negative"],
        usage_unknown=faults["usage"]["account_unknown"],
    )
    assert len(usage) <= 60_000


@pytest.mark.parametrize(
    ("file", "column", "reason"),
    [
        ("costs.xlsx", "Customer", "account_unknown"),
        ("needs_interviews.xlsx", "Account", "account_unknown"),
        ("referrals.csv", "referred_by", "referrer_unknown"),
        ("team_lists.csv", "account", "account_unknown"),
        ("score_reviews.csv", "account", "account_unknown"),
        ("research.csv", "account", "account_unknown"),
    ],
)
def test_unknown_accounts_in_the_small_tables(file, column, reason, crm, truth):
    path = SAMPLE / file
    if path.suffix == ".xlsx":
        rows = pd.read_excel(path, engine="calamine")
    else:
        rows = pd.read_csv(path, encoding="cp1252")
    unknown = ~rows[column].isin(crm.index)
    assert unknown.sum() == truth["faulty_rows"][path.stem][reason]
    assert sum(truth["faulty_rows"][path.stem].values()) / len(rows) < 0.04


def test_missing_values_are_between_two_and_fifteen_percent(crm):
    share = crm[["Industry", "Headcount", "Founded", "ERP", "Ownership", "HasITTeam"]].isna().mean()
    assert share.between(0.02, 0.16).all()


def test_reconciliation_of_crm_and_billing(crm, billing, truth):
    billed = set(billing[billing.valid_from <= AS_OF].customer_no)
    known = set(crm.index[crm.WonDate <= AS_OF])
    assert sorted(billed - set(crm.index)) == truth["reconciliation"]["billing_only"]
    assert sorted(known - billed) == truth["reconciliation"]["crm_only"]


def test_test_accounts_and_subsidiaries(crm, truth):
    by_type = crm.index[crm.RecordType.isin(["test", "poc"])]
    assert sorted(by_type) == truth["test_accounts"]["by_type"]
    named = crm.loc[truth["test_accounts"]["by_name_only"]]
    assert set(named.RecordType) == {"customer"}
    assert named.AccountName.str.contains("test|demo|poc", case=False).all()
    children = crm.dropna(subset="ParentAccountNo").groupby("ParentAccountNo").groups
    assert {p: sorted(c) for p, c in children.items()} == truth["parents"]


@pytest.mark.parametrize("day", QUARTER_ENDS, ids=lambda d: f"{d.year}Q{d.quarter}")
def test_every_quarter_has_customers_and_one_outlier(day, crm, billing, truth):
    revenue = monthly_revenue(billing, day).sort_values(ascending=False)
    kept = customers(crm, billing, truth, day)
    assert revenue.index[0] == truth["outlier"]
    assert revenue.iloc[0] > 4 * revenue.iloc[1]
    assert (~kept.former).sum() >= 300
    assert kept.former.sum() >= 20


def test_the_latest_quarter(crm, billing, truth):
    kept = customers(crm, billing, truth, AS_OF)
    expected = truth["customers_after_exclusions"]
    assert (~kept.former).sum() == expected["current"]
    assert kept.former.sum() == expected["former"]
    revenue = monthly_revenue(billing, AS_OF)
    assert (revenue.reindex(truth["tiny_accounts"]).dropna() < 200).all()
    later = crm.index[crm.ChurnDate > AS_OF]
    assert sorted(later) == truth["leave_after_as_of"]
    assert revenue.reindex(later).notna().all()
    mrr = revenue.reindex(kept.index).sum()
    assert mrr == pytest.approx(truth["mrr_of_current_customers"], abs=0.005)


def test_the_score_has_the_promised_shape(scores, truth):
    assert scores.mean() == pytest.approx(truth["score"]["mean"], abs=0.02)
    assert scores.std() == pytest.approx(truth["score"]["sd"], abs=0.02)
    assert 25_000 <= scores.mean() <= 45_000
    assert stats.skew(scores) > 1


def test_planted_segments_are_better(crm, scores, truth):
    attributes = crm.loc[scores.index].rename(
        columns={"Industry": "industry", "SalesRegion": "region", "ERP": "erp_system",
                 "LeadSource": "acquisition_channel", "Headcount": "employees"}
    )  # fmt: skip
    for segment in truth["planted"]:
        query = segment["where"].replace(" = ", " == ").replace("AND", "and")
        inside = scores.index.isin(attributes.query(query).index)
        lift = scores[inside].mean() - scores[~inside].mean()
        assert inside.sum() == segment["customers"]
        assert 45 <= inside.sum() <= 90
        assert lift == pytest.approx(segment["lift_realised"], abs=0.05)
        assert 0.7 <= segment["lift_noise_free_sd"] <= 1.0
        test = stats.ttest_ind(scores[inside], scores[~inside], equal_var=False)
        assert test.pvalue < 0.001


def test_chance_attributes_show_no_more_than_chance(crm, scores, truth):
    crm_name = {"funding_stage": "Ownership", "founded_year": "Founded", "it_team": "HasITTeam",
                "partner_managed": "PartnerManaged", "onboarding_package": "Onboarding",
                "crm_segment": "SalesClass"}  # fmt: skip
    raw_p = {}
    for attribute in truth["chance_attributes"]:
        values = crm.loc[scores.index, crm_name[attribute]]
        if attribute == "founded_year":
            values = pd.cut(values, [0, 1980, 2000, 2010, 2030])
        groups = [group for _, group in scores.groupby(values, observed=True)]
        raw_p[attribute] = stats.kruskal(*groups).pvalue
    lure = truth["chance_attribute_that_looks_real"]
    assert 0.01 < raw_p.pop(lure) < 0.05
    assert min(raw_p.values()) > 0.05


def test_plan_and_seats_are_the_contract_value(crm, scores):
    tiers = [group for _, group in scores.groupby(crm.loc[scores.index, "Plan"])]
    assert stats.kruskal(*tiers).pvalue < 1e-9
    assert stats.spearmanr(crm.loc[scores.index, "Seats"], scores).statistic > 0.4


def test_second_looks_mostly_agree():
    research = pd.read_csv(SAMPLE / "research.csv").dropna(subset="second_look")
    agree = np.mean(research.found.astype(str) == research.second_look.astype(str))
    assert len(research) >= 40
    assert 0.85 <= agree <= 0.98


def test_one_reviewer_disagrees_with_the_order(scores):
    reviews = pd.read_csv(SAMPLE / "score_reviews.csv").dropna(subset="position")
    reviews = reviews[reviews.account.isin(scores.index)]
    agreement = {
        who: -stats.spearmanr(rows.position, scores[rows.account]).statistic
        for who, rows in reviews.groupby("reviewer")
    }
    assert agreement["Head of Sales"] > 0.9
    assert agreement["CFO"] < agreement["Head of Sales"] - 0.1


def test_contracts_take_every_course(billing):
    main = billing[billing.plan_code != "Analytics add-on"]
    main = main.sort_values(["customer_no", "valid_from"])
    before = main.groupby("customer_no").shift()
    pause = (main.valid_from - before.valid_to).dt.days - 1
    change = main.monthly_fee_eur - before.monthly_fee_eur
    assert pause.between(1, 40).sum() >= 10  # late renewals
    assert (pause > 60).sum() >= 3  # came back
    assert (change > 0).sum() >= 100
    assert (change < 0).sum() >= 100
    assert main.valid_to.isna().sum() >= 50
    assert (billing.plan_code == "Analytics add-on").sum() >= 50
    assert billing.valid_from.max() > AS_OF
