"""How much of a headline figure is one customer."""

import numpy as np
import pandas as pd

from helpers.metrics.components import Components

# Figures that a reader remembers; each is a sum, or a ratio of sums, over customers.
HEADLINES = ("arr", "revenue_12m", "nrr", "aov", "contribution_12m", "margin", "cost_to_serve")
MATERIAL = 0.1  # of the figure
FAIR = 3.0  # times what each customer would move, if all were alike
FEWEST = 5  # customers, below which any of them moves everything


def of_one_customer(parts: Components) -> pd.DataFrame:
    """Headline figures that another customer more or less would make another figure.

    Returns
    -------
    One row per figure, in the catalog's order: metric, account_id (the customer that moves it
    most), value, without (the figure of all others). Only where the figure moves by more than
    `MATERIAL` of itself and `FAIR` times one customer's share, among `FEWEST` customers or more.

    Notes
    -----
    Leaving one out of a ratio of sums is exact: (N − n) ÷ (D − d).
    """
    rows = []
    for name in (name for name in HEADLINES if name in parts.ratios):
        numerator = parts.definition(name).scale * parts.numerator(name).to_numpy(float)
        denominator = parts.denominator(name).to_numpy(float)
        here = np.flatnonzero(denominator > 0)
        if len(here) < FEWEST:
            continue
        top, bottom = numerator[here].sum(), denominator[here].sum()
        if parts.definition(name).form == "sum":
            value, others = top, top - numerator[here]
        else:
            with np.errstate(divide="ignore", invalid="ignore"):
                value, others = top / bottom, (top - numerator[here]) / (bottom - denominator[here])
        if not value or not np.isfinite(others).any():
            continue
        moved = np.where(np.isfinite(others), np.abs(others - value) / abs(value), 0.0)
        k = int(np.argmax(moved))
        if moved[k] > max(MATERIAL, FAIR / len(here)):
            rows.append((name, parts.table["account_id"].iloc[here[k]], value, float(others[k])))
    return pd.DataFrame(rows, columns=["metric", "account_id", "value", "without"])
