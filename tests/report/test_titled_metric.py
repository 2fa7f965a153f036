"""What the title of a group's slide says it is worse in stands in the table below it."""

from helpers.metrics.profiles import SAME, WORSE
from helpers.report.content import Content
from helpers.report.deck import deck, segments
from helpers.report.deck.blocks import Grid


def told(content: Content) -> tuple[str, list[str]]:
    """The title of the first group's slide, and the metrics of its table."""
    slide = next(one for one in deck(content, {}) if one.id == "segment-1")
    grid = next(block for block in slide.left if isinstance(block, Grid))
    return slide.title, [row[0] for row in grid.rows]


def test_the_metric_of_the_title_is_the_first_of_the_table(draft, monkeypatch):
    monkeypatch.setattr(segments, "METRICS", 2)
    content = Content(draft)
    metrics, group = content.tables["segment_metrics"], content.segments[0].id
    _, shown = told(content)
    mine = metrics[
        metrics["segment_id"].eq(group)
        & metrics["shares_score_inputs"].eq("")
        & metrics["value"].notna()
        & metrics["better"].ne("")
    ]
    left_out = [name for name in mine["metric"] if content.metric(name)[0] not in shown]
    assert left_out, "the table holds all metrics: nothing is tested"
    for name in left_out:
        worse = metrics["segment_id"].eq(group) & metrics["metric"].eq(name)
        better = metrics["better"].mask(metrics["better"].ne(""), SAME).mask(worse, WORSE)
        other = Content(draft)
        other.tables["segment_metrics"] = metrics.assign(better=better)
        title, rows = told(other)
        if "worse in" in title:  # a function of another one is never told
            assert rows[0] == content.metric(name)[0] and len(rows) == len(shown)
            return
    raise AssertionError("no title says it")
