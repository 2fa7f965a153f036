"""A stakeholder who ranks the other way, and a formula that nobody signed: on every deliverable."""

import ibis
import pandas as pd
import pytest
import yaml

from helpers.metrics.agreement import formula_hash
from helpers.outputs import shaped
from helpers.report import exhibits
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.sections import agreement
from helpers.workspace import Workspace


@pytest.fixture
def reviewed(draft, monkeypatch):
    """The draft after a review by Finance (with the score) and Sales (against it)."""

    def review(**sections) -> Workspace:
        path = draft.study.path
        content = yaml.safe_load(path.read_text(encoding="utf-8")) | sections
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        ws = Workspace.open(
            study=str(path), reports=str(path.parent / "reports"), data=str(path.parent)
        )
        scores = ws.load("quality_scores")
        asked = scores.nsmallest(24, "rank").assign(rank=range(1, 25))
        views = [
            pd.DataFrame({"stakeholder": who, "account_id": asked["account_id"],
                          "rank": sign * asked["rank"] + 30, "band": "average"})
            for who, sign in (("Finance", 1), ("Sales", -1))
        ]  # fmt: skip
        rows = pd.concat(views, ignore_index=True)
        monkeypatch.setattr(agreement, "canonical", lambda ws, name: ibis.memtable(rows))
        review.page = agreement.agreement(ws, scores, scores)
        return ws

    return review


def test_who_ranks_the_other_way_comes_before_other_cautions(reviewed):
    ws = reviewed()
    first, second, *_ = Content(ws).warnings
    assert first.startswith("Sales ranks the customers the other way: agreement with")
    assert second.startswith("Nobody has signed off the formula of the score")
    shown = " ".join(str(slide) for slide in deck(Content(ws), {}))
    assert "Sales ranks the customers the other way" in shown
    found = ws.load("score_agreement").set_index("stakeholder")
    assert found["turned"].to_dict() == {"Finance": False, "Sales": True}
    assert exhibits.find(ws, "score_disagreements").rows


def test_the_heading_answers_whether_people_agree_and_not_who_signed_when(reviewed):
    reviewed()
    first = reviewed.page[0]
    assert first.id == "score_agreement_told"
    assert first.text.startswith("1 of 2 stakeholders ranks customers the other way")
    assert "of the other one agrees with it by a Kendall’s τ of 1" in first.text
    bands = next(one for one in reviewed.page if one.id == "score_bands_agreed")
    assert bands.text.startswith("Bands were given by 2 of 2 stakeholders")


def test_a_signed_formula_is_told_and_a_changed_one_warns(reviewed):
    ws = reviewed()
    record = {"who": "Finance", "date": "2026-07-01", "formula": formula_hash(ws.study)}
    signed = reviewed(agreement={"sign_off": [record]})
    assert exhibits.load(signed, "score_signed").kind == "finding"
    (signed.draft / exhibits.FOLDER / "score_unsigned.json").unlink()
    changed = reviewed(
        agreement={"sign_off": [record]},
        quality_score={"costs": {"service": {"cost_kind": "service", "weight": 2}}},
    )
    told = exhibits.load(changed, "score_unsigned")
    assert told.kind == "warning" and "changed since it was signed off by Finance" in told.text


def test_what_the_proposed_formula_makes_of_the_findings_is_told(draft):
    names = ("item", "kind", "label", "adopted", "changed", "tau", "findings", "findings_held",
             "findings_lost")  # fmt: skip
    for held, lost, told in ((2, "", "every finding (2)"), (1, "Shops", "1 of 2 findings")):
        rows = pd.DataFrame(
            [("touches", "cost", "Touches", "40", "50", 0.9, 2, 2.0, ""),
             ("proposal", "formula", "Proposal", "fa", "fb", 0.8, 2, float(held), lost)],
            columns=names,
        )  # fmt: skip
        agreement.survived(draft, shaped("score_sensitivity", rows))
        text = exhibits.load(draft, "findings_by_proposal").text
        assert told in text and lost in text
        # The proposal is no variation of an amount: those all keep the findings.
        assert "each of the 1 changes" in exhibits.load(draft, "findings_survive").text
