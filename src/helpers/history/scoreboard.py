"""How earlier claims fared, all of them and by kind."""

import pandas as pd

from helpers.history import fates
from helpers.history.published import FORECAST, KINDS, STEP
from helpers.outputs import shaped
from helpers.priority.renewals import LEVEL as FORETOLD
from helpers.search.typical import wilson

ALL = "all"


def scoreboard(claims: pd.DataFrame) -> pd.DataFrame:
    """The data file ``scoreboard`` from the data file ``claims``.

    Claims of this quarter's own report are not counted. Each claim counts once, by its latest look.
    The interval of the share inside is Wilson's, as if claims were independent; those of one
    quarter share customers, so that it is rather too narrow.
    """
    earlier = claims[claims["fate"] != fates.NEW]
    rows = [_row(kind, earlier[earlier["kind"] == kind]) for kind in KINDS]
    return shaped("scoreboard", [_row(ALL, earlier), *(row for row in rows if row["claims"])])


def _row(kind: str, of: pd.DataFrame) -> dict:
    # All claims together count what promises the same: a forecast's range is a narrower one.
    counted = of[~of["kind"].isin((FORECAST, STEP))] if kind == ALL else of
    told = counted["inside"]
    looked, inside = int((told != "").sum()), int((told == "yes").sum())
    low, high = wilson(inside / looked, looked, 0.025) if looked else (float("nan"),) * 2
    return {
        "kind": kind,
        "claims": len(of),
        "looked_at": looked,
        "inside": inside,
        "inside_share": inside / looked if looked else float("nan"),
        "inside_low": low,
        "inside_high": high,
        "promised": {FORECAST: FORETOLD, STEP: float("nan")}.get(kind, fates.LEVEL),
        "held_up": int((of["fate"] == fates.HELD_UP).sum()),
        "faded": int((of["fate"] == fates.FADED).sum()),
        "missed": int((of["fate"] == fates.MISSED).sum()),
        "too_early": int((of["fate"] == fates.TOO_EARLY).sum()),
        "not_comparable": int((of["fate"] == fates.NOT_COMPARABLE).sum()),
    }
