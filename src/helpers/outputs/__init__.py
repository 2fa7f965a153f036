"""Every data file, declared once: columns, types, units, headings, formats, meanings and values.

The data dictionary, the workbook, the tables of the document and the check in `Workspace.save` all
read these declarations. Adding a column is one line in the module of its data file.
"""

from helpers.outputs.checking import held
from helpers.outputs.column import BY_UNIT, UNITS, Column, heading
from helpers.outputs.declared import (
    OUTPUTS,
    about,
    column,
    columns,
    declare_open_columns,
    describe,
    find,
    shaped,
)
from helpers.outputs.output import Output
from helpers.outputs.views import VIEWS

__all__ = [
    "BY_UNIT",
    "OUTPUTS",
    "UNITS",
    "VIEWS",
    "Column",
    "Output",
    "about",
    "column",
    "columns",
    "declare_open_columns",
    "describe",
    "find",
    "heading",
    "held",
    "shaped",
]
