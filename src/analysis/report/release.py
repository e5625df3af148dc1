"""The gate: what every table and every number passes before it leaves, whatever file or sentence it leaves in.

Tables are thinned where they are made (`disclosure`), so that pages, charts and files show the same pattern. Here each
column is held against the rule of its kind once more, and a column without a rule does not leave. The gate sees counts,
headcounts, months, areas and kinds of cells; it cannot know whether a text names a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from math import isfinite
from typing import Literal

import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

from analysis.dataset import Dataset
from analysis.files import harmless_cell
from analysis.panel.coverage import ALL_AREAS
from analysis.report.disclosure import COUNT_ROUNDING, FEWEST, PEOPLE_ROUNDING
from analysis.report.narrative import Number

Kind = Literal["day", "month", "headcount", "tens", "count", "number", "money", "share", "area", "text", "flag"]
TEXTS = ("area", "text")
COUNTS: Mapping[str, int] = {"count": 1, "tens": COUNT_ROUNDING}
"""Kinds that count people or what they did: never below 10, and a multiple of this."""
LONGEST_TEXT = 300
"""Characters of a cell; a longer one is cut, for names come from files."""

SHARE_STEP = Decimal("0.001")
"""The tenth of a percent that a published share ends with: its other digits could be solved for the one week that a
reader does not know."""

PEOPLE_UNITS = ("people", "donors", "donations", "orders", "testimonies")
PEOPLE_BEHIND = (
    "total_amount",
    "donors",
    "donor_retention",
    "testimonies_published_of_",
    "testimony_days",
    "wish_days",
)
"""How ids of numbers begin whose `n` counts people or what they did."""

WORDS = ("label", "item_label", "product_label", "appeal_label", "phase_label")
"""Columns in one reader's language: pages show them, files have the name in tables beside them."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a published column holds: its kind decides what may leave, `hxl` is its tag in the HXL standard."""

    kind: Kind
    meaning: str
    hxl: str = ""


def _columns(kind: Kind, /, **meanings: str) -> dict[str, Published]:
    """The columns of one kind; a meaning may end with the column's HXL tag."""
    parts = {name: meaning.partition(" #") for name, meaning in meanings.items()}
    return {name: Published(kind, said, f"#{tag}" if tag else "") for name, (said, _, tag) in parts.items()}


