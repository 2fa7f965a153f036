"""The SQL of databases, judged before it is sent: as far as a parser of ours can tell.

The server's own rights are what holds; a study's user should have few. Here a query must be one
SELECT by `sqlglot`'s reading, without what reaches files, settings, other servers or programs.
"""

import re
from collections.abc import Iterator

from helpers.errors import StudyError

_POSTGRES = (
    r"pg_(?!typeof$|size_pretty$).*|lo_.*|dblink.*|.*_to_xml(schema|_and_xmlschema)?|"
    r"set_config|current_setting|nextval|setval|currval|lastval|txid_.*|inet_.*|"
    r"current_query|version|brin_.*|gin_.*|copy.*|postgres_fdw.*|file_fdw.*|xpath_table|crosstab.*"
)
_SPARK = (
    r"java_method|reflect|try_reflect|read_files|read_kafka|http_request|ai_.*|secret|"
    r"input_file_.*|current_(user|catalog|database|schema)|user|version|session_user|sql_keywords"
)
_REFUSED_FUNCTIONS = {
    "postgres": re.compile(_POSTGRES),
    "redshift": re.compile(_POSTGRES + r"|lambda_.*|explain_model|has_.*_privilege"),
    "spark": re.compile(_SPARK),
    "databricks": re.compile(_SPARK + r"|remote_query|list_secrets|cloud_files|try_secret"),
    "snowflake": re.compile(
        r"system\$.*|get_ddl|result_scan|infer_schema|directory|get_(presigned_url|stage_location|"
        r"absolute_path|relative_path|object_references)|build_(scoped|stage)_.*|ai_.*|.*_history|"
        r"current_(user|role|account|ip_address|available_roles|session|statement|transaction|"
        r"warehouse|client|version|secondary_roles)|last_query_id|validate.*|to_query|seq[1248]"
    ),
    "bigquery": re.compile(
        r"external_query|session_user|(ml|ai|keys|net|appends|changes)\..*|error|"
        r"external_object_transform|vector_search"
    ),
    "sqlite": re.compile(r"load_extension|readfile|writefile|edit|fts3_tokenizer|pragma_.*"),
    "tsql": re.compile(
        r"open(rowset|query|datasource|xml)|(xp|sp|fn|sys)_.*|suser_.*|system_user|"
        r"session_(context|user)|context_info|host_(name|id)|original_login|app_name|has_perms.*|"
        r"is_(srvrolemember|rolemember|member)|connectionproperty|serverproperty|db_name|user_name|"
        r"current_user"
    ),
}
_SYSTEM = re.compile(r"pg_.*|information_schema|mysql|sys|system|global_temp")
_SYSTEM_OF = {
    "snowflake": re.compile(r"snowflake|account_usage|organization_usage"),
    "redshift": re.compile(r"(svv|svl|svcs|stv|stl|sys)_.*"),
    "sqlite": re.compile(r"sqlite_.*|pragma_.*"),
    "tsql": re.compile(r"master|msdb|tempdb|model"),
    "bigquery": re.compile(r"region-.*|__tables.*__|(.*\.)?information_schema\..*"),
}
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
    """Refuse what is not one plain SELECT of ``dialect``, as sqlglot calls it.

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
    # sqlglot takes what a dialect says for good when it first writes in it, and Ibis adds to that.
    import ibis.backends.sql.dialects  # noqa: F401
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
            if isinstance(part.this, exp.Literal | exp.Parameter) or "@" in part.sql(
                dialect=dialect
            ):
                yield f"A file as a table: {part.sql(dialect=dialect)}"
            system = (_SYSTEM, *filter(None, [_SYSTEM_OF.get(dialect)]))
            if any(pattern.fullmatch(p) for pattern in system for p in places):
                yield f"A table of the system: {part.sql(dialect=dialect)}"
            named_by_path = len(places) > 1 and places[-2] in _FORMATS
            if dialect in ("spark", "databricks") and (
                named_by_path or re.search(r"[/:*]", places[-1:][0] if places else "")
            ):
                yield f"A file as a table: {part.sql(dialect=dialect)}"
