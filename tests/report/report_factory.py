"""A plausible draft of a quarter, made without the layers below: what the report is built from."""

from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.metrics import catalog
from helpers.metrics.concentration import concentration
from helpers.report import charts, exhibits
from helpers.segments.needs import NEEDS
from helpers.workspace import STEPS, Workspace

AWKWARD = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","click")',
    "شركة البحر الأحمر للتجارة",
    "東京電機株式会社",
    "ООО «Северный ветер»",
    "A" * 300,
    "🚀 Rocket & Söhne",
    "+cmd|' /C calc'!A0",
    "quote \" and ' and </style>",
    "${{7*7}} {% raw %} $x$",
    "<r><t>rich</t></r>",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "annual\u202efdp.exe\u2066\u200b \U000e0041\x07\ufffe",
)
SEGMENTS = {
    "h_partner": "Won through partners",
    "h_midsize": "Mid-sized manufacturers with 200–999 employees",
    "h_nordics": "Nordic customers on the API",
    "h_events": "Met at an event",
    "value_excellent": "Excellent customers",
    "lifecycle_veteran": "Customers for more than a year",
    "a_industry_retail": "Industry: Retail",
    "a_country_mt": "Country: Malta",
}
METRICS = {
    "arr_per_customer": "currency",
    "nrr": "ratio",
    "logo_churn_rate": "ratio",
    "nps": "points",
    "csat": "%",
    "tickets_per_customer_month": "per month",
    "resolution_hours_mean": "hours",
    "referrals_per_customer": "per year",
}


def study_file(folder: Path, *, names: bool, language: str = "en") -> Path:
    """A small study file; ``names`` puts awkward text wherever people write."""
    text = AWKWARD[0] if names else ""
    content = {
        "study": "fixture",
        "title": f"Fixture — best current customers{' ' + text + AWKWARD[12] if text else ''}",
        "synthetic": True,
        "business_model": "subscription",
        "language": language,
        "currency": "EUR",
        "default_quarter": "2026Q3",
        "seed": 7,
        "charter": {
            "objective": f"Know which customers to win more of. {text}",
            "decision": "Where marketing and sales put next year's effort",
            "company_goal": "Net revenue retention above 110 %",
            "sponsor": "Chief commercial officer",
            "stakeholders": [
                {"name": "Sales", "department": "Sales", "interest": "whom to call"},
                {"name": "Support", "department": "Service", "interest": "whom to serve first"},
            ],
            "deliverables": ["presentation", "supporting analysis"],
        },
        "sources": {
            "accounts": {"files": {"crm": "accounts.csv"}, "query": "SELECT * FROM crm"},
            "contracts": {"files": {"billing": "contracts.csv"}, "query": "SELECT * FROM billing"},
        },
        "quality_score": {
            "costs": {"service": {"cost_kind": "service"}},
            "bonuses": {"growth": {"growth": "magnitude"}},
            "penalties": {"cancelled": {"where": "status = 'former'", "amount": 5000}},
        },
        "attributes": {
            "industry": {"label": "Industry", "external": True},
            "source": {"label": "Won through"},
            "employees": {"label": "Employees", "type": "number", "bands": [50, 200, 1000]},
        },
        "hypotheses": [
            {"id": "H1", "statement": "Partners bring better customers", "variables": ["source"]},
            {"id": "H2", "statement": "Mid-sized firms are better", "variables": ["employees"]},
        ],
    }
    path = folder / "study.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def make_draft(folder: Path, case: str = "validated") -> Workspace:
    """A draft with data files, exhibits and two executed notebooks.

    ``case``: 'validated' (three segments), 'none' (nothing stands out, no earlier quarter) or
    'awkward' (as 'validated', with untrusted text everywhere) or 'chinese' (as 'validated', told in
    that language).
    """
    folder.mkdir(parents=True, exist_ok=True)
    language = "zh" if case == "chinese" else "en"
    study = study_file(folder, names=case == "awkward", language=language)
    ws = Workspace.open(study=str(study), reports=str(folder / "reports"), data=str(folder))
    tables = _tables(case)
    if case == "chinese":
        tables["customers_to_act_on"] = _act_on()
    for name, table in tables.items():
        ws.save(name, table)
    _records(ws)
    _exhibits(ws, tables)
    _notebooks(ws, tables)
    return ws


