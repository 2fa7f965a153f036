"""What a quarter's report claimed: findings, supported hypotheses, marks of metrics, alerts."""

from collections.abc import Mapping

import pandas as pd

from helpers.raters import Z95
from helpers.segments import verdicts
from helpers.words import history as words

LIFT, RANK, HYPOTHESIS, METRIC, ALERT = "lift", "rank", "hypothesis", "metric", "alert"
FORECAST, STEP = "forecast", "step"
KINDS = (LIFT, RANK, HYPOTHESIS, METRIC, ALERT, FORECAST, STEP)
LOST = "lost_at_renewal"  # what a forecast is about
SCORE = "quality_score"
FILES = ("segments", "hypotheses", "segment_metrics", "alerts", "control_charts",
         "renewal_history", "next_steps")  # fmt: skip
OWN_PAST = words.OWN_PAST
COLUMNS = (
    "claim_id", "quarter", "kind", "id", "name", "rule", "metric", "compared_with", "value", "low",
    "high", "error", "unit", "without",
)  # fmt: skip
MARKED = ("better", "worse")
ENDS = {"value": "", "low": "_low", "high": "_high"}
EFFECT = {"value": "effect", "low": "effect_low", "high": "effect_high"}
RETESTED = {"value": "effect_retest", "low": "retest_low", "high": "retest_high"}


def claims_of(quarter: str, tables: Mapping[str, pd.DataFrame], *, currency: str) -> pd.DataFrame:
    """The claims of one quarter's data files `FILES`, those that there are.

    * *lift*: a validated segment scores higher on average, by so much.
    * *rank*: a typical member ranks above so many in a hundred others.
    * *hypothesis*: a declared one is supported, and is not told as a segment already.
    * *metric*: a metric of a finding is marked as better or worse than that of all others.
    * *alert*: a metric of a valued segment is worse than that of others or of the quarter before,
      or one of a segment or of the company leaves the range of its own past for the worse.
    * *forecast*: so much ARR will be lost at the renewals that come up, within a range that holds
      in four of five quarters.
    * *step*: a metric of a group will be at its target (``value``) once the step is taken.

    Returns
    -------
    One row per claim: `COLUMNS`. ``low`` and ``high`` are the interval as published, ``error`` the
    standard error where the report holds it, ``without`` the lines of the score that the value
    leaves out, joined by ``, ``.
    """
    segments = tables.get("segments")
    if segments is None:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = [
        *_findings(segments, currency),
        *_hypotheses(tables.get("hypotheses"), segments),
        *_metrics(tables.get("segment_metrics"), segments),
        *_alerts(tables.get("alerts"), segments),
        *_signals(tables.get("control_charts"), segments),
        *_forecasts(quarter, tables.get("renewal_history"), currency),
        *_steps(tables.get("next_steps")),
    ]
    blank = {"metric": SCORE, "compared_with": "", "error": float("nan"), "without": ""}
    table = pd.DataFrame([blank | row for row in rows], columns=list(COLUMNS))
    parts = ("kind", "id", "metric", "compared_with")
    table["quarter"] = quarter
    ids = [
        "/".join(filter(None, (quarter, *row)))
        for row in table[list(parts)].itertuples(index=False, name=None)
    ]
    return table.assign(claim_id=pd.Series(ids, dtype=object))


def key_of(claim: pd.Series | Mapping[str, object]) -> tuple[str, ...]:
    """What makes two claims of different quarters the same."""
    what = str(claim["rule"] or claim["id"])
    return str(claim["kind"]), what, str(claim["metric"]), str(claim["compared_with"])


def _findings(segments: pd.DataFrame, currency: str) -> list[dict]:
    rows = []
    for row in segments[verdicts.is_finding(segments["verdict"])].to_dict("records"):
        told = {
            "id": row["segment_id"],
            "name": row["definition"],
            "rule": row["rule"] or "",
            "without": row.get("shares_score_inputs") or "",
        }
        if verdicts.is_ranked(row["verdict"]):
            ends = {"value": row["lift"], "low": row["lift_low"], "high": row["lift_high"]}
            rows.append(told | ends | {"kind": LIFT, "unit": currency})
        else:
            ends = {name: row.get(f"percentile{end}") for name, end in ENDS.items()}
            rows.append(told | ends | {"kind": RANK, "unit": "0 to 100"})
    return rows


