"""How to find companies like those of a segment: a filter that sales can paste, and in words."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.collect.attributes import UNKNOWN, bands
from helpers.errors import StudyError
from helpers.priority.criteria import in_market, market_share
from helpers.priority.targeting import HIDDEN, LOOKALIKE, VISIBLE, best_rule
from helpers.segments.rules import columns_of, evaluate_rule, in_words, literal, quoted
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
    customers and market of that kind (blank = not known; companies of which it is not known are
    taken to be so as often as the others); ``why`` says why there is no filter.
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
            row |= {"customers": current} | _won(rule, market, current)
            why = words.NO_RAW
            for column in ("precision_outside", "recall_outside", "precision_low",
                           "precision_high"):  # fmt: skip
                row[column] = one[column] if one["told_by"] == LOOKALIKE else np.nan
        rows.append(row | {"why": "" if row["sql"] else say(why)})
    return outputs.shaped("prospect_rules", rows)


def _won(rule: str, market: pd.DataFrame | None, customers: int) -> dict[str, float]:
    companies = like = np.nan
    if market is not None:
        companies, share = in_market(market, rule)[0], market_share(market, rule)[0]
        like = share * market["weight"].sum()  # unknown ones as often as the others, not never
    total = like + customers
    return {"companies": companies, "won_share": customers / total if total > 0 else np.nan}


def raw_rule(study: Study, rule: str, frame: pd.DataFrame) -> str:
    """A rule over the attributes as a CRM holds them: raw numbers, and no bands.

    Bands of numbers become limits of the number, however they are compared (``=``, ``<>``, ``IN``
    and their opposites); ``<name>_raw`` becomes the name. Text is never touched.

    Returns
    -------
    "" where what is written so does not pick the same customers, or cannot be read: what a rule
    does with the names of bands themselves (``LIKE``, say) has no counterpart among raw numbers.
    """
    limits = _limits_of(study, frame)
    told = {name.lower() for name in columns_of(rule)}
    if told.isdisjoint({*limits, *(f"{name}_raw" for name in limits)}):
        return rule
    sql = _rewritten(rule, limits)
    raw = frame.drop(columns=list(frame.filter(regex="_raw$")))
    raw = raw.assign(**{name: frame[f"{name}_raw"] for name in frame if f"{name}_raw" in frame})
    try:
        same = evaluate_rule(raw, sql).equals(evaluate_rule(frame, rule))
    except StudyError:
        return ""
    return sql if same else ""


def _limits_of(study: Study, frame: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Of every attribute that is a number: the condition that each band is."""
    found = {}
    for name, attribute in study.attributes.items():
        if attribute.bands is None or name not in frame or f"{name}_raw" not in frame:
            continue
        cuts = bands(frame[f"{name}_raw"].astype(float), attribute.bands, unit=attribute.unit)
        level = attribute.missing == "level"
        limits = zip(cuts.labels, cuts.limits, strict=True)
        found[name.lower()] = {label: _limits(name, *ends, level) for label, ends in limits}
        if level:
            found[name.lower()][UNKNOWN] = f"{quoted(name)} IS NULL"
    return found


def _limits(name: str, low: float, high: float, level: bool) -> str:
    """One band; where the unknown is a level of its own, it lies outside of every band."""
    ends = [f"{quoted(name)} >= {literal(low)}"] if np.isfinite(low) else []
    ends += [f"{quoted(name)} < {literal(high)}"] if np.isfinite(high) else []
    ends += [f"{quoted(name)} IS NOT NULL"] if level or not ends else []
    return " AND ".join(ends)


def _rewritten(rule: str, limits: Mapping[str, Mapping[str, str]]) -> str:
    """The rule with limits for bands; "" where it cannot be read."""
    # sqlglot takes what a dialect says for good when it first writes in it: helpers.sandbox.foreign
    import ibis.backends.sql.dialects  # noqa: F401
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    def written(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name.lower().removesuffix("_raw") in limits:
            plain = node.name[:-4] if node.name.lower().endswith("_raw") else node.name
            return exp.column(plain, quoted=True)
        sides = list(node.iter_expressions())
        if not isinstance(node, exp.EQ | exp.NEQ | exp.In) or not sides:
            return node
        columns = [side for side in sides if isinstance(side, exp.Column)]
        texts = [side.name for side in sides if isinstance(side, exp.Literal) and side.is_string]
        known = limits.get(columns[0].name.lower(), {}) if len(columns) == 1 else {}
        if len(texts) != len(sides) - 1 or not texts or not set(texts) <= set(known):
            return node
        either = [sqlglot.condition(known[text], dialect="duckdb") for text in texts]
        made = exp.or_(*either) if len(either) > 1 else either[0]
        if isinstance(node, exp.NEQ):
            return exp.not_(made)
        around = node.parent
        apart = isinstance(made, exp.Connector) and not isinstance(around, exp.Paren | type(made))
        return exp.paren(made) if apart and around is not None else made

    try:
        return sqlglot.parse_one(rule, dialect="duckdb").transform(written).sql(dialect="duckdb")
    except (SqlglotError, RecursionError):
        return ""
