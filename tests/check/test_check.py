"""`make check`: every mistake of a study at once, before a run finds the first."""

import re
from datetime import date, timedelta
from itertools import combinations
from math import comb
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from helpers.__main__ import main
from helpers.check import Checked, check_first, check_search_of, check_study, conditions
from helpers.check.searching import check_search, conjunctions, memberships
from helpers.errors import StudyError
from helpers.metrics.outcomes import measured_outcomes
from helpers.search.encode import MAX_BYTES
from helpers.workspace import Workspace


@pytest.fixture
def company(tmp_path, minimal, write_study):
    """Forty accounts with a contract each; keys to add give the path of a study file."""
    folder = tmp_path / "acme"
    folder.mkdir()
    accounts, contracts = ["account_id,won_on,name,industry,seats"], ["account_id,starts_on,mrr"]
    for k in range(40):
        won = date(2024, 1, 1) + timedelta(days=10 * k)
        accounts.append(f"A{k:02d},{won},Company {k},{('north', 'south')[k % 2]},{k}")
        contracts.append(f"A{k:02d},{won},{100 + 7 * k}")
    (folder / "accounts.csv").write_text("\n".join(accounts) + "\n", encoding="utf-8")
    (folder / "contracts.csv").write_text("\n".join(contracts) + "\n", encoding="utf-8")
    minimal["attributes"] = {"industry": {}, "seats": {"type": "number", "bands": 4}}

    def build(**keys) -> str:
        minimal.update(keys)
        return str(write_study(minimal, folder))

    return build


def test_a_sound_study_has_nothing_against_it(company, capsys):
    place = company()
    assert main(["check", "--study", place]) == 0
    told = capsys.readouterr().out
    assert "Nothing stands in the way" in told
    assert "40 of 40 known accounts are included" in told
    assert "2024-01-01" in told
    assert "40 of 40" in told


def test_all_mistakes_are_told_at_once(company, capsys):
    place = company(
        customer_list={
            "exclude": [
                {"rule": "where", "sql": "colour = 'blue'"},
                {"rule": "where", "sql": "industri = 'x'"},
            ]
        },
        quality_score={
            "penalties": {"a": {"where": "sneats > 3", "amount": 1}},
            "bonuses": {"b": {"column": "marquee"}},
        },
        hypotheses=[
            {"id": "H1", "statement": "s", "variables": ["industry"], "outcome": "churnd"},
            {"id": "H2", "statement": "s", "variables": ["industry"], "where": "indstry = 'x'"},
            {
                "id": "H3",
                "statement": "s",
                "variables": ["industry"],
                "where": "true; DROP TABLE x",
            },
        ],
        lifecycle={"trial": "trail = true"},
        playbook=[
            {"when": "npss > rest_nps", "action": "a"},
            {"action": "b", "metric": "arr_per_customr"},
        ],
    )
    assert main(["check", "--study", place]) == 2
    told = capsys.readouterr().out
    words = ("colour", "industri", "sneats", "marquee", "churnd", "indstry", "hypotheses[2].where")
    for word in (*words, "trail", "npss", "arr_per_customr", "10 mistakes"):
        assert word in told, word


def test_every_source_is_looked_at_even_where_another_fails(company):
    place = company(
        sources={
            "accounts": {"files": {"crm": "accounts.csv"}, "query": "SELECT * FROM crmm"},
            "contracts": {"files": {"billing": "nowhere.csv"}, "query": "SELECT * FROM billing"},
            "tickets": {"files": {"t": "accounts.csv"}, "query": "SELECT nothing FROM t"},
        }
    )
    told = str(check_study(study=place))
    assert "sources.accounts" in told
    assert "nowhere.csv" in told
    assert "sources.tickets was not read" in told


def test_a_mistake_in_the_file_itself(company):
    assert "unknown key `atributes`" in str(check_study(study=company(atributes={})))


def test_mistakes_in_the_file_are_counted(company):
    told = str(check_study(study=company(currency="euro", timezone="Mars/Base", seed=-1)))
    assert told.endswith("3 mistakes.")
    assert "2. study.yml: `timezone`" in told


