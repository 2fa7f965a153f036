"""Whether the method changed since the previous quarter, and whether the change was agreed."""

import hashlib
import json
from dataclasses import dataclass

from helpers.errors import listed
from helpers.study import Study
from helpers.words import say
from helpers.words import scoping as words
from helpers.workspace import Workspace

# Sections that say how the numbers are made. The others (charter, work plan, playbook, …) may
# change without making two quarters incomparable.
METHOD_SECTIONS = (
    "business_model",
    "currency",
    "timezone",
    "fiscal_year_starts",
    "seed",
    "max_rejected_share",
    "scope",
    "cluster",
    "sources",
    "customer_list",
    "quality_score",
    "attributes",
    "hypotheses",
    "lifecycle",
    "health",
    "service",
    "metrics",
    "priorities",
)


@dataclass(frozen=True)
class MethodChange:
    """The comparison with the previous quarter's published report."""

    previous: str | None
    sections: tuple[str, ...] = ()
    logged: bool = True

    @property
    def unlogged(self) -> bool:
        """A change without an entry in ``change_log``: every deliverable has to say so."""
        return bool(self.sections) and not self.logged

    @property
    def told(self) -> tuple[str, dict[str, str]]:
        """The comparison as a sentence of `helpers.words.scoping` and its values."""
        if self.previous is None:
            return words.NO_EARLIER_METHOD, {}
        if not self.sections:
            return words.SAME_METHOD, {"previous": self.previous}
        sentence = words.CHANGED_AS_LOGGED if self.logged else words.CHANGED_UNLOGGED
        return sentence, {"previous": self.previous, "sections": listed(self.sections)}

    @property
    def sentence(self) -> str:
        """The comparison in words."""
        sentence, values = self.told
        return say(sentence, **values)


def method_hashes(study: Study) -> dict[str, str]:
    """A hash for each section of the study file that makes the numbers."""
    content = study.model_dump(mode="json", include=set(METHOD_SECTIONS))
    return {
        section: hashlib.sha256(
            json.dumps(content[section], sort_keys=True, ensure_ascii=False).encode()
        ).hexdigest()
        for section in METHOD_SECTIONS
    }


def method_change(ws: Workspace) -> MethodChange:
    """Compare this study file with the one behind the previous quarter's published report.

    An entry in ``change_log`` covers the change when it is dated after the previous quarter's
    end.
    """
    previous = ws.quarter.previous
    folder = ws.earlier(previous)
    if folder is None:
        return MethodChange(previous=None)
    then = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["method"]
    now = method_hashes(ws.study)
    changed = tuple(section for section in METHOD_SECTIONS if then.get(section) != now[section])
    logged = any(entry.date > previous.end for entry in ws.study.change_log)
    return MethodChange(str(previous), changed, logged)
