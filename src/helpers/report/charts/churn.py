"""Charts of who leaves, month by month and by the quarter in which customers were won."""

import pandas as pd

from helpers.report.charts import parts
from helpers.report.charts.axes import axis
from helpers.report.charts.model import (
    Axis,
    Cell,
    Chart,
    Grid,
    Line,
    Plane,
    Points,
    Row,
    Tick,
    nothing,
)
from helpers.words import charts as words
from helpers.words import counting, say
from helpers.words import numbers as fmt

EVERY = 6  # months between ticks


def churn_line(months: pd.DataFrame, *, least: int = parts.LEAST) -> Chart:
    """Share of customers that left in each month, with 95 % bands; the unfinished one apart.

    Parameters
    ----------
    months : the data file ``churn_months``, one dimension and level of it.
    least : the smallest number of customers whose share may be shown.
    """
    columns = ("month", "customers", "left", "churn_monthly", "low", "high", "finished")
    parts.require(months, columns, chart="churn_line")
    drawn = months[months["customers"] >= least].sort_values("month").reset_index(drop=True)
    done = drawn[drawn["finished"] == "yes"]
    if len(done) < 2:
        return nothing(say(words.NO_MONTHS))
    place = {day: float(at) for at, day in enumerate(drawn["month"])}
    x = tuple(place[day] for day in done["month"])
    y, low, high = (tuple(map(float, done[name])) for name in ("churn_monthly", "low", "high"))
    last = len(drawn) - 1
    ticks = tuple(
        Tick(float(at), f"{drawn['month'][at]:%Y-%m}")
        for at in range(last % EVERY, last + 1, EVERY)
    )
    open_ = drawn[drawn["finished"] != "yes"]
    points = (
        Points(
            say(words.UNFINISHED),
            tuple(place[day] for day in open_["month"]),
            tuple(map(float, open_["churn_monthly"])),
            "open",
        ),
    )
    line = Line(say(words.EVERYBODY), x, y, "shown", low=low, high=high)
    return Chart(
        Plane(
            Axis(0.0, float(max(last, 1)), ticks, "count"),
            axis([*y, *high], "percent"),
            lines=(line,),
            points=points if len(open_) else (),
        ),
        title=say(
            words.MONTHS_LEFT,
            left=int(done["left"].sum()),
            months=len(done),
            share=float(done["left"].sum() / done["customers"].sum()),
        )
        if done["left"].any()
        else say(words.MONTHS_NOBODY, months=len(done)),
        unit=say(words.MONTHS_UNIT),
        remark=say(words.UNFINISHED_OPEN) if len(open_) else "",
    )


def cohort_grid(
    cohorts: pd.DataFrame, *, share: str = "logo_share", ordering: bool = False
) -> Chart:
    """What is left of each quarter's customers, or of their revenue, quarter after quarter.

    Parameters
    ----------
    cohorts : the data file ``cohorts``.
    share : ``logo_share`` or ``revenue_share``.
    ordering : whether who ordered in a quarter is counted, not who is still a customer: without
        contracts, a quarter without an order is no leaving.
    """
    size = "customers" if share == "logo_share" else "revenue"  # what shares are shares of
    parts.require(cohorts, ("cohort", "age", "customers", size, share), chart="cohort_grid")
    wide = cohorts.pivot_table(share, "cohort", "age", sort=False)
    if wide.empty:
        return nothing(say(words.NO_COHORTS))
    if share == "logo_share" and not ordering and bool((wide.isna() | wide.eq(1)).all(axis=None)):
        return nothing(say(words.COHORTS_ALL_KEPT))
    sizes = cohorts.drop_duplicates("cohort").set_index("cohort")["customers"]
    most = max(1.0, float(wide.to_numpy()[wide.notna().to_numpy()].max()))
    cells = tuple(
        tuple(
            Cell("") if pd.isna(value) else Cell(fmt.percent(value, 0), shade=_shade(value, most))
            for value in wide.loc[cohort]
        )
        for cohort in wide.index
    )
    kept, unit = words.COHORTS_KEPT, words.COHORTS_UNIT
    if ordering:
        kept, unit = words.COHORTS_ORDERED, words.COHORTS_ORDERED_UNIT
    year = cohorts[cohorts["age"] == 4]
    title = ""
    if len(year) and year[share].notna().any():
        first = cohorts[cohorts["age"] == 0].set_index("cohort")[size]
        weight = year["cohort"].map(first).where(year[share].notna())
        mean = float((year[share] * weight).sum() / weight.sum())
        sentence = kept if share == "logo_share" else words.COHORTS_PAID
        told = list(year.loc[year[share].notna(), "cohort"].astype(str))
        won = told[0] if len(told) == 1 else say(counting.FROM_TO, low=told[0], high=told[-1])
        title = say(sentence, share=mean, won=won)
    return Chart(
        Grid(
            say(words.WON_IN),
            tuple(Row(str(age)) for age in wide.columns),
            tuple(
                Row(say(words.WITH_N, label=parts.name(cohort), n=int(sizes[cohort])))
                for cohort in wide.index
            ),
            cells,
            table="cohorts",
        ),
        title=title,
        unit=say(unit if share == "logo_share" else words.COHORTS_PAID_UNIT),
    )


def _shade(value: float, most: float) -> float:
    return round(min(max(float(value), 0.0) / most, 1.0), 3)
