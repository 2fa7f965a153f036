"""What every data file and column means: the entries of the data dictionary.

Metrics, score lines and attributes are described where they are defined (the catalog and the study
file) and looked up from there.
"""

from helpers.report.columns.customers import CUSTOMERS
from helpers.report.columns.entry import Entry, File
from helpers.report.columns.health import HEALTH
from helpers.report.columns.priorities import PRIORITIES
from helpers.report.columns.segments import SEGMENTS

__all__ = ["FILES", "Entry", "File"]

FILES: dict[str, File] = {**CUSTOMERS, **HEALTH, **SEGMENTS, **PRIORITIES}
