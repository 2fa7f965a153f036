"""What each version of the program's own method changed, as the CHANGELOG words it."""

from collections.abc import Mapping

from helpers.words import N_

CHANGES: Mapping[int, str] = {
    1: N_("The method of release 0.1."),
    2: N_(
        "Evidence under one error budget, revenue told once, and instants, conflicts and overlaps "
        "as they were collected: numbers of release 0.1 are not comparable in every line."
    ),
}
