"""Sheets kept by hand (CSV): wish-list orders, headcounts, inventories, losses, testimonies, appeals, events."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.columns import APPEALS, EVENTS
from analysis.records.simulate.draws import stream
from analysis.records.simulate.goods import ITEMS, Goods
from analysis.records.simulate.register import FileTruth, Row, decimal, rows_of, write_csv
from analysis.records.simulate.world import World

ORDERS_FILE, COUNTS_FILE, STOCK_FILE = "liste-envies-commandes.csv", "comptages.csv", "inventaire.csv"
LOSSES_FILE, TESTIMONIES_FILE = "pertes.csv", "temoignages.csv"
APPEALS_FILE, EVENTS_FILE = "appeals.csv", "events.csv"

ORDER_HEADER = (
    "N° de commande", "Date", "État", "Article", "Produit", "Quantité", "Prix total", "Campagne", "Commandé le",
)  # fmt: skip
COUNT_HEADER = ("Date", "Secteur", "Lieu", "Personnes", "Méthode", "Compté par", "Périmètre", "Source")
STOCK_HEADER = ("Date", "Article", "Quantité")
LOSS_HEADER = ("Date", "Article", "Quantité", "Cause")
TESTIMONY_HEADER = ("N°", "Produit", "Article", "Posté le", "Statut", "Fin le")
STATUSES = {"pending": "En attente", "online": "En ligne", "removed": "Retiré", "refused": "Refusé"}
CAUSES = {"damp": "Humidité", "eviction": "Expulsion"}
DELIVERED, ON_THE_WAY = "Livrée", "Commandée"
METHODS = {"census": "Comptage", "estimate": "Estimation"}

LOCKDOWNS = (
    ("2020-03-17", "2020-05-11", "lockdown", "Premier confinement", "First lockdown",
     "Décret n° 2020-260 du 16 mars 2020"),
    ("2020-10-30", "2020-12-15", "lockdown", "Deuxième confinement", "Second lockdown",
     "Décrets n° 2020-1310 du 29 octobre 2020 et n° 2020-1582 du 14 décembre 2020"),
)  # fmt: skip
"""The two French lockdowns of 2020 (published facts)."""

CALAIS_APPEAL = (
    ("2021-01-04", "2021-01-24", "appeal",
     "Premiers témoignages d'exilés publiés sous des produits en vente en ligne",
     "First testimonies by exiles posted under products on sale online",
     "France 3 Hauts-de-France, 25 janvier 2021 (« depuis début janvier » ; le 4 est notre convention)"),
    ("2021-01-25", "", "appeal", "Lancement public de l'appel aux dons par témoignages, Calais",
     "Public launch of the appeal through testimonies, Calais", "20 Minutes, 25 janvier 2021"),
)  # fmt: skip
"""The January 2021 appeal of the Calais associations (published facts); the sample's own has its dates."""


def write_orders(world: World, orders: pd.DataFrame, folder: Path, *, messy: bool) -> FileTruth:
    """What the sheet of wish-list orders holds: one row an order, dated by its delivery if there is one.

    `orders` are those of `simulate_goods` with the `product` of each.
    """
    names = {item.item: item.name_fr for item in ITEMS}
    rows = []
    for place, order in enumerate(rows_of(orders), start=1):
        delivered = isinstance(order.delivered_on, pd.Timestamp)
        day = order.delivered_on if delivered else order.ordered_on
        appeal = order.appeal if isinstance(order.appeal, str) else ""
        state = DELIVERED if delivered else ON_THE_WAY
        cents = round(order.value * 100)
        price = decimal(cents, mark=",")
        rows.append(
            Row(
                cells=[
                    f"LE-{place:05d}", f"{day:%d/%m/%Y}", state, names[order.item], order.product, order.quantity,
                    price, appeal, f"{order.ordered_on:%d/%m/%Y}",
                ],
                cents=cents,
            )
        )  # fmt: skip
    if messy:
        rows = _with_order_faults(rows, stream(world.seed, "sheets"))
    path = folder / ORDERS_FILE
    return write_csv(path, ORDER_HEADER, rows, table="goods", delimiter=";", encoding="windows-1252", line_end="\r\n")


def _with_order_faults(rows: list[Row], rng: np.random.Generator) -> list[Row]:
    """The rows with a blank, an unreadable date, an unknown item, an order twice, a heading and a total."""
    blank, unreadable, twice, heading, unknown = sorted(rng.permutation(np.arange(1, len(rows) - 1))[:5])
    total = sum(int(str(row.cells[5])) for row in rows)
    spoiled = list(rows)
    spoiled[blank] = _changed(rows[blank], 5, "")
    spoiled[unreadable] = _changed(rows[unreadable], 1, f"15/13/{str(rows[unreadable].cells[1])[-4:]}")
    stranger = Row(
        cells=[
            "LE-A001", rows[unknown].cells[1], DELIVERED, "Trottinette", "Trottinette pliante", 1, "59,00", "",
            rows[unknown].cells[8],
        ],
        outcome="quarantined",
        cents=5900,
    )  # fmt: skip
    again = Row(cells=rows[twice].cells, outcome="duplicate", cents=rows[twice].cents)
    for place, row in sorted(
        [(unknown, stranger), (heading, Row(cells=ORDER_HEADER, outcome="excluded")), (twice + 1, again)],
        key=lambda pair: pair[0],
        reverse=True,
    ):
        spoiled.insert(place, row)
    return [*spoiled, Row(cells=["Total", "", "", "", "", total, "", "", ""], outcome="excluded")]


