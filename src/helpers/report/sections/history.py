"""The sections about earlier quarters: what was claimed and what became of it."""

from collections.abc import Mapping

import pandas as pd

from helpers.history import control, drift, fates, lineage, mix
from helpers.history.followed import DONE, REACHED, UNPLANNED
from helpers.history.past import Past
from helpers.history.published import FORECAST, STEP
from helpers.history.series import LIFT
from helpers.metrics.catalog import is_defined, metric
from helpers.report import charts, wording
from helpers.report.exhibit import Exhibit
from helpers.report.exhibits import Page, figure, finding, page, table, warning
from helpers.segments import verdicts
from helpers.words import history as words
from helpers.words.numbers import in_unit
from helpers.workspace import Workspace


def _labelled(claims: pd.DataFrame) -> pd.DataFrame:
    names = [metric(one).label if is_defined(one) else one for one in claims["metric"]]
    return claims.assign(metric=names)


def claims(ws: Workspace, past: list[Past], told: pd.DataFrame, board: pd.DataFrame) -> Page:
    """What became of earlier claims; ``told`` is the data file ``claims``."""
    made = int((told["fate"] == fates.NEW).sum())
    row = board.iloc[0]
    if not row["claims"]:
        reason = words.NOTHING_CLAIMED if past else words.NO_EARLIER_REPORT
        return page(
            finding(ws, "claims_told", words.NO_EARLIER_CLAIMS, reason=reason, made=made),
        )
    earlier = told[told["fate"] != fates.NEW]
    values = {name: int(row[name]) for name in ("claims", "held_up", "too_early")}
    values["faded"] = int(row["faded"] + row["missed"])
    lost = int(row["not_comparable"])
    values |= {"not_comparable": lost} if lost else {}
    open_ = earlier[(earlier["fate"] == fates.TOO_EARLY) & earlier["power"].notna()]
    # Ranges of forecasts and targets promise something else, and are counted apart.
    of_95 = earlier[~earlier["kind"].isin((FORECAST, STEP))]
    return page(
        finding(ws, "claims_told", words.CLAIMS_TOLD_SOME if lost else words.CLAIMS_TOLD, **values),
        finding(
            ws,
            "claims_inside",
            words.INSIDE_TOLD,
            looked=int(row["looked_at"]),
            inside=int(row["inside"]),
            share=float(row["inside_share"]),
            low=float(_chance(int(row["looked_at"]))[0]),
            high=float(_chance(int(row["looked_at"]))[1]),
        )
        if row["looked_at"]
        else None,
        finding(ws, "claims_power", words.TOO_EARLY_TOLD, power=float(open_["power"].median()))
        if len(open_)
        else None,
        _below(ws, earlier),
        finding(ws, "claims_missed", words.MISSED_TOLD, missed=int(row["missed"]))
        if row["missed"]
        else None,
        finding(ws, "claims_stopped", words.METHOD_STOPS, claims=int(row["not_comparable"]))
        if row["not_comparable"]
        else None,
        figure(
            ws,
            "claims_chart",
            charts.claims_chart(_labelled(of_95)),
            of_95[of_95["inside"] != ""],
            title=words.CLAIMS_CHART,
            source="claims",
            n=int(row["looked_at"]),
        )
        if row["looked_at"]
        else None,
        table(ws, "claims", _labelled(earlier), title=words.CLAIMS, source="claims", most=40),
        table(ws, "scoreboard", board, title=words.SCOREBOARD, source="scoreboard"),
    )


def _below(ws: Workspace, earlier: pd.DataFrame) -> Exhibit | None:
    """Open claims of which less came than their interval allows."""
    open_ = earlier[(earlier["fate"] == fates.TOO_EARLY) & (earlier["inside"] == "no")]
    sign = open_["value"].map(lambda value: -1.0 if value < 0 else 1.0)
    below = open_[(sign * (open_["realised"] - open_["expected"]) < 0).to_numpy()]
    if below.empty:
        return None
    named = wording.joined(
        f"{row.name} ({row.quarter})"
        for row in below.drop_duplicates("name").itertuples(index=False)
    )
    return finding(ws, "claims_below", words.BELOW_TOLD, below=len(below), named=named)


def steps(ws: Workspace, followed: pd.DataFrame) -> Page:
    """What became of the steps of the quarter before; ``followed`` is ``steps_followed``."""
    if followed.empty:
        return page()
    measured = followed[followed["reached"] != ""]
    compared = followed["difference"].notna().any()
    return page(
        finding(
            ws,
            "steps_followed_told",
            words.STEPS_TOLD if len(measured) else words.STEPS_UNMEASURED,
            steps=len(followed),
            previous=followed["quarter"].iloc[0],
            done=int((followed["done"] == DONE).sum()),
            unplanned=int((followed["done"] == UNPLANNED).sum()),
            **(
                {
                    "reached": int((measured["reached"] == REACHED).sum()),
                    "measured": len(measured),
                }
                if len(measured)
                else {}
            ),
        ),
        table(
            ws,
            "steps_followed",
            followed.assign(
                metric=[metric(n).label if is_defined(n) else n for n in followed["metric"]]
            ),
            title=words.STEPS_FOLLOWED,
            source="steps_followed",
            note=words.STEPS_OBSERVED if compared else "",
            most=40,
        ),
    )