COLUMNS: Mapping[str, Published] = {
    **_columns(
        "day",
        week="Monday that the week begins with #date+start", first_day="First day #date+start",
        last_day="Last day #date+end", counted_from="Day of the inventory it starts from #date+start",
        counted_until="Day of the inventory it ends with #date+end", launched_on="Day of the public launch #date+start",
    ),
    **_columns(
        "month",
        month="First day of the month, or its number in a table by giving year #date",
        first="First month #date+start", last="Last month #date+end",
    ),
    **_columns(
        "headcount",
        people="People in need, monthly mean #inneed", people_low="Lower end of its range #inneed+min",
        people_high="Upper end of its range #inneed+max", counted="People counted that month #affected",
        **{f"counted_{by}": f"People by another source: {by} #affected+{by}"
           for by in ("census", "estimate", "official", "meals")},
    ),
    **_columns(
        "tens",
        asking="People who asked, rounded down to tens", refused="People who left without, rounded down to tens",
        served_less="People served when goods were rationed, rounded down to tens #reached",
    ),
    **_columns(
        "count",
        donations="Donations", donors="Donors", retained="Donors who gave in the year before too",
        new_or_returning="Donors who had not given in the year before", new="Donors never seen before",
        returning="Donors who came back after a pause", lapsed="Donors of the year before who did not give",
        upgraded="Retained donors who gave more", downgraded="Retained donors who gave less",
        one_percent="Donors in the largest 1 %", ten_percent="Donors in the largest 10 %",
        regular_donors="Donors with a standing donation", orders="Orders", dated="Orders with a known delay",
        published="Testimonies published",
    ),
    **_columns(
        "number",
        weeks="Weeks", lines="Distribution lines that say whether goods were rationed", rationed="Of these, rationed",
        weeks_left="Weeks that the stock would last", level="Units in stock, calculated, in tens #capacity",
        stock_counted="Units counted", opening="Units at the start", received="Units received",
        distributed="Units handed out #output", lost="Units lost from stock",
        **{"expected": "Units that should be there"},
        unexplained="Units counted less expected", needed="Units needed #need", norm="Units of the norm",
        taken="Units taken from people in the item's life", ordered="Units ordered", delivered="Units arrived",
        on_the_way="Units on the way", never_arrived="Units that never arrived", units="Units, all spent on this item",
        usual_units="Units, in the usual mix", usual_low="Lower end", usual_high="Upper end",
        median_days="Median days from order to arrival", median="Days by which half were removed",
        median_lower="Lower end", median_upper="Upper end", days="Days since posted", products="Products",
        orders_a_week="Orders a week, per product", units_low="Lower end", units_high="Upper end",
        goods_per_person="Value of goods received per person in need", after="Years after the first",
        placebos="Windows without an appeal", by_chance="Of these, as far above expectation",
    ),
    **_columns(
        "money",
        amount="Donations of money #value", smooth="Median of nine weeks", price="Price of a unit",
        goods_value="Value of goods received", expected_amount="Donations expected without the appeal",
        expected_low="Lower end of what was expected", expected_high="Upper end of what was expected",
        cumulative="Donations above expectation so far", cumulative_low="Lower end", cumulative_high="Upper end",
        uplift="What the appeal brought", uplift_low="Lower end", uplift_high="Upper end", spent="What the appeal cost",
        new_or_returning_amount="Gained from donors who had not given in the year before",
        upgraded_amount="Gained from retained donors who gave more", downgraded_amount="Lost where they gave less",
        lapsed_amount="Lost with donors who did not give again", gains="All gained", losses="All lost",
        change_amount="Gains less losses",
    ),
    **_columns(
        "share",
        change="Change, as a share", low="Lower end of the range", high="Upper end of the range",
        coverage="Share of the need met", coverage_low="Lower end", coverage_high="Upper end",
        rationed_share="Share of lines rationed", refused_share="Share of people asking who left without",
        online="Share still online", lower="Lower end", upper="Upper end", share="Share of the cohort that gave",
        one_percent_share="Share of money given by the largest 1 %", regular_share="Share of money of standing donors",
        ten_percent_share="Share of money given by the largest 10 %", retention="Share who gave again",
        retention_low="Lower end", retention_high="Upper end",
    ),
    **_columns("area", area="Area; never a site #adm2+name"),
    **_columns(
        "text",
        item="Item, as named in dataset.toml #item+code", product="Product of the wish list #item+name",
        giving_year="Giving year, July to June", measure="Which estimate the row is", norm_source="Source of the norm",
        kind="Kind of norm", **{"reason": "Why the share is not assessed"}, appeal="Appeal",
        phase="Before, soft launch or after",
        outcome="What was counted", part="By what donors are told apart", **{"value": "Which of them"},
        cohort="Giving year of the first gift",
    ),
    **_columns(
        "flag",
        hidden="Whether a figure of the row is not published", assessed="Whether coverage could be worked out",
        with_testimony="Whether a testimony came online", complete="Whether the year is recorded whole",
        past_unknown="Whether donors may have given before the records begin",
    ),
}  # fmt: skip
"""Every column that may leave, by name; one name means one thing in every table."""


class NotPublished(RuntimeError):
    """A table that may not leave as it is: a fault of the program, not of the records."""


