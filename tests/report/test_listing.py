"""The page of lists: who does what, with every customer of every action."""

import re
from datetime import date

import pandas as pd
from bs4 import BeautifulSoup

from helpers.report.acting import points
from helpers.report.health import told
from helpers.report.listing import FINDABLE, MOST, build, owners, waiting
from helpers.words import say, speak

LISTED = pd.DataFrame(
    {
        "account_id": ["a", "b", "a"],
        "name": ["Alpha <b>", "Beta", "Alpha <b>"],
        "action": ["Renew.", "Renew.", "Call."],
        "responsible": ["Success", "Success", "Sales"],
        "value_at_stake": [1000.0, 5000.0, 1000.0],
        "renews_on": pd.to_datetime(["2026-11-01", None, "2026-11-01"]),
        "by": pd.to_datetime(["2026-10-30", None, None]),
        "health": "",
        "owner": ["Ada", "", "Ada"],
        "reason": ["Renews soon", "Renews late", "Renews soon"],
        "play": ["renew", "renew", "call"],
        "not_now": "",
        "groups": ["Best; Small", "Small", "Best; Small"],
    }
)


MESSAGES = pd.DataFrame({"play": ["renew"] * 2, "message": ["Dear <b>Alpha</b>.", "Dear Beta."]})


def page(listed: pd.DataFrame, **more) -> str | None:
    given = {
        "title": "Tiny", "when": "2026Q3", "as_of": date(2026, 9, 30), "currency": "EUR",
        "synthetic": False,
    } | more  # fmt: skip
    tables = {"customers_to_act_on": listed, "messages": MESSAGES}
    return build(tables, **given)


def test_every_line_of_the_landing_page_leads_to_its_list():
    made = page(LISTED)
    for point in points({"customers_to_act_on": LISTED}, currency="EUR"):
        name, place = point["href"].split("#")
        assert name == "lists.html" and f'id="{place}"' in made


def test_customers_stand_with_their_facts_and_markup_is_text():
    made = page(LISTED)
    assert "Alpha &lt;b&gt;" in made and "Alpha <b>" not in made
    assert "2026-11-01" in made and "2026-10-30" in made
    # Whoever has most at stake comes first.
    assert made.index("<h2>Success</h2>") < made.index("<h2>Sales</h2>")


def test_whoever_has_no_owner_is_counted_once_with_what_to_do():
    """Beta has nobody; Gamma neither, and the plan of books proposes one for it."""
    more = LISTED.iloc[[1]].assign(account_id="c", name="Gamma")
    listed = pd.concat([LISTED, more])
    books = pd.DataFrame({"account_id": ["b", "c"], "manager": ["", "Ada"]})
    told = BeautifulSoup(page(LISTED), "html.parser").text
    assert "1 customer of the lists has no owner: name one before the step begins." in told
    both = owners({"customers_to_act_on": listed, "books": books})
    assert both.startswith("2 customers of the lists have no owner")
    assert both.endswith("proposes one for 1 of them.")
    for known in ("Ada", ""):  # everybody has one, or owners were not collected
        assert owners({"customers_to_act_on": listed.assign(owner=known)}) == ""


def test_whoever_is_not_to_be_asked_now_by_any_step_is_counted_on_index_and_slide():
    """Alpha waits with one step of two, Beta with its only one."""
    listed = LISTED.assign(not_now=["", "its NPS is -50", "at risk"])
    everywhere = "On the lists, and by every step that lists them not to be asked now: 1 customer,"
    assert waiting(listed).startswith(everywhere)
    assert waiting(LISTED) == ""
    lines = [point["text"] for point in points({"customers_to_act_on": listed}, currency="EUR")]
    assert ["not to be asked now" in line for line in lines] == [True, True]
    lines = [point["text"] for point in points({"customers_to_act_on": LISTED}, currency="EUR")]
    assert not any("not to be asked" in line for line in lines)


def test_a_reason_that_all_share_is_told_once_and_what_differs_stands_in_the_rows():
    soup = BeautifulSoup(page(LISTED), "html.parser")
    renew, call = soup.select("table")
    heads = [head.text for head in renew.select("th")]
    assert heads == ["Customer", "Annual revenue", "Renews on", "By", "Owner", "Because"]
    rows = [[cell.text for cell in row.select("td")] for row in renew.select("tbody tr")]
    assert rows[0][2:] == [
        "2026-11-01, 32 days after the quarter",
        "2026-10-30",
        "Ada",
        "Renews soon",
    ]
    assert rows[1][2:] == ["", "", "", "Renews late"]
    # Of one reason: above the list, and no column that says nothing.
    assert [head.text for head in call.select("th")] == [
        "Customer", "Annual revenue", "Renews on", "Owner",
    ]  # fmt: skip
    above = [part.text for part in soup.select("section p")]
    assert above.count("Because, for all of them: Renews soon.") == 1


