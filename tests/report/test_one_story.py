"""No two places disagree: the numbers of slides and index are those of document and data files."""

import re
import shutil

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from helpers.metrics.catalog import METRICS
from helpers.report import exhibits, slides, wording
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.figures import figures
from helpers.segments import verdicts
from helpers.words import numbers as fmt

NUMBER = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?")
MONEY = (fmt.money, fmt.short_money)
METRICS_OF_FACTORY = {
    *("arr_per_customer", "nrr", "logo_churn_rate", "nps", "csat", "resolution_hours_mean"),
    *("tickets_per_customer_month", "referrals_per_customer"),
}
TOLD = (
    "segments",
    "segment_metrics",
    "segment_needs",
    "next_steps",
    "priorities",
    "hypotheses",
    "coverage",
)


def plain(text):
    return " ".join(text.replace("\xa0", " ").split())


def numbers(text):
    return set(NUMBER.findall(plain(text)))


def told_cells(rendered):
    """Every number of the data files that slides speak of, in every form that a format gives."""
    found = set()
    for name in TOLD:
        table = rendered.ws.load(name)
        for column in table.select_dtypes("number"):
            for value in table[column].dropna().unique():
                forms = [tell(value, "EUR") for tell in MONEY]
                forms += [fmt.percent(value), fmt.figures(value), fmt.number(value, 1)]
                forms += [fmt.number(value), fmt.p_value(value)]
                found |= numbers(" ".join(forms))
    return found


def in_study_file(rendered):
    study = rendered.ws.study
    return {str(study.scope.max_hypotheses), str(study.scope.max_segments), "95"} | numbers(
        f"{study.charter} {study.title} {fmt.percent(study.scope.alpha)}"
    )


@pytest.mark.parametrize("page", ["presentation.html", "index.html"])
def test_every_number_stands_in_the_document_or_the_data(each_case, page):
    soup = each_case.soup(page)
    document = numbers(each_case.soup("supporting_analysis.html").body.get_text(" "))
    counts = {fmt.number(len(each_case.ws.load(name))) for name in each_case.ws.data_files}
    known = document | told_cells(each_case) | counts | in_study_file(each_case)
    parts = soup.select("section.slide" if page == "presentation.html" else "main.index")
    unknown = {}
    for part in parts:
        text = part.get_text(" ")
        for aside in part.select(".foot, .notes, td a"):  # links carry names of files
            text = text.replace(aside.get_text(" "), "")
        left = numbers(text) - known - computed(each_case)
        if left:
            unknown[part.get("id", page)] = sorted(left)
    assert unknown == {}


def computed(rendered):
    """Sums of the data files, computed here once more."""
    known = rendered.ws.load("customer_list")
    kept = known[known["included"]]
    scores = rendered.ws.load("quality_scores")
    tested = rendered.ws.load("hypotheses")
    lines = ["base", "service", "growth", "cancelled", "quality_score"]
    means = scores.groupby("band")[lines].mean()
    largest = means.abs().max(axis=None)
    texts = [fmt.short_money(value, "EUR", beside=largest) for value in means.to_numpy().ravel()]
    found = numbers(" ".join(texts))
    counts = [len(known) - len(kept), len(kept), (kept["status"] == "former").sum()]
    counts += [(kept["status"] == "current").sum(), tested["declared"].sum()]
    counts += [(rendered.ws.load("segments")["verdict"] == "validated").sum()]
    counts += [*scores["band"].value_counts(), scores["imputed"].ne("").sum()]
    counts += [(~tested["declared"].astype(bool)).sum()]
    segments = rendered.ws.load("segments")
    may_be = segments["verdict"].eq("candidate")
    counts += [may_be.sum(), may_be.sum() - 4, rendered.ws.load("next_steps").shape[0] - 1]
    found |= shares_of_today(rendered)
    for _, rows in scores.groupby("band"):
        counts.append(len(rows))
    if "movement" in rendered.ws.data_files:
        moved = rendered.ws.load("movement")
        counts += [*moved["change"].value_counts()]
    for row in rendered.ws.load("segments").dropna(subset="lift").itertuples():
        found |= numbers(wording.interval(row.lift_low, row.lift_high, "EUR"))
        found |= numbers(fmt.short_money(row.lift, "EUR", beside=row.lift_high))
    found |= numbers(" ".join(fmt.percent(share) for share in shared_shares(rendered)))
    survival = exhibits.data(rendered.ws, "survival").set_index("time")["survival"]
    found |= numbers(f"12 30 {fmt.percent(survival[12.0])} {fmt.percent(survival.iloc[-1])}")
    lifts = exhibits.data(rendered.ws, "detectable_lifts")["detectable_lift"]
    found |= numbers(" ".join(fmt.short_money(lift, "EUR") for lift in lifts))
    return found | {fmt.number(int(count)) for count in counts}


