"""Sentences about segments and hypotheses."""

from helpers.words import N_

COUNTS = N_(
    "Of **{all:count} segments**, {validated:count} are validated, {typical:count} are better for "
    "a typical member and {within:count} only within another; {candidate:count} may be better, "
    "{not_proven:count} are not shown to be, {not_judgeable:count} were picked by people who knew "
    "the revenue, {descriptive:count} only describe, and {too_small:count} are too small to judge."
)
