"""What the customers of a step are written: one list per play that has a message."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers import outputs
from helpers.priority import fitting
from helpers.study import Play
from helpers.words import action as words
from helpers.words import local, say, translated
from helpers.words import numbers as fmt

DAYS = ("renews_on", "by")


def messages(listed: pd.DataFrame, plays: Mapping[str, Play]) -> pd.DataFrame:
    """The data file ``messages``.

    Parameters
    ----------
    listed : data file ``customers_to_act_on``, the most at stake first; whoever is not to be asked
        now (``not_now``) is not written to, and whoever is written to about a problem gets no
        other letter (`fitting.written_elsewhere`).
    plays : every play by its place (`plays.plays`); one without a message writes to nobody.
    """
    written = {place: play.message for place, play in plays.items() if play.message}
    asked = listed["not_now"].eq("") & ~fitting.written_elsewhere(listed, plays)
    rows = listed[listed["play"].isin(list(written)) & asked]
    order = {place: at for at, place in enumerate(written)}
    rows = rows.sort_values("play", key=lambda places: places.map(order), kind="stable")
    told = [_filled(translated(written[row["play"]]), row) for row in rows.to_dict("records")]
    return outputs.shaped("messages", rows.assign(message=told))


def _filled(text: str, row: Mapping[str, object]) -> str:
    """The message with a customer's own facts; what is not known is left blank."""
    facts = {name: "" if pd.isna(row[name]) else fmt.day(row[name]) for name in DAYS}
    facts |= {name: str(row[name]) for name in ("name", "owner")}
    facts["parting"] = _parting(row)
    # At one go: what an account is called is never read as a fact.
    return re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], found[0]), text)


def _parting(row: Mapping[str, Any]) -> str:
    """When a former customer left and why, in the words that what is known allows."""
    day, reason = row["left_on"], str(row["left_for"])
    if pd.isna(day):
        return say(words.PARTED_SOMETIME_FOR, reason=reason) if reason else words.PARTED_SOMETIME
    month = local.month(day)
    return say(words.PARTED_FOR if reason else words.PARTED, month=month, reason=reason)
