"""The exclusion rules of a study, each a condition on candidate customers."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa

from helpers.errors import StudyError, listed
from helpers.quarter import Quarter, add_months
from helpers.sandbox.closed import SECONDS, bounded, closed_database
from helpers.sandbox.reading import condition_problem
from helpers.study import Rule
from helpers.words import lists as words
from helpers.words import say


def excluded(
    rule: Rule, customers: pd.DataFrame, *, quarter: Quarter, columns: tuple[str, ...]
) -> pd.Series:
    """Which customers a rule leaves out.

    Parameters
    ----------
    customers : the customers that earlier rules left in: account_id, won_on, account_type,
        monthly_revenue, … (see ``customers.build_customer_list``).
    quarter : of the run; ``months_before_quarter_end`` counts back from its end.
    columns : columns that the accounts query gave.

    Returns
    -------
    Boolean Series on the index of ``customers``. A value that is missing excludes nobody.
    """
    if rule.rule == "account_type":
        return _of_type(rule, customers, columns)
    if rule.rule == "revenue_outlier":
        return _outlier(rule, customers)
    if rule.rule == "revenue_below":
        return customers.monthly_revenue < rule.monthly
    if rule.rule == "where":
        return _where(rule, customers)
    day = pd.Timestamp(cut_off(rule, quarter))
    return customers.won_on > day if rule.rule == "won_after" else customers.won_on < day


def reason(rule: Rule, *, quarter: Quarter, currency: str) -> str:
    """What is said of the customers that a rule leaves out."""
    if rule.reason:
        return rule.reason
    told = {
        "account_type": lambda: say(words.OF_ACCOUNT_TYPE, types=listed(rule.is_)),
        "revenue_outlier": lambda: say(
            words.MONTHLY_REVENUE_ABOVE_TIMES_SECOND, times_second=f"{rule.times_second:g}"
        ),
        "won_after": lambda: say(words.WON_AFTER, day=cut_off(rule, quarter)),
        "won_before": lambda: say(words.WON_BEFORE, day=cut_off(rule, quarter)),
        "revenue_below": lambda: say(
            words.MONTHLY_REVENUE_BELOW, monthly=f"{rule.monthly:,.10g}", value=currency
        ),
        "where": lambda: rule.condition,
    }
    return told[rule.rule]()


def cut_off(rule: Rule, quarter: Quarter) -> date:
    """The date of a dated rule; whole months before the quarter's end reach a month's end too.

    >>> from helpers.study import Rule
    >>> rule = Rule(rule="won_after", months_before_quarter_end=6)
    >>> cut_off(rule, Quarter(2026, 3))
    datetime.date(2026, 3, 31)
    """
    if rule.date is not None:
        return rule.date
    before = rule.months_before_quarter_end
    assert before is not None  # a dated rule has either
    return add_months(quarter.end + timedelta(days=1), -before) - timedelta(days=1)


def _of_type(rule: Rule, customers: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    if "account_type" not in columns:
        raise StudyError(
            "customer_list.exclude: the rule account_type needs the column account_type, which "
            "the query of sources.accounts does not return.",
            found=listed(columns, most=30),
            remedy="add it to the query, or remove the rule",
        )
    types = customers.account_type.str.strip().str.lower()
    return types.isin([name.strip().lower() for name in rule.is_])


def _outlier(rule: Rule, customers: pd.DataFrame) -> pd.Series:
    if len(customers) < 2:
        return pd.Series(False, index=customers.index)
    second = customers.monthly_revenue.nlargest(2, keep="first").iloc[-1]
    # Without a second revenue above zero there is nothing to compare the largest with.
    if not second > 0:
        return pd.Series(False, index=customers.index)
    return customers.monthly_revenue > rule.times_second * second


def _where(rule: Rule, customers: pd.DataFrame) -> pd.Series:
    import duckdb

    place = words.SQL_RULE_WHERE_CUSTOMER_LIST
    if problem := condition_problem(rule.condition, tables=["customers"]):
        raise _failed(rule.condition, problem, customers)
    with closed_database() as con, bounded(con, SECONDS, place=place):
        numbered = customers.reset_index(drop=True).reset_index(names="row_number")
        con.register("customers", pa.Table.from_pandas(numbered, preserve_index=False))
        try:
            chosen = con.execute(
                f"SELECT row_number FROM customers WHERE (\n{rule.sql}\n)"
            ).fetchnumpy()
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            lines = [line for line in str(error).splitlines() if line.strip()]
            raise _failed(rule.condition, lines[0], customers) from None
    hit = np.zeros(len(customers), dtype=bool)
    hit[chosen["row_number"]] = True
    return pd.Series(hit, index=customers.index)


def _failed(sql: str, told: str, customers: pd.DataFrame) -> StudyError:
    return StudyError(
        "customer_list.exclude: the SQL of a rule `where` failed.",
        found=f"{sql if len(sql) < 500 else sql[:500] + ' …'!r}: {told}",
        expected=f"a condition on {listed(customers.columns, most=40)}",
    )
