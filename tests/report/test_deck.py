"""Which metrics slides tell: by rule, whatever the catalog holds."""

from datetime import date
from types import SimpleNamespace
from urllib.parse import unquote

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import outputs
from helpers.metrics.catalog import METRICS
from helpers.metrics.catalog.ingredients import UNBOUNDED
from helpers.report import charts, exhibits, wording
from helpers.report.charts.model import Span
from helpers.report.content import Content
from helpers.report.deck import closing, deck, telling
from helpers.report.deck import customers as customers_slides
from helpers.report.deck.appendix import _apart, _with_shown
from helpers.report.deck.blocks import Grid, Link
from helpers.report.deck.places import Places
from helpers.report.deck.segments import _worth_most
from helpers.report.summary import summary
from helpers.words import deck as words

NOT_SHOWN = "no difference shown"
MADE_OF_BASE = {"arr_per_customer", "acv", "nrr", "grr"}


def metrics(*rows):
    """segment_metrics from (metric, verdict, difference, half of its interval)."""
    table = pd.DataFrame(rows, columns=["metric", "better", "difference", "half"])
    return table.assign(
        segment_id="s",
        value=1.0,
        customers=50,
        shares_score_inputs=["base" if name in MADE_OF_BASE else "" for name in table["metric"]],
        difference_low=table["difference"] - table["half"],
        difference_high=table["difference"] + table["half"],
    )


def test_rows_are_chosen_by_importance_and_not_by_what_came_out():
    table = metrics(("nps", NOT_SHOWN, 0.1, 1.0), ("nps_response_rate", "better", 9.0, 1.0))
    for better in ("better", "worse", NOT_SHOWN):
        assert telling.chosen(table.assign(better=better), most=1) == ["nps"]


def test_churn_and_satisfaction_stand_and_what_made_the_score_comes_last():
    table = metrics(
        ("arr_per_customer", "better", 9.0, 1.0),
        ("acv", "better", 8.0, 1.0),
        ("nrr", "better", 7.0, 1.0),
        ("grr", "better", 6.0, 1.0),
        ("logo_churn_rate", NOT_SHOWN, 0.2, 1.0),
        ("escalation_rate", "worse", 0.2, 1.0),
        ("cost_to_serve", NOT_SHOWN, 0.2, 1.0),
        ("ticket_csat", NOT_SHOWN, 0.1, 1.0),
    )
    assert telling.chosen(table, most=2) == ["logo_churn_rate", "ticket_csat"]
    told = ["logo_churn_rate", "ticket_csat", "escalation_rate", "cost_to_serve"]
    assert telling.chosen(table, most=4) == told
    assert telling.chosen(table, most=9) == [*told, "nrr", "grr", "arr_per_customer", "acv"]


def test_what_made_the_score_has_no_mark():
    table = metrics(("acv", "better", 8.0, 1.0), ("nps", "better", 8.0, 1.0))
    assert [telling.mark(row) for _, row in table.iterrows()] == ["", "better"]
    assert telling.span(table.iloc[0]).tone == "open"


def test_a_function_of_a_metric_is_not_told_beside_it():
    table = metrics(
        ("logo_churn_rate", NOT_SHOWN, 1.0, 1.0), ("logo_churn_rate_annual", "worse", 5.0, 1.0)
    )
    assert telling.chosen(table, most=5) == ["logo_churn_rate"]
    assert telling.chosen(table.iloc[1:], most=5) == ["logo_churn_rate_annual"]


def test_a_time_by_complexity_is_not_told_beside_the_time_itself():
    part = ("first_reply_hours_mean_complexity_high", "better", 9.0, 1.0)
    table = metrics(("first_reply_hours_mean", NOT_SHOWN, 0.1, 1.0), part)
    assert telling.chosen(table, most=5) == ["first_reply_hours_mean"]
    assert telling.chosen(table.iloc[1:], most=5) == [part[0]]


def test_metrics_without_interval_are_not_drawn():
    table = metrics(("nps", NOT_SHOWN, 5.0, float("nan")))
    assert telling.chosen(table, most=1) == ["nps"]
    assert telling.span(table.iloc[0]) is None


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*METRICS, "new_metric_of_tomorrow"]), unique=True, max_size=30),
    st.integers(0, 12),
)
def test_the_choice_fills_what_room_there_is(names, most):
    table = metrics(*((name, "better", float(k), 1.0) for k, name in enumerate(names)))
    told = telling.chosen(table, most=most)
    functions = {n for n in names if n in METRICS and METRICS[n].form == "transformed"}
    twice = {n for n in functions if METRICS[n].parts[0] in names}
    twice |= {n for n in names if "_complexity_" in n and n.split("_complexity_")[0] in names}
    twice |= set(UNBOUNDED).intersection(names)  # "lives for 27 years" is told on no slide
    assert not set(told).intersection(UNBOUNDED)
    assert len(told) == min(most, len(names) - len(twice))
    assert len(set(told)) == len(told)


