"""Sentences of the landing page, the document's summary and the workbook's first sheet."""

from helpers.words import N_

AS_OF = N_("{quarter}, as of {day}")
SYNTHETIC = N_("Synthetic data")

# ── three figures ────────────────────────────────────────────────────────────────────────────────
CUSTOMERS = N_("customers analysed, of {accounts:count} {accounts:one|account|accounts}")
MONEY = N_("{what} of the current customers")
GROUPS = N_(
    "{shown:one|group|groups} shown to be better than the rest, of {judged:count} large enough to "
    "be compared"
)
BEFORE = N_("{value} in {quarter}")
UNKNOWN_MONEY = N_("revenue of the current customers: not known")

# ── doors ────────────────────────────────────────────────────────────────────────────────────────
SLIDES = N_("Slides")
SLIDES_ABOUT = N_("The answer and what to decide, for a meeting of ten minutes.")
AS_POWERPOINT = N_("as PowerPoint")
DOCUMENT = N_("Supporting analysis")
DOCUMENT_ABOUT = N_("One page of summary, then every number behind the slides.")
LISTS = N_("Lists")
OPEN_LIST = N_("open the list")
LISTS_ABOUT = N_(
    "{customers:count} {customers:one|customer|customers} to act on, the largest annual revenue "
    "first."
)
LISTS_GONE = N_(
    "{customers:count} former {customers:one|customer|customers} to act on; their annual revenue "
    "is not known."
)
LISTS_OPEN = N_(
    "{customers:count} {customers:one|customer|customers} to act on; their annual revenue is not "
    "known."
)
LISTS_NONE = N_("No customer is on a list this quarter; every table as a sheet of one workbook.")
TABLES = N_("Tables")
AS_WORKBOOK = N_("all tables as a workbook")

# ── headings ─────────────────────────────────────────────────────────────────────────────────────
PICTURE_PROOF = N_("{number} of the supporting analysis")
DECIDE = N_("Decide today")
DO = N_("Then do this")
RECOGNISED = N_("How to find companies like these before a sale: {table}")
SHOWN = N_("Shown to be better")
CONFOUNDED = N_("Better, and another attribute says why")
TYPICAL = N_("A typical member ranks higher")
ACT = N_("Customers to act on")
NEEDED = N_("What customers need and say")
CHANGED = N_("What changed")
CAUTIONS = N_("Keep in mind")
NO_CAUTION = N_("No warning was raised.")
NOT_COLLECTED = N_("Not collected, and so unknown")
NOT_GIVEN = N_("Of what people do beside the exports: {parts}.")
PROMISED = N_("What the charter promised")
NOT_BY_RUN = N_("not made by a run: somebody has to make it")
WITHOUT_ROWS = N_("without a row this quarter: {files}")
EVERY_KIND = N_(
    "Every kind of table that a study can give was read. What none of them holds is unknown all "
    "the same, such as the names of companies that are no customers."
)
WHAT_WAS_READ = N_("What was read")
FILES = N_("All files")
SUMMARY = N_("Summary")
EVIDENCE = N_("Evidence")
GROUP = N_("Group")
HOW_MANY = N_("Customers compared")
OF_TODAY = N_("Customers today")
THEIR_MONEY = N_("Their {what}")
PART_OF_ALL = N_("{amount} ({share:percent})")
ALL_OF_TODAY = N_("Worth more times customers today, a year")
WORTH = N_("Worth more, per customer and year")
RANGE = N_("95 % range")
ADJUSTED = N_("p, adjusted for all that was tried")
NONE_SHOWN = N_("No group is shown to be better; that is a result, too.")
FIXED = N_(
    "{tested:count} hypotheses were on record before a report showed the data they are tested on; "
    "{supported:count} of them are supported."
)
FIXED_UNSUPPORTED = N_(
    "{tested:count} {tested:one|hypothesis was|hypotheses were} on record before a report showed "
    "the data {tested:one|it is|they are} tested on; none is supported."
)
NONE_FIXED = N_(
    "No hypothesis was on record before a report showed the data it is tested on; everything "
    "tested is exploratory."
)
OVERVIEW = N_("overview")
CONTENTS = N_("Contents")
NO_ROW = N_("None.")
ALL_ROWS = N_("All rows:")
ROWS_HERE = N_("The page holds the first {rows:count} of {every:count} rows.")

