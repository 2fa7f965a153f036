"""Segments by what customers need, as told in interviews."""

import pandas as pd

from helpers.segments.definitions import Segments, define
from helpers.segments.rules import literal, slug

OUTCOME = "required_outcome"
NOT_DIMENSIONS = {"account_id", OUTCOME, "interviewed_on"}


def required_outcomes(needs: pd.DataFrame) -> pd.DataFrame:
    """The outcome that each interviewed customer needs.

    ``needs`` (one row per interview) -> ``account_id, required_outcome`` (one row per customer with
    an outcome): the latest interview counts; of several on one day, the first by name.
    """
    told = needs.dropna(subset=[OUTCOME])
    if "interviewed_on" not in told:
        told = told.assign(interviewed_on=pd.NaT)
    told = told.sort_values(
        ["account_id", "interviewed_on", OUTCOME],
        ascending=[True, False, True],
        na_position="last",
        kind="stable",
    )
    return told.drop_duplicates("account_id")[["account_id", OUTCOME]].reset_index(drop=True)


def needs_groups(frame: pd.DataFrame) -> Segments:
    """One segment per required outcome, of interviewed customers only.

    ``frame`` must carry ``required_outcome`` (see `required_outcomes`), null = not interviewed.
    The segments are compared with the other interviewed customers, for those who agree to an
    interview differ from the rest; the note of each gives the share that was interviewed.
    """
    if OUTCOME not in frame or not frame[OUTCOME].notna().any():
        return define(frame.head(0), (), notes=("needs: no interviews were collected",))
    interviewed = int(frame[OUTCOME].notna().sum())
    note = f"{interviewed} of {len(frame)} customers were interviewed"
    return define(
        frame,
        (
            {
                "segment_id": f"needs-{slug(outcome)}",
                "basis": "needs",
                "definition": f"Required outcome: {outcome}",
                "rule": f"{OUTCOME} = {literal(outcome)}",
                "population": "interviewed",
                "note": f"{note} ({interviewed / len(frame):.0%})",
            }
            for outcome in sorted(frame[OUTCOME].dropna().unique())
        ),
    )


def experience_profile(needs: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """What the appropriate experience looks like in each needs group.

    Returns
    -------
    One row per required outcome, dimension and answer: required_outcome, dimension, value,
    customers, answered (customers of the group with an answer on the dimension), share.
    """
    columns = ["required_outcome", "dimension", "value", "customers", "answered", "share"]
    dimensions = [name for name in needs.columns if name not in NOT_DIMENSIONS]
    known = needs[needs["account_id"].isin(frame["account_id"])]
    latest = known.merge(required_outcomes(known), on=["account_id", OUTCOME])
    if "interviewed_on" in latest:
        latest = latest.sort_values(["account_id", "interviewed_on"], kind="stable")
    latest = latest.drop_duplicates("account_id", keep="last")
    long = latest.melt(
        id_vars=[OUTCOME], value_vars=dimensions, var_name="dimension", value_name="value"
    ).dropna(subset=["value"])
    if long.empty:
        return pd.DataFrame(columns=columns)
    long["value"] = long["value"].astype(str)
    counted = long.groupby([OUTCOME, "dimension", "value"], sort=True).size()
    table = counted.rename("customers").reset_index()
    table["answered"] = table.groupby([OUTCOME, "dimension"])["customers"].transform("sum")
    table["share"] = table["customers"] / table["answered"]
    return table[columns]
