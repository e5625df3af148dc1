"""Bank statements: French banks' CSV files, OFX and CAMT.053. A credit is a gift unless its label says otherwise.

What a bank credit is cannot be known for sure. `RULES` is all that is assumed, in order; a [[files]] block with
`columns = {}` and `values.channel = {bank = ["..."], cash = ["..."], excluded = ["..."]}` adds words that win over
it: a word matches where it stands in the label. A debit is an expense, unless `values.status = {refunded = ["..."]}`
has a word of its label. Labels hold names and are never kept, so no bank line has a donor.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.columns import CHANNELS, DONATIONS
from analysis.faults import DataError, Fault
from analysis.records.cells import Distinct, Sheet, Value, plain, text_of
from analysis.records.drafts import PAYOUT, Doubt, Draft, Format
from analysis.records.formats.mapped import BY_SETTING, EXCLUDED
from analysis.records.formats.signs import headed, nothing, rows_with, where_unique

CASH, BANK = "cash", "bank"
RULES = (
    (f"{PAYOUT}helloasso", ("helloasso", "hello asso")),
    (f"{PAYOUT}paypal", ("paypal",)),
    (f"{PAYOUT}stripe", ("stripe",)),
    (f"{PAYOUT}donorbox", ("donorbox",)),
    (f"{PAYOUT}leetchi", ("leetchi",)),
    (f"{PAYOUT}gofundme", ("gofundme",)),
    ("transfer between own accounts", ("virement interne", "compte a compte", "cpte a cpte", "livret a", "vir livret")),
    ("bank interest", ("interets crediteurs", "interets annuels")),
    (CASH, ("versement especes", "depot especes", "depot d'especes", "remise especes", "remise d'especes",
            "vers especes", "versement d'especes")),
)  # fmt: skip
"""What a label says about a credit: a reason to leave it out, or the channel cash; the first rule that fits."""
UNPAID = ("impaye", "impayes", "impayee", "rejet", "rejete", "rejetee", "unpaid", "returned")
"""Words of a payment that failed: a debit with one may take a gift back, a credit may be money of one's own."""
GONE_BACK, FAILED, EXPENSE = "refunded", "failed payment", "expense"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which header of a bank's file holds what: money in one signed column (`amount`), or in `debit` and `credit`."""

    bank: str
    what: str
    header: tuple[str, ...]
    date: str
    label: tuple[str, ...]
    amount: str = ""
    debit: str = ""
    credit: str = ""
    identifier: str = ""
    currency: str = ""
    sign: str = ""
    state: str = ""
    ragged: bool = False
    decimal: str | None = ","
    dates: str | None = "dmy"