def test_complexities_that_are_no_classes_are_told_before_a_run(company, tmp_path):
    """Of the customers' tickets of the quarter: elsewhere there may be any number."""
    lines = ["ticket_id,account_id,opened_at,complexity"]
    lines += [f"T{k},A00,2024-11-{1 + k:02d},c{k}" for k in range(12)]
    lines += [f"U{k},A00,2024-05-{1 + k:02d},d{k}" for k in range(12)]
    place = company(default_quarter="2024Q4")
    sources = {
        name: {"files": {"f": f"{name}.csv"}, "query": "FROM f SELECT *"}
        for name in ("accounts", "contracts", "tickets")
    }
    place = company(sources=sources, default_quarter="2024Q4")
    file = tmp_path / "acme" / "tickets.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert check_study(study=place).problems == []
    file.write_text("\n".join([*lines, "T13,A01,2024-12-01,c13"]) + "\n", encoding="utf-8")
    (problem,) = check_study(study=place).problems
    assert "13 levels in the quarter: c0, c1, c10" in problem
    assert "at most 12 classes" in problem


def test_what_makes_two_runs_differ_is_noted(company):
    query = "SELECT *, random() AS luck FROM crm WHERE won_on < today()"
    sources = {"accounts": {"files": {"crm": "accounts.csv"}, "query": query}}
    sources["contracts"] = {"files": {"b": "contracts.csv"}, "query": "SELECT * FROM b"}
    found = check_study(study=company(sources=sources))
    assert not found.problems
    assert "random, today" in found.warnings[0]


def test_too_many_conjunctions_are_told_with_what_would_fit(company):
    assert conjunctions([2, 3, 4], 2) == 2 + 3 + 4 + 6 + 8 + 12
    assert conjunctions([10] * 500, 3) > 10**10
    place = company(scope={"max_conditions": 2})
    assert not any("conjunctions" in text for text in check_study(study=place).warnings)


def test_a_run_looks_at_what_needs_no_data_first(company):
    place = company(
        hypotheses=[{"id": "H", "statement": "s", "variables": ["industry"], "where": "a b"}],
        playbook=[{"when": "(", "action": "a"}],
    )
    with pytest.raises(StudyError) as error:
        check_first(Workspace.open(study=place))
    assert "hypotheses[0].where" in str(error.value)
    assert "playbook[0].when" in str(error.value)


def test_nothing_is_left_behind(company, tmp_path):
    place = company()
    before = sorted(path.name for path in tmp_path.rglob("*"))
    check_study(study=place)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_what_cannot_be_searched_is_refused_on_loading_with_what_would_fit(company):
    many = {f"a{k}": {} for k in range(500)}
    with pytest.raises(StudyError) as told:
        Workspace.open(study=company(attributes=many), reports="")
    assert "20,708,500 combinations" in str(told.value)
    assert "scope.max_conditions: 2" in str(told.value)
    assert "at most 145 attributes" in str(told.value)
    assert "memory may hold fewer, which `make check` tells" in str(told.value)
    # That figure is right: one more does not fit; those that are not searched do not count.
    unsearched = {name: {"search": False} for name in list(many)[145:]}
    Workspace.open(study=company(attributes=many | unsearched), reports="")
    with pytest.raises(StudyError, match="146 attributes"):
        Workspace.open(study=company(attributes=dict(list(many.items())[:146])), reports="")
    Workspace.open(study=company(attributes=many, scope={"max_conditions": 2}), reports="")


def test_a_search_that_needs_too_much_memory_is_refused_with_what_would_fit():
    """The estimate against the search itself; then 5,000 customers × 145 columns."""
    dice = np.random.default_rng(4)
    small = pd.DataFrame({f"a{k}": dice.choice(list("uvwx"), 400) for k in range(12)})
    exact = sum(
        int(sizes[sizes >= 10].sum())
        for three in combinations(small, 3)
        for sizes in [small.groupby(list(three)).size().to_numpy()]
    )
    assert memberships(small, 3, 10) == exact  # 220 combinations: all of them
    wide = pd.DataFrame({f"a{k}": dice.choice(list("uvw"), 5000) for k in range(145)})
    assert memberships(wide, 3, 100) == pytest.approx(comb(145, 3) * 5000, rel=0.01)
    assert 4 * memberships(wide, 2, 100) < MAX_BYTES < 4 * memberships(wide, 3, 100) * 2


