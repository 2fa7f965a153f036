"""What a search for segments will take, told before it begins: conjunctions, memory, time.

The search keeps the members of every conjunction that is large enough, and goes through them once
for each permutation. Both are counted beforehand on a sample of the combinations of attributes.
"""

import os
import re
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.alongside import cores
from helpers.search.encode import MAX_BYTES, MAX_LEVELS  # without its loops: the compiler is slow
from helpers.study import Study

if TYPE_CHECKING:
    from helpers.check import Checked

# Combinations of attributes by which a search is measured; of few customers more of them, for
# these take no time and their groups are large enough or not by chance.
SAMPLE, MORE, LOOKS = 300, 2_000, 10_000_000
SURE = 3  # standard errors that the figure which fits keeps away from what does not
MANY = 100_000  # customers; of more, so many
# Measured (100,000 customers, 24 attributes): bytes that a membership takes at the peak, and
# nanoseconds of a core for a membership and a permutation, in all that step 4 does.
PEAK, NANOSECONDS = 22, 10
MEMORY = 0.7  # of the machine's, where the study's limits say nothing else
LONG, SHORTER = 30, 0.7  # minutes from which on it is told what would take such a share of them
_UNITS = {"MB": 1e6, "GB": 1e9, "TB": 1e12}


def check_search(study: Study, attributes: pd.DataFrame, found: "Checked") -> None:
    """Tell how much a search would go through, and refuse what does not fit into memory.

    Parameters
    ----------
    attributes : account_id and banded attributes of the customers.
    """
    searched = [
        name for name, one in study.attributes.items()
        if one.search and not one.shares and name in attributes
    ]  # fmt: skip
    levels = [int(attributes[name].nunique()) for name in searched]
    depth = study.scope.max_conditions
    smallest = study.smallest_segment(len(attributes))
    _check_levels(attributes[searched], smallest, found)
    counted = [_counted(attributes[searched], d, smallest) for d in range(1, depth + 1)]
    kept = [number for number, _ in counted]
    minutes = _minutes(study, sum(kept))
    found.told.append(
        f"Search: {len(searched)} attributes with {sum(levels):,} levels give up to "
        f"{conjunctions(levels, depth):,} conjunctions of {depth} conditions or fewer; step 4 "
        f"takes about {_duration(minutes)} on this machine."
    )
    machine = memory_of(study)
    # The search keeps four bytes of each, and stops at MAX_BYTES whatever the machine has.
    most = min(machine, MAX_BYTES * PEAK / 4)
    if PEAK * sum(kept) > most:
        surely = most / (1 + SURE * np.hypot.reduce([error for _, error in counted]) / sum(kept))
        fewer = next(
            k for k in range(len(searched), -1, -1) if _fits(kept, len(searched), k, surely)
        )
        shallower = [d for d in range(depth - 1, 0, -1) if PEAK * sum(kept[:d]) <= surely]
        ways = [f"`search: false` for all but about {fewer} attributes"]
        ways += [f"scope.max_conditions: {shallower[0]}"] if shallower else []
        found.problems.append(
            f"The search over {len(searched)} attributes would need about "
            f"{PEAK * sum(kept) / 1e9:,.0f} GB; it may take {most / 1e9:,.0f}.\n"
            f"  to do:    {', or '.join(ways)}, or a larger scope.min_customers"
            + ("" if study.limits.memory or most < machine else ", or a machine with more memory")
        )
    elif minutes > LONG:
        times = {d: _minutes(study, sum(kept[:d])) for d in range(depth - 1, 0, -1)}
        ways = [
            f"scope.max_conditions: {d} (about {_duration(time)})"
            for d, time in times.items()
            if time < SHORTER * minutes
        ][:1]
        rest = sum(_of_fewer(kept, len(searched), len(searched) // 2))
        ways.append(
            f"`search: false` for half of the attributes (about {_duration(_minutes(study, rest))})"
        )
        found.warnings.append(f"That search takes long. Shorter: {', or '.join(ways)}.")


def _check_levels(attributes: pd.DataFrame, smallest: int, found: "Checked") -> None:
    """Refuse attributes of which the search cannot take all levels that could be a segment."""
    for name in attributes:
        large = int((attributes[name].value_counts() >= smallest).sum())
        if large > MAX_LEVELS:
            found.problems.append(
                f"attributes.{name} has {large:,} levels of {smallest} customers or more; the "
                f"search takes {MAX_LEVELS}.\n"
                "  to do:    group them in the query, band a number, raise scope.min_customers, or "
                "`search: false`"
            )


def memory_of(study: Study) -> float:
    """Bytes that a search may take."""
    if study.limits.memory:
        said = re.fullmatch(r"(\d+) ?(\w+)", study.limits.memory)
        assert said is not None  # the study file takes no other form
        number, unit = said.groups()
        return int(number) * _UNITS[unit]
    try:
        return MEMORY * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # of another system
        return MAX_BYTES


def _fits(kept: list[float], attributes: int, fewer: int, most: float) -> bool:
    """Whether so many of the attributes, as large as the others, fit into memory."""
    return PEAK * sum(_of_fewer(kept, attributes, fewer)) <= most


def _of_fewer(kept: list[float], attributes: int, fewer: int) -> list[float]:
    """Memberships by number of conditions, of so many of the attributes, as large as the others.

    >>> _of_fewer([40.0, 60.0, 0.0], 2, 1)  # two attributes have no three conditions
    [20.0, 0.0]
    """
    return [m * comb(fewer, d) / comb(attributes, d) for d, m in enumerate(kept, 1) if m]


def _minutes(study: Study, kept: float) -> float:
    work = kept * study.scope.permutations * NANOSECONDS * 1e-9
    return work / cores() / 60


def _duration(minutes: float) -> str:
    """A time as people say it.

    >>> _duration(0.2), _duration(12.3), _duration(200)
    ('a minute', '12 minutes', '3 hours')
    """
    if minutes < 1.5:
        return "a minute"
    return f"{minutes:.0f} minutes" if minutes < 100 else f"{minutes / 60:.0f} hours"


def memberships(levels: pd.DataFrame, depth: int, smallest: int) -> float:
    """Memberships in conjunctions of ``depth`` conditions that are large enough, about.

    Counted for some combinations of attributes (`SAMPLE` or more), drawn with a fixed seed, and
    scaled to all of them: the search keeps the members of every such conjunction. Of more than a
    hundred thousand customers so many are looked at, evenly spread.

    >>> pair = pd.DataFrame({"a": ["x", "x", "y"], "b": ["u", "u", "v"]})
    >>> memberships(pair, 2, 2)
    2.0
    """
    return _counted(levels, depth, smallest)[0]


def _counted(levels: pd.DataFrame, depth: int, smallest: int) -> tuple[float, float]:
    """`memberships` and the standard error of the number; 0 where all combinations are counted."""
    names = list(levels)
    if len(names) < depth:
        return 0.0, 0.0
    every = max(1, len(levels) // MANY)
    codes = [pd.factorize(levels[name])[0][::every] for name in names]
    ways = comb(len(names), depth)
    sample = max(SAMPLE, min(MORE, LOOKS // max(len(codes[0]), 1)))
    if ways <= sample:
        drawn: list[Any] = list(combinations(range(len(names)), depth))
    else:
        dice = np.random.default_rng(0)
        drawn = [dice.choice(len(names), depth, replace=False) for _ in range(sample)]
    large = np.zeros(len(drawn))
    for at, chosen in enumerate(drawn):
        cell, known = np.zeros(len(codes[0]), np.int64), np.ones(len(codes[0]), bool)
        for k in chosen:
            known &= codes[k] >= 0
            cell = cell * (codes[k].max() + 1) + np.maximum(codes[k], 0)
        counts = np.unique(cell[known], return_counts=True)[1]
        large[at] = counts[counts * every >= smallest].sum()
    scale = every * ways
    error = 0.0 if ways <= sample else large.std(ddof=1) / np.sqrt(len(drawn))
    return float(large.mean() * scale), float(error * scale)


def conjunctions(levels: list[int], depth: int) -> int:
    """Conjunctions of at most ``depth`` conditions, one level of an attribute each.

    >>> conjunctions([2, 3], 2), conjunctions([2, 3, 4], 2) == 9 + 6 + 8 + 12
    (11, True)
    """
    sums = [1] + [0] * depth
    for count in levels:
        for k in range(depth, 0, -1):
            sums[k] += sums[k - 1] * count
    return sum(sums[1:])
