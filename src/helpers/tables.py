"""The canonical tables: what a company's raw exports are mapped onto.

One definition serves the checks on collected rows, the as-of rule and the data dictionary.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["id", "text", "date", "timestamp", "number", "integer", "boolean"]
# No number of a company is larger: not even its sales in rupiah. What is much in one currency is
# little in another, so that no amount has a limit of its own.
LARGEST = 1e15


@dataclass(frozen=True)
class Column:
    """One canonical column: its kind, its limits and what it means.

    ``blank`` is what an empty cell says (a contract without an end is open). A value that cannot be
    used is blanked in a column that may be empty, and costs the row where a blank would tell a lie.
    """

    name: str
    kind: Kind
    description: str
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()
    personal: bool = False
    blank: str = ""


@dataclass(frozen=True)
class Table:
    """One canonical table.

    ``known_on`` is the column that says when a row came into being: rows later than the as-of date
    are not read. ``hidden_until`` maps a date column to the columns that are unknown before that
    date: all of them are emptied when it lies after the as-of date. ``hidden_before_won`` maps a
    column with an account to those that are unknown before it is won. ``not_before`` lists pairs
    (later, earlier) of columns that must be in order. ``ends`` are days of which one beyond every
    calendar means that the end is open. ``instants`` maps a local time to the column
    that collecting adds with the same moment in UTC, filled where the export knows it.
    ``references`` are the columns that must hold a known account. Columns that are not listed are
    dropped, unless ``open_columns``.
    ``amount`` is the column whose currency the column ``currency`` names; it is converted at the
    rate of the month of ``known_on`` (`helpers.collect.currency`).
    ``identifier`` lists the columns that together tell the rows of a table without ``key`` apart;
    its first column is optional, and where the query does not give it nothing does (`key_of`).
    ``repeated`` and ``conflicts`` are the defaults of the choices of those names in a source.
    ``void`` is a pair of ``not_before`` that says, where it is out of order, that the row speaks of
    something that never came about: it is left out, and is no fault of the export.
    ``extra_bounds`` are limits of columns that are not listed (`helpers.collect.checks.bounded`).
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    known_on: str | None = None
    hidden_until: dict[str, tuple[str, ...]] = field(default_factory=dict)
    hidden_before_won: dict[str, tuple[str, ...]] = field(default_factory=dict)
    not_before: tuple[tuple[str, str], ...] = ()
    ends: tuple[str, ...] = ()
    instants: dict[str, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    open_columns: bool = False
    amount: str | None = None
    identifier: tuple[str, ...] = ()
    repeated: Literal["keep", "drop"] = "drop"
    conflicts: Literal["refuse", "reject"] = "reject"
    void: tuple[str, str] | None = None
    extra_bounds: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)

    def column(self, name: str) -> Column | None:
        """The definition of one column, or None where the table does not define it."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that every row must fill."""
        return tuple(column.name for column in self.columns if column.required)

    def key_of(self, given: Collection[str]) -> tuple[str, ...]:
        """The columns by which two rows are the same thing, empty where nothing tells.

        Parameters
        ----------
        given : the canonical columns that the query gives.
        """
        if self.key:
            return self.key
        if not self.identifier or self.identifier[0] not in given:
            return ()
        return tuple(name for name in self.identifier if name in given)


_CURRENCY = Column(
    "currency",
    "text",
    "currency of the amount, converted at the rate of the row's month; empty = the study's",
    blank="the study's currency",
)


def _account(description: str = "customer account", name: str = "account_id") -> Column:
    return Column(name, "id", description, required=True)


