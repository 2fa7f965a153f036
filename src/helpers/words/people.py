"""Sentences about what people do: sheets to fill, agreement, collection, needs."""

from helpers.words import N_

# ── sheets ───────────────────────────────────────────────────────────────────────────────────────
SHEET = N_("To fill")
YES = N_("yes")
NO = N_("no")
ONE_OF_THE_LIST = N_("Please choose one of the list, or leave the cell open.")
A_NUMBER = N_("Please enter a number{unit}, or leave the cell open.")
A_DAY = N_("Please enter a day, such as 2026-09-30, or leave the cell open.")

# What was wrong with a cell. {…} of the message around it names file, cell and what was found.
AN_ERROR_VALUE = N_("an error of the spreadsheet, not an answer; the cell counts as open")
NO_NUMBER = N_("no number was found; the cell counts as open")
NUMBER_AS_TEXT = N_("a number written as text; it is used")
UNCLEAR_NUMBER = N_(
    "it may be thousands or decimals; the cell counts as open: write it without separators"
)
OUT_OF_RANGE = N_("outside of {limits}; the cell counts as open")
NO_WHOLE_NUMBER = N_("a whole number is asked for; the cell counts as open")
NOT_IN_LIST = N_("not one of: {options}; the cell counts as open")
NOT_IN_LIST_BUT_NEAR = N_("not one of: {options}; the cell counts as open: was “{near}” meant?")
NO_DAY = N_("no day that exists; the cell counts as open")
DAY_AS_TEXT = N_("a day written as text; it is used")
UNCLEAR_DAY = N_("day and month could be either; the cell counts as open: write 2026-09-30")
FORMULA_USED = N_("a formula; its last result is used")
FORMULA_OPEN = N_("a formula without a result; the cell counts as open")
CLOSED_CELL = N_("the cell was not asked for; what stands in it is not used")

NOT_OURS = N_("no sheet of this program; nothing of it is used")
UNREADABLE = N_("the file cannot be opened ({reason}); nothing of it is used")
OTHER_STUDY = N_("a sheet of {study} {quarter}; nothing of it is used")
COLUMN_RENAMED = N_("the column is called “{expected}” in the sheet as sent; it is read as that")
COLUMN_GONE = N_("the column “{expected}” is gone; its {rows:count} cells count as open")
COLUMN_MORE = N_("a column of your own with {cells:count} filled cells; it is kept here, not used")
SHEET_GONE = N_("the sheet “{sheet}” is gone; its {rows:count} rows count as open")
HEADINGS_GONE = N_("the row of headings is gone; nothing of the sheet is used")
ROWS_GONE = N_("{rows:count} rows are gone ({listed}); their cells count as open")
ROW_MORE = N_("a row that was not asked for; it is kept here, not used")
ROW_TWICE = N_("the row stands there more than once with different answers; none of them is used")

ACCOUNT = N_("Account")
CUSTOMER = N_("Customer")
STATUS = N_("Status")
COMMENT = N_("Comment (free)")
SEND_BACK = N_(
    "Grey cells are given, white ones are yours. An open cell is an answer too: leave it open "
    "rather than guess. Send the file back under its name."
)

REVIEW_TITLE = N_("How good a customer is each of these? – {who} – {study}")
REVIEW_BANDS = N_(
    "{customers:count} customers, in no order. Say of each whether it is a poor, an average or an "
    "excellent customer in your eyes: over the long run, with everything it brings and takes."
)
REVIEW_RANKS = N_(
    "{customers:count} customers, in no order. Give each a place, 1 being the best customer in "
    "your eyes: over the long run, with everything it brings and takes."
)
REVIEW_HONEST = N_(
    "The score is not shown on purpose. Answer before you talk about it with others; leave open "
    "whom you do not know."
)
RANK = N_("Your rank")
RANK_HELP = N_("1 = best. Two customers may share a rank.")
BAND = N_("Your band")
BAND_HELP = N_("Leave it open where you do not know the customer.")

RESEARCH_TITLE = N_("To look up – {who} – {study}")
RESEARCH_TOLD = N_(
    "Look up the white cells from top to bottom: the order is one of chance, and wherever you stop "
    "what you have is a fair part. What is known already is grey."
)
FOUND_ON = N_("Looked up on")
FOUND_ON_HELP = N_("The day on which you looked, such as 2026-09-30.")
WHERE_FOUND = N_("Where you found it (free)")
FOR_EXAMPLE = N_("For example: {example}.")