def test_whoever_is_written_to_stands_one_click_from_the_message():
    soup = BeautifulSoup(page(LISTED), "html.parser")
    (link,) = soup.select("section a")
    assert link["href"] == "data/messages.csv"
    told = " ".join(link.find_parent("p").text.split())
    said = "A message to each is drafted, such as: “Dear <b>Alpha</b>.” All 2 of them:"
    assert told == f"{said} messages.csv"
    assert soup.select_one("b") is None


def test_whoever_is_not_to_be_asked_now_stands_last_with_the_reason():
    soup = BeautifulSoup(page(LISTED.assign(not_now=["its NPS is -100", "", ""])), "html.parser")
    renew, call = soup.select("table")
    names = [row.select_one("td").text for row in renew.select("tbody tr")]
    assert names == ["Beta", "Alpha <b>"]
    cells = {cell["data-head"]: cell.text for cell in renew.select("tr:last-child td[data-head]")}
    assert cells["Not now, because"] == "its NPS is -100"
    assert "Not now, because" not in call.text
    assert "It is not for 1 of the customers" in " ".join(soup.text.split())


def test_a_step_without_a_message_says_how_many_are_not_asked_now_and_one_with_it_who_is_left():
    """“Protect and expand” has no letter; a letter may also stay away for another one's sake."""
    at_risk = LISTED.assign(play="silent", not_now=["it is at risk", "", ""])
    told = " ".join(BeautifulSoup(page(at_risk), "html.parser").text.split())
    assert "Not now for 1 of the customers, who stand last" in told
    assert "No message is drafted" not in told and "messages.csv" not in told
    more = pd.concat([LISTED, LISTED.head(1).assign(account_id="c")])
    told = " ".join(BeautifulSoup(page(more), "html.parser").text.split())
    assert "It is not for 1 of the customers" in told and "The 2 others:" in told


def test_an_invented_company_says_so_and_an_empty_list_has_no_page():
    assert "synthetic" in page(LISTED, synthetic=True).lower()
    assert page(LISTED.head(0)) is None


def test_unknown_money_is_told_as_unknown_and_comes_last():
    nobody, part = LISTED.assign(value_at_stake=float("nan")), LISTED.copy()
    part.loc[part["account_id"] == "a", "value_at_stake"] = float("nan")
    made = page(nobody)
    assert "€0" not in made and made.count("their annual revenue is not known") == 2
    made = page(part)
    assert "€0" not in made and "annual revenue: €5,000, without 1 of whom it is not known" in made
    assert made.index("<h2>Success</h2>") < made.index("<h2>Sales</h2>")
    free = page(LISTED.assign(value_at_stake=0.0))
    assert "annual revenue: €0" in free and "not known" not in free


def test_money_that_is_known_of_nobody_has_no_column():
    made = BeautifulSoup(page(LISTED.assign(value_at_stake=float("nan"))), "html.parser")
    assert "Annual revenue" not in [head.text for head in made.find_all("th")]
    assert "Annual revenue" in [
        th.text for th in BeautifulSoup(page(LISTED), "html.parser").find_all("th")
    ]


def test_a_customer_counts_once_however_often_it_is_listed():
    twice = pd.concat([LISTED, LISTED.head(1)], ignore_index=True)
    made = page(twice)
    assert "Customers: 2; annual revenue: €6,000" in made


def test_a_long_list_is_cut_and_says_so():
    many = pd.concat([LISTED.iloc[[1]]] * (MOST + 5), ignore_index=True)
    many["account_id"] = [f"x{at}" for at in range(len(many))]
    made = page(many)
    assert len(re.findall("<tr data-groups=[^>]*><td>", made)) == MOST
    assert "Not shown here: 5" in re.sub(r"\s+", " ", made)


def test_the_lists_are_filtered_by_words_and_a_group_has_an_address_of_its_own(browser, tmp_path):
    path = tmp_path / "lists.html"
    path.write_text(page(LISTED), "utf-8")
    opened = browser.new_page()
    faults = []
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    opened.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
    visible = """() => [...document.querySelectorAll('tbody tr')].filter(x => x.offsetHeight)
        .map(x => x.cells[0].textContent)"""
    opened.goto(f"{path.as_uri()}#find=Best")
    assert opened.evaluate(visible) == ["Alpha <b>", "Alpha <b>"]
    assert opened.locator(".count").text_content() == "2 of 3 rows"
    opened.get_by_role("searchbox").fill("beta")
    assert opened.evaluate(visible) == ["Beta"]
    assert not opened.get_by_role("heading", name="Sales").is_visible()  # none of its rows
    opened.get_by_role("searchbox").fill("")
    assert len(opened.evaluate(visible)) == 3 and faults == []


def long_list(rows: int) -> pd.DataFrame:
    """A list of so many rows, one of them of another customer, which stands last."""
    many = pd.concat([LISTED.head(1)] * (rows - 1)).assign(
        account_id=[f"c{at:05d}" for at in range(rows - 1)]
    )
    last = LISTED.head(1).assign(account_id="z", name="Nørgård Dvořák Weiß", groups="Rare")
    return pd.concat([many, last], ignore_index=True)