def test_the_figure_that_fits_keeps_away_from_what_chance_makes_of_it(company):
    """Groups of 20 among 1,000 customers: few combinations have any, so that a sample errs."""
    dice = np.random.default_rng(1)
    names = [f"c{k}" for k in range(60)]
    wide = pd.DataFrame({n: dice.integers(0, 4 + k % 5, 1000) for k, n in enumerate(names)})
    limits = {"memory": "20MB"}
    study = Workspace.open(
        study=company(attributes={n: {} for n in names}, limits=limits), reports=""
    ).study
    found = Checked()
    check_search(study, wide, found)
    fits = int(re.search(r"all but about (\d+)", found.problems[0])[1])
    every = sum(memberships(wide[names[:fits]], depth, 20) for depth in (1, 2, 3))
    assert 20 <= fits < 60
    assert 0.6 * 20e6 < 22 * every <= 20e6  # and not far away


def test_a_run_refuses_a_search_without_room_before_it_collects_all(company, tmp_path):
    """After step 2 customers are known; the figure that is told fits, and one more does not."""
    dice = np.random.default_rng(4)
    many = {f"a{k}": {} for k in range(12)}
    customers = pd.DataFrame({"account_id": [f"A{k:05d}" for k in range(9000)]})
    for name in many:
        customers[name] = dice.choice(list("uvwx"), 9000)

    def told(attributes: dict, **limits) -> str:
        ws = Workspace.open(
            study=company(attributes=attributes, limits=limits), reports=str(tmp_path / "reports")
        )
        ws.keep("customers", customers)
        return check_search_of(ws)

    assert told(many) == ""  # an everyday search is not talked about
    with pytest.raises(StudyError, match=r"all but about (\d+) attributes") as error:
        told(many, memory="10MB")
    fits = int(re.search(r"all but about (\d+)", str(error.value))[1])
    assert 0 < fits < 12
    assert "scope.max_conditions: 1" in str(error.value)
    less = {name: {"search": number < fits} for number, name in enumerate(many)}
    assert told(less, memory="10MB") == ""
    more = {name: {"search": number <= fits} for number, name in enumerate(many)}
    with pytest.raises(StudyError, match=f"{fits + 1} attributes would need"):
        told(more, memory="10MB")


