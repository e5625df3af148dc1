"""What is wrong with a file, said so that the person who typed it can mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SHOWN_AS_THEY_ARE = "\n\u00a0\u202f"
"""Not printable to Python, and yet right in a message: line ends, and the no-break spaces of French."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that cannot be used: where it is, what is wrong and what to do.

    `line` is the line that an editor or spreadsheet shows, 0 when the fault is the whole file's.
    `value` must already be masked where it is personal.
    """

    file: str
    line: int
    column: str
    value: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        file, column = (one.replace("\n", "\ufffd") for one in (self.file, self.column))
        place = f"{file} line {self.line}" if self.line else file
        cell = f", {column} = {self.value!r}" if column else ""
        stop = "" if self.remedy.endswith("\n") else "."
        text = f"{place}{cell}: {self.problem}. {self.remedy}{stop}"
        return "".join(one if one.isprintable() or one in SHOWN_AS_THEY_ARE else "\ufffd" for one in text)


class DataError(ValueError):
    """Records or settings cannot be used; `faults` lists everything that is wrong, `str()` the first few."""

    def __init__(self, faults: list[Fault], *, shown: int = 20) -> None:
        self.faults = tuple(faults)
        more = [f"... and {len(faults) - shown} more"] if len(faults) > shown else []
        super().__init__("\n".join([str(fault) for fault in faults[:shown]] + more))

    def __reduce__(self) -> tuple[Callable[..., DataError], tuple[list[Fault]]]:
        """How it travels from a worker process to the one that waits for it: with its faults, not with its text."""
        return DataError, (list(self.faults),)
