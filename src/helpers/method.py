"""Whether the method changed between quarters, section by section, and whether that was agreed.

Two things make the numbers: what the study file says, and what the program does with it. The study
file is compared by a hash of each section. The program's own method has a version, `VERSION`, and
what each version changed stands in `helpers.words.method` as the CHANGELOG words it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpers.errors import listed
from helpers.study import Study
from helpers.study.scoping import METHOD_SECTIONS, PROGRAM, RECORDS
from helpers.words import method as versions
from helpers.words import say
from helpers.words import scoping as words
from helpers.workspace import Workspace

# Of the program's own method; reports without one were made before it was kept, by version 1.
# A change of a default, a formula or a test that changes numbers of an unchanged study raises it,
# and says so in `versions.CHANGES`.
VERSION = max(versions.CHANGES)
FIRST_VERSION = 1


@dataclass(frozen=True)
class MethodChange:
    """The comparison with an earlier quarter's published report.

    ``sections`` are those that differ (`PROGRAM` among them where the program's own method does),
    ``unnamed`` those of them that no entry of ``change_log`` names, ``version`` the version then.
    """

    previous: str | None
    sections: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    version: int = VERSION

    @property
    def unlogged(self) -> bool:
        """A change that no entry in ``change_log`` names: every deliverable has to say so."""
        return bool(self.unnamed)

    @property
    def told(self) -> tuple[str, dict[str, str]]:
        """The comparison as a sentence of `helpers.words.scoping` and its values."""
        if self.previous is None:
            return words.NO_EARLIER_METHOD, {}
        if not self.sections:
            return words.SAME_METHOD, {"previous": self.previous}
        values = {"previous": self.previous, "sections": self._named(self.sections)}
        if not self.unnamed:
            return words.CHANGED_AS_LOGGED, values
        return words.CHANGED_UNLOGGED, values | {"unnamed": self._named(self.unnamed)}

    @property
    def sentence(self) -> str:
        """The comparison in words."""
        sentence, values = self.told
        return say(sentence, **values)

    @property
    def program(self) -> tuple[str, ...]:
        """What the program's own method changed since, as the CHANGELOG words it."""
        later = sorted(version for version in versions.CHANGES if version > self.version)
        return tuple(versions.CHANGES[version] for version in later)

    def _named(self, sections: tuple[str, ...]) -> str:
        return listed([words.PROGRAM if one == PROGRAM else one for one in sections], most=30)


def method_hashes(study: Study, *, said: bool = False) -> dict[str, str]:
    """A hash for each section of the study file that makes the numbers.

    Parameters
    ----------
    said : of what the file itself says, without the program's defaults. Where this stayed and the
        other hash did not, it is the program that changed.

    Notes
    -----
    Records within a section, such as who signed off the score, are no method (`RECORDS`).
    """
    content = study.model_dump(
        mode="json", include=set(METHOD_SECTIONS), exclude=RECORDS, exclude_unset=said
    )
    return {section: _hash(content.get(section)) for section in METHOD_SECTIONS}


def method_change(ws: Workspace) -> MethodChange:
    """Compare this study file and program with what made the latest earlier published report.

    An entry in ``change_log`` covers the sections that it names when it is dated after that
    quarter's end.
    """
    earlier = [quarter for quarter in ws.published() if quarter < ws.quarter]
    if not earlier:
        return MethodChange(previous=None)
    before = earlier[-1]
    then = ws.manifest(before)
    changed = changed_sections(ws.study, then)
    named = {
        section
        for entry in ws.study.change_log
        if entry.date > before.end
        for section in entry.sections
    }
    unnamed = tuple(section for section in changed if section not in named)
    return MethodChange(str(before), changed, unnamed, version_of(then))


def changed_sections(study: Study, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Sections of the method that differ from those behind a published report.

    A section that the report's program did not keep counts as changed where the study file says
    anything in it. One whose words stayed while their meaning changed is the program's doing.
    """
    then = manifest.get("method", {})
    then_said = manifest.get("method_said", {})
    now, now_said = method_hashes(study), method_hashes(study, said=True)
    changed, defaults = [], False
    for section in METHOD_SECTIONS:
        if section not in then:
            if section in study.model_fields_set:
                changed.append(section)
        elif then[section] != now[section]:
            if then_said.get(section) == now_said[section]:
                defaults = True
            else:
                changed.append(section)
    if defaults or version_of(manifest) != VERSION:
        changed.append(PROGRAM)
    return tuple(changed)


def version_of(manifest: Mapping[str, Any]) -> int:
    """The version of the program's own method behind a published report."""
    return int(manifest.get("method_version", FIRST_VERSION))


def recorded(study: Study) -> dict[str, Any]:
    """What a manifest keeps of the method, for later quarters to compare with."""
    return {
        "method_version": VERSION,
        "method": method_hashes(study),
        "method_said": method_hashes(study, said=True),
    }


def _hash(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