def shares_of_today(rendered):
    """Current customers of the validated segments, alone and together, as shares of all of them."""
    known = rendered.ws.load("customer_list")
    now = set(known.loc[known["included"] & known["status"].eq("current"), "account_id"])
    members = rendered.ws.load("segment_members")
    segments = rendered.ws.load("segments")
    best = segments.loc[segments["verdict"].eq("validated"), ["segment_id", "p_adjusted"]]
    of = members.groupby("segment_id")["account_id"].agg(set)
    inside = [now & of[name] for name in best["segment_id"]]
    told = [f"{len(some)} {fmt.percent(len(some) / len(now))}" for some in inside]
    told += [fmt.percent(len(set().union(*inside)) / len(now))] if inside else []
    former = known.loc[known["included"] & known["status"].eq("former"), "account_id"]
    every = set(known.loc[known["included"], "account_id"])
    for name in best["segment_id"]:
        for some in (of[name], every - of[name]):
            told.append(fmt.percent(len(some & set(former)) / len(some)))
    weights = rendered.ws.study.priorities
    every = weights.value + weights.targetability + weights.size
    told += [fmt.percent(w / every) for w in (weights.value, weights.targetability, weights.size)]
    chances = [1 / p for p in best["p_adjusted"]]
    told += [fmt.number(float(f"{chance:.0e}")) for chance in chances]
    return numbers(" ".join(told)) | {"1"}


def shared_shares(rendered):
    """Shares of each segment's customers that are in a validated one, by the plain way."""
    members = rendered.ws.load("segment_members")
    segments = rendered.ws.load("segments").set_index("segment_id")["verdict"]
    found = {}
    for one in segments.index:
        own = set(members.loc[members["segment_id"] == one, "account_id"])
        for other in segments.index[segments == "validated"]:
            theirs = set(members.loc[members["segment_id"] == other, "account_id"])
            found[one, other] = len(own & theirs) / len(own)
    return pd.Series(found, dtype=float)


def test_who_left_stands_beside_a_praised_segment(rendered):
    """A base that counts the last contract praises groups that have left (value that is gone)."""
    known, of = rendered.ws.load("customer_list"), rendered.ws.load("segment_members")
    known = known[known["included"]].set_index("account_id")["status"].eq("former")
    told = 0
    for one in Content(rendered.ws).segments:
        inside = known.index.isin(of.loc[of["segment_id"] == one.id, "account_id"])
        if not known[inside].any():
            continue
        own, rest = fmt.percent(known[inside].mean()), fmt.percent(known[~inside].mean())
        assert plain(f"{own} have left, of all others {rest}") in plain(one.sentence)
        told += 1
    assert told


