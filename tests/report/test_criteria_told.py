"""What the heading of the criteria says: who leads on which."""

import pandas as pd
import pytest

from helpers.report.sections import priorities


@pytest.mark.parametrize(
    ("worth", "seen", "told"),
    [
        (
            (0.40, 0.42),
            (0.99, 0.98),
            "B comes first by worth (the middle of its range), A by how well it is recognised",
        ),
        ((0.43, 0.42), (0.99, 0.98), "A comes first on all three criteria"),
        ((float("nan"),) * 2, (0.99, 0.98), "are put in order on three criteria"),
    ],
)
def test_who_leads_on_each_criterion_is_told(empty, worth, seen, told):
    ranked = pd.DataFrame(
        {"definition": ["A", "B"], "value": worth, "targetability": seen, "size": (0.5, 0.4)}
    )
    text = priorities._leaders(empty, ranked).text
    assert told in text.replace("\u2068", "").replace("\u2069", "")
