"""The donors who asked to be forgotten: a list in the dataset's folder that only the key can read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from analysis.faults import DataError, Fault
from analysis.files import write_whole
from analysis.records.key import KEY_VARIABLE, fingerprint
from analysis.records.pseudonyms import LENGTH_ERASED

FORGOTTEN_FILE = "forgotten.csv"
HEADER = "donor,key"
ENTRY = re.compile(rf'"?([0-9a-f]{{{LENGTH_ERASED}}})"?[,;\t]"?([0-9a-f]{{{LENGTH_ERASED}}})"?')


def load_forgotten(folder: Path, key: bytes) -> frozenset[str]:
    """Those on the list of a dataset, as `Pseudonyms.erased` writes them; nobody where there is no list.

    Raises DataError when the list was damaged or was written under another key: a donor who asked to be forgotten
    would come back without a word.
    """
    file = folder / FORGOTTEN_FILE
    if not file.is_file():
        return frozenset()
    lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    written = [(place, line.strip()) for place, line in enumerate(lines, start=1) if line.strip()]
    entries = {place: ENTRY.fullmatch(line) for place, line in written if re.split("[,;\t]", line)[0] != "donor"}
    if damaged := [place for place, entry in entries.items() if entry is None]:
        problem, remedy = "is not as it was written", "Bring back the file from before it was edited"
        raise DataError([Fault(FORGOTTEN_FILE, place, "", "", problem, remedy) for place in damaged])
    found = [entry.groups() for entry in entries.values() if entry]
    if any(under != fingerprint(key)[:LENGTH_ERASED] for _, under in found):
        raise _other_key()
    return frozenset(donor for donor, _ in found)


def write_forgotten(folder: Path, donors: Iterable[str], key: bytes) -> None:
    """Write the list whole, in an order that says nothing of who asked when."""
    lines = [f"{donor},{fingerprint(key)[:LENGTH_ERASED]}" for donor in sorted(set(donors))]
    write_whole(folder / FORGOTTEN_FILE, "\n".join([HEADER, *lines, ""]).encode())


def _other_key() -> DataError:
    problem = "was written under another key, so that the donors who asked to be forgotten cannot be found"
    remedy = (
        f"Bring back that key ({KEY_VARIABLE}, or the key file of the account that wrote the list). If it is lost, "
        f"delete {FORGOTTEN_FILE} and run forget again for each of them"
    )
    return DataError([Fault(FORGOTTEN_FILE, 0, "", "", problem, remedy)])
