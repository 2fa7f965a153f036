"""Messages per play, and tags under the names of the systems that they are loaded into."""

import pandas as pd
import pytest
from small_company import study_of

from helpers import outputs
from helpers.priority.messages import messages
from helpers.priority.plays import plays
from helpers.priority.tags import to_load

LISTED = pd.DataFrame(
    {
        "account_id": ["a", "b", "a", "c"],
        "name": ["Alpha", "Beta {by}", "Alpha", "Gamma"],
        "owner": ["Ada", "", "Ada", "Bo"],
        "responsible": "CS",
        "action": ["renew", "renew", "call", "silent"],
        "by": pd.to_datetime(["2026-11-01", None, "2026-12-01", None]),
        "renews_on": pd.to_datetime(["2026-11-01", None, "2026-11-01", None]),
        "play": ["p2", "p2", "p1", "p3"],
        "value_at_stake": [9.0, 5.0, 9.0, 1.0],
        "left_on": pd.NaT,
        "left_for": "",
        "not_now": "",
    }
)
PLAYBOOK = [
    {"do": "call", "message": "Dear {name}: until {by}, {owner}."},
    {"do": "renew", "message": "{name} renews on {renews_on}."},
    {"do": "silent"},
]


def test_every_play_with_a_message_has_its_list_with_the_customers_own_facts():
    study = study_of(playbook=PLAYBOOK, built_in_plays=False)
    names = dict(zip(("p1", "p2", "p3"), plays(study).values(), strict=True))
    told = messages(LISTED, names)
    outputs.held(study, "messages", told)
    assert told[["play", "account_id", "message"]].to_numpy().tolist() == [
        ["p1", "a", "Dear Alpha: until 2026-12-01, Ada."],
        ["p2", "a", "Alpha renews on 2026-11-01."],
        ["p2", "b", "Beta {by} renews on ."],  # what an account is called is never read as a fact
    ]


def test_a_fact_that_nobody_knows_is_an_error_of_the_study_file():
    with pytest.raises(ValueError, match=r"`\{mrr\}` is not known; expected some of name, owner"):
        study_of(playbook=[{"do": "call", "message": "You pay {mrr}."}])


def test_without_messages_there_is_no_list():
    assert messages(LISTED, {}).empty


TAGGED = pd.DataFrame(
    {
        "account_id": ["a", "b"], "size": ["SMB", ""], "tenure": ["first_90_days", "veteran"],
        "health_group": ["key", ""], "need": "", "segment_name": ["Best", ""],
        "service_tier": "standard", "engagement_tier": "pooled", "renewal_quarter": "",
    }
)  # fmt: skip
FRAME = pd.DataFrame({"account_id": ["b", "a", "z"], "region": pd.Categorical(["EU", None, "US"])})


def test_tags_have_their_own_names_by_default_and_those_of_tenure_that_systems_know():
    loaded = to_load(study_of(), TAGGED, FRAME)
    outputs.held(study_of(), "crm_tags", loaded)
    assert loaded["tenure"].tolist() == ["First90", "Veteran"]
    assert loaded["size"].tolist() == ["SMB", ""]


def test_columns_values_and_attributes_are_what_the_study_says():
    study = study_of(
        tags={
            "columns": {"account_id": "AccountNo", "tenure": "Lifecycle", "health_group": "Health"},
            "values": {"tenure": {"veteran": "V"}, "health_group": {"key": "A"}},
            "also": ["region"],
        }
    )
    loaded = outputs.held(study, "crm_tags", to_load(study, TAGGED, FRAME))
    assert loaded.to_dict("list") == {
        "AccountNo": ["a", "b"], "Lifecycle": ["First90", "V"], "Health": ["A", ""],
        "region": ["", "EU"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({"columns": {"account_id": "Id", "mood": "Mood"}}, "there is no tag mood"),
        ({"columns": {"tenure": "Stage"}}, "columns lack `account_id`"),
        ({"columns": {"account_id": "Id", "tenure": "Id"}}, "two tags have the same name"),
    ],
)
def test_names_that_cannot_be_loaded_are_refused(tags, told):
    with pytest.raises(ValueError, match=told):
        study_of(tags=tags)
