"""What slides look up, and how their cells read."""

from functools import cached_property
from typing import Any

from helpers.report import concern, wording
from helpers.report.content import STEP, Content, Segment
from helpers.report.deck import telling
from helpers.report.deck.blocks import Placed, Text
from helpers.report.styling import short, width
from helpers.report.today import Base, Share, all_of, current, share_of
from helpers.segments import verdicts
from helpers.words import action, counting, say
from helpers.words import deck as prose
from helpers.words import numbers as fmt
from helpers.words import segments as words

ROWS = 7  # rows of a table that a slide has room for
SEARCHED = "discovered"  # the basis of a group that the search found
FIRMNESS = "robustness"  # the document's table of how firm such groups are
NAME, WIDE = 140, 170  # of a name that every slide has room for: letters, of East Asian ones half


class Places:
    """The quarter, and what the document calls its exhibits (``numbers``: id → "Figure 4.2")."""

    def __init__(self, content: Content, numbers: dict[str, str]) -> None:
        self.content, self.numbers = content, numbers

    def placed(self, *ids: str) -> tuple[Placed, ...]:
        """The exhibits among ``ids`` that this quarter has."""
        found = ((name, self.content.exhibit(name)) for name in ids)
        return tuple(
            Placed(x, self.numbers.get(name, ""))
            for name, x in found
            if x is not None and x.kind == "figure"
        )

    def told(self, *ids: str) -> tuple[Text, ...]:
        """The findings among ``ids`` that this quarter has."""
        found = (self.content.exhibit(name) for name in ids)
        return tuple(
            Text(x.text) for x in found if x is not None and x.kind in ("finding", "warning")
        )

    def proofs(self, *ids: str) -> tuple[tuple[str, str], ...]:
        return tuple((self.numbers[name], name) for name in ids if name in self.numbers)

    # ── how many, and how much ───────────────────────────────────────────────────────────────────
    @cached_property
    def base(self) -> Base:
        """Who is a customer today."""
        return current(self.content.tables)

    def share(self, segments: list[Segment]) -> Share:
        """What some groups are of all current customers and of what these bring."""
        members = self.content.tables["segment_members"]
        return share_of(self.base, members, [segment.id for segment in segments])

    def inside(self, segment_id: str) -> float:
        """Share of a group's customers that are in a group shown to be better."""
        members = self.content.tables["segment_members"]
        own = set(members.loc[members["segment_id"].eq(segment_id), "account_id"])
        best = members["segment_id"].isin([segment.id for segment in self.content.segments])
        return len(own.intersection(members.loc[best, "account_id"])) / len(own) if own else 0.0

    # ── cells ────────────────────────────────────────────────────────────────────────────────────
    def name(self, text: str) -> str:
        """A name of a group: whole, unless it is longer than any slide has room for."""
        plain = " ".join(str(text).split())
        fits = len(plain) <= NAME and width(plain) <= WIDE
        return fmt.isolated(plain) if fits else short(plain, NAME)

    def metric(self, row: dict[str, Any]) -> str:
        """A metric's name as it stands within a sentence."""
        return wording.inside(self.content.metric(row["metric"])[0])

    def against(self, row: dict[str, Any]) -> str:
        """A metric's value beside that of the others, and of how many it is known."""
        value, rest = (self.compact(row[name], row["unit"]) for name in ("value", "rest_value"))
        return say(prose.AGAINST, value=value, rest=rest, customers=int(row["customers"]))

    def marked(self, segment: Segment, direction: str) -> dict[str, Any] | None:
        """The most important metric that a group is shown to be better or worse in, if any."""
        least = self.content.study.min_group_size
        table, _ = telling.comparable(segment.metrics, least=least)
        rows = table.set_index("metric", drop=False)
        for name in telling.chosen(table, most=len(table)):
            row = rows.loc[name].to_dict()
            if telling.mark(row) == direction:
                return row
        return None

    def leaning(self, segment: Segment) -> dict[str, Any] | None:
        """Who stays, where a group looks worse without a mark that says so (`telling.leaning`)."""
        return telling.leaning(segment.metrics, least=self.content.study.min_group_size)

    def searched(self, segment: Segment) -> bool:
        """Whether a group came from the search, and nobody had declared it before."""
        return segment.row["basis"] == SEARCHED

    def found_again(self, segment: Segment) -> float:
        """In what share of draws of customers the search finds a group again; NaN = not known."""
        if self.content.exhibit(FIRMNESS) is None:
            return float("nan")
        table = self.content.data(FIRMNESS)
        mine = table.loc[table["segment_id"].eq(segment.id), "selection_frequency"]
        return float(mine.iloc[0]) if len(mine) else float("nan")

    def staying(self, segment: Segment) -> dict[str, Any] | None:
        """Who stays, told of every group in one place (`telling.staying`)."""
        return telling.staying(segment.metrics, least=self.content.study.min_group_size)

    def overlap(self, segments: list[Segment]) -> bool:
        """Whether some groups have customers of today in common."""
        counts = [self.share([segment]).count for segment in segments]
        return sum(counts) > self.share(segments).count

    def steps(self, most: int = concern.STEPS) -> list[dict[str, Any]]:
        """The first steps (`concern.first_steps`)."""
        return concern.first_steps(self.content, most)

    def money(self, value: float, beside: float) -> str:
        if fmt.is_missing(value):
            return fmt.MISSING
        return fmt.short_money(value, self.content.currency, beside=beside)

    def signed(self, value: float) -> str:
        """A change of money."""
        return fmt.short_money(value, self.content.currency, signed=True)

    def compact(self, value: float, unit: str) -> str:
        """A metric's value as short as a cell of several needs it."""
        if unit == "currency" and not fmt.is_missing(value):
            return fmt.short_money(value, self.content.currency)
        return fmt.in_unit(value, unit, currency=self.content.currency)

    def interval(self, row: dict[str, Any]) -> str:
        if fmt.is_missing(row["lift_low"]) or fmt.is_missing(row["lift_high"]):
            return fmt.MISSING
        return wording.interval(row["lift_low"], row["lift_high"], self.content.currency)

    def lift(self, row: dict[str, Any]) -> str:
        shown = verdicts.has_amount(row["lift"], row["lift_low"])
        if fmt.is_missing(row["lift"]) or (verdicts.is_ranked(row["verdict"]) and not shown):
            return say(words.OPEN)
        ends = [row[name] for name in ("lift_low", "lift_high") if not fmt.is_missing(row[name])]
        lift = fmt.short_money(
            row["lift"],
            self.content.currency,
            signed=True,
            beside=max(map(abs, ends), default=None),
        )
        return f"{lift} ({self.interval(row)})"

    def together(self, segment: Segment) -> str:
        """What a group's customers of today are worth more in all, with the range of that."""
        return all_of(segment.row, self.share([segment]).count, self.content.currency)

    def goal(self, row: dict[str, Any]) -> str:
        """Metric with baseline and target; where nothing is to move, how the step is judged."""
        check = row.get("check")
        check = check if isinstance(check, str) else ""
        if fmt.is_missing(row["metric"]) or not row["metric"]:
            return check or fmt.MISSING
        now, target = row["baseline"], row["target"]
        if fmt.is_missing(now) and fmt.is_missing(target):
            return check or fmt.MISSING
        unit = row.get("unit")
        unit = unit if isinstance(unit, str) and unit else self.unit(row["metric"])
        name = self.content.metric(row["metric"])[0]
        currency = self.content.currency
        if fmt.is_missing(now) or fmt.is_missing(target):
            shown = [self.compact(value, unit) for value in (now, target)]
        elif abs(target - now) <= 1e-9 * abs(now):
            if check:
                return check
            return say(counting.KEEP_AT, name=name, value=self.compact(now, unit))
        else:
            shown = [self.compact(value, unit) for value in (now, target)]
            if shown[0] == shown[1]:
                shown = list(fmt.apart(now, target, unit, currency=currency))
        return f"{name}: {shown[0]} → {shown[1]}"

    def unit(self, metric: str) -> str:
        table = self.content.tables["segment_metrics"]
        units = table.loc[table["metric"].eq(metric), "unit"]
        return units.iloc[0] if len(units) else self.content.unit(metric)

    def step(self, step: dict[str, Any]) -> str:
        owner = say(prose.BY_OWNER, owner=step["owner"]) if step["owner"] else ""
        if step.get("kind", STEP) != STEP:
            return say(prose.TRY, action=step["action"], owner=owner) + self._trial(step)
        goal = self.goal(step)
        action = str(step["action"])
        told = f"{action.rstrip('.。')}{owner}" if owner else action
        return told + (f" — {goal}" if goal != fmt.MISSING else "")

    def step_of_group(self, step: dict[str, Any]) -> str:
        """A step where no heading names its group: “these customers” are told."""
        group = short(str(step["definition"]), NAME)
        return say(action.BECAUSE, group=group, reason=self.step(step))

    def _trial(self, step: dict[str, Any]) -> str:
        """What it takes to see whether a step that rests on no shown difference helps."""
        arm: Any = step.get("per_arm")
        if fmt.is_missing(arm):
            return say(prose.TRIAL_OPEN)
        enough = 2 * float(arm) <= float(step["customers"])
        return say(
            prose.TRIAL if enough else prose.TRIAL_TOO_FEW,
            arm=int(arm),
            customers=int(step["customers"]),
        )
