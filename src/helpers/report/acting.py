"""What the landing page says of lists and alerts: one line each, with the file that holds it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.priority.rising import risen
from helpers.report import listing
from helpers.report.wording import counted
from helpers.words import action as words
from helpers.words import say, spoken
from helpers.words.numbers import spaced

ALERTS = "alerts"
REASONS, COUNTS = "reason_changes", "alert_counts"
# Counts of which one figure is made: they fare worse where it does, and are no further news.
SAME_FACT = {"nps_promoters_share": "nps", "nps_detractors_share": "nps"}
RISEN_TOLD = 5  # contact reasons that have risen; of overlapping groups most say the same


def points(
    tables: Mapping[str, pd.DataFrame], *, currency: str, least: int = 1
) -> list[dict[str, str]]:
    """One line per action that names customers, the most at stake first; one per fact of alerts.

    Then what has become more since the quarter before, and the groups that are only counted.

    Parameters
    ----------
    tables : the data files of the quarter by name.
    least : groups of fewer customers are counted in no line (``study.min_group_size``).

    Returns
    -------
    Per line: text, file, the data file that holds the names, and href, where to read on.
    """
    found = []
    listed = listing.of_quarter(tables)
    if listed is not None:
        plays = listed.groupby(["action", "responsible"], sort=False)
        stakes = [(listing.at_stake(rows), rows, *play) for play, rows in plays]
        # Plays come in the order of what is at stake with all their customers.
        for stake, rows, action, who in sorted(
            stakes, key=lambda one: (one[0].open, -one[0].money)
        ):
            told = _list(rows, stake, action, who, currency)
            place = f"{listing.FILE}#{listing.anchor(who, action)}"
            found.append({"text": told, "file": listing.LISTS, "href": place})
    more = [*_alerts(tables, currency), *_risen(tables), *_counted(tables, least)]
    return found + [one | {"href": f"data/{one['file']}.csv"} for one in more]


def _list(rows: pd.DataFrame, stake: listing.Stake, action: str, who: str, currency: str) -> str:
    """One action: how many customers, what is at stake as far as it is known, and who waits."""
    told = stake.told(
        words.LIST_OF,
        words.LIST_PART,
        words.LIST_OPEN,
        action=action if not who else say(words.WHO_DOES, who=who, action=action),
        customers=counted(stake.customers, "customer", words=False),
        currency=currency,
    )
    return spoken.set_in(" ".join(filter(None, (told, listing.waiting(rows)))))


def facts(raised: pd.DataFrame) -> list[list[dict[str, Any]]]:
    """The alerts that tell one fact together: of NPS, promoters and detractors, NPS comes first.

    In the order of the table, by the surest alert of each.
    """
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in raised.to_dict("records"):
        fact = SAME_FACT.get(row["metric"], row["metric"])
        found.setdefault((row["segment_id"], row["compared_with"], fact), []).append(row)
    return [
        sorted(rows, key=lambda row: row["metric"] in SAME_FACT)  # what the others follow from
        for rows in found.values()
    ]


def behind(rows: list[dict[str, Any]], *, currency: str) -> str:
    """What the data file says is behind an alert, and the alerts that follow from the same."""
    from helpers.metrics.catalog import metric
    from helpers.words.numbers import in_unit

    told = [str(rows[0]["behind_it"])] if rows[0].get("behind_it") else []
    for row in rows[1:]:
        value, reference = (
            in_unit(row[name], row["unit"], currency=currency) for name in ("value", "reference")
        )
        label = metric(row["metric"]).label
        told.append(say(words.SAME, metric=label, value=value, reference=reference))
    return "; ".join(told)


def _alerts(tables: Mapping[str, pd.DataFrame], currency: str) -> list[dict[str, str]]:
    """One line per fact, as on the slide of alerts."""
    from helpers.metrics.catalog import metric
    from helpers.words.numbers import in_unit

    found = []
    for rows in facts(tables.get(ALERTS, pd.DataFrame())):
        row, causes = rows[0], behind(rows, currency=currency)
        line = say(
            words.ALERT_BEHIND if causes else words.ALERT,
            group=row["definition"],
            metric=metric(row["metric"]).label,
            value=in_unit(row["value"], row["unit"], currency=currency),
            reference=in_unit(row["reference"], row["unit"], currency=currency),
            against=row["compared_with"],
            **({"behind": causes} if causes else {}),
        )
        found.append({"text": line, "file": ALERTS})
    return found


def _risen(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, str]]:
    """Contact reasons that are shown to have become more."""
    rising = tables.get(REASONS)
    if rising is None or rising.empty:
        return []
    more = risen(rising)
    told = [
        say(
            words.RISEN_LINE, group=row.definition, level=spaced(row.level),
            value=f"{row.value:.0f}", past_value=f"{row.past_value:.0f}",
        )
        for row in more.head(RISEN_TOLD).itertuples()
    ]  # fmt: skip
    if len(more) > RISEN_TOLD:
        told.append(say(words.RISEN_MORE, number=len(more) - RISEN_TOLD))
    return [{"text": text, "file": REASONS} for text in told]


def _counted(tables: Mapping[str, pd.DataFrame], least: int) -> list[dict[str, str]]:
    """Groups that are too small for statistics and of which more may be told than their size."""
    rows = tables.get(COUNTS, pd.DataFrame()).to_dict("records")
    return [
        {"text": say(words.COUNTED_LINE, told=counted_group(row)), "file": COUNTS}
        for row in rows
        if row["customers"] >= least and _has_news(row)
    ]


def _has_news(row: Mapping[str, Any]) -> bool:
    """Whether somebody is at risk or escalated, came or went, or a reason is known."""
    known = {name: row[name] for name in row if pd.notna(row[name])}
    moved = "before" in known and known["before"] != known["customers"]
    others = ("at_risk", "escalated", "joined", "of_reason")
    return moved or any(known.get(name, 0) > 0 for name in others)


def counted_group(row: Mapping[str, Any]) -> str:
    """A group that is too small for statistics, in counts."""
    told = [say(words.COUNTED_GROUP, group=row["definition"], customers=row["customers"])]
    for name, sentence in (
        ("before", words.WAS), ("joined", words.JOINED), ("at_risk", words.RISKS),
        ("escalated", words.ESCALATIONS),
    ):  # fmt: skip
        # That nobody is at risk or escalated is no news; that a group was empty is.
        if pd.notna(row.get(name)) and (row[name] or name == "before"):
            number: dict[str, Any] = {name: int(row[name])}
            told.append(say(sentence, **number))
    if row.get("reason") and pd.notna(row.get("of_reason")):
        past: Any = row.get("past_of_reason")
        told.append(
            say(words.COMMONEST, reason=spaced(row["reason"]), of_reason=int(row["of_reason"]))
            if pd.isna(past)
            else say(
                words.COMMONEST_THEN, reason=spaced(row["reason"]), of_reason=int(row["of_reason"]),
                past=int(past),
            )
        )  # fmt: skip
    return ", ".join(told)
