"""Every sentence, label and number format for readers: the only place with prose.

A module of this package holds the sentences of one area as named constants, each marked with `N_`
so that a catalog of translations can be extracted (the English sentence is its own id, as is usual
with gettext). Code names a sentence and gives the values for its placeholders; numbers in it are
formatted by `helpers.words.numbers`.

>>> say(N_("{customers:count} customers earn {arr:money}."), customers=1200, arr=5e6)
'1,200 customers earn €5,000,000.'
"""

import gettext
from pathlib import Path
from typing import Any

from helpers.words.filling import Filler

CATALOGS = Path(__file__).parent / "locale"
DOMAIN = "messages"
_spoken: gettext.NullTranslations = gettext.NullTranslations()


class Sentence(str):
    """A sentence for readers, with ``{name:format}`` placeholders."""

    __slots__ = ()


def N_(text: str) -> Sentence:
    """Mark an English sentence as one that readers see."""
    return Sentence(text)


def speak(language: str = "en", *, catalogs: Path = CATALOGS) -> None:
    """Tell everything from now on in a language; English needs no catalog.

    Parameters
    ----------
    language : such as ``de``.
    catalogs : folder of gettext catalogs: ``<language>/LC_MESSAGES/messages.mo``. The template
        of a catalog comes from ``tools/words.py``.

    Raises
    ------
    FileNotFoundError
        When there is no catalog of the language.
    """
    global _spoken
    if language == "en":
        _spoken = gettext.NullTranslations()
    else:
        _spoken = gettext.translation(DOMAIN, str(catalogs), languages=[language])


def translated(sentence: str) -> str:
    """The sentence in the language that is spoken; one that its catalog lacks stays English."""
    return _spoken.gettext(sentence) if sentence else sentence


def say(sentence: str, *, currency: str = "EUR", **values: Any) -> str:
    """The sentence with its placeholders filled; every value must exist and none may be missing."""
    return Filler(sentence, values, currency).fill(translated(sentence))
