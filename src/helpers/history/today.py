"""What this quarter's run knows, to hold earlier claims against."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from helpers.metrics.components import Components
from helpers.metrics.outcomes import measured_outcomes
from helpers.metrics.profiles import segment_metrics
from helpers.quarter import Quarter
from helpers.study import Study
from helpers.workspace import Workspace

MORE = ("next_steps", "group_metrics", "renewal_history")


@dataclass(frozen=True)
class Today:
    """What this quarter's run knows, to hold earlier claims against.

    Attributes
    ----------
    frame : customer frame, former customers among it.
    scores, segments, members, profiles, hypotheses, alerts, charts : this quarter's data files.
    outcomes : `outcomes.measured_outcomes` of today.
    measure : metrics of groups that this quarter does not look at any more: segment_id, account_id
        in, rows of ``segment_metrics`` out.
    more : data files of step 5 that claims are made of or held against (`MORE`).
    """

    study: Study
    quarter: Quarter
    frame: pd.DataFrame
    scores: pd.DataFrame
    segments: pd.DataFrame
    members: pd.DataFrame
    profiles: pd.DataFrame
    hypotheses: pd.DataFrame
    alerts: pd.DataFrame
    charts: pd.DataFrame
    outcomes: pd.DataFrame
    measure: Callable[[pd.DataFrame], pd.DataFrame]
    more: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @classmethod
    def of(cls, ws: Workspace, frame: pd.DataFrame, parts: Components) -> "Today":
        """What the notebooks of this quarter left.

        Parameters
        ----------
        frame : the customer frame.
        parts : components of all included customers.
        """

        def measure(members: pd.DataFrame) -> pd.DataFrame:
            return segment_metrics(ws.study, members, parts)

        return cls(
            study=ws.study,
            quarter=ws.quarter,
            frame=frame,
            scores=ws.load("quality_scores"),
            segments=ws.load("segments"),
            members=ws.load("segment_members"),
            profiles=ws.load("segment_metrics"),
            hypotheses=ws.load("hypotheses"),
            alerts=ws.load("alerts"),
            charts=ws.load("control_charts"),
            outcomes=measured_outcomes(parts),
            measure=measure,
            more={name: ws.load(name) for name in MORE if ws.has(name)},
        )

    @property
    def day(self) -> pd.Timestamp:
        """The as-of date."""
        return pd.Timestamp(self.quarter.as_of)