def _changed(row: Row, place: int, text: str) -> Row:
    cells = [text if position == place else cell for position, cell in enumerate(row.cells)]
    return Row(cells=cells, outcome="quarantined", cents=row.cents)


def write_headcounts(world: World, folder: Path, *, messy: bool) -> FileTruth:
    """What the headcount sheet holds: one row a count and area; a range such as 500-800 for an estimate."""
    rows = []
    for count in rows_of(world.headcounts):
        people = str(count.people) if pd.isna(count.low) else f"{count.low}-{count.high}"
        rows.append(
            Row(
                cells=[
                    f"{count.counted_on:%d/%m/%Y}", count.area, "Tous les lieux de vie", people,
                    METHODS[count.method], "Tournée des associations", "Hors structures de l'État",
                    "Carnet de comptage (données fictives)",
                ]
            )
        )  # fmt: skip
    if messy:
        hurried = Row(
            cells=[
                rows[-1].cells[0],
                "Calais",
                "Gare",
                "beaucoup",
                METHODS["estimate"],
                "Un bénévole",
                "",
                "",
            ],
            outcome="quarantined",
        )
        rows.insert(len(rows) // 2, hurried)
    return write_csv(folder / COUNTS_FILE, COUNT_HEADER, rows, table="headcounts", delimiter=";")


def write_stock(goods: Goods, folder: Path) -> FileTruth:
    """What the inventory holds: the opening stock, and one count a New Year's Day and item."""
    names = {item.item: item.name_fr for item in ITEMS}
    rows = [
        Row(cells=[f"{count.counted_on:%d/%m/%Y}", names[count.item], count.quantity]) for count in rows_of(goods.stock)
    ]
    return write_csv(folder / STOCK_FILE, STOCK_HEADER, rows, table="stock", delimiter=";")


def write_losses(goods: Goods, folder: Path) -> FileTruth:
    """What the sheet of losses holds: one row a loss and item."""
    names = {item.item: item.name_fr for item in ITEMS}
    rows = [
        Row(cells=[f"{loss.lost_on:%d/%m/%Y}", names[loss.item], loss.quantity, CAUSES[loss.cause]])
        for loss in rows_of(goods.losses)
    ]
    return write_csv(folder / LOSSES_FILE, LOSS_HEADER, rows, table="losses", delimiter=";")


def write_testimonies(testimonies: pd.DataFrame, folder: Path, *, messy: bool) -> FileTruth:
    """What the sheet of testimonies holds: one row a testimony, with the day on which it was removed or refused."""
    names = {item.item: item.name_fr for item in ITEMS}
    rows = []
    for place, one in enumerate(rows_of(testimonies), start=1):
        ended = "" if pd.isna(one.ended_on) else f"{one.ended_on:%d/%m/%Y}"
        cells = [
            f"T-{place:03d}",
            one.product,
            names[one.item],
            f"{one.posted_on:%d/%m/%Y}",
            STATUSES[one.status],
            ended,
        ]
        rows.append(Row(cells=cells))
    if messy and rows:
        doubtful = [f"T-{len(rows) + 1:03d}", *rows[-1].cells[1:4], "à vérifier", ""]
        rows.append(Row(cells=doubtful, outcome="quarantined"))
    return write_csv(folder / TESTIMONIES_FILE, TESTIMONY_HEADER, rows, table="testimonies", delimiter=";")


def write_appeals(world: World, folder: Path) -> FileTruth:
    """What appeals.csv holds, in this project's own columns."""
    rows = [Row(cells=_cells(appeal, APPEALS.names)) for appeal in world.appeals.to_dict("records")]
    return write_csv(folder / APPEALS_FILE, APPEALS.names, rows, table="appeals")


def write_events(world: World, folder: Path) -> FileTruth:
    """What events.csv holds, in this project's own columns: the published facts that fall in the period."""
    first, last = world.scenario.starts_on.isoformat(), world.scenario.ends_on.isoformat()
    facts = sorted((*LOCKDOWNS, *CALAIS_APPEAL))
    rows = [Row(cells=fact) for fact in facts if first <= fact[0] <= last]
    return write_csv(folder / EVENTS_FILE, EVENTS.names, rows, table="events")


def _cells(record: dict[Any, Any], names: Sequence[str]) -> list[str]:
    return [_text(record.get(name)) for name in names]


def _text(value: object) -> str:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
