"""Every sentence, label and number format for readers: the only place with prose.

A module of this package holds the sentences of one area as named constants, each marked with `N_`
so that a catalog of translations can be extracted (the English sentence is its own id, as is usual
with gettext). Code names a sentence and gives the values for its placeholders; numbers in it are
formatted by `helpers.words.numbers`.

>>> say(N_("{customers:count} customers earn {arr:money}."), customers=1200, arr=5e6)
'1,200 customers earn €5,000,000.'
"""

from typing import Any

from helpers.words.filling import Filler, begun
from helpers.words.spoken import N_, Sentence, languages, shown, speak, translated, value

__all__ = ["N_", "Sentence", "languages", "name", "say", "shown", "speak", "translated", "value"]


def say(sentence: str, *, currency: str = "EUR", **values: Any) -> str:
    """The sentence with its placeholders filled; every value must exist and none may be missing."""
    return Filler(sentence, values, currency).fill(begun(translated(sentence)))


def name(sentence: str, **parts: str) -> str:
    """A name put together from names, for data files: without the marks that `say` sets.

    >>> name(N_("{attribute}: {level}"), attribute="Region", level="North")
    'Region: North'
    """
    return translated(sentence).format(**parts)
