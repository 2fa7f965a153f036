"""Sentences about what customers need."""

from helpers.words import N_

LEVEL_OF = N_("{attribute}: {level}")
GROUP_OUTCOME = N_("Required outcome: {outcome}")
GROUP_PROFILE = N_("Experience {profile:count} of those who need: {outcome}")
GROUP_PROFILE_OF_ALL = N_("Experience {profile:count}")

OBSERVED = N_("What ideal customers do more, or less, than other current ones")
OBSERVED_TOLD = N_(
    "{ideal:count} customers are ideal: current, excellent by the score and healthy where that is "
    "known. What sets them apart most is **{what}**: {own}, others {rest}. Nothing is tested; "
    "whether that is the experience they need is what interviews are for."
)
OBSERVED_OF_SCORE = N_(
    "{ideal:count} customers are ideal: current and excellent by the score; how healthy they are "
    "is not known. What sets them apart most is **{what}**: {own}, others {rest}. Nothing is "
    "tested; whether that is the experience they need is what interviews are for."
)
NO_IDEAL = N_("Too few customers are ideal to say what sets them apart.")
OBSERVED_NOTE = N_("Nothing is tested: a hypothesis to ask about.")
OBSERVED_NOTE_HEALTH = N_(
    "Nothing is tested: a hypothesis to ask about. What health is made of is left out: ideal "
    "customers are chosen by it."
)
SAMPLE = N_("Whom to interview next")
SAMPLE_TOLD = N_(
    "**{customers:count}** are drawn for the next interviews: {kinds}. “make sheets” writes the "
    "interview sheet."
)
NOBODY_DRAWN = N_("Nobody is left to be interviewed.")

NEEDS_GROUPS = N_("Groups of interviewed customers, by required outcome and by experience")
NOT_INTERVIEWED = N_("No customer was interviewed about needs.")
PROFILES_FOUND = N_(
    "The answers of {interviews:count} interviewed customers fall into **{profiles:count} "
    "experience profiles**, groups that want to be served differently. They return when interviews "
    "are drawn again (agreement {stability:number}, where 1 is the same groups and 0 is chance)."
)
PROFILES_FOUND_WITHIN = N_(
    "The {interviews:count} interviewed customers who need **{outcome}** fall into "
    "**{profiles:count} experience profiles**, which return when interviews are drawn again "
    "(agreement {stability:number}, where 1 is the same groups and 0 is chance)."
)
NO_GROUPS = N_(
    "{interviews:count} interviews show **no groups** by experience: {reason}. The required "
    "outcomes stand as people told them."
)
NO_GROUPS_WITHIN = N_(
    "The {interviews:count} interviewed customers who need {outcome} show no groups by experience: "
    "{reason}."
)
REASON_NO_GROUPS = {
    "unrelated": N_("their answers to different questions are as unrelated as chance makes them"),
    "best alone": N_("one profile describes the answers best"),
    "unstable": N_("the groups change when interviews are redrawn"),
}
TOO_FEW_INTERVIEWS = N_(
    "There are {interviews:count} interviews; {least:count} at least, with two dimensions that "
    "tell customers apart, are asked for: groups by experience are not looked for."
)
TOO_FEW_INTERVIEWS_WITHIN = N_(
    "There are {interviews:count} interviews of customers who need {outcome}; {least:count} at "
    "least, with two dimensions that tell customers apart, are asked for: groups by experience are "
    "not looked for among them."
)
HONEST = N_(
    "So few interviews show profiles that differ strongly, and miss finer ones: in simulations "
    "profiles that decide four of five answers come back from thirty interviews, and those that "
    "decide half of the answers are missed by sixty. Nobody was drawn at random from all "
    "customers: shares are those of the interviewed."
)
CHOSEN = N_("How the number of experience profiles was chosen")
CHOSEN_NOTE = N_(
    "Latent class analysis. The number with the lowest BIC is used, where redrawn interviews give "
    "its groups again (agreement: adjusted Rand index); where none does, there are no groups."
)
BEHAVIOUR = N_("Behaviour beside the answers: what each group does, beside the others")
BEHAVIOUR_NOTE = N_(
    "A group by outcome beside all other interviewed customers, a profile beside those among whom "
    "it was looked for; what differs most comes first."
)
BEHAVED = N_(
    "Groups also **behave** differently: of {looked:count} comparisons, {shown:count} are shown "
    "over all looks; most of all **{group}** ({what}: {way} than the others)."
)
WAYS = {"more": N_("more"), "less": N_("less")}
BEHAVED_ALIKE = N_(
    "What groups say is **not seen in what they do**: none of {looked:count} comparisons of "
    "behaviour is shown over all looks."
)
BEHAVED_TOO_FEW = N_(
    "Too few interviewed customers have been observed to set their behaviour beside their answers."
)
NEEDS_VALUE = N_(
    "Needs and value together: who is served more, or less, than customers of their kind"
)
CROSSED = N_(
    "Of {customers:count} interviewed customers, {over:count} take far more service than customers "
    "of like revenue and {under:count} far less. Of all needs and score bands, **{definition}**, "
    "{band}, holds the most ARR ({arr:money})."
)
CROSSED_NONE = N_(
    "Of {customers:count} interviewed customers, none takes far more or far less service than "
    "customers of like revenue. Of all needs and score bands, **{definition}**, {band}, holds the "
    "most ARR ({arr:money})."
)
CROSSED_NONE_WITHOUT_ARR = N_(
    "Of {customers:count} interviewed customers, none takes far more or far less service than "
    "customers of like revenue."
)
CROSSED_WITHOUT_ARR = N_(
    "Of {customers:count} interviewed customers, {over:count} take far more service than customers "
    "of like revenue and {under:count} far less."
)
SIDE_BY_SIDE = N_("Segmentations side by side: how far they put customers together alike")
SIDE_NOTE = N_(
    "Adjusted Rand index: 1 = the same groups, 0 = no more alike than chance. Experience is that "
    "of all interviewed customers."
)
SIDE_BY_SIDE_AND = N_(
    "Segmentations side by side: today’s ({label}), by need, by experience and by value"
)
SEGMENTATIONS = {
    "a priori": N_("today’s segments"),
    "needs": N_("required outcome"),
    "experience": N_("experience"),
    "value": N_("value"),
}
SIDE_TOLD = N_(
    "Of {pairs:count} pairs of groupings, such as by need and by value, **{alike:none}** "
    "{alike:one|is|are} so alike that one could stand for the other. Nearest to it are {one} and "
    "{other}: {agreement:number}, where 1 is the same groups, 0 is chance and 0.65 would do "
    "({customers:count} customers)."
)
NO_A_PRIORI = N_(
    "The study does not say by which attribute customers are segmented today "
    "(interviews.a_priori): needs and value stand beside each other alone."
)
ALL_ASKED = N_("all interviewed")
NO_TOUCH = N_("none is designed yet")
DESIGN = N_("The service that each group gets, touch by touch")
DESIGNED = N_("**{designed:count} of {groups:count} groups** have a service designed for them.")
NOT_DESIGNED = N_("No service is designed for the groups (interviews.touches).")
TRIALS = N_("Tests of the services: who gets them, and what they showed")
TRIALS_ENOUGH = N_(
    "**{trials:count}** declared {trials:one|test of a service has|tests of services have} enough "
    "customers to show what {trials:one|it is|they are} for."
)
TRIALS_SMALL = N_(
    "**{trials:count}** declared {trials:one|test of a service has|tests of services have} too few "
    "customers to show what {trials:one|it is|they are} for."
)
TRIALS_TOLD = N_(
    "**{small:count}** of {trials:count} declared tests of services {small:one|has|have} too few "
    "customers to show what {small:one|it is|they are} for."
)
NO_TRIALS = N_("No test of a service is declared (interviews.trials).")