def test_unproven_segments_name_the_validated_one_that_shares_most(rendered, monkeypatch):
    shares, labels = shared_shares(rendered), Content(rendered.ws).labels
    segments = {label: name for name, label in labels.items()}
    listed = Content(rendered.ws).unproven
    second = plain(rendered.soup("presentation.html").select_one("#shown").get_text(" "))
    # Few of them stand on the second slide with all that is known, and need none of their own.
    assert not rendered.soup("presentation.html").select("#unproven")
    for row in listed.to_dict("records"):
        told = wording.interval(row["lift_low"], row["lift_high"], "EUR")
        assert row["definition"] in second and plain(told) in second
    monkeypatch.setattr("helpers.report.deck.appendix.NAMED", 0)
    content = Content(rendered.ws)
    slide = next(one for one in deck(content, {}) if one.id == "unproven")
    rows = BeautifulSoup(slides.build(content, [slide]), "html.parser").select("tbody tr")
    assert rows
    assert set(listed["verdict"]) == {"candidate"}  # what was tested and is not shown is no idea
    assert not (listed["lift"] <= 0).any()
    for row in rows:
        cells = [plain(cell.text) for cell in row.select("td")]
        most = shares[segments[cells[0]]]
        name, told = cells[-1].rsplit(" (", 1)
        assert told == f"{plain(fmt.percent(most.max()))})"
        assert labels[most.idxmax()].startswith(name.rstrip("…"))


def test_the_slide_of_the_limits_tells_the_data_file_coverage(rendered):
    coverage = rendered.ws.load("coverage").set_index("label")
    rows = rendered.soup("presentation.html").select("#limits tbody tr")
    told = {plain(row.td.text): [plain(c.text) for c in row.select("td")[1:]] for row in rows}
    weak = coverage[coverage["verdict"].isin(["weak", "biased"])].sort_values("filled_share")
    assert list(told) == list(weak.index)
    columns = ["filled_share", *(f"filled_share_{b}" for b in ("poor", "average", "excellent"))]
    for label, shares in weak[columns].iterrows():
        assert told[label] == [plain(fmt.percent(share)) for share in shares]


def test_the_slide_of_profiles_tells_segment_metrics(rendered):
    """Each cell against the data file, and its colour against the verdict."""
    labels = {metric.label: name for name, metric in METRICS.items()}
    metrics = rendered.ws.load("segment_metrics").set_index(["segment_id", "metric"])
    segments = Content(rendered.ws).segments
    rows = rendered.soup("presentation.html").select("#profiles tbody tr")
    assert len(rows) == len(METRICS_OF_FACTORY)
    for row in rows:
        name, *cells = row.select("td")
        for cell, segment in zip(cells, segments, strict=True):
            wanted = metrics.loc[(segment.id, labels[plain(name.text)])]
            if pd.isna(wanted["value"]):
                assert plain(cell.text) == "–"
                continue
            value, rest = (
                fmt.short_money(wanted[k], "EUR")
                if wanted["unit"] == "currency"
                else fmt.in_unit(wanted[k], wanted["unit"])
                for k in ("value", "rest_value")
            )
            sign = {"better": "▲ ", "worse": "▼ "}.get(wanted["better"], "")
            # The others stand beside it where a difference is shown, and so worth a look.
            assert plain(cell.text) == plain(f"{sign}{value} (rest {rest})" if sign else value)
            shown = wanted["better"] if sign else None
            assert cell.get("class") == ([shown] if shown else None)


def test_drawn_differences_are_those_of_the_data_file(rendered):
    """A mark's place: the difference in halves of its interval, four of them to the edge."""
    metrics = rendered.ws.load("segment_metrics").set_index(["segment_id", "metric"])
    labels = {metric.label: name for name, metric in METRICS.items()}
    slides = rendered.soup("presentation.html").select("section.segment")
    assert len(slides) == 3
    drawn = 0
    for slide, segment in zip(slides, Content(rendered.ws).segments, strict=True):
        for row in slide.select("tbody tr"):
            wanted = metrics.loc[(segment.id, labels[plain(row.td.text)])]
            svg = row.select_one("svg.strip")
            half = (wanted["difference_high"] - wanted["difference_low"]) / 2
            place = max(-4, min(4, wanted["difference"] / half))
            width = float(svg["viewbox"].split()[2])
            assert float(svg.circle["cx"]) == pytest.approx(
                width / 2 + place / (1.08 * 4) * width / 2, abs=0.3
            )
            filled = svg.circle["fill"] != "#ffffff"
            assert filled == (wanted["better"] in ("better", "worse"))
            drawn += 1
    assert drawn > 10


