"""Study files that are wrong: one message each, in words, and never a traceback."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.collect.customers import build_customer_list
from helpers.collect.sources import collect
from helpers.errors import StudyError
from helpers.workspace import Workspace

BASE = """study: acme
title: Acme
business_model: subscription
default_quarter: 2026Q3
sources:
  accounts: {files: {crm: accounts.csv}, query: SELECT * FROM crm}
  contracts: {files: {billing: contracts.csv}, query: SELECT * FROM billing}
"""
STRIPE = "{preset: stripe, folder: %s}"
BILLING = "{files: {billing: contracts.csv}, query: SELECT * FROM billing}"


def plus(text: str) -> str:
    """The base with more keys."""
    return BASE + text


def with_(old: str, new: str) -> str:
    """The base with another value."""
    assert old in BASE
    return BASE.replace(old, new)


WRONG = {
    "empty": "",
    "only comment": "# x\n",
    "list": "- a\n",
    "text": "hello\n",
    "number": "3\n",
    "template1": with_("title: Acme", "title: {{ title }}"),
    "template2": with_("study: acme", "study: <your company>"),
    "template3": with_("study: acme", "study: ${NAME}"),
    "jinja": with_("title: Acme", "{% if x %}title: A{% endif %}"),
    "todo": with_("2026Q3", "TODO"),
    "fill in": with_("accounts.csv", "<FILL IN>"),
    "null study": with_("study: acme", "study:"),
    "null sources": "study: a\ntitle: b\nbusiness_model: subscription\nsources:\n",
    "null source": with_(
        "  contracts: {files: {billing: contracts.csv}, query: SELECT * FROM billing}",
        "  contracts:",
    ),
    "null query": with_(
        "  contracts: {files: {billing: contracts.csv}, query: SELECT * FROM billing}",
        "  contracts: {files: {billing: contracts.csv}, query:}",
    ),
    "null section": plus("quality_score:\n"),
    "null list": plus("hypotheses:\n"),
    "null attr": plus("attributes:\n  industry:\n"),
    "null limits": plus("limits: ~\n"),
    "null scope": plus("scope: {max_segments: ~}\n"),
    "neg seed": plus("seed: -1\n"),
    "float seed": plus("seed: 1.5\n"),
    "huge float": plus("scope: {weeks: 1e400}\n"),
    "nan amount": plus("quality_score: {costs: {a: {count: tickets, amount: .nan}}}\n"),
    "inf amount": plus("quality_score: {costs: {a: {count: tickets, amount: .inf}}}\n"),
    "nan weight": plus("quality_score: {bonuses: {a: {growth: magnitude, weight: .nan}}}\n"),
    "nan bands": plus("quality_score: {bands: [.nan, 0.8]}\n"),
    "inf cut": plus("attributes: {a: {type: number, bands: [1, .inf]}}\n"),
    "nan cut": plus("attributes: {a: {type: number, bands: [.nan]}}\n"),
    "nan times": plus("customer_list: {exclude: [{rule: revenue_outlier, times_second: .nan}]}\n"),
    "nan prior": plus("priorities: {value: .nan}\n"),
    "nan target": plus("playbook: [{action: a, metric: nps, target: .nan}]\n"),
    "nan health": plus("health: {cut: .nan}\n"),
    "nan poor": plus("health: {outcomes: [{metric: nps, poor: .nan, good: 1}]}\n"),
    "-inf at_least": plus("quality_score: {bonuses: {a: {column: x, at_least: -.inf}}}\n"),
    "nan margin": plus("metrics: {gross_margin: .nan}\n"),
    "nan limit": plus("limits: {seconds: .inf}\n"),
    "nan hours": plus("work_plan: [{step: 1, task: a, estimate_hours: .inf}]\n"),
    "nan share": plus("max_rejected_share: .nan\n"),
    "recursive alias": plus("charter: &x {stakeholders: [*x]}\n"),
    "recursive opt": plus("change_log: &x [*x]\n"),
    "nul": with_("title: Acme", "title: Ac\x00me"),
    "ctrl": with_("title: Acme", "title: Ac\x07me"),
    "surrogate": with_("title: Acme", 'title: "\\ud800"'),
    "bool on text": with_("title: Acme", "title: yes"),
    "no": with_("study: acme", "study: no"),
    "bool order": plus("attributes: {a: {order: [yes, no]}}\n"),
    "bool is": plus("customer_list: {exclude: [{rule: account_type, is: [yes]}]}\n"),
    "num is": plus("customer_list: {exclude: [{rule: account_type, is: [1]}]}\n"),
    "number title": with_("title: Acme", "title: 2024"),
    "date title": with_("title: Acme", "title: 2024-01-01"),
    "string is": plus("customer_list: {exclude: [{rule: account_type, is: test}]}\n"),
    "months 999999": plus(
        "customer_list: {exclude: [{rule: won_after, months_before_quarter_end: 999999}]}\n"
    ),
    "quarter 9999Q4": with_("2026Q3", "9999Q4"),
    "quarter 0000Q1": with_("2026Q3", "0000Q1"),
    "quarter 0001Q1": with_("2026Q3", "0001Q1"),
    "2026Q5": with_("2026Q3", "2026Q5"),
    "quarter int": with_("2026Q3", "2026"),
    "quarter list": with_("2026Q3", "[2026Q3]"),
    "spread 1e9": plus("quality_score: {costs: {a: {cost_kind: x, spread_months: 999999999}}}\n"),
    "onboarding big": plus("lifecycle: {onboarding: 99999999999}\n"),
    "first90 big": plus("lifecycle: {first90: 999999999999999999999}\n"),
    "dup key": plus("title: b\n"),
    "dup attr": plus("attributes: {a: {}, a: {}}\n"),
    "unhashable key": plus("? [a, b]\n: 1\n"),
    "dict key": plus("{a: 1}: 2\n"),
    "merge key": plus("attributes: {<<: 3}\n"),
    "tab": plus("charter:\n\tobjective: x\n"),
    "tag python": plus("charter: !!python/object/apply:os.system ['true']\n"),
    "tag": plus("charter: !foo {a: 1}\n"),
    "timestamp tag": plus("change_log: [{date: 2024-13-45, change: x}]\n"),
    "date 0000": plus("change_log: [{date: 0000-00-00, change: x}]\n"),
    "date 9999": plus("customer_list: {exclude: [{rule: won_after, date: 99999-01-01}]}\n"),
    "datetime date": plus("change_log: [{date: 2024-01-01 10:00:00, change: x}]\n"),
    "sexagesimal": plus("service: {business_hours: {from: 09:00, to: 17:00}}\n"),
    "two docs": plus("---\nstudy: b\n"),
    "unclosed": plus("charter: {a: [\n"),
    "unknown alias": plus("charter: *x\n"),
    "int key": plus("3: x\n"),
    "null key": plus("~: x\n"),
    "bool key": plus("yes: x\n"),
    "path key": plus("path: x\n"),
    "dunder": plus("__class__: x\n"),
    "int attr": plus("attributes: {3: {}}\n"),
    "int source": with_(
        "  contracts: {files: {billing: contracts.csv}, query: SELECT * FROM billing}",
        "  3: {files: {billing: contracts.csv}, query: SELECT * FROM billing}",
    ),
    "set": plus("attributes: !!set {a, b}\n"),
    "float tag": plus("seed: !!int abc\n"),
    "floattag2": plus("scope: {alpha: !!float abc}\n"),
    "omap": plus("attributes: !!omap [a: {}]\n"),
    "pairs": plus("attributes: !!pairs [a: {}]\n"),
    "timestamptag": plus("change_log: [{date: !!timestamp xx, change: c}]\n"),
    "booltag": plus("synthetic: !!bool perhaps\n"),
    "nulltag": plus("title2: !!null x\n"),
    "yamldirective": with_("study: acme", "%YAML 3.0\n---\nstudy: acme"),
    "yaml big int oct": plus("seed: 0b2\n"),
    "timezone ../": plus("timezone: ../../etc/passwd\n"),
    "timezone nul": plus('timezone: "a\\0b"\n'),
    "currency low": plus("currency: eur\n"),
    "fiscal": plus("fiscal_year_starts: 0\n"),
    "scope alpha": plus("scope: {alpha: 1}\n"),
    "strata unknown": plus("scope: {strata: nix}\n"),
    "pairs one": plus("scope: {pairs: [[a]]}\n"),
    "permutations": plus("scope: {permutations: 1000000000000}\n"),
    "resamples": plus("metrics: {resamples: 99999999999}\n"),
    "study ..": with_("study: acme", "study: .."),
    "study a/..": with_("study: acme", "study: a/../b"),
    "study nl": with_("study: acme", 'study: "acme\\n"'),
    "engine bad url": plus("engine: 'postgresql://[::1'\n"),
    "data nul": plus('data: "a\\0b"\n'),
    "data none": plus("data:\n"),
    "data int": plus("data: 3\n"),
    "data list": plus("data: [a]\n"),
    "path nul": with_("accounts.csv", '"a\\0.csv"'),
    "path empty": with_("accounts.csv", "''"),
    "path dir": with_("accounts.csv", "'.'"),
    "glob bad": with_("accounts.csv", "'[a.csv'"),
    "encoding": with_("accounts.csv", "{path: accounts.csv, encoding: klingon}"),
    "encoding zip": with_("accounts.csv", "{path: accounts.csv, encoding: zlib}"),
    "encoding base64": with_("accounts.csv", "{path: accounts.csv, encoding: base64}"),
    "encoding idna": with_("accounts.csv", "{path: accounts.csv, encoding: idna}"),
    "encoding nul": with_("accounts.csv", '{path: accounts.csv, encoding: "a\\0"}'),
    "delimiter nl": with_("accounts.csv", '{path: accounts.csv, delimiter: "\\n"}'),
    "delimiter quote": with_("accounts.csv", "{path: accounts.csv, delimiter: '\"'}"),
    "delimiter cr": with_("accounts.csv", '{path: accounts.csv, delimiter: "\\r"}'),
    "delimiter nul": with_("accounts.csv", '{path: accounts.csv, delimiter: "\\0"}'),
    "delimiter sur": with_("accounts.csv", '{path: accounts.csv, delimiter: "→"}'),
    "folder nul": with_(
        "  contracts: {files: {billing: contracts.csv}, query: SELECT * FROM billing}",
        '  contracts: {preset: stripe, folder: "a\\0"}',
    ),
    "options null": with_(
        "  contracts: {files: {billing: contracts.csv}, query: SELECT * FROM billing}",
        '  contracts: {preset: stripe, folder: ".", options: }',
    ),
    "options odd": with_(
        "  contracts: {files: {billing: contracts.csv}, query: SELECT * FROM billing}",
        '  contracts: {preset: stripe, folder: ".", options: {trials: [1, {a: .nan}], 3: x}}',
    ),
    "query int": with_("query: SELECT * FROM crm", "query: 3"),
    "query list": with_("query: SELECT * FROM crm", "query: [a]"),
    "query nul": with_("query: SELECT * FROM crm", 'query: "SELECT 1 \\0"'),
    "query surrogate": with_("query: SELECT * FROM crm", 'query: "SELECT \\udc80"'),
    "where surrogate": plus(
        "customer_list: {exclude: [{rule: where, sql: \"name = '\\ud800'\"}]}\n"
    ),
    "label surrogate": plus('attributes: {name: {label: "\\ud800"}}\n'),
    "deep mappings": plus("charter: " + "{a: " * 3000 + "1" + "}" * 3000 + "\n"),
    "deep lists": plus("hypotheses: " + "[" * 20000 + "]" * 20000 + "\n"),
    "many references": plus(
        "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
        + "".join(
            f"{c}: &{c} [{','.join([f'*{p}'] * 10)}]\n"
            for p, c in zip("abcdefgh", "bcdefghi", strict=True)
        )
    ),
    "a seed of 400 digits": plus("seed: 1" + "0" * 400 + "\n"),
    "a name of 300 letters": with_("study: acme", "study: " + "a" * 300),
    "an attribute of 300 letters": plus("attributes: {" + "a" * 300 + ": {}}\n"),
    "a file's name of 300 letters": with_("crm:", "c" * 300 + ":"),
    "a score line of 300 letters": plus(
        "quality_score: {costs: {" + "a" * 300 + ": {count: tickets, amount: 1}}}\n"
    ),
    "a title of 100,000 letters": with_("title: Acme", "title: " + "x" * 100_000),
    "a path of 5,000 letters": with_("crm: accounts.csv", "crm: " + "x" * 5000 + ".csv"),
    "a path of 400 letters": with_("crm: accounts.csv", "crm: " + "x" * 400 + ".csv"),
    "a folder of 400 letters": with_(BILLING, STRIPE % ("y" * 400)),
    "a list of 250,000 values": plus("scope: {in_scope: [" + "a," * 250_000 + "]}\n"),
    "3 megabytes": plus("# " + "x" * 3_000_000 + "\n"),
    "a key of surrogates": plus('attributes: {"\\ud800": {}}\n'),
    "numbers in quotes that are none": plus('priorities: {value: "nan"}\n'),
    "infinity in quotes": plus('metrics: {peer_deviation: "inf"}\n'),
    "millions of conditions": plus("scope: {max_conditions: 5}\n"),
    "1e300": plus("customer_list: {exclude: [{rule: revenue_below, monthly: 1.0e+300}]}\n"),
}

BYTES = {
    "UTF-16": BASE.encode("utf-16"),
    "UTF-32": BASE.encode("utf-32"),
    "EBCDIC": BASE.encode("cp500"),
    "Latin-1": BASE.replace("Acme", "Aché").encode("latin-1"),
    "all bytes": bytes(range(256)) * 4,
    "NUL": BASE.replace("Acme", "Ac\0me").encode(),
    "a half letter": BASE.encode() + b"# \xc3",
}

FINE = {
    "UTF-8 with its mark": BASE.encode("utf-8-sig"),
    "letters of all scripts": BASE.replace("Acme", "Ünïcode 株式会社 شركة").encode(),
    "a mapping referred to": plus(
        "attributes: {industry: &a {label: Industry}, name: {<<: *a, search: false}}\n"
    ).encode(),
    "own words in angle brackets": plus("attributes: {industry: {order: [<50>, TBD]}}\n").encode(),
    "a large number": plus("playbook: [{action: a, metric: nps, target: 1e12}]\n").encode(),
}


def runner(folder: Path) -> Callable[[bytes], Workspace]:
    """What runs a study file as far as the customer list, on a company of 28 accounts."""
    accounts = [f"A{k:02d},2024-01-{k + 1:02d},C{k},{'ns'[k % 2]}" for k in range(28)]
    contracts = [f"A{k:02d},2024-01-{k + 1:02d},,{100 + k}" for k in range(28)]
    for name, head, rows in (
        ("accounts.csv", "account_id,won_on,name,industry", accounts),
        ("contracts.csv", "account_id,starts_on,ends_on,mrr", contracts),
    ):
        (folder / name).write_text("\n".join([head, *rows, ""]), encoding="utf-8")

    def run(content: bytes) -> Workspace:
        (folder / "study.yml").write_bytes(content)
        ws = Workspace.open(study=str(folder), reports=str(folder / "reports"))
        ws.clear()
        collect(ws, ["accounts", "contracts"])
        build_customer_list(ws)
        return ws

    return run


@pytest.fixture
def run_on(tmp_path) -> Callable[[bytes], Workspace]:
    """`runner` in a folder of its own."""
    return runner(tmp_path)


@pytest.mark.parametrize("name", [*WRONG, *BYTES])
def test_a_wrong_file_is_one_message(run_on, outcome, name):
    content = BYTES[name] if name in BYTES else WRONG[name].encode()
    with pytest.raises(StudyError) as error:
        run_on(content)
    told = str(error.value)
    assert len(told) < 3_000
    assert not re.search(
        r"Traceback|pydantic|<class|dictionary or instance|NoneType|0x[0-9a-f]{6}", told
    )
    # It says where: the file, or the key path of a source.
    assert re.search(r"study\.yml|sources\.|quarter|customer_list|engine", told)
    outcome("study file", name, "refused in words", told)


@pytest.mark.parametrize("name", FINE)
def test_what_only_looks_odd_is_read(run_on, outcome, name):
    assert run_on(FINE[name]).study.study == "acme"
    outcome("study file that only looks odd", name, "read")


def test_there_are_as_many_as_we_say():
    assert len(WRONG) + len(BYTES) >= 150


def test_every_mistake_of_values_is_told_at_once(run_on):
    content = with_("title: Acme", "title: '{{ title }}'") + (
        "quality_score: {costs: {a: {count: tickets, amount: .nan}}}\nscope: {weeks: .inf}\n"
    )
    with pytest.raises(StudyError) as error:
        run_on(content.encode())
    for key in ("`title` was not filled in", "quality_score.costs.a.amount", "scope.weeks"):
        assert key in str(error.value)
