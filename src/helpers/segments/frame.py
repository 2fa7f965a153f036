"""The customer frame: everything known about a customer in one row, for rules and tests."""

from datetime import date

import pandas as pd

from helpers.segments.definitions import (
    Segments,
    a_priori,
    combine,
    from_candidates,
    from_hypotheses,
    health_segments,
    value_segments,
)
from helpers.segments.lifecycle import lifecycle, next_renewal
from helpers.segments.needs import needs_groups, required_outcomes
from helpers.study import Study


def customer_frame(
    customers: pd.DataFrame,
    attributes: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    contracts: pd.DataFrame | None = None,
    needs: pd.DataFrame | None = None,
    health: pd.DataFrame | None = None,
    as_of: date,
) -> pd.DataFrame:
    """Customers, banded attributes and scores side by side.

    Parameters
    ----------
    customers : one row per included customer, with the raw columns of accounts.
    attributes : data file ``attributes``: account_id and the banded attributes.
    scores : data file ``quality_scores``.
    contracts : account_id, starts_on, ends_on, renews_on; None = not collected.
    needs : the canonical table; None = not collected.
    health : data file ``health``; None = not computed.

    Returns
    -------
    One row per customer, sorted by account_id. Attributes stand under their names as levels, raw
    numbers of banded attributes as ``<name>_raw``; then quality_score, rank, band; renews_on,
    required_outcome, health_score and health_group where collected.
    """
    banded = [name for name in attributes.columns if name != "account_id"]
    raw = customers.rename(columns={name: f"{name}_raw" for name in banded})
    frame = raw.merge(attributes, on="account_id", validate="1:1")
    score = scores[["account_id", "quality_score", "rank", "band"]]
    frame = frame.merge(score, on="account_id", validate="1:1")
    if contracts is not None:
        renewals = next_renewal(contracts, as_of=as_of)
        frame = frame.merge(renewals, on="account_id", how="left", validate="1:1")
    if needs is not None:
        outcomes = required_outcomes(needs)
        frame = frame.merge(outcomes, on="account_id", how="left", validate="1:1")
    if health is not None:
        groups = health[["account_id", "health_score", "health_group"]]
        frame = frame.merge(groups, on="account_id", how="left", validate="1:1")
    assert len(frame) == len(customers)
    return frame.sort_values("account_id", ignore_index=True)


def all_segments(
    study: Study, frame: pd.DataFrame, *, candidates: pd.DataFrame | None = None, as_of: date
) -> Segments:
    """Every segment that is defined without looking at scores for it, hypotheses first.

    ``candidates`` (list_name, account_id) are lists that other teams use; None = not collected.
    """
    parts = [
        from_hypotheses(study, frame),
        a_priori(study, frame),
        value_segments(frame),
        health_segments(frame),
        lifecycle(study, frame, as_of=as_of),
        needs_groups(frame),
    ]
    if candidates is not None:
        parts.append(from_candidates(frame, candidates))
    return combine(*parts)
