"""The data dictionary: every table, every column once, with its kind, unit, meaning and allowed values.

`analysis.tables` builds the strict schemas from it and `docs/data-dictionary.md` is generated from it, so that
code, checks and documentation cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["text", "date", "money", "number", "whole", "share", "flag"]

CHANNELS = ("helloasso", "paypal", "stripe", "bank", "cash", "wish_list", "drop_off", "partner", "purchase", "other")
GOODS_CHANNELS = ("wish_list", "drop_off", "partner", "purchase")
HEADCOUNT_METHODS = ("census", "estimate", "official", "meals")
NORM_KINDS = ("stock", "flow", "ratio")
NOT_ASSESSED = ("no norm", "not counted", "not recorded", "month cut", "too early")
DONATION_STATUSES = ("received", "refunded")
GOODS_STATUSES = ("ordered", "delivered")
TESTIMONY_STATUSES = ("pending", "online", "removed", "refused")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `required` columns are never missing; `allowed` lists the only values a text column may hold."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    allowed: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One processed table: what a row is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError if the table has none."""
        return next(column for column in self.columns if column.name == name) if name in self.names else _none(name)


def _none(name: str) -> Column:
    raise KeyError(name)


SOURCE_FILE = Column(
    "source_file", "text", "File the row was read from, as it is named in the dataset folder", required=True
)
SOURCE_LINE = Column(
    "source_line",
    "whole",
    "Physical line the record starts on, the header counted, as an editor shows it; which transaction it is in a bank "
    "statement that puts several on one line",
    "line",
    required=True,
)
CURRENCY_UNIT = "reporting currency"

DONATIONS = Table(
    "donations",
    "one gift of money (a refund is a dated negative gift)",
    (
        Column("donation_id", "text", "Identifier given by the source, else made from file and line", required=True),
        Column("received_on", "date", "Day the gift was made, in the dataset's time zone", required=True),
        Column("amount", "money", "Gross gift, rounded to cents; negative for a refund", CURRENCY_UNIT, required=True),
        Column(
            "original_amount", "money", "Gross gift in the currency it was made in", "original currency", required=True
        ),
        Column("original_currency", "text", "ISO 4217 code of the gift", required=True),
        Column("fee", "money", "Fee kept by the platform, positive; missing when unknown", CURRENCY_UNIT),
        Column("channel", "text", "How the gift arrived", allowed=CHANNELS, required=True),
        Column("appeal", "text", "Appeal the source names for this gift"),
        Column("donor", "text", "Keyed pseudonym of the donor; missing when the source names nobody"),
        Column("regular", "flag", "Part of a standing monthly donation; missing when the source does not say"),
        Column("status", "text", "Whether the money came or went back", allowed=DONATION_STATUSES, required=True),
        SOURCE_FILE,
        SOURCE_LINE,
    ),
)

GOODS = Table(
    "goods",
    "one line of goods received or ordered for the charity",
    (
        Column("goods_id", "text", "Identifier given by the source, else made from file and line", required=True),
        Column("received_on", "date", "Day of the delivery; for an order, the day it was placed", required=True),
        Column("ordered_on", "date", "Day a delivered order was placed; missing when the source does not say"),
        Column("item", "text", "Item as named in dataset.toml", required=True),
        Column("product", "text", "Product as the source names it"),
        Column("quantity", "number", "How many units", "units", required=True),
        Column("unit", "text", "What one unit is"),
        Column("value", "money", "Price paid or estimated for the whole line", CURRENCY_UNIT),
        Column("channel", "text", "How the goods arrived", allowed=GOODS_CHANNELS, required=True),
        Column("appeal", "text", "Appeal the source names for this line"),
        Column("donor", "text", "Keyed pseudonym of the donor; missing when the source names nobody"),
        Column("status", "text", "Ordered, or delivered to the warehouse", allowed=GOODS_STATUSES, required=True),
        SOURCE_FILE,
        SOURCE_LINE,
    ),
)

DISTRIBUTIONS = Table(
    "distributions",
    "one item line handed out",
    (
        Column("distributed_on", "date", "Day of the distribution", required=True),
        Column("area", "text", "Published area the site belongs to", required=True),
        Column("site", "text", "Place as the record names it; never published"),
        Column("item", "text", "Item as named in dataset.toml", required=True),
        Column("quantity", "number", "How many units were handed out", "units", required=True),
        Column("unit", "text", "What one unit is"),
        Column("people_served", "whole", "People who received the item", "people"),
        Column("people_asking", "whole", "People who asked for it", "people"),
        Column("people_refused", "whole", "People who left without it", "people"),
        Column("rationed", "flag", "Handed out in smaller rations, or to some only, for want of stock"),
        SOURCE_FILE,
        SOURCE_LINE,
    ),
)

HEADCOUNTS = Table(
    "headcounts",
    "one count or estimate of people in need",
    (
        Column("counted_on", "date", "Day of the count; the 15th where only the month is known", required=True),
        Column("area", "text", "Published area", required=True),
        Column("place", "text", "Place as the record names it; never published"),
        Column("people", "whole", "People counted; the middle of a range", "people", required=True),
        Column("low", "whole", "Lower end where the count is a range", "people"),
        Column("high", "whole", "Upper end where the count is a range", "people"),
        Column("counted_by", "text", "Who counted"),
        Column("method", "text", "How people were counted", allowed=HEADCOUNT_METHODS, required=True),
        Column("scope", "text", "Who is included, for example people outside State facilities", required=True),
        Column("source", "text", "Where the figure was published or noted"),
    ),
)

