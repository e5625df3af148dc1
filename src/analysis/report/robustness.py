"""How far the winter drop hangs on choices, what it is made of, and the same asked of goods: computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

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

P = ParamSpec("P")
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

    this_winter: ExpectedWinter | TooThin
    sensitivity: WinterSensitivity | TooThin
    placebo: PlaceboWindows | TooThin
    spread: WinterSpread | TooThin
    by_source: Mapping[str, PerPerson | TooThin]
    splits: Mapping[str, WinterSplit]
    goods: WinterDrop | TooThin | None
    items: Mapping[str, WinterDrop]
    thin_items: int


def or_too_thin(fit: Callable[P, Result], *given: P.args, **named: P.kwargs) -> Result | TooThin:
    """What `fit` makes of what is given, or the reason why there is nothing."""
    try:
        return fit(*given, **named)
    except TooThin as reason:
        return reason


def make_robustness(
    weekly: pd.DataFrame, tables: Tables, dataset: Dataset, *, others: list[pd.DataFrame]
) -> Robustness:
    """Everything beside the winter drop itself; `others` are the counts of the sources that it does not use."""
    known: dict[str, Any] = {"appeals": known_appeals(tables), "level": dataset.level}
    items, thin = _items(weekly, tables, known)
    return Robustness(
        this_winter=or_too_thin(expected_winter, weekly, **known),
        sensitivity=or_too_thin(winter_sensitivity, weekly, tables=_variants(tables, dataset), **known),
        placebo=or_too_thin(placebo_windows, weekly, **known),
        spread=or_too_thin(fit_winter_spread, weekly, **known),
        by_source={
            str(counts["method"].iloc[0]): or_too_thin(fit_per_person, weekly, counts, **known) for counts in others
        },
        splits=_splits(weekly, tables, known),
        goods=None if tables.goods.empty else or_too_thin(fit_winter_drop, weekly, outcome="goods_value", **known),
        items=items,
        thin_items=thin,
    )


def known_appeals(tables: Tables) -> pd.DataFrame | None:
    """The appeals as the models take them: None where there is none."""
    return tables.appeals if len(tables.appeals) else None


def _variants(tables: Tables, dataset: Dataset) -> dict[str, pd.DataFrame]:
    """The tables that some variations need, by their key."""
    one_off = variants.one_off_gifts(tables, dataset)
    return {
        "without_largest_gifts": variants.without_largest_gifts(tables, dataset),
        **({} if one_off is None else {"one_off_gifts": one_off}),
        "months": variants.monthly_giving(tables, dataset),
    }


def _splits(weekly: pd.DataFrame, tables: Tables, known: Mapping[str, Any]) -> dict[str, WinterSplit]:
    """The splits that could be made. Channels through which few people gave are taken together."""
    cells = unsafe(tables.donations, tables.donations["channel"].astype(object))
    parts = {
        "regular": variants.with_regular(weekly, tables),
        "channels": variants.with_channels(weekly, tables, rest=frozenset(cells.index[cells]) | {"other"}),
    }
    tried = {"donors": or_too_thin(split_by_donors, weekly, **known)}
    for name, (table, columns) in parts.items():
        if len(columns) > 1:
            tried[name] = or_too_thin(split_by_parts, table, columns, **known)
    return {name: split for name, split in tried.items() if isinstance(split, WinterSplit)}


def _items(weekly: pd.DataFrame, tables: Tables, known: Mapping[str, Any]) -> tuple[dict[str, WinterDrop], int]:
    """The winter change of quantities delivered, of the items delivered in most weeks; and how many were too few."""
    delivered = tables.goods[tables.goods["status"] == "delivered"]
    days = delivered.groupby("item")["received_on"].nunique().sort_values(ascending=False, kind="stable")
    chosen = [str(item) for item in days.index[:MOST_ITEMS]]
    tried = {
        item: or_too_thin(
            fit_winter_drop, variants.with_quantity(weekly, tables.goods, item), outcome=item, **known
        )
        for item in chosen
    }  # fmt: skip
    found = {item: fit for item, fit in tried.items() if isinstance(fit, WinterDrop)}
    return found, len(days) - len(found)
