"""Written values → canonical texts, against Python's own idea of them."""

import re
import unicodedata

import ibis
import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers.collect.casting import as_id, as_text

SPACES = " \t\n\r\v\f"
# What exports hold around an identifier, and what looks like it and is none.
PIECES = st.lists(
    st.sampled_from([*SPACES, "\x1f", "\u00a0", ".0", ".00", "0", "00123", "a.0b", "é", "-"]),
    max_size=5,
).map("".join)


def read(texts: list[str], function) -> list[str | None]:
    table = ibis.memtable(pd.DataFrame({"place": range(len(texts)), "text": texts}))
    found = table.select("place", text=function(table.text)).order_by("place").to_pandas()
    return [None if pd.isna(text) else text for text in found["text"]]


def trimmed(text: str) -> str | None:
    """White space of any kind is a space, invisible marks are nothing, letters are composed."""
    plain = re.sub("[\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]", " ", text)
    plain = re.sub("[\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]", "", plain)
    return unicodedata.normalize("NFC", plain).strip(SPACES) or None


def identifier(text: str) -> str | None:
    """Whole numbers lose the zeros that spreadsheets append."""
    text = trimmed(text)
    whole = text is not None and re.fullmatch(r"[+-]?[0-9]+\.0+", text)
    return text.split(".")[0] if whole else text


@settings(deadline=None, max_examples=60)
@given(st.lists(PIECES, min_size=1, max_size=20))
@example(["Retail\u00a0", "\u00a0Retail", "Mo\u0308bel", "\ufeffA", "a\u202fb", "a\u202egpj\u2069"])
@example(["", " ", "a ", "\ta", "12.0", " 12.00\n", "1.05", "\x1fa\x1f"])
def test_texts_and_identifiers_are_those_of_python(texts):
    assert read(texts, as_text) == [trimmed(text) for text in texts]
    assert read(texts, as_id) == [identifier(text) for text in texts]
