"""Names and texts as DuckDB quotes them."""


def identifier(name: str) -> str:
    """A name as DuckDB quotes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """A text as DuckDB quotes it."""
    return "'" + str(text).replace("'", "''") + "'"