WORKSHOP_TITLE = N_("Which hypotheses are declared? – {study}")
WORKSHOP_TOLD = N_(
    "Accept, change or reject each proposal. The study has room for {room:count} more hypotheses; "
    "all that are declared share one chance of {alpha:percent} of a false finding, so accept what "
    "somebody has a reason for."
)
WORKSHOP_UNSEEN = N_(
    "Nobody has looked at the differences. The number beside a proposal is the smallest difference "
    "that would show with as many customers: where a true one is likely to be smaller, a test "
    "will most likely show nothing."
)
PROPOSAL = N_("Customers with {attribute}: {level} are better customers.")
PROPOSAL_ID = N_("Proposal")
STATEMENT = N_("Statement")
CONDITION = N_("Condition")
CUSTOMERS = N_("Customers")
COULD_BE_SEEN = N_("Could be seen from ({money_of} a year)")
DECISION = N_("Decision")
DECISION_HELP = N_("accept as it stands, change its wording, or reject")
NEW_WORDING = N_("New wording (for change)")
DIRECTION = N_("Direction expected")
OWNER = N_("Owner")
CHANGED_WITHOUT_WORDING = N_("a change without a new wording; the proposal is not declared")

INTERVIEW_SHEET = N_("Interviews about needs: {sheet} – {study}")
INTERVIEW_TOLD = N_(
    "One sheet per question, the same customers on each. Ask in these words, listen, and choose "
    "the answer that comes nearest to what was said; put the rest into the last column. Interview "
    "in this order: it is one of chance."
)
FOLLOW_UPS = N_("Where the answer says little, ask on: {questions}")
NEAREST_ANSWER = N_("Do not read the answers out; choose the nearest afterwards: {options}.")
NO_QUESTION = N_("Ask about: {label}.")
OUTCOME = N_("Required outcome")
OUTCOME_QUESTION = N_("What do you want to have achieved in a year with what we do for you?")
INTERVIEWED_ON = N_("Interviewed on")
IN_THEIR_WORDS = N_("In their own words (free)")

# What the command line says.
WRITTEN = N_("{sheets:count} sheets, in {folder}:")
NOTHING_TO_ASK = N_("Nothing is asked: {reason}")
NO_STAKEHOLDERS = N_("reviews need charter.stakeholders")
NO_COLLECTORS = N_("research needs research.collectors and research.fields")
NOTHING_OPEN = N_("every field that is researched is known of every customer")
NO_PROPOSALS = N_("no proposal for a hypothesis has enough customers, or all are declared")
NO_SAMPLE = N_("nobody is drawn for interviews")
DECLARE_NEXT = N_("Put these hypotheses into the study file and register them: make declare.")
READ_BACK = N_(
    "{file}: {answers:count} answers, {open:count} cells open, {mistakes:count} mistakes"
)

ANSWERED_TWICE = N_(
    "{name}: answered in {files}, with {days:count} {days:one|day|days} of an interview. "
    "Copies? Take out what is not to count."
)
ANSWERED_INCOMPLETE = N_(
    "{name}: answered in {files}, with {days:count} {days:one|day|days} of an interview. "
    "Copies? {lacking} has no outcome and does not count, whatever else it tells."
)

PROPOSALS = N_("Candidates for hypotheses, with what could be seen of each")
PROPOSED = N_(
    "**{proposals:count} {proposals:one|candidate|candidates}** for hypotheses "
    "{proposals:one|has|have} enough customers to be tested; {declared:none} of them "
    "{declared:one|is|are} declared. Nobody has looked at their differences."
)
NOTHING_PROPOSED = N_("No level of an attribute has enough customers to make a hypothesis of.")

