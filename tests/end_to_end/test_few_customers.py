"""Companies with next to nobody: a whole report that says what so few can show, or a refusal."""

import html
import random
import re
import zipfile
from datetime import date, timedelta

import pandas as pd
import pytest

from helpers.errors import StudyError
from helpers.segments import verdicts
from tests.end_to_end.stepping import step_through

NO_NUMBER = r"\b(nan|NaN|NaT|inf)\b"
END = date(2026, 9, 30)


def company(
    folder, study, customers, model="subscription", *, former=0, equal=False, levels=3, nameless=0
):
    """Write a company of so many customers, ``former`` of which left; 0 levels = no attribute.

    Every so many-th customer has no name and no industry.
    """
    rng = random.Random(customers)
    accounts, contracts, orders = [], [], []
    for k in range(customers):
        won = date(2024, 1, 1) if equal else date(2022, 1, 1) + timedelta(rng.randrange(1200))
        left = won + timedelta(rng.randrange(1, 400)) if k < former else None
        blank = nameless and k % nameless == 0
        name, level = (None, None) if blank else (f"Firm {k}", f"L{rng.randrange(levels or 1)}")
        accounts.append((f"A{k:03d}", name, won, left, level))
        mrr = 100 if equal else rng.choice((50, 100, 200, 400, 1000))
        contracts.append((f"A{k:03d}", won, left and left - timedelta(1), mrr))
        for number, day in enumerate(pd.date_range(won, (left or END) - timedelta(1), freq="40D")):
            amount = 100 if equal else rng.randrange(10, 2000)
            orders.append((f"O{k:03d}{number:03d}", f"A{k:03d}", day.date(), amount))
    tables = {
        "accounts": (accounts, ["account_id", "name", "won_on", "churned_on", "industry"]),
        "contracts": (contracts, ["account_id", "starts_on", "ends_on", "mrr"]),
        "orders": (orders, ["order_id", "account_id", "ordered_on", "amount"]),
    }
    folder.mkdir()
    for name, (rows, columns) in tables.items():
        pd.DataFrame(rows, columns=columns).to_csv(folder / f"{name}.csv", index=False)
    revenue = "contracts" if model == "subscription" else "orders"
    return study | {
        "business_model": model,
        "scope": {"permutations": 199},
        "attributes": {"industry": {"label": "Industry"}} if levels else {},
        "sources": {
            name: {"files": {"raw": f"{name}.csv"}, "query": "SELECT * FROM raw"}
            for name in ("accounts", revenue)
        },
    }


def read(path) -> str:
    """The words of a page, without charts and scripts."""
    text = re.sub(
        r"<(script|style|svg|pre).*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.S
    )
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


FEW = {
    "one": ((1,), "with one customer, no group of 10 can be set against 10 others"),
    "three": ((3, "transactional"), "with 3 customers, no group of 10 can be set against 10"),
    "twelve": ((12,), "with 12 customers, no group of 10 can be set against 10 others"),
    "twenty": ((20, "transactional"), "Industry has 3 levels"),
    "twenty-two": ((22,), "Industry has 3 levels"),
    "twenty-five": ((25,), "only very large differences can show"),
    "sixty": ((60, "transactional"), "No segment stands out among the"),
}
UNUSUAL = {
    "all have left": ({"former": 60}, "no concentration to tell"),
    "all but one have left": ({"former": 59}, "No segment stands out"),
    "all are equal": ({"equal": True}, "every customer has the same quality score"),
    "no level is large": ({"levels": 30, "nameless": 3}, "Industry has "),
    "no attribute": ({"levels": 0}, "the study names no attribute that a search may use"),
    "one level": ({"levels": 1}, "because nearly all customers share theirs"),
}


@pytest.mark.parametrize(("size", "told"), FEW.values(), ids=FEW)
def test_few_customers_end_in_a_report_that_says_so(tmp_path, write_study, minimal, size, told):
    folder = tmp_path / "few"
    study = write_study(company(folder, minimal, *size), folder)
    judge(step_through(study, tmp_path / "reports"), told)


@pytest.mark.parametrize(("shape", "told"), UNUSUAL.values(), ids=UNUSUAL)
def test_unusual_companies_do(tmp_path, write_study, minimal, shape, told):
    folder = tmp_path / "few"
    study = write_study(company(folder, minimal, 60, **shape), folder)
    judge(step_through(study, tmp_path / "reports"), told)


