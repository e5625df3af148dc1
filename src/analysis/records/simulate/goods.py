"""Goods in a simulated world: orders from a wish list, distributions bounded by what is in stock, and losses.

The mechanism is simple on purpose. The list asks for what the people of the past year needed and a little
more, and orders fall in winter and rise with an appeal as expected giving does, but without its year-end
peak: goods bear no tax relief. Orders are delivered some days later into one stock per item; a few never
arrive, and now and then damp spoils part of a stock. Evictions take things from the people who had them,
which no stock shows. Each week
there is one distribution, in one area after the other; those who ask are a Poisson share of the people
present, and each asks for one. While stock would last three such distributions everyone is served; below
that only part of it is handed out, and where this leaves somebody without, the line is marked as rationed.
With each distribution the toilets that are open at its site are noted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.records.simulate.draws import stream
from analysis.records.simulate.people import AREAS
from analysis.records.simulate.scenario import appeal_boost
from analysis.records.simulate.world import World
from analysis.seasons import WINTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One kind of goods: how it is called, what one order holds, how many of those present ask for it a week.

    `seized` is how many of them an eviction takes, for each person present.
    """

    item: str
    name_fr: str
    price: float
    per_order: float
    asking: float
    winter_asking: float = 1.0
    seized: float = 0.0


ITEMS = (
    Item(item="sleeping_bag", name_fr="Sac de couchage", price=24.9, per_order=3.0,
         asking=0.025, winter_asking=1.1, seized=0.012),
    Item(item="blanket", name_fr="Couverture", price=9.5, per_order=5.0,
         asking=0.03, winter_asking=1.1, seized=0.016),
    Item(item="jacket", name_fr="Veste chaude", price=29.0, per_order=3.0,
         asking=0.02, winter_asking=1.1),
    Item(item="soap", name_fr="Savon", price=2.2, per_order=12.0,
         asking=0.06),
    Item(item="toothbrush", name_fr="Brosse à dents", price=0.8, per_order=24.0,
         asking=0.05),
    Item(item="food_parcel", name_fr="Colis alimentaire", price=14.5, per_order=10.0,
         asking=0.08),
    Item(item="hygiene_kit", name_fr="Kit d'hygiène", price=6.9, per_order=12.0,
         asking=0.05),
)  # fmt: skip

LIST_MARGIN = 1.12
"""What the list asks for, over what was needed."""

OPENING_WEEKS = 6
"""Stock on the first day, in weeks of asking."""

ENOUGH_WEEKS = 3
"""Below this many distributions' worth of stock, goods are rationed."""

RATION_SHARE = 0.4
"""While goods are rationed, a distribution hands out at most this share of the stock."""

FULL_WEEKS, FULL_ORDERS = 7, 0.3
"""Above this stock the list shows the item as provided for, and orders fall to this share."""

DELIVERY_DAYS = (2, 8)
NEVER_ARRIVES = 0.02
"""Chance that an order does not arrive."""

SPOILS_A_YEAR, SPOILT_SHARE = 0.7, 0.25
"""How often damp gets at the stock of an item, and the share of it that is spoilt then."""

EVICTIONS_A_WEEK = 0.5
TOILETS = (4, 7)
"""Toilets open at a site, in the first half of the period and in the second."""

TOILET, TOILET_FR = "toilet", "Toilettes"
DISTRIBUTION_DAY = 1
"""Day of the week, Monday is 0."""