def released(name: str, table: pd.DataFrame, *, dataset: Dataset, today: dt.date) -> pd.DataFrame:
    """The table as files hold it: without the words of one language, its texts harmless and cut, its shares rounded.

    Raises NotPublished when a column has no rule or breaks it: a count of people below 10, a headcount that is no
    multiple of 50, tens that are none, a month of people not yet over, an area that the dataset does not name, a text
    where a number or a day belongs.
    """
    kept = table.drop(columns=[column for column in WORDS if column in table.columns])
    for column in kept.columns:
        if column not in COLUMNS:
            raise NotPublished(f"{name}.{column} has no rule in analysis.report.release, so it may not leave")
        broken = _broken(kept[column], COLUMNS[column].kind, dataset, today)
        if broken.any():
            raise NotPublished(f"{name}.{column} may not leave: {kept[column][broken].iloc[0]} breaks its rule")
    texts = {column: kept[column].map(_cell) for column in kept.columns if COLUMNS[column].kind in TEXTS}
    shares = {
        column: kept[column].map(_share, na_action="ignore")
        for column in kept.columns
        if COLUMNS[column].kind == "share"
    }
    return kept.assign(**texts, **shares)


def released_numbers(numbers: Mapping[str, Number]) -> dict[str, Number]:
    """The numbers as they may leave, shares to the tenth of a percent.

    Raises NotPublished for a count of people, or of what they did, that is below 10; an estimate of one, which may be
    none or less, is told in tens.
    """
    for number in numbers.values():
        ends = [number.value, number.low, number.high]
        told = [abs(float(end)) for end in ends if end is not None] if number.unit in PEOPLE_UNITS else []
        step = COUNT_ROUNDING if number.level is not None else 1
        few = [end for end in told if end % step or (step == 1 and end < FEWEST)]
        behind = [number.n] if number.id.startswith(PEOPLE_BEHIND) and number.n is not None else []
        if few or any(count < FEWEST for count in behind):
            raise NotPublished(f"the number {number.id} may not leave: it counts fewer than {FEWEST} people")
    return {name: _rounded(number) if number.unit == "share" else number for name, number in numbers.items()}


def _rounded(number: Number) -> Number:
    low, high = (None if end is None else _share(end) for end in (number.low, number.high))
    return replace(number, value=_share(float(number.value)), low=low, high=high)


def _share(value: float) -> float:
    """A share without the digits after its tenth of a percent: cut, so that its whole percent stays what it was."""
    return (
        float(Decimal(repr(float(value))).quantize(SHARE_STEP, rounding=ROUND_DOWN)) + 0.0 if isfinite(value) else value
    )


def _broken(values: pd.Series, kind: Kind, dataset: Dataset, today: dt.date) -> pd.Series:
    """Where a column breaks the rule of its kind; a missing cell breaks none."""
    known = values.notna()
    if not _fits(values, kind):
        return known
    numbers = values.astype("float64") if kind in (*COUNTS, "headcount") else values
    if kind == "headcount":
        return known & (numbers % PEOPLE_ROUNDING != 0)
    if kind in COUNTS:
        return known & ((numbers % COUNTS[kind] != 0) | (numbers < FEWEST))
    if kind == "month" and is_datetime64_any_dtype(values):
        return known & (values >= pd.Timestamp(today).to_period("M").to_timestamp())
    if kind == "area":
        return known & ~values.isin([*dataset.areas, ALL_AREAS])
    return pd.Series(False, index=values.index)


def _fits(values: pd.Series, kind: Kind) -> bool:
    """Whether a column holds what its kind says: days, yes or no, texts or numbers."""
    number = is_numeric_dtype(values) and not is_bool_dtype(values)
    if kind in TEXTS:
        return all(isinstance(cell, str) for cell in values.dropna())
    if kind == "flag":
        return is_bool_dtype(values.dropna().infer_objects())
    if kind in ("day", "month"):
        return is_datetime64_any_dtype(values) or (kind == "month" and number)
    return number or bool(values.isna().all())


def _cell(value: object) -> object:
    """A text as a file may hold it: no formula, nothing that steers, not endless."""
    harmless = harmless_cell(value)
    if isinstance(harmless, str) and len(harmless) > LONGEST_TEXT:
        return f"{harmless[: LONGEST_TEXT - 1]}…"
    return harmless