# ── agreement on the score ───────────────────────────────────────────────────────────────────────
BASE = N_("Base")
AGREEMENT = N_("Agreement of the score with each stakeholder’s own view")
AGREED = N_(
    "{stakeholders:count} stakeholders reviewed customers without seeing the score. Their order "
    "agrees with it by a Kendall’s τ of **{low:number}** to **{high:number}** (1 = the same order, "
    "0 = unrelated, −1 = its reverse)."
)
AGREED_PARTLY = N_(
    "**{turned:count} of {stakeholders:count} stakeholders** {turned:one|ranks|rank} customers the "
    "other way than the score, which nobody saw; the order of the others agrees with it by a "
    "Kendall’s τ of **{low:number}** to **{high:number}** (1 = the same order, 0 = unrelated)."
)
AGREED_PARTLY_ONE = N_(
    "**{turned:count} of {stakeholders:count} stakeholders** {turned:one|ranks|rank} customers the "
    "other way than the score, which nobody saw; the order of the other one agrees with it by a "
    "Kendall’s τ of **{low:number}** (1 = the same order, 0 = unrelated)."
)
AGREED_NOBODY = N_(
    "**No stakeholder agrees** with the order of the score: all {stakeholders:count} who reviewed "
    "customers without seeing it rank them the other way."
)
AGREED_ONE = N_(
    "One stakeholder reviewed customers without seeing the score, and agrees with its order by a "
    "Kendall’s τ of **{low:number}** (1 = the same order, 0 = unrelated, −1 = its reverse)."
)
BANDS_AGREED = N_(
    "Bands were given by {givers:count} of {stakeholders:count} "
    "{stakeholders:one|stakeholder|stakeholders}; **{same:percent}** of these are those of the "
    "score."
)
REVIEWED_TOO_FEW = N_(
    "The customers that stakeholders reviewed are too few to say whether they agree with the score."
)
CONCORDANT = N_(
    "Among themselves the {stakeholders:count} stakeholders agree by a Kendall’s W of "
    "**{w:number}** on the {customers:count} customers that all of them reviewed (1 = one order)."
)
NOT_CONCORDANT = N_(
    "Too few customers were reviewed by all stakeholders to say whether they agree among "
    "themselves."
)
TURNED = N_(
    "**{stakeholder}** ranks the customers the other way: agreement with the score is "
    "{tau:number} ({low:number} to {high:number}; 1 is the same order, −1 its reverse), of "
    "{customers:count} customers."
)
TURNED_ALONE = N_(
    "**{stakeholder}**, alone of {views:count} stakeholders, ranks the customers the other way: "
    "agreement with the score is {tau:number} ({low:number} to {high:number}; 1 is the same order, "
    "−1 its reverse), of {customers:count} customers; that of the others is {least:number} to "
    "{most:number}."
)
TURNED_FEW = N_(
    "**{stakeholder}** ranks the customers the other way: agreement with the score is "
    "{tau:number} (1 is the same order, −1 its reverse), of {customers:count} customers only."
)
NOT_AGREED = N_("No stakeholder has reviewed the ranking: the score is not agreed.")
DISAGREEMENTS = N_("Customers on which score and stakeholders differ most, and the line behind it")
DISAGREED = N_(
    "They differ most on **{name}**: {view:percent} of the way from best to worst in their eyes, "
    "{score:percent} by the score."
)
DISAGREED_LINE = N_(
    "They differ most on **{name}**: {view:percent} of the way from best to worst in their eyes, "
    "{score:percent} by the score. The line behind it is **{line}** ({amount:money}, on average "
    "{average:money})."
)
PLACES = N_(
    "0 % is the best of the customers that a stakeholder reviewed, 100 % the worst. The line is "
    "the one without which the two places come nearest."
)

SIGNED = N_("The formula of the score (**{formula}**) is signed off by {who}, on {on:date}.")
NOT_SIGNED = N_("Nobody has signed off the formula of the score: its ranking is a proposal.")
TO_SIGN = N_("The formula to sign off is **{formula}** (agreement.sign_off).")
SIGNED_ANOTHER = N_(
    "The formula of the score changed since it was signed off by {who} on {on:date}; the one in "
    "use ({formula}) is signed by nobody."
)

ALL_LINES = N_("All amounts")
DRAWS = N_("{draws:count} draws")
TRIED = N_("The ranking with each amount and each exclusion changed")
TRIED_NOTE = N_(
    "Amounts by {vary:percent} up and down, or within the ranges that the study declares. τ is 1 "
    "where the order stays, 0 where the two have nothing in common."
)
MONTHS_BEFORE = N_("{months:count} {months:one|month|months}")
A_MONTH = N_("{amount:money} a month")
TIMES = N_("{times} times")
FIRM = N_(
    "With all amounts varied together, **{same:percent}** of the customers keep their band in 19 "
    "of 20 draws. What moves the order most is **{label}** ({adopted} to {changed}): "
    "τ {tau:number}."
)
FIRM_ALONE = N_(
    "What moves the order most is **{label}** ({adopted} to {changed}): τ {tau:number}."
)
FIRM_ALL = N_(
    "**No change of an amount or an exclusion moves the order** of the customers that stay "
    "({changes:count} {changes:one|change|changes} tried); up to {banded:count} of them come into "
    "another band."
)
NOTHING_VARIED = N_("The score has no line and the list no exclusion that could be varied.")
STABILITY = N_("Customers whose place moves most when all amounts are varied together")