def judge(ws, told):
    """The index says it; no page holds a number that is none; what is told was searched."""
    index = read(ws.draft / "index.html")
    assert told in index
    for name in ("index.html", "presentation.html", "supporting_analysis.html"):
        assert not re.search(NO_NUMBER, read(ws.draft / name)), name
        drawn = re.findall(r"<text[^>]*>(.*?)</text>", (ws.draft / name).read_text("utf-8"), re.S)
        assert not re.search(NO_NUMBER, " ".join(drawn)), name
    # What no export holds is told as not collected, never as silence of those who were asked.
    document = read(ws.draft / "supporting_analysis.html")
    for name in ("Tickets", "Surveys", "Interviews"):
        assert f"{name} are not collected" in document
    assert not re.search("No ticket of|No survey answer|interviewed to tell|no product", document)
    # Who leaves by silence cannot be seen to leave in the first year: nothing is told of it.
    by_silence = ws.study.business_model == "transactional"
    assert ("No day of leaving is on record" in document) == by_silence
    assert not (by_silence and "still there after 12" in document)
    for path in (ws.draft / "data").glob("*.csv"):
        cells = path.read_text("utf-8").replace("\n", ",").split(",")
        assert not {"nan", "NaN", "NaT", "inf", "None", "<NA>"} & set(cells), path.name
    with zipfile.ZipFile(ws.draft / "presentation.pptx") as deck:
        for part in deck.namelist():
            if part.startswith("ppt/slides/slide"):
                words = re.sub(r"<[^>]+>", " ", deck.read(part).decode())
                assert not re.search(NO_NUMBER, words), part
    assert not (ws.load("segments")["verdict"] == "validated").any()
    detectable = ws.recorded("detectable_lift")
    if "reason" in detectable:
        assert detectable["reason"] in index
        return
    from helpers.report import exhibits

    table = exhibits.data(ws, "detectable_lifts")
    row = table[table["customers"] == detectable["customers"]]
    assert row["detectable_lift"].tolist() == [detectable["lift"]]
    assert detectable["customers"] >= 10


def test_nobody_is_refused_in_words(tmp_path, write_study, minimal):
    folder = tmp_path / "few"
    study = write_study(company(folder, minimal, 0), folder)
    with pytest.raises(StudyError, match=r"sources\.accounts: the query returns no rows"):
        step_through(study, tmp_path / "reports")


def test_better_as_another_attribute_says_has_no_place_and_stops_no_run(
    tmp_path, write_study, minimal
):
    """Plan and spend are revenue by another name: one says why the other is better."""
    rng = random.Random(2)
    study = company(tmp_path / "few", minimal, 120)
    path = tmp_path / "few" / "accounts.csv"
    accounts = pd.read_csv(path).drop(columns="industry")
    paid = [rng.lognormvariate(6, 0.8) for _ in range(len(accounts))]
    top = sorted(paid)[84]
    accounts["plan"] = ["large" if mrr > top else "basic" for mrr in paid]
    accounts["spend"] = ["high" if mrr > 2 * top else "mid" if mrr > 450 else "low" for mrr in paid]
    for name in ("site", "source", "colour", "season"):
        accounts[name] = [rng.choice("ab") for _ in paid]
    accounts.to_csv(path, index=False)
    contracts = pd.read_csv(tmp_path / "few" / "contracts.csv").assign(mrr=paid)
    contracts.to_csv(tmp_path / "few" / "contracts.csv", index=False)
    study["attributes"] = {name: {} for name in accounts.columns[4:]}
    ws = step_through(write_study(study, tmp_path / "few"), tmp_path / "reports")
    assert "0 of 0 comparisons" not in read(ws.draft / "supporting_analysis.html")
    segments, placed = ws.load("segments"), ws.load("priorities")["segment_id"]
    shown = segments[segments["verdict"] == "validated"]
    confounded = shown["confounding"].isin([verdicts.TURNED, verdicts.EXPLAINED])
    assert confounded.any()  # else this tests nothing
    assert set(placed) == set(shown.loc[~confounded, "segment_id"])
