"""Files written together with their truth: what a careful reader must find on every line of them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd

Outcome = Literal["accepted", "quarantined", "duplicate", "excluded"]
OUTCOMES: tuple[Outcome, ...] = ("accepted", "quarantined", "duplicate", "excluded")
CURRENCY = "EUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record: its cells, what becomes of it, and the cents it stands for, of gift or goods."""

    cells: Sequence[str | int | float | dt.datetime | None]
    outcome: Outcome = "accepted"
    cents: int | None = None


@dataclass(slots=True, kw_only=True)
class FileTruth:
    """What a file holds, filled in while it is written: rows, money and lines by outcome."""

    file: str
    table: str
    lines: dict[Outcome, list[int]] = field(default_factory=lambda: {outcome: [] for outcome in OUTCOMES})
    cents: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    gifts: list[list[int]] = field(default_factory=list)

    def note(self, row: Row, line: int) -> None:
        """Enter `row`, which starts on physical line `line`."""
        self.lines[row.outcome].append(line)
        if row.cents is not None:
            self.cents[row.outcome] += row.cents
            if row.outcome == "accepted":
                self.gifts.append([line, row.cents])

    @property
    def rows(self) -> dict[str, int]:
        """Rows read and rows by outcome."""
        counts = {outcome: len(lines) for outcome, lines in self.lines.items()}
        return {"read": sum(counts.values())} | counts

    def as_json(self) -> dict[str, Any]:
        """The file's part of truth.json; `money` and `accepted` for gifts of money, `value` for goods."""
        amounts = {CURRENCY: money_by_outcome(self.cents)}
        of_money, of_goods = self.table == "donations", self.table == "goods"
        return {
            "file": self.file,
            "table": self.table,
            "rows": self.rows,
            "money": amounts if of_money else {},
            "value": amounts if of_goods else {},
            **{f"{outcome}_lines": self.lines[outcome] for outcome in OUTCOMES[1:]},
            **({"accepted": self.gifts} if of_money else {}),
        }


def money_by_outcome(cents: dict[Outcome, int]) -> dict[str, str]:
    """Money read and money by outcome, as decimal text."""
    return {"read": decimal(sum(cents.values()))} | {outcome: decimal(cents[outcome]) for outcome in OUTCOMES}


def decimal(cents: int, *, mark: str = ".") -> str:
    """Whole cents as an amount with two decimals: -1234 is "-12.34"."""
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros}{mark}{rest:02d}"


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Row],
    *,
    table: str,
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\n",
    quote_all: bool = False,
) -> FileTruth:
    """What the file holds, once `rows` stand in `path` under `header`; the same bytes on every platform.

    A cell that holds a line break is quoted, and the lines after it are counted as an editor counts them.
    """
    text = io.StringIO(newline="")
    quoting: Literal[0, 1] = 1 if quote_all else 0
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    writer.writerow(header)
    truth = FileTruth(file=path.name, table=table)
    line = 2
    for row in rows:
        cells = ["" if cell is None else str(cell) for cell in row.cells]
        writer.writerow(cells)
        truth.note(row, line)
        line += 1 + sum(cell.count("\n") for cell in cells)
    path.write_bytes(text.getvalue().encode(encoding))
    return truth


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of `frame` in turn, each with its columns as attributes."""
    yield from frame.itertuples(index=False)
