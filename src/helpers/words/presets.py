"""Sentences about ready-made sources."""

from helpers.words import N_

SAID = N_("{export}, {table}: {meaning}.")
IN_ROWS = N_("{export}, {table}: {meaning} (rows that it concerns: {rows:,}).")
IN_MONEY = N_("{export}, {table}: {meaning} (rows that it concerns: {rows:,}; {money}).")
NOT_THERE, AS_EXPORTED = N_("not in the export"), N_("as exported")
KEPT_AS_ATTRIBUTES = N_("columns of the export that are kept as attributes")
