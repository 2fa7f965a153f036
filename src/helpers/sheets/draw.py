"""Orders that chance decides, the same for a seed."""

import hashlib

import numpy as np
import pandas as pd


def shuffled(table: pd.DataFrame, *, seed: int, who: str) -> pd.DataFrame:
    """The rows in an order of chance that is one's own: the same for a seed and a name."""
    own = int.from_bytes(hashlib.sha256(who.encode()).digest()[:4], "big")
    order = np.random.default_rng([seed, own]).permutation(len(table))
    return table.iloc[order].reset_index(drop=True)
