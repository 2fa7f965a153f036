"""The same slides, the same bytes: workbooks inside charts, and the file as a whole."""

import io
import zipfile
from contextlib import contextmanager
from datetime import datetime

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from xlsxwriter import Workbook

EPOCH = (1980, 1, 1, 0, 0, 0)


class _Inert:
    """Workbook of a chart's data: text stays text, and no clock is read."""

    @contextmanager
    def _open_worksheet(self, xlsx_file):
        plain = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
        workbook = Workbook(xlsx_file, plain)
        workbook.set_properties({"created": datetime(*EPOCH)})
        worksheet = workbook.add_worksheet()
        yield workbook, worksheet
        workbook.close()


class _CategoryWriter(_Inert, CategoryWorkbookWriter):
    pass


class _XyWriter(_Inert, XyWorkbookWriter):
    """Beside x and y: the point's label."""

    def _populate_worksheet(self, workbook, worksheet) -> None:
        super()._populate_worksheet(workbook, worksheet)
        for series in self._chart_data:
            labels = self._chart_data.labels.get(series.name)
            if labels:
                row = self.series_table_row_offset(series)
                worksheet.write_column(row + 1, 2, labels)


class Categories(CategoryChartData):
    """Data of bars, columns and lines over categories."""

    @property
    def _workbook_writer(self):
        return _CategoryWriter(self)


class Points(XyChartData):
    """Data of a scatter chart; ``labels``: name of a series → a text per point."""

    def __init__(self) -> None:
        super().__init__()
        self.labels: dict[str, list[str]] = {}

    @property
    def _workbook_writer(self):
        return _XyWriter(self)


def saved(presentation, *, title: str, subject: str, day: datetime) -> bytes:
    """The presentation as a file that depends on nothing but its content."""
    core = presentation.core_properties
    core.title, core.subject = title, subject
    core.author = core.last_modified_by = core.keywords = core.comments = ""
    core.created = core.modified = day
    core.revision = 1
    first, second = io.BytesIO(), io.BytesIO()
    presentation.save(first)
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(second, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            target.writestr(entry, source.read(name))
    return second.getvalue()
