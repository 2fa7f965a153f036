"""What moved since earlier quarters, as the data files of the last notebook."""

from collections.abc import Sequence

import pandas as pd

from helpers.history.control import charted, comparable, control_charts
from helpers.history.drift import drift
from helpers.history.lineage import FILES as FOLLOWED
from helpers.history.lineage import lineage
from helpers.history.mix import metric_parts, since_the_quarter_before
from helpers.history.movement import COMPARED, Movement, flows, movement
from helpers.history.past import Past
from helpers.history.series import segment_series
from helpers.metrics.components import Components
from helpers.workspace import Workspace


def moved_since(
    ws: Workspace,
    past: Sequence[Past],
    frame: pd.DataFrame,
    segments: pd.DataFrame,
    profiles: pd.DataFrame,
) -> tuple[Movement, dict[str, pd.DataFrame]]:
    """Movement, and by name the data files saved: movement, flows, mix_and_rate, drift, …

    Parameters
    ----------
    past : all earlier published quarters, the oldest first.
    frame : customer frame.
    segments, profiles : this quarter's data files ``segments`` and ``segment_metrics``.
    """
    now = {name: ws.load(name) for name in COMPARED if ws.has(name)}
    moved = movement(now, ws.published_tables(ws.quarter.previous, COMPARED))
    alike = comparable(ws.study, past)
    parts, attributes = metric_parts(Components.kept(ws)), ws.load("attributes")
    dimensions = [*ws.study.attributes]
    made = {
        "movement": moved.table,
        "flows": flows(moved.table),
        "metric_parts": parts,
        "mix_and_rate": since_the_quarter_before(alike, ws.quarter, parts, attributes, dimensions),
        "drift": drift(alike, ws.quarter, attributes, parts, dimensions),
        "segment_series": segment_series(
            past, ws.quarter, segments, profiles, currency=ws.study.currency
        ),
        "segment_lineage": lineage(
            ws.study,
            past,
            ws.quarter,
            frame,
            {name: ws.load(name) for name in (*FOLLOWED, "priorities")},
        ),
        "control_charts": control_charts(alike, ws.quarter, charted(segments, profiles), parts),
    }
    return moved, {name: ws.save(name, table) for name, table in made.items()}
