"""What a study file may say: the decisions made before anyone looked at data.

``helpers.study.file.load_study`` reads one into these frozen objects.
"""

from helpers.study.customers import CustomerList, QualityScore, Rule, ScoreLine
from helpers.study.decisions import Hypothesis, Play, Priorities, Report, Sizes
from helpers.study.limits import Limits
from helpers.study.measures import Attribute, Lifecycle, Metrics
from helpers.study.scoping import Change, Charter, Scope, Stakeholder, Task
from helpers.study.section import Section
from helpers.study.sources import RawFile, Source
from helpers.study.whole import Study

__all__ = [
    "Attribute",
    "Change",
    "Charter",
    "CustomerList",
    "Hypothesis",
    "Lifecycle",
    "Limits",
    "Metrics",
    "Play",
    "Priorities",
    "QualityScore",
    "RawFile",
    "Report",
    "Rule",
    "Scope",
    "ScoreLine",
    "Section",
    "Sizes",
    "Source",
    "Stakeholder",
    "Study",
    "Task",
]