def _act_on() -> pd.DataFrame:
    """Two lists, told in the language spoken now."""
    from helpers.words import action, say

    listed = {
        "account_id": ["00001", "00002", "00002"],
        "name": ["Company 001", "Company 002", "Company 002"],
        "groups": "",
        "arr": [12_000.0, np.nan, np.nan],
        "renews_on": pd.to_datetime(["2026-11-01", None, None]),
        "health": "",
        "owner": "",
        "action": [say(action.DO_RENEW), say(action.DO_RENEW), say(action.CHECK_RENEW)],
        "reason": "",
        "not_now": "",
        "by": pd.to_datetime(["2026-10-30", None, None]),
        "responsible": ["", "", "Sales"],
        "status": "current",
        "value_at_stake": [12_000.0, np.nan, np.nan],
        "segment_id": "",
        "play": ["", "", "plays.check"],
    }
    return pd.DataFrame(listed)


def _names(count: int, case: str) -> list[str]:
    names = [f"Company {k:03d}" for k in range(count)]
    if case == "awkward":
        for k in range(count):
            if k % 3 == 0:
                names[k] = AWKWARD[(k // 3) % len(AWKWARD)]
    return names


def _tables(case: str) -> dict[str, pd.DataFrame]:
    random = np.random.default_rng(11)
    n = 240
    ids = [f"{k:05d}" for k in range(n)]
    names = _names(n, case)
    label = {**SEGMENTS}
    if case == "awkward":
        label |= {"h_partner": AWKWARD[0], "h_midsize": AWKWARD[3] * 12, "h_nordics": AWKWARD[2]}
    status = np.where(random.random(n) < 0.15, "former", "current")
    included = np.arange(n) >= 24
    customer_list = pd.DataFrame(
        {
            "account_id": ids,
            "name": names,
            "included": included,
            "exclusion_rule": np.where(included, None, "account_type"),
            "exclusion_reason": np.where(included, None, "a test or POC account"),
            "status": status,
            "customer_id": ids,
            "in_crm": True,
            "in_billing": np.arange(n) % 17 != 3,
            "won_on": pd.Timestamp("2021-01-15")
            + pd.to_timedelta(random.integers(0, 1800, n), "D"),
            "churned_on": pd.NaT,
            "monthly_revenue": np.round(random.lognormal(7, 1, n), 2),
        }
    )
    kept = customer_list[customer_list["included"]].reset_index(drop=True)
    m = len(kept)
    base = np.round(random.lognormal(9.4, 1, m), 2)
    parts = {
        "service": -np.round(base * random.uniform(0.05, 0.4, m), 2),
        "growth": np.round(random.normal(0, 6000, m), 2),
        "cancelled": np.where(kept["status"].eq("former"), -5000.0, 0.0),
    }
    score = base + sum(parts.values())
    rank = pd.Series(-score).rank(method="min").astype(int)
    band = np.where(rank <= 0.2 * m, "excellent", np.where(rank > 0.8 * m, "poor", "average"))
    scores = pd.DataFrame(
        {
            "account_id": kept["account_id"],
            "name": kept["name"],
            "status": kept["status"],
            "base": base,
            **parts,
            "quality_score": score,
            "rank": rank,
            "band": band,
            "imputed": np.where(np.arange(m) % 9 == 0, "service", ""),
        }
    ).sort_values(["rank", "account_id"])
    segments = _segments(case, label, m)
    validated = segments.loc[segments["verdict"].eq("validated"), "segment_id"].tolist()
    members = pd.concat(
        pd.DataFrame({"segment_id": row.segment_id, "account_id": kept["account_id"]}).sample(
            row.customers, random_state=3 + row.Index
        )
        for row in segments.itertuples()
    ).sort_values(["segment_id", "account_id"])
    tables = {
        "customer_list": customer_list,
        "quality_scores": scores,
        "account_metrics": pd.DataFrame(
            {
                "account_id": kept["account_id"],
                "acv": base,
                "nps": np.where(random.random(m) < 0.5, np.nan, 100.0),
            }
        ),
        "attributes": pd.DataFrame(
            {
                "account_id": kept["account_id"],
                "industry": pd.Categorical(random.choice(["Retail", "Energy"], m)),
                "source": pd.Categorical(random.choice(["partner", "event", "ads"], m)),
                "employees": pd.Categorical(
                    random.choice(["< 50", "50–199", "200–999", "≥ 1,000"], m),
                    categories=["< 50", "50–199", "200–999", "≥ 1,000"],
                    ordered=True,
                ),
            }
        ),
        "coverage": _coverage(m),
        "rejected_rows": pd.DataFrame(
            {
                "table": ["contracts", "contracts"],
                "row": [17, 203],
                "column": ["mrr", "starts_on"],
                "value": [AWKWARD[1] if case == "awkward" else "n/a", "2026-13-01"],
                "rejected": ["row", "row"],
                "reason": ["not a number", "not a date"],
            }
        ),
        "hypotheses": _hypotheses(m),
        "segments": segments,
        "segment_members": members.reset_index(drop=True),
        "segment_metrics": _segment_metrics(segments, random),
        "segment_needs": _segment_needs(validated, case),
        "priorities": _priorities(validated),
        "representatives": _representatives(validated, kept, members),
        "next_steps": _next_steps(segments, validated, case),
        "tags": pd.DataFrame(
            {
                "account_id": kept["account_id"],
                "size_tier": random.choice(["A", "B", "C"], m),
                "segment": random.choice([*validated, ""], m),
            }
        ),
    }
    if case != "none":
        tables["movement"] = _movement(kept, scores, validated)
    return tables


def _segments(case: str, label: dict[str, str], m: int) -> pd.DataFrame:
    rows = [
        ("h_partner", "a priori", 46, 9200.0, 4100.0, 14300.0, 0.003, "validated"),
        ("h_midsize", "a priori", 38, 7400.0, 2300.0, 12500.0, 0.011, "validated"),
        ("h_nordics", "a priori", 21, 11800.0, 2000.0, 21600.0, 0.034, "validated"),
        ("h_events", "a priori", 33, 2100.0, -2600.0, 6800.0, 0.61, "candidate"),
        ("value_excellent", "value", 43, 31000.0, 26000.0, 36000.0, np.nan, "descriptive"),
        ("lifecycle_veteran", "lifecycle", 160, 900.0, -1900.0, 3700.0, 0.88, "candidate"),
        ("a_industry_retail", "a priori", 101, -1500.0, -5200.0, 2200.0, 0.79, "candidate"),
        ("a_country_mt", "a priori", 4, np.nan, np.nan, np.nan, np.nan, "too_small"),
    ]
    table = pd.DataFrame(
        rows,
        columns=[
            "segment_id",
            "basis",
            "customers",
            "lift",
            "lift_low",
            "lift_high",
            "p_adjusted",
            "verdict",
        ],
    )
    if case == "none":
        shrunk = table["verdict"].eq("validated")
        table.loc[shrunk, ["lift", "lift_low"]] -= 6000.0
        table.loc[shrunk, ["p_adjusted", "verdict"]] = [0.4, "candidate"]
    table.insert(2, "definition", table["segment_id"].map(label))
    table.insert(3, "rule", "source = 'partner'")
    table.insert(5, "customer_share", table["customers"] / m)
    table.insert(6, "mean_score", 14000.0 + table["lift"].fillna(0))
    table.insert(7, "naive_lift", table["lift"] * 1.25)
    table = table.assign(adjusted_by="", confounding="", lift_adjusted=np.nan, drift_p=np.nan)
    shown = table["verdict"].eq("validated")
    table.loc[shown, ["adjusted_by", "confounding", "lift_adjusted"]] = ["source", "holds", 5000.0]
    return table.assign(adjusted_low=table["lift_adjusted"] - 900, adjusted_high=9000.0)


def _coverage(m: int) -> pd.DataFrame:
    rows = [
        ("industry", "Industry", "accounts", 0.98, "good"),
        ("employees", "Employees", "research", 0.71, "usable"),
        ("source", "Won through", "accounts", 0.93, "good"),
        ("nps", "Net promoter score", "surveys", 0.48, "weak"),
        ("csat", "Satisfaction", "surveys", 0.66, "biased"),
    ]
    table = pd.DataFrame(rows, columns=["field", "label", "source", "filled_share", "verdict"])
    table.insert(3, "customers", m)
    table.insert(4, "filled", (table["filled_share"] * m).round().astype(int))
    for band, factor in (("poor", 0.8), ("average", 1.0), ("excellent", 1.02)):
        table[f"filled_share_{band}"] = (table["filled_share"] * factor).clip(upper=1)
    return table


def _hypotheses(m: int) -> pd.DataFrame:
    rows = [
        ("H1", "Partners bring better customers", "source", True, 0.42, 0.002, "supported"),
        ("H2", "Mid-sized firms are better", "employees", True, 0.31, 0.02, "supported"),
        ("H3", "Event leads are better", "source", True, 0.08, 0.61, "not supported"),
        ("H3", "Event leads are better", "industry", True, 0.06, 0.72, "not supported"),
        ("V1", "Industry", "industry", False, 0.05, 0.9, "not supported"),
        ("V2", "Plan tier", "plan", False, 0.9, 0.0001, "descriptive"),
    ]
    columns = [
        "hypothesis_id",
        "statement",
        "variables",
        "declared",
        "effect_size",
        "p_value",
        "verdict",
    ]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(4, "customers", m)
    table["effect"] = table["effect_size"] * 20000
    table["effect_low"], table["effect_high"] = table["effect"] - 5000, table["effect"] + 5000
    table["unit"] = "EUR"
    table["p_adjusted"] = (table["p_value"] * 3).clip(upper=1)
    table["detectable_effect"] = 4400.0
    table["shares_score_inputs"] = np.where(table["verdict"].eq("descriptive"), "base", "")
    table["effect_retest"] = np.where(table["verdict"].eq("descriptive"), 280.0, np.nan)
    table["family"] = np.where(table["declared"], "declared", "exploratory")
    table["p_rank"] = table["p_value"]
    return table.assign(adjusted_by="", confounding="", effect_adjusted=np.nan)


def _segment_needs(validated: list[str], case: str) -> pd.DataFrame:
    """Enough interviews in the first segment only; three in each of the others."""
    rows = []
    for place, name in enumerate(validated):
        asked = 3 if place else 8
        wanted = AWKWARD[0] if case == "awkward" else "less downtime"
        for answer, mentions in ((wanted, asked - 2), ("pass audits", 2)):
            row = (name, "required_outcome", answer, mentions, asked, mentions / asked, 20, 0.25)
            rows.append(row)
    return pd.DataFrame(rows, columns=list(NEEDS)).astype({"share": float, "rest_share": float})


def _segment_metrics(segments: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    level = {"currency": 24000.0, "ratio": 0.9, "points": 31.0, "%": 82.0, "per month": 0.7}
    rows = []
    for segment in segments.itertuples():
        for metric, unit in METRICS.items():
            value = level.get(unit, 12.0) * random.uniform(0.8, 1.2)
            rest = level.get(unit, 12.0)
            better = ("better", "no difference shown", "worse")[int(random.integers(0, 3))]
            blank = metric == "nps" and segment.customers < 25
            rows.append(
                {
                    "segment_id": segment.segment_id,
                    "metric": metric,
                    "customers": segment.customers,
                    "observations": segment.customers * 3,
                    "value": np.nan if blank else value,
                    "low": np.nan if blank else value * 0.9,
                    "high": np.nan if blank else value * 1.1,
                    "rest_value": rest,
                    "unit": unit,
                    "rest_low": rest * 0.95,
                    "rest_high": rest * 1.05,
                    "difference": np.nan if blank else value - rest,
                    "difference_low": np.nan if blank else value - rest - 0.1 * rest,
                    "difference_high": np.nan if blank else value - rest + 0.1 * rest,
                    "better": "" if blank else better,
                    "shares_score_inputs": "",
                }
            )
    return pd.DataFrame(rows)


def _priorities(validated: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "segment_id": validated,
            "value": [0.8, 0.6, 1.0][: len(validated)],
            "targetability": [0.5, 1.0, 0.4][: len(validated)],
            "size": [1.0, 0.8, 0.3][: len(validated)],
            "priority_score": [0.75, 0.76, 0.68][: len(validated)],
            "rank": [2, 1, 3][: len(validated)],
            "rank_low": [1, 1, 2][: len(validated)],
            "rank_high": [2, 3, 3][: len(validated)],
            "share_first": [0.41, 0.52, 0.07][: len(validated)],
        }
    )
    return table.sort_values("rank").reset_index(drop=True)


def _representatives(validated, kept, members) -> pd.DataFrame:
    rows = []
    names = kept.set_index("account_id")["name"]
    for segment in validated:
        for account in members.loc[members["segment_id"].eq(segment), "account_id"].head(4):
            why = "closest to the segment's typical attributes and score"
            rows.append((segment, account, names[account], why))
    columns = ["segment_id", "account_id", "name", "why"]
    return pd.DataFrame(rows, columns=columns).astype("str")


def _next_steps(segments: pd.DataFrame, validated: list[str], case: str) -> pd.DataFrame:
    action = AWKWARD[1] if case == "awkward" else "Name a partner manager for each account"
    columns = ["segment_id", "action", "reason", "owner", "metric", "baseline", "target"]
    rows = [
        (segment, action, "NPS is below the rest", "Head of sales", "nps", 24.0, 31.0)
        for segment in validated
    ]
    table = pd.DataFrame(rows, columns=columns).astype({"segment_id": "str", "action": "str"})
    names = segments.set_index("segment_id")["definition"]
    table.insert(1, "definition", table["segment_id"].map(names).astype("str"))
    return table


def _movement(kept, scores, validated) -> pd.DataFrame:
    now = scores.set_index("account_id")["band"].reindex(kept["account_id"]).to_numpy()
    before = np.roll(now, 1)
    moved = kept[before != now].index
    customers = pd.DataFrame(
        {
            "kind": "customer",
            "id": kept["account_id"][moved],
            "name": kept["name"][moved],
            "change": "band",
            "before": before[moved],
            "after": now[moved],
            "difference": np.nan,
        }
    )
    customers.iloc[0, 3:6] = ["new", "", ""]
    segments = pd.DataFrame(
        {
            "kind": "segment",
            "id": validated,
            "name": [SEGMENTS[s] for s in validated],
            "change": "customers",
            "before": "30",
            "after": "34",
            "difference": 4.0,
        }
    )
    return pd.concat([customers, segments], ignore_index=True)


def _records(ws: Workspace) -> None:
    ws.folder("work/records/collection")
    for name in ("tickets", "usage"):
        ws.record(f"collection/{name}", {"collected": False})
    ws.record("detectable_lift", {"customers": 30, "lift": 6400.0})
    ws.record("collection/accounts", {"collected": True, "rows_in": 260, "rows_used": 258})


def _exhibits(ws: Workspace, tables: dict[str, pd.DataFrame]) -> None:
    scores, segments = tables["quality_scores"], tables["segments"]
    n = len(scores)
    effects = pd.DataFrame(
        {
            "rule": ["known accounts", "account_type", "revenue_outlier", "included"],
            "reason": ["known accounts", "test or POC", "more than 4 times the second", "included"],
            "accounts": [240, -23, -1, 216],
            "monthly_revenue": [480000.0, -12000.0, -96000.0, 372000.0],
        }
    )
    effects[["accounts", "monthly_revenue"]] = effects[["accounts", "monthly_revenue"]].abs()
    common = {"source": "customer_list, quality_scores"}
    money = {"currency": ws.study.currency}
    exhibits.figure(
        ws,
        "exclusions",
        charts.exclusion_effect(effects, **money),
        effects,
        title="Two rules leave 24 of 240 accounts out",
        n=240,
        **common,
    )
    exhibits.figure(
        ws,
        "score_strip",
        charts.score_strip(scores, **money),
        scores[["account_id", "quality_score", "band"]],
        title="A few customers carry most of the quality",
        n=n,
        **common,
    )
    best = scores.iloc[0]
    lines = pd.DataFrame(
        {
            "line": ["Annual contract value", "Service", "Growth", "Cancelled"],
            "amount": [best["base"], best["service"], best["growth"], best["cancelled"]],
        }
    )
    exhibits.figure(
        ws,
        "score_example",
        charts.score_waterfall(lines, **money),
        lines,
        title=f"How the score of {best['name']} adds up",
        n=1,
        **common,
    )
    _revenue_exhibits(ws, tables, n)
    exhibits.figure(
        ws,
        "coverage",
        charts.coverage_bars(tables["coverage"]),
        tables["coverage"],
        title="Surveys reach fewer than half of the customers",
        n=n,
        source="coverage",
    )
    exhibits.figure(
        ws,
        "hypothesis_effects",
        charts.hypothesis_effects(tables["hypotheses"], label=ws.study.label),
        tables["hypotheses"],
        title="Two of three declared hypotheses are supported",
        n=n,
        source="hypotheses",
    )
    exhibits.figure(
        ws,
        "lifts",
        charts.lift_plot(segments, **money),
        segments,
        title="What is known about each segment",
        n=n,
        source="segments",
    )
    shown = segments.head(3).set_index("segment_id")["definition"].to_dict()
    exhibits.figure(
        ws,
        "profiles",
        charts.segment_heatmap(
            tables["segment_metrics"],
            labels=shown,
            metrics={name: name.replace("_", " ").capitalize() for name in METRICS},
            **money,
        ),
        tables["segment_metrics"],
        title="How the segments differ from the rest",
        n=n,
        source="segment_metrics",
    )
    if len(tables["priorities"]):
        exhibits.figure(
            ws,
            "priority_order",
            charts.priority_chart(tables["priorities"], labels=SEGMENTS),
            tables["priorities"],
            title="The first two places may change",
            n=n,
            source="priorities",
        )
    if "movement" in tables:
        exhibits.figure(
            ws,
            "movement_bands",
            charts.movement_grid(tables["movement"], scores),
            tables["movement"],
            title="Most customers stay in their band",
            n=n,
            source="movement",
        )
        exhibits.finding(
            ws,
            "movement_told",
            "**{n:count} customers** changed their band.",
            n=len(tables["movement"]),
        )
    exhibits.table(
        ws,
        "segments",
        segments,
        title="All segments that were looked at",
        source="segments",
        n=n,
        columns={
            "definition": "Segment",
            "customers": "Customers",
            "lift": "Lift",
            "p_adjusted": "Adjusted p",
            "verdict": "Verdict",
        },
        formats={"lift": "signed_money", "p_adjusted": "p"},
    )
    exhibits.table(
        ws,
        "top_customers",
        scores,
        title="The best customers",
        source="quality_scores",
        n=n,
        most=12,
    )
    told = tables["segment_metrics"].head(len(METRICS))
    exhibits.table(
        ws,
        "metrics_told",
        told.assign(label=[catalog.METRICS[name].label for name in told["metric"]]),
        title="The metrics of one segment",
        source="segment_metrics",
        columns={"label": "Metric", "value": "Value", "customers": "Customers"},
        formats={"value": "by_unit"},
    )
    exhibits.warning(
        ws,
        "few_surveys",
        "Only {share:percent} of customers answered a survey.",
        share=0.48,
    )
    exhibits.finding(
        ws,
        "who_counts",
        "**{n:count} of {all:count} accounts** are analysed; the first of them is {name}.",
        n=n,
        all=240,
        name=best["name"],
    )


def _revenue_exhibits(ws: Workspace, tables: dict[str, pd.DataFrame], n: int) -> None:
    revenue = tables["customer_list"]["monthly_revenue"]
    held = concentration(revenue)
    money = {"currency": ws.study.currency}
    exhibits.figure(
        ws,
        "concentration",
        charts.concentration(revenue, **money),
        held.points,
        title="The largest fifth of customers holds most of the revenue",
        n=n,
        source="customer_list",
    )
    exhibits.finding(
        ws,
        "concentration_told",
        "The top fifth of the customers bring **{share:percent}** (Gini {gini:number}).",
        share=held.top20_share,
        gini=held.gini,
    )
    curve = pd.DataFrame(
        {
            "time": [0.0, 6.0, 12.0, 30.0],
            "at_risk": [216, 180, 150, 60],
            "survival": [1.0, 0.94, 0.87, 0.71],
        }
    )
    curve = curve.assign(low=curve["survival"] - 0.05, high=curve["survival"] + 0.02)
    exhibits.figure(
        ws,
        "survival",
        charts.survival_curve(curve),
        curve,
        title="Share of customers that are still there",
        n=n,
        source="customer_list",
    )
    steps = {"opening": 372000.0, "new": 21500.0, "churned": -9300.0, "closing": 384200.0}
    bridge = pd.DataFrame({"step": list(steps), "amount": list(steps.values())})
    exhibits.figure(
        ws,
        "mrr_bridge",
        charts.mrr_bridge(bridge, **money),
        bridge,
        title="Monthly recurring revenue from opening to close",
        n=n,
        source="contracts",
    )
    exhibits.table(
        ws,
        "detectable_lifts",
        pd.DataFrame({"customers": [12, 28, 55], "detectable_lift": [25872.5, 14822.2, 10373.1]}),
        title="Smallest lift that would have shown",
        source="segments",
        columns={"customers": "Customers", "detectable_lift": "Detectable lift"},
        formats={"detectable_lift": "money"},
    )


def _notebooks(ws: Workspace, tables: dict[str, pd.DataFrame]) -> None:
    customers = "who_counts exclusions score_strip score_example mrr_bridge concentration"
    found = "hypothesis_effects lifts segments detectable_lifts profiles"
    placed = {
        "01_scoping": [],
        "02_customer_list": f"{customers} concentration_told".split(),
        "03_data_collection": ["survival", "coverage", "top_customers", "metrics_told"],
        "04_segment_analysis": found.split(),
        "05_prioritization": ["priority_order", "movement_bands", "movement_told", "few_surveys"],
    }
    folder = ws.folder("run")
    for number, step in enumerate(STEPS, 1):
        title = step[3:].replace("_", " ").capitalize()
        cells = [new_markdown_cell(f"# {title}\n\nWhat this step answers, in *one* sentence.")]
        cells.append(
            new_code_cell('study = "x"', metadata={"tags": ["parameters"]}, execution_count=1)
        )
        for place, name in enumerate(placed[step], 2):
            exhibit = exhibits.find(ws, name)
            if exhibit is None:
                continue
            data, metadata = exhibit._repr_mimebundle_()
            output = new_output(
                "execute_result", data=data, metadata=metadata, execution_count=place
            )
            cells.append(new_markdown_cell(f"## What does {name.replace('_', ' ')} show?"))
            cells.append(
                new_code_cell(
                    f'exhibits.load(ws, "{name}")  # <b>&', outputs=[output], execution_count=place
                )
            )
        if number == 1:
            frame = tables["customer_list"].head(3)
            cells.append(
                new_code_cell(
                    "customers.head(3)",
                    outputs=[
                        new_output(
                            "execute_result",
                            data={"text/html": frame._repr_html_(), "text/plain": repr(frame)},
                            execution_count=9,
                        ),
                        new_output("stream", name="stdout", text="read <1> file\n"),
                    ],
                    execution_count=9,
                )
            )
        notebook = new_notebook(
            cells=cells, metadata={"language_info": {"name": "python", "version": "3.11"}}
        )
        nbformat.write(notebook, folder / f"{step}.ipynb")


def notebooks(ws: Workspace) -> list[Path]:
    """The executed notebooks of a draft, in order."""
    return [ws.draft / "run" / f"{step}.ipynb" for step in STEPS]
