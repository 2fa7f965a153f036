"""The bundled sample keeps its promises, checked on its raw files with plain pandas."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "raw" / "sample"
EXTRACTS = sorted(
    p
    for p in SAMPLE.iterdir()
    if p.suffix in {".csv", ".jsonl", ".parquet", ".xlsx"} and p.name != "declared.jsonl"
)
AS_OF = pd.Timestamp("2026-09-30")
QUARTER_ENDS = pd.date_range("2024-06-30", AS_OF, freq="QE")
TOLD = pd.date_range("2025-06-30", AS_OF, freq="QE")  # the quarters that tell the story
CRM_NAME = {"industry": "Industry", "region": "SalesRegion", "erp_system": "ERP",
            "acquisition_channel": "LeadSource", "employees": "Headcount",
            "funding_stage": "Ownership", "founded_year": "Founded", "it_team": "HasITTeam",
            "partner_managed": "PartnerManaged", "onboarding_package": "Onboarding",
            "crm_segment": "SalesClass"}  # fmt: skip


def quarter(day):
    return f"{day.year}Q{day.quarter}"


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
    """Usable contracts, ended where the next of their kind starts; `customer` is the parent."""
    usable = raw_billing[(raw_billing.monthly_fee_eur > 0) & raw_billing.valid_from.notna()]
    usable = usable[~(usable.valid_to < usable.valid_from)]
    usable = usable.sort_values(["customer_no", "plan_code", "valid_from"]).reset_index(drop=True)
    following = usable.groupby(["customer_no", "plan_code"]).valid_from.shift(-1)
    usable["overlaps"] = (following <= usable.valid_to).to_numpy()
    last = following - pd.Timedelta(days=1)
    usable["valid_to"] = usable.valid_to.mask(usable.overlaps, last)
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
def scores_on(crm, billing, raw_tickets, truth):
    """The quality scores of the included customers on a day, written a second time."""
    rule, made = truth["score"], {}
    tickets = raw_tickets.drop_duplicates("ticket_no", keep="last")
    costs = pd.read_excel(SAMPLE / "costs.xlsx", engine="calamine").dropna(subset="Amount EUR")

    def scores(day):
        year_ago = day - pd.DateOffset(years=1)
        ids = customers(crm, billing, truth, day).index

        def total(values, owners):
            return values.groupby(roll_up(owners, crm)).sum().reindex(ids, fill_value=0)

        late = tickets.created >= day + pd.Timedelta(days=1)
        recent = tickets[(tickets.created >= year_ago + pd.Timedelta(days=1)) & ~late]
        won = costs[(costs["Cost type"] == "Acquisition") & (costs.Booked <= day)]
        served = costs[(costs["Cost type"] == "Service") & (costs.Booked > year_ago)]
        served = served[served.Booked <= day]
        now, before = (monthly_revenue(billing, when).reindex(ids) for when in (day, year_ago))
        grown = (now.fillna(0) - before).clip(lower=0).fillna(0)
        score = 12 * last_monthly_revenue(billing, day).reindex(ids)
        score -= rule["touch_cost"] * total(recent.replies, recent.account)
        score -= total(won["Amount EUR"], won.Customer) / rule["acquisition_years"]
        score -= total(served["Amount EUR"], served.Customer)
        score += rule["growth_bonus"] * 12 * grown
        score += rule["marquee_bonus"] * (crm.Lighthouse.reindex(ids) == "Y")
        return score - rule["cancellation_penalty"] * (crm.ChurnDate.reindex(ids) <= day)

    return lambda day: made[day] if day in made else made.setdefault(day, scores(day))


@pytest.fixture(scope="module")
def scores(scores_on):
    return scores_on(AS_OF)


def inside(crm, scores, where):
    """Which of the scored customers a rule of the truth holds for."""
    attributes = crm.loc[scores.index, list(CRM_NAME.values())]
    attributes = attributes.rename(columns={v: k for k, v in CRM_NAME.items()})
    query = where.replace(" = ", " == ").replace("AND", "and")
    return scores.index.isin(attributes.query(query).index)


def lift(scores, members):
    return scores[members].mean() - scores[~members].mean()


def test_the_generator_writes_the_committed_files(tmp_path):
    subprocess.run([sys.executable, "-B", SAMPLE / "generate.py", "--out", tmp_path], check=True)
    written = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert set(written) == {p.name for p in EXTRACTS} | {"truth.json"}
    assert [n for n, content in written.items() if content != (SAMPLE / n).read_bytes()] == []


def test_files_are_small():
    sizes = [p.stat().st_size for p in EXTRACTS]
    assert max(sizes) <= 1.5e6
    assert sum(sizes) <= 3.2e6


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
    assert set(billing.subscription_no[billing.overlaps]) == set(truth["overlapping_contracts"])


def test_ticket_faults(raw_tickets, crm, truth):
    faults = truth["faulty_rows"]["helpdesk_tickets"]
    again = raw_tickets.ticket_no.duplicated().sum()
    assert again == faults["exact_duplicate"] + faults["superseded"]
    assert raw_tickets.duplicated().sum() == faults["exact_duplicate"]
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


@pytest.mark.parametrize("day", TOLD, ids=quarter)
def test_planted_segments_are_what_the_truth_says_in_every_quarter(day, crm, scores_on, truth):
    scores = scores_on(day)
    assert scores.std() == pytest.approx(truth["quarters"][quarter(day)]["score_sd"], abs=0.02)
    for segment in truth["planted"]:
        told = segment["quarters"][quarter(day)]
        members = inside(crm, scores, segment["where"])
        assert members.sum() == told["customers"] >= 45
        assert lift(scores, members) == pytest.approx(told["lift_realised"], abs=0.05)
        test = stats.ttest_ind(scores[members], scores[~members], equal_var=False)
        if told["right"] == "better":
            assert test.pvalue < 0.001
        if told["right"] == "not better":
            assert test.pvalue > 0.05


def test_one_segment_fades_and_one_rises_while_two_hold(truth):
    course = {s["id"]: [q["right"] for q in s["quarters"].values()] for s in truth["planted"]}
    assert set(course["kestrel"]) == set(course["mid_size_machinery"]) == {"better"}
    assert course["north_by_partner"][0] == "better"
    assert course["north_by_partner"][-1] == "not better"
    assert course["small_inbound"][0] == "not better"
    assert course["small_inbound"][-1] == "better"


def test_customers_won_at_events_look_better_by_their_mix_alone(crm, scores_on, truth):
    """Their mean rises from quarter to quarter; at no time are they better at equal ERP system."""
    means = []
    for day in TOLD:
        scores, told = scores_on(day), truth["mix"]["quarters"][quarter(day)]
        members = inside(crm, scores, truth["mix"]["where"])
        kestrel = inside(crm, scores, "erp_system = 'Kestrel'")
        assert members.sum() == told["customers"]
        assert lift(scores, members) == pytest.approx(told["lift_realised"], abs=0.05)
        for name, kept in (("lift_on_kestrel", kestrel), ("lift_elsewhere", ~kestrel)):
            assert lift(scores[kept], members[kept]) == pytest.approx(told[name], abs=0.05)
        assert kestrel[members].mean() == pytest.approx(told["kestrel_share"], abs=0.001)
        assert told["lift_of_its_own"] < 0
        means.append(lift(scores, members))
    assert means[0] < 0 < 0.2 * scores.std() < max(means)
    shares = [told["kestrel_share"] for told in truth["mix"]["quarters"].values()]
    assert shares == sorted(shares)
    assert shares[-1] > shares[0] + 0.3
    assert told["lift_on_kestrel"] < 0 > told["lift_elsewhere"]


def test_one_segment_is_found_early_by_chance(crm, scores_on, truth):
    chance, p = truth["chance"], []
    assert {c["attribute"] for c in chance["conditions"]} <= set(truth["chance_attributes"])
    for day in TOLD:
        scores = scores_on(day)
        members = inside(crm, scores, chance["where"])
        told = chance["quarters"][quarter(day)]
        assert lift(scores, members) == pytest.approx(told["lift_realised"], abs=0.05)
        p.append(stats.ttest_ind(scores[members], scores[~members], equal_var=False).pvalue)
    assert p[0] < 0.01
    assert p[-1] > 0.1
    since = crm.WonDate.reindex(scores.index) > TOLD[0]
    assert (members & since).sum() == chance["won_since_first"]["members"]
    assert lift(scores[since], members[since]) < 0


def test_chance_attributes_show_no_more_than_chance(crm, scores, truth):
    raw_p = {}
    for attribute in truth["chance_attributes"]:
        values = crm.loc[scores.index, CRM_NAME[attribute]]
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


def test_one_collector_is_careless(truth):
    research = pd.read_csv(SAMPLE / "research.csv")
    twice = research.dropna(subset="second_look")
    differ = (twice.found.astype(str) != twice.second_look.astype(str)).groupby(twice.by).mean()
    planted = truth["people"]["research"]
    assert len(twice) >= planted["looked_up_twice"] >= 80
    assert differ["Paolo"] > 0.12 > 0.06 > differ["Ines"]
    assert planted["Paolo"]["wrong"] > 4 * planted["Ines"]["wrong"]


def test_reviewers_have_something_else_in_mind_and_one_ranks_the_other_way(scores, truth):
    reviews = pd.read_csv(SAMPLE / "score_reviews.csv")
    assert set(reviews.reviewer) == set(truth["people"]["reviewers"])
    ranked = reviews[reviews.account.isin(scores.index)].dropna(subset="position")
    tau = {
        who: -stats.kendalltau(rows.position, scores[rows.account]).statistic
        for who, rows in ranked.groupby("reviewer")
    }
    reversed_by = [who for who, mind in truth["people"]["reviewers"].items() if mind["reversed"]]
    assert [who for who in tau if tau[who] < -0.2] == reversed_by
    assert tau["Head of sales"] > tau["Finance partner"] > 0.4


def test_interviews_fall_into_the_planted_groups(truth):
    interviews = pd.read_excel(SAMPLE / "needs_interviews.xlsx", engine="calamine")
    planted = truth["people"]["needs_groups"]
    group = {a: name for name, ids in planted["groups"].items() for a in ids}
    interviews["group"] = interviews.Account.map(group)
    known = interviews.dropna(subset="group")
    assert len(known) == len(group) == len(interviews) - 1 >= 60
    usual = {}
    for dimension in ("Setup", "Training", "Support", "Reporting", "Updates", "Commercial"):
        by_group = known.groupby("group")[dimension]
        usual[dimension] = by_group.agg(lambda answers: answers.mode()[0])
        assert by_group.agg(lambda answers: answers.value_counts(normalize=True).max()).min() > 0.5
    assert pd.DataFrame(usual).nunique().min() >= 2
    # Within one outcome two experiences stand against each other.
    downtime = known.group[known["Needed outcome"] == "less downtime"].value_counts()
    assert downtime.iloc[1] > 20


def test_nps_rises_while_it_falls_among_new_and_among_older_customers(crm, truth):
    nps = pd.read_csv(SAMPLE / "nps_responses.csv").dropna(subset="likelihood")
    nps = nps[nps.likelihood <= 10]
    sent = pd.to_datetime(nps.sent, format="%d.%m.%Y")
    new = sent < nps.customer_no.map(crm.WonDate) + pd.Timedelta(days=365)
    worth = (nps.likelihood >= 9).astype(int) - (nps.likelihood <= 6)
    told = truth["voices"]["nps_by_tenure"]
    for name, here in (("nps", new | True), ("nps_in_first_year", new), ("nps_later", ~new)):
        by_wave = 100 * worth[here].groupby(nps.wave[here]).mean()
        for day in TOLD:
            expected = told[quarter(day)][name]
            assert by_wave[f"{day:%Y-%m}"] == pytest.approx(expected, abs=0.06), (name, day)
    first, *_, last = told.values()
    assert last["nps"] > first["nps"] + 3
    assert last["nps_in_first_year"] < first["nps_in_first_year"] - 5
    assert last["nps_later"] < first["nps_later"] - 5


def test_comments_are_coded_and_one_theme_is_unclear(truth):
    told = truth["voices"]["themes"]
    nps = pd.read_csv(SAMPLE / "nps_responses.csv", dtype={"theme": str, "theme_again": str})
    nps = nps.drop_duplicates("invitation")
    nps = nps[~nps.invitation.str.startswith("N9")]  # the planted faults are copies
    coded = nps.dropna(subset="theme")
    assert len(coded) == told["comments"]
    assert coded.theme.str.split("; ").explode().value_counts().to_dict() == told["named"]
    twice = coded.dropna(subset="theme_again")
    assert len(twice) == told["twice"] > 100
    same = twice.theme == twice.theme_again
    assert (~same).sum() == told["of_these_different"]
    unclear = twice.theme.str.contains(told["unclear"])
    assert same[unclear].mean() < 0.75 < 0.9 < same[~unclear].mean()
    asked = nps.dropna(subset="asked_to_refer")
    assert (asked.likelihood >= 9).all() and len(asked) == truth["voices"]["asked_to_refer"] > 100


def test_a_fix_is_heard_and_moments_differ(truth):
    fix = truth["voices"]["fix"]
    before, since = (fix[k]["reliability"] / fix[k]["answers"] for k in ("before", "since"))
    assert since < 0.5 * before
    assert fix["since"]["nps_of_these"] > fix["before"]["nps_of_these"] + 10
    pulse = pd.read_json(SAMPLE / "csat.jsonl", lines=True)
    pulse = pulse[pulse.rating.between(1, 5)]
    satisfied = (pulse.rating >= 4).groupby(pulse.moment).mean()
    assert satisfied["onboarding"] > satisfied["launch"] > satisfied["after a ticket"]
    renewal = pulse[pulse.moment == "renewal"]
    late = pd.to_datetime(renewal.asked) >= "2026-01-01"
    assert (renewal.rating[late] >= 4).mean() < (renewal.rating[~late] >= 4).mean() - 0.1


def test_leavers_say_why_and_some_were_to_be_foreseen(crm, billing, truth):
    kept = customers(crm, billing, truth, AS_OF)
    gone = kept[kept.former]
    reasons = gone.ChurnReason.fillna("unknown").value_counts().to_dict()
    assert reasons == truth["leaving"]["reasons"]
    assert crm.ChurnReason[crm.ChurnDate.isna()].isna().all()
    usage = pd.read_parquet(SAMPLE / "usage.parquet")
    usage["month"] = pd.to_datetime(usage.period_end).dt.to_period("M")
    left = usage.account_no.map(crm.ChurnDate).dt.to_period("M")
    usage["before"] = (left - usage.month).map(lambda gap: gap.n if pd.notna(gap) else -1)
    foreseen = usage.account_no.map(crm.ChurnReason).isin(truth["leaving"]["foreseeable"])
    events = usage.groupby([foreseen, usage.before]).events.sum()
    assert events[True][1:4].mean() < 0.6 * events[True][8:12].mean()
    assert events[False][1:4].mean() > 0.8 * events[False][8:12].mean()


def test_the_newest_customers_could_not_log_in(raw_tickets, crm, truth):
    planted = truth["login_failure"]
    tickets = raw_tickets.drop_duplicates("ticket_no", keep="last")
    first, last = pd.Timestamp(planted["from"]), pd.Timestamp(planted["to"])
    new = tickets.account.map(crm.WonDate) + pd.Timedelta(days=365) > last
    access = tickets.category == planted["category"]
    during = tickets.created.between(first, last + pd.Timedelta(days=1))
    hit = during & access & new & (tickets.component == planted["component"])
    assert planted["tickets"] <= hit.sum() <= planted["tickets"] + 3
    share = access[new].groupby(during[new]).mean()
    assert share[True] > 3 * share[False]


def test_one_segment_waits_for_replies_and_some_write_more(raw_tickets, crm, truth):
    tickets = raw_tickets.drop_duplicates("ticket_no", keep="last")
    replied = pd.to_datetime(tickets.first_response)
    hours = (replied - tickets.created).dt.total_seconds() / 3600
    slow = truth["service"]["slow_first_replies"]
    where = next(s["where"] for s in truth["planted"] if s["id"] == slow["segment"])
    theirs = tickets.account.isin(crm.index[inside(crm, crm.AccountName, where)])
    late = tickets.created >= slow["since"]
    median = hours.groupby([theirs, late]).median()
    assert median[True][True] > 2.5 * median[False][True]
    assert 0.7 < median[True][False] / median[False][False] < 1.4
    recent = tickets[tickets.created.between("2025-10-01", "2026-10-01")].account.value_counts()
    demanding = truth["service"]["demanding"]
    assert len(demanding) >= 6
    assert recent.reindex(demanding).median() > 4 * recent.median()


def test_owners_and_product_lines(crm, billing, truth):
    kept = customers(crm, billing, truth, AS_OF)
    owners = kept.AccountManager[~kept.former].fillna("nobody").value_counts().to_dict()
    assert owners == truth["owners"]
    connected = set(billing.customer[billing.plan_code == "ERP Connector"])
    share = kept.index.to_series().isin(connected).groupby(kept.ERP == "Kestrel").mean()
    assert share[True] > 2.5 * share[False] > 0


def test_contracts_take_every_course(billing):
    main = billing[billing.licences.notna()]
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
