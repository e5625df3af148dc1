"""The distributions workbook, as coordinators keep it: a title, a blank line, then French headings (XLSX)."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from analysis.records.simulate.draws import stream
from analysis.records.simulate.goods import ITEMS, TOILET, TOILET_FR, Goods
from analysis.records.simulate.register import FileTruth, Row, rows_of
from analysis.records.simulate.world import World

FILE, SHEET = "distributions.xlsx", "Distributions"
TITLES = ("Entraide du Détroit : distributions", "DONNÉES FICTIVES : association inventée")
HEADER_LINE = 4
HEADER = (
    "Date", "Secteur", "Lieu", "Article",
    "Quantité", "Personnes servies", "Personnes venues", "Personnes non servies",
    "Rationné",
)  # fmt: skip
YES, NO = "Oui", "Non"
CREATED = dt.datetime(2021, 4, 1)
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def write_distributions(world: World, goods: Goods, folder: Path, *, messy: bool) -> FileTruth:
    """What the workbook holds: one row an item handed out; lines are the sheet's own row numbers."""
    names = {item.item: item.name_fr for item in ITEMS} | {TOILET: TOILET_FR}
    lines: list[Row | None] = [
        Row(
            cells=[
                line.distributed_on.to_pydatetime(), line.area, line.site, names[line.item], line.quantity,
                *(None if pd.isna(count) else count for count in (line.people_served, line.people_asking)),
                None if pd.isna(line.people_refused) else line.people_refused, _yes_or_no(line.rationed),
            ]
        )
        for line in rows_of(goods.distributions)
    ]  # fmt: skip
    if messy:
        lines = _with_faults(lines, stream(world.seed, "faults"))
    truth = FileTruth(file=FILE, table="distributions")
    for place, row in enumerate(lines):
        if row is not None:
            truth.note(row, HEADER_LINE + 1 + place)
    (folder / FILE).write_bytes(_same_bytes_everywhere(_workbook(lines)))
    return truth


def _yes_or_no(flag: object) -> str | None:
    return None if pd.isna(flag) else YES if flag else NO  # type: ignore[call-overload]


def _with_faults(lines: list[Row | None], rng: np.random.Generator) -> list[Row | None]:
    """A blank quantity, a quantity in words, the heading again half-way, a blank line and a total."""
    blank, words = rng.permutation(len(lines))[:2]
    spoiled = list(lines)
    for place, text in ((blank, None), (words, "une dizaine")):
        row = lines[place]
        if row is not None:
            spoiled[place] = Row(cells=[*row.cells[:4], text, *row.cells[5:]], outcome="quarantined")
    handed_out = sum(int(row.cells[4]) for row in lines if row is not None and isinstance(row.cells[4], int))
    spoiled.insert(len(lines) // 2, Row(cells=HEADER, outcome="excluded"))
    total = Row(cells=["Total", None, None, None, handed_out, None, None, None, None], outcome="excluded")
    return [*spoiled, None, total]


def _workbook(lines: Sequence[Row | None]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": TITLES[0], "comments": TITLES[1], "created": CREATED})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(SHEET)
    for place, title in enumerate(TITLES):
        sheet.write_string(place, 0, title, bold)
    sheet.write_row(HEADER_LINE - 1, 0, HEADER, bold)
    sheet.set_column(0, len(HEADER) - 1, 18)
    for place, row in enumerate(lines, start=HEADER_LINE):
        for column, cell in enumerate(row.cells if row is not None else ()):
            if isinstance(cell, dt.datetime):
                sheet.write_datetime(place, column, cell, day)
            elif cell is not None:
                sheet.write(place, column, cell)
    book.close()
    return buffer.getvalue()


def _same_bytes_everywhere(workbook: bytes) -> bytes:
    """The workbook packed again, uncompressed and with fixed dates, because zlib and systems differ."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as new,
    ):
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, date_time=ZIP_DATE)
            entry.create_system = 0
            new.writestr(entry, old.read(name))
    return packed.getvalue()
