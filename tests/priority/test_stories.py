"""Representatives with their story in numbers."""

import numpy as np
import pandas as pd
from small_company import study_of

from helpers import outputs
from helpers.priority.stories import with_stories


def test_a_story_tells_what_is_known_and_nothing_else():
    typical = pd.DataFrame(
        {
            "segment_id": "s", "account_id": ["b", "a", "c"], "name": ["B", "A", "C"],
            "distance": 0.1, "quality_score": 5.0, "why": "typical",
        }
    )  # fmt: skip
    frame = pd.DataFrame(
        {
            "account_id": ["a", "b", "c"],
            "tenure_days": [400.0, np.nan, np.nan],
            "health_group": ["key", None, None],
            "renews_on": pd.to_datetime(["2026-11-03", None, None]),
        }
    )
    worth = pd.DataFrame({"account_id": ["a", "b"], "arr": [41_234.0, 0.0]})
    told = with_stories(study_of(), typical, frame, worth)
    outputs.held(study_of(), "representatives", told)
    assert told["story"].tolist() == [
        "pays €0 a year",
        "pays €41.2k a year; months as a customer: 13; health: Key; renews on 2026-11-03",
        "",
    ]
    assert with_stories(study_of(), typical.head(0), frame)["story"].empty
    alone = with_stories(study_of(), typical, frame[["account_id"]])
    assert alone["story"].tolist() == ["", "", ""] and alone["arr"].isna().all()