def _chance(looked: int) -> tuple[float, float]:
    """Shares inside that so many claims show in 95 of 100 cases, if intervals are right."""
    from scipy.stats import binom

    ends = binom.ppf([0.025, 0.975], looked, fates.LEVEL) / looked
    return float(ends[0]), float(ends[1])


def changes(
    ws: Workspace, past: list[Past], kept: Mapping[str, pd.DataFrame], segments: pd.DataFrame
) -> Page:
    """Moves, drift, segments over time, mix and rate, and control charts.

    ``kept`` holds the data files of `helpers.history.since`.
    """
    return page(
        *_moves(ws, kept["flows"]),
        *_lineage(ws, kept["segment_lineage"]),
        *_series(ws, kept["segment_series"]),
        *_split(ws, past, kept["mix_and_rate"]),
        *_drift(ws, kept["drift"]),
        *_charts(ws, kept["control_charts"], segments),
    )


def _moves(ws: Workspace, flows: pd.DataFrame) -> list[Exhibit | None]:
    if flows.empty:
        return []
    shown = flows[flows["change"] != "segment"]
    return [
        figure(
            ws,
            "flow_chart",
            charts.flow_chart(flows, least=ws.study.min_group_size),
            flows[flows["change"] == "band"],
            title=words.FLOWS,
            source="flows",
            n=int(flows.loc[flows["change"] == "band", "customers"].sum()),
        ),
        table(ws, "flows", shown, title=words.FLOWS, source="flows", most=40),
    ]


def _lineage(ws: Workspace, followed: pd.DataFrame) -> list[Exhibit | None]:
    if followed.empty or (followed["first_found"] == str(ws.quarter)).all():
        return []
    states = followed["state"].value_counts()
    rising = followed[followed["moved"].isin((lineage.RISES, lineage.RISES_OPEN))]
    return [
        finding(
            ws,
            "lineage_told",
            words.LINEAGE_TOLD,
            ever=len(followed),
            found=int(states.get("found", 0)),
            followed=int(states.get("followed", 0)),
            gone=int(states.get("goes on", 0)),
        ),
        *(
            finding(
                ws,
                f"rising_{at}",
                words.RISING if row.moved == lineage.RISES else words.RISING_OPEN,
                segment=row.definition,
                before=int(row.rank_before),
                now=int(row.rank),
            )
            for at, row in enumerate(rising.itertuples(), start=1)
        ),
        table(
            ws,
            "segment_lineage",
            followed,
            title=words.LINEAGE,
            source="segment_lineage",
            most=40,
        ),
    ]


def _series(ws: Workspace, series: pd.DataFrame) -> list[Exhibit | None]:
    if len(set(series["quarter"])) < 2:
        return []
    newest = series.sort_values("quarter", kind="stable").drop_duplicates("segment_id", keep="last")
    names = newest.set_index("segment_id")["definition"]
    told = series[verdicts.is_finding(series["verdict"])]
    # In the order in which they were found first: a segment keeps its colour when others come.
    first = told.groupby("segment_id")["quarter"].min().reset_index()
    labels = {
        name: names[name] for name in first.sort_values(["quarter", "segment_id"])["segment_id"]
    }
    lifts = series[series["measure"] == LIFT]
    named = [metric(one).label if is_defined(one) else one for one in series["measure"]]
    return [
        figure(
            ws,
            "segment_series_lift",
            charts.series_chart(series, labels=labels, currency=ws.study.currency),
            lifts,
            title=words.SERIES,
            source="segment_series",
            n=int(lifts["customers"].max()),
        )
        if len(set(lifts["quarter"])) > 1
        else None,
        table(
            ws,
            "segment_series",
            series.assign(measure=named),
            title=words.SERIES_TABLE,
            source="segment_series",
            most=40,
        ),
    ]


