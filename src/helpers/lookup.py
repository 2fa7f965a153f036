"""Where identifiers stand among accounts."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def places(ids: pd.Series, accounts: pd.Series) -> np.ndarray:
    """Place of each identifier among different accounts; -1 for what is none of them.

    Identifiers are texts, or whole numbers from 0 that stand for them.
    """
    if not len(ids) or not len(accounts):
        return np.full(len(ids), -1)
    if pd.api.types.is_integer_dtype(accounts):
        at = np.full(accounts.max() + 2, -1)  # the last one for numbers that are no account's
        at[accounts] = np.arange(len(accounts))
        return at[np.minimum(ids, len(at) - 1)]
    # Several times faster than an index of texts, and than isin, which look at them one by one.
    text = pa.large_string()
    found = pc.index_in(pa.array(ids, text), pa.array(accounts, text), skip_nulls=True)
    return found.fill_null(-1).to_numpy()