def _hypotheses(hypotheses: pd.DataFrame | None, segments: pd.DataFrame) -> list[dict]:
    if hypotheses is None:
        return []
    shown = hypotheses[
        hypotheses["declared"].astype(bool) & verdicts.is_supported(hypotheses["verdict"])
    ]
    of = segments.drop_duplicates("source").set_index("source") if "source" in segments else None
    rows = []
    for row in shown.to_dict("records"):
        group = None
        if of is not None and row["hypothesis_id"] in of.index:
            group = of.loc[row["hypothesis_id"]]
        if group is not None and row["outcome"] == SCORE and verdicts.is_finding(group["verdict"]):
            continue
        retold = row["outcome"] == SCORE and bool(row["shares_score_inputs"])
        names = RETESTED if retold else EFFECT
        rows.append(
            {name: row[column] for name, column in names.items()}
            | {
                "kind": HYPOTHESIS,
                "id": row["hypothesis_id"],
                "name": row["statement"],
                "rule": "" if group is None else group["rule"],
                "metric": row["outcome"],
                "compared_with": "" if group is not None else row["variables"],
                "error": row.get("effect_error", float("nan")),
                "unit": row["unit"],
                "without": row["shares_score_inputs"] or "",
            }
        )
    return rows


def _metrics(profiles: pd.DataFrame | None, segments: pd.DataFrame) -> list[dict]:
    if profiles is None:
        return []
    found = segments[verdicts.is_finding(segments["verdict"])].set_index("segment_id")
    ingredient = profiles["shares_score_inputs"].fillna("") != ""
    marked = profiles[
        profiles["segment_id"].isin(found.index) & profiles["better"].isin(MARKED) & ~ingredient
    ]
    return [
        {
            "kind": METRIC,
            "id": row["segment_id"],
            "name": found.loc[row["segment_id"], "definition"],
            "rule": found.loc[row["segment_id"], "rule"] or "",
            "metric": row["metric"],
            "value": row["difference"],
            "low": row["difference_low"],
            "high": row["difference_high"],
            "unit": row["unit"],
        }
        for row in marked.to_dict("records")
    ]


def _alerts(alerts: pd.DataFrame | None, segments: pd.DataFrame) -> list[dict]:
    if alerts is None:
        return []
    rules = segments.set_index("segment_id")["rule"].to_dict()
    return [
        {
            "kind": ALERT,
            "id": row["segment_id"],
            "name": row["definition"],
            "rule": rules.get(row["segment_id"]) or "",
            "metric": row["metric"],
            "compared_with": row["compared_with"],
            "value": row["difference"],
            "low": row["difference_low"],
            "high": row["difference_high"],
            "unit": row["unit"],
        }
        for row in alerts.to_dict("records")
    ]


def _signals(charts: pd.DataFrame | None, segments: pd.DataFrame) -> list[dict]:
    """Control charts that leave their limits for the worse."""
    if charts is None:
        return []
    known = segments.set_index("segment_id")
    rows = []
    for row in charts[charts["signal"] == "worse"].to_dict("records"):
        name = row["segment_id"]
        of_segment = name in known.index
        gap = row["value"] - row["centre"]
        reach = Z95 * row["error"]
        rows.append(
            {
                "kind": ALERT,
                "id": name,
                "name": known.loc[name, "definition"] if of_segment else name,
                "rule": (known.loc[name, "rule"] or "") if of_segment else "",
                "metric": row["metric"],
                "compared_with": OWN_PAST,
                "value": gap,
                "low": gap - reach,
                "high": gap + reach,
                "error": row["error"],
                "unit": row["unit"],
            }
        )
    return rows


def _forecasts(quarter: str, renewals: pd.DataFrame | None, currency: str) -> list[dict]:
    """What the renewals that come up were expected to lose, where a range was told."""
    if renewals is None or renewals.empty:
        return []
    last = renewals.iloc[-1]
    if pd.notna(last["lost"]) or not renewals.iloc[-1][["expected", "low", "high"]].notna().all():
        return []
    return [
        {
            "kind": FORECAST,
            "id": f"renewals after {quarter}",
            "name": words.RENEWALS_AFTER,
            "rule": "",
            "metric": LOST,
            "value": last["expected"],
            "low": last["low"],
            "high": last["high"],
            "unit": currency,
        }
    ]


def _steps(steps: pd.DataFrame | None) -> list[dict]:
    """Steps that name a metric and a target."""
    if steps is None or steps.empty:
        return []
    aimed = steps[(steps["kind"] == "step") & (steps["metric"] != "") & steps["target"].notna()]
    return [
        {
            "kind": STEP,
            "id": row["segment_id"],
            "name": row["definition"],
            "rule": row["rule"] or "",
            "metric": row["metric"],
            "compared_with": row["action"],
            "value": row["target"],
            "low": float("nan"),
            "high": float("nan"),
            "unit": row["unit"],
        }
        for row in aimed.to_dict("records")
    ]