def test_segment_slides_tell_the_values_of_segment_metrics(rendered):
    """Each row of each slide against the data file, by segment and metric."""
    labels = {metric.label: name for name, metric in METRICS.items()}
    metrics = rendered.ws.load("segment_metrics").set_index(["segment_id", "metric"])
    slides = rendered.soup("presentation.html").select("section.segment")
    for slide, segment in zip(slides, Content(rendered.ws).segments, strict=True):
        rows = slide.select("tbody tr")
        assert rows
        for row in rows:
            label, value, rest, *_ = (plain(cell.text) for cell in row.select("td"))
            wanted = metrics.loc[(segment.id, labels[label])]
            assert value == plain(fmt.in_unit(wanted["value"], wanted["unit"]))
            assert rest == plain(fmt.in_unit(wanted["rest_value"], wanted["unit"]))


def test_segment_slides_tell_needs_where_enough_were_interviewed(rendered):
    needs = rendered.ws.load("segment_needs").groupby("segment_id")
    slides = rendered.soup("presentation.html").select("section.segment")
    for slide, segment in zip(slides, Content(rendered.ws).segments, strict=True):
        told, first = plain(slide.get_text(" ")), needs.get_group(segment.id).iloc[0]
        if first["customers"] < rendered.ws.study.min_group_size:
            assert "Fewer than 5 were interviewed." in told
            assert "Less downtime" not in told
        else:
            assert f"What they need, of {first['customers']} interviewed" in told
            share = fmt.percent(first["mentions"] / first["customers"])
            assert f"Less downtime: {plain(share)} (rest 25 %)" in told


def test_next_steps_tell_baseline_and_target_of_the_data_file(rendered):
    """Each action once, at most five, for all its groups; what is to move is the first one's."""
    steps = rendered.ws.load("next_steps")
    order = rendered.ws.load("priorities").sort_values("rank")["segment_id"].tolist()
    first = steps.assign(place=steps["segment_id"].map(order.index)).sort_values("place")
    first = first.drop_duplicates("action").head(5)
    slide = rendered.soup("presentation.html").select_one("#next-steps")
    rows = slide.select("tbody tr")
    assert len(rows) == len(first) == 1
    for row, step in zip(rows, first.to_dict("records"), strict=True):
        told = [plain(cell.text) for cell in row.select("td")]
        assert told[0] == step["action"]
        target = f"NPS: {step['baseline']:.1f} → {step['target']:.1f}"
        more = len(steps) - 1
        assert told[-1] == (f"{step['definition']}: {target}" if more else target)
        assert (f"{more} more group" in told[1]) == (more > 0)
    assert "more in the data file next_steps." not in plain(slide.text)  # all are told


def test_the_landing_page_says_whose_step_it_is(rendered):
    """“These customers” means nobody where no heading names a group."""
    told = [
        plain(item.text)
        for item in rendered.soup("index.html").select("section.decide h3 + ul > li")
    ]
    steps = rendered.ws.load("next_steps")
    whose = [f"{step.definition}: {step.action}" for step in steps.itertuples()]
    assert told and all(any(line.startswith(plain(one)) for one in whose) for line in told)


def test_a_target_keeps_its_unit_and_differs_from_the_baseline(draft):
    from helpers.report.deck.places import Places

    at = Places(Content(draft), {})
    row = {"metric": "nrr", "baseline": 0.9999, "target": 1.0}
    assert plain(at.goal(row)) == "Net revenue retention: 99.99 % → 100.00 %"
    assert plain(at.goal(row | {"unit": "%", "baseline": 1.0})) == (
        "keep Net revenue retention at 1.0 %"
    )
    assert "–" in at.goal(row | {"target": float("nan")})
    nothing = row | {"baseline": float("nan"), "target": float("nan")}
    assert at.goal(nothing) == "–"  # of a metric of which nothing is known, no “– → –”
    assert at.goal(nothing | {"check": "Ask them."}) == "Ask them."


