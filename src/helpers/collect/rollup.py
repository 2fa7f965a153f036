"""Accounts that belong to one another: each counts for the top of its chain of parents."""

from collections.abc import Mapping

from helpers.errors import StudyError, listed


def top_parents(parents: Mapping[str, str | None]) -> dict[str, str]:
    """The top parent of every account; itself where it has no known parent.

    An account that names itself as its parent has none, and neither has one whose parent is not
    among the accounts.

    Parameters
    ----------
    parents : account → parent_id or None.

    Raises
    ------
    StudyError
        Accounts that are, over some steps, their own parents.

    >>> top_parents({"a": None, "b": "a", "c": "b", "d": "gone"})
    {'a': 'a', 'b': 'a', 'c': 'a', 'd': 'd'}
    """
    tops: dict[str, str] = {}
    for account in parents:
        chain: list[str] = []
        here = account
        while here not in tops:
            if here in chain:
                circle = chain[chain.index(here) :]
                raise StudyError(
                    "sources.accounts: parent_id runs in a circle.",
                    found=" → ".join([*circle, here]) if len(circle) <= 12 else listed(circle),
                    expected="every chain of parents to end at an account without a parent",
                )
            chain.append(here)
            parent = parents[here]
            if parent is None or parent == here or parent not in parents:
                tops[here] = here
            else:
                here = parent
        top = tops[here]
        tops.update(dict.fromkeys(chain, top))
    return tops
