"""A donor erased: what they gave stays in the tables, that it was they who gave does not, now and in later builds.

The exports are never edited. The donor goes on the dataset's list of forgotten ones, from which nobody without the key
can tell who they are, and the tables are built again without their pseudonym. With the address go the rows that bear
the key (a number, a household), or the name and postcode, that stand beside it in another row. Rows that bear the name
alone stay as they are: they may be a namesake's.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.dataset import Dataset
from analysis.faults import DataError, Fault
from analysis.messages import in_language
from analysis.records.all_files import Readings, read_all
from analysis.records.build import build_files
from analysis.records.forgotten import FORGOTTEN_FILE, load_forgotten, write_forgotten
from analysis.records.key import load_key
from analysis.records.pseudonyms import ADDRESS, Pseudonyms, address
from analysis.records.reading.finding import record_files
from analysis.records.reading.streams import BLOCK
from analysis.records.storage.processed import locked, remains, remove
from analysis.records.whole_file import in_turn

NOT_AN_ADDRESS = Fault(
    "EMAIL", 0, "", "", "this is not one e-mail address", "Give one address alone, as it stands in the exports"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was found of a donor: rows by the address, file by file; by what stands beside it; by the name alone.

    `already` says that the donor was on the list before, `rebuilt` that tables were there and are made anew,
    `refused` what is wrong with files that cannot be read, whose rows nobody knows.
    """

    rows: dict[str, int]
    by_place: int
    by_name: int
    already: bool
    rebuilt: bool
    refused: tuple[Fault, ...]

    def summary(self, language: str) -> list[str]:
        """What was done and what could not be, in "fr" or "en", without the donor's name or address."""
        return [*self._done(language), *self._left(language)]

    def _done(self, language: str) -> Iterator[str]:
        if found := sum(self.rows.values()) + self.by_place:
            message = f"Forgotten. Rows that no longer name their donor: {found}; their amounts stay."
        else:
            message = "No row that counts names this address. It is on the list: exports that come later forget it too."
        yield in_language(message, language)
        if self.already:
            yield in_language("This donor was on the list already.", language)
        if self.rows:
            files = ", ".join(f"{name} ({rows})" for name, rows in self.rows.items())
            yield in_language(f"Rows with the address: {files}.", language)
        if self.by_place:
            message = f"Other rows, by the key or the name and postcode that stand beside it: {self.by_place}."
            yield in_language(message, language)
        built = "The tables were built again." if self.rebuilt else "No tables were built yet."
        yield in_language(built, language)
        yield in_language("Tables in other folders, and copies of them, must be built again or deleted.", language)

    def _left(self, language: str) -> Iterator[str]:
        if self.by_name:
            message = (
                f"Rows with the same name, no address and no such postcode: {self.by_name}. They may be another "
                "person's and keep their pseudonym; where they are not, delete the name in the export."
            )
            yield in_language(message, language)
        if self.refused:
            names = ", ".join(sorted({fault.file for fault in self.refused}))
            message = f"These files cannot be read, so what they hold of the donor is not known: {names}."
            yield in_language(message, language)
        yield in_language("Another address of the same person is another donor: run this again with it.", language)
        yield in_language("The exports are never edited: they still hold the address and the name.", language)
        yield in_language("Reports hold no pseudonym; donation-trends report counts the donors anew.", language)
        message = f"Keep {FORGOTTEN_FILE} with the exports, and keep the key: without both, the donor would come back."
        yield in_language(message, language)


def forget(email: str, dataset: Dataset, processed: Path) -> Forgotten:
    """Put the donor on the dataset's list and build the tables in `processed`, if there are any, without them.

    Raises DataError for what is no e-mail address, for a list written under another key, and where the tables cannot
    be built again: they are removed then, since they hold the pseudonym.
    """
    said = address(email)
    if not ADDRESS.fullmatch(said) or email.count("@") > 1:
        raise DataError([NOT_AN_ADDRESS])
    key = load_key()
    pseudonym = Pseudonyms(key)
    donor = pseudonym.of_addresses([said])[0] or ""
    listed, erased = load_forgotten(dataset.folder, key), pseudonym.erased([donor])
    with tempfile.TemporaryDirectory() as scratch:
        files, _ = record_files(dataset.folder)
        readings = read_all(
            files, dataset, key=key, forgotten=frozenset(erased), mapper=in_turn, scratch=Path(scratch), block=BLOCK
        )
        gone = {donor, *readings.discretion.forgotten}
        by_address, by_place = _rows(readings, {donor}), _rows(readings, gone - {donor})
        by_name = _rows(readings, set().union(*(one.namesakes for one in readings.files)) - gone)
    processed.mkdir(parents=True, exist_ok=True)
    with locked(processed):
        listed = load_forgotten(dataset.folder, key)
        write_forgotten(dataset.folder, listed | set(pseudonym.erased(gone)), key)
    built = bool(remains(processed))
    if built:
        _build_again(dataset, processed)
    return Forgotten(
        rows=dict(by_address), by_place=by_place.total(), by_name=by_name.total(), already=erased[0] in listed,
        rebuilt=built, refused=readings.refused,
    )  # fmt: skip


def _rows(readings: Readings, pseudonyms: set[str]) -> Counter[str]:
    """How many rows that count bear one of these pseudonyms, by file."""
    found = Counter[str]()
    for part in readings.parts:
        if "donor" in (rows := part.load()).column_names and pseudonyms:
            found[part.file] += sum(donor in pseudonyms for donor in rows["donor"].to_pylist())
    return +found


def _build_again(dataset: Dataset, processed: Path) -> None:
    try:
        build_files(dataset, processed)
    except DataError as error:
        with locked(processed):
            remove(processed)
        problem = "the donor is on the list, but the tables could not be built again and were removed"
        remedy = "Mend what follows and build"
        raise DataError([Fault(str(processed), 0, "", "", problem, remedy), *error.faults]) from error
