"""What is wrong with a file, said so that the person who typed it can mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SHOWN_AS_THEY_ARE = "\n\u00a0\u202f"
"""Not printable to Python, and yet right in a message: line ends, and the no-break spaces of French."""
HIDDEN = "[hidden]"
"""What stands in the place of a word that may name a person."""


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
        line = f" line {self.line}" if self.line else ""
        value = f" = '{one_line(self.value)}'" if self.value else ""
        cell = f", {one_line(self.column)}{value}" if self.column else ""
        stop = "" if self.remedy.endswith("\n") else "."
        return f"{one_line(self.file)}{line}{cell}: {visible(self.problem)}. {visible(self.remedy)}{stop}"


def visible(text: str) -> str:
    """`text` with a mark for each character that cannot be seen, such as those that steer a terminal."""
    return "".join(one if one.isprintable() or one in SHOWN_AS_THEY_ARE else "\ufffd" for one in text)


def one_line(text: str) -> str:
    """The visible text on one line, as a name or a value is shown."""
    return visible(text).replace("\n", " ")


class DataError(ValueError):
    """Records or settings cannot be used; `faults` lists everything that is wrong, `str()` the first few."""

    def __init__(self, faults: list[Fault], *, shown: int = 20) -> None:
        self.faults = tuple(faults)
        more = [f"... and {len(faults) - shown} more"] if len(faults) > shown else []
        super().__init__("\n".join([str(fault) for fault in faults[:shown]] + more))

    def __reduce__(self) -> tuple[Callable[..., DataError], tuple[list[Fault]]]:
        """How it travels from a worker process to the one that waits for it: with its faults, not with its text."""
        return DataError, (list(self.faults),)
