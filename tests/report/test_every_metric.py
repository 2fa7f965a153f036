"""Every figure that a slide tells of a group stands in the document, with its customers."""

import pandas as pd

from helpers.report import exhibits
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.sections import segments


def test_every_metric_of_a_group_stands_there_with_its_customers_the_shown_ones_first(empty):
    rows = pd.DataFrame(
        [("m", "nps", 22, 18.2, 13.1, "points", "no difference shown", ""),
         ("m", "first_reply_hours_mean", 38, 6.827, 3.089, "hours", "worse", ""),
         ("m", "logo_churn_rate", 70, 0.029, 0.035, "ratio", "", "base"),
         ("m", "csat", 0, None, 40.0, "%", "", "")],
        columns=["segment_id", "metric", "customers", "value", "rest_value", "unit", "better",
                 "shares_score_inputs"],
    ).assign(low=None, high=None, p_adjusted=[0.5, 0.002, None, None])  # fmt: skip
    rows = rows.astype(dict.fromkeys(("value", "low", "high", "p_adjusted"), float))
    segments._every_metric(empty, {"m": "Makers"}, rows, ["", "worse", "", ""])
    kept = exhibits.find(empty, "profile_metrics")
    cells = [[cell.replace("\xa0", " ") for cell in row] for row in kept.rows]
    assert [(row[1], row[2], row[3]) for row in cells] == [
        ("First reply (mean)", "38", "6.83 h"),
        ("NPS", "22", "18.2"),
        ("Customer churn (quarter)", "70", "2.9 %"),
    ]
    assert [row[-1] for row in cells] == ["worse", "no difference shown", "made the score"]


def test_slides_of_groups_lead_to_that_table(draft):
    places = {"profile_metrics": "Table 4.9"}
    for slide in deck(Content(draft), places):
        if slide.kind == "segment":
            assert ("Table 4.9", "profile_metrics") in slide.proofs
