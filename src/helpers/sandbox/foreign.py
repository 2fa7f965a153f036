"""The SQL of PostgreSQL and Spark, judged before it is sent: as far as a parser of ours can tell.

The server's own rights are what holds; a study's user should have few. Here a query must be one
SELECT by `sqlglot`'s reading, without what reaches files, settings, other servers or programs.
"""

import re
from collections.abc import Iterator

from helpers.errors import StudyError

_REFUSED_FUNCTIONS = {
    "postgres": re.compile(
        r"pg_(?!typeof$|size_pretty$).*|lo_.*|dblink.*|.*_to_xml(schema|_and_xmlschema)?|"
        r"set_config|current_setting|nextval|setval|currval|lastval|txid_.*|inet_.*|"
        r"current_query|version|brin_.*|gin_.*|copy.*|postgres_fdw.*|file_fdw.*|xpath_table|crosstab.*"
    ),
    "spark": re.compile(
        r"java_method|reflect|try_reflect|read_files|read_kafka|http_request|ai_.*|secret|"
        r"input_file_.*|current_(user|catalog|database|schema)|user|version|session_user|sql_keywords"
    ),
}
_SYSTEM = re.compile(r"pg_.*|information_schema|mysql|sys|system|global_temp")
# Spark reads `csv.`/etc/passwd`` as a table of that file.
_FORMATS = frozenset(
    {
        "csv",
        "json",
        "text",
        "parquet",
        "orc",
        "binaryfile",
        "delta",
        "avro",
        "xml",
        "iceberg",
        "jdbc",
    }
)


def check_foreign(sql: str, *, dialect: str, place: str) -> None:
    """Refuse what is not one plain SELECT of ``dialect`` (``postgres`` or ``spark``).

    Raises
    ------
    StudyError
        With ``place`` (as in *the query of sources.contracts*) and what was found.
    """
    problem = next(_problems(sql, dialect), None)
    if problem is not None:
        raise StudyError(
            f"{place[0].upper()}{place[1:]} failed: it is not sent.",
            found=problem,
            expected="one SELECT over the database's own tables that writes nothing and reaches "
            "no file, setting or other server",
        )


def _problems(sql: str, dialect: str) -> Iterator[str]:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    if "\0" in sql or len(sql) > 200_000:
        yield "A NUL character, or more than 200,000 letters."
        return
    try:
        statements = [one for one in sqlglot.parse(sql, read=dialect) if one is not None]
    except (SqlglotError, RecursionError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else "too deep"
        yield re.sub(r"\x1b\[[0-9;]*m", "", first)
        return
    if len(statements) != 1:
        yield f"{len(statements)} statements."
        return
    (tree,) = statements
    if not isinstance(tree, exp.Query | exp.Values):
        yield f"{tree.key.upper()} is not a SELECT."
        return
    writing = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock, exp.QueryTransform, exp.Copy)
    for part in tree.walk():
        if isinstance(part, writing) and not isinstance(part, exp.Query):
            yield f"{part.key.upper()} within the query."
        if isinstance(part, exp.Func):
            name = part.name if isinstance(part, exp.Anonymous) else part.sql_name()
            if _REFUSED_FUNCTIONS[dialect].fullmatch(name.lower()):
                yield f"The function {name}() is not one that only computes."
        if isinstance(part, exp.Table):
            places = [p.name.lower() for p in part.parts if isinstance(p, exp.Identifier)]
            if any(_SYSTEM.fullmatch(p) for p in places):
                yield f"A table of the system: {part.sql(dialect=dialect)}"
            named_by_path = len(places) > 1 and places[-2] in _FORMATS
            if dialect == "spark" and (
                named_by_path or re.search(r"[/:*]", places[-1:][0] if places else "")
            ):
                yield f"A file as a table: {part.sql(dialect=dialect)}"
