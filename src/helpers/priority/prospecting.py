"""How to find companies like those of a segment: a filter that sales can paste, and in words."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.collect.attributes import bands
from helpers.priority.targeting import HIDDEN, LOOKALIKE, VISIBLE, best_rule
from helpers.segments.rules import evaluate_rule, in_words, literal, quoted
from helpers.study import Study
from helpers.words import action as words
from helpers.words import say

Condition = tuple[str, str]


def prospect_rules(
    study: Study,
    ranked: pd.DataFrame,
    segments: pd.DataFrame,
    frame: pd.DataFrame,
    masks: pd.DataFrame,
    market: pd.DataFrame | None,
) -> pd.DataFrame:
    """One filter per ranked segment that something tells before a sale: data file
    ``prospect_rules``.

    Parameters
    ----------
    ranked, segments : data files ``priorities`` and ``segments``.
    frame : customer frame.
    masks : booleans, one row per customer of ``frame`` and one column per segment.
    market : the reachable market in bands (`research.banded_market`); None = not collected.

    Returns
    -------
    ``sql`` is a condition over the raw attributes as a CRM holds them (numbers, never bands);
    companies the weight of the reachable market that it picks and won_share the customers among
    customers and market that it picks (blank = not known); ``why`` says why there is no filter.
    """
    visible = [name for name, one in study.attributes.items() if one.external and name in frame]
    rules = dict(zip(segments["segment_id"], segments["rule"], strict=True))
    rows = []
    for one in ranked.to_dict("records"):
        name = one["segment_id"]
        row = {at: one[at] for at in ("segment_id", "definition", "told_by")}
        row |= {"sql": "", "in_words": ""}
        rule, why = "", words.NO_FILTER if one["told_by"] == HIDDEN else words.FILTER_OPEN
        if one["told_by"] == VISIBLE:
            rule = rules[name]
        elif one["told_by"] == LOOKALIKE:
            found = best_rule(
                frame, masks[name].to_numpy(bool), visible, conditions=study.scope.max_conditions
            )
            rule = " AND ".join(f"{quoted(at)} = {literal(level)}" for at, level in found)
        if rule:
            inside = evaluate_rule(frame, rule, place="prospect rule")
            current = int((inside & (frame["status"] == "current")).sum())
            row |= {"sql": raw_rule(study, rule, frame), "in_words": in_words(study, rule) or rule}
            row |= {"customers": current} | _in_market(rule, market, current)
            for column in ("precision_outside", "recall_outside", "precision_low",
                           "precision_high"):  # fmt: skip
                row[column] = one[column] if one["told_by"] == LOOKALIKE else np.nan
        rows.append(row | {"why": "" if rule else say(why)})
    return outputs.shaped("prospect_rules", rows)


def _in_market(rule: str, market: pd.DataFrame | None, customers: int) -> dict[str, float]:
    from helpers.segments.rules import columns_of

    if market is None or not set(columns_of(rule)) <= set(market.columns):
        return {}
    inside = evaluate_rule(market, rule, place="prospects")
    companies = float(market.loc[inside, "weight"].sum())
    total = companies + customers
    return {"companies": companies, "won_share": customers / total if total > 0 else np.nan}


def raw_rule(study: Study, rule: str, frame: pd.DataFrame) -> str:
    """A rule over the attributes as a CRM holds them: raw numbers, and no bands.

    Bands of numbers become limits of the number; ``<name>_raw`` becomes the name. Text is never
    touched: names are replaced where they stand as names.
    """
    import re

    for name, attribute in study.attributes.items():
        if attribute.type != "number" or name not in frame:
            continue
        raw = frame.get(f"{name}_raw", pd.Series(dtype=float))
        found = bands(raw.astype(float), attribute.bands, unit=attribute.unit)
        for label, (low, high) in zip(found.labels, found.limits, strict=True):
            names = {re.escape(name), re.escape(quoted(name))}
            pattern = rf"(?<![\w\"])(?:{'|'.join(sorted(names))})\s*=\s*{re.escape(literal(label))}"
            rule = re.sub(pattern, lambda _, at=(name, low, high): _limits(*at), rule)
    return _unquoted(rule, lambda text: re.sub(r"\b(\w+)_raw\b", r"\1", text))


def _limits(name: str, low: float, high: float) -> str:
    ends = []
    if np.isfinite(low):
        ends.append(f"{quoted(name)} >= {low:g}")
    if np.isfinite(high):
        ends.append(f"{quoted(name)} < {high:g}")
    return " AND ".join(ends) if ends else f"{quoted(name)} IS NOT NULL"


def _unquoted(sql: str, change) -> str:
    """``change`` applied to what stands outside of SQL texts."""
    import re

    pieces: Iterable[str] = re.split(r"('(?:[^']|'')*')", sql)
    return "".join(one if one.startswith("'") else change(one) for one in pieces)
