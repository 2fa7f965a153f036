"""The sections about earlier quarters: what was claimed and what became of it."""

import pandas as pd

from helpers.history import control, fates, mix
from helpers.history.past import Past
from helpers.metrics.catalog import is_defined, metric
from helpers.report.exhibit import Exhibit
from helpers.report.exhibits import Page, finding, page, table, warning
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
    values = {name: int(row[name]) for name in ("claims", "held_up", "faded", "too_early")}
    open_ = earlier[(earlier["fate"] == fates.TOO_EARLY) & earlier["power"].notna()]
    return page(
        finding(ws, "claims_told", words.CLAIMS_TOLD, **values),
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
        finding(ws, "claims_stopped", words.METHOD_STOPS, claims=int(row["not_comparable"]))
        if row["not_comparable"]
        else None,
        table(ws, "claims", _labelled(earlier), title=words.CLAIMS, source="claims", most=40),
        table(ws, "scoreboard", board, title=words.SCOREBOARD, source="scoreboard"),
    )


def _chance(looked: int) -> tuple[float, float]:
    """Shares inside that so many claims show in 95 of 100 cases, if intervals are right."""
    from scipy.stats import binom

    ends = binom.ppf([0.025, 0.975], looked, fates.LEVEL) / looked
    return float(ends[0]), float(ends[1])


def changes(
    ws: Workspace,
    past: list[Past],
    split: pd.DataFrame,
    series: pd.DataFrame,
    segments: pd.DataFrame,
) -> Page:
    """Changes of main metrics in mix and rate, and control charts of their own past.

    ``split`` and ``series`` are the data files ``mix_and_rate`` and ``control_charts``.
    """
    return page(*_split(ws, past, split), *_charts(ws, series, segments))


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