# ── voice ────────────────────────────────────────────────────────────────────────────────────────
DRIFT = N_("The same customers on the same moment, now and in the twelve months before")
DRIFTED = N_(
    "{moments:count} {moments:one|moment was|moments were} rated now and in the year before by "
    "enough of the same customers; shown to have changed within customers: {shown:count}{named}."
)
DRIFTED_TOO_FEW = N_(
    "No moment was rated now and in the year before by enough of the same customers "
    "({least:count}) to say whether it changed."
)
NAMED = N_(": {names}")
NO_MOMENTS = N_(
    "At which moment customers were asked for their satisfaction is not collected "
    "(surveys.moment): the same moment cannot be compared over time."
)
NO_FIXES = N_(
    "The study declares nothing that was mended (voice.fixes): NPS is not compared around it."
)
WHICH_WAY = N_("{name} ({way})")
FIXES = N_("NPS of the same customers before and after each declared fix")
FIXES_NOTE = N_("What else changed on that day changed too: an association, not an effect.")
FIXED = N_(
    "After **{shown:count} of {fixes:count} declared {fixes:one|fix|fixes}**, NPS of the same "
    "customers is shown to have changed{named}."
)
FIXED_ONE = N_(
    "After **the one declared fix**, NPS of the same customers is shown to have changed{named}."
)
FIXED_NOT = N_(
    "NPS of the same customers is **not shown to have changed** after the one declared fix."
)
FIX_REASONS = N_("Reasons for NPS answers before each declared fix and since")
FIX_REASONS_NOTE = N_(
    "Shares of the answers that give a reason: who answers changes too, and nothing is tested."
)
NO_REASONS = N_("Reasons for NPS answers are not collected (surveys.reason).")
REASON_AROUND = N_(
    "Before “{fix}” {before:percent} of the reasons given were **{reason}**, since then "
    "{now:percent} ({answers:count} answers)."
)

THEMES = N_("What comments of twelve months are about, as people coded them")
THEMES_NOTE = N_(
    "A comment may have several themes. κ is how far two people agree on naming a theme: 1 = "
    "always, 0 = no better than chance."
)
THEMES_TOLD = N_(
    "Coded comments of twelve months name {themes:count} {themes:one|theme|themes}; most often "
    "**{theme}** ({share:percent} of them). Two people coded {twice:count} comments."
)
CODED_ONCE = N_(
    "Too few comments were coded by two people: how far the themes can be trusted is not known."
)
CODED_APART = N_("Two people code these themes too differently to rest anything on them: {names}.")
NOT_CODED = N_(
    "{comments:count} comments are not coded by theme (surveys.theme): no program guesses what "
    "they are about."
)
NONE_CODED = N_("No comment of the twelve months is coded by theme.")
NO_COMMENTS = N_("Comments of customers are not collected.")

CHAIN = N_("From promoters to the customers that they brought, in twelve months")
CHAINED = N_(
    "Referrals of twelve months: **{referrals:count}**, won **{won:count}**; those won that have a "
    "score are worth {score:money} a year on average, all customers {all:money}."
)
CHAINED_WITHOUT = N_(
    "Referrals of twelve months: **{referrals:count}**, won **{won:count}**; too few of the "
    "customers won have a score to say what they are worth."
)
ASKED = N_(
    "Of {promoters:count} promoters **{asked:none}** {asked:one|was|were} asked to refer; "
    "{did:none} of them did, and {brought:none} of our customers came of it."
)
ASKED_UNKNOWN = N_(
    "Whether a promoter was asked to refer is not collected (surveys.referral_asked_on)."
)