Cells = tuple[object, ...]
SITES = {"Calais": ("Quai de la Moselle", "Rue des Huttes"), "Grande-Synthe": ("Puythouck",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Goods of one world.

    `orders`, one row an order: ordered_on, delivered_on (missing while on the way), item, quantity, value,
    appeal. `distributions`, one row an item handed out: distributed_on, area, site, item, quantity,
    people_served, people_asking, people_refused, rationed (the last four missing for toilets). `stock`, one
    row a count, on the first day and every 1 January before that day's deliveries: counted_on, item,
    quantity. `losses`, one row a loss: lost_on, item, quantity, cause (damp, from the stock; eviction, from
    the people who had it).
    """

    orders: pd.DataFrame
    distributions: pd.DataFrame
    stock: pd.DataFrame
    losses: pd.DataFrame


def simulate_goods(world: World) -> Goods:
    """The goods of `world`: stock, opening + delivered - handed out - spoilt, is never below zero."""
    days = pd.DatetimeIndex(world.expected["day"])
    people = world.people.iloc[_week(world, days)].reset_index(drop=True)
    luck = _Luck(stream(world.seed, "goods"), stream(world.seed, "losses"))
    evictions = luck.losses.uniform(size=len(days)) < EVICTIONS_A_WEEK / 7
    runs = [_run_of(item, world, days, people, _wanted(world, days), luck) for item in ITEMS]
    orders, distributions, stock, spoilt = (pd.concat(tables, ignore_index=True) for tables in zip(*runs, strict=True))
    losses = pd.concat([spoilt, _seized(days[evictions], people[evictions], luck.losses)])
    distributions = pd.concat([distributions, _toilets(days)])
    return Goods(
        orders=orders.sort_values("ordered_on", kind="stable", ignore_index=True),
        distributions=distributions.sort_values("distributed_on", kind="stable", ignore_index=True),
        stock=stock.sort_values("counted_on", kind="stable", ignore_index=True),
        losses=losses.sort_values("lost_on", kind="stable", ignore_index=True),
    )


@dataclass(frozen=True, slots=True)
class _Luck:
    """Two streams: what happens anyway, and what is lost, so that one does not shift the other."""

    goods: np.random.Generator
    losses: np.random.Generator


def _week(world: World, days: pd.DatetimeIndex) -> np.ndarray:
    return np.asarray((days - world.people["week"].iloc[0]).days // 7)


def _wanted(world: World, days: pd.DatetimeIndex) -> np.ndarray:
    """People whose needs the orders of each day would meet, were every item asked for by each of them."""
    known = world.people["people"].rolling(52, min_periods=1).mean().to_numpy()
    boost = sum((appeal_boost(world.scenario, one, days) for one in world.scenario.appeals), np.zeros(len(days)))
    winter = (world.expected["amount"] / world.expected["amount_without_winter"]).to_numpy()
    return np.asarray(LIST_MARGIN * known[_week(world, days)] * winter * (1 + boost))


def _run_of(
    item: Item, world: World, days: pd.DatetimeIndex, people: pd.DataFrame, wanted: np.ndarray, luck: _Luck
) -> tuple[pd.DataFrame, ...]:
    """Day by day: deliveries come in, damp spoils, orders go out, and on Tuesdays goods are handed out."""
    rng = luck.goods
    mean_asking = item.asking / len(AREAS) * people["people"].to_numpy()
    present = {area: people[area].to_numpy() for area in AREAS}
    order_rate = item.asking / len(AREAS) * wanted / 7 / item.per_order
    asked_for = np.where(WINTER.holds(days), item.winter_asking, 1.0)
    damp = luck.losses.uniform(size=len(days)) < SPOILS_A_YEAR / 365.25
    stock = int(OPENING_WEEKS * mean_asking[0])
    arriving = np.zeros(len(days) + DELIVERY_DAYS[1] + 1, dtype=int)
    orders: list[Cells] = []
    lines: list[Cells] = []
    counts: list[Cells] = []
    losses: list[Cells] = []
    turn = 0
    for place, day in enumerate(days):
        if place == 0 or (day.month, day.day) == (1, 1):
            counts.append((day, item.item, stock))
        stock += int(arriving[place])
        if damp[place] and (spoilt := int(stock * SPOILT_SHARE)):
            stock -= spoilt
            losses.append((day, item.item, spoilt, "damp"))
        provided = FULL_ORDERS if stock > FULL_WEEKS * mean_asking[place] else 1.0
        for _ in range(rng.poisson(provided * order_rate[place])):
            quantity, after = int(1 + rng.poisson(item.per_order - 1)), int(rng.integers(*DELIVERY_DAYS))
            arrives = None if luck.losses.uniform() < NEVER_ARRIVES else day + pd.Timedelta(days=after)
            arriving[place + after] += 0 if arrives is None else quantity
            orders.append((day, arrives, item.item, quantity, round(item.price * quantity, 2)))
        if day.weekday() == DISTRIBUTION_DAY:
            area, site = _place(turn)
            turn += 1
            asking = int(rng.poisson(item.asking * asked_for[place] * present[area][place]))
            short = stock < ENOUGH_WEEKS * mean_asking[place]
            served = min(asking, int(stock * RATION_SHARE) if short else stock)
            stock -= served
            lines.append((day, area, site, item.item, served, served, asking, asking - served, served < asking))
    handed_out, counted, lost = (
        _table(lines, DISTRIBUTION_COLUMNS),
        _table(counts, STOCK_COLUMNS),
        _table(losses, LOSS_COLUMNS),
    )
    return _orders(orders, world, rng), handed_out, counted, lost


def _place(turn: int) -> tuple[str, str]:
    """Area and site of the distribution whose turn it is."""
    area = list(AREAS)[turn % len(AREAS)]
    return area, SITES[area][turn // len(AREAS) % len(SITES[area])]


def _toilets(days: pd.DatetimeIndex) -> pd.DataFrame:
    """The toilets open at the site of each distribution, noted with it."""
    tuesdays = days[days.day_of_week == DISTRIBUTION_DAY]
    rows: list[Cells] = []
    for turn, day in enumerate(tuesdays):
        area, site = _place(turn)
        rows.append((day, area, site, TOILET, TOILETS[2 * turn >= len(tuesdays)], None, None, None, None))
    return _table(rows, DISTRIBUTION_COLUMNS).astype({"site": "str"})


def _seized(days: pd.DatetimeIndex, people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What evictions took from the people who had it, one row an eviction and item."""
    rows: list[Cells] = []
    for day, present in zip(days, people["people"], strict=True):
        for item in ITEMS:
            taken = int(rng.poisson(item.seized * present))
            if taken:
                rows.append((day, item.item, taken, "eviction"))
    return _table(rows, LOSS_COLUMNS)


ORDER_COLUMNS = ("ordered_on", "delivered_on", "item", "quantity", "value")
DISTRIBUTION_COLUMNS = (
    "distributed_on", "area", "site", "item", "quantity",
    "people_served", "people_asking", "people_refused", "rationed",
)  # fmt: skip
STOCK_COLUMNS = ("counted_on", "item", "quantity")
LOSS_COLUMNS = ("lost_on", "item", "quantity", "cause")


TYPES = {
    **dict.fromkeys(("people_served", "people_asking", "people_refused"), "Int64"),
    "rationed": "boolean",
    "delivered_on": "datetime64[us]",
}
"""Columns in which a cell may be missing."""


def _table(rows: list[Cells], columns: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(columns))
    return frame.astype({name: TYPES[name] for name in columns if name in TYPES})


def _orders(rows: list[Cells], world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Orders with what brought them; those that arrive after the last day are still on the way."""
    orders = _table(rows, ORDER_COLUMNS)
    dates = pd.DatetimeIndex(orders["ordered_on"])
    luck = rng.uniform(size=len(orders))
    appeal = np.full(len(orders), None, dtype=object)
    for one in world.scenario.appeals:
        boost = appeal_boost(world.scenario, one, dates)
        appeal[luck < boost / (1 + boost)] = one.appeal
    last = pd.Timestamp(world.scenario.ends_on)
    return orders.assign(
        delivered_on=orders["delivered_on"].where(orders["delivered_on"] <= last),
        appeal=pd.Series(appeal, index=orders.index, dtype="str"),
    )
