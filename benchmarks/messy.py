"""Messy exports whose truth is known: which lines must be set aside, which repeat others, what each week brought.

    python benchmarks/messy.py FOLDER --rows 1000000 --seed 1

writes a dataset of one file, `gifts.csv`, and its `truth.json`. The tests make 200 small ones, `records.py` a
large one.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SETTINGS = """name = "A charity with messy files"
[[files]]
match = "gifts*"
table = "donations"
columns = {donation_id = "Référence", received_on = "Date", amount = "Montant", original_currency = "Devise", \
status = "Statut", channel = "Canal", donor_email = "Courriel", donor_name = "Nom", appeal = "Appel"}
values.status = {received = ["Payé"], refunded = ["Remboursé"], excluded = ["Échoué"]}
"""
HEADER = ("Référence", "Date", "Montant", "Devise", "Statut", "Canal", "Courriel", "Nom", "Appel", "Note")
DATE, AMOUNT, CURRENCY, STATUS, NOTE = 1, 2, 3, 4, 9
FIRST_DAY = dt.date(2017, 1, 2)
NAMES = ("Ana Durand", "Éric Lefèvre", "Jean-Luc Roy", "Zoé Martin", "M. Noël", "Anne Petit")
NOTES = ("", "", "merci", "courage à tous", 'pour "la cabane"', "couvertures; gants, bonnets", 'une 5" bâche')
BAD = ("word", "no amount", "huge", "no such day", "no day", "old", "no currency", "no rate", "unknown status",
       "no status", "too few", "too many", "open quote", "quote too many", "negative")  # fmt: skip
"""The kinds of row that must be set aside, one by one."""


@dataclass(slots=True)
class Truth:
    """What a reader must find: line numbers, and whole cents by the Monday of each week."""

    records: int = 0
    quarantined: array[int] = field(default_factory=lambda: array("q"))
    duplicates: array[int] = field(default_factory=lambda: array("q"))
    excluded: array[int] = field(default_factory=lambda: array("q"))
    weekly: Counter[str] = field(default_factory=Counter)


class Messy:
    """One messy file; `chunks` makes its bytes and `truth` is whole once they are all made."""

    def __init__(self, seed: int, rows: int, *, trouble: float = 0.04) -> None:
        self._random = random.Random(seed)
        self.seed, self.rows, self.trouble, self.truth = seed, rows, trouble, Truth()
        draw = self._random
        self.delimiter = draw.choice(";,\t")
        self.comma = self.delimiter != "," and draw.random() < 0.5
        self.days_first = draw.random() < 0.5
        self.end = draw.choice(("\n", "\r\n"))
        self.encoding = draw.choice(("utf-8", "utf-8", "utf-8-sig", "windows-1252"))
        self._line, self._recent = 1, list[list[str]]()

    def chunks(self, size: int = 20_000) -> Iterator[bytes]:
        """The file's bytes, about `size` rows at a time."""
        text = self._joined(list(HEADER))
        mark = b"\xef\xbb\xbf" if self.encoding == "utf-8-sig" else b""
        pieces = [mark + self._encoded(text, stray=False)]
        self._line += 1
        for number in range(self.rows):
            pieces.append(self._record(number))
            if len(pieces) >= size:
                yield b"".join(pieces)
                pieces = []
        yield b"".join(pieces)

    def _record(self, number: int) -> bytes:
        """One record, or one with what stands around it; its lines are counted and its fate is noted."""
        draw = self._random.random()
        if draw > self.trouble:
            return self._good(number)
        kind = self._random.randrange(8)
        if kind < 3:
            return self._bad(number, BAD[self._random.randrange(len(BAD))])
        if kind == 3 and self._recent:
            return self._again(self._random.choice(self._recent))
        if kind == 4:
            return self._in_between()
        if kind == 5:
            return self._conflict(number)
        return self._good(number, broken=kind == 6)

    def _good(self, number: int, *, broken: bool = False) -> bytes:
        cells, day, cents = self._cells(number)
        if broken:
            cells[NOTE] = "première ligne\nseconde ligne" + "\n" * self._random.randrange(3)
        elif self._random.random() < 0.02:
            return self._refund(cells, day, cents)
        self._count(day, cents)
        if self._random.random() < 0.05:
            self._recent = [*self._recent[-20:], cells]
        return self._written(cells)

    def _refund(self, cells: list[str], day: dt.date, cents: int) -> bytes:
        cells[STATUS] = "Remboursé"
        self._count(day, -cents)
        return self._written(cells)

    def _count(self, day: dt.date, cents: int) -> None:
        self.truth.weekly[(day - dt.timedelta(days=day.weekday())).isoformat()] += cents

    def _cells(self, number: int) -> tuple[list[str], dt.date, int]:
        draw = self._random
        day = FIRST_DAY + dt.timedelta(days=number * 2500 // self.rows + draw.randrange(3))
        cents = draw.choice((500, 1000, 2000, 5000, 123456)) + draw.randrange(2) * draw.randrange(1, 100)
        donor = draw.randrange(1 + self.rows // 4)
        cells = [f"R{self.seed}-{number}", self._day(day), self._amount(cents), "EUR", "Payé",
                 ("helloasso", "paypal", "bank")[number % 3], f"donor{donor}@example.org" if donor % 7 else "",
                 NAMES[donor % len(NAMES)], f"collecte d'hiver {day.year}-{day.year + 1}",
                 draw.choice(NOTES if self.trouble else NOTES[:-1])]  # fmt: skip
        return cells, day, cents

    def _day(self, day: dt.date) -> str:
        return f"{day:%d/%m/%Y}" if self.days_first else day.isoformat()

    def _amount(self, cents: int) -> str:
        if cents % 100 == 0 and cents >= 100_000:
            return f"{cents // 100:,}".replace(",", "." if self.comma else ",")
        text = f"{cents // 100}.{cents % 100:02d}"
        return text.replace(".", ",") if self.comma else text

    def _bad(self, number: int, kind: str) -> bytes:
        cells, day, _ = self._cells(number)
        old = self._day(day.replace(year=1899, day=1))
        wrong = {
            "word": (AMOUNT, "douze"), "no amount": (AMOUNT, ""), "huge": (AMOUNT, "99999999999"),
            "no such day": (DATE, "31/02/2021" if self.days_first else "2021-02-31"), "no day": (DATE, ""),
            "old": (DATE, old), "no currency": (CURRENCY, "EURO5"), "no rate": (CURRENCY, "CHF"),
            "unknown status": (STATUS, "peut-être"), "no status": (STATUS, ""), "negative": (AMOUNT, "-12"),
        }  # fmt: skip
        self._aside()
        if kind in wrong:
            place, value = wrong[kind]
            cells[place] = value
            return self._written(cells, plain=True)
        cells[NOTE] = {"open quote": '"ouvert', "quote too many": '"fermé"" deux fois'}.get(kind, "x")
        cells = cells[:-2] if kind == "too few" else [*cells, "trop"] if kind == "too many" else cells
        return self._line_of(self.delimiter.join(cells))

    def _aside(self) -> None:
        self.truth.records += 1
        self.truth.quarantined.append(self._line)

    def _again(self, cells: list[str]) -> bytes:
        self.truth.duplicates.append(self._line)
        return self._written(cells)

    def _conflict(self, number: int) -> bytes:
        """Two rows of one identifier that differ."""
        cells, _, _ = self._cells(number)
        other = [*cells[:AMOUNT], self._amount(77777), *cells[AMOUNT + 1 :]]
        written = b""
        for row in (cells, other):
            self.truth.quarantined.append(self._line)
            written += self._written(row)
        return written

    def _in_between(self) -> bytes:
        """A blank line, which is no record, or a record that is rightly not counted."""
        kind = self._random.randrange(4)
        if kind == 0:
            return self._line_of(self._random.choice(("", "   ", "\u00a0")))
        self.truth.records += 1
        self.truth.excluded.append(self._line)
        if kind == 1:
            return self._line_of(self._joined(list(HEADER)).removesuffix(self.end))
        cells, _, _ = self._cells(self.rows + self._line)
        cells[STATUS if kind == 2 else AMOUNT] = "Échoué" if kind == 2 else "0"
        return self._line_of(self._joined(cells).removesuffix(self.end))

    def _written(self, cells: list[str], *, plain: bool = False) -> bytes:
        self.truth.records += not plain
        text = self._joined(cells)
        self._line += text.count("\n")
        return self._encoded(text, stray=self._random.random() < self.trouble / 4)

    def _line_of(self, text: str) -> bytes:
        self._line += 1
        return self._encoded(text + self.end, stray=False)

    def _joined(self, cells: list[str]) -> str:
        quoted = [self._quoted(cell) for cell in cells]
        return self.delimiter.join(quoted).replace("\n", self.end) + self.end

    def _quoted(self, cell: str) -> str:
        needed = self.delimiter in cell or "\n" in cell or cell.startswith('"')
        if needed or (cell and self._random.random() < 0.03):
            return '"' + cell.replace('"', '""') + '"'
        return cell

    def _encoded(self, text: str, *, stray: bool) -> bytes:
        own = "windows-1252" if self.encoding == "windows-1252" else "utf-8"
        other = "utf-8" if own == "windows-1252" else "windows-1252"
        return text.encode(other if stray else own)


def write_messy(folder: Path, *, seed: int, rows: int, trouble: float = 0.04) -> Truth:
    """Write a dataset of one messy file and its `truth.json`; the truth."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dataset.toml").write_text(SETTINGS, encoding="utf-8")
    made = Messy(seed, rows, trouble=trouble)
    with (folder / "gifts.csv").open("wb") as out:
        for chunk in made.chunks():
            out.write(chunk)
    truth = made.truth
    said = {"records": truth.records, "quarantined": truth.quarantined.tolist(), "weekly": dict(truth.weekly),
            "duplicates": truth.duplicates.tolist(), "excluded": truth.excluded.tolist()}  # fmt: skip
    (folder / "truth.json").write_text(json.dumps(said), encoding="utf-8")
    return truth


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(f"{write_messy(chosen.folder, seed=chosen.seed, rows=chosen.rows).records:,} records")