def _drift(ws: Workspace, moved: pd.DataFrame) -> list[Exhibit | None]:
    if moved.empty:
        return []
    named = moved.assign(
        label=[
            metric(row.field).label if row.kind == "metric" else ws.study.label(row.field)
            for row in moved.itertuples()
        ]
    )
    unusual = named[named["verdict"] == drift.UNUSUAL]
    top = named.loc[named["psi"].idxmax()]
    if (named["verdict"] == drift.OPEN).all():
        told = finding(
            ws, "drift_told", words.DRIFT_OPEN, needed=drift.FEWEST, most=float(top["psi"]),
            named=top["label"],
        )  # fmt: skip
    elif len(unusual):
        told = finding(
            ws, "drift_told", words.DRIFT_TOLD, unusual=len(unusual), fields=len(named),
            named=wording.joined(unusual["label"]),
        )  # fmt: skip
    else:
        told = finding(ws, "drift_told", words.NO_DRIFT, fields=len(named))
    ordered = named.sort_values(["psi", "field"], ascending=[False, True], kind="stable")
    return [told, table(ws, "drift", ordered, title=words.DRIFT, source="drift", most=40)]


def _split(ws: Workspace, past: list[Past], split: pd.DataFrame) -> list[Exhibit | None]:
    if split.empty:
        reason = words.REPORT_LACKS_PARTS if past else words.NO_EARLIER_REPORT
        return [finding(ws, "mix_and_rate_told", words.NO_PARTS, reason=reason)]
    whole = split[split["level"] == mix.ALL]
    metrics, shown = whole["metric"].nunique(), whole[whole["verdict"] != ""]
    changed = shown["metric"].nunique()
    values = {"metrics": metrics} | ({"shown": changed} if changed else {})
    sentence = words.CHANGES_SPLIT if changed else words.NOTHING_CHANGED
    told = [finding(ws, "mix_and_rate_told", sentence, **values)]
    for row in _most_telling(shown):
        told.append(
            finding(
                ws,
                f"mix_of_{row.metric}",
                words.BY_MIX if row.verdict == mix.MIX else words.BY_REVERSAL,
                metric=metric(row.metric).label,
                dimension=words.KEPT_NEW_LOST
                if row.dimension == mix.CUSTOMERS
                else ws.study.label(row.dimension),
                **{
                    name: in_unit(getattr(row, of), row.unit, currency=ws.study.currency)
                    for name, of in (
                        ("before", "value_before"),
                        ("now", "value_now"),
                        ("mix", "mix"),
                        ("rate", "rate"),
                    )
                },
            )
        )
    labelled = split.assign(label=[metric(name).label for name in split["metric"]])
    return [
        *told,
        table(
            ws,
            "mix_and_rate",
            labelled[labelled["metric"].isin(shown["metric"]) | (labelled["level"] == mix.ALL)],
            title=words.MIX_AND_RATE,
            source="mix_and_rate",
            most=40,
        ),
    ]


def _most_telling(shown: pd.DataFrame) -> list:
    """Per metric the dimension in which most of a change is mix, where one is mix or a reversal."""
    of_mix = shown[shown["verdict"].isin((mix.MIX, mix.REVERSED))]
    order = of_mix.assign(
        _turned=of_mix["verdict"] != mix.REVERSED, _size=-of_mix["mix"].abs()
    ).sort_values(["metric", "_turned", "_size", "dimension"], kind="stable")
    return list(order.drop_duplicates("metric").itertuples())


def _charts(ws: Workspace, series: pd.DataFrame, segments: pd.DataFrame) -> list[Exhibit | None]:
    last = series[series["signal"] != control.NO_LIMITS]
    if last.empty:
        most = int(series["windows"].max()) - 1 if len(series) else 0
        return [finding(ws, "control_told", words.NO_CHARTS, most=most)]
    names = segments.set_index("segment_id")["definition"].to_dict()
    out = last[last["signal"].isin((control.WORSE, control.BETTER))]
    shown = (out if len(out) else last).assign(
        segment=lambda rows: rows["segment_id"].map(names).fillna(control.COMPANY),
        label=lambda rows: [metric(name).label for name in rows["metric"]],
    )
    return [
        finding(ws, "control_told", words.CHARTS_TOLD, signals=len(out), charts=len(last)),
        table(
            ws,
            "control_charts",
            shown,
            title=words.CONTROL,
            source="control_charts",
            most=20,
        ),
    ]


def method_effect(ws: Workspace, effect: pd.DataFrame) -> Page:
    """What a change of method did to the quarter before; nothing where there was none."""
    told = ws.recorded("method_effect") or {}
    if not told:
        return page()
    if told.get("reason"):
        return page(warning(ws, "method_effect_told", words.METHOD_NOT_COMPARED, **told))
    if effect.empty:  # a report that lacks the data files to compare
        return page()
    whole = effect[effect["segment_id"] == ""].set_index("measure")
    values = {
        f"{name}_{side}": int(whole.loc[name, side])
        for name in ("customers", verdicts.VALIDATED)
        for side in ("then", "now")
    }
    return page(
        finding(
            ws, "method_effect_told", words.METHOD_COMPARED, previous=told["previous"], **values
        ),
        table(ws, "method_effect", effect, title=words.METHOD_EFFECT, source="method_effect"),
    )