PROPOSED_FORMULA = N_("The proposed formula")
PROPOSAL_KEEPS = N_(
    "Under the **proposed formula** every finding ({findings:count}) keeps its direction, beyond a "
    "plain 95 % range."
)
PROPOSAL_LOSES = N_(
    "Under the **proposed formula** {held:count} of {findings:count} findings survive; what does "
    "not: {names}."
)
FORMULAS = N_("Customers that the proposed formula moves most")
COMPARED = N_(
    "The proposed formula ({proposed}) changes the band of **{bands:count} of {customers:count} "
    "customers**; the two orders agree by τ {tau:number}. Nothing else in this report uses it."
)
FORMULA_AGREEMENT = N_("Both formulas beside the stakeholders’ own view")

SURVIVED = N_("Findings under other amounts and exclusions")
SURVIVE_ALL = N_(
    "Every finding (**{findings:count}**) keeps its direction, beyond a plain 95 % range, under "
    "each of the {variants:count} changes of the score."
)
SURVIVE_SOME = N_(
    "**{lost:count} of {findings:count} findings** do not survive every change of the score: "
    "{names}. What undoes one: {changes}."
)
SURVIVE_NONE = N_("There is no finding that another score could undo.")
SURVIVED_NOTE = N_(
    "A finding survives where its difference keeps its sign and a plain 95 % range of it lies "
    "beyond 0. That is a check, no new verdict."
)

# ── collection ───────────────────────────────────────────────────────────────────────────────────
KEPT_OUT = N_(
    "**{field}** was found too differently by two people to be used ({agreement:number}, at least "
    "{weak:number} is asked): {values:count} researched values are kept out of the analysis."
)
AGREED_WEAKLY = N_(
    "**{field}** was found alike by two people only so far: their agreement is {agreement:number}, "
    "and from {usable:number} on there would be no caution."
)
LOOKED_ONCE = N_(
    "Nothing was looked up twice: how far research by hand can be trusted is not known."
)
LOOKED_TWICE_FEW = N_(
    "**{checked:count} {checked:one|value was|values were}** looked up by two people; "
    "{same:percent} are the same. No field has enough of them to say how far it can be trusted."
)
LOOKED_TWICE = N_(
    "**{checked:count} values** were looked up by two people; {same:percent} are the same. Of "
    "{judged:count} {judged:one|field|fields} with enough of them {usable:none} "
    "{usable:one|is|are} usable."
)
LIMITS_OF_AGREEMENT = N_(
    "Cohen’s κ of answers, intraclass correlation of numbers (of their logarithms, where all are "
    "positive): 1 = all the same, 0 = no better than chance. What is not usable fills no gap."
)
TO_REVIEW = N_("Values on which two people differ, for the reviewer")
NOTHING_TO_REVIEW = N_("No two people found different values.")
PROGRESS = N_("Progress of the research by hand, by collector and day, against the plan")
COLLECTORS_NUMBERED = N_("Collectors are numbered as the study lists them.")
FIELDS_ALL_USABLE = N_("**All {usable:count} attributes** can carry a finding.")
FIELDS_WEAK = N_(
    "**{usable:no} {usable:one|attribute|attributes}** can carry a finding; {weak:none} "
    "{weak:one|is|are} weak."
)
FIELDS_USABLE = N_(
    "**{usable:no} {usable:one|attribute|attributes}** can carry a finding; {weak:none} "
    "{weak:one|is|are} weak, and {out:count} {out:one|has|have} no value that could be used "
    "and {out:one|defines|define} no segment."
)
MISSING_INFORMATIVE = N_(
    "Customers of whom it is not known score differently: {fields}. A difference by such a field "
    "is in part one of who was looked up."
)
FIELD_QUALITY = N_("Which attributes can carry a finding")