def test_a_span_is_told_in_halves_of_its_interval_and_ends_at_the_edge():
    row = metrics(("nps", "worse", -12.0, 8.0)).iloc[0]
    assert telling.span(row) == Span(-1.5, -2.5, -0.5, "worse")
    far = metrics(("nps", "higher", 90.0, 10.0)).iloc[0]
    assert telling.span(far) == Span(4.0, 4.0, 4.0, "open")


def test_small_groups_and_sums_are_not_compared():
    table = metrics(
        ("nps", "better", 1.0, 1.0), ("csat", "better", 1.0, 1.0), ("arr", "", 1.0, 1.0),
        ("health_unproven", "none", 0.0, 0.0), ("logo_churn_rate", "none", 0.0, 0.0),
    )  # fmt: skip
    table["customers"] = [4, 5, 50, 50, 50]
    table["value"] = [1.0, 1.0, 1.0, 0.0, 0.0]
    table["rest_value"] = [2.0, 2.0, 2.0, 0.0, 0.0]
    kept, hidden = telling.comparable(table, least=5)
    # Nobody of either side is no difference; that nobody left is worth a row.
    assert kept["metric"].tolist() == ["csat", "logo_churn_rate"]
    assert hidden == 1


@pytest.mark.parametrize(
    ("times", "survival", "told"),
    [
        ([0, 11, 12, 13], [1, 0.9, 0.8, 0.1], "80 % of the customers are still there after 12"),
        # Twelve months end on day 365 or 366: who leaves then is not there after them.
        (
            [0, 365 / 30.4375, 366 / 30.4375, 12.2],
            [1, 0.95, 0.94, 0.5],
            "94 % of the customers are",
        ),
        ([0, 5], [1, 0.97], "97 % of the customers are still there after 5 months"),
        # After four months 98 % were.
        ([0, 1, 4.9], [1, 0.98, 0.9], "90 % of the customers are still there after 5 months"),
        ([], [], ""),
    ],
)
def test_who_stays_is_told_at_a_year_or_at_what_is_known(times, survival, told):
    curve = pd.DataFrame({"time": times, "survival": survival}, dtype=float)
    said = wording.stay(curve).replace("\xa0", " ")
    assert said.startswith(told)
    assert bool(said) == bool(told)


# What a chief operating officer need not know; the exact terms stand in notes and document.
TERMS = (
    "p-value", "adjusted p", "gini", "correlation", "targetability", "lift", "confidence interval",
    "false discovery", "permutation", "bootstrap", "effect size", "standard deviation", "median of",
    "quantile", "p = ", "p < ", "null hypothesis", "statistically significant", "confounded",
    "survival", "hazard", "naive", "validated", "not_proven", "descriptive", "kendall",
    "rand index", " bic", "latent class",
)  # fmt: skip


def test_who_stays_is_told_as_a_limit_where_those_who_left_early_are_missing():
    """`records_begin` is not declared and leaving seems to be recorded from a day on only."""
    curve = pd.DataFrame({"time": [0.0, 6.0, 30.0], "survival": [1.0, 0.93, 0.4]})
    told = wording.stay(curve, first=date(2024, 1, 5))
    assert told.startswith("at most 93") and "2024-01-05 is not on record" in told
    assert wording.stay(curve, first="2024-01-05") == told  # as an exhibit keeps it
    assert (
        charts.survival_curve(
            curve.assign(low=0.9, high=0.95, at_risk=9), first=date(2024, 1, 5)
        ).title
        == told[:1].upper() + told[1:]
    )


@pytest.mark.parametrize(
    ("second", "most"), [((8.0, 12.0), ""), ((4.0, 6.0), "a"), ((float("nan"),) * 2, "")]
)
def test_a_group_is_worth_most_only_where_its_interval_lies_above_the_others(second, most):
    segments = pd.DataFrame(
        {
            "segment_id": ["b", "a", "c"],
            "lift": [sum(second) / 2, 11.0, 99.0],
            "lift_low": [second[0], 7.0, 90.0],
            "lift_high": [second[1], 15.0, 110.0],
        }
    )
    assert _worth_most(segments, pd.DataFrame({"segment_id": ["a", "b"]})) == most


