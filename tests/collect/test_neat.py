"""What a look at a column tells: whether a closer one is needed, and which rows share a mark."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from helpers.collect.engines.embedded import Embedded
from helpers.collect.engines.neat import neat, twice


def looked_at(*values: str | None, kind: str = "string") -> bool:
    column = pa.array(["first", *values, "last"], kind).slice(1, len(values))
    batch = pa.record_batch([column], ["text"])
    return neat(pa.RecordBatchReader.from_batches(batch.schema, [batch])) == {"text"}


@pytest.mark.parametrize("kind", ["string", "large_string"])
@pytest.mark.parametrize(
    "text", ["", " a", "a ", " ", "a\tb", "a\x7f", "1.0", "Müller", "a\u200b", "a\u00a0", "a\x01"]
)
def test_texts_that_need_a_closer_look(text, kind):
    assert not looked_at("a", text, "b", kind=kind)


def test_texts_that_need_none():
    assert looked_at("a", "b c", None, "~!", "v2.1")
    assert looked_at(None, None)
    assert looked_at()


def test_only_the_days_of_calendars_need_none():
    import ibis

    days = {
        "usual": ["1970-01-02", None, "2099-12-30"],
        "epoch": ["2024-01-01", None, "1970-01-01"],
        "never": ["2024-01-01", "2099-12-31", None],
    }
    rows = ibis.memtable(pd.DataFrame({name: pd.to_datetime(of) for name, of in days.items()}))
    plain = rows.mutate(day=rows.usual.date(), zoned=rows.usual.cast("timestamp('UTC')"))
    assert Embedded().neat(plain) == {"usual", "day"}


def test_rows_that_share_a_mark():
    rng = np.random.default_rng(4)
    marks = rng.integers(0, 2**64 - 1, 5000, dtype=np.uint64)
    marks[[7, 2100, 4999]] = marks[0]
    marks[11] = marks[3000]
    marks[12] = marks[13] ^ np.uint64(1)  # differ in their last digits alone
    assert twice(marks).tolist() == [0, 7, 11, 2100, 3000, 4999]


def test_few_rows_share_none():
    assert twice(np.array([], np.uint64)).tolist() == []
    assert twice(np.array([5], np.uint64)).tolist() == []
    assert twice(np.array([5, 5], np.uint64)).tolist() == [0, 1]
