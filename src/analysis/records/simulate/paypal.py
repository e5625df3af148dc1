"""PayPal's French activity export, one file a calendar year: gifts, fees, withdrawals to the bank, refunds.

The header is the published one. French labels of `Type` are not established by any public source: those
here are plausible, and a reader must go by the sign, the status and the reference number.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.records.simulate.draws import stream
from analysis.records.simulate.register import CURRENCY, FileTruth, Outcome, Row, decimal, rows_of, write_csv
from analysis.records.simulate.world import World

HEADER = (
    "Date", "Heure", "Fuseau horaire", "Nom", "Type",
    "État", "Devise", "Avant commission", "Commission", "Net",
    "De l'adresse email", "À l'adresse email", "Numéro de transaction",
    "État de l'adresse", "Titre de l'objet",
    "Numéro de l'objet", "TVA", "Nom de l'option 1", "Valeur de l'option 1", "Nom de l'option 2",
    "Valeur de l'option 2", "Numéro de tiers de confiance", "Numéro de la transaction de référence",
    "Numéro de facture", "Numéro de client", "Quantité", "Numéro de reçu", "Solde",
    "Numéro de téléphone du contact", "Objet", "Remarque", "Source de paiement", "Type de carte",
    "Code de transaction", "N° du suivi des paiements", "Identifiant bancaire",
    "Code du pays de l'acheteur pour cette transaction", "Détails de l'objet", "Balance Impact",
)  # fmt: skip

CHARITY_ADDRESS = "dons@entraide-detroit.example.org"
GIFT, WITHDRAWAL, REFUND = "Don reçu", "Virement vers le compte bancaire", "Remboursement"
DONE, PENDING = "Terminé", "En attente"
GENERAL_TITLE = "Don"

FEE_SHARE, FEE_FIXED = 0.034, 25
"""What PayPal keeps of a gift: a share of it and a fixed number of cents."""

WITHDRAWAL_DAY = 20
"""Day of the month on which the charity moves its balance to the bank."""

REFUNDS, PENDINGS, NOTES = 2, 8, 4
NOTE = "Bon courage à toute l'équipe.\nUne famille de Dunkerque"
ID_LETTERS = np.array(list("0123456789ABCDEFGHJKLMNPRSTUVWXY"))


@dataclass(slots=True, kw_only=True)
class _Entry:
    """One line of activity, in cents; `fee` is what PayPal keeps, as a positive number."""

    at: pd.Timestamp
    kind: str
    gross: int
    fee: int = 0
    status: str = DONE
    name: str = ""
    email: str = ""
    title: str = ""
    note: str = ""
    outcome: Outcome = "accepted"
    refund_of: _Entry | None = None
    number: str = ""
    balance: int = 0


def write_paypal(world: World, folder: Path, *, messy: bool) -> list[FileTruth]:
    """What each year's file holds, written to `folder`; withdrawals and pending gifts do not count."""
    entries = _entries(world, messy=messy)
    truths = []
    for year in sorted({one.at.year for one in entries}):
        rows = [_row(one) for one in entries if one.at.year == year]
        path = folder / f"paypal-activite-{year}.csv"
        truths.append(
            write_csv(path, HEADER, rows, table="donations", encoding="utf-8-sig", line_end="\r\n", quote_all=True)
        )
    return truths


def _entries(world: World, *, messy: bool) -> list[_Entry]:
    rng = stream(world.seed, "paypal")
    people = world.donors.set_index("donor").to_dict("index")
    titles = dict(zip(world.appeals["appeal"], world.appeals["name_fr"], strict=True))
    entries = []
    for gift in rows_of(world.gifts[world.gifts["channel"] == "paypal"]):
        who, gross = people[gift.donor], round(gift.amount * 100)
        entries.append(
            _Entry(
                at=gift.received_on + pd.Timedelta(seconds=int(rng.integers(7 * 3600, 23 * 3600))), kind=GIFT,
                gross=gross, fee=min(gross, round(gross * FEE_SHARE) + FEE_FIXED),
                title=titles.get(gift.appeal, GENERAL_TITLE),
                name=f"{who['first_name']} {who['last_name']}", email=who["email"],
            )
        )  # fmt: skip
    if messy:
        entries += _oddities(entries, rng, last=pd.Timestamp(world.scenario.ends_on))
    entries = _with_withdrawals(sorted(entries, key=lambda one: one.at), pd.DatetimeIndex(world.expected["day"]))
    for one in entries:
        one.number = "".join(ID_LETTERS[rng.integers(len(ID_LETTERS), size=17)])
    return entries


def _oddities(gifts: list[_Entry], rng: np.random.Generator, *, last: pd.Timestamp) -> list[_Entry]:
    """Refunds of some gifts and gifts that never cleared; some of the gifts get a note of two lines."""
    chosen = [gifts[place] for place in rng.permutation(len(gifts))[: REFUNDS + PENDINGS + NOTES]]
    added = []
    for gift in chosen[:REFUNDS]:
        back = gift.at + pd.Timedelta(days=6)
        if back.normalize() <= last:
            added.append(
                _Entry(at=back, kind=REFUND, gross=-gift.gross, name=gift.name, email=gift.email, refund_of=gift)
            )
    for gift in chosen[REFUNDS : REFUNDS + PENDINGS]:
        added.append(
            _Entry(
                at=gift.at - pd.Timedelta(minutes=9), kind=GIFT, gross=gift.gross, status=PENDING,
                name=gift.name, email=gift.email, title=gift.title, outcome="excluded",
            )
        )  # fmt: skip
    for gift in chosen[REFUNDS + PENDINGS :]:
        gift.note = NOTE
    return added


def _with_withdrawals(entries: list[_Entry], days: pd.DatetimeIndex) -> list[_Entry]:
    """The entries with a withdrawal of the whole balance each month, and the balance after each line."""
    moves = [
        _Entry(at=day + pd.Timedelta(hours=23, minutes=30), kind=WITHDRAWAL, gross=0, outcome="excluded")
        for day in days[days.day == WITHDRAWAL_DAY]
    ]
    balance = 0
    kept = []
    for one in sorted([*entries, *moves], key=lambda one: one.at):
        if one.kind == WITHDRAWAL:
            one.gross = -balance
        if one.status == DONE:
            balance += one.gross - one.fee
        one.balance = balance
        if one.gross:
            kept.append(one)
    return kept


def _row(one: _Entry) -> Row:
    zone = (one.at.tz_localize("Europe/Paris")).tzname()
    filled = {
        "Date": f"{one.at:%d/%m/%Y}", "Heure": f"{one.at:%H:%M:%S}", "Fuseau horaire": zone,
        "Nom": one.name, "Type": one.kind, "État": one.status, "Devise": CURRENCY,
        "Avant commission": decimal(one.gross, mark=","), "Commission": decimal(-one.fee, mark=","),
        "Net": decimal(one.gross - one.fee, mark=","), "Solde": decimal(one.balance, mark=","),
        "De l'adresse email": CHARITY_ADDRESS if one.gross < 0 else one.email,
        "À l'adresse email": one.email if one.gross < 0 else CHARITY_ADDRESS,
        "Numéro de transaction": one.number, "Titre de l'objet": one.title, "Remarque": one.note,
        "Numéro de la transaction de référence": one.refund_of.number if one.refund_of else "",
        "Balance Impact": "" if one.status == PENDING else "Débit" if one.gross < 0 else "Crédit",
    }  # fmt: skip
    return Row(cells=[filled.get(name, "") for name in HEADER], outcome=one.outcome, cents=one.gross)