STOCK = Table(
    "stock",
    "one inventory count",
    (
        Column("counted_on", "date", "Day of the inventory", required=True),
        Column("item", "text", "Item as named in dataset.toml", required=True),
        Column("quantity", "number", "Units in stock", "units", required=True),
        Column("unit", "text", "What one unit is"),
    ),
)

LOSSES = Table(
    "losses",
    "goods lost, seized or spoiled",
    (
        Column("lost_on", "date", "Day of the loss", required=True),
        Column("item", "text", "Item as named in dataset.toml", required=True),
        Column("quantity", "number", "Units lost", "units", required=True),
        Column("cause", "text", "Seizure, eviction, theft, damp ..."),
    ),
)

APPEALS = Table(
    "appeals",
    "one appeal",
    (
        Column("appeal", "text", "Short name of the appeal", required=True),
        Column("name_fr", "text", "Name in French"),
        Column("name_en", "text", "Name in English"),
        Column("soft_launch_on", "date", "First day anything was public; missing when there was no soft launch"),
        Column("launched_on", "date", "Day of the public launch", required=True),
        Column("ended_on", "date", "Last day; missing while it runs"),
        Column("cost", "money", "What the appeal cost", CURRENCY_UNIT),
    ),
)

TESTIMONIES = Table(
    "testimonies",
    "one testimony posted under a product page",
    (
        Column("testimony_id", "text", "Identifier", required=True),
        Column("product", "text", "Product page it was posted under"),
        Column("item", "text", "Item as named in dataset.toml"),
        Column("posted_on", "date", "Day it was posted", required=True),
        Column("status", "text", "What became of it", allowed=TESTIMONY_STATUSES, required=True),
        Column("ended_on", "date", "Day it was removed or refused"),
    ),
)

EVENTS = Table(
    "events",
    "a dated fact that readers should see",
    (
        Column("started_on", "date", "First day", required=True),
        Column("ended_on", "date", "Last day; missing for a single day"),
        Column("kind", "text", "Lockdown, eviction, weather, appeal ..."),
        Column("label_fr", "text", "Label in French", required=True),
        Column("label_en", "text", "Label in English", required=True),
        Column("source", "text", "Where the fact was published"),
    ),
)

QUARANTINE = Table(
    "quarantine",
    "one row that was set aside",
    (
        SOURCE_FILE,
        SOURCE_LINE,
        Column("column", "text", "Column that could not be read", required=True),
        Column("value", "text", "What stands there; masked where it may be personal"),
        Column("reason", "text", "What is wrong", required=True),
        Column("remedy", "text", "What to type instead", required=True),
    ),
)

WEEKLY = Table(
    "weekly",
    "one week",
    (
        Column("week", "date", "Monday of the week", required=True),
        Column("amount", "money", "Money received less refunds; 0 without gifts", CURRENCY_UNIT, required=True),
        Column("donations", "whole", "Gifts received (refunds are not counted)", "gifts", required=True),
        Column("donors", "whole", "Different donors; missing when no gift of the week names a donor", "donors"),
        Column("regular_amount", "money", "Money from standing donations; missing when not said", CURRENCY_UNIT),
        Column("goods_value", "money", "Value of goods delivered; missing where not noted in full", CURRENCY_UNIT),
        Column("people", "number", "People in need; missing where nobody counted", "people"),
        Column("people_low", "number", "Lower end of the band, at the dataset's level", "people"),
        Column("people_high", "number", "Upper end of the band, at the dataset's level", "people"),
        Column("winter_share", "share", "Share of the week's days in the winter window", "0 to 1", required=True),
        Column("year_end_share", "share", "Share of the week's days from 18 to 31 December", "0 to 1", required=True),
        Column(
            "payday", "share", "1 when standing donations are collected in the week, else 0", "0 or 1", required=True
        ),
        Column("complete", "flag", "Every day of the week lies inside the recorded period", required=True),
    ),
)

COVERAGE = Table(
    "coverage",
    "one item, area and month",
    (
        Column("month", "date", "First day of the month", required=True),
        Column("area", "text", "Published area", required=True),
        Column("item", "text", "Item as named in dataset.toml", required=True),
        Column(
            "distributed", "number", "Units handed out in the month; in the item's life; or facilities open", "units"
        ),
        Column(
            "needed", "number", "Units that the norm asks for, and those taken from people in the item's life", "units"
        ),
        Column("coverage", "share", "distributed / needed", "0 or more"),
        Column("norm", "number", "Units per person (or per month, or people per facility, by its kind)", "units"),
        Column("norm_source", "text", "Where the norm comes from"),
        Column("assessed", "flag", "Whether both sides are known", required=True),
        Column("kind", "text", "Kind of the norm; one figure never mixes two", allowed=NORM_KINDS),
        Column(
            "coverage_low", "share", "Lower end of its band, at the dataset's level, from the headcount", "0 or more"
        ),
        Column("coverage_high", "share", "Upper end of its band", "0 or more"),
        Column("reason", "text", "Why it is not assessed", allowed=NOT_ASSESSED),
        Column("taken", "number", "Units in `needed` that were taken from people in the item's life", "units"),
    ),
)

TABLES = MappingProxyType(
    {
        table.name: table
        for table in (
            DONATIONS, GOODS, DISTRIBUTIONS, HEADCOUNTS, STOCK, LOSSES, APPEALS, TESTIMONIES, EVENTS, QUARANTINE,
            WEEKLY, COVERAGE,
        )
    }
)  # fmt: skip

RECORD_TABLES = (
    "donations",
    "goods",
    "distributions",
    "headcounts",
    "stock",
    "losses",
    "appeals",
    "testimonies",
    "events",
)
"""The tables that files can fill, in reading order."""
