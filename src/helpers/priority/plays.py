"""Plays that come with the program: what the field advises for groups that need no proof.

None of them rests on a difference: whoever renews, is at risk or has left is worked with anyway.
"""

from helpers.study import Play, Study
from helpers.words import action as words
from helpers.words import say

BUILT_IN: tuple[Play, ...] = (
    Play(groups=("health-at-risk",), do=words.DO_RISK, owner=words.CUSTOMER_SUCCESS, by=30,
         metric="health_score", target="keep", check=words.CHECK_RISK),
    Play(groups=("lifecycle-renewal",), do=words.DO_RENEW, owner=words.CUSTOMER_SUCCESS,
         by="renewal", metric="grr", target="keep", check=words.CHECK_RENEW),
    Play(groups=("lifecycle-onboarding", "lifecycle-first-90-days"), do=words.DO_ONBOARD,
         owner=words.CUSTOMER_SUCCESS, by=30, metric="active_share", target="keep",
         check=words.CHECK_ONBOARD),
    Play(groups=("under-served",), do=words.DO_UNDER, owner=words.CUSTOMER_SUCCESS, by=60,
         check=words.CHECK_UNDER),
    Play(groups=("over-served-healthy",), do=words.DO_OVER, owner=words.SUPPORT, by=90,
         metric="tickets_per_customer_month", check=words.CHECK_OVER),
    Play(groups=("win-back", "win-back-*"), do=words.DO_WIN_BACK, owner=words.SALES, by=90,
         check=words.CHECK_WIN_BACK),
)  # fmt: skip


def plays(study: Study) -> dict[str, Play]:
    """The study's plays, then the built-in ones where the study wants them, by their place."""
    own = {f"playbook[{at}] ({play.action})": play for at, play in enumerate(study.playbook)}
    if not study.built_in_plays:
        return own
    named = (say(words.BUILT_IN, at=at, group=one.groups[0]) for at, one in enumerate(BUILT_IN))
    return own | dict(zip(named, BUILT_IN, strict=True))
