"""What the exports cover in time."""

from helpers.words import N_

EMPTY = N_("the export is empty")
ALL_REJECTED = N_("all of its rows were rejected")
LATER = N_("it begins on {first:date}, after the quarter ended")
LATE = N_("it begins on {first:date}, after the quarter began")
ENDED = N_("it ends on {last:date}, before the quarter did")
NOT_COVERED = N_(
    "**{table} is not collected for this quarter:** {reason}. What depends on it is blank, and "
    "is no part of health."
)
COVERS = N_("What each export covers in time, and what became of its rows")
COVERED = N_(
    "The exports speak of days from **{first:date}** to **{last:date}**; {withheld:count} of "
    "{tables:count} tables do not cover the quarter."
)
COVERED_ALL = N_(
    "The exports speak of days from **{first:date}** to **{last:date}**; none is known to lack the "
    "quarter."
)
QUIET = N_(
    "**{table} know no day after {last:date}**, though some would have come on {expected:count} "
    "days at the pace before. If the export was made then, the quarter is not covered: declare "
    "“sources.{name}.extracted_on”."
)
SILENT_ALL = N_(
    "**No export speaks of any day of the quarter** ({start:date} to {as_of:date}): the last day "
    "that any of them knows is {last:date}. If they were made then, or the quarter is not over, "
    "nothing is known of it: who left, ordered or asked since is missing, and no customer looks "
    "lost. Run the quarter of {last:date}, or declare “extracted_on” where an export is newer."
)
NOBODY_LEFT = N_(
    "**Nobody is recorded as having left after {last:date}**, though some would have on "
    "{expected:count} days at the pace before. If the export of {table} was made then, churn of "
    "the quarter is told too low, and lifetimes too long."
)
UNRECORDED = N_(
    "**{column} of {table} is empty in all of {rows:count} rows**: it counts as not collected, not "
    "as something that never happened."
)
RECORDED_LATE = N_(
    "**{column} of {table} is empty in all of {rows:count} rows before {begins:date}**: it counts "
    "as not collected for this quarter, not as something that never happened."
)
HOLE = N_(
    "**{table} have no row from {first:date} to {last:date}**, and hardly ever such a while "
    "without any. If a file is missing, what is counted in that time is too little."
)
FILE_LATE = N_(
    "**{file}, one of several files of {table}, holds nothing before {begins:date}, after the "
    "quarter began**; others do. If its export begins there, what it alone tells is told too low, "
    "and nothing of the months before."
)
FILE_ENDED = N_(
    "**{file}, one of several files of {table}, holds nothing after {ends:date}, before the "
    "quarter ended**, though rows would have come since by its own rhythm. If its export ends "
    "there, what it alone tells is told too low."
)
LAST_MONTH = N_(
    "**The last month is not whole:** the export of {table} ends on {last:date}, {days:count} days "
    "before the quarter. What is counted up to then is less than the quarter's, and who left or "
    "ordered afterwards is not known."
)
SHORT_HISTORY = N_(
    "**History of {tables} is {months:g} months, not a year:** it is known from {first:date} "
    "on. What is told per month, per year or in the score is brought to a year (times "
    "{factor:points}), the same for every customer, whenever it was won; sums and counts of twelve "
    "months hold what was booked in the months known."
)
OPEN_HISTORY = N_(
    "**Orders are known from {first:date} on, and few customers ordered twice since:** whether "
    "there were any before cannot be told from them, so they count as all of the year. If the "
    "export begins there, declare sources.orders.records_begin."
)
NOT_TOLD = N_(
    "**{count:count} {count:one|metric is|metrics are} not told for want of history**: {metrics}: "
    "{reason}."
)
NO_YEAR = N_("orders of less than the twelve months of a year are known")
NO_YEAR_BEFORE = N_(
    "who has left shows after twelve months without an order, and these were not recorded"
)
NO_CONTRACTS_BEFORE = N_("contracts are not recorded for the day before the twelve months")
NO_ORDERS = N_("orders do not cover the quarter, and would be missing in them")
NO_OPENING = N_("contracts are not recorded for the day before the quarter")
TODAY = N_(
    "**{fields} tell the state of {day:date}, not of {as_of:date}:** accounts were exported "
    "{days:count} days after the quarter, and without a history. What changed in between, or was "
    "set because a customer left, is told as if it had been known. Give "
    "“sources.accounts.history”, or make the columns of “{{as_of}}” in the query."
)
TESTED_ON_TODAY = N_(
    "**{hypotheses} {number:one|is|are} tested on what was known on {day:date}** ({fields}), not "
    "at the quarter's end: if it changed because of what a hypothesis is about, the test holds by "
    "itself."
)
RECORDS_BEGIN = N_(
    "**Records seem to begin on {first:date}:** nobody is recorded as having left before, though "
    "{expected:count} of the customers won earlier would have at the later pace. Who had left by "
    "then is missing, so that customers seem to stay longer than they do. Declare “records_begin”."
)
ENTERED = N_(
    "Records begin on {first:date}: customers won before count from that day on (delayed entry), "
    "{early:count} that left before are left out."
)
READ_WHOLE = N_(
    "Read: {tables:count} {tables:one|table|tables} with {rows:count} rows known at the end of the "
    "quarter, of days from {first:date} to {last:date}; no row was rejected, of an unknown "
    "account, repeated or in conflict."
)
READ = N_(
    "Read: {tables:count} {tables:one|table|tables} with {rows:count} rows known at the end of the "
    "quarter, of days from {first:date} to {last:date}; {rejected:no} {rejected:one|row|rows} "
    "rejected, {unmatched:none} of unknown accounts, {repeated:none} repeated, "
    "{conflicts:none} in conflict."
)
CHOSEN = N_("{part}: {choice} ({rows:count} rows; {otherwise})")
OTHERWISE = {
    "keep": N_("drop would count each once"),
    "drop": N_("keep would count them all"),
    "add": N_("latest would end one where the other starts"),
    "latest": N_("add would count them together"),
    "reject": N_("first or last would count one of each"),
    "first": N_("last would count another"),
    "last": N_("first would count another"),
    "end": N_("count would count them as in force"),
    "count": N_("end would end them on the day of leaving"),
}
BY_MONTH = N_("Rows of each export by month, the last thirteen months that any of them speaks of")
