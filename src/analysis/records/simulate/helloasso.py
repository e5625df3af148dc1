"""HelloAsso payments exports: two files that overlap by two months, as treasurers have them.

The layout is that of the payments export (semicolon, decimal comma, day first). Two things no public source
establishes are assumed here: that a donation form's `Type de campagne` reads "Don", and that a refund is a
row of its own with status "Remboursé" and a reference of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.records.simulate.draws import stream
from analysis.records.simulate.register import FileTruth, Outcome, Row, decimal, rows_of, write_csv
from analysis.records.simulate.world import World

HEADER = (
    "Référence commande", "Référence paiement", "Montant total",
    "Date du paiement", "Statut du paiement", "Versé",
    "Date du versement", "Nom payeur", "Prénom payeur", "Email payeur", "Campagne", "Type de campagne",
    "Montant du tarif", "Montant des options", "Don supplémentaire",
    "Montant du code promo", "Moyen de paiement",
)  # fmt: skip

DONATION, TICKET, MEMBERSHIP = "Don", "Billetterie", "Adhésion"
PRICES = {TICKET: 800, MEMBERSHIP: 1000}
FORMS = {TICKET: "Concert de soutien", MEMBERSHIP: "Adhésion annuelle"}
GENERAL_FORM, STANDING_FORM = "Soutenir l'association", "Don mensuel"

BESIDE_A_SALE = 0.02
"""Share of one-off gifts that ride on a ticket or a membership, as `Don supplémentaire`."""

OFFLINE = 0.04
"""Share of one-off gifts that the treasurer types in: cheque, cash or bank transfer."""

SALES_PER_YEAR = 60
"""Tickets and memberships bought without a gift."""

UNREADABLE_AMOUNTS = ("12O,00", "cinquante", "?")
UNREADABLE_DATES = ("31/02/{year}", "00/00/{year}")
REFUNDS, FAILED = 3, 12
PAID_OUT_ON = 10


@dataclass(slots=True, kw_only=True)
class _Payment:
    """One payment: `cents` is the gift in it, `sale` the price of what was bought; references come last."""

    paid_at: pd.Timestamp
    payer: dict[str, str]
    cents: int = 0
    sale: int = 0
    form: str = GENERAL_FORM
    kind: str = DONATION
    status: str = "Payé"
    means: str = "Carte bancaire"
    outcome: Outcome = "accepted"
    typed_amount: str = ""
    typed_date: str = ""
    refund_of: _Payment | None = None
    order: int = 0
    payment: int = 0


def write_helloasso(world: World, folder: Path, *, messy: bool) -> list[FileTruth]:
    """What the two exports hold, written to `folder`; a payment in both is a duplicate in the later one."""
    first_ends, second_starts = _export_bounds(world)
    payments = _payments(world, overlap=(second_starts, first_ends), messy=messy)
    start, end = pd.Timestamp(world.scenario.starts_on), pd.Timestamp(world.scenario.ends_on)
    spans = [(start, first_ends), (second_starts, end)]
    truths: list[FileTruth] = []
    for first, last in spans:
        inside = [one for one in payments if first <= one.paid_at.normalize() <= last]
        rows = [_row(one, end, seen=bool(truths) and one.paid_at.normalize() <= first_ends) for one in inside]
        path = folder / f"helloasso-paiements-{first:%Y-%m}-{last:%Y-%m}.csv"
        truths.append(write_csv(path, HEADER, rows, table="donations", delimiter=";"))
    return truths


def _export_bounds(world: World) -> tuple[pd.Timestamp, pd.Timestamp]:
    months = pd.date_range(world.scenario.starts_on, world.scenario.ends_on, freq="MS", unit="us")
    place = max(1, round(len(months) * 2 / 3))
    return months[min(place, len(months) - 1)] - pd.Timedelta(days=1), months[max(0, place - 2)]


def _payments(world: World, *, overlap: tuple[pd.Timestamp, pd.Timestamp], messy: bool) -> list[_Payment]:
    rng = stream(world.seed, "helloasso")
    people = world.donors.set_index("donor").to_dict("index")
    forms = dict(zip(world.appeals["appeal"], world.appeals["name_fr"], strict=True))
    gifts = world.gifts[world.gifts["channel"] == "helloasso"]
    payments = [_gift(gift, people[gift.donor], forms, rng) for gift in rows_of(gifts)]
    payments += _sales(world, people, overlap, rng)
    if messy:
        faults = stream(world.seed, "faults")
        apart = [one for one in payments if not overlap[0] <= one.paid_at.normalize() <= overlap[1]]
        _spoil(apart, faults)
        payments += _refunds_and_failures(apart, faults, last=pd.Timestamp(world.scenario.ends_on), overlap=overlap)
    payments.sort(key=lambda one: one.paid_at)
    for place, one in enumerate(payments):
        one.order, one.payment = 10_400_000 + 37 * place, 20_900_000 + 41 * place
    return payments


def _gift(gift: Any, payer: Any, forms: dict[str, str], rng: np.random.Generator) -> _Payment:
    chance, second = rng.uniform(), int(rng.integers(7 * 3600, 23 * 3600))
    means = ("Chèque", "Chèque", "Virement bancaire", "Espèce")[rng.integers(4)]
    cents = round(gift.amount * 100)
    at = gift.received_on + pd.Timedelta(seconds=second)
    if gift.regular:
        return _Payment(paid_at=at, payer=payer, cents=cents, form=STANDING_FORM)
    if isinstance(gift.appeal, str):
        return _Payment(paid_at=at, payer=payer, cents=cents, form=forms[gift.appeal])
    if chance < BESIDE_A_SALE:
        kind = TICKET if chance < BESIDE_A_SALE / 2 else MEMBERSHIP
        return _Payment(paid_at=at, payer=payer, cents=cents, sale=PRICES[kind], form=FORMS[kind], kind=kind)
    if chance > 1 - OFFLINE:
        return _Payment(paid_at=gift.received_on, payer=payer, cents=cents, status="Hors Ligne", means=means)
    return _Payment(paid_at=at, payer=payer, cents=cents)


def _sales(
    world: World, people: dict[Any, Any], overlap: tuple[pd.Timestamp, pd.Timestamp], rng: np.random.Generator
) -> list[_Payment]:
    """Tickets and memberships without a gift: read, and rightly not counted."""
    days = pd.DatetimeIndex(world.expected["day"])
    days = days[(days < overlap[0]) | (days > overlap[1])]
    sales = []
    for place in rng.integers(len(days), size=round(SALES_PER_YEAR * world.scenario.years)):
        kind = TICKET if rng.uniform() < 0.5 else MEMBERSHIP
        payer = people[list(people)[rng.integers(len(people))]]
        at = days[place] + pd.Timedelta(seconds=int(rng.integers(7 * 3600, 23 * 3600)))
        sales.append(
            _Payment(paid_at=at, payer=payer, sale=PRICES[kind], form=FORMS[kind], kind=kind, outcome="excluded")
        )
    return sales


def _spoil(payments: list[_Payment], rng: np.random.Generator) -> None:
    """Mistype some of the rows that the treasurer enters by hand."""
    typed = [one for one in payments if one.status == "Hors Ligne"]
    chosen = rng.permutation(len(typed))[: len(UNREADABLE_AMOUNTS) + len(UNREADABLE_DATES)]
    for place, text in zip(chosen, (*UNREADABLE_AMOUNTS, *UNREADABLE_DATES), strict=False):
        one = typed[place]
        one.outcome = "quarantined"
        if text in UNREADABLE_AMOUNTS:
            one.typed_amount = text
        else:
            one.typed_date = text.format(year=one.paid_at.year)


def _refunds_and_failures(
    payments: list[_Payment],
    rng: np.random.Generator,
    *,
    last: pd.Timestamp,
    overlap: tuple[pd.Timestamp, pd.Timestamp],
) -> list[_Payment]:
    online = [one for one in payments if (one.outcome, one.kind, one.status) == ("accepted", DONATION, "Payé")]
    chosen = [online[place] for place in rng.permutation(len(online))[: REFUNDS + FAILED]]
    added = []
    for one in chosen[:REFUNDS]:
        back = one.paid_at + pd.Timedelta(days=3)
        if back.normalize() <= last and not overlap[0] <= back.normalize() <= overlap[1]:
            added.append(
                _Payment(
                    paid_at=back,
                    payer=one.payer,
                    cents=one.cents,
                    form=one.form,
                    status="Remboursé",
                    refund_of=one,
                )
            )
    for place, one in enumerate(chosen[REFUNDS:]):
        status = "Refusé" if place % 3 else "En attente"
        at = one.paid_at - pd.Timedelta(minutes=4)
        added.append(
            _Payment(paid_at=at, payer=one.payer, cents=one.cents, form=one.form, status=status, outcome="excluded")
        )
    return added


def _row(one: _Payment, last: pd.Timestamp, *, seen: bool) -> Row:
    offline, refund = one.status == "Hors Ligne", one.refund_of is not None
    paid_out = (one.paid_at.normalize() + pd.offsets.MonthBegin(1)).replace(day=PAID_OUT_ON)
    transferred = one.status == "Payé" and paid_out <= last
    gift, sale = decimal(one.cents, mark=","), decimal(one.sale, mark=",") if one.sale else ""
    total = decimal(one.cents + one.sale, mark=",")
    beside = one.kind != DONATION
    date = one.typed_date or (f"{one.paid_at:%d/%m/%Y}" if offline else f"{one.paid_at:%d/%m/%Y %H:%M:%S}")
    cells: list[str | int] = [
        one.refund_of.order if one.refund_of else one.order,
        one.payment,
        one.typed_amount or total,
        date,
        one.status,
        "Hors Ligne" if offline else "Oui" if transferred else "Non",
        f"{paid_out:%d/%m/%Y}" if transferred else "",
        one.payer["last_name"],
        one.payer["first_name"],
        "" if one.means == "Espèce" else one.payer["email"],
        one.form,
        one.kind,
        sale if beside else one.typed_amount or gift,
        "",
        gift if beside and one.cents else "",
        "",
        one.means,
    ]
    counted = one.cents or one.sale
    cents = None if one.typed_amount else -counted if refund else counted
    return Row(cells=cells, outcome="duplicate" if seen else one.outcome, cents=cents)
