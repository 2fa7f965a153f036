"""Whether findings survive other amounts and other exclusions."""

import numpy as np
import pandas as pd

from helpers.collect.attributes import band_attributes
from helpers.errors import StudyError
from helpers.outputs import shaped
from helpers.segments import verdicts
from helpers.segments.assessment import Assessment
from helpers.segments.rules import evaluate_rule
from helpers.study import Study


def findings_survive(
    study: Study,
    judged: Assessment,
    tried: pd.DataFrame,
    variants: pd.DataFrame,
    offered: pd.DataFrame,
    included: pd.Series,
) -> pd.DataFrame:
    """What each variation of the score does to the findings: ``score_sensitivity``.

    Parameters
    ----------
    judged : the segments by the adopted formula.
    tried, variants : ``table`` and ``scores`` of `helpers.metrics.sensitivity.tried`.
    offered : everybody whom the exclusion rules were asked about.
    included : account_ids of the customers by the adopted rules.

    Returns
    -------
    ``tried`` with findings, findings_held and findings_lost.

    Notes
    -----
    Customers that another exclusion lets in are members where the segment's rule, on their
    attributes, says so; where it cannot be evaluated for them they are no members. The difference
    is that of means (of ranks for segments of a typical member) with Welch's 95 % interval.
    """
    rows = judged.segments[verdicts.is_finding(judged.segments["verdict"])]
    members = {
        name: set(judged.members.loc[judged.members["segment_id"] == name, "account_id"])
        for name in rows["segment_id"]
    }
    entered = {name: _by_rule(study, rule, offered) for name, rule in
               zip(rows["segment_id"], rows["rule"], strict=True)}  # fmt: skip
    inside = set(included)
    held, lost = [], []
    for item, changed in zip(tried["item"], tried["changed"], strict=True):
        scores = variants[(variants["item"] == item) & (variants["changed"] == changed)]
        if scores.empty:
            held.append(np.nan)
            lost.append("")
            continue
        fails = []
        for row in rows.itertuples():
            new = entered[row.segment_id] - inside
            ranked = bool(verdicts.is_typical(row.verdict))
            if not _holds(scores, members[row.segment_id] | new, ranked=ranked):
                fails.append(row.definition)
        held.append(len(rows) - len(fails))
        lost.append("; ".join(fails))
    table = tried.assign(findings=len(rows), findings_held=held, findings_lost=lost)
    return shaped("score_sensitivity", table)


def _holds(scores: pd.DataFrame, members: set[str], *, ranked: bool) -> bool:
    """Whether the members are better, beyond a plain 95 % interval."""
    from scipy import stats

    values = scores["quality_score"].rank() if ranked else scores["quality_score"]
    inside = scores["account_id"].isin(members)
    one, other = values[inside].to_numpy(float), values[~inside].to_numpy(float)
    if min(len(one), len(other)) < 2:
        return False
    if np.ptp(one) == 0 and np.ptp(other) == 0:
        return bool(one.mean() > other.mean())
    found = stats.ttest_ind(one, other, equal_var=False)
    return bool(found.confidence_interval(0.95).low > 0)


def _by_rule(study: Study, rule: object, offered: pd.DataFrame) -> set[str]:
    """Who meets a rule by attributes alone; nobody where these do not tell."""
    if not isinstance(rule, str) or not rule:
        return set()
    absent = [name for name in study.attributes if name not in offered]
    offered = offered.assign(**{name: _blank(study, name, offered) for name in absent})
    try:
        attributes = band_attributes(study, offered)
        banded = [name for name in attributes.columns if name != "account_id"]
        raw = offered.rename(columns={name: f"{name}_raw" for name in banded})
        frame = raw.merge(attributes, on="account_id", validate="1:1")
        return set(frame.loc[evaluate_rule(frame, rule), "account_id"])
    except StudyError:
        return set()


def _blank(study: Study, name: str, offered: pd.DataFrame) -> pd.Series:
    """An attribute that research alone knows: of the customers let in, nobody looked it up."""
    number = study.attributes[name].type == "number"
    return pd.Series(np.nan if number else pd.NA, offered.index, "float64" if number else "str")
