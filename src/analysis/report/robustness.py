"""How far the winter drop hangs on choices, what it is made of, and the same asked of goods: computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from analysis.dataset import Dataset
from analysis.models.results import PerPerson, TooThin, WinterDrop, WinterSpread
from analysis.models.winter import (
    expected_winter,
    fit_per_person,
    fit_winter_drop,
    fit_winter_spread,
    placebo_windows,
    split_by_donors,
    split_by_parts,
    winter_sensitivity,
)
from analysis.models.winter.expected import ExpectedWinter
from analysis.models.winter.placebo import PlaceboWindows
from analysis.models.winter.sensitivity import WinterSensitivity
from analysis.models.winter.split import WinterSplit
from analysis.panel import variants
from analysis.report.disclosure import unsafe
from analysis.tables import Tables

Result = TypeVar("Result")
MOST_ITEMS = 6
"""Items whose quantities are followed: those delivered in most weeks."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Robustness:
    """What supports or limits the winter drop; what the records cannot carry is a TooThin.

    `by_source` holds giving per person by each other source of headcounts, by its method. `splits` holds those that
    the records name: by donors, by regular and one-off giving, by channel. `items` are quantities by item, of those
    that could be estimated, and `thin_items` how many could not; `goods` is None where no goods are recorded.
    """

    expected: ExpectedWinter | TooThin
    sensitivity: WinterSensitivity | TooThin
    placebo: PlaceboWindows | TooThin
    spread: WinterSpread | TooThin
    by_source: Mapping[str, PerPerson | TooThin]
    splits: Mapping[str, WinterSplit]
    goods: WinterDrop | TooThin | None
    items: Mapping[str, WinterDrop]
    thin_items: int


def or_too_thin(fit: Callable[[], Result]) -> Result | TooThin:
    """The result, or the reason why there is none."""
    try:
        return fit()
    except TooThin as reason:
        return reason


def make_robustness(
    weekly: pd.DataFrame, tables: Tables, dataset: Dataset, *, others: list[pd.DataFrame]
) -> Robustness:
    """Everything beside the winter drop itself; `others` are the counts of the sources that it does not use."""
    appeals = tables.appeals if len(tables.appeals) else None
    level = dataset.level
    items, thin = _items(weekly, tables, level)
    return Robustness(
        expected=or_too_thin(lambda: expected_winter(weekly, appeals=appeals, level=level)),
        sensitivity=or_too_thin(
            lambda: winter_sensitivity(weekly, appeals=appeals, level=level, tables=_variants(tables, dataset))
        ),
        placebo=or_too_thin(lambda: placebo_windows(weekly, appeals=appeals, level=level)),
        spread=or_too_thin(lambda: fit_winter_spread(weekly, appeals=appeals, level=level)),
        by_source={
            str(counts["method"].iloc[0]): or_too_thin(
                lambda counts=counts: fit_per_person(weekly, counts, appeals=appeals, level=level)  # type: ignore[misc]
            )
            for counts in others
        },
        splits=_splits(weekly, tables, level),
        goods=_goods(weekly, tables, level),
        items=items,
        thin_items=thin,
    )


def _variants(tables: Tables, dataset: Dataset) -> dict[str, pd.DataFrame]:
    """The tables that some variations need, by their key."""
    one_off = variants.one_off_gifts(tables, dataset)
    return {
        "without_largest_gifts": variants.without_largest_gifts(tables, dataset),
        **({} if one_off is None else {"one_off_gifts": one_off}),
        "months": variants.monthly_giving(tables, dataset),
    }


def _splits(weekly: pd.DataFrame, tables: Tables, level: float) -> dict[str, WinterSplit]:
    """The splits that could be made. Channels through which few people gave are taken together."""
    appeals = tables.appeals if len(tables.appeals) else None
    cells = unsafe(tables.donations, tables.donations["channel"].astype(object))
    rest = frozenset(cells.index[cells]) | {"other"}
    parts = {
        "regular": variants.with_regular(weekly, tables),
        "channels": variants.with_channels(weekly, tables, rest=rest),
    }
    tried = {
        "donors": or_too_thin(lambda: split_by_donors(weekly, appeals=appeals, level=level)),
        **{
            name: or_too_thin(
                lambda table=table, columns=columns: split_by_parts(table, columns, appeals=appeals, level=level)  # type: ignore[misc]
            )
            for name, (table, columns) in parts.items()
            if len(columns) > 1
        },
    }
    return {name: split for name, split in tried.items() if isinstance(split, WinterSplit)}


def _goods(weekly: pd.DataFrame, tables: Tables, level: float) -> WinterDrop | TooThin | None:
    if tables.goods.empty:
        return None
    return or_too_thin(lambda: fit_winter_drop(weekly, level=level, outcome="goods_value"))


def _items(weekly: pd.DataFrame, tables: Tables, level: float) -> tuple[dict[str, WinterDrop], int]:
    """The winter change of quantities delivered, of the items delivered in most weeks; and how many were too few."""
    delivered = tables.goods[tables.goods["status"] == "delivered"]
    days = delivered.groupby("item")["received_on"].nunique().sort_values(ascending=False, kind="stable")
    found, thin = dict[str, WinterDrop](), 0
    for item in days.index[:MOST_ITEMS]:
        table = variants.with_quantity(weekly, tables.goods, str(item))
        fit = or_too_thin(lambda table=table, item=item: fit_winter_drop(table, level=level, outcome=str(item)))  # type: ignore[misc]
        if isinstance(fit, WinterDrop):
            found[str(item)] = fit
        else:
            thin += 1
    return found, thin + max(0, len(days) - MOST_ITEMS)
