"""Goods in a simulated world: orders from a wish list, and distributions bounded by what is in stock.

The mechanism is simple on purpose. The list asks for what the people of the past year needed and a little
more, and orders fall in winter and rise with an appeal as expected giving does, but without its year-end
peak: goods bear no tax relief. Orders are delivered some days later into one stock per item. Each week
there is one distribution, in one area after the other; those who ask are a Poisson share of the people
present, and each asks for one. While stock would last three such distributions everyone is served; below
that only part of it is handed out, and where this leaves somebody without, the line is marked as rationed.
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
    """One kind of goods: how it is called, what one order holds, and how many of those present ask for it."""

    item: str
    name_fr: str
    product: str
    price: float
    per_order: float
    asking: float
    winter_asking: float = 1.0


ITEMS = (
    Item(item="sleeping_bag", name_fr="Sac de couchage", product="Sac de couchage 0 °C",
         price=24.9, per_order=3.0,
         asking=0.025, winter_asking=1.1),
    Item(item="blanket", name_fr="Couverture", product="Couverture polaire 150 x 200",
         price=9.5, per_order=5.0,
         asking=0.03, winter_asking=1.1),
    Item(item="jacket", name_fr="Veste chaude", product="Veste imperméable doublée",
         price=29.0, per_order=3.0,
         asking=0.02, winter_asking=1.1),
    Item(item="soap", name_fr="Savon", product="Savon de Marseille 250 g, lot de 6",
         price=2.2, per_order=12.0,
         asking=0.06),
    Item(item="toothbrush", name_fr="Brosse à dents", product="Brosses à dents, lot de 12",
         price=0.8, per_order=24.0,
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
Cells = tuple[object, ...]
SITES = {"Calais": ("Quai de la Moselle", "Rue des Huttes"), "Grande-Synthe": ("Puythouck",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Goods of one world.

    `orders`, one row an order: ordered_on, delivered_on (missing while on the way), item, quantity, value,
    appeal. `distributions`, one row an item handed out: distributed_on, area, site, item, quantity,
    people_served, people_asking, people_refused, rationed. `stock`, one row a count, on the first day and
    every 1 January before that day's deliveries: counted_on, item, quantity.
    """

    orders: pd.DataFrame
    distributions: pd.DataFrame
    stock: pd.DataFrame


def simulate_goods(world: World) -> Goods:
    """The goods of `world`: stock, opening + delivered - handed out, is never below zero."""
    rng = stream(world.seed, "goods")
    days = pd.DatetimeIndex(world.expected["day"])
    week = (days - world.people["week"].iloc[0]).days.to_numpy() // 7
    known = world.people["people"].rolling(52, min_periods=1).mean().to_numpy()
    boost = sum((appeal_boost(world.scenario, one, days) for one in world.scenario.appeals), np.zeros(len(days)))
    winter = (world.expected["amount"] / world.expected["amount_without_winter"]).to_numpy()
    wanted = LIST_MARGIN * known[week] * winter * (1 + boost)
    people = world.people.iloc[week].reset_index(drop=True)
    runs = [_run_of(item, world, days, people, wanted, rng) for item in ITEMS]
    orders, distributions, stock = (pd.concat(tables, ignore_index=True) for tables in zip(*runs, strict=True))
    return Goods(
        orders=orders.sort_values("ordered_on", kind="stable", ignore_index=True),
        distributions=distributions.sort_values("distributed_on", kind="stable", ignore_index=True),
        stock=stock.sort_values("counted_on", kind="stable", ignore_index=True),
    )


def _run_of(
    item: Item,
    world: World,
    days: pd.DatetimeIndex,
    people: pd.DataFrame,
    wanted: np.ndarray,
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Day by day: deliveries come in, orders go out, and on Tuesdays goods are handed out."""
    areas = list(AREAS)
    per_person = item.asking / len(areas)
    mean_asking = per_person * people["people"].to_numpy()
    present = {area: people[area].to_numpy() for area in areas}
    order_rate = per_person * wanted / 7 / item.per_order
    asked_for = np.where(WINTER.holds(days), item.winter_asking, 1.0)
    stock = int(OPENING_WEEKS * mean_asking[0])
    arriving = np.zeros(len(days) + DELIVERY_DAYS[1] + 1, dtype=int)
    orders: list[Cells] = []
    lines: list[Cells] = []
    counts: list[Cells] = []
    turn = 0
    for place, day in enumerate(days):
        if place == 0 or (day.month, day.day) == (1, 1):
            counts.append((day, item.item, stock))
        stock += int(arriving[place])
        provided = FULL_ORDERS if stock > FULL_WEEKS * mean_asking[place] else 1.0
        for _ in range(rng.poisson(provided * order_rate[place])):
            quantity, after = int(1 + rng.poisson(item.per_order - 1)), int(rng.integers(*DELIVERY_DAYS))
            arriving[place + after] += quantity
            orders.append((day, day + pd.Timedelta(days=after), item.item, quantity, round(item.price * quantity, 2)))
        if day.weekday() == 1:
            area = areas[turn % len(areas)]
            site = SITES[area][turn // len(areas) % len(SITES[area])]
            turn += 1
            asking = int(rng.poisson(item.asking * asked_for[place] * present[area][place]))
            short = stock < ENOUGH_WEEKS * mean_asking[place]
            served = min(asking, int(stock * RATION_SHARE) if short else stock)
            stock -= served
            lines.append((day, area, site, item.item, served, served, asking, asking - served, served < asking))
    return _orders(orders, world, rng), _table(lines, DISTRIBUTION_COLUMNS), _table(counts, STOCK_COLUMNS)


ORDER_COLUMNS = ("ordered_on", "delivered_on", "item", "quantity", "value")
DISTRIBUTION_COLUMNS = (
    "distributed_on", "area", "site", "item", "quantity",
    "people_served", "people_asking", "people_refused", "rationed",
)  # fmt: skip
STOCK_COLUMNS = ("counted_on", "item", "quantity")


def _table(rows: list[Cells], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns))


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
