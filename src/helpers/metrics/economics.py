"""Service against value: who costs far more or less to serve than customers of like revenue."""

import numpy as np
import pandas as pd

from helpers.metrics.components import Components
from helpers.study import Study
from helpers.words import measures as words

OVER, UNDER, AS_PEERS = "over", "under", "as peers"
NO_SERVICE, TOO_FEW, ALIKE = "no service", words.TOO_FEW_PEERS, "peers alike"

# What service is measured by: the first of these that is known of anybody.
MEASURES = {
    "service_cost_12m": words.COST_TWELVE_MONTHS,
    "agent_touches_mean": words.AGENT_TOUCHES_QUARTER,
    "tickets": words.TICKETS_QUARTER,
}
# Makes the median absolute deviation of normal values their standard deviation.
TO_STANDARD_DEVIATION = 1.4826


def service_value(study: Study, parts: Components) -> pd.DataFrame:
    """Each customer's service against that of its peers: the data file ``service_value``.

    Peers are the customers of the same band of twelve-month revenue that took any service. The
    bands hold equal numbers of customers: as many as ``metrics.revenue_bands``, fewer where a band
    would hold less than ``metrics.min_peers``; equal revenues share a band.

    Returns
    -------
    One row per customer with revenue in the twelve months, sorted; empty where neither costs nor
    tickets are collected:

    * account_id, band (1 = lowest revenue), revenue_12m, contribution_12m (blank without costs);
    * measure, what service is measured by (`MEASURES`), and service, how much of it;
    * peers, peers_median, ratio (service ÷ peers_median) and deviation, in robust standard
      deviations of the peers;
    * service_level: over or under where the deviation reaches ``metrics.peer_deviation``, else as
      peers; no service; too few peers (less than ``metrics.min_peers``); peers alike, where more
      than half of them took the same service, so that they have no spread.

    Notes
    -----
    ``deviation = (ln service − median) ÷ (1.4826 · MAD)`` of the peers' logarithms, because costs
    multiply and have long tails; median and MAD do not give way to those that they are to find
    (Leys et al. 2013, Detecting outliers, J. Exp. Soc. Psychol. 49(4)). It describes; with normal
    logarithms, 1.2 % of all customers lie beyond 2.5 by chance.
    """
    known = (n for n in MEASURES if n in parts.ratios and (parts.numerator(n) > 0).any())
    measure = next(known, None)
    if measure is None or "revenue_12m" not in parts.ratios:
        return _table(pd.DataFrame(columns=["account_id", "service", "revenue_12m"]), "")
    frame = pd.DataFrame(
        {
            "account_id": parts.table["account_id"],
            "revenue_12m": parts.numerator("revenue_12m"),
            "service": parts.numerator(measure),
        }
    )
    if "contribution_12m" in parts.ratios:
        known = parts.denominator("contribution_12m") > 0
        frame["contribution_12m"] = parts.numerator("contribution_12m").where(known)
    frame = frame[frame["revenue_12m"] > 0].reset_index(drop=True)
    limits = study.metrics
    bands = max(1, min(limits.revenue_bands, len(frame) // limits.min_peers))
    frame["band"] = _bands(frame["revenue_12m"].to_numpy(float), bands)
    frame = frame.join(_against_peers(frame["service"], frame["band"]))
    frame["service_level"] = np.select(
        [
            frame["service"] <= 0,
            frame["peers"] < limits.min_peers,
            frame["deviation"].isna(),
            frame["deviation"] >= limits.peer_deviation,
            frame["deviation"] <= -limits.peer_deviation,
        ],
        [NO_SERVICE, TOO_FEW, ALIKE, OVER, UNDER],
        AS_PEERS,
    )
    return _table(frame, MEASURES[measure])


def service_bands(table: pd.DataFrame) -> pd.DataFrame:
    """The bands of `service_value`, for an exhibit.

    Returns
    -------
    One row per band: band, revenue_low, revenue_high, customers, no_service, over, under (numbers
    of customers), service_low, service_median, service_high (quartiles of those that took any) and
    service_per_revenue (Σ service ÷ Σ revenue).
    """
    taken = table["service"].where(table["service"] > 0)
    rows = table.assign(taken=taken).groupby("band")
    counts = {
        name: (table["service_level"] == level).groupby(table["band"]).sum()
        for name, level in (("no_service", NO_SERVICE), ("over", OVER), ("under", UNDER))
    }
    quartiles = {
        f"service_{name}": rows["taken"].quantile(share)
        for name, share in (("low", 0.25), ("median", 0.5), ("high", 0.75))
    }
    return pd.DataFrame(
        {
            "revenue_low": rows["revenue_12m"].min(),
            "revenue_high": rows["revenue_12m"].max(),
            "customers": rows.size(),
            **counts,
            **quartiles,
            "service_per_revenue": rows["service"].sum() / rows["revenue_12m"].sum(),
        }
    ).reset_index()


def profitable_segments(
    profiles: pd.DataFrame, *, metric: str = "contribution_12m"
) -> pd.DataFrame:
    """Segments by what their customers contribute, the most profitable first.

    Parameters
    ----------
    profiles : the data file ``segment_metrics``.

    Returns
    -------
    One row per segment with a value: segment_id, customers, value, low, high, rest_value,
    difference, difference_low, difference_high (currency per customer), better and
    shares_score_inputs (as in the data file), churn (logo_churn_rate_12m, else of the quarter; 0 to
    1): what a group brings says little where it leaves.
    """
    columns = ["segment_id", "customers", "value", "low", "high", "rest_value"]
    columns += ["difference", "difference_low", "difference_high", "better", "shares_score_inputs"]
    found = profiles.loc[(profiles["metric"] == metric) & profiles["value"].notna(), columns]
    churn = profiles.pivot_table("value", "segment_id", "metric", aggfunc="first")
    churn = churn.reindex(columns=["logo_churn_rate_12m", "logo_churn_rate"])
    left = churn.iloc[:, 0].fillna(churn.iloc[:, 1])
    found = found.assign(churn=found["segment_id"].map(left).astype(float))
    order = found.sort_values(["value", "segment_id"], ascending=[False, True], kind="stable")
    return order.reset_index(drop=True)


def _bands(revenue: np.ndarray, bands: int) -> np.ndarray:
    """Band of each customer, 1 = lowest; a band takes in all revenues up to its upper edge."""
    shares = np.arange(1, bands) / bands
    edges = np.quantile(revenue, shares, method="inverted_cdf") if len(revenue) else []
    return np.searchsorted(edges, revenue, side="left") + 1


def _against_peers(service: pd.Series, band: pd.Series) -> pd.DataFrame:
    """peers, peers_median, ratio and deviation of each customer, among those of its band."""
    taken = service.where(service > 0)
    logs = np.log(taken.astype(float))
    away = logs - logs.groupby(band).transform("median")
    spread = TO_STANDARD_DEVIATION * away.abs().groupby(band).transform("median")
    median = taken.groupby(band).transform("median")
    return pd.DataFrame(
        {
            "peers": taken.groupby(band).transform("count"),
            "peers_median": median,
            "ratio": taken / median,
            "deviation": away / spread.where(spread > 0),
        }
    )


def _table(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The columns of the data file, rounded, of the same types with and without rows."""
    kinds = {
        "account_id": "str", "band": "int64", "revenue_12m": float, "contribution_12m": float,
        "measure": "str", "service": float, "peers": "int64", "peers_median": float,
        "ratio": float, "deviation": float, "service_level": "str",
    }  # fmt: skip
    table = frame.assign(measure=measure).reindex(columns=list(kinds)).astype(kinds)
    return table.sort_values("account_id", kind="stable", ignore_index=True).round(6)
