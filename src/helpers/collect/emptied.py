"""Contracts that pay 0 since they ended: what customers paid before is not in the export."""

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEWEST = 5  # contracts that ended at 0, from which on these are no accident
MOST_ENDED, RUNNING = 0.5, 0.1  # of those that ended; of those in force, which may be free


def is_emptied(ended: int, empty: int, running: int, free: int, *, fewest: int = FEWEST) -> bool:
    """Whether contracts were set to 0 when they ended: of those in force few are free.

    >>> is_emptied(40, 38, 200, 3), is_emptied(40, 4, 200, 3), is_emptied(40, 38, 200, 150)
    (True, False, False)
    """
    return empty >= max(fewest, MOST_ENDED * ended) and free <= RUNNING * running


def ended_at_zero(contracts: "ir.Table", as_of: date) -> dict[str, int]:
    """empty, ended (contracts that ended by a day: at 0, and all); or nothing, where few are at 0.

    Systems of billing set the recurring revenue of a cancelled subscription to 0. Then nobody paid
    anything a year ago but those who still do, and nobody can have left.
    """
    import ibis

    over = (contracts.ends_on < ibis.date(as_of)).fill_null(False)
    none = contracts.mrr == 0
    told = contracts.aggregate(
        ended=over.sum(),
        empty=(over & none).sum(),
        running=(~over).sum(),
        free=(~over & none).sum(),
    ).to_pandas()
    ended, empty, running, free = (int(told[name].fillna(0).iloc[0]) for name in told)
    return {"empty": empty, "ended": ended} if is_emptied(ended, empty, running, free) else {}
