"""HXL: a row of #tags among a file's first rows. Tags say what a column is about; they do not fill a table alone.

Which count is meant, by what method, and of how many units: no tag of the standard says so. So a tagged file is
read through a [[files]] block that names its tags as headers, and this format writes that block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NoReturn

from analysis.faults import DataError, Fault
from analysis.records.blocks import ready_block
from analysis.records.cells import Sheet
from analysis.records.drafts import Format
from analysis.records.formats.signs import is_tag_row

PLACES = ("#loc", "#adm5", "#adm4", "#adm3", "#adm2", "#adm1")
MEANINGS = {
    "headcounts": {"counted_on": ("#date",), "people": ("#inneed", "#affected"), "area": PLACES},
    "distributions": {"distributed_on": ("#date",), "item": ("#item",), "people_served": ("#reached",), "area": PLACES},
}
"""The tags that establish a column of a table, the first one found taken."""
TELLING = {"headcounts": {"#inneed", "#affected"}, "distributions": {"#item", "#reached"}}


def tagged_columns(header: Sequence[str], table: str) -> dict[str, str]:
    """The header that holds each column of the table, where exactly one column has its tag."""
    bare = [re.split(r"[ +]", name.casefold())[0] for name in header]
    return {
        column: header[bare.index(tag)]
        for column, tags in MEANINGS.get(table, {}).items()
        if (tag := next((tag for tag in tags if tag in bare), "")) and bare.count(tag) == 1
    }


def _refuse(sheet: Sheet) -> NoReturn:
    bare = {re.split(r"[ +]", name.casefold())[0] for name in sheet.header}
    table = next((name for name, tags in TELLING.items() if tags & bare), "headcounts")
    tagged = tagged_columns(sheet.header, table)
    block = ready_block(sheet.file, table, delimiter=sheet.delimiter, sheet=sheet.sheet, columns=tagged)
    tags = " ".join(name for name in sheet.header if name)
    problem = f"holds HXL tags ({tags}), which do not say all of a record"
    remedy = f"Complete this block in dataset.toml; what the file lacks goes into defaults\n\n{block}"
    raise DataError([Fault(sheet.file, sheet.header_line, "", "", problem, remedy)])


TAGGED = Format(
    name="hxl",
    source="hxl",
    table="distributions",
    what="HXL-tagged table",
    signature=("two or more #tags and nothing else in one of the first rows",),
    recognises=lambda _, header: is_tag_row(header),
    draft=_refuse,
    decides="Never read alone: `check` gives a [[files]] block that uses its tags as headers.",
)
