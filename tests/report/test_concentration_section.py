"""How much hangs on few customers: the sentence, the chart and its note count the same ones."""

import pandas as pd

from helpers.report import exhibits
from helpers.report.sections import customers


def test_who_returned_more_than_was_bought_is_left_out_of_all_of_it(draft):
    revenue = [50.0] + [10.0] * 23 + [20.0, -80.0, None]
    customers.concentration(draft, pd.DataFrame({"status": "current", "monthly_revenue": revenue}))
    told = exhibits.load(draft, "concentration_told").text.replace("\u00a0", " ")
    assert "25 of the 27 current customers analysed bring 33 % of their €300 a month" in told
    kept = exhibits.find(draft, "concentration")
    assert "bring 33 % of €300" in kept.title.replace("\u00a0", " ")
    assert kept.n == 25
    assert "Left out: 2 customers" in kept.note
