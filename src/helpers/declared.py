"""When each hypothesis was fixed, as the record shows it: a register beside the study, and reports.

``make declare`` writes every hypothesis of the study file into the register ``declared.jsonl``, one
line each, with a hash of what is tested and the moment; it is meant to be committed. The manifests
of published reports hold the same hashes. What a study file types as ``declared_on`` proves nothing
and decides nothing.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from helpers.errors import StudyError
from helpers.study import Hypothesis, Study
from helpers.workspace import Workspace

REGISTER = "declared.jsonl"
NEVER = "0001-01-01T00:00:00+00:00"
BEFOREHAND, LATER, PROPOSED = "beforehand", "later", "proposed"
# What a hypothesis says; its wording, owner and short name may change.
TESTED = ("variables", "where", "outcome", "outcome_from", "direction")


@dataclass(frozen=True)
class Declaration:
    """When a hypothesis was fixed.

    ``status`` is *beforehand* (before the study's first report was made), *later* (after it: it may
    have been read off these customers), or *proposed* (neither registered nor in an earlier
    report's manifest). ``on`` is the first day that the record shows, None where there is none.
    """

    status: str
    on: date | None = None

    @property
    def since(self) -> date | None:
        """Only what came after this day was unknown when it was fixed; None = everything was."""
        return self.on if self.status == LATER else None


def fingerprint(hypothesis: Hypothesis) -> str:
    """A hash of what is tested, whatever it is called."""
    content = {name: getattr(hypothesis, name) for name in TESTED}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def register_path(study: Study) -> Path:
    """Where the register of a study is."""
    return study.path.parent / REGISTER


def read_register(study: Study) -> dict[str, str]:
    """Moment of the first entry of each hash, in UTC.

    Raises
    ------
    StudyError
        For a line that is no entry, with its number.
    """
    path = register_path(study)
    found: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            digest, moment = entry["sha256"], datetime.fromisoformat(entry["declared_at"])
            if moment.tzinfo is None:
                raise ValueError("a moment without its offset")
        except (ValueError, KeyError, TypeError) as error:
            raise StudyError(
                f"{path.name}, line {number}: this is no entry of the register.",
                found=f"{line[:80]} ({error})",
                expected="a line as `make declare` writes it",
                remedy="take the file from version control; the register is not edited by hand",
            ) from None
        told = moment.astimezone(UTC).isoformat(timespec="seconds")
        found[digest] = min(told, found.get(digest, told))
    return found


def declare(study: Study, *, now: datetime | None = None) -> list[Hypothesis]:
    """Register the hypotheses of a study that are not in its register; returns these.

    Lines are added, none is changed. A hypothesis whose condition, variables, outcome or direction
    changed is a new one.
    """
    known = read_register(study)
    new = [one for one in study.hypotheses if fingerprint(one) not in known]
    if not new:
        return new
    moment = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    lines = [
        json.dumps(
            {
                "id": one.id,
                "statement": one.statement,
                **{name: getattr(one, name) for name in TESTED},
                "sha256": fingerprint(one),
                "declared_at": moment,
            },
            ensure_ascii=False,
        )
        for one in new
    ]
    path = register_path(study)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if before and not before.endswith("\n"):
        before += "\n"
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(before + "\n".join(lines) + "\n", encoding="utf-8")
    part.replace(path)
    return new


def declarations(ws: Workspace) -> dict[str, Declaration]:
    """When each hypothesis of the study was fixed, by its id.

    The study's first report is the one that was made first, of whatever quarter: an older quarter
    that is made again later was not there when a hypothesis could be read off. What its own report
    held before does not count: made again, it says the same.
    """
    manifests = {quarter: ws.manifest(quarter) for quarter in ws.published()}
    return declared_by(
        ws.study.hypotheses,
        read_register(ws.study),
        manifests.values(),
        earlier=[manifest for quarter, manifest in manifests.items() if quarter < ws.quarter],
    )


def declared_by(
    hypotheses: Iterable[Hypothesis],
    register: Mapping[str, str],
    manifests: Iterable[Mapping[str, Any]],
    *,
    earlier: Sequence[Mapping[str, Any]],
) -> dict[str, Declaration]:
    """`declarations` from a register, the manifests of all reports, and those of earlier quarters.

    A report without a moment was made before any that has one.
    """
    started = [first_started(manifest) or NEVER for manifest in manifests]
    first = min(started, key=datetime.fromisoformat, default=None)
    found = {}
    for one in hypotheses:
        digest = fingerprint(one)
        reported = (manifest.get("hypotheses", {}).get(digest) for manifest in earlier)
        moments = [moment for moment in (register.get(digest), *reported) if moment]
        if not moments:
            found[one.id] = Declaration(PROPOSED)
            continue
        moment = min(moments, key=datetime.fromisoformat)
        before = first is None or datetime.fromisoformat(moment) < datetime.fromisoformat(first)
        day = datetime.fromisoformat(moment).astimezone(UTC).date()
        found[one.id] = Declaration(BEFOREHAND if before else LATER, day)
    return found


def first_started(manifest: Mapping[str, Any]) -> str | None:
    """When the first report of a quarter was begun, however often it was made again since."""
    return manifest.get("first_started") or manifest.get("started")


def for_manifest(study: Study, before: Mapping[str, Any], started: str) -> dict[str, Any]:
    """What the manifest of a report keeps: its hypotheses, and when each was first in one.

    Parameters
    ----------
    before : manifest of the report of the same quarter that this one replaces; {} = none.
    started : moment at which this run began, in UTC.
    """
    kept = dict(before.get("hypotheses", {}))
    kept |= {digest: kept.get(digest, started) for digest in map(fingerprint, study.hypotheses)}
    return {"first_started": first_started(before) or started, "hypotheses": kept}
