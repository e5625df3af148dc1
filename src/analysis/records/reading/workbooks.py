"""XLSX and ODS workbooks as rows of cells, behind a guard: a hostile one ends in one sentence, not in memory."""

from __future__ import annotations

import datetime as dt
import io

from python_calamine import CalamineError, CalamineWorkbook

from analysis.records.cells import Value
from analysis.records.reading.extents import READ_AGAIN, unusable
from analysis.records.reading.guarding import packed_anew


def load_sheets(content: bytes, *, name: str) -> list[tuple[str, list[list[Value]]]]:
    """Each sheet of an XLSX or ODS workbook: its name and its rows from A1 on, blank cells as "".

    Raises DataError when the workbook is broken, declares XML entities or is too large to open.
    """
    packed = packed_anew(content, name=name)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(packed))
        return [(sheet, _rows(workbook, sheet)) for sheet in workbook.sheet_names]
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise unusable(name, "cannot be read as a workbook: it is damaged or of another kind", READ_AGAIN) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise unusable(name, "cannot be read as a workbook: its content contradicts itself", READ_AGAIN) from error


def _rows(workbook: CalamineWorkbook, sheet: str) -> list[list[Value]]:
    rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(cell: object) -> Value:
    return cell if isinstance(cell, str | int | float | dt.date) else str(cell)
