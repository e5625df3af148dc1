"""Testimonies under the products of the wish list, and the product that each order was for.

Testimonies are posted from the first day of an appeal, a little fewer each week, under half of the products. Each is
refused, still awaits a decision, or comes online on the day it was posted; the shop then removes it on a day that comes
ever alike, so that the time online is exponential. While a product has a testimony online, it is chosen among those of
its item with `DRAWN_BY` times the odds; how much is ordered of the item stays as it was.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from analysis.records.simulate.draws import stream
from analysis.records.simulate.scenario import Appeal
from analysis.records.simulate.world import World

PRODUCTS = {
    "sleeping_bag": ("Sac de couchage 0 °C", "Sac de couchage 5 °C", "Sac de couchage sarcophage", "Duvet double"),
    "blanket": ("Couverture polaire 150 x 200", "Couverture en laine", "Plaid polaire", "Couverture épaisse"),
    "jacket": ("Veste imperméable doublée", "Doudoune à capuche", "Parka doublée", "Veste polaire"),
    "soap": ("Savon de Marseille 250 g, lot de 6", "Savon d'Alep 250 g", "Savon surgras 250 g", "Savon doux 250 g"),
    "toothbrush": ("Brosses à dents, lot de 12", "Brosse à dents souple", "Brosse à dents", "Brosse de voyage"),
    "food_parcel": (
        "Colis alimentaire, une personne, trois jours",
        "Colis sans cuisson",
        "Colis riz et lentilles",
        "Colis conserves",
    ),
    "hygiene_kit": ("Kit d'hygiène, une personne, un mois", "Kit d'hygiène simple", "Kit femme", "Kit de voyage"),
}
"""The products of each item on the wish list, the best known first."""

LIKED = np.array([0.3, 0.28, 0.22, 0.2])
"""How the orders of an item fall to its products while no testimony is online."""

DRAWN_BY = 1.8
"""Odds that an order goes to a product with a testimony online, over the odds without."""

WITH_TESTIMONIES = 0.5
"""Share of products under which testimonies are posted."""

POSTED_DAYS, REFUSED, DECIDED_DAYS, ONLINE_DAYS = 30.0, 0.15, 10, 80.0
"""Mean days from the first to a testimony; share refused; days in which one is decided; mean days online."""


def simulate_testimonies(world: World) -> pd.DataFrame:
    """One row a testimony, by day posted: posted_on, item, product, status, ended_on (of those removed or refused)."""
    rng, last = stream(world.seed, "testimonies"), world.scenario.ends_on
    products = [(item, product) for item, names in PRODUCTS.items() for product in names]
    chosen = rng.permutation(len(products))[: round(len(products) * WITH_TESTIMONIES)]
    rows = [
        (day, *products[rng.choice(chosen)], *_fate(day, last, rng))
        for appeal in world.scenario.appeals
        for day in _days_posted(appeal, rng)
        if world.scenario.starts_on <= day <= last
    ]
    table = pd.DataFrame(rows, columns=["posted_on", "item", "product", "status", "ended_on"])
    texts = dict.fromkeys(("item", "product", "status"), "str")
    dated = table.astype({**texts, "posted_on": "datetime64[us]", "ended_on": "datetime64[us]"})
    return dated.sort_values("posted_on", kind="stable", ignore_index=True)


def _days_posted(appeal: Appeal, rng: np.random.Generator) -> list[dt.date]:
    first = appeal.soft_launch_on or appeal.launched_on
    return [first + dt.timedelta(days=int(after)) for after in rng.exponential(POSTED_DAYS, appeal.testimonies)]


def _fate(posted: dt.date, last: dt.date, rng: np.random.Generator) -> tuple[str, dt.date | None]:
    """Its status on the last day, and the day on which it was refused or removed."""
    refused, online = rng.uniform() < REFUSED, rng.exponential(ONLINE_DAYS)
    decided = posted + dt.timedelta(days=int(rng.integers(DECIDED_DAYS)))
    if decided > last:
        return "pending", None
    ended = decided if refused else posted + dt.timedelta(days=1 + int(online))
    if ended > last:
        return "online", None
    return ("refused" if refused else "removed"), ended


def ordered_products(orders: pd.DataFrame, testimonies: pd.DataFrame, *, seed: int) -> pd.Series:
    """The product of each order, drawn among those of its item by how they are liked and what stands under them."""
    rng, online = stream(seed, "products"), testimonies[testimonies["status"].isin(["online", "removed"])]
    until = online["ended_on"].fillna(pd.Timestamp.max.normalize())
    spans: dict[str, list[tuple[pd.Timestamp, pd.Timestamp]]] = {}
    for product, first, end in zip(online["product"], online["posted_on"], until, strict=True):
        spans.setdefault(product, []).append((first, end))
    found = []
    for item, day in zip(orders["item"], orders["ordered_on"], strict=True):
        live = [any(first <= day < end for first, end in spans.get(one, ())) for one in PRODUCTS[item]]
        odds = LIKED * np.where(live, DRAWN_BY, 1.0)
        found.append(PRODUCTS[item][int((rng.uniform() > (odds / odds.sum()).cumsum()[:-1]).sum())])
    return pd.Series(found, index=orders.index, dtype="str")