_TABLES = (
    Table(
        "accounts",
        "one row per account known to the CRM",
        (
            _account("identifier of the account"),
            Column("won_on", "date", "day on which the account became a customer", required=True),
            Column("name", "text", "name of the account"),
            Column(
                "churned_on",
                "date",
                "day on which the customer left; empty = not left",
                blank="not left",
            ),
            Column("account_type", "text", "customer, test, poc, partner, …"),
            Column("parent_id", "id", "account that this one belongs to"),
            Column("owner", "text", "who looks after the account"),
            Column("churn_reason", "text", "why the customer left, as the CRM says"),
        ),
        key=("account_id",),
        conflicts="refuse",
        known_on="won_on",
        hidden_until={"churned_on": ("churned_on", "churn_reason")},
        not_before=(("churned_on", "won_on"),),
        ends=("churned_on",),
        open_columns=True,
    ),
    Table(
        "contracts",
        "one row per subscription period",
        (
            _account(),
            Column("starts_on", "date", "first day in force", required=True),
            Column("ends_on", "date", "last day in force; empty = open", blank="open"),
            Column(
                "mrr",
                "number",
                "monthly recurring revenue",
                required=True,
                minimum=0,
                maximum=LARGEST,
            ),
            _CURRENCY,
            Column("product", "text", "product or plan"),
            Column("renews_on", "date", "day on which the current term ends, known in advance"),
            Column("contract_id", "id", "identifier; several periods may share one"),
        ),
        identifier=("contract_id", "starts_on", "product"),
        conflicts="refuse",
        known_on="starts_on",
        hidden_until={"ends_on": ("ends_on",)},
        not_before=(("ends_on", "starts_on"),),
        ends=("ends_on",),
        void=("ends_on", "starts_on"),
        amount="mrr",
    ),
    Table(
        "orders",
        "one row per order; returns and credits are negative",
        (
            Column("order_id", "id", "identifier of the order", required=True),
            _account(),
            Column("ordered_on", "date", "day of the order", required=True),
            Column(
                "amount",
                "number",
                "value of the order, returns negative",
                required=True,
                minimum=-LARGEST,
                maximum=LARGEST,
            ),
            _CURRENCY,
            Column("product", "text", "product or service ordered"),
        ),
        key=("order_id",),
        conflicts="refuse",
        known_on="ordered_on",
        amount="amount",
    ),
    Table(
        "costs",
        "one row per cost booked on an account",
        (
            _account(),
            Column("incurred_on", "date", "day of the cost", required=True),
            Column("kind", "text", "acquisition, service, …", required=True),
            Column("amount", "number", "cost, positive", required=True, minimum=0, maximum=LARGEST),
            _CURRENCY,
            Column("cost_id", "id", "identifier of the booking"),
        ),
        identifier=("cost_id",),
        repeated="keep",
        conflicts="refuse",
        known_on="incurred_on",
        amount="amount",
        references=("account_id",),
    ),
    Table(
        "rates",
        "one row per currency and month, for amounts in other currencies than the study's",
        (
            Column("currency", "text", "currency that is converted, such as USD", required=True),
            Column("month", "date", "month of the rate, given by any day of it", required=True),
            Column(
                "rate",
                "number",
                "units of the study's currency per unit",
                required=True,
                minimum=1e-9,
                maximum=1e9,
            ),
        ),
        key=("currency", "month"),
        conflicts="refuse",
        known_on="month",
    ),
    Table(
        "tickets",
        "one row per helpdesk ticket",
        (
            Column("ticket_id", "id", "identifier of the ticket", required=True),
            _account(),
            Column(
                "opened_at",
                "timestamp",
                "when the customer opened it; with an offset, times are elapsed time",
                required=True,
            ),
            Column(
                "first_replied_at",
                "timestamp",
                "first public reply by an agent",
                blank="not replied",
            ),
            Column("resolved_at", "timestamp", "when it was last resolved", blank="not resolved"),
            Column(
                "agent_touches",
                "integer",
                "replies and actions by agents",
                minimum=0,
                maximum=10_000,
            ),
            Column("reopens", "integer", "times reopened", minimum=0, maximum=1_000),
            Column("reason", "text", "contact reason"),
            Column("product_area", "text", "part of the product"),
            Column("complexity", "text", "complexity class"),
            Column("escalated", "boolean", "passed on to a second line"),
            Column("sentiment", "text", "sentiment of the customer"),
            Column("resolution_type", "text", "how it was resolved"),
            Column("csat", "integer", "rating of the ticket, 1 to 5", minimum=1, maximum=5),
            Column("product", "text", "product that the ticket is about"),
            Column(
                "waiting_hours",
                "number",
                "hours spent waiting for the customer",
                minimum=0,
                maximum=87_600,
            ),
        ),
        key=("ticket_id",),
        known_on="opened_at",
        hidden_until={
            "first_replied_at": ("first_replied_at",),
            "resolved_at": ("resolved_at", "resolution_type", "csat", "waiting_hours"),
        },
        not_before=(("first_replied_at", "opened_at"), ("resolved_at", "opened_at")),
        instants={
            "opened_at": "opened_utc",
            "first_replied_at": "first_replied_utc",
            "resolved_at": "resolved_utc",
        },
        references=("account_id",),
    ),
    Table(
        "surveys",
        "one row per survey sent, answered or not",
        (
            _account(),
            Column("contact", "text", "person asked", personal=True),
            Column("kind", "text", "nps or csat", required=True, allowed=("nps", "csat")),
            Column("score", "integer", "nps 0 to 10, csat 1 to 5; empty = not answered", minimum=0),
            Column("asked_on", "date", "day on which the survey was sent", required=True),
            Column("responded_on", "date", "day of the answer", blank="not answered"),
            Column("reason", "text", "coded reason for the score"),
            Column("comment", "text", "free text", personal=True),
            Column("survey_id", "id", "identifier of what was sent to one person"),
            Column("replied", "boolean", "whether an answer came, usable or not"),
            Column("moment", "text", "onboarding, launch, after a ticket, renewal, …"),
            Column("product", "text", "product that the survey is about"),
            Column(
                "theme", "text", "what the comment is about, as somebody coded it; several by ;"
            ),
            Column("checked_theme", "text", "the same, as a second person coded it unseen"),
            Column(
                "referral_asked_on", "date", "day on which the person was asked to refer others"
            ),
        ),
        identifier=("survey_id", "kind"),
        repeated="keep",
        known_on="asked_on",
        hidden_until={
            "responded_on": (
                *("responded_on", "score", "replied", "reason", "comment"),
                *("theme", "checked_theme"),
            ),
            "referral_asked_on": ("referral_asked_on",),
        },
        not_before=(("responded_on", "asked_on"),),
        references=("account_id",),
    ),
    Table(
        "usage",
        "one row per account, day (or month) and feature used",
        (
            _account(),
            Column("used_on", "date", "day of use", required=True),
            Column("feature", "text", "feature used"),
            Column(
                "quantity",
                "number",
                "how much or how often",
                minimum=0,
                maximum=LARGEST,
                blank="once",
            ),
        ),
        known_on="used_on",
        references=("account_id",),
    ),
    Table(
        "referrals",
        "one row per referral made by a customer",
        (
            _account("account that referred", "referrer_account_id"),
            Column("referred_on", "date", "day of the referral", required=True),
            Column("referred_account_id", "id", "account that was referred"),
            Column("won", "boolean", "whether the referred account became a customer"),
        ),
        known_on="referred_on",
        hidden_before_won={"referred_account_id": ("won",)},
        references=("referrer_account_id",),
    ),
    Table(
        "needs",
        "one row per needs interview",
        (
            _account(),
            Column("required_outcome", "text", "outcome that the customer needs"),
            Column("interviewed_on", "date", "day of the interview"),
        ),
        known_on="interviewed_on",
        references=("account_id",),
        open_columns=True,
    ),
    Table(
        "prospects",
        "one row per kind of company in the reachable market",
        (
            Column(
                "weight",
                "number",
                "number of companies that the row stands for",
                minimum=0,
                blank="one",
            ),
        ),
        repeated="keep",
        open_columns=True,
    ),
    Table(
        "candidates",
        "one row per account on a list that another team already uses",
        (Column("list_name", "text", "name of the list", required=True), _account()),
        key=("list_name", "account_id"),
        references=("account_id",),
    ),
    Table(
        "score_reviews",
        "one row per stakeholder and account reviewed",
        (
            Column("stakeholder", "text", "who reviewed", required=True),
            _account(),
            Column("rank", "number", "rank in the eyes of the stakeholder, 1 = best", minimum=1),
            Column(
                "band",
                "text",
                "band in the eyes of the stakeholder",
                allowed=("poor", "average", "excellent"),
            ),
        ),
        key=("stakeholder", "account_id"),
        references=("account_id",),
    ),
    Table(
        "research",
        "one row per attribute value collected by hand",
        (
            _account(),
            Column("field", "text", "attribute that was researched", required=True),
            Column("value", "text", "value found"),
            Column("collector", "text", "who collected it", personal=True),
            Column("checked_value", "text", "value found by a second person"),
            Column("checker", "text", "who checked it", personal=True),
            Column("found_on", "date", "day on which it was looked up"),
        ),
        key=("account_id", "field"),
        references=("account_id",),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
