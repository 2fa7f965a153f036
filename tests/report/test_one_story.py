"""No two places disagree: the numbers of slides and index are those of document and data files."""

import re

import pandas as pd
import pytest

from helpers.metrics.catalog import METRICS
from helpers.report import formats as fmt
from helpers.report import wording
from helpers.report.content import Content

NUMBER = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?")
MONEY = (fmt.money, fmt.short_money)
TOLD = ("segments", "segment_metrics", "next_steps", "priorities", "hypotheses", "coverage")


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
    for _, rows in scores.groupby("band"):
        counts.append(len(rows))
    if "movement" in rendered.ws.data_files:
        moved = rendered.ws.load("movement")
        counts += [*moved["change"].value_counts()]
    for row in rendered.ws.load("segments").dropna(subset="lift").itertuples():
        found |= numbers(wording.interval(row.lift_low, row.lift_high, "EUR"))
    return found | {fmt.number(int(count)) for count in counts}


def test_segment_slides_tell_the_values_of_segment_metrics(rendered):
    """Each row of each slide against the data file, by segment and metric."""
    labels = {metric.label: name for name, metric in METRICS.items()}
    metrics = rendered.ws.load("segment_metrics").set_index(["segment_id", "metric"])
    slides = rendered.soup("presentation.html").select("section.segment")
    for slide, segment in zip(slides, Content(rendered.ws).segments, strict=True):
        rows = slide.select("tbody tr")
        assert rows
        for row in rows:
            label, value, rest, _ = (plain(cell.text) for cell in row.select("td"))
            wanted = metrics.loc[(segment.id, labels[label])]
            assert value == plain(fmt.in_unit(wanted["value"], wanted["unit"]))
            assert rest == plain(fmt.in_unit(wanted["rest_value"], wanted["unit"]))


def test_next_steps_tell_baseline_and_target_of_the_data_file(rendered):
    steps = rendered.ws.load("next_steps")
    rows = rendered.soup("presentation.html").select("#next-steps tbody tr")
    assert len(rows) == len(steps)
    for row, step in zip(rows, steps.to_dict("records"), strict=True):
        told = plain(row.select("td")[-1].text)
        assert told == f"NPS: {step['baseline']:.1f} → {step['target']:.1f}"


def test_a_target_keeps_its_unit_and_differs_from_the_baseline(draft):
    from helpers.report.deck.places import Places

    at = Places(Content(draft), {})
    row = {"metric": "nrr", "baseline": 0.9999, "target": 1.0}
    assert plain(at.goal(row)) == "Net revenue retention: 99.99 % → 100.00 %"
    assert plain(at.goal(row | {"unit": "%", "baseline": 1.0})) == (
        "keep Net revenue retention at 1.0 %"
    )
    assert "–" in at.goal(row | {"target": float("nan")})


def test_index_figures_are_counts_of_the_data_files(each_case):
    figures = {
        plain(item.select_one("dd").text): plain(item.select_one("dt").text)
        for item in each_case.soup("index.html").select("dl.numbers > div")
    }
    known, segments = each_case.ws.load("customer_list"), each_case.ws.load("segments")
    scored = int(known["included"].sum())
    validated = segments[segments["verdict"].eq("validated")]
    assert figures[f"customers analysed, of {len(known)} accounts"] == str(scored)
    told = f"segments looked at, {len(validated)} validated"
    assert figures[told] == str(len(segments))
    if len(validated):
        largest = fmt.short_money(validated["lift"].max(), "EUR", signed=True)
        assert figures["largest lift of a validated segment, per customer and year"] == largest


def test_a_number_in_another_place_is_not_missed(rendered):
    """The comparison itself finds a number that stands nowhere else."""
    known = numbers(rendered.soup("supporting_analysis.html").body.get_text(" "))
    assert "987,654.32" not in known | told_cells(rendered) | computed(rendered)
    assert numbers("€987,654.32 better") == {"987,654.32"}
    assert isinstance(rendered.ws.load("segments"), pd.DataFrame)
