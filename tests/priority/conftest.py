"""Customers whose segments are put in order."""

import pandas as pd
import pytest
from small_company import frame_of


@pytest.fixture
def frame() -> pd.DataFrame:
    """A fresh customer frame of 400 customers."""
    return frame_of()
