"""Plays that come with the program: what the field advises for groups that are worked with.

Who renews, is at risk or has left is worked with anyway: most of these plays rest on no difference.
Those that do carry a step only where it is shown, as a play of the study file does.
"""

from helpers.metrics.catalog.service import COMPLEXITY_SHARE, PROMISE, TOP_REASON
from helpers.metrics.pairs import level_names
from helpers.study import Play, Study
from helpers.words import action as words
from helpers.words import say

# Groups whose tickets and use may be compared: nothing of these makes them.
COMPARED = ("segments", "lifecycle-*", "size-*", "needs-*")

# Who is picked for poor health looks healthier next quarter by itself (regression to the mean): the
# play for them is not judged by health, but by who stays and what they pay.
BUILT_IN: tuple[Play, ...] = (
    Play(
        groups=("health-at-risk",),
        do=words.DO_RISK,
        message=words.WRITE_RISK,
        owner=words.CUSTOMER_SUCCESS,
        by=30,
        check=words.CHECK_RISK,
    ),
    Play(
        groups=("lifecycle-renewal",),
        do=words.DO_RENEW,
        message=words.WRITE_RENEW,
        owner=words.CUSTOMER_SUCCESS,
        by="renewal",
        metric="grr",
        target="keep",
        check=words.CHECK_RENEW,
    ),
    Play(
        groups=("lifecycle-onboarding", "lifecycle-first-90-days"),
        do=words.DO_ONBOARD,
        message=words.WRITE_ONBOARD,
        owner=words.CUSTOMER_SUCCESS,
        by=30,
        metric="active_share",
        target="keep",
        check=words.CHECK_ONBOARD,
    ),
    Play(
        groups=("under-served",),
        do=words.DO_UNDER,
        message=words.WRITE_UNDER,
        owner=words.CUSTOMER_SUCCESS,
        by=60,
        check=words.CHECK_UNDER,
    ),
    Play(
        groups=("over-served-healthy",),
        do=words.DO_OVER,
        owner=words.SUPPORT,
        by=90,
        metric="tickets_per_customer_month",
        check=words.CHECK_OVER,
    ),
    Play(
        groups=("win-back", "win-back-*"),
        do=words.DO_WIN_BACK,
        message=words.WRITE_WIN_BACK,
        owner=words.SALES,
        by=90,
        check=words.CHECK_WIN_BACK,
    ),
    Play(
        groups=("segments",),
        do=words.DO_PROTECT,
        expands=True,
        owner=words.CUSTOMER_SUCCESS,
        by=90,
        metric="nrr",
        target="keep",
        check=words.CHECK_PROTECT,
    ),
    Play(
        groups=("health-key",),
        do=words.DO_REFER,
        message=words.WRITE_REFER,
        content_only=True,
        owner=words.SALES,
        by=90,
        metric="referrals_per_customer",
        target="keep",
        check=words.CHECK_REFER,
    ),
    Play(
        groups=COMPARED,
        when=f"{TOP_REASON} > rest_{TOP_REASON}",
        do=words.DO_REASON,
        owner=words.PRODUCT,
        by=90,
        metric=TOP_REASON,
        target="rest",
        about="company",
        check=words.CHECK_REASON,
    ),
    Play(
        groups=COMPARED,
        when="features_used_share < rest_features_used_share",
        do=words.DO_ACTIVATE,
        message=words.WRITE_ACTIVATE,
        owner=words.CUSTOMER_SUCCESS,
        by=60,
        metric="features_used_share",
        target="rest",
        check=words.CHECK_ACTIVATE,
    ),
)
# What the segment that comes first may do better by what is done for it: metric, and which way.
PRACTICES: tuple[tuple[str, str, str], ...] = (
    ("first_reply_hours_mean", ">", words.DO_CARRY_SERVICE),
    ("resolution_hours_mean", ">", words.DO_CARRY_SERVICE),
    ("one_touch_rate", "<", words.DO_CARRY_SERVICE),
    ("escalation_rate", ">", words.DO_CARRY_SERVICE),
    ("reopen_rate", ">", words.DO_CARRY_SERVICE),
    ("active_share", "<", words.DO_CARRY_USE),
    ("features_used_share", "<", words.DO_CARRY_USE),
)


def built_in(study: Study) -> dict[str, Play]:
    """The built-in plays by name, with the levels and limits that a study declares."""
    named = {
        say(words.BUILT_IN, at=at, group=one.groups[0]): one for at, one in enumerate(BUILT_IN)
    }
    promise = Play(
        groups=("tier-*",), when=f"{PROMISE} < {study.engagement.kept_least:g}",
        do=words.DO_ROUTE, owner=words.SUPPORT, by=60, metric=PROMISE,
        target=study.engagement.kept_least, about="company", check=words.CHECK_ROUTE,
    )  # fmt: skip
    named[say(words.BUILT_IN_FOR, what=PROMISE)] = promise
    for name in sorted(level_names(COMPLEXITY_SHARE, study.engagement.simple).values()):
        named[say(words.BUILT_IN_FOR, what=name)] = Play(
            groups=COMPARED, when=f"{name} > rest_{name}", do=words.DO_SELF_SERVICE,
            owner=words.SUPPORT, by=90, metric=name, target="rest", check=words.CHECK_SELF_SERVICE,
        )  # fmt: skip
    for name, sign, told in PRACTICES:
        named[say(words.BUILT_IN_FOR, what=f"leading_{name}")] = Play(
            when=f"{name} {sign} leading_{name}", do=told, owner=words.CUSTOMER_SUCCESS, by=90,
            metric=name, target="leading", proof="experiment", check=words.CHECK_CARRY,
        )  # fmt: skip
    return named


def plays(study: Study) -> dict[str, Play]:
    """The study's plays, then the built-in ones where the study wants them, by their place."""
    own = {f"playbook[{at}] ({play.action})": play for at, play in enumerate(study.playbook)}
    return own | built_in(study) if study.built_in_plays else own