SEEN = """() => [...document.querySelectorAll('tbody tr')].filter(x => x.offsetHeight)
    .map(x => x.cells[0].textContent)"""


def test_the_filter_finds_every_customer_also_those_beyond_the_first_of_a_long_list(
    browser, tmp_path
):
    """Of a group that the deck counts all members are found, not only those that fit on a page."""
    (tmp_path / "lists.html").write_text(page(long_list(MOST + 5)), encoding="utf-8")
    opened = browser.new_page()
    opened.goto((tmp_path / "lists.html").as_uri())
    assert len(opened.evaluate(SEEN)) == MOST
    assert opened.locator(".tools .count").text_content() == f"{MOST} of {MOST + 5} rows"
    lines = "() => [...document.querySelectorAll('.fitting')].filter(one => one.checkVisibility())"
    assert opened.evaluate(f"({lines})().length") == 0
    opened.goto(f"{(tmp_path / 'lists.html').as_uri()}#find=Rare")
    assert opened.evaluate(SEEN) == ["Nørgård Dvořák Weiß"]
    assert opened.evaluate(f"({lines})().map(one => one.textContent)") == [
        f"1 of {MOST + 5} rows fit; the line above counts the whole list"
    ]
    opened.fill("input[type=search]", "")
    assert len(opened.evaluate(SEEN)) == MOST
    opened.close()


def test_names_are_found_without_accents_and_with_them(browser, tmp_path):
    (tmp_path / "lists.html").write_text(page(long_list(3)), encoding="utf-8")
    opened = browser.new_page()
    opened.goto((tmp_path / "lists.html").as_uri())
    for typed in ("norgard", "Nørgård", "dvorak", "DVOŘÁK", "weiss", "Weiß"):
        opened.fill("input[type=search]", typed)
        assert opened.evaluate(SEEN) == ["Nørgård Dvořák Weiß"], typed
    opened.close()


def test_a_page_that_does_not_hold_all_says_beside_the_field_what_it_cannot_find():
    def told(rows: int) -> str:
        return " ".join(
            BeautifulSoup(page(long_list(rows)), "html.parser").select_one(".tools").text.split()
        )

    assert "cut short: 5 rows" in told(FINDABLE + 5)
    assert "cut short" not in told(MOST + 5)


def test_lists_on_a_phone_need_no_scrolling_to_the_side(browser, tmp_path):
    """A customer stands with everything about it below its name, in a few lines."""
    path = tmp_path / "lists.html"
    path.write_text(page(LISTED.assign(health="Key; activation lowest, 67 of 100")), "utf-8")
    opened = browser.new_page(viewport={"width": 390, "height": 900})
    opened.goto(path.as_uri())
    wide, tall, told = opened.evaluate(
        """() => [Math.max(...[...document.querySelectorAll('.scroll')].map(x => x.scrollWidth)),
            Math.max(...[...document.querySelectorAll('tbody tr')].map(x => x.offsetHeight)),
            getComputedStyle(document.querySelector('td:last-child'), '::before').content]"""
    )
    opened.close()
    assert wide <= 390
    assert tall < 160
    assert "Because" in told


def test_a_list_by_health_says_where_health_is_not_shown_to_tell_who_leaves():
    listed = LISTED.assign(segment_id=["health-at-risk", "health-at-risk", "win-back-price"])
    row = {
        "outcome": "churn",
        "predictor": "health",
        "customers": 620,
        "events": 21,
        "low": 0.4,
        "high": 0.7,
    }

    def told(verdict: str) -> list[str]:
        check = pd.DataFrame([row | {"verdict": verdict}])
        tables = {"customers_to_act_on": listed, "messages": MESSAGES, "health_check": check}
        made = build(
            tables, title="Tiny", when="2026Q3", as_of=date(2026, 9, 30), currency="EUR",
            synthetic=False,
        )  # fmt: skip
        return re.findall(r"Health [^<]* 21 left", made)

    assert len(told("does not separate, better than revenue rank")) == 1  # of two lists
    assert len(told("separates the wrong way round")) == 1
    assert told("separates, not shown to be better than revenue rank") == []


def test_where_nobody_left_that_is_told_and_not_luck():
    row = {"outcome": "churn", "predictor": "health", "customers": 415, "events": 0}
    check = pd.DataFrame([row | {"verdict": "too few", "low": None, "high": None}])
    sentence, values = told(check)
    assert say(sentence, **values).endswith("of 415 customers rated a quarter before none left.")


def test_lists_of_nobody_knows_what_revenue_do_not_speak_of_it():
    made = page(LISTED.assign(value_at_stake=float("nan")))
    assert "annual revenue first" not in made and "Annual revenue is" not in made
    assert "annual revenue first" in page(LISTED) and "Annual revenue is" in page(LISTED)


def test_days_stand_as_the_language_writes_them():
    speak("zh")
    try:
        made = page(LISTED)
    finally:
        speak("en")
    assert "2026年10月30日" in made and "2026-10-30" not in made
