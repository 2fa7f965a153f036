"""How deep JSON lies in itself: a parser that follows it down may end the whole process."""

import re
from pathlib import Path

import numpy as np

from helpers.errors import StudyError

DEEPEST = 500  # brackets within one another; exports have a dozen
CHUNK = 1 << 22
_STEP = np.zeros(256, dtype=np.int8)
_STEP[[ord("["), ord("{")]] = 1
_STEP[[ord("]"), ord("}")]] = -1
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def check_nesting(path: Path, *, place: str) -> None:
    """Refuse a JSON file whose values lie too deep in one another.

    Brackets are counted first as if none stood in a text, which takes no time; only where that
    seems deep are texts told from structure.

    Raises
    ------
    StudyError
        With ``place``.
    """
    if _seeming(path) <= DEEPEST:
        return
    depth = 0
    for found in _TOKEN.finditer(path.read_bytes()):
        bracket = found[0]
        depth += (bracket in b"[{") - (bracket in b"]}") if len(bracket) == 1 else 0
        if depth > DEEPEST:
            raise StudyError(
                f"{place}: values lie too deep in one another.",
                found=f"more than {DEEPEST} brackets within one another",
                expected="rows of an export, with lists and objects a few levels deep",
            )


def _seeming(path: Path) -> int:
    """The deepest nesting, brackets in texts included: never less than the real one by its own
    opening brackets, so the lowest point so far is what is counted from."""
    depth = deepest = lowest = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            levels = np.cumsum(_STEP[np.frombuffer(chunk, dtype=np.uint8)], dtype=np.int64) + depth
            low = np.minimum(np.minimum.accumulate(levels), lowest)
            deepest = max(deepest, int((levels - low).max()))
            depth, lowest = int(levels[-1]), int(low[-1])
    return deepest
