"""The sections of step 5: which segments come first, and what to do about each."""

import pandas as pd

from helpers.history.movement import Movement
from helpers.metrics.catalog import metric
from helpers.priority import targeting
from helpers.priority.criteria import Criteria
from helpers.priority.groups import GONE, Groups
from helpers.priority.lists import Lists
from helpers.priority.playbook import NextSteps
from helpers.report import charts, wording
from helpers.report.exhibits import Exhibit, Page, figure, finding, page, table
from helpers.words import action, say
from helpers.words import numbers as fmt
from helpers.words import priorities as words
from helpers.workspace import Workspace


def names_of(segments: pd.DataFrame) -> dict[str, str]:
    """Identifier → definition."""
    return dict(zip(segments["segment_id"], segments["definition"], strict=True))


def metric_labels(table: pd.DataFrame) -> list[str]:
    """What each row's metric is called; "" where there is none."""
    return [metric(name).label if name else "" for name in table["metric"]]


def criteria(
    ws: Workspace,
    ranked: pd.DataFrame,
    measured: Criteria,
    frame: pd.DataFrame,
    rules: pd.DataFrame,
    each: pd.DataFrame,
) -> Page:
    """What speaks for each segment; data files: ``ranked`` ``priorities``, ``rules``
    ``prospect_rules``, ``each`` ``criteria``.
    """
    count = len(ranked)
    first = (
        _leaders(ws, ranked)
        if count > 1
        else finding(ws, "ranked", words.ONE_RANKED)
        if count
        else finding(ws, "ranked", words.NO_ORDER, reason=measured.reason)
    )
    reachable = ranked.dropna(subset=["market_share", "customer_share"])
    hidden = ranked[ranked["told_by"] == targeting.HIDDEN] if count else ranked
    return page(
        first,
        *(
            finding(
                ws,
                f"hidden_{at}",
                words.HIDDEN,
                segment=row.definition,
                precision=row.precision_outside,
                recall=row.recall_outside,
            )
            if row.precision_outside == row.precision_outside
            else finding(ws, f"hidden_{at}", words.HIDDEN_ALL, segment=row.definition)
            for at, row in enumerate(hidden.itertuples(), start=1)
        ),
        figure(
            ws,
            "market_shares",
            charts.market_shares(ranked),
            ranked,
            title=words.MARKET_SHARES,
            source="priorities",
            n=len(frame),
        )
        if len(reachable)
        else None,
        table(ws, "criteria", ranked, title=words.CRITERIA, source="priorities", n=len(frame))
        if len(ranked)
        else None,
        *(
            (
                table(
                    ws, "criteria_measured", each, title=action.MEASURES, source="criteria", most=60
                ),
                _filters_told(ws, rules),
                table(ws, "prospect_rules", rules, title=action.FILTERS, source="prospect_rules"),
            )
            if count
            else ()
        ),
    )


def _filters_told(ws: Workspace, rules: pd.DataFrame) -> Exhibit:
    """How many segments can be looked for: those whose own definition can be seen before a sale."""
    found = rules["sql"] != ""
    seen = int((found & (rules["told_by"] == targeting.VISIBLE)).sum())
    nearest = int((found & (rules["told_by"] == targeting.LOOKALIKE)).sum())
    part = {"nearest": nearest} if nearest else {}
    if seen:
        told = action.FILTERED_PART if nearest else action.FILTERED
        return finding(ws, "filters_told", told, segments=len(rules), filters=seen, **part)
    told = action.FILTERED_NEAREST if nearest else action.NOT_FILTERED
    return finding(ws, "filters_told", told, **part)


