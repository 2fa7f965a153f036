"""Cautions about raw data that could be used, and what in them may be otherwise."""

from helpers.words import N_

UNMATCHED = N_(
    "**{rows:count} {rows:one|row|rows} of {table} {rows:one|belongs|belong} to {accounts:count} "
    "{accounts:one|account that the CRM does|accounts that the CRM does} not know**: "
    "{money:money} {per}, {share_of_money:percent} of what all rows bring. {rows:one|It counts|"
    "They count} for nobody."
)
UNMATCHED_REFUSED = N_(
    "**{rows:count} {rows:one|row|rows} of {table} {rows:one|belongs|belong} to {accounts:count} "
    "{accounts:one|account|accounts} without a row that can be used**: {money:money} "
    "{per}, {share_of_money:percent} of what all rows bring. {rows:one|It counts|They count} for "
    "nobody. Of {refused:count} of these accounts the CRM has a row that was rejected."
)
UNMATCHED_NEAR = N_(
    "**{rows:count} {rows:one|row|rows} of {table} {rows:one|belongs|belong} to {accounts:count} "
    "{accounts:one|account that the CRM does|accounts that the CRM does} not know**: "
    "{money:money} {per}, {share_of_money:percent} of what all rows bring. {rows:one|It counts|"
    "They count} for nobody. {number:count} of these {number:one|looks|look} like {number:one|a "
    "known one|known ones}, such as {identifier} ({like}: {differs_in})."
)
UNMATCHED_LATER = N_(
    "**{rows:count} {rows:one|row|rows} of {table} {rows:one|belongs|belong} to {accounts:count} "
    "{accounts:one|account|accounts} that the CRM does not know on the last day of the quarter**: "
    "{money:money} {per}, {share_of_money:percent} of what all rows bring. {rows:one|It counts|"
    "They count} for nobody. Of {later:count} of these accounts the CRM says that they were won "
    "afterwards, up to {last:date}, though {later_money:money} is paid by then: where such a day "
    "is mistyped, mend it."
)
ALIKE = N_(
    "**{accounts:count} accounts would be {customers:count} if capitals, white space and zeros in "
    "front did not count**, such as {identifier} and {like}. Each counts as a customer of its own. "
    "If they are one, write identifiers alike in the queries (such as upper(trim(…)))."
)
SPELLED = N_(
    "**{levels:count} values of {label} would be {groups:count} if capitals, white space, hyphens "
    "and the way “and” is written did not count**, such as {one} ({one_has:count} "
    "{one_has:one|account|accounts}) and {other} ({other_has:count} "
    "{other_has:one|account|accounts}). Each is a group of its own, and none holds all that belong "
    "to it. If they are one, write them alike in the query of sources.accounts."
)
ALIKE_PAID = N_(
    "**{accounts:count} accounts would be {customers:count} if capitals, white space and zeros in "
    "front did not count**, such as {identifier} and {like}. Each counts as a customer of its own; "
    "{paying:count} of them pay {money:money} {per}. If they are one, write identifiers alike in "
    "the queries (such as upper(trim(…)))."
)
PER_MONTH, PER_YEAR = N_("a month"), N_("in the year")
AFTER_LEAVING_END = N_(
    "**{rows:count} {rows:one|contract|contracts} of {accounts:count} "
    "{accounts:one|account|accounts} {rows:one|is|are} in force by billing, though the CRM says "
    "that the {accounts:one|account has|accounts have} left**: {money:money} a month, which counts "
    "up to the day of leaving and is no part of the MRR in force, {whole:money}. Where billing is "
    "right, mend the CRM, or declare sources.contracts.after_leaving: count."
)
AFTER_LEAVING_COUNT = N_(
    "**{rows:count} {rows:one|contract|contracts} of {accounts:count} "
    "{accounts:one|account|accounts} {rows:one|is|are} in force by billing, though the CRM says "
    "that the {accounts:one|account has|accounts have} left**: {money:money} a month, a part of "
    "the MRR in force, {whole:money}, as the study declares (after_leaving: count)."
)
NOBODY_GOOD = N_(
    "**None of {answers:count} answers to {kind} is a good one**: they lie from {least:points} to "
    "{most:points}, on a scale of {scale}. If they were asked on another scale, bring them to this "
    "one in the query."
)
OVERLAPS_ADD = N_(
    "**{rows:count} {rows:one|contract|contracts} of {accounts:count} "
    "{accounts:one|account|accounts} {rows:one|starts|start} while another of the same product "
    "is in force**; both count. What {rows:one|it adds|they add} to the MRR: {money:money} "
    "({share:percent} of all). If the later one replaces the earlier one, declare overlaps: latest."
)
OVERLAPS_LATEST = N_(
    "**{rows:count} {rows:one|contract|contracts} of {accounts:count} "
    "{accounts:one|account|accounts} started while another of the same product was in force**; "
    "the later one replaces the earlier one, as the study declares. {same_day:count} started on "
    "the same day: of these the one with the latest end, then the highest MRR, counts."
)
REPEATED_ONCE = N_(
    "**{rows:count} {rows:one|row|rows} of {table} {rows:one|repeats|repeat} another one in "
    "every column**; {rows:one|it counts|they count} once."
)
REPEATED_EACH = N_(
    "**{rows:count} {rows:one|row|rows} of {table} {rows:one|repeats|repeat} another one in "
    "every column**; each counts."
)
REPEATED_MONEY_ONCE = N_(
    "**{rows:count} {rows:one|row|rows} of {table} {rows:one|repeats|repeat} another one in "
    "every column**, {money:money} together; {rows:one|it counts|they count} once. With an "
    "identifier the export would say whether they are one thing."
)
REPEATED_MONEY_EACH = N_(
    "**{rows:count} {rows:one|row|rows} of {table} {rows:one|repeats|repeat} another one in "
    "every column**, {money:money} together; each counts. With an identifier the export would "
    "say whether they are one thing."
)
PAGES_KNOWN = N_(
    "**{rows:count} {rows:one|row|rows} of {file}, a file of {table}, {rows:one|repeats|repeat}"
    " another one in every column**, and {column} tells all others apart: {rows:one|it was|they"
    " were} exported twice and {rows:one|counts|count} once (sources.{table}.repeated: keep "
    "would count each)."
)
PAGES_MONEY_KNOWN = N_(
    "**{rows:count} {rows:one|row|rows} of {file}, a file of {table}, {rows:one|repeats|repeat}"
    " another one in every column**, and {column} tells all others apart: {rows:one|it was|they"
    " were} exported twice and {rows:one|counts|count} once. Each counted, {table} would amount"
    " to {money:money} more (sources.{table}.repeated: keep)."
)
PAGES_ONCE = N_(
    "**{rows:count} {rows:one|row|rows} of {file}, a file of {table}, {rows:one|repeats|repeat}"
    " another one in every column**; {rows:one|it counts|they count} once "
    "(sources.{table}.repeated: keep would count each)."
)
PAGES_MONEY_ONCE = N_(
    "**{rows:count} {rows:one|row|rows} of {file}, a file of {table}, {rows:one|repeats|repeat}"
    " another one in every column**; {rows:one|it counts|they count} once. Each counted, "
    "{table} would amount to {money:money} more (sources.{table}.repeated: keep)."
)
PAGES_EACH = N_(
    "**{rows:count} {rows:one|row|rows} of {file}, a file of {table}, {rows:one|repeats|repeat}"
    " another one in every column**, and the query adds them up; each counts. If they were "
    "exported twice, declare sources.{table}.repeated: drop."
)
PAGES_MONEY_EACH = N_(
    "**{rows:count} {rows:one|row|rows} of {file}, a file of {table}, {rows:one|repeats|repeat} "
    "another one in every column**, and the query adds them up; each counts, so that {table} "
    "amount to {money:money} more. If they were exported twice, declare sources.{table}.repeated: "
    "drop."
)
MAY_BE_MEANT = N_(
    "**{other} of {table} is not read as {column}**, which the query does not give: it counts as "
    "{blank} in every row. If it is that, write {other} AS {column}."
)
UNDATED = N_(
    "**{rows:count} {rows:one|answer|answers} to surveys {rows:one|has|have} a score and no day "
    "of answer**: {rows:one|it counts|they count} neither as answered nor as unanswered."
)
HALF_DATED = N_(
    "**Two clocks tell the times of {rows:count} {rows:one|ticket|tickets}**: the opening or "
    "{column} says its offset from UTC, and the other does not. What does not is taken as local "
    "time; if it is not, times are wrong by hours."
)
CONFLICTS = N_(
    "**{rows:count} rows of {table} state {keys:count} {keys:one|thing|things} in different "
    "ways**; {counted}, as the study chose (conflicts: {choice})."
)
OF_CONFLICTS = {
    "first": N_("of each the first row counts"),
    "last": N_("of each the last row counts"),
    "reject": N_("none of these rows counts"),
}
VOID = N_(
    "**{rows:count} {rows:one|contract ends|contracts end} before {rows:one|it begins|they "
    "begin}**, {money:money} a month together; {rows:one|it was|they were} never in force and "
    "{rows:one|counts|count} for nobody. If a day is mistyped, correct it where contracts are kept."
)
LEFT_BEFORE_WON = N_(
    "**{rows:count} {rows:one|account|accounts} left before {rows:one|it was|they were} won**; "
    "{rows:one|its row is|their rows are} not used, and {money:money} of what "
    "{rows:one|it pays|they pay} counts for nobody. If {rows:one|it|they} came back, declare "
    "sources.accounts.left_before_won: returned."
)
RETURNED = N_(
    "**{rows:count} {rows:one|account|accounts} left before {rows:one|it was|they were} won**; "
    "{rows:one|it is taken for a customer who|they are taken for customers who} came back, as the "
    "study declares, and the time before is not counted."
)
PAID_EARLY = N_(
    "**{accounts:count} of {paying:count} accounts that pay did so more than a month before the "
    "day on which they were won**, half of them {days:count} days before or more. How long they "
    "are customers, who of them is new and who stays count from the day of being won. Where they "
    "paid from the first day on, take the earlier of the two in the query of accounts."
)
PAID_EARLY_ONE_DAY = N_(
    "**{accounts:count} of {paying:count} accounts that pay did so more than a month before the "
    "day on which they were won, which is {day:date} for {on_day:count} of them**: it may be the "
    "day on which the CRM was filled. How long they are customers, who of them is new and who "
    "stays count from it. Take the first paid day in the query of accounts where it is earlier."
)
CONSTANT = N_(
    "**Every order is worth {amount:money}.** If the export has no amounts, what is told of "
    "revenue and value counts orders, and no money."
)
ROUNDED = N_(
    "**The amounts of {table} are so small that rounding to hundredths changes them** by "
    "{share:percent} of all money: they seem to be in thousands. Give them in whole units of the "
    "currency, in the query."
)
RATES_OF_START = N_(
    "**{contracts:count} {contracts:one|contract|contracts} in other currencies "
    "{contracts:one|counts|count} at the rate of the month in which {contracts:one|it starts|they "
    "start}**, so that exchange rates are no expansion: {money:money} of MRR. At the last rates of "
    "the quarter their MRR would be {now:money}."
)
ENDED_AT_ZERO = N_(
    "**{empty:count} of {ended:count} contracts that have ended pay 0**: systems of billing set "
    "what is paid to 0 when a subscription is cancelled. What these customers paid is then not "
    "known: retention, churn and revenue of earlier months are of those that are left. Take the "
    "amount that was agreed in the query of sources.contracts."
)
ALSO_CONTRACTS = N_(
    "**{rows:count} {rows:one|order is a contract|orders are contracts} as well** (of "
    "{accounts:count} {accounts:one|account|accounts}, by identifier): the revenue of twelve "
    "months counts that money twice. Say which deals are paid once, in the query of orders or by "
    "the option “types” of a ready-made source."
)
COSTS_LOST = N_(
    "**{rows:count} {rows:one|row|rows} of costs {rows:one|was|were} rejected, of {accounts:count} "
    "{accounts:one|account|accounts}**: what serving {accounts:one|it costs is|them costs is} told "
    "too low by that, and {accounts:one|its|their} margin and score too high. Correct these rows "
    "where costs are kept."
)
CUMULATED_USAGE = N_(
    "**The quantities of usage seem to be counters since the start**: of {accounts:count} "
    "customers {falling:count} of {steps:count} are lower than the one before. A customer who "
    "stopped would count as active for ever. Where that is so, give in the query what came from "
    "row to row."
)
CUMULATED_ORDERS = N_(
    "**The amounts of orders seem to be sums since the start**: of {accounts:count} customers "
    "{falling:count} of {steps:count} are lower than the one before, and they grow as sums do. "
    "Added up, they count the same money many times. Where that is so, give in the query what came "
    "from row to row."
)
ASKED_TWICE = N_(
    "**{accounts:count} {accounts:one|account has|accounts have} more interviews than days of "
    "asking** ({interviews:count} interviews): copies of a sheet, it seems. Of each account one "
    "counts: the latest, and of several on one day the first outcome by name, with what that copy "
    "tells. Take out what is not to count, or give each interview its day."
)
UNREADABLE = N_(
    "**{number:count} {number:one|value|values} of {column} cannot be read** ({examples}); "
    "{number:one|it counts|they count} as unknown."
)
NO_CURRENCY = N_(
    "**The study names no currency**: amounts stand with ¤, and are in whatever the exports hold."
)
CURRENCY_ASSUMED = N_(
    "**The study names no currency, and neither do the exports**: amounts are told in {code}, "
    "which is only the default. The key “currency” of the study file names theirs; {none} there "
    "means none."
)
