"""The work behind a study as tables: outline, plan rolled up, what is late, what was promised."""

import datetime as dt
import re
from collections.abc import Collection, Iterable

import pandas as pd

from helpers.errors import listed
from helpers.scoping import smallest_segment
from helpers.study import Study, Task
from helpers.words import say
from helpers.words import scoping as words

# What the run makes, by what people call it.
MAKES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("presentation.html", "presentation.pptx"): ("presentation", "slide", "deck", "powerpoint"),
    ("supporting_analysis.html",): ("analysis", "document", "report", "appendix"),
    ("data/tags",): ("crm", "helpdesk", "tags"),
    ("data/customers_to_act_on",): ("act on", "call list", "customers to"),
    ("data/workbook.xlsx",): ("workbook", "excel", "spreadsheet"),
    ("data",): ("data file", "data", "csv", "tables"),
    ("index.html",): ("summary", "landing page", "overview"),
}


def outline(study: Study) -> pd.DataFrame:
    """The steps with their methods and days: step, methods, tasks, starts, due."""
    rows = []
    for number, name in words.STEPS.items():
        own = [task for task in study.work_plan if task.step == number]
        starts = [task.starts for task in own if task.starts]
        due = [task.due for task in own if task.due]
        rows.append(
            (
                f"{number} {say(name)}",
                say(words.METHODS[number]),
                len(own),
                pd.Timestamp(min(starts)) if starts else pd.NaT,
                pd.Timestamp(max(due)) if due else pd.NaT,
            )
        )
    return pd.DataFrame(rows, columns=["step", "methods", "tasks", "starts", "due"])


