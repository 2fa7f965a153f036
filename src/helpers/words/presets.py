"""Sentences about ready-made sources."""

from helpers.words import N_

SAID = N_("{export}, {table}: {meaning}.")
IN_ROWS = N_("{export}, {table}: {meaning} (rows that it concerns: {rows:,}).")
IN_MONEY = N_("{export}, {table}: {meaning} (rows that it concerns: {rows:,}; {money}).")
