"""`dataset.toml` as a frozen `Dataset`: every choice that changes a number lives here; the report prints it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from analysis.columns import HEADCOUNT_METHODS, NORM_KINDS, RECORD_TABLES, TABLES
from analysis.faults import DataError, Fault
from analysis.seasons import AFTER_YEAR_END, PAYDAY, WINTER, Window
from analysis.settings import Reader, Settings, load_settings

SETTINGS_FILE = "dataset.toml"
LANGUAGES = ("fr", "en")
NORM_PER = ("person", "facility")
DATE_ORDERS = ("dmy", "mdy", "ymd")
DONOR_DEFINITIONS = ("fep", "twelve_fifteen")
LOSSES_FROM_PEOPLE = ("seizure", "eviction", "saisie", "expulsion", "évacuation")

DONOR_COLUMNS = ("donor_email", "donor_name", "donor_postcode")
EXTRA_COLUMNS = {"donations": DONOR_COLUMNS, "goods": DONOR_COLUMNS}
"""What a mapping may name beside a table's columns: who gave, which is turned into the pseudonym and then dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRule:
    """How to read the files that match a pattern: which table they fill and which header holds which column.

    `columns` maps a column of the table to the header in the file; `defaults` gives columns the file lacks, and words
    where a cell of text is blank; `values` translates words: {"status": {"received": ("Validé",)}}.
    """

    match: str
    table: str
    columns: Mapping[str, str]
    defaults: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    dates: str | None = None
    header_line: int | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """How much of an item people need: `quantity` per `per`, with its source, in French too where that is given.

    `kind` is "stock" (to own, for `life_months`), "flow" (every month) or "ratio" (people per facility).
    """

    per: str
    quantity: float
    kind: str
    source: str
    life_months: int = 12
    source_fr: str = ""

    def source_in(self, language: str) -> str:
        """Where the norm comes from, in "fr" or "en"."""
        return self.source_fr if language == "fr" and self.source_fr else self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadcountSource:
    """Whose counts of people in need are used: a method and, where that leaves several, a scope."""

    method: str
    scope: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence of the charity's own, in both languages: a limit that readers must know, or what it asks for."""

    fr: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A folder of records and every choice made about it.

    `records_from` and `records_until` bound the period in which the records are whole; without them it runs from the
    first gift to the last. Without a `headcount_source`, the counts of the method and scope with most of them are
    used. `prices` (reporting currency a unit) stand in for those of the goods recorded; losses of a cause in
    `losses_from_people` took what people had, others what was in stock. `donor_definition` says who is called retained:
    by giving years ("fep") or by months ("twelve_fifteen"). `reference` holds figures shown as context, never used;
    `hxl` asks for HXL tags in published tables; `ask` stands in the brief.
    """

    folder: Path
    name: str
    synthetic: bool = False
    languages: tuple[str, ...] = LANGUAGES
    currency: str = "EUR"
    timezone: str = "Europe/Paris"
    winter: Window = WINTER
    second_window: Window = AFTER_YEAR_END
    level: float = 0.95
    payday: int = PAYDAY
    records_from: dt.date | None = None
    records_until: dt.date | None = None
    areas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    norms: Mapping[str, Norm] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)
    losses_from_people: tuple[str, ...] = LOSSES_FROM_PEOPLE
    headcount_source: HeadcountSource | None = None
    donor_definition: Literal["fep", "twelve_fifteen"] = "fep"
    files: tuple[FileRule, ...] = ()
    reference: Path | None = None
    hxl: bool = False
    caveats: tuple[Said, ...] = ()
    ask: Said | None = None

    @property
    def slug(self) -> str:
        """Name of the dataset's folder, used for its processed tables and its report."""
        return self.folder.resolve().name

    @property
    def facilities(self) -> tuple[str, ...]:
        """The items that are facilities, so many people to one: they are open, not handed out and not in stock."""
        return tuple(item for item, norm in self.norms.items() if norm.kind == "ratio")

    @property
    def home(self) -> Path:
        """The project folder: three levels up from data/raw/<dataset>, else the current folder."""
        folder = self.folder.resolve()
        return folder.parents[2] if folder.parts[-3:-1] == ("data", "raw") else Path.cwd()

    @property
    def processed(self) -> Path:
        """Where this dataset's processed tables go unless told otherwise."""
        return self.home / "data" / "processed" / self.slug

    @property
    def reports(self) -> Path:
        """Where this dataset's report goes unless told otherwise."""
        return self.home / "reports" / self.slug


def load_dataset(path: Path | str) -> Dataset:
    """The dataset in folder `path`, or whose `dataset.toml` is `path`.

    Raises DataError with every fault when the folder or its settings are missing, when TOML cannot be read, when a
    setting is not known (with the nearest known name) or when a value is of the wrong kind.
    """
    folder = Path(path).parent if Path(path).name == SETTINGS_FILE else Path(path)
    file = folder / SETTINGS_FILE
    if not file.is_file():
        problem, remedy = f"there is no {SETTINGS_FILE} here", "Make one with: donation-trends new FOLDER"
        raise DataError([Fault(str(file), 0, "", "", problem, remedy)])
    made = _Reader(file).dataset(load_settings(file))
    dataset = Dataset(folder=folder, **made)
    if dataset.records_from and dataset.records_until and dataset.records_from > dataset.records_until:
        raise Settings(file).wrong("records_until", dataset.records_until, f"no day before {dataset.records_from}")
    return dataset


