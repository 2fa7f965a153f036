"""The section ``limits`` of a study file: what its SQL may take, and what it may read."""

from typing import Annotated

from pydantic import Field, StringConstraints

from helpers.study.section import NAME, Section

Variable = Annotated[str, StringConstraints(pattern=NAME)]


class Limits(Section):
    """Bounds of what a study file can set in motion.

    ``seconds`` is what one query or condition may take, ``recursive_seconds`` what a query may that
    calls itself, ``memory`` what DuckDB and the search for segments may each hold (such as ``8GB``;
    left out, four fifths and seven tenths of the machine's), ``environment`` the environment
    variables that the file may read beside those that start with ``BEST_CUSTOMERS_``.
    ``wait_seconds`` is how long a run waits for a Spark cluster: to give a session, to have a
    worker for it, to answer again.
    """

    seconds: float = Field(900, gt=0, le=86_400)
    recursive_seconds: float = Field(60, gt=0, le=86_400)
    wait_seconds: float = Field(25, gt=0, le=86_400)
    memory: str | None = Field(None, pattern=r"^[1-9][0-9]{0,5} ?(MB|GB|TB)$")
    environment: tuple[Variable, ...] = ()
