"""Groups by what customers need: by required outcome, and by experience within it."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.alongside import Together, begin, results
from helpers.outputs import shaped
from helpers.segments.experience import FOUND, Profiles, find_profiles
from helpers.segments.needs import NOT_DIMENSIONS, OUTCOME, latest_interviews
from helpers.segments.rules import slug
from helpers.study import Study
from helpers.words import needs as words
from helpers.words import numbers as fmt
from helpers.words import say

EVERYONE = ""  # the scope of profiles that are looked for among all interviewed customers
TYPICAL = 0.5  # share of a profile's customers that makes an answer typical
OF_OUTCOME, OF_EXPERIENCE = "outcome", "experience"


@dataclass(frozen=True)
class NeedsStudy:
    """What the interviews come to.

    Attributes
    ----------
    groups : the data file ``needs_groups``.
    profiles : the data file ``needs_profiles``: how the number of profiles was chosen.
    members : one row per interviewed customer: account_id, required_outcome, profile (of its
        outcome where that has profiles, else of all interviewed; NaN = no profiles), scope.
    found : by scope ("" = all interviewed, else an outcome) what was found.
    """

    groups: pd.DataFrame
    profiles: pd.DataFrame
    members: pd.DataFrame
    found: dict[str, Profiles]


def study_needs(study: Study, needs: pd.DataFrame | None, frame: pd.DataFrame) -> NeedsStudy:
    """Groups of the interviewed customers, as `begin_needs`."""
    return begin_needs(study, needs, frame).result()


def begin_needs(
    study: Study, needs: pd.DataFrame | None, frame: pd.DataFrame
) -> Together[NeedsStudy]:
    """Groups of the interviewed customers, begun while something else is done.

    Parameters
    ----------
    needs : the canonical table; None = not collected.
    frame : account_id of the customers studied.

    Notes
    -----
    Profiles are looked for among all interviewed customers, and within every outcome that enough of
    them need. The chance of finding some in unrelated answers is scope.alpha over all of these.
    """
    told = latest_interviews(needs, frame) if needs is not None else pd.DataFrame()
    if told.empty:
        empty = pd.DataFrame(columns=["account_id", OUTCOME, "profile", "scope"])
        none = NeedsStudy(shaped("needs_groups", []), shaped("needs_profiles", []), empty, {})
        return Together(lambda: none)
    told = told.set_index("account_id").sort_index()
    answers = told[[name for name in told if name not in NOT_DIMENSIONS]].astype("str")
    wanted = study.interviews
    sizes = told[OUTCOME].value_counts()
    large = sorted(sizes.index[(sizes >= wanted.least) & (sizes < len(told))])
    scopes = [EVERYONE, *large]
    looking = {
        scope: begin(
            find_profiles,
            answers if scope == EVERYONE else answers[told[OUTCOME] == scope],
            least=wanted.least,
            most=wanted.most_profiles,
            stable=wanted.stable,
            alpha=study.scope.alpha / len(scopes),
            seed=study.seed,
        )
        for scope in scopes
    }

    def put() -> NeedsStudy:
        found = dict(zip(looking, results([*looking.values()]), strict=True))
        members = _members(told, found)
        return NeedsStudy(_groups(study, told, answers, found), _chosen(found), members, found)

    return Together(put)


def _members(told: pd.DataFrame, found: dict[str, Profiles]) -> pd.DataFrame:
    members = told[[OUTCOME]].copy()
    members["profile"] = found[EVERYONE].profile.reindex(members.index).astype(float)
    members["scope"] = EVERYONE
    for scope, one in found.items():
        if scope != EVERYONE and one.verdict == FOUND:
            inside = members[OUTCOME] == scope
            members.loc[inside, "profile"] = one.profile.reindex(members.index[inside]).astype(
                float
            )
            members.loc[inside, "scope"] = scope
    return members.reset_index()


def group_name(outcome: str, profile: float | None) -> str:
    """The identifier of a group."""
    parts = [f"needs-{slug(outcome)}"] if outcome else []
    parts += [f"experience-{int(profile)}"] if profile is not None else []
    return "-".join(parts)


def members_of(needs: NeedsStudy, group: Any) -> tuple[pd.Index, pd.Index]:
    """account_ids of a group (a row of ``needs_groups``), and of those it was looked for among."""
    members = needs.members.set_index("account_id")
    if group.kind == OF_OUTCOME:
        return members.index[members[OUTCOME] == group.outcome], members.index
    profile = needs.found[group.outcome].profile
    return profile.index[profile == group.profile], profile.index


def _groups(
    study: Study, told: pd.DataFrame, answers: pd.DataFrame, found: dict[str, Profiles]
) -> pd.DataFrame:
    rows = []
    counts = told[OUTCOME].value_counts()
    for outcome in sorted(counts.index, key=lambda name: (-counts[name], name)):
        inside = told.index[told[OUTCOME] == outcome]
        rows.append(_row(study, OF_OUTCOME, outcome, None, answers.loc[inside], len(told)))
    for scope, one in found.items():
        for number in sorted(one.profile.unique()):
            inside = one.profile.index[one.profile == number]
            among = one.interviews
            rows.append(_row(study, OF_EXPERIENCE, scope, number, answers.loc[inside], among))
    return shaped("needs_groups", rows)


def _row(
    study: Study, kind: str, outcome: str, profile: int | None, answers: pd.DataFrame, among: int
) -> dict:
    definition = (
        say(words.GROUP_OUTCOME, outcome=outcome)
        if profile is None
        else say(words.GROUP_PROFILE, profile=profile, outcome=outcome)
        if outcome
        else say(words.GROUP_PROFILE_OF_ALL, profile=profile)
    )
    return {
        "group_id": group_name(outcome, profile),
        "kind": kind,
        "outcome": outcome,
        "profile": float("nan") if profile is None else float(profile),
        "definition": definition,
        "customers": len(answers),
        "interviewed": among,
        "share": len(answers) / among,
        "answers": _typical(study, answers),
    }


def _typical(study: Study, answers: pd.DataFrame) -> str:
    """The answers that most customers of a group gave, with their share."""
    told = []
    for name in answers:
        shares = answers[name].value_counts() / len(answers)
        if len(shares) and shares.iloc[0] >= TYPICAL:
            entry = study.interviews.dimensions.get(name)
            label = (entry.label if entry else "") or study.label(name)
            told.append(f"{label}: {shares.index[0]} ({fmt.percent(shares.iloc[0])})")
    return "; ".join(told)


def _chosen(found: dict[str, Profiles]) -> pd.DataFrame:
    rows = []
    for scope, one in found.items():
        about = {"scope": scope, "interviews": one.interviews, "verdict": one.verdict,
                 "reason": one.reason, "association_p": one.association_p}  # fmt: skip
        tried = one.tried.to_dict("records") or [
            {"profiles": float("nan"), "bic": float("nan"), "stability": float("nan"),
             "chosen": False}
        ]  # fmt: skip
        rows += [about | row for row in tried]
    return shaped("needs_profiles", rows)
