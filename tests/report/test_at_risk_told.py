"""What the slide of customers at risk says of the best groups."""

from types import SimpleNamespace

import pandas as pd

from helpers.report.deck import closing
from helpers.report.deck.blocks import Bullets
from helpers.report.today import Base


def test_groups_with_too_few_at_risk_are_counted():
    """One group was named, and the others were left out without a word."""
    ids = [f"c{k}" for k in range(20)]
    groups = {"many": ids[:8], "two": ids[8:10], "none": ids[15:]}
    members = [(name, who) for name, inside in groups.items() for who in inside]
    health = pd.DataFrame({"account_id": ids, "health_group": ["at_risk"] * 12 + ["key"] * 8})
    tables = {
        "health": health,
        "segment_members": pd.DataFrame(members, columns=["segment_id", "account_id"]),
    }
    content = SimpleNamespace(
        tables=tables, currency="EUR", study=SimpleNamespace(min_group_size=5),
        segments=[SimpleNamespace(id=name, name=name) for name in groups],
        exhibit=lambda name: None,
        data=lambda name: pd.DataFrame({"label": ["Use"], "weight": [1.0], "scale": "absolute"}),
    )  # fmt: skip
    base = Base(frozenset(ids), pd.Series(1000.0, index=ids), "ARR")
    at = SimpleNamespace(
        content=content, base=base, name=str, placed=lambda *_: (), proofs=lambda *_: ()
    )
    (slide,) = closing.at_risk(at)
    (told,) = (block for block in slide.left if isinstance(block, Bullets))
    named, few = (text.replace("\xa0", " ") for text in told.items)
    assert named.startswith("many: 8 of 8")
    assert few == "2 groups have fewer than 5 at risk: too few to be told"
