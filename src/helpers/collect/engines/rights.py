"""What a user of a PostgreSQL server may do, looked at before anything is done there.

Least privilege is what a server should grant: to read the tables of a source, SELECT; to be the
engine, temporary tables and one schema to create tables in. Who has less is told what is missing
and the statement that grants it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from helpers.collect.quoting import identifier, literal
from helpers.errors import StudyError

if TYPE_CHECKING:
    from helpers.collect.engines.postgresql import Server

_ASKED = """
SELECT current_user AS user, current_database() AS database, n.oid IS NOT NULL AS there,
       coalesce(has_schema_privilege(n.oid, 'USAGE'), false) AS uses,
       coalesce(has_schema_privilege(n.oid, 'CREATE'), false) AS creates,
       has_database_privilege(current_database(), 'CREATE') AS makes_schemas,
       has_database_privilege(current_database(), 'TEMPORARY') AS temporary,
       pg_is_in_recovery() AS standby,
       current_setting('default_transaction_read_only') = 'on' AS reading_only
FROM (SELECT {schema} AS name) AS wanted LEFT JOIN pg_namespace AS n ON n.nspname = wanted.name
"""


@dataclass(frozen=True)
class Rights:
    """What the user of a connection may do, with regard to a scratch schema."""

    user: str
    database: str
    there: bool  # the schema exists
    uses: bool
    creates: bool
    makes_schemas: bool
    temporary: bool
    standby: bool
    reading_only: bool


def rights_of(server: "Server") -> Rights:
    """Ask the server; nothing is tried out."""
    row = server.con.execute(_ASKED.format(schema=literal(server.schema or ""))).fetchone()
    assert row is not None
    return Rights(*row)


def check_engine_rights(server: "Server") -> Rights:
    """Hold a user's rights against what an engine needs.

    Raises
    ------
    StudyError
        The first that is missing, with the statement that grants it.
    """
    has = rights_of(server)
    user, schema = identifier(has.user), identifier(server.schema or "")
    keep = "; or keep `engine: duckdb` and name the database in the sources"
    if has.standby:
        raise StudyError(
            f"engine: {server.place} is a standby, on which nothing can be written.",
            remedy=f"name the primary server{keep}",
        )
    if has.reading_only:
        raise StudyError(
            f"engine: everything that {has.user} does on {server.place} is read-only.",
            found="default_transaction_read_only = on",
            expected=f"a user that may write to the schema {server.schema}, and to no other",
            remedy=f"ALTER ROLE {user} SET default_transaction_read_only = off{keep}",
        )
    if not has.temporary:
        raise StudyError(
            f"engine: {has.user} may not make temporary tables on {server.place}.",
            expected="the right TEMPORARY on the database: rows lie there while they are checked",
            remedy=f"GRANT TEMPORARY ON DATABASE {identifier(has.database)} TO {user}{keep}",
        )
    if not has.there and not has.makes_schemas:
        raise StudyError(
            f"engine: {server.place} has no schema {server.schema}, and {has.user} may not make "
            "one.",
            remedy=f"CREATE SCHEMA {schema} AUTHORIZATION {user}{keep}",
        )
    if has.there and not (has.uses and has.creates):
        raise StudyError(
            f"engine: {has.user} may not create tables in the schema {server.schema} of "
            f"{server.place}.",
            remedy=f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {user}{keep}",
        )
    return has


def remedy_for(error: Exception, user: str) -> str | None:
    """What helps against a refusal of the server's; None where nothing general does."""
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return (
            "have the right granted that the server names, such as: GRANT USAGE ON SCHEMA … TO "
            f"{identifier(user)}; GRANT SELECT ON … TO {identifier(user)}"
        )
    return None
