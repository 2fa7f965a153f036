"""The slides of segments: one per validated segment, their order, and what is not proven."""

from collections.abc import Iterator

from helpers.report import formats as fmt
from helpers.report import privacy, wording
from helpers.report.content import Segment
from helpers.report.deck.blocks import Block, Bullets, Grid, Slide, Text
from helpers.report.deck.places import ROWS, Places
from helpers.report.styling import short


def segments(at: Places) -> Iterator[Slide]:
    most = at.content.study.scope.max_segments
    for place, segment in enumerate(at.content.segments[:most], 1):
        yield _segment(at, segment, place)


def _segment(at: Places, segment: Segment, place: int) -> Slide:
    content, row = at.content, segment.row
    left: list[Block] = [Text(segment.sentence), _against_rest(at, segment)]
    right: list[Block] = []
    if len(segment.representatives):
        people = tuple(short(name, 48) for name in segment.representatives["name"].head(4))
        right.append(Bullets(people, "Representative customers"))
    if len(segment.steps):
        steps = tuple(at.step(step) for step in segment.steps.head(2).to_dict("records"))
        right.append(Bullets(steps, "Next step"))
    lift = wording.better_by(row["lift"], content.currency)
    return Slide(
        f"segment-{place}",
        f"{short(segment.name, 70)}: {lift} than the rest",
        tuple(left),
        tuple(right),
        notes=f"Rule: {row['rule']}. Proof: segments, segment_metrics and representatives, "
        f"segment_id {segment.id}.",
        proofs=at.proofs("profiles", "representatives"),
        colour=segment.colour,
        kind="segment",
    )


def _against_rest(at: Places, segment: Segment) -> Grid:
    """The metrics that tell most, those with a shown difference first."""
    content = at.content
    table = segment.metrics[segment.metrics["value"].notna()]
    least = content.study.min_group_size
    small = privacy.small_groups(table, least=least)
    table = table[~small]
    table = table[table["better"].fillna("").ne("")]  # sums follow from size and are not compared
    weight = table["better"].map({"better": 0, "worse": 0, "higher": 1, "lower": 1}).fillna(2)
    chosen = table.assign(_weight=weight).sort_values("_weight", kind="stable").head(7)
    signs = {"better": "▲ better", "worse": "▼ worse"}
    rows = tuple(
        (
            short(content.metric(metric.metric)[0], 34),
            fmt.in_unit(metric.value, metric.unit, currency=content.currency),
            fmt.in_unit(metric.rest_value, metric.unit, currency=content.currency),
            signs.get(metric.better, metric.better or "–"),
        )
        for metric in chosen.itertuples()
    )
    hidden = int(small.sum())
    note = (
        f"{wording.capital(wording.counted(hidden, 'metric'))} known for fewer than "
        f"{fmt.number(least)} customers {wording.plural(hidden, 'is', 'are')} not shown."
    )
    return Grid(
        ("Against the rest", "Segment", "Rest", "Difference"),
        rows,
        (False, True, True, False),
        note=note if hidden else "",
    )


def order(at: Places) -> Iterator[Slide]:
    content = at.content
    if len(content.segments) < 2:
        return
    priorities = content.tables["priorities"]
    yield Slide(
        "order",
        wording.order_sentence(priorities, {k: short(v, 60) for k, v in content.labels.items()}),
        (
            Text(
                "Value, targetability and size are weighed as the study file says; the range "
                "of a rank comes from drawing customers and weights anew."
            ),
        ),
        at.placed("priority_order"),
        notes="Where ranges overlap, the order may be changed for reasons outside the data.",
        proofs=at.proofs("priority_order", "criteria"),
    )


def unproven(at: Places) -> Slide:
    content = at.content
    table = content.unproven
    rows = tuple(
        (
            short(row["definition"], 58),
            fmt.number(row["customers"]),
            fmt.formatted(row["lift"], "signed_short_money", currency=content.currency),
            at.interval(row),
        )
        for row in table.head(ROWS).to_dict("records")
    )
    count = len(table)
    title = (
        f"{wording.capital(wording.counted(count, 'further segment'))} may be better, "
        f"but {wording.plural(count, 'is', 'are')} not shown to be"
        if count
        else "No further segment looks as if it could be better"
    )
    blocks: tuple[Block, ...] = (
        (
            Grid(
                ("Segment", "Customers", "Lift", "95 % interval"),
                rows,
                (False, True, True, True),
                note="None of this is a finding: what was not fixed beforehand can look good by "
                "chance, and where the interval includes 0 there may be no difference at all."
                + (
                    f" {fmt.number(count - ROWS)} more are listed in segments."
                    if count > ROWS
                    else ""
                ),
            ),
        )
        if rows
        else ()
    )
    return Slide(
        "unproven",
        title,
        blocks,
        notes="Ideas to test, not segments to act on. What helps the validated segments may "
        "carry over.",
        proofs=at.proofs("segments", "detectable_lifts"),
    )
