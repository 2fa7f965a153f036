"""Sentences about the quality score."""

from helpers.words import N_

NOBODY_LEFT = N_(
    "No customer of the list is known to have left: every base is what a customer brings today."
)
LAST_CONTRACT_BY_PENALTY = N_(
    "{former:count} of {customers:count} customers {former:one|has|have} left. Their base is still "
    "what they last brought, because a penalty for leaving stands against it; **{gone:count} of "
    "the {excellent:count} excellent** customers ({share:percent}) {gone:one|has|have} left."
)
LAST_CONTRACT_DECLARED = N_(
    "{former:count} of {customers:count} customers {former:one|has|have} left. Their base is still "
    "what they last brought, as the study file says; **{gone:count} of the {excellent:count} "
    "excellent** customers ({share:percent}) {gone:one|has|have} left."
)
PAYS_NOW_BY_DEFAULT = N_(
    "{former:count} of {customers:count} customers {former:one|has|have} left. Their base is what "
    "they pay now, nothing, because no penalty for leaving stands against it; **{gone:count} of "
    "the {excellent:count} excellent** customers ({share:percent}) {gone:one|has|have} left."
)
PAYS_NOW_DECLARED = N_(
    "{former:count} of {customers:count} customers {former:one|has|have} left. Their base is what "
    "they pay now, nothing, as the study file says; **{gone:count} of the {excellent:count} "
    "excellent** customers ({share:percent}) {gone:one|has|have} left."
)
LAST_CONTRACT_NONE = N_(
    "{former:count} of {customers:count} customers {former:one|has|have} left, **none of the "
    "{excellent:count} excellent** among them. Their base is still what they last brought."
)
PAYS_NOW_NONE = N_(
    "{former:count} of {customers:count} customers {former:one|has|have} left, **none of the "
    "{excellent:count} excellent** among them. Their base is what they pay now, nothing."
)
LAST_CONTRACT_NOBODY = N_(
    "{former:count} of {customers:count} customers {former:one|has|have} left. Their base is still "
    "what they last brought; with it, no customer is excellent."
)
PAYS_NOW_NOBODY = N_(
    "{former:count} of {customers:count} customers {former:one|has|have} left. Their base is what "
    "they pay now, nothing; with it, no customer is excellent."
)
# Where no customer is excellent, and where nobody of the excellent has left.
NOBODY_EXCELLENT = {"last_contract": LAST_CONTRACT_NOBODY, "pays_now": PAYS_NOW_NOBODY}
NONE_OF_EXCELLENT = {"last_contract": LAST_CONTRACT_NONE, "pays_now": PAYS_NOW_NONE}
# What former customers' base counts, and whether the study file says so → the sentence.
FORMER = {
    ("last_contract", False): LAST_CONTRACT_BY_PENALTY,
    ("last_contract", True): LAST_CONTRACT_DECLARED,
    ("pays_now", False): PAYS_NOW_BY_DEFAULT,
    ("pays_now", True): PAYS_NOW_DECLARED,
}

# In the formula of the score.
BASE_OF_FORMER = {
    "last_contract": N_("of former customers, what they last brought"),
    "pays_now": N_("of former customers, what they pay now: nothing"),
}

NOTHING_TELLS = N_("No attribute tells when a customer was won, or that it has left.")
TELLS_OF_LEAVING = N_(
    "{attributes} {n:one|tells|tell} when a customer was won, or that it has left. Who was won "
    "lately had less time to leave, or to buy: a difference between their levels is part of the "
    "score ({lines}), and no finding."
)
BASE = N_("Base")
