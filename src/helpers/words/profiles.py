"""Sentences about what a segment looks like beside the rest."""

from helpers.words import N_

PART_OF_SCORE = N_("made the score")
ANSWERS = N_("{observations:count} answers")
COUNTED = N_("{some:count} of {observations:count}")
NOT_SHOWN = N_("not shown")
FEWER = N_("fewer than {least:count} customers: left out")
NO_DATA = N_("no data")
