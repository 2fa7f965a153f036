"""What comments are about, where somebody coded them: no program guesses it."""

import numpy as np
import pandas as pd

from helpers.collect.twice import NOT_JUDGED, verdict
from helpers.outputs import shaped
from helpers.quarter import Quarter
from helpers.raters import kappa
from helpers.study import Study

YEAR, DAY = pd.DateOffset(months=12), pd.Timedelta(days=1)
YES, NO = "yes", "no"


def coded_comments(surveys: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Answers of some days whose comment somebody coded."""
    day = pd.to_datetime(surveys["responded_on"])
    return surveys[surveys["theme"].notna() & (day >= first) & (day <= last)]


def comment_themes(study: Study, surveys: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Themes of coded comments: the data file ``comment_themes``.

    Parameters
    ----------
    surveys : account_id, kind, score, responded_on and, where comments were coded, theme; perhaps
        checked_theme.

    Notes
    -----
    A comment may have several themes, parted by semicolons. How far two people code alike is told
    theme by theme: Cohen's κ of naming it or not, over the comments that both coded, with the
    limits of ``research`` (usable, weak, least_pairs).
    """
    if "theme" not in surveys:
        return shaped("comment_themes", [])
    begins, ends = pd.Timestamp(quarter.year_start), pd.Timestamp(quarter.as_of)
    now = coded_comments(surveys, begins, ends)
    then = coded_comments(surveys, begins - YEAR, begins - DAY)
    twice = _twice(coded_comments(surveys, pd.Timestamp.min, ends))
    named = _long(now)
    before = _long(then)["theme"].value_counts()
    rows = []
    for theme, own in named.groupby("theme", sort=True):
        nps = own[(own["kind"] == "nps") & own["score"].notna()]
        happy, unhappy = int((nps["score"] >= 9).sum()), int((nps["score"] <= 6).sum())
        rows.append(
            {
                "theme": theme,
                "comments": len(own),
                "customers": own["account_id"].nunique(),
                "share": len(own) / len(now),
                "share_before": before.get(theme, 0) / len(then) if len(then) else np.nan,
                "promoters": happy,
                "detractors": unhappy,
                "nps": 100.0 * (happy - unhappy) / len(nps) if len(nps) else np.nan,
                **_agreement(study, twice, theme),
            }
        )
    table = shaped("comment_themes", rows)
    return table.sort_values(["comments", "theme"], ascending=[False, True], ignore_index=True)


def _themes(text: str) -> frozenset[str]:
    """The themes of one comment, in one spelling."""
    parts = (" ".join(part.split()).casefold() for part in text.split(";"))
    return frozenset(filter(None, parts))


def _long(coded: pd.DataFrame) -> pd.DataFrame:
    """One row per comment and theme."""
    return coded.assign(theme=[sorted(_themes(text)) for text in coded["theme"]]).explode(
        "theme", ignore_index=True
    )


def _twice(coded: pd.DataFrame) -> list[tuple[frozenset[str], frozenset[str]]]:
    """What two people made of the comments that both of them coded."""
    if "checked_theme" not in coded:
        return []
    both = coded[coded["checked_theme"].notna()]
    return [
        (_themes(one), _themes(other))
        for one, other in zip(both["theme"], both["checked_theme"], strict=True)
    ]


def _agreement(
    study: Study, twice: list[tuple[frozenset[str], frozenset[str]]], theme: str
) -> dict[str, object]:
    """How far two people agree on naming a theme, and what that allows."""
    one = [YES if theme in first else NO for first, _ in twice]
    other = [YES if theme in second else NO for _, second in twice]
    if len(twice) < study.research.least_pairs:
        return {"coded_twice": len(twice), "verdict": NOT_JUDGED}
    found = kappa(one, other, levels=(NO, YES))
    return {
        "coded_twice": len(twice),
        "kappa": found.value,
        "kappa_low": found.low,
        "kappa_high": found.high,
        "verdict": verdict(study, found, len(twice)),
    }
