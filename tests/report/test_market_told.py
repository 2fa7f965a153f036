"""What is said of customers beside the reachable market."""

import pandas as pd

from helpers.report import exhibits
from helpers.report.sections import collection

SHARES = pd.DataFrame(
    {
        "attribute": "industry",
        "level": ["Machinery", "Chemicals", "Mining"],
        "customers": [60, 37, 3],
        "customer_share": [0.60, 0.37, 0.03],
        "market_share": [0.45, 0.30, 0.25],
    }
)


def told(ws, shares: pd.DataFrame) -> str:
    found = collection._market_told(ws, shares, companies=1000.0, customers=100)
    return exhibits.load(ws, found.id).text.replace("\xa0", " ")


def test_in_what_customers_differ_most_from_the_market_is_told(empty):
    """Of levels with enough customers: three in mining say nothing, though they are fewest."""
    assert told(empty, SHARES).endswith(
        ": Machinery is 60 % of the customers and 45 % of the market."
    )


def test_customers_like_the_market_are_told_by_their_number_alone(empty):
    alike = SHARES.assign(market_share=SHARES["customer_share"])
    assert told(empty, alike).endswith("stand beside 100 current customers.")