LAYOUTS = (
    Layout(
        bank="credit_agricole", what="Crédit Agricole", ragged=True,
        header=("Date", "Libellé", "Débit euros", "Crédit euros"),
        date="Date", label=("Libellé",), debit="Débit euros", credit="Crédit euros",
    ),
    Layout(
        bank="banque_postale", what="La Banque Postale (CSV, TSV)",
        header=("Date", "Libellé", "Montant(EUROS)"), date="Date", label=("Libellé",), amount="Montant(EUROS)",
    ),
    Layout(
        bank="banque_postale_old", what="La Banque Postale (with francs)",
        header=("Date", "Libellé", "Montant(EUROS)", "Montant(FRANCS)"),
        date="Date", label=("Libellé",), amount="Montant(EUROS)",
    ),
    Layout(
        bank="bpce", what="Banque Populaire, Caisse d'Epargne",
        header=(
            "Date de comptabilisation", "Libelle simplifie", "Libelle operation", "Reference",
            "Informations complementaires", "Type operation", "Categorie", "Sous categorie", "Debit", "Credit",
            "Date operation", "Date de valeur", "Pointage operation",
        ),
        date="Date operation", label=("Libelle simplifie", "Libelle operation", "Type operation"),
        debit="Debit", credit="Credit",
    ),
    Layout(
        bank="caisse_epargne_old", what="Caisse d'Epargne (older)", ragged=True,
        header=("Date", "Numéro d'opération", "Libellé", "Débit", "Crédit", "Détail"),
        date="Date", label=("Libellé", "Détail"), debit="Débit", credit="Crédit",
    ),
    Layout(
        bank="credit_mutuel", what="Crédit Mutuel, CIC",
        header=("Date", "Date de valeur", "Débit", "Crédit", "Libellé", "Solde"),
        date="Date", label=("Libellé",), debit="Débit", credit="Crédit",
    ),
    Layout(
        bank="ofx", what="OFX, any bank", header=("DTPOSTED", "TRNAMT", "FITID", "TRNTYPE", "NAME", "MEMO", "CURDEF"),
        date="DTPOSTED", label=("NAME", "MEMO", "TRNTYPE"), amount="TRNAMT", identifier="FITID", currency="CURDEF",
        decimal=None, dates="ymd",
    ),
    Layout(
        bank="camt053", what="CAMT.053, any bank",
        header=("BookgDt", "Amt", "Ccy", "CdtDbtInd", "Sts", "AcctSvcrRef", "RmtInf"),
        date="BookgDt", label=("RmtInf",), amount="Amt", identifier="AcctSvcrRef", currency="Ccy", sign="CdtDbtInd",
        state="Sts", decimal=".", dates="ymd",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Money:
    """The signed amount of each row, which rows are debits, and which have an amount in both columns or in none."""

    amount: Distinct
    debit: np.ndarray
    both: np.ndarray
    none: np.ndarray


def _draft(sheet: Sheet, layout: Layout) -> Draft:
    rows = len(sheet.lines)
    date = sheet.columns[sheet.place(layout.date) or 0]
    money = _money(sheet, layout)
    label = sheet.columns[sheet.place(layout.label[0]) or 0]
    for name in layout.label[1:]:
        label = Distinct.joined(label, sheet.columns[sheet.place(name) or 0])
    paid_out = money.debit & ~money.both
    said = Distinct.choose(paid_out, label.map(_debit_reader(sheet)), label.map(_credit_reader(sheet)))
    cells = {
        "received_on": date,
        "amount": money.amount,
        "channel": said.map(lambda value: value if value in CHANNELS else BANK),
    }
    if layout.currency:
        cells["original_currency"] = sheet.columns[sheet.place(layout.currency) or 0]
    else:
        cells["original_currency"] = Distinct.constant("EUR", rows)
    if layout.identifier:
        cells["donation_id"] = where_unique(sheet.columns[sheet.place(layout.identifier) or 0])
    counted = (*CHANNELS, GONE_BACK, FAILED)
    reasons = said.taken(["" if value in counted else text_of(value) for value in said.distinct], "object")
    reasons = np.where(_information(date, money), "information line", reasons)
    reasons = np.where(rows_with(date, _is_balance, rows=rows), "balance line", reasons)
    if layout.state:
        state = sheet.columns[sheet.place(layout.state) or 0]
        booked = rows_with(state, lambda value: text_of(value) in ("", "BOOK"), rows=rows)
        reasons = np.where(booked, reasons, "not booked yet")
    return Draft(
        table=DONATIONS,
        cells=cells,
        headers={"received_on": layout.date, "amount": layout.credit or layout.amount},
        excluded=reasons.astype(object),
        doubts=_doubts(money, rows_with(said, lambda value: value == FAILED, rows=rows), layout),
        decimal=layout.decimal,
        dates=layout.dates,
    )


def _doubts(money: _Money, failed: np.ndarray, layout: Layout) -> tuple[Doubt, ...]:
    """Rows with two amounts, and rows whose label says that a payment failed: whose, it does not say."""
    both = Doubt(
        money.both, layout.debit, "both a debit and a credit stand here", "Delete one of them in a copy of the file"
    )
    back = Doubt(
        failed & money.debit,
        "amount",
        "a debit whose label says unpaid: it may take a gift back",
        'Add a word of its label to its [[files]] block: values.status = {refunded = ["..."], excluded = ["..."]}',
    )
    own = Doubt(
        failed & ~money.debit,
        "amount",
        "a credit whose label says unpaid: it may be your own money come back",
        'Add a word of its label to its [[files]] block: values.channel = {bank = ["..."], excluded = ["..."]}',
    )
    return both, back, own


def _money(sheet: Sheet, layout: Layout) -> _Money:
    rows = len(sheet.lines)
    if layout.amount:
        amount = sheet.columns[sheet.place(layout.amount) or 0]
        blank = rows_with(amount, lambda value: not text_of(value), rows=rows)
        if layout.sign:
            out = rows_with(sheet.column(layout.sign), lambda value: text_of(value) == "DBIT", rows=rows)
            amount = Distinct.choose(out, amount.map(_negative), amount)
        debit = rows_with(amount, lambda value: text_of(value).startswith(("-", "\u2212")), rows=rows)
        return _Money(amount, debit, np.zeros(rows, bool), blank)
    paid, received = (sheet.columns[sheet.place(name) or 0] for name in (layout.debit, layout.credit))
    debit, credit = (~rows_with(column, nothing, rows=rows) for column in (paid, received))
    amount = Distinct.choose(debit & ~credit, paid.map(_negative), received)
    return _Money(amount, debit, debit & credit, ~debit & ~credit)


def _negative(value: Value) -> Value:
    """A debit, which some banks write without a minus, with one."""
    return "-" + text_of(value).lstrip("+-\u2212")


def _information(date: Distinct, money: _Money) -> np.ndarray:
    """Rows without date and amount: who holds the account, which card follows, that nothing happened."""
    undated = rows_with(date, lambda value: not text_of(value)[:1].isdigit(), rows=len(money.debit))
    return undated & money.none


def _is_balance(value: Value) -> bool:
    return plain(text_of(value)).startswith("solde")


def _credit_reader(sheet: Sheet) -> Callable[[Value], Value]:
    """What a credit's label says: a channel, or why it is left out."""
    return _first_of((*_own_words(sheet, "channel", CHANNELS), *RULES, (FAILED, UNPAID)), BANK)


def _debit_reader(sheet: Sheet) -> Callable[[Value], Value]:
    """What a debit's label says: a gift gone back (by `values.status`), a payment that failed, or an expense."""
    return _first_of((*_own_words(sheet, "status", (GONE_BACK,)), (FAILED, UNPAID)), EXPENSE)


def _own_words(sheet: Sheet, column: str, meanings: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    """The words that dataset.toml gives for each outcome; DataError for a meaning that is none of these."""
    own = sheet.rule.values.get(column, {}) if sheet.rule else {}
    known = (*meanings, EXCLUDED)
    if unknown := [meaning for meaning in own if meaning not in known]:
        remedy = f"Write one of {', '.join(known)} in values.{column} of its [[files]] block"
        problem = "no meaning that a bank's line can have"
        raise DataError([Fault(sheet.file, 0, column, unknown[0], problem, remedy)])
    return [(BY_SETTING if meaning == EXCLUDED else meaning, listed) for meaning, listed in own.items()]


def _first_of(rules: Sequence[tuple[str, Sequence[str]]], otherwise: str) -> Callable[[Value], Value]:
    """The outcome of the first rule of which a word stands in a label, else `otherwise`."""
    patterns = [(outcome, _any_of(listed)) for outcome, listed in rules if listed]

    def said(label: Value) -> Value:
        text = plain(text_of(label))
        return next((outcome for outcome, pattern in patterns if pattern.search(text)), otherwise)

    return said


def _any_of(listed: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(plain(word)) for word in listed)})(?!\w)")


def _format(layout: Layout) -> Format:
    return Format(
        name=f"bank_{layout.bank}",
        source=f"bank {layout.bank}",
        table="donations",
        what=f"Bank statement: {layout.what}",
        signature=layout.header,
        recognises=headed(layout.header, alone=True),
        draft=lambda sheet: _draft(sheet, layout),
        ragged=layout.ragged,
        decides=DECIDES if layout is LAYOUTS[0] else "As Crédit Agricole.",
    )


DECIDES = (
    "Credits are gifts (cash where the label says so, else bank) unless the label names a platform's payout, a "
    "transfer between own accounts or interest; debits, information and balance lines are excluded. A line whose label "
    "says unpaid (impayé, rejet) is set aside. No donor. Words of your own in `values.channel` (credits) and "
    "`values.status` (debits) win."
)
FORMATS = tuple(_format(layout) for layout in LAYOUTS)
