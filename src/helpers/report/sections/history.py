"""The sections about earlier quarters: what was claimed and what became of it."""

import pandas as pd

from helpers.history import fates
from helpers.history.past import Past
from helpers.metrics.catalog import is_defined, metric
from helpers.report.exhibits import Page, finding, page, table, warning
from helpers.words import history as words
from helpers.workspace import Workspace


def _labelled(claims: pd.DataFrame) -> pd.DataFrame:
    names = [metric(one).label if is_defined(one) else one for one in claims["metric"]]
    return claims.assign(metric=names)


def claims(ws: Workspace, past: list[Past], told: pd.DataFrame, board: pd.DataFrame) -> Page:
    """What became of earlier claims; ``told`` is the data file ``claims``."""
    made = int((told["fate"] == fates.NEW).sum())
    row = board.iloc[0]
    if not row["claims"]:
        reason = words.NOTHING_CLAIMED if past else words.NO_EARLIER_REPORT
        return page(
            finding(ws, "claims_told", words.NO_EARLIER_CLAIMS, reason=reason, made=made),
        )
    earlier = told[told["fate"] != fates.NEW]
    values = {name: int(row[name]) for name in ("claims", "held_up", "faded", "too_early")}
    open_ = earlier[(earlier["fate"] == fates.TOO_EARLY) & earlier["power"].notna()]
    return page(
        finding(ws, "claims_told", words.CLAIMS_TOLD, **values),
        finding(
            ws,
            "claims_inside",
            words.INSIDE_TOLD,
            looked=int(row["looked_at"]),
            inside=int(row["inside"]),
            share=float(row["inside_share"]),
            low=float(_chance(int(row["looked_at"]))[0]),
            high=float(_chance(int(row["looked_at"]))[1]),
        )
        if row["looked_at"]
        else None,
        finding(ws, "claims_power", words.TOO_EARLY_TOLD, power=float(open_["power"].median()))
        if len(open_)
        else None,
        warning(ws, "claims_stopped", words.METHOD_STOPS, claims=int(row["not_comparable"]))
        if row["not_comparable"]
        else None,
        table(ws, "claims", _labelled(earlier), title=words.CLAIMS, source="claims", most=40),
        table(ws, "scoreboard", board, title=words.SCOREBOARD, source="scoreboard"),
    )


def _chance(looked: int) -> tuple[float, float]:
    """Shares inside that so many claims show in 95 of 100 cases, if intervals are right."""
    from scipy.stats import binom

    ends = binom.ppf([0.025, 0.975], looked, fates.LEVEL) / looked
    return float(ends[0]), float(ends[1])
