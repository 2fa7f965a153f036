"""Slides in a browser at 1440 × 810: sizes, room and cut words, with few groups, many and none."""

from dataclasses import replace

import pandas as pd
import pytest
from laid_out import faults, laid_out

from helpers import outputs
from helpers.metrics.catalog import METRICS
from helpers.report import charts, exhibits, powerpoint, slides
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.words import speak

# 80 characters each, in words of the script.
NAMES = {
    "Russian": "Машиностроительные предприятия северо-западного региона с партнёрским внедрением",
    "Chinese": "华东地区通过合作伙伴签约并使用本地部署方案的大型机械制造企业" * 2
    + "以及其他相关联的工业集团公司客户群体",
    "Arabic": "شركات التصنيع الكبيرة في المنطقة الشمالية التي تعمل من خلال شركائنا المحليين فقط",
    "one word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
}


def many(draft, count: int, name: str) -> None:
    """``count`` validated segments with names of 80 characters, made of the first one."""
    assert len(name) >= 78
    first = draft.load("segments").iloc[0]["segment_id"]
    ids = [f"s{place:02d}" for place in range(count)]

    def copied(table: str) -> pd.DataFrame:
        rows = draft.load(table)
        mine = rows[rows["segment_id"].eq(first)]
        return pd.concat([mine.assign(segment_id=one) for one in ids], ignore_index=True)

    every = draft.load("segments")
    others = every[~every["verdict"].eq("validated")]
    made = copied("segments").assign(definition=[f"{name[:76]} {k:02d}" for k in range(count)])
    draft.save("segments", pd.concat([made, others], ignore_index=True))
    members = draft.load("segment_members")
    kept = members[members["segment_id"].isin(others["segment_id"])]
    draft.save("segment_members", pd.concat([copied("segment_members"), kept], ignore_index=True))
    for table in ("segment_metrics", "segment_needs", "representatives", "next_steps"):
        rows = copied(table)
        if table == "next_steps":
            rows = rows.assign(action=[f"{text} {k}" for k, text in enumerate(rows["action"])])
        draft.save(table, rows)
    acts = draft.load("segment_members").drop_duplicates("account_id").assign(status="current")
    acts = outputs.shaped("customers_to_act_on", acts)
    texts = acts.select_dtypes("str").columns
    draft.save("customers_to_act_on", acts.assign(**{at: acts[at].fillna("") for at in texts}))
    ranks = copied("priorities").assign(rank=range(1, count + 1), rank_low=1, rank_high=count)
    draft.save("priorities", ranks)
    _drawn_again(draft, dict(zip(made["segment_id"], made["definition"], strict=True)))


def _drawn_again(draft, labels: dict[str, str]) -> None:
    """The charts of groups, with the names that they have now."""
    every, ranks = draft.load("segments"), draft.load("priorities")
    measures = draft.load("segment_metrics")
    names = {name: metric.label for name, metric in METRICS.items()}
    for id, chart, data in (
        ("lifts", charts.lift_plot(every, currency="EUR"), every),
        ("priority_order", charts.priority_chart(ranks, labels=labels), ranks),
        (
            "profiles",
            charts.segment_heatmap(measures, labels=labels, metrics=names, currency="EUR"),
            measures,
        ),
    ):
        exhibits.figure(draft, id, chart, data, title="T", source="segments", n=100)


@pytest.fixture
def measured(browser, tmp_path):
    """Slides of a draft as the browser lays them out: one dict per slide."""

    def of(ws):
        path = tmp_path / "presentation.html"
        speak(ws.study.language)
        content = Content(ws)
        path.write_text(slides.build(content, deck(content, {})), encoding="utf-8")
        speak("en")
        return laid_out(browser, path)

    return of


@pytest.mark.parametrize("case", ["validated", "none", "chinese"])
def test_slides_have_five_sizes_and_room(rendered_cases, measured, case):
    wrong = faults(measured(rendered_cases(case).ws))
    assert not wrong, wrong


def test_a_slide_that_says_little_says_it_larger(rendered_cases, measured):
    """Short lists are set in larger type, and short charts fill their place, words and all."""
    found = {slide["id"]: slide for slide in measured(rendered_cases("none").ws)}
    assert 20 in found["limits"]["sizes"] or found["limits"]["filled"] > 0.36
    assert found["next-steps"]["filled"] > 0.2


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("count", [1, 10])
def test_names_of_eighty_characters_fit_in_any_script(draft, measured, script, count):
    many(draft, count, NAMES[script])
    found = measured(draft)
    wrong = faults(found)
    assert not wrong, wrong
    first = found[0]["text"]
    assert NAMES[script][:76].replace(" ", "") in first.replace(" ", "").replace("\u2068", "")
    steps = next(slide for slide in found if slide["id"] == "next-steps")
    assert "The lists:" in steps["text"]
    shown = sum(slide["id"].startswith("segment-") for slide in found)
    assert shown == min(count, 5)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_amounts_in_rupiah_have_room_in_every_column(draft, measured, language):
    """A currency without a symbol, and sums of hundreds of millions."""
    told = {"currency": "IDR", "language": language}
    ws = replace(draft, study=draft.study.model_copy(update=told))
    scores = ws.load("quality_scores")
    money = scores.select_dtypes("float").columns
    ws.save("quality_scores", scores.assign(**{name: 16_000 * scores[name] for name in money}))
    found = measured(ws)
    assert any("IDR" in slide["text"] for slide in found if slide["id"] == "good-customer")
    assert not faults(found), faults(found)


def test_a_study_that_measures_nothing_of_its_segments_has_slides(draft):
    """Its table of differences has no rows, and no chart stands beside it."""
    metrics = draft.load("segment_metrics")
    draft.save("segment_metrics", metrics[metrics["metric"] == "arr_per_customer"].head(0))
    content = Content(draft)
    assert powerpoint.build(content, deck(content, {}))
