"""A sheet in our own words: its name starts with a table's, its header holds that table's columns."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.columns import RECORD_TABLES, Table
from analysis.dataset import EXTRA_COLUMNS
from analysis.records.cells import Sheet, plain
from analysis.records.drafts import ASKED_FOR, AUTOMATIC, RATES, Draft, Format, table_called
from analysis.records.formats.mapped import draft_columns

OURS = ("source_file", "source_line")


def _sheet(table: Table) -> Format:
    asked_for = ASKED_FOR.get(table.name, ())
    spared = (*OURS, *AUTOMATIC.get(table.name, ()), *asked_for)
    required = {column.name for column in table.columns if column.required and column.name not in spared}
    if table.name == "donations":
        required.add("amount")
    readable = [
        *(name for name in table.names if name not in OURS),
        *EXTRA_COLUMNS.get(table.name, ()),
        "donor",
    ]

    def recognises(stem: str, header: Sequence[str]) -> bool:
        return plain(stem).startswith(table.name) and required <= {plain(name) for name in header}

    def draft(sheet: Sheet) -> Draft:
        columns = {name: name for name in readable if sheet.place(name) is not None}
        return draft_columns(sheet, table, columns, rule=sheet.rule)

    needed = "".join(f"; `{name}` must stand there too, or in `defaults`" for name in asked_for)
    return Format(
        what=f"Your own sheet: {table.name}",
        signature=tuple(sorted(required)),
        decides=f"The file's name starts with `{table.name}`; every other column of the table is read where it stands"
        f"{needed}.",
        name="canonical",
        source=f"canonical {table.name}",
        table=table.name,
        recognises=recognises,
        draft=draft,
        row_by_row=True,
    )


SHEETS = tuple(_sheet(table_called(name)) for name in (*RECORD_TABLES, RATES.name))
"""One format for each table that a file can fill."""
