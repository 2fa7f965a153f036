"""The content model: what a quarter has to say, read once from the draft.

Slides and index place what is computed here; the document holds the exhibits that prove it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from helpers import outputs, planning
from helpers.errors import StudyError
from helpers.report import exhibits, privacy, wording
from helpers.report.exhibits import Exhibit
from helpers.report.today import current
from helpers.segments import verdicts
from helpers.study import Study
from helpers.words import numbers as fmt
from helpers.words import observed, pages, say, spoken, story, translated
from helpers.workspace import Workspace

SHORT = "short_history"  # ids of the warnings that are said before anything else
LATE = "plan_late"  # tasks and reviews of the plan
SILENT = "silent_all"  # of these the first: no export speaks of the quarter
STEP = "step"  # the kind of a next step that is to be done, not tried
MUCH = 0.1  # share of what current customers bring: from here on much is in question
# and of those that come next: who contradicts the ranking, and what was changed without a word
CONTRADICTED = ("score_turned", "score_unsigned", "method_change")

NEEDED = (
    "customer_list",
    "quality_scores",
    "coverage",
    "hypotheses",
    "segments",
    "segment_members",
    "segment_metrics",
    "segment_needs",
    "priorities",
    "representatives",
    "next_steps",
)


@dataclass(frozen=True)
class Caution:
    """Something to keep in mind, and what it means for the reader, "" where it says so itself."""

    text: str
    then: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure with its label, and what it was in the quarter before."""

    value: str
    label: str
    before: str


@dataclass(frozen=True)
class Segment:
    """One validated segment, ready to be told."""

    id: str
    name: str
    row: dict[str, Any]
    priority: dict[str, Any]
    metrics: pd.DataFrame
    needs: pd.DataFrame
    representatives: pd.DataFrame
    steps: pd.DataFrame
    sentence: str


