"""KoboToolbox: the export of a form, CSV or XLSX. Read where questions bear our columns' names, else by a block.

Established: Kobo's own columns (by name, never by position), `;` with every field quoted, a row of HXL tags below
the header where the form has tags. The questions are the charity's own, so nothing else can be known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from analysis.columns import Table
from analysis.dataset import EXTRA_COLUMNS
from analysis.faults import DataError, Fault
from analysis.records.blocks import OURS, nearest_table, ready_block
from analysis.records.cells import Sheet, plain
from analysis.records.drafts import ASKED_FOR, AUTOMATIC, Draft, Format, table_called
from analysis.records.formats.mapped import draft_columns
from analysis.records.formats.signs import headed

SIGNATURE = ("_id", "_uuid", "_submission_time", "_index")
FORMS = ("distributions", "headcounts", "stock", "losses", "goods")
is_export = headed(SIGNATURE)


def _form(table: Table) -> Format:
    spared = (*OURS, *AUTOMATIC.get(table.name, ()), *ASKED_FOR.get(table.name, ()))
    needed = {column.name for column in table.columns if column.required and column.name not in spared}
    needed |= {"item"} if "item" in table.names else set()
    readable = [name for name in (*table.names, *EXTRA_COLUMNS.get(table.name, ())) if name not in OURS]

    def recognises(stem: str, header: Sequence[str]) -> bool:
        return is_export(stem, header) and needed <= {plain(name) for name in header}

    def draft(sheet: Sheet) -> Draft:
        columns = {name: name for name in readable if sheet.place(name) is not None}
        return draft_columns(sheet, table, columns, rule=sheet.rule)

    return Format(
        name=f"kobo_{table.name}",
        source=f"kobo {table.name}",
        table=table.name,
        what=f"KoboToolbox form: {table.name}",
        signature=(*SIGNATURE, *sorted(needed)),
        recognises=recognises,
        draft=draft,
        row_by_row=True,
        decides="Questions named as our columns are read by name; a row of HXL tags is left out.",
    )


def _refuse(sheet: Sheet) -> NoReturn:
    questions = [name for name in sheet.header if not name.startswith("_")]
    table = nearest_table(sheet.file, questions)
    block = ready_block(sheet.file, table, header=questions, delimiter=sheet.delimiter, sheet=sheet.sheet)
    problem = f"is a KoboToolbox export whose questions are not known: {' | '.join(questions)}"
    remedy = f"Say in dataset.toml which question holds what\n\n{block}"
    raise DataError([Fault(sheet.file, sheet.header_line, "", "", problem, remedy)])


FORMATS = (
    *(_form(table_called(name)) for name in FORMS),
    Format(
        name="kobo",
        source="kobo",
        table="distributions",
        what="KoboToolbox form, other questions",
        signature=SIGNATURE,
        recognises=is_export,
        draft=_refuse,
        decides="Never read alone: `check` gives its questions and a [[files]] block.",
    ),
)