# ── files by reader ──────────────────────────────────────────────────────────────────────────────
FOR_SALES = N_("Sales and customer success: whom to call, and why")
FOR_FINANCE = N_("Leadership and finance: what the answer rests on")
FOR_PRODUCT = N_("Product and support: what customers need, use and ask")
FOR_ANALYSTS = N_("Analysts: every intermediate table")
FOR_RECORD = N_("On record: how it was made")
FILE = N_("File")
HOLDS = N_("What it holds")
ROWS = N_("Rows")
ALSO = N_("Also as")
DICTIONARY = N_("Every column of every data file.")
NOTEBOOK = N_("The executed notebook.")
MANIFEST = N_("Raw files with checksums, versions, seed and durations.")
KEYS = N_(
    "Slides: arrow keys move, O shows all, S the notes; with ?print-pdf behind the address they "
    "print."
)

# ── what a caution means for the reader, where its sentence does not say so itself ───────────────
THEN = {
    "score_not_agreed": N_("Every comparison rests on a ranking that is only proposed."),
    "score_unsigned": N_("Have it signed off before money follows the ranking."),
    "score_turned": N_("Check first: was the sheet filled in upside down?"),
    "not_told": N_("They are left out; that does not make them zero."),
    "health_missing": N_("Nobody is called healthy or at risk."),
    "concentration_none": N_("What depends on revenue is unknown."),
    "search_impossible": N_("That no group stands out says nothing about the customers."),
    "unmatched": N_("Revenue, and groups that these belong to, are told too low by that much."),
    "contracts_overlap": N_("Revenue of these accounts hangs on that choice."),
    "repeated": N_("Sums hang on that choice by as much."),
    "conflicts": N_("What is told of these is as sure as that choice."),
    "unreadable": N_("These customers are in no comparison by it."),
    "research_weak": N_(
        "Groups made by it hold some customers that do not belong to them, and miss some."
    ),
    "plan_late": N_("What rests on it is not done, or not agreed on, yet."),
    "small_groups": N_(
        "That they are not named says nothing about them. Data files and workbook, which name "
        "every customer, hold them."
    ),
    "rejected": N_(
        "Such rows are in no number of this report; rejected_rows lists each with its reason."
    ),
    "imputed": N_("Their places in the ranking are less sure than others."),
}

# ── workbook ─────────────────────────────────────────────────────────────────────────────────────
SHEET = N_("Sheet")
ROWS_SHOWN = N_("Rows shown")

# ── the document ─────────────────────────────────────────────────────────────────────────────────
WINDOW_TITLE = N_("{title} — supporting analysis {quarter}")
FIGURE = N_("Figure {place}")
TABLE_NUMBER = N_("Table {place}")
SECTION = N_("section {step}")
TABLE = N_("table")
ROWS_OF = N_("{shown} of {every} rows")
ROWS_FIT = N_("{shown} of {every} rows ({fitting} fit)")
ROWS_OF_PART = N_("{shown} of {every} rows; the page holds the first {here}")
ROWS_FIT_PART = N_(
    "{shown} of {every} rows ({fitting} of the first {here}, which the page holds, fit)"
)
FILTER_ROWS = N_("Filter rows")
SHOW_ALL_ROWS = N_("Show all rows")
DOWNLOAD = N_("Download CSV")
CODE = N_("Code")
MESSAGES = N_("Messages")
METRIC_DEFINITIONS = N_("Metric definitions")
DATA_DICTIONARY = N_("Data dictionary")
VERSIONS = N_("Versions")
METHODS = N_("Methods")
EVERY_METRIC = N_("Every metric of the study, by the name that the data files use.")
METRIC = N_("Metric")
NAME_IN_FILES = N_("Name in data files")
UNIT = N_("Unit")
WINDOW = N_("Window")
GOOD_DIRECTION = N_("Good direction")
DEFINITION = N_("Definition")
YEAR, AS_OF_DAY = N_("year"), N_("as of")  # windows of metrics
SEED = N_(
    "Seed {seed}. Python {python}. The manifest beside this page holds the raw files with their "
    "checksums and the durations."
)
PACKAGE_VERSIONS = N_("Package versions")
PACKAGE = N_("Package")
VERSION = N_("Version")
EVERY_FILE = N_(
    "Every data file lies in the folder {folder} as CSV and Parquet, and as a sheet of {workbook}."
)
COLUMNS_OF = N_("Columns of {file}")
COLUMN = N_("Column")
TYPE = N_("Type")
DESCRIPTION = N_("Description")