@pytest.mark.parametrize("page", ["index.html", "supporting_analysis.html"])
def test_three_figures_are_counts_of_the_data_files(each_case, page):
    figures = {
        plain(item.select_one("dd").text): plain(item.select_one("dt").text)
        for item in each_case.soup(page).select("dl.numbers > div")
    }
    known, segments = each_case.ws.load("customer_list"), each_case.ws.load("segments")
    shown = segments["verdict"].eq("validated") & ~verdicts.is_confounded(segments["confounding"])
    judged = int(segments["verdict"].ne("too_small").sum())
    told = f"groups shown to be better than the rest, of {judged} large enough to be compared"
    assert figures.pop(f"customers analysed, of {len(known)} accounts") == str(
        known["included"].sum()
    )
    assert figures.pop(told) == str(shown.sum())
    assert list(figures) == ["revenue of the current customers: not known"]


def test_figures_stand_beside_those_of_the_quarter_before(draft, factory):
    """As an earlier report told them; what it did not tell is not guessed."""
    known = draft.load("customer_list")
    current = known.loc[known["included"] & known["status"].eq("current"), "account_id"]
    metrics = draft.load("account_metrics")
    metrics["arr"] = metrics["account_id"].isin(current) * 1000.0
    draft.save("account_metrics", metrics)
    before = draft.home / str(draft.quarter.previous)
    shutil.copytree(draft.draft / "data", before / "data")
    (before / "manifest.json").write_text("{}", encoding="utf-8")
    metrics.assign(arr=metrics["arr"] * 2).to_parquet(before / "data/account_metrics.parquet")
    segments = draft.load("segments")
    segments.assign(verdict="not_proven").to_parquet(before / "data/segments.parquet")
    told = figures(Content(draft))
    assert told[0].before == f"{told[0].value} in 2026Q2"
    assert told[1].label == "ARR of the current customers"
    assert told[1].value == fmt.short_money(1000.0 * len(current), "EUR")
    assert told[1].before == f"{fmt.short_money(2000.0 * len(current), 'EUR')} in 2026Q2"
    assert told[2].before == "0 in 2026Q2"
    (before / "data/segments.parquet").unlink()
    segments.drop(columns="confounding").to_parquet(before / "data/segments.parquet")
    assert [one.before for one in figures(Content(draft))][2] == ""


def test_a_number_in_another_place_is_not_missed(rendered):
    """The comparison itself finds a number that stands nowhere else."""
    known = numbers(rendered.soup("supporting_analysis.html").body.get_text(" "))
    assert "987,654.32" not in known | told_cells(rendered) | computed(rendered)
    assert numbers("€987,654.32 better") == {"987,654.32"}
    assert isinstance(rendered.ws.load("segments"), pd.DataFrame)


def test_finance_finds_every_figure_of_the_first_slide_one_click_away(rendered):
    soup = rendered.soup("presentation.html").select_one("#answer")
    document = rendered.soup("supporting_analysis.html")
    anchors = [link["href"].partition("#")[2] for link in soup.select(".proofs a")]
    proofs = plain(" ".join(document.find(id=anchor).get_text(" ") for anchor in anchors))
    cells = soup.select("td:not(:nth-child(3))")  # the market: its exhibit is not of this draft
    shown = [*soup.select(".title"), *cells, *soup.select(".columns > div > p")]
    told = {n for part in shown for n in numbers(part.get_text(" "))}
    places = {str(place) for place in range(1, 10)}
    assert anchors[0] == "summary" and len(told) > 12
    assert told - places <= numbers(proofs)
