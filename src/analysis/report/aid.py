"""What people got: coverage, rationing, stock, the wish list and what a drop means in goods; computed once.

Tables of people and of what they got are kept as they may be published.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from analysis.dataset import Dataset
from analysis.models.in_goods import InGoods, restate
from analysis.models.rationing import Rationing, fit_rationing
from analysis.models.results import PerPerson, RawChange, TooThin, WinterDrop
from analysis.panel.coverage import ALL_AREAS, monthly_coverage
from analysis.panel.prices import goods_mix, unit_prices
from analysis.panel.rationing import monthly_rationing, weekly_rationing
from analysis.panel.sources import one_source
from analysis.panel.stock import days_in_store, mixed_units, stock_accounts, stock_levels
from analysis.panel.wish_list import wish_list_orders
from analysis.report.disclosure import (
    COUNT_ROUNDING,
    FEWEST,
    publishable_accounts,
    publishable_coverage,
    publishable_orders,
    publishable_rationing,
)
from analysis.report.robustness import or_too_thin
from analysis.seasons import month_start
from analysis.tables import Tables

YEAR_MONTHS = 12
IN_GOODS = {
    "low": "units_low", "high": "units_high", "mixed": "usual_units", "mixed_low": "usual_low",
    "mixed_high": "usual_high",
}  # fmt: skip
"""Names by which published columns stand for one thing in every table."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aid:
    """What people got, from one dataset; a table without rows where nothing was noted.

    `coverage` has all counted areas together, `by_area` each, both as published. `arrivals` sets need, goods received
    and goods handed out beside each other for each item with a norm. `rationing` is monthly, `link` how rationing
    moves with goods per person. `accounts` and `levels` are of stock, `taken` units that people lost in
    the item's life, by item; `orders` has products of few orders taken together.
    `in_goods` is None where the winter drop, or what goods cost, is not known.
    """

    coverage: pd.DataFrame
    by_area: pd.DataFrame
    arrivals: pd.DataFrame
    rationing: pd.DataFrame
    link: Rationing | TooThin | None
    accounts: pd.DataFrame
    levels: pd.DataFrame
    in_store: pd.DataFrame
    mixed_units: tuple[str, ...]
    taken: pd.Series
    orders: pd.DataFrame
    in_goods: InGoods | None

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables that leave beside those of the charts, by name; those without rows do not."""
        every = {
            "coverage_by_area": self.by_area,
            "stock_accounts": self.accounts.rename(columns={"counted": "stock_counted"}),
            "wish_list": self.orders.drop(columns=["delivered_orders", "late_orders"]),
            **({"in_goods": self.in_goods.to_frame().rename(columns=IN_GOODS)} if self.in_goods else {}),
        }
        return {name: table for name, table in every.items() if len(table)}


def _in_tens(levels: pd.DataFrame) -> pd.DataFrame:
    """Stock as it is told: what left it between two Mondays would give back months of few people.

    To all its digits, the weeks that it lasts would give the stock itself back.
    """
    tens = (levels["level"] / COUNT_ROUNDING).round() * COUNT_ROUNDING
    return levels.assign(level=tens, weeks_left=levels["weeks_left"].round(1))


def make_aid(
    weekly: pd.DataFrame,
    tables: Tables,
    dataset: Dataset,
    *,
    drop: WinterDrop | TooThin,
    raw: RawChange | TooThin,
    per_person: PerPerson | TooThin,
    until: pd.Timestamp,
    today: dt.date,
) -> Aid:
    """Everything about goods and people that the report says; `until` is the last recorded day."""
    noted = not tables.distributions.empty
    accounts = publishable_accounts(stock_accounts(tables, dataset))
    coverage = _published(tables, dataset, today, accounts, by_area=False)
    return Aid(
        coverage=coverage,
        by_area=_published(tables, dataset, today, accounts, by_area=True),
        arrivals=arrivals(coverage, tables, dataset),
        rationing=publishable_rationing(monthly_rationing(tables, dataset), today=today),
        link=or_too_thin(fit_rationing, weekly_rationing(tables, dataset), level=dataset.level) if noted else None,
        accounts=accounts,
        levels=_in_tens(stock_levels(tables, dataset)),
        in_store=days_in_store(tables, dataset),
        mixed_units=tuple(mixed_units(tables)),
        taken=_taken(coverage),
        orders=publishable_orders(wish_list_orders(tables, until=until)),
        in_goods=_in_goods(weekly, tables, dataset, drop, raw, per_person),
    )


def _published(
    tables: Tables, dataset: Dataset, today: dt.date, accounts: pd.DataFrame, *, by_area: bool
) -> pd.DataFrame:
    """Coverage as it may leave; months of one stock account are one total, for the account tells what it handed out."""
    coverage = monthly_coverage(tables, dataset, by_area=by_area)
    totals = None if by_area else _account_of(coverage, accounts)
    return publishable_coverage(coverage, _served(coverage, tables, dataset), today=today, totals=totals)


def _served(coverage: pd.DataFrame, tables: Tables, dataset: Dataset) -> pd.Series:
    """People served by row of `coverage`, in the months that its figure is made of; missing where no line says it."""
    lines = tables.distributions.assign(month=month_start(tables.distributions["distributed_on"]))
    keys = ["item", "area"] if coverage["area"].ne(ALL_AREAS).any() else ["item"]
    served = lines.groupby([*keys, "month"])["people_served"].sum(min_count=1).astype("float64").rename("served")
    beside = coverage.merge(served.reset_index(), on=[*keys, "month"], how="left", validate="many_to_one")["served"]
    found = beside.set_axis(coverage.index)
    for (item, _), own in coverage.groupby(["item", "area"]):
        norm = dataset.norms.get(str(item))
        if norm is not None and norm.kind == "stock":
            found.loc[own.index] = found.loc[own.index].rolling(norm.life_months, min_periods=1).sum()
    return found


def _account_of(coverage: pd.DataFrame, accounts: pd.DataFrame) -> pd.Series:
    """The stock account that each month of an item lies in, else the month alone."""
    cells = coverage["item"] + coverage["month"].astype("str")
    for number, account in enumerate(accounts.to_dict("records")):
        inside = coverage["month"].between(account["counted_from"], account["counted_until"], inclusive="left")
        cells = cells.mask(inside & (coverage["item"] == account["item"]), f"account {number}")
    return cells


def arrivals(coverage: pd.DataFrame, tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """Need, goods received and goods handed out, one row an item with a norm, in units.

    Columns: `item`, `kind`, `first`, `last` (months), `needed`, `received`, `distributed`. For "flow" the last 12
    months that were assessed in a row are added up; for "stock" the months of the item's life that end with the last
    one assessed. Facilities do not arrive in goods and are left out; so is an item with a hidden month, or whose months
    begin before goods were noted. No row where things were handed out in an area that nobody counts: goods name none.
    """
    received = tables.goods[tables.goods["status"] == "delivered"]
    received = received.assign(month=month_start(received["received_on"]))
    rows = []
    counted = set(one_source(tables.headcounts, wanted=dataset.headcount_source)["area"])
    if not set(tables.distributions["area"]) <= counted:
        coverage = coverage[:0]
    for item, own in coverage[coverage["kind"].isin(["flow", "stock"])].groupby("item", sort=False):
        known = own[own["assessed"] & ~own["hidden"]]
        if known.empty:
            continue
        kind, last = known["kind"].iloc[0], known["month"].iloc[-1]
        months = YEAR_MONTHS if kind == "flow" else dataset.norms[str(item)].life_months
        first = last - pd.DateOffset(months=months - 1)
        chosen = known[known["month"] >= first] if kind == "flow" else known.tail(1)
        if (kind == "flow" and len(chosen) < months) or received["month"].min() > first:
            continue
        arrived = received[(received["item"] == item) & received["month"].between(first, last)]["quantity"].sum()
        needed, distributed = chosen["needed"].sum(), chosen["distributed"].sum()
        rows.append((item, kind, first, last, needed, float(arrived), distributed))
    return pd.DataFrame(rows, columns=["item", "kind", "first", "last", "needed", "received", "distributed"])


def _taken(coverage: pd.DataFrame) -> pd.Series:
    """Units taken from people in the item's life, in the last month's need; fewer than 10 are not told."""
    owned = coverage[(coverage["kind"] == "stock") & coverage["assessed"].astype(bool)]
    last = owned[owned["month"] == coverage["month"].max()].set_index("item")["taken"]
    return last[last >= FEWEST]


def _in_goods(
    weekly: pd.DataFrame,
    tables: Tables,
    dataset: Dataset,
    drop: WinterDrop | TooThin,
    raw: RawChange | TooThin,
    per_person: PerPerson | TooThin,
) -> InGoods | None:
    prices = unit_prices(tables, dataset)
    if isinstance(drop, TooThin) or isinstance(raw, TooThin) or prices.empty:
        return None
    winter = weekly[(weekly["winter_share"] > 0) & weekly["complete"] & weekly["people"].notna()]
    people = float((winter["people"] * winter["winter_share"]).sum())
    brought = float((winter["amount"] * winter["winter_share"]).sum()) / people if people else 0.0
    known = (per_person, brought) if isinstance(per_person, PerPerson) and people else None
    return restate(drop, raw, winter=dataset.winter, prices=prices, mix=goods_mix(tables), per_person=known)