class _Reader(Settings):
    """Reads what only a dataset has: norms, caveats and [[files]] blocks."""

    def dataset(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        readers = {
            "name": self.text, "synthetic": self.flag, "languages": self.languages, "currency": self.currency,
            "timezone": self.timezone, "winter": self.window, "second_window": self.window, "level": self.level,
            "payday": self.day_of_month, "records_from": self.date, "records_until": self.date,
            "headcount_source": self.headcount_source, "areas": self.words_by_name, "items": self.words_by_name,
            "norms": self.norms, "prices": self.prices, "losses_from_people": self.words, "files": self.rules,
            "donor_definition": self.one_of(DONOR_DEFINITIONS), "reference": self.folder_beside, "hxl": self.flag,
            "caveats": self.caveats, "ask": self.ask,
        }  # fmt: skip
        return self.table(settings, readers, needed={"name": 'name = "Votre association"'})

    def languages(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or value not in (["fr"], ["en"], ["fr", "en"], ["en", "fr"]):
            raise self.wrong(key, value, 'a list of "fr" and "en"')
        return tuple(value)

    def norms(self, key: str, value: Any) -> dict[str, Norm]:
        if not isinstance(value, dict):
            raise self.wrong(key, value, "blocks such as [norms.blanket]")
        return {name: self.norm(f"{key}.{name}", norm) for name, norm in value.items()}

    def norm(self, key: str, value: Any) -> Norm:
        readers = {
            "per": self.one_of(NORM_PER), "quantity": self.above_zero, "kind": self.one_of(NORM_KINDS),
            "life_months": self.whole, "source": self.text, "source_fr": self.text,
        }  # fmt: skip
        examples = {
            "per": 'per = "person"',
            "quantity": "quantity = 1",
            "kind": 'kind = "stock"',
            "source": 'source = "..."',
        }
        return Norm(**self.table(value, readers, where=f"{key}.", needed=examples))

    def prices(self, key: str, value: Any) -> dict[str, float]:
        if not isinstance(value, dict):
            raise self.wrong(key, value, "lines such as sleeping_bag = 24.90")
        return {item: self.above_zero(f"{key}.{item}", price) for item, price in value.items()}

    def headcount_source(self, key: str, value: Any) -> HeadcountSource:
        readers = {"method": self.one_of(HEADCOUNT_METHODS), "scope": self.text}
        return HeadcountSource(**self.table(value, readers, where=f"{key}.", needed={"method": 'method = "census"'}))

    def one_of(self, known: tuple[str, ...]) -> Reader:
        """A reader of a setting that is one of `known`."""

        def read(key: str, value: Any) -> str:
            if not isinstance(value, str) or value not in known:
                raise self.wrong(key, value, f"one of {', '.join(known)}")
            return value

        return read

    def caveats(self, key: str, value: Any) -> tuple[Said, ...]:
        if not isinstance(value, list):
            raise self.wrong(key, value, "blocks that start with [[caveats]]")
        return tuple(Said(**self.in_both_languages("caveats", one)) for one in value)

    def ask(self, key: str, value: Any) -> Said:
        return Said(**self.in_both_languages(key, value))

    def in_both_languages(self, key: str, value: Any) -> dict[str, Any]:
        """A sentence that a dataset gives in both languages."""
        readers, examples = {"fr": self.text, "en": self.text}, {"fr": 'fr = "..."', "en": 'en = "..."'}
        return self.table(value, readers, where=f"{key}.", needed=examples)

    def rules(self, key: str, value: Any) -> tuple[FileRule, ...]:
        if not isinstance(value, list):
            raise self.wrong(key, value, "blocks that start with [[files]]")
        return tuple(self.rule(block) for block in value)

    def rule(self, block: Any) -> FileRule:
        readers: dict[str, Reader] = {
            "match": self.text, "table": self.one_of((*RECORD_TABLES, "exchange_rates")), "columns": self.columns,
            "defaults": self.defaults, "values": self.meanings, "delimiter": self.delimiter, "encoding": self.encoding,
            "decimal": self.decimal, "dates": self.one_of(DATE_ORDERS), "header_line": self.whole, "sheet": self.text,
        }  # fmt: skip
        examples = {
            "match": 'match = "gifts*.csv"', "table": 'table = "donations"',
            "columns": 'columns = {received_on = "Date"}',
        }  # fmt: skip
        rule = FileRule(**self.table(block, readers, where="files.", needed=examples))
        if rule.table in TABLES:
            names = [*TABLES[rule.table].names, *EXTRA_COLUMNS.get(rule.table, ())]
            for part in ("columns", "defaults", "values"):
                for column, said in getattr(rule, part).items():
                    self.known(column, said, names, where=f"files.{part}.")
        return rule

    def decimal(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or value not in (",", "."):
            raise self.wrong(key, value, 'either "," or "."')
        return value

    def delimiter(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) != 1 or value in '"\r\n':
            raise self.wrong(key, value, 'one character, for example ";"')
        return value

    def encoding(self, key: str, value: Any) -> str:
        try:
            b" ".decode(self.text(key, value))
        except (LookupError, ValueError) as error:
            raise self.wrong(key, value, 'an encoding, for example "utf-8" or "windows-1252"') from error
        return value

    def columns(self, key: str, value: Any) -> dict[str, str]:
        return {column: self.text(f"{key}.{column}", header) for column, header in self.mapping(key, value).items()}

    def defaults(self, key: str, value: Any) -> dict[str, str]:
        for column, default in self.mapping(key, value).items():
            if isinstance(default, list | dict):
                raise self.wrong(f"{key}.{column}", default, "one value")
        return {column: str(default) for column, default in value.items()}

    def meanings(self, key: str, value: Any) -> dict[str, dict[str, tuple[str, ...]]]:
        return {
            column: {
                meaning: self.words(f"{key}.{column}.{meaning}", words)
                for meaning, words in self.mapping(f"{key}.{column}", meanings).items()
            }
            for column, meanings in self.mapping(key, value).items()
        }

    def mapping(self, key: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(key, value, 'a table such as {received_on = "Date"}')
        return value