class Content:
    """The tables, sentences and exhibits of one quarter.

    Raises StudyError when a data file that every quarter must have is missing.
    """

    def __init__(self, ws: Workspace) -> None:
        missing = [name for name in NEEDED if not ws.has(name)]
        if missing:
            raise StudyError(
                f"The report of {ws.study.study} {ws.quarter} lacks data files.",
                found=", ".join(missing),
                remedy="run the notebooks in order, or save an empty table with its columns",
            )
        self.ws = ws
        self.tables = {name: ws.load(name) for name in ws.data_files}

    @cached_property
    def described(self) -> pd.DataFrame:
        """The data dictionary of the tables, as of `outputs.describe`."""
        return outputs.describe(self.ws.study, self.tables)

    # ── what is told of the quarter ──────────────────────────────────────────────────────────────
    @property
    def study(self) -> Study:
        return self.ws.study

    @property
    def currency(self) -> str:
        return self.ws.study.currency

    @property
    def day(self) -> str:
        return fmt.day(self.ws.as_of)

    @cached_property
    def scored(self) -> int:
        """Customers with a quality score."""
        return len(self.tables["quality_scores"])

    @cached_property
    def headline(self) -> str:
        """The answer in one sentence."""
        detectable = self.ws.recorded("detectable_lift")
        if not (self.segments or self.confounded) and detectable is None:
            raise StudyError(
                "No segment is validated, and nothing says what could have been seen.",
                remedy='in the segment notebook: ws.record("detectable_lift", '
                '{"customers": …, "lift": …})',
            )
        return wording.answer(self.reportable, currency=self.currency, detectable=detectable)

    @cached_property
    def _small(self) -> pd.Series:
        """Which segments have fewer customers than may be shown."""
        return privacy.small_groups(self.tables["segments"], least=self.study.min_group_size)

    @cached_property
    def reportable(self) -> pd.DataFrame:
        """All segments; those of fewer customers than may be shown are too small for a verdict."""
        table = self.tables["segments"]
        return table.assign(verdict=table["verdict"].mask(self._small, verdicts.TOO_SMALL))

    @cached_property
    def judged(self) -> int:
        """Groups that are large enough to be compared, and to be shown."""
        return int(verdicts.is_judged(self.reportable["verdict"]).sum())

    @cached_property
    def labels(self) -> dict[str, str]:
        """Segment id → definition for people."""
        names = self.tables["segments"].set_index("segment_id")["definition"]
        return names.map(fmt.isolated).to_dict()

    @cached_property
    def segments(self) -> list[Segment]:
        """Validated segments that no other attribute explains, in the order of priority."""
        table, priorities = self.reportable, self.tables["priorities"]
        found = table[verdicts.leads(table["verdict"], table["confounding"])]
        ranks = priorities.set_index("segment_id")["rank"]
        unranked = sorted(set(found["segment_id"]) - set(ranks.index))
        if unranked:
            raise StudyError(
                "Validated segments have no place in the order of priority.",
                found=", ".join(unranked),
                expected="one row per validated segment in the data file priorities",
            )
        found = found.assign(_rank=found["segment_id"].map(ranks))
        found = found.sort_values(["_rank", "segment_id"]).drop(columns="_rank")
        return [self._segment(row) for row in found.to_dict("records")]

    @cached_property
    def steps(self) -> list[dict[str, Any]]:
        """What is to be done, not tried: one row per action and group."""
        every = self.tables["next_steps"].to_dict("records")
        return [step for step in every if step.get("kind", STEP) == STEP]

    def _segment(self, row: dict[str, Any]) -> Segment:
        name = row["segment_id"]

        def of(table: str) -> pd.DataFrame:
            rows = self.tables[table]
            return rows[rows["segment_id"].eq(name)].reset_index(drop=True)

        told = self._sentence(row), self._today(row)
        return Segment(
            id=name,
            name=fmt.isolated(row["definition"]),
            row=row,
            priority=of("priorities").iloc[0].to_dict(),
            metrics=of("segment_metrics"),
            needs=of("segment_needs"),
            representatives=of("representatives"),
            steps=of("next_steps"),
            sentence=spoken.set_in(" ".join(filter(None, told))),
        )

    def _today(self, row: dict[str, Any]) -> str:
        """How many of a group are customers today, where some of it have left."""
        members, known = self.tables["segment_members"], self.tables["customer_list"]
        mine = members.loc[members["segment_id"].eq(row["segment_id"]), "account_id"]
        today = known["included"] & known["status"].eq("current") & known["account_id"].isin(mine)
        every, count = int(row["customers"]), int(today.sum())
        if count >= every:
            return ""
        inside = known["account_id"].isin(mine)
        left = known["included"] & known["status"].eq("former")
        rest = known["included"] & ~inside
        told = say(story.ARE_TODAY, count=count)
        if not (left & inside).any():
            return told
        shares = {"share": (left & inside).sum() / every, "rest": (left & rest).sum() / rest.sum()}
        beside = say(story.LEFT_OF[self.study.quality_score.base_of_former], **shares)
        return f"{told} {beside}"

    def _sentence(self, row: dict[str, Any]) -> str:
        """How much better a segment is, and what stands beside that."""
        told = [wording.lift_sentence(row, self.currency), wording.loss(row, self.currency)]
        if not verdicts.is_unquestioned(row["confounding"]):
            beside = row | {"adjusted": row["lift_adjusted"]}
            by = self.study.label(row["adjusted_by"])
            told.append(wording.beside_claim(beside, by, self.currency, self.currency))
        told.append(wording.drift(row, self.currency, alpha=self.study.scope.alpha))
        first, *others = (sentence for sentence in told if sentence)
        told = [first, *(f"{wording.capital(other)}." for other in others)]
        return spoken.set_in(" ".join(told))

    @cached_property
    def confounded(self) -> list[tuple[str, str]]:
        """Validated segments that another attribute explains or turns around: name, sentence."""
        table = self.reportable
        found = table[verdicts.is_ranked(table["verdict"])]
        found = found[verdicts.is_confounded(found["confounding"])]
        return [
            (fmt.isolated(row["definition"]), self._sentence(row))
            for row in found.sort_values("segment_id").to_dict("records")
        ]

    @cached_property
    def typical(self) -> list[tuple[str, str]]:
        """Segments of which a typical member ranks higher: name, sentence."""
        table = self.reportable
        found = table[verdicts.is_finding(table["verdict"]) & ~verdicts.is_ranked(table["verdict"])]
        return [
            (fmt.isolated(row["definition"]), wording.typical_sentence(row))
            for row in found.sort_values(["lift", "segment_id"], ascending=[False, True]).to_dict(
                "records"
            )
        ]

    @cached_property
    def unproven(self) -> pd.DataFrame:
        """Candidates: may be better but are not shown to be; the largest lift first.

        What another attribute explains is not among them. Lifts of the search's are open.
        """
        table = self.reportable
        open_cases = table[verdicts.may_be(table["verdict"], table["lift"], table["confounding"])]
        return open_cases.sort_values(["lift", "segment_id"], ascending=[False, True])

    def verdicts(self, holds: Callable[[pd.Series], pd.Series]) -> pd.DataFrame:
        """Segments of some verdicts, the largest lift first; ``holds`` is a predicate of them."""
        table = self.reportable
        kept = table[holds(table["verdict"])]
        return kept.sort_values(["lift", "segment_id"], ascending=[False, True])

    def shared_customers(self, segment_ids: Iterable[str]) -> dict[str, str]:
        """Segment id → the validated segment that holds most of its customers, with their share.

        Segments that share no customer with a validated one are left out.
        """
        members = self.tables["segment_members"].groupby("segment_id")["account_id"].agg(set)
        told = {}
        for name in segment_ids:
            own = members.get(name, set())
            shares = [
                (len(own & members.get(one.id, set())) / len(own), one.name)
                for one in self.segments
                if own
            ]
            share, other = max(shares, key=lambda pair: pair[0], default=(0.0, ""))
            if share:
                told[name] = f"{other} ({fmt.percent(share)})"
        return told

    # ── what limits it ───────────────────────────────────────────────────────────────────────────
    @cached_property
    def not_collected(self) -> list[str]:
        """Canonical tables that the study has no source for, with what is unknown without them."""
        return [
            lacking
            for name, lacking in wording.NOT_COLLECTED.items()
            if name not in self.study.sources and name not in self._other_model
        ]

    @cached_property
    def not_given(self) -> list[str]:
        """Parts that people do and that the study does not have."""
        return planning.not_given(self.study)

    @cached_property
    def promised(self) -> list[tuple[str, list[str], list[str]]]:
        """Deliverables of the charter, each with its files that are here and that are not."""
        made = {"index.html", "presentation.html", "presentation.pptx", "supporting_analysis.html"}
        made |= {"data", "data/workbook.xlsx"}
        made |= {f"data/{name}" for name, table in self.tables.items() if len(table)}
        return planning.kept_promises(self.study, made)

    @property
    def _other_model(self) -> set[str]:
        """The table that only the other kind of business has."""
        return {"subscription": {"orders"}, "transactional": {"contracts"}}[
            self.study.business_model
        ]

    @cached_property
    def read(self) -> str:
        """What was read, in one line; "" where no export speaks of days."""
        if "collected" not in self.tables:
            return ""
        found = self.tables["collected"]
        days = found.dropna(subset=["first_day"])
        if days.empty:
            return ""
        names = ("rows", "rejected", "unmatched", "repeated", "conflicts")
        sums: dict[str, Any] = {name: int(found[name].sum()) for name in names}
        sums["repeated"] += int(found["repeated_in_files"].sum())  # of a query that adds them up
        first, last = days["first_day"].min(), days["last_day"].max()
        values = {"tables": len(found), "first": first, "last": last}
        if not any(sums[name] for name in names[1:]):
            return say(observed.READ_WHOLE, rows=sums["rows"], **values)
        return say(observed.READ, **values, **sums)

    @cached_property
    def short_of_history(self) -> list[str]:
        """Which exports cover less than a year: said before anything else."""
        kept = exhibits.warnings(self.ws)
        return [exhibit.text for exhibit in kept if exhibit.id.startswith(SHORT)]

    @property
    def warnings(self) -> list[str]:
        """Cautions of the notebooks, and those that the data files show."""
        return [caution.text for caution in self.cautions]

    @cached_property
    def cautions(self) -> list[Caution]:
        """The same with what each means, the gravest first."""
        kept = exhibits.warnings(self.ws)
        kept.sort(key=self._gravity)
        told = [Caution(exhibit.text, consequence(exhibit.id)) for exhibit in kept]
        weak = wording.weak_coverage(self.tables["coverage"])
        told += [Caution(weak)] if weak else []
        hidden = privacy.withheld(self._hidden, self.study.min_group_size)
        told += [Caution(hidden, consequence("small_groups"))] if hidden else []
        rejected = self.tables.get("rejected_rows")
        rejected = rejected[rejected["rejected"] == "row"] if rejected is not None else None
        if rejected is not None and len(rejected):
            rows = rejected.drop_duplicates(["table", "row"])
            tables = wording.counted(rows["table"].nunique(), "table")
            count = wording.counted(len(rows), "raw row", words=False)
            text = say(story.SET_ASIDE_AS_UNUSABLE, count=count, tables=tables, n=len(rows))
            told.append(Caution(text, consequence("rejected")))
        scores = self.tables["quality_scores"]
        if "imputed" in scores:
            guessed = int(scores["imputed"].fillna("").astype(str).str.strip().ne("").sum())
            if guessed:
                text = say(
                    story.SCORES_CUSTOMERS_HOLD_AT_LEAST,
                    number=fmt.number(guessed),
                    others=fmt.number(self.scored),
                )
                told.append(Caution(text, consequence("imputed")))
        return told

    def _gravity(self, exhibit: Exhibit) -> tuple[bool, ...]:
        """First whether the quarter is known, and history; then what much money hangs on, then who
        contradicts; last of all what the plan is late with, which no number hangs on."""
        money = vars(exhibit)["values"].get("money")
        return (
            exhibit.id != SILENT,
            not exhibit.id.startswith(SHORT),
            self._hanging(money) < MUCH,
            not exhibit.id.startswith(CONTRADICTED),
            exhibit.id == LATE,
        )

    def _hanging(self, money: Any) -> float:
        """Share of what current customers bring that an amount is: of a month of contracts."""
        base = current(self.tables).money
        if base is None or not isinstance(money, int | float) or fmt.is_missing(money):
            return 0.0
        if not base.sum() > 0:  # they bring nothing: whatever the amount is, it is more
            return float(money != 0)
        months = 12 if self.study.business_model == "subscription" else 1
        return abs(float(money)) * months / float(base.sum())

    @property
    def _hidden(self) -> int:
        """Segments with an estimate that are too small to be shown."""
        return int((self._small & self.tables["segments"]["lift"].notna()).sum())

    @cached_property
    def is_first(self) -> bool:
        """Whether no earlier quarter of the study has a report."""
        return not any(quarter < self.ws.quarter for quarter in self.ws.published())

    @cached_property
    def changes(self) -> list[str]:
        """What is different from the quarter before, and agreed changes of method."""
        before = self.ws.quarter.previous
        movement = self.tables.get("movement")
        told: list[str]
        if self.is_first:
            claims = self.tables.get("claims", pd.DataFrame())
            told = (
                [story.FIRST_REPORT]
                if claims.empty
                else [say(story.FIRST_REPORT_CLAIMS, claims=len(claims))]
            )
        elif self.ws.earlier(before) is None:
            told = [say(story.THERE_NO_PUBLISHED_REPORT_COMPARE, before=before)]
        else:
            told = [] if movement is None else wording.changes(movement)
            told = told or [say(story.NOTHING_FOLLOWED_CHANGED_SINCE, before=before)]
        for change in self.study.change_log:
            if self.ws.quarter.start <= change.date <= self.ws.as_of:
                reason = f" ({change.reason})" if change.reason else ""
                changed = change.change + reason
                told.append(say(story.METHOD_CHANGED, on=change.date, change=changed))
        return told

    # ── what was placed ──────────────────────────────────────────────────────────────────────────
    def exhibit(self, id: str) -> Exhibit | None:
        """An exhibit for slides or index, where this quarter has it.

        Raises StudyError for one that holds personal data, which only the document may show.
        """
        found = exhibits.find(self.ws, id)
        if found is not None and found.personal:
            raise StudyError(
                f"The exhibit `{id}` holds personal data, and a slide places it.",
                expected="personal data in the supporting analysis only",
                remedy="leave the personal columns out of this exhibit, and show them in another",
            )
        return found

    def data(self, id: str) -> pd.DataFrame:
        """The table behind an exhibit."""
        return exhibits.data(self.ws, id)

    def metric(self, name: str) -> tuple[str, bool | None]:
        """A metric's label and whether higher is better."""
        from helpers.metrics.catalog import is_defined, metric

        if not is_defined(name):
            return translated(name.replace("_", " ").capitalize()), None
        entry = metric(name)
        return entry.label, entry.higher_is_better

    def unit(self, name: str) -> str:
        """A metric's unit, "" for one that the catalog does not know."""
        from helpers.metrics.catalog import is_defined, metric

        return metric(name).unit if is_defined(name) else ""


def consequence(id: str) -> str:
    """What a caution means for the reader; "" where its own sentence says so."""
    return next((say(told) for name, told in pages.THEN.items() if id.startswith(name)), "")
