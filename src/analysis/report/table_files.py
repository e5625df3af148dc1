"""Published tables as files: a CSV each, with a row of HXL tags where the dataset asks for it, and one workbook of all.

Tables come from `release.released`: what stands here is only how a file holds them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

from analysis.dataset import Dataset
from analysis.report.narrative import words
from analysis.report.release import COLUMNS, Kind

FORMATS: Mapping[Kind, str] = {"share": "0.0%", "money": "#,##0.00", "day": "yyyy-mm-dd", "month": "yyyy-mm"}
DATES = ("day", "month")  # a month may also be a number, 1 to 12
NARROWEST, WIDEST = 10, 40
"""Characters of a column in the workbook."""

MADE = dt.datetime(2000, 1, 1)
"""The date that a workbook says it was made on, so that the same tables give the same bytes."""


def as_csv(table: pd.DataFrame, *, hxl: bool) -> bytes:
    """UTF-8 with a mark that Excel reads, dates as ISO days, missing and hidden cells empty, CRLF line ends.

    With `hxl` the second row holds the tags of the columns (HXL standard 1.1); columns without one stay blank there.
    """
    text = table.to_csv(index=False, date_format="%Y-%m-%d", float_format="%.6g", lineterminator="\r\n")
    if hxl:
        heading, rest = text.split("\r\n", 1)
        tags = ",".join(COLUMNS[column].hxl for column in table.columns)
        text = f"{heading}\r\n{tags}\r\n{rest}"
    return text.encode("utf-8-sig")


def as_workbook(tables: Mapping[str, pd.DataFrame], dataset: Dataset) -> bytes:
    """One XLSX: a first sheet that says what each sheet and column holds, in both languages, then a sheet a table.

    Numbers are numbers, dates dates; nothing is a formula or a link. Same tables, same bytes.
    """
    stream = BytesIO()
    with xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": dataset.name[:255], "created": MADE})
        styles = {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
        bold, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True})
        _contents(book, tables, dataset, bold, wrapped)
        for name, table in tables.items():
            _sheet(book.add_worksheet(name[:31]), table, styles, bold)
    return stream.getvalue()


def _contents(book: Any, tables: Mapping[str, pd.DataFrame], dataset: Dataset, bold: Any, wrapped: Any) -> None:
    """Sheet, column and meaning in the reader's words, after the charity's name and the warning on synthetic data."""
    sheet = book.add_worksheet("README")
    texts = [words("labels", language) for language in ("fr", "en")]
    lines = [dataset.name, *(text["synthetic_long"] for text in texts if dataset.synthetic)]
    lines += [text["workbook_hidden"] for text in texts]
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)
    top = len(lines) + 1
    for place, heading in enumerate(("sheet", "column", "fr", "en", "HXL")):
        sheet.write_string(top, place, heading, bold)
    rows = [(name, str(column)) for name, table in tables.items() for column in table.columns]
    labels = [words("columns", language) for language in ("fr", "en")]
    for row, (name, column) in enumerate(rows, start=top + 1):
        cells = (name, column, *(label[column] for label in labels), COLUMNS[column].hxl)
        for place, cell in enumerate(cells):
            sheet.write_string(row, place, cell, wrapped if place in (2, 3) else None)
    for place, width in enumerate((24, 24, 44, 44, 16)):
        sheet.set_column(place, place, width)


def _sheet(sheet: Any, table: pd.DataFrame, styles: Mapping[Kind, Any], bold: Any) -> None:
    """The columns of one table, headings fixed and filtered, each as wide as its cells."""
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, str(column), bold)
        kind, values = COLUMNS[str(column)].kind, table[column]
        date = is_datetime64_any_dtype(values)
        style, write = None if kind in DATES and not date else styles.get(kind), _writer(sheet, values)
        for row, cell in enumerate(values, start=1):
            if not pd.isna(cell):
                write(row, place, cell, style)
        longest = max((len(str(cell)) for cell in values.head(100)), default=0)
        sheet.set_column(place, place, min(WIDEST, max(NARROWEST, len(str(column)) + 2, 0 if date else longest)))
    sheet.freeze_panes(1, 0)
    if len(table):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def _writer(sheet: Any, values: pd.Series) -> Any:
    """How a sheet takes the cells of this column."""
    if is_bool_dtype(values):
        return lambda row, place, cell, style: sheet.write_boolean(row, place, bool(cell), style)
    if is_datetime64_any_dtype(values):
        return lambda row, place, cell, style: sheet.write_datetime(row, place, cell.to_pydatetime(), style)
    if is_numeric_dtype(values):
        return lambda row, place, cell, style: sheet.write_number(row, place, float(cell), style)
    return lambda row, place, cell, style: sheet.write_string(row, place, str(cell), style)