def test_the_landing_page_speaks_plainly(each_case):
    """All but the names of files and what their tables hold."""
    soup = BeautifulSoup(each_case.text("index.html"), "html.parser")
    for apart in soup.select(".files, svg desc, a[href^=data]"):
        apart.decompose()
    told = " ".join(soup.main.get_text(" ").replace("\xa0", " ").lower().split())
    assert [term for term in TERMS if term in told] == []


def test_slides_speak_plainly(each_case):
    """Every word that is seen on a slide, charts included; notes keep the exact terms."""
    soup = BeautifulSoup(each_case.text("presentation.html"), "html.parser")
    found = set()
    for slide in soup.select("section.slide"):
        for unseen in slide.select("aside.notes, svg desc"):
            unseen.decompose()
        told = " ".join(slide.get_text(" ").replace("\xa0", " ").lower().split())
        found |= {(slide["id"], term) for term in TERMS if term in told}
    assert not found


def test_a_link_to_a_file_of_all_groups_says_so_and_where_this_one_stands(draft):
    groups = [slide for slide in deck(Content(draft), {}) if slide.kind == "segment"]
    links = [one for slide in groups for one in slide.right if isinstance(one, Link)]
    files = [one for one in links if one.href.startswith("data/")]
    assert files and all("all groups (column " in one.text for one in files)


def test_group_slides_lead_to_the_list_of_their_customers(rendered, draft):
    """Sales has the list in one click: those to act on where there are any, else all members."""
    for slide in rendered.soup("presentation.html").select("section.segment"):
        links = [a["href"] for a in slide.select("p.to a")]
        assert len(links) == 1
        assert (rendered.ws.draft / links[0].partition("#")[0]).exists()
    content = Content(draft)
    first = content.segments[0]
    members = content.tables["segment_members"]
    mine = members.loc[members["segment_id"].eq(first.id), "account_id"]
    who = [*mine.head(3), *mine.head(1), "elsewhere"]
    status = ["former", *["current"] * 2, "former", "former"]
    acts = pd.DataFrame({"account_id": who, "status": status})
    content.tables = content.tables | {"customers_to_act_on": acts}
    slide = next(s for s in deck(content, {}) if s.kind == "segment")
    (link,) = [block for block in slide.right if isinstance(block, Link)]
    page, _, asked = link.href.partition("#find=")
    assert (page, unquote(asked)) == ("lists.html", first.name)  # the lists of this group alone
    assert link.text.startswith("3 of them on the lists, 1 of these has left; with owner")
    slide = next(s for s in deck(content, {}) if s.id == "next-steps")
    (link,) = [block for block in slide.left if isinstance(block, Link)]
    every = acts["account_id"].nunique()
    assert link.href == "lists.html" and link.text.startswith(f"The lists: {every} customers")
    assert "2 of these have left" in link.text


def test_every_title_is_a_sentence_with_something_to_say(each_case):
    """No title names a topic: none of these without what was found."""
    titles = [
        heading.get_text().strip()
        for heading in each_case.soup("presentation.html").select("h2.title")
    ]
    topics = ("What is decided", "How this was done", "Method", "Overview", "Appendix", "Market")
    assert not [title for title in titles if title.startswith(topics) and ":" not in title]
    assert len(set(titles)) == len(titles)


def test_a_title_does_not_deny_what_is_shown_beside_its_rows():
    at = SimpleNamespace(content=SimpleNamespace(metric=lambda name: (name.capitalize(), "")))
    cells = [
        {
            "nps": {"better": "no difference shown", "shares_score_inputs": ""},
            "replies": {"better": better, "shares_score_inputs": shares},
        }
        for better, shares in (("no difference shown", ""), ("worse", ""), ("worse", "touches"))
    ]
    assert _with_shown(["nps"], cells[:2]) == ["replies", "nps"]
    assert "replies" in _apart(at, ["nps", "replies"], cells[:2])
    for same in (cells[:1], [cells[0], cells[2]]):  # what made the score is no news
        assert _with_shown(["nps"], same) == ["nps"]
        assert _apart(at, ["nps"], same) == words.NO_METRIC_SHOWS_VALIDATED_SEGMENTS


