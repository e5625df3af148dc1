"""A settings file read key by key: each value of the right kind, or a DataError that names every key that is not."""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from analysis.faults import DataError, Fault
from analysis.seasons import Window
from analysis.wording import printable

Reader = Callable[[str, Any], Any]
LONGEST_SHOWN = 80
REFERENCE_FILES = ("headcounts.csv", "small_boats.csv")
"""What a folder of published figures holds."""


def load_settings(file: Path) -> dict[str, Any]:
    """The contents of a TOML file; DataError when it cannot be read as UTF-8 or as TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataError([Fault(str(file), 0, "", "", "is not UTF-8 text", "Save it again as UTF-8")]) from error
    except (ValueError, RecursionError) as error:
        problem, remedy = f"cannot be read as TOML: {error}", "Correct that line; text stands between quotes"
        line = re.search(r"at line ([0-9]+)", str(error))
        raise DataError([Fault(str(file), int(line[1]) if line else 0, "", "", problem, remedy)]) from error


@dataclass(frozen=True, slots=True)
class Settings:
    """Readers of the values of one settings file; each takes a key and its value, and raises DataError naming both."""

    file: Path

    def table(
        self, table: Any, readers: Mapping[str, Reader], *, where: str = "", needed: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Every value of `table` as its reader gives it; all faults at once, unknown and missing keys among them.

        `where` stands before each key in messages; `needed` maps the keys that must be there to an example line.
        """
        if not isinstance(table, dict):
            raise self.wrong(where.rstrip("."), table, f"a table with {', '.join(readers)}")
        made: dict[str, Any] = {}
        faults: list[Fault] = []
        for key, value in table.items():
            try:
                self.known(key, value, list(readers), where=where)
                made[key] = readers[key](f"{where}{key}", value)
            except DataError as error:
                faults.extend(error.faults)
        for key, example in (needed or {}).items():
            if key not in table:
                faults.append(self._fault(f"{where}{key}", "", "this setting is missing", f"Add a line: {example}"))
        if faults:
            raise DataError(faults)
        return made

    def known(self, key: str, value: Any, names: list[str], *, where: str = "") -> None:
        """Raise DataError with the nearest name unless `key` is one of `names`."""
        if key not in names:
            near = difflib.get_close_matches(key, names, n=1)
            remedy = f"Perhaps {near[0]} is meant" if near else f"The known ones are {', '.join(names)}"
            raise DataError([self._fault(f"{where}{key}", value, "this setting is not known", remedy)])

    def wrong(self, key: str, value: Any, expected: str) -> DataError:
        """The DataError to raise when the value of `key` is not what is `expected`."""
        return DataError([self._fault(key, value, f"expected {expected}", "Correct this setting")])

    def _fault(self, key: str, value: Any, problem: str, remedy: str) -> Fault:
        shown = str(value)
        return Fault(
            str(self.file),
            0,
            key,
            shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}...",
            problem,
            remedy,
        )

    def text(self, key: str, value: Any) -> str:
        """Text that is not blank."""
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, value, "text between quotes")
        return printable(value)

    def flag(self, key: str, value: Any) -> bool:
        """True or false."""
        if not isinstance(value, bool):
            raise self.wrong(key, value, "true or false")
        return value

    def above_zero(self, key: str, value: Any) -> float:
        """A finite number above 0."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
            raise self.wrong(key, value, "a number above 0")
        return float(value)

    def level(self, key: str, value: Any) -> float:
        """The coverage of an interval, from 0.5 to below 1."""
        if not isinstance(value, float) or not 0.5 <= value < 1:
            raise self.wrong(key, value, "a number from 0.5 to 0.99, for example 0.95")
        return value

    def whole(self, key: str, value: Any, *, least: int = 1, most: int = 1_000_000) -> int:
        """A whole number between two ends."""
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(key, value, f"a whole number from {least} to {most}")
        return value

    def day_of_month(self, key: str, value: Any) -> int:
        """A day that every month has."""
        return self.whole(key, value, most=28)

    def date(self, key: str, value: Any) -> dt.date:
        """A calendar day."""
        if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
            raise self.wrong(key, value, "a date without quotes, for example 2020-12-01")
        return value

    def window(self, key: str, value: Any) -> Window:
        """A part of the year, which may span the new year but not 1 July, where giving years begin."""
        expected = 'two days, for example ["12-01", "02-28"]'
        if not isinstance(value, list) or len(value) != 2 or not all(isinstance(day, str) for day in value):
            raise self.wrong(key, value, expected)
        parts = [re.fullmatch(r"([0-9]{2})-([0-9]{2})", day) for day in value]
        try:
            first, last = ((dt.date(2020, int(part[1]), int(part[2]))) for part in parts if part)
        except ValueError as error:
            raise self.wrong(key, value, expected) from error
        in_giving_year = [((day.month - 7) % 12, day.day) for day in (first, last)]
        if in_giving_year[0] > in_giving_year[1]:
            raise self.wrong(key, value, "a window that does not hold 30 June and 1 July, where giving years meet")
        return Window((first.month, first.day), (last.month, last.day))

    def currency(self, key: str, value: Any) -> str:
        """A currency code of three capitals."""
        if not isinstance(value, str) or not re.fullmatch("[A-Z]{3}", value):
            raise self.wrong(key, value, 'a currency code of three capitals, for example "EUR"')
        return value

    def timezone(self, key: str, value: Any) -> str:
        """The name of a time zone."""
        if not isinstance(value, str) or value not in available_timezones():
            raise self.wrong(key, value, 'a time zone, for example "Europe/Paris"')
        return value

    def words(self, key: str, value: Any) -> tuple[str, ...]:
        """A list of text."""
        if not isinstance(value, list):
            raise self.wrong(key, value, 'a list such as ["one", "two"]')
        return tuple(self.text(key, word) for word in value)

    def words_by_name(self, key: str, value: Any) -> dict[str, tuple[str, ...]]:
        """A list of text for each name; no word may stand for two names."""
        if not isinstance(value, dict):
            raise self.wrong(key, value, 'lines such as Calais = ["Calais", "Coquelles"]')
        words = {printable(name): self.words(f"{key}.{name}", listed) for name, listed in value.items()}
        owner: dict[str, str] = {}
        for name, listed in words.items():
            for word in (name, *listed):
                if owner.setdefault(word.casefold(), name) != name:
                    raise self.wrong(
                        f"{key}.{name}", word, f"a word that does not also stand for {owner[word.casefold()]}"
                    )
        return words

    def folder_beside(self, key: str, value: Any) -> Path:
        """A folder that is there, named from the settings file's own folder."""
        folder = self.file.parent / self.text(key, value)
        if not folder.is_dir():
            raise self.wrong(key, value, "a folder, named from the dataset's own folder")
        for name in REFERENCE_FILES:
            if not (folder / name).is_file():
                raise self.wrong(key, value, f"a folder that holds {name}")
        return folder