def test_a_search_that_takes_long_is_told_with_what_is_shorter(company, monkeypatch):
    monkeypatch.setattr("helpers.check.searching.cores", lambda: 2)
    place = company(
        attributes={"a": {}, "b": {}, "c": {}},
        scope={"permutations": 1_000_000, "min_customers": 1000},
    )
    number = np.arange(200_000)  # looked at in every second row
    many = pd.DataFrame(
        {"account_id": number, "a": number // 2 % 3, "b": number // 2 % 4, "c": number // 2 % 5}
    )
    found = Checked()
    check_search(Workspace.open(study=place, reports="").study, many, found)
    # Of one, two and three conditions: (3 + 3 + 1) × 200,000 memberships.
    assert "step 4 takes about 2 hours" in found.told[0]
    assert found.warnings == [
        "That search takes long. Shorter: scope.max_conditions: 1 (about 50 minutes), or "
        "`search: false` for half of the attributes (about 17 minutes)."
    ]


def test_two_thousand_levels_and_two_hundred_hypotheses_are_checked(company, tmp_path):
    place = company(
        attributes={"name": {}, "industry": {}},
        scope={"max_hypotheses": 200},
        hypotheses=[
            {"id": f"H{k}", "statement": "s", "variables": ["industry"]} for k in range(200)
        ],
    )
    lines = ["account_id,won_on,name,industry"]
    lines += [f"A{k:04d},2024-01-01,Company {k},{('a', 'b')[k % 2]}" for k in range(2000)]
    (tmp_path / "acme" / "accounts.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    deals = ["account_id,starts_on,mrr", *(f"A{k:04d},2024-01-01,{k + 1}" for k in range(2000))]
    (tmp_path / "acme" / "contracts.csv").write_text("\n".join(deals) + "\n", encoding="utf-8")
    found = check_study(study=place)
    assert not found.problems
    assert any("2,000 levels among 2,000 customers" in told for told in found.warnings)


def test_more_large_levels_than_a_search_takes_are_refused_before_it(company):
    place = company(attributes={"a": {}, "b": {}}, scope={"min_customers": 10})
    number = np.arange(201 * 10)
    study = Workspace.open(study=place, reports="").study
    many = pd.DataFrame({"account_id": number, "a": number // 10, "b": number // 9})
    found = Checked()
    check_search(study, many, found)
    (problem,) = found.problems  # of b no level is large enough
    assert "attributes.a has 201 levels of 10 customers or more; the search takes 200" in problem
    found = Checked()
    check_search(study, many[10:], found)
    assert found.problems == []


def test_outcomes_that_check_accepts_are_those_of_step_4():
    class Nothing:
        ratios: ClassVar[dict] = {}
        table = pd.DataFrame({"account_id": ["A"]})

    assert {"account_id", *conditions.OUTCOMES} == set(measured_outcomes(Nothing))


def test_two_attributes_that_take_long_have_no_three_conditions(company, monkeypatch):
    monkeypatch.setattr("helpers.check.searching.cores", lambda: 2)
    place = company(
        attributes={"a": {}, "b": {}}, scope={"permutations": 1_000_000, "min_customers": 1000}
    )
    number = np.arange(200_000)
    two = pd.DataFrame({"account_id": number, "a": number // 2 % 3, "b": number // 2 % 4})
    found = Checked()
    check_search(Workspace.open(study=place, reports="").study, two, found)
    # (2 + 1) × 200,000 memberships take 50 minutes; one attribute alone is a third of them.
    assert found.warnings == [
        "That search takes long. Shorter: scope.max_conditions: 1 (about 33 minutes), or "
        "`search: false` for half of the attributes (about 17 minutes)."
    ]


def test_a_large_machine_is_told_what_the_search_itself_may_take(company, monkeypatch):
    monkeypatch.setattr("helpers.check.searching.memory_of", lambda study: 1e15)
    monkeypatch.setattr("helpers.check.searching._counted", lambda *_: (2e9, 0.0))
    many = pd.DataFrame({name: ["x", "y"] for name in "abcdef"})
    found = Checked()
    check_search(
        Workspace.open(study=company(attributes={n: {} for n in "abcdef"}), reports="").study,
        many,
        found,
    )
    (problem,) = found.problems
    # Three times 2e9 memberships of 22 bytes; MAX_BYTES of four bytes each are 3e9 of them.
    assert "need about 132 GB; it may take 66" in problem
    assert "more memory" not in problem
    assert "all but about 4 attributes" in problem  # 4/6 + 6/15 + 4/20 of 2e9 fit, 5 do not


def test_a_run_looks_at_the_columns_of_all_queries_first(company):
    def source(file, query):
        return {"files": {"raw": f"{file}.csv"}, "query": query}

    sources = {
        "accounts": source("accounts", "SELECT *, trim(account_id) AS code FROM raw"),
        "contracts": source(
            "contracts", "SELECT account_id, starts_on, mrr, NULL AS ends_onn FROM raw"
        ),
        "tickets": source("contracts", "SELECT account_id, opened FROM raw"),
        "orders": source("nowhere", "SELECT * FROM raw"),
    }
    with pytest.raises(StudyError) as error:
        check_first(Workspace.open(study=company(sources=sources)))
    told = str(error.value)
    assert "sources.accounts" not in told
    assert "nearly the name of ends_on" in told
    assert "The query of sources.tickets failed" in told and '"opened"' in told
    assert "nowhere.csv" in told


def test_what_cannot_be_read_of_an_attribute_is_told_once(company, tmp_path):
    place = company(currency="USD")
    accounts = tmp_path / "acme" / "accounts.csv"
    accounts.write_text(accounts.read_text().replace("south,39", "south,many"), encoding="utf-8")
    told = check_study(study=place).warnings
    assert sum("many" in text for text in told) == 1
    assert not any("currency" in text for text in told)


def test_a_currency_that_nobody_names_is_told(company, tmp_path):
    place = company()
    assert any("neither do the exports" in text for text in check_study(study=place).warnings)
    contracts = tmp_path / "acme" / "contracts.csv"
    lines = contracts.read_text().splitlines()
    named = [f"{line},{'EUR' if k else 'currency'}" for k, line in enumerate(lines)]
    contracts.write_text("\n".join(named) + "\n", encoding="utf-8")
    assert not any("neither do the exports" in t for t in check_study(study=place).warnings)


def test_all_mistakes_of_an_attribute_are_told_at_once(company):
    wrong = {"seats": {"type": "number", "bands": [5, 1], "order": ["x"]}}
    with pytest.raises(StudyError) as told:
        Workspace.open(study=company(attributes=wrong))
    assert "cut-points must rise" in str(told.value)
    assert "order goes with" in str(told.value)
    place = company(attributes={}, cluster="team", scope={"strata": "plan"})
    with pytest.raises(StudyError) as told:
        Workspace.open(study=place)
    assert "scope.strata names plan" in str(told.value)
    assert "cluster names team" in str(told.value)
