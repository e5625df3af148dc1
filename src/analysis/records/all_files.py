"""Every file of a dataset in, its readings out; rates come first, and no fault carries anybody's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from analysis.dataset import SETTINGS_FILE, Dataset
from analysis.faults import DataError, Fault
from analysis.records.cleaning.bench import Rates
from analysis.records.corrections import CORRECTIONS_FILE, Correction
from analysis.records.discretion import Discretion
from analysis.records.drafts import RATES
from analysis.records.kernel import Context
from analysis.records.opening import load_corrections, source_of
from analysis.records.people import People
from analysis.records.reading.finding import is_whole, record_files
from analysis.records.storage.parts import LINE, Part
from analysis.records.whole_file import Mapper, Reading, read_file


@dataclass(frozen=True, slots=True)
class Readings:
    """The files that can be read, in order of their names, and what is wrong with the others."""

    files: tuple[Reading, ...]
    refused: tuple[Fault, ...]
    discretion: Discretion

    @property
    def parts(self) -> list[Part]:
        """Every part of every file, in order."""
        return [part for reading in self.files for part in reading.parts]

    def only(self, names: set[str]) -> Readings:
        """The readings of files of these names; whose names are hidden stays known from all of them."""
        return replace(self, files=tuple(reading for reading in self.files if reading.about["file"] in names))


def read_all(
    files: Sequence[Path],
    dataset: Dataset,
    *,
    key: bytes,
    forgotten: frozenset[str],
    mapper: Mapper,
    scratch: Path,
    block: int,
) -> Readings:
    """Every file read into parts in the folder `scratch`; `forgotten` are the donors who asked to be."""
    names = {file.relative_to(dataset.folder).as_posix(): file for file in files}
    try:
        corrections = _corrections(dataset, names)
    except DataError as error:
        return _together([], error.faults)
    sources = Counter(source_of(file, name, dataset) for name, file in names.items())
    wholes = any(is_whole(file) for file in files)
    context = Context(dataset, {}, corrections, key, forgotten)
    readings, refused = list[Reading](), list[Fault]()
    for number, name in enumerate(sorted(names, key=lambda name: (not holds_rates(name, dataset), name))):
        compared = wholes or sources[source_of(names[name], name, dataset)] > 1
        try:
            reading = read_file(
                names[name], name, context, target=scratch / f"{number:06d}", compared=compared, mapper=mapper,
                size=block,
            )  # fmt: skip
        except DataError as error:
            refused.extend(error.faults)
            continue
        readings.append(reading)
        if reading.about["table"] == RATES.name:
            context = replace(context, rates={**context.rates, **_rates(reading.parts)})
    return _together(sorted(readings, key=lambda reading: reading.about["file"]), refused)


def _corrections(dataset: Dataset, names: Iterable[str]) -> tuple[Correction, ...]:
    """The log of corrections, which may name any file of the dataset; none for a file outside a dataset."""
    if not (dataset.folder / SETTINGS_FILE).is_file():
        return ()
    there = [file.relative_to(dataset.folder).as_posix() for file in record_files(dataset.folder)[0]]
    return tuple(load_corrections(dataset.folder / CORRECTIONS_FILE, files=sorted({*names, *there})))


def _together(readings: Sequence[Reading], refused: Sequence[Fault]) -> Readings:
    people = People.together(reading.people for reading in readings)
    discretion = Discretion(people, frozenset[str]().union(*(reading.forgotten for reading in readings)))
    return Readings(tuple(readings), tuple(discretion.faults(dict.fromkeys(refused))), discretion)


def holds_rates(name: str, dataset: Dataset) -> bool:
    """Whether a file of this name may hold exchange rates, which are read before everything else."""
    file = Path(name)
    rules = [rule for rule in dataset.files if rule.table == RATES.name]
    return file.name.casefold().startswith(RATES.name) or any(file.match(rule.match) for rule in rules)


def _rates(parts: Sequence[Part]) -> Rates:
    """The rate of each currency and month; the last line wins where a month stands twice."""
    rows = [row for part in parts for row in part.load().sort_by(LINE).to_pylist()]
    return {
        (str(row["currency"]).upper(), row["month"].year, row["month"].month): Decimal(repr(row["rate"]))
        for row in rows
    }
