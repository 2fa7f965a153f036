"""Segments by what customers need, as told in interviews."""

import pandas as pd

from helpers.segments.definitions import Segments, define
from helpers.segments.rules import literal, slug
from helpers.words import groups as words
from helpers.words import name, say
from helpers.words import numbers as fmt

OUTCOME = "required_outcome"
# A comment is in the words of one customer: no answer that others share, and nothing to publish.
NOT_DIMENSIONS = {"account_id", OUTCOME, "interviewed_on", "comment"}
NEEDS = (
    *("segment_id", "dimension", "answer", "mentions", "customers", "share"),
    *("rest_customers", "rest_share"),
)


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
        return define(frame.head(0), (), notes=(words.NEEDS_NO_INTERVIEWS_WERE_COLLECTED,))
    interviewed = int(frame[OUTCOME].notna().sum())
    note = say(words.CUSTOMERS_WERE_INTERVIEWED, interviewed=interviewed, customers=len(frame))
    return define(
        frame,
        (
            {
                "segment_id": f"needs-{slug(outcome)}",
                "basis": "needs",
                "definition": name(words.REQUIRED_OUTCOME, outcome=outcome),
                "rule": f"{OUTCOME} = {literal(outcome)}",
                "population": "interviewed",
                "note": f"{note} ({fmt.percent(interviewed / len(frame))})",
            }
            for outcome in sorted(frame[OUTCOME].dropna().unique())
        ),
    )


def needs_by_segment(
    needs: pd.DataFrame | None, members: pd.DataFrame, frame: pd.DataFrame
) -> pd.DataFrame:
    """What the interviewed customers of each segment need, against all other interviewed ones.

    Parameters
    ----------
    needs : one row per interview: account_id, required_outcome, perhaps interviewed_on, and a
        column per dimension of the experience that fits. A customer's latest interview counts.
    members : segment_id, account_id.
    frame : account_id of the customers studied.

    Returns
    -------
    One row per segment, dimension (required_outcome first) and answer, the commonest first:
    segment_id, dimension, answer, mentions (customers of the segment that gave it), customers (of
    the segment with any answer on the dimension), share, rest_customers and rest_share (of all
    others). Nobody is drawn at random for an interview: shares describe those who were asked, and
    have no interval.
    """
    told = (
        latest_interviews(needs, frame)
        if needs is not None
        else pd.DataFrame(columns=["account_id"])
    )
    dimensions = [OUTCOME, *(name for name in told if name not in NOT_DIMENSIONS)]
    long = told.reindex(columns=["account_id", *dimensions]).melt(
        id_vars="account_id", var_name="dimension", value_name="answer"
    )
    long = long.dropna(subset="answer").astype({"answer": str})
    found = _counted(members.merge(long, on="account_id"), ["segment_id", "dimension"])
    whole = _counted(long, ["dimension"]).rename(
        columns={"mentions": "all_mentions", "customers": "all_customers"}
    )
    table = found.merge(whole, on=["dimension", "answer"], how="left", validate="m:1")
    table["share"] = table["mentions"] / table["customers"]
    table["rest_customers"] = table["all_customers"] - table["customers"]
    others = table["all_mentions"] - table["mentions"]
    table["rest_share"] = others / table["rest_customers"].where(table["rest_customers"] > 0)
    order = table["dimension"].map({name: at for at, name in enumerate(dimensions)})
    table = table.assign(order=order).sort_values(
        ["segment_id", "order", "mentions", "answer"], ascending=[True, True, False, True]
    )
    return table[list(NEEDS)].reset_index(drop=True)


def latest_interviews(needs: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """The interview of each customer that counts, as `required_outcomes` chooses it."""
    known = needs[needs["account_id"].isin(frame["account_id"])]
    told = known.merge(required_outcomes(known), on=["account_id", OUTCOME])
    if "interviewed_on" in told:
        told = told.sort_values(
            ["account_id", "interviewed_on"], na_position="first", kind="stable"
        )
    return told.drop_duplicates("account_id", keep="last")


def _counted(answers: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Customers per answer, and how many gave any."""
    counted = answers.groupby([*by, "answer"], sort=True).size().rename("mentions").reset_index()
    return counted.assign(customers=counted.groupby(by)["mentions"].transform("sum"))