def rolled_up(study: Study) -> pd.DataFrame:
    """Hours of tasks as days of steps and weeks of the project.

    Returns
    -------
    One row per step with a task, then one of all: step, tasks, done, estimate_hours, actual_hours,
    estimate_days, estimate_weeks (of all alone), drift (actual ÷ estimate of tasks that have both
    and are done; NaN without). Empty without a plan.
    """
    by_step: dict[str, list[Task]] = {}
    for task in study.work_plan:
        by_step.setdefault(f"{task.step} {say(words.STEPS[task.step])}", []).append(task)
    rows = [_sums(study, name, by_step[name]) for name in sorted(by_step)]
    if rows:
        rows.append(_sums(study, say(words.PROJECT), list(study.work_plan), whole=True))
    columns = ["step", "tasks", "done", "estimate_hours", "actual_hours", "estimate_days",
               "estimate_weeks", "drift"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _sums(study: Study, name: str, tasks: list[Task], *, whole: bool = False) -> tuple:
    charter = study.charter
    estimate = sum(task.estimate_hours or 0.0 for task in tasks)
    days = estimate / charter.hours_per_day
    known = finished(tasks)
    planned = sum(task.estimate_hours or 0.0 for task in known)
    return (
        name,
        len(tasks),
        sum(task.done for task in tasks),
        estimate,
        sum(task.actual_hours or 0.0 for task in tasks),
        days,
        days / charter.days_per_week if whole else float("nan"),
        sum(task.actual_hours or 0.0 for task in known) / planned if known else float("nan"),
    )


def finished(tasks: Iterable[Task]) -> list[Task]:
    """Tasks that are done and whose hours are known, estimated and actual."""
    return [t for t in tasks if t.done and t.estimate_hours and t.actual_hours is not None]


def forecast_weeks(study: Study) -> float:
    """Weeks of one person that the whole takes at the pace of what is done; NaN without any."""
    whole = rolled_up(study)
    drift = whole["drift"].iloc[-1] if len(whole) else float("nan")
    if pd.isna(drift):
        return float("nan")
    hours = (
        # What is done, and nobody wrote down for how long, took what the others' pace says.
        task.actual_hours
        if task.done and task.actual_hours is not None
        else (task.estimate_hours or 0.0) * drift
        for task in study.work_plan
    )
    return sum(hours) / study.charter.hours_per_day / study.charter.days_per_week


def late(study: Study, day: dt.date) -> list[str]:
    """Tasks and reviews whose day has passed and that are not done, in the order of the plan."""
    told = []
    for task in study.work_plan:
        if task.due and task.due < day and not task.done:
            told.append(say(words.LATE_TASK, task=task.task, on=task.due))
        if task.review_on and task.review_on < day and not task.reviewed:
            who = task.review or say(words.NOBODY)
            told.append(say(words.LATE_REVIEW, task=task.task, who=who, on=task.review_on))
    return told


def executive_case(study: Study) -> pd.DataFrame:
    """One page for those who decide: question, answer."""
    scope, weeks = study.scope, study.scope.weeks
    answers = {
        "why": say(words.CASE_WHY, decision=study.charter.decision or say(words.NO_DECISION)),
        "method": say(words.CASE_METHOD, hypotheses=len(study.hypotheses), alpha=scope.alpha),
        "goes_in": say(
            words.CASE_IN,
            tables=len(study.sources),
            names=listed((name.replace("_", " ") for name in study.sources), most=20),
            weeks=say(words.UNKNOWN_WEEKS) if weeks is None else say(words.SOME_WEEKS, weeks=weeks),
        ),
        "comes_out": say(words.CASE_OUT, segments=scope.max_segments),
        "not_told": say(words.CASE_NOT, smallest=smallest_segment(study)),
    }
    rows = [(say(words.CASE_QUESTIONS[name]), answer) for name, answer in answers.items()]
    return pd.DataFrame(rows, columns=["question", "answer"])


def deliverables(study: Study) -> pd.DataFrame:
    """What the charter promises beside what the run makes: deliverable, made_as ("" = not)."""
    rows = [
        (promised, "; ".join(" and ".join(files) for files in made_as(promised)))
        for promised in study.charter.deliverables
    ]
    return pd.DataFrame(rows, columns=["deliverable", "made_as"])


def made_as(promised: str) -> list[tuple[str, ...]]:
    """The files that a promise of the charter names by what people call them.

    >>> made_as("Presentation"), made_as("Workshop with sales")
    ([('presentation.html', 'presentation.pptx')], [])
    """
    text = promised.casefold()
    return [files for files, called in MAKES.items()
            if any(re.search(rf"\b{re.escape(word)}", text) for word in called)]  # fmt: skip


def kept_promises(study: Study, made: Collection[str]) -> list[tuple[str, list[str], list[str]]]:
    """Each deliverable of the charter, with its files that a run made and those that it did not.

    Parameters
    ----------
    made : files of the report; of data files those that have rows, as ``data/<name>``.
    """
    rows = []
    for promised in study.charter.deliverables:
        files = [name for group in made_as(promised) for name in group]
        rows.append(
            (
                promised,
                [name for name in files if name in made],
                [name for name in files if name not in made],
            )
        )
    return rows


def told(study: Study) -> pd.DataFrame:
    """Everybody whom the charter names with what they were told: name, department, on, what.

    Latest first; who was told nothing stands last, with an empty day.
    """
    rows = [
        (person.name, person.department, None if one is None else pd.Timestamp(one.date),
         say(words.TOLD_NOTHING) if one is None else one.what)
        for person in study.charter.stakeholders
        for one in (person.told or (None,))
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["name", "department", "on", "what"])
    table["on"] = pd.to_datetime(table["on"])
    return table.sort_values(["on", "name"], ascending=[False, True], ignore_index=True)


def unapproved(study: Study) -> list[str]:
    """Changes of method that nobody whom the charter names approved."""
    named = [study.charter.sponsor, *(one.name for one in study.charter.stakeholders)]
    known = [re.compile(rf"(?<!\w){re.escape(name.casefold())}(?!\w)") for name in named if name]
    return [
        say(words.BY_NOBODY, change=entry.change, on=entry.date,
            who=entry.approved_by or say(words.NOBODY))
        for entry in study.change_log
        if not any(name.search(entry.approved_by.casefold()) for name in known)
    ]  # fmt: skip


def not_given(study: Study) -> list[str]:
    """Parts that people do and that the study does not hold, each in a few words.

    Of interviews and surveys the parts are asked for where the interviews or surveys are there.
    """
    people, talks, heard = study.charter.stakeholders, study.interviews, study.sources
    parts = {
        words.PART_PLAN: study.work_plan,
        words.PART_STAKEHOLDERS: people,
        words.PART_TOLD: any(one.told for one in people),
        words.PART_DELIVERABLES: study.charter.deliverables,
        words.PART_HYPOTHESES: study.hypotheses,
        words.PART_SIGN_OFF: study.agreement.sign_off,
        words.PART_RESEARCH: study.research.fields or "research" in heard,
        words.PART_QUESTIONS: talks.dimensions,
        words.PART_A_PRIORI: talks.a_priori or "needs" not in heard,
        words.PART_TOUCHES: talks.touches or "needs" not in heard,
        words.PART_TRIALS: talks.trials or "needs" not in heard,
        words.PART_FIXES: study.voice.fixes or "surveys" not in heard,
    }
    return [say(part) for part, given in parts.items() if not given]


def matrix(study: Study) -> pd.DataFrame:
    """Hypotheses × fields: hypothesis, field, source, collector, method."""
    rows = []
    for one in study.hypotheses:
        for name in one.variables:
            by_hand = name in study.research.fields
            people = listed(study.research.collectors) if study.research.collectors else ""
            rows.append(
                (
                    one.id,
                    study.label(name),
                    say(words.BY_HAND if by_hand else words.FROM_EXPORT),
                    say(words.SOMEBODY, names=people)
                    if by_hand and people
                    else say(words.OWNER_OF_EXPORT),
                    say(words.TEST_MEAN)
                    if one.outcome == "quality_score"
                    else say(words.TEST_OUTCOME, outcome=one.outcome),
                )
            )
    return pd.DataFrame(rows, columns=["hypothesis", "field", "source", "collected_by", "method"])