def order(
    ws: Workspace,
    ranked: pd.DataFrame,
    measured: Criteria,
    frame: pd.DataFrame,
    viewed: pd.DataFrame,
    said: pd.DataFrame,
) -> Page:
    """How firm the order is; data files: ``viewed`` ``priorities_by``, ``said`` ``feedback``."""
    if len(ranked):
        top = ranked.iloc[0]
        low, high = int(top["rank_low"]), int(top["rank_high"])
        first = (
            finding(ws, "order_told", words.FIRST, segment=top["definition"])
            if high == 1
            else finding(
                ws, "order_told", words.MAY_BE_FIRST, segment=top["definition"], low=low, high=high
            )
        )
    else:
        first = finding(ws, "order_told", words.NO_ORDER, reason=measured.reason)
    return page(
        first,
        figure(
            ws,
            "priority_order",
            charts.priority_chart(ranked, labels=names_of(ranked)),
            ranked,
            title=words.ORDER,
            source="priorities",
            n=len(frame),
        )
        if len(ranked)
        else None,
        table(ws, "other_weights", ranked, title=words.OTHER_WEIGHTS, source="priorities")
        if len(ranked) > 1
        else None,
        table(ws, "priorities_by", viewed, title=words.BY_STAKEHOLDER, source="priorities_by")
        if len(viewed) and ws.study.priorities.by
        else None,
        finding(ws, "remarks", words.REMARKS, remarks=len(said), open=int(said["open"].sum()))
        if len(said)
        else None,
        table(ws, "feedback", said, title=words.FEEDBACK, source="feedback") if len(said) else None,
    )


def representatives(ws: Workspace, ranked: pd.DataFrame, typical: pd.DataFrame) -> Page:
    """Who represents each segment; ``typical`` is the data file ``representatives``."""
    names = names_of(ranked)
    return page(
        finding(
            ws,
            "represented",
            words.REPRESENTED,
            customers=len(typical),
            segments=typical["segment_id"].nunique(),
        )
        if len(typical)
        else finding(ws, "represented", words.NOBODY),
        table(
            ws,
            "representatives",
            typical.assign(segment=typical["segment_id"].map(names)),
            title=words.REPRESENTATIVES,
            source="representatives",
        )
        if len(typical)
        else None,
    )


def _groups(ws: Workspace, worked: pd.DataFrame) -> Exhibit:
    """How many groups are worked with, and how many of them are only counted."""
    if worked.empty:
        return finding(ws, "groups_told", action.NO_GROUP)
    small = int((~worked["judged"]).sum())
    if not small:
        return finding(ws, "groups_told", action.GROUPS_LARGE, groups=len(worked))
    return finding(ws, "groups_told", action.GROUPS_TOLD, groups=len(worked), small=small)


def groups(ws: Workspace, worked: Groups) -> Page:
    """The groups that are worked with."""
    table_ = worked.table
    return page(
        _groups(ws, table_),
        table(
            ws,
            "groups",
            table_,
            title=action.GROUPS,
            source="groups",
            most=40,
            note="; ".join(worked.notes),
        ),
    )


def next_steps(ws: Workspace, steps: NextSteps) -> Page:
    """What to do about each group."""
    shown, left = steps.table.assign(label=metric_labels(steps.table)), steps.unclear
    once = _by_action(left)
    gone = shown["segment_id"].map(str).str.startswith(GONE) & shown["arr"].eq(0)
    shown = shown.assign(arr=shown["arr"].mask(gone), goal=_goals(shown, ws.study.currency))
    return page(
        _recommended(ws, shown)
        if len(shown)
        else finding(ws, "steps_told", words.NO_STEPS, reason=steps.reason),
        table(
            ws,
            "next_steps",
            shown,
            title=words.STEPS,
            source="next_steps",
            note=steps.reason
            or " ".join(
                filter(
                    None,
                    (
                        wording.own_family(steps.table),
                        say(action.LEFT_PAYS_NOTHING) if gone.any() else "",
                    ),
                )
            ),
        ),
        table(
            ws,
            "plays_left_out",
            once,
            title=words.LEFT_OUT,
            source="plays_left_out",
            most=40,
            note=say(words.LEFT_OUT_ROWS, rows=len(left)) if len(once) < len(left) else "",
        )
        if len(left)
        else None,
    )


def _leaders(ws: Workspace, ranked: pd.DataFrame) -> Exhibit:
    """Which segment leads on each criterion; where one is not known of any, how many there are."""
    by = ranked.set_index("definition")[["value", "targetability", "size"]].astype(float)
    if by.isna().all().any():
        return finding(ws, "ranked", words.RANKED, segments=len(ranked))
    worth, seen, size = (str(by[name].idxmax()) for name in by)
    values = {"segments": len(ranked), "worth": worth, "seen": seen, "size": size}
    if worth == seen == size:
        return finding(ws, "ranked", words.RANKED_ALL, segments=len(ranked), first=worth)
    return finding(ws, "ranked", words.RANKED_BY, **values)