def test_the_order_says_what_it_is_made_of_and_who_would_order_otherwise(draft):
    ranks = draft.load("priorities")
    first, second = ranks.sort_values("rank")["segment_id"].head(2)
    people = {"The study": first, "Sales": first, "Support": second, "Finance": second}
    viewed = pd.DataFrame({"who": people.keys(), "segment_id": people.values()})
    columns = {f"{name}_weight": 0.3 for name in ("value", "targetability", "size")}
    viewed = viewed.assign(definition="", rank=1, priority_score=0.5, **columns)
    draft.save("priorities_by", outputs.shaped("priorities_by", viewed))
    slide = next(one for one in deck(Content(draft), {}) if one.id == "order")
    grid = next(block for block in slide.left if isinstance(block, Grid))
    told = [name.replace("\xa0", " ") for name in grid.columns[1:]]
    assert len(grid.rows) == len(ranks) and told == [
        "Worth (50 %)",
        "Recognised (30 %)",
        "Size (20 %)",
    ]
    said = [block.text for block in slide.right if hasattr(block, "text")]
    assert "The same group comes first under the weights of Sales." in said
    assert "Under the weights of Support and Finance another group comes first." in said


def test_a_lift_that_differs_between_early_and_late_customers_stands_on_the_first_slide(draft):
    segments = draft.load("segments")
    first = segments["segment_id"].eq(Content(draft).segments[0].id)
    told = {"drift_p": 0.004, "lift_early": 31_000.0, "lift_late": -2_300.0}
    draft.save("segments", segments.assign(**told).where(first, segments))
    content = Content(draft)
    grid = next(block for block in deck(content, {})[0].left if isinstance(block, Grid))
    cells = [cell for row in grid.rows for cell in row if "won early" in cell]
    assert len(cells) == 1
    assert "+€31.0k" in cells[0] and "−€2,300 " in f"{cells[0]} ".replace(".", " ")
    ((name, sentence),) = summary(content)["drifting"]  # where the slide's figures are proven
    assert name == content.segments[0].name and "+€31.0k" in sentence and "−€2,300" in sentence


def test_columns_of_the_score_add_up_with_the_lines_that_are_not_shown(draft):
    """Who adds up what stands on the slide must come to the score that stands below it."""
    scores = draft.load("quality_scores")
    lines = ["base", *(n for n in draft.study.quality_score.lines if n in scores)]
    scores["quality_score"] = scores[lines].sum(axis=1)
    draft.save("quality_scores", scores)
    found = next(one for one in deck(Content(draft), {}) if one.id == "good-customer")
    (grid,) = (block for block in found.left if isinstance(block, Grid))
    shown = customers_slides._telling(scores.groupby(scores["band"].astype(str))[lines].mean())
    assert len(grid.rows) == len(shown) + (len(lines) > len(shown)) + 1
    assert (grid.rows[-2][0] == f"{len(lines) - len(shown)} other lines") == (
        len(lines) > len(shown) + 1
    )


def test_revenue_of_which_the_day_before_is_not_recorded_did_not_grow(draft):
    old, data = exhibits.load(draft, "mrr_bridge"), Content(draft).data("mrr_bridge")
    assert "grew" in closing._moved(Places(Content(draft), {}))
    data.loc[data["step"] == "opening", "amount"] = float("nan")
    chart = charts.mrr_bridge(data, currency="EUR")
    exhibits.figure(draft, "mrr_bridge", chart, data, title=old.title, source=old.source, n=old.n)
    assert "what it was before the quarter is not recorded" in chart.title
    assert "grew" not in closing._moved(Places(Content(draft), {}))
    assert "grew from" not in "".join(slide.title for slide in deck(Content(draft), {}))


def test_a_line_of_the_score_that_is_unknown_of_everybody_is_no_amount(draft):
    scores = draft.load("quality_scores")
    line = next(n for n in draft.study.quality_score.lines if n in scores)
    label = draft.study.quality_score.label(line)
    for imputed in (line, [line] + [""] * (len(scores) - 1)):
        draft.save("quality_scores", scores.assign(imputed=imputed))
        slide = next(one for one in deck(Content(draft), {}) if one.id == "good-customer")
        (grid,) = (block for block in slide.left if isinstance(block, Grid))
        (told,) = [row[1:] for row in grid.rows if row[0] == label]
        assert (set(told) == {"–"}) == isinstance(imputed, str)


@pytest.mark.parametrize(
    ("family", "heading"),
    [
        (["declared", "exploratory"], "on record before a report showed the data"),
        (["declared", "proposed"], "nothing shows that it was before"),
        (["exploratory"], "The rules"),
    ],
)
def test_only_what_the_register_shows_is_told_as_on_record(draft, family, heading):
    tested = draft.load("hypotheses").head(len(family))
    draft.save("hypotheses", tested.assign(family=family, declared=False))
    found = next(one for one in deck(Content(draft), {}) if one.id == "decision")
    blocks = [b for b in (*found.left, *found.right) if getattr(b, "heading", "")]
    assert any(heading in b.heading for b in blocks), [b.heading for b in blocks]
