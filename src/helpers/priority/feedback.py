"""What stakeholders said of earlier reports, with what was answered."""

from datetime import date

import pandas as pd

from helpers import outputs
from helpers.study import Study


def feedback(study: Study, *, as_of: date) -> pd.DataFrame:
    """The remarks of the study file, those that are open first, then the latest.

    What was said after the quarter was not known then; it is listed, for a report is read later,
    and ``before_report`` says whether it was.

    Returns
    -------
    Data file ``feedback``.
    """
    remarks = sorted(study.feedback, key=lambda one: (one.said_on, one.who), reverse=True)
    remarks.sort(key=lambda one: bool(one.answer))
    return outputs.shaped(
        "feedback",
        [
            {
                "place": place,
                "who": one.who,
                "said_on": pd.Timestamp(one.said_on),
                "said": one.said,
                "answer": one.answer,
                "answered_on": pd.Timestamp(one.answered_on) if one.answered_on else pd.NaT,
                "open": not one.answer,
                "before_report": one.said_on <= as_of,
            }
            for place, one in enumerate(remarks, start=1)
        ],
    )