def _recommended(ws: Workspace, steps: pd.DataFrame) -> Exhibit:
    """How many steps, and how many of these nobody owns or nothing will tell to have helped."""
    alone = int(steps["owner"].fillna("").eq("").sum())
    judged = steps["baseline"].notna() | steps["check"].fillna("").ne("")
    blind = int((~judged).sum())
    sentence = words.RECOMMENDED_PARTLY if alone or blind else words.RECOMMENDED
    more = {"alone": alone, "blind": blind} if alone or blind else {}
    return finding(ws, "steps_told", sentence, steps=len(steps), **more)


def _goals(steps: pd.DataFrame, currency: str) -> list[str]:
    """The target of each step, as exact as today's value beside it; one that equals it is kept."""

    def told(now: float, target: float, unit: str) -> str:
        if now == target:
            return say(action.KEEP)
        today, wanted = fmt.alike_in_unit([now, target], unit, currency=currency)
        return fmt.apart(now, target, unit, currency=currency)[1] if today == wanted else wanted

    return [
        "" if fmt.is_missing(target) else told(now, target, unit)
        for now, target, unit in zip(steps["baseline"], steps["target"], steps["unit"], strict=True)
    ]


def _by_action(left: pd.DataFrame) -> pd.DataFrame:
    """Plays that are left out, each action once for each group, with all its reasons."""
    names = ["definition", "action"]
    return left.groupby(names, sort=False, as_index=False)["why"].agg(
        lambda reasons: "; ".join(dict.fromkeys(reasons))
    )


def to_act_on(ws: Workspace, lists: Lists) -> Page:
    """Which customers to act on."""
    listed = lists.table
    each = listed.drop_duplicates("account_id")
    values = {"customers": len(each), "rows": len(listed)}
    current = each["status"].eq("current")
    unknown = int((current & each["arr"].isna()).sum())
    paid = {"arr": float(each["arr"].sum())}
    if listed.empty:
        first = finding(ws, "listed", action.NOBODY, reason=lists.reason)
    elif not current.any():
        first = finding(ws, "listed", action.LISTED_FORMER, **values)
    elif unknown == current.sum():
        first = finding(ws, "listed", action.LISTED_OPEN, **values)
    elif unknown:
        first = finding(ws, "listed", action.LISTED_PART, open=unknown, **paid, **values)
    elif current.all():
        first = finding(ws, "listed", action.LISTED, **paid, **values)
    else:
        sums = {"today": int(current.sum()), "gone": int((~current).sum())}
        first = finding(ws, "listed", action.LISTED_BOTH, **sums, **paid, **values)
    return page(
        first,
        table(
            ws,
            "customers_to_act_on",
            listed,
            title=action.ACT_ON,
            source="customers_to_act_on",
            most=30,
        ),
    )


def tags(ws: Workspace, tagged: pd.DataFrame) -> Page:
    """What goes back into the systems; ``tagged`` is the data file ``tags``."""
    inside = tagged["segment"].notna() & (tagged["segment"] != "")
    return page(
        finding(ws, "tags_told", words.TAGGED, tagged=len(tagged), inside=int(inside.sum()))
    )


def movement(ws: Workspace, moved: Movement) -> Page:
    """What moved since the quarter before."""
    scores, changes = ws.load("quality_scores"), moved.table
    return page(
        finding(ws, "movement_told", words.MOVED, changes=len(changes))
        if len(changes)
        else finding(ws, "movement_told", words.NOT_MOVED, reason=moved.reason),
        table(
            ws,
            "movement",
            changes,
            title=words.MOVEMENT,
            source="movement",
            most=30,
            note=moved.reason,
        )
        if len(changes)
        else None,
        figure(
            ws,
            "movement_bands",
            charts.movement_grid(changes, scores),
            changes,
            title=words.MOVEMENT_BANDS,
            source="movement",
            n=len(scores),
        )
        if len(changes)
        else None,
    )
