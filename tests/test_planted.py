"""Names, e-mails, telephones, accounts and addresses planted wherever people type them, and found nowhere after.

The dataset has a file of every kind that can be read, and in each a person in every personal column and in the places
in which people really type them: identifiers, labels, campaigns, notes, products, the wrong column, a name of a sheet.
A name of a file is the one place in which a person may stand and still be read by the treasurer, never by a reader of
the report.
"""

from __future__ import annotations

import csv
import html
import io
import json
import logging
import re
import sys
import unicodedata
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from analysis.cli import main

ZEPHYRINE = {
    "first": "Zéphyrine", "last": "Quennevillers", "email": "Zephyrine.Quennevillers@courriel.example.org",
    "phone": "06 11 22 33 44", "iban": "FR76 3000 6000 0112 3456 7890 189", "street": "17 rue des Plantations",
    "postcode": "62137",
}  # fmt: skip
OTTOLINE = {
    "first": "Ottoline", "last": "Fairweatherby", "email": "ottoline@fairweatherby.example.net",
    "phone": "+44 (0)7700 900123", "iban": "GB29 NWBK 6016 1331 9268 19", "street": "4 Plantagenet Road",
    "postcode": "CT16 1AA",
}  # fmt: skip
PEOPLE = (ZEPHYRINE, OTTOLINE)
OTHERS = [(f"Donat{letter}rix", f"Prenomm{letter}ine") for letter in "abcdefghijkl"]
IN_A_FILE_NAME = "Berengere Drouaillet"

SETTINGS = """name = "Une association"
languages = ["fr", "en"]
[areas]
Calais = ["Calais"]
[items]
blanket = ["couverture"]
[[files]]
match = "dons*.csv"
table = "donations"
columns = {donation_id = "Ref", received_on = "Date", amount = "Montant", channel = "Canal", status = "Etat", \
appeal = "Campagne", donor_email = "Mail", donor_name = "Nom", donor_postcode = "CP"}
values.status = {received = ["ok"]}
[[files]]
match = "envies.csv"
table = "goods"
columns = {goods_id = "Commande", received_on = "Date", item = "Article", product = "Produit", quantity = "Nombre", \
value = "Prix", donor_email = "Mail", donor_name = "Nom", appeal = "Mot"}
defaults = {channel = "wish_list", status = "delivered"}
[[files]]
match = "depots.xlsx"
table = "goods"
columns = {received_on = "Date", item = "Article", product = "Produit", quantity = "Nombre", donor_name = "Nom"}
defaults = {channel = "drop_off", status = "delivered"}
[[files]]
match = "feuilles.xlsx"
table = "stock"
columns = {counted_on = "Date", quantity = "Nombre"}
sheet = "2021"
"""


Cells = dict[str, object]


def name(person: dict[str, str]) -> str:
    return f"{person['first']} {person['last']}"


def table(*rows: list[str], by: str = ";") -> str:
    """Rows of cells as the text of a CSV file."""
    out = io.StringIO()
    csv.writer(out, delimiter=by, lineterminator="\n").writerows(rows)
    return out.getvalue()


def export(header: str, *rows: Cells, by: str = ";") -> str:
    """A CSV file with this header; each row is given by its filled cells, and further cells under "more"."""
    names = header.split("|")
    listed = [[str(row.get(one, "")) for one in names] + list(map(str, row.get("more", ()))) for row in rows]  # type: ignore[call-overload]
    return table(names, *listed, by=by)


def workbook(title: str, *rows: list[object], other: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet(title)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
        book.add_worksheet(other).write(0, 0, "note")
    return out.getvalue()


def of_each(rows: Callable[[dict[str, str]], list[Cells]]) -> list[Cells]:
    return [row for person in PEOPLE for row in rows(person)]


def gifts() -> str:
    """A year of small gifts by many, and among them every way to type a person where none belongs."""
    return export("Ref|Date|Montant|Canal|Etat|Campagne|Mail|Nom|CP", *ordinary(), *of_each(typed))


def ordinary() -> list[Cells]:
    rows: list[Cells] = []
    for number in range(360):
        last, first = OTHERS[number % len(OTHERS)]
        day = f"2021-{1 + number // 30:02d}-{1 + number % 28:02d}"
        mail = f"{first}.{last}@courriel.example.org".casefold()
        rows.append({"Ref": f"R{number}", "Date": day, "Montant": 20, "Canal": "bank", "Etat": "ok",
                     "Campagne": "hiver 2021", "Mail": mail, "Nom": f"{last} {first}", "CP": "62100"})  # fmt: skip
    return rows


def typed(person: dict[str, str]) -> list[Cells]:
    """Gifts of one person, or of others, with the person in cells that are not for people; ten must be set aside."""
    full, last, first, mail, phone = name(person), person["last"], person["first"], person["email"], person["phone"]
    own, another = {"Mail": mail, "Nom": full, "CP": person["postcode"]}, {"Mail": f"{OTHERS[0][0]}@example.org"}
    rows: list[Cells] = [
        {"Ref": f"{last.upper()}-2021-3", "Campagne": f"Collecte de {first}", **own},
        {"Ref": f"don {full}", "Campagne": f"joindre {phone} ou {mail}", **own},
        {"Ref": phone.replace(" ", ""), "Campagne": f"{person['iban']} {person['street']}", "Nom": full},
        {"Ref": person["iban"].replace(" ", ""), "Campagne": f"pour {full}", **another},
        {"Campagne": f"de la part de M. {last}"},
        {"Campagne": f"{last}, {first}", **another},
        {"Campagne": f"{first[0]}. {last}", **another},
        {"Canal": full, **own},
        {"Canal": last},
        {"Etat": f"{first} a payé"},
        {"Date": full, **own},
        {"Montant": f"{first} {phone}"},
        {"Montant": phone.replace(" ", "").replace("+44(0)", "0"), **own},
        {"Montant": "22 ZEP", **own},
        {"Montant": '"', "Campagne": full},
        {"more": [full, phone], **own},
        {"Canal": mail, "Mail": full, "Nom": mail, "CP": person["street"]},
    ]
    given = {"Date": "2021-06-10", "Montant": 10, "Canal": "bank", "Etat": "ok", "Campagne": "hiver 2021"}
    return [{"Ref": f"{first[0]}{number}", **given, **row} for number, row in enumerate(rows)]


def helloasso() -> str:
    header = (
        "Référence commande|Référence paiement|Montant total|Date du paiement|Statut du paiement|Versé|"
        "Date du versement|Nom payeur|Prénom payeur|Email payeur|Campagne|Type de campagne|Montant du tarif|"
        "Montant des options|Don supplémentaire|Montant du code promo|Moyen de paiement"
    )

    def rows(person: dict[str, str]) -> list[Cells]:
        said = [("Don", "Payé"), (name(person), "Payé"), ("Don", person["last"]), ("Don", "Remboursé")]
        return [
            {"Référence commande": person["last"], "Référence paiement": f"{person['last']} {kind} {state}",
             "Montant total": "25,00", "Date du paiement": "23/04/2021 10:00:00", "Statut du paiement": state,
             "Nom payeur": person["last"].upper(), "Prénom payeur": person["first"], "Email payeur": person["email"],
             "Campagne": f"Anniversaire de {name(person)}", "Type de campagne": kind,
             "Moyen de paiement": person["iban"]}
            for kind, state in said
        ]  # fmt: skip

    return export(header, *of_each(rows))


def paypal() -> str:
    header = (
        "Date|Heure|Fuseau horaire|Nom|Type|État|Devise|Avant commission|Commission|Net|De l'adresse email|"
        "Numéro de transaction|Numéro de la transaction de référence|Impact sur le solde|Objet|Remarque"
    )

    def rows(person: dict[str, str]) -> list[Cells]:
        paid, back = f"PP{person['last'].upper()}", f"BACK{person['last'].upper()}"
        given = {"Date": "25/04/2021", "Heure": "10:00:00", "Nom": name(person), "Type": f"Don de {name(person)}",
                 "État": "Terminé", "Devise": "EUR", "Avant commission": "30,00", "Commission": "0,00",
                 "De l'adresse email": person["email"], "Numéro de transaction": paid, "Objet": name(person),
                 "Remarque": person["phone"]}  # fmt: skip
        refers = "Numéro de la transaction de référence"
        return [
            given,
            {**given, "Avant commission": "-30,00", "Numéro de transaction": back, refers: paid},
            {**given, "État": person["first"], "Numéro de transaction": "X1"},
            {**given, "Nom": "", "De l'adresse email": "", "Numéro de transaction": name(person)},
        ]

    return export(header, *of_each(rows), by="\t")


def stripe() -> str:
    header = (
        "id|Created date (UTC)|Amount|Amount Refunded|Currency|Captured|Status|Fee|Customer Email|Description|"
        "donorbox_name (metadata)|donorbox_email (metadata)|donorbox_campaign (metadata)|"
        "donorbox_designation (metadata)|donorbox_recurring_donation (metadata)"
    )

    def rows(person: dict[str, str]) -> list[Cells]:
        said = {"name": name(person), "email": person["email"], "campaign": f"Team {name(person)}",
                "designation": person["phone"], "recurring_donation": person["last"]}  # fmt: skip
        return [
            {"id": f"ch_{person['last']}", "Created date (UTC)": "2021-07-10 18:37:41", "Amount": "25.00",
             "Amount Refunded": "0.00", "Currency": "eur", "Captured": "true", "Status": "Paid", "Fee": "1.03",
             "Customer Email": person["email"], "Description": person["iban"],
             **{f"donorbox_{key} (metadata)": cell for key, cell in said.items()}}
        ]  # fmt: skip

    return export(header, *of_each(rows), by=",")


def balance() -> str:
    header = "id|Type|Source|Amount|Fee|Net|Currency|Created (UTC)|Available On (UTC)"
    moved = {"Amount": "9.00", "Fee": "0.00", "Net": "9.00", "Currency": "eur", "Created (UTC)": "2021-08-10 12:00",
             "Available On (UTC)": "2021-08-12 12:00"}  # fmt: skip
    charged = {"id": "txn_1", "Type": "charge", "Source": "ch_9", **moved}
    named = of_each(lambda one: [{"id": f"txn_{one['last']}", "Type": one["last"], "Source": name(one), **moved}])
    return export(header, charged, *named, by=",")


def bank() -> str:
    def rows(person: dict[str, str]) -> list[Cells]:
        label = f"VIR {name(person).upper()} {person['iban']}"
        return [{"Date": "10/08/2021", "Libellé": label, "Crédit euros": "40,00"},
                {"Date": name(person), "Libellé": person["email"], "Crédit euros": person["phone"]}]  # fmt: skip

    return export("Date|Libellé|Débit euros|Crédit euros", *of_each(rows))


def ofx() -> str:
    moved = [
        f"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20210905<TRNAMT>41,00<FITID>{name(one)}<NAME>{name(one)}"
        f"<MEMO>{one['iban']}</STMTTRN>"
        for one in PEOPLE
    ]
    begin = "OFXHEADER:100\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR\n<BANKTRANLIST>"
    return "\n".join([begin, *moved, "</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>", ""])


def camt() -> str:
    entries = [
        '<Ntry><Amt Ccy="EUR">42.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>2021-09-06</Dt></BookgDt><AcctSvcrRef>{name(one)}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf>"
        f"<Ustrd>{name(one)} {one['iban']}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for one in PEOPLE
    ]
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>',
         '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>', *entries,
         "</Stmt></BkToCstmrStmt></Document>"]
    )  # fmt: skip


def civicrm() -> str:
    header = (
        "Contact ID|Sort Name|Email|Postal Code|Financial Type|Contribution Source|Date Received|Total Amount|"
        "payment_instrument|Fee Amount|Transaction ID|Currency|Test|contribution_status|Recurring Contribution ID|"
        "Campaign Title|Contribution Note"
    )

    def rows(person: dict[str, str]) -> list[Cells]:
        given = {"Sort Name": f"{person['last']}, {person['first']}", "Email": person["email"],
                 "Postal Code": person["postcode"], "Financial Type": "Donation", "Contribution Source": name(person),
                 "Date Received": "2021-10-03 10:00", "Total Amount": "50.00", "payment_instrument": "Check",
                 "Fee Amount": "1.00", "Transaction ID": f"TX {name(person)}", "Currency": "EUR",
                 "contribution_status": "Completed", "Campaign Title": f"In memory of {name(person)}",
                 "Contribution Note": person["phone"]}  # fmt: skip
        return [given, {**given, "Financial Type": name(person), "Email": "", "payment_instrument": person["last"]}]

    return export(header, *of_each(rows), by=",")


def amazon(header: str, order: str, day: str, product: str) -> str:
    """One of Amazon's two order files; `product` is the heading under which the item stands."""

    def rows(person: dict[str, str]) -> list[Cells]:
        full = name(person)
        said = {"Website": "Amazon.fr", "Order ID": f"{order}-{person['last']}", "Order Date": day, "Currency": "EUR",
                "Total Owed": "9", "Item Total": "9", "Quantity": "1", "Order Status": person["first"],
                "Shipment Status": "Shipped", "Shipping Address": person["street"], "Gift Message": f"De {full}",
                "Gift Sender Name": full, "Ordering Customer Email": person["email"],
                "Shipping Address Name": full}  # fmt: skip
        return [{**said, product: f"Couverture pour {full}"}, {**said, product: "couverture"}]

    return export(header, *of_each(rows), by=",")


def kobo() -> str:
    header = "distributed_on|area|site|item|quantity|unit|Remarque|_id|_uuid|_submission_time|_submitted_by|_index"

    def rows(person: dict[str, str]) -> list[Cells]:
        given = {"distributed_on": "2021-01-31", "area": "Calais", "item": "blanket", "quantity": 4,
                 "Remarque": person["phone"], "_submitted_by": name(person)}  # fmt: skip
        return [
            {**given, "site": f"Chez {name(person)}, {person['street']}", "unit": f"sac de {name(person)}"},
            {**given, "area": name(person)},
            {**given, "item": f"pour {person['last']}"},
            {**given, "quantity": person["first"]},
        ]

    return export(header, *of_each(rows))


SHEETS: dict[str, tuple[str, Callable[[dict[str, str]], list[Cells]]]] = {
    "headcounts": ("counted_on|area|place|people|method|counted_by|scope|source", lambda one: [
        *({"counted_on": f"2021-0{month}-10", "area": "Calais", "place": f"{one['street']} ({name(one)})",
           "people": 900, "method": "estimate", "counted_by": f"{name(one)} {one['phone']}", "scope": "all",
           "source": f"SMS de Mme {one['last']}, {one['email']}"} for month in range(1, 9)),
        {"counted_on": "2021-03-02", "area": "Calais", "people": one["first"], "method": name(one)},
        {"counted_on": "2021-03-02", "area": "Calais", "people": "0611223344", "method": "estimate"},
    ]),
    "events": ("started_on|kind|label_fr|label_en|source", lambda one: [
        {"started_on": "2021-03-10", "kind": name(one), "label_fr": f"Visite de {name(one)} ({one['phone']})",
         "label_en": f"Visit by {name(one)}, {one['email']}", "source": one["email"]},
    ]),
    "appeals": ("appeal|name_fr|name_en|launched_on|cost", lambda one: [
        {"appeal": f"Collecte {name(one)}", "name_fr": f"Anniversaire de {name(one)}",
         "name_en": f"{name(one)}'s birthday", "launched_on": "2021-02-10", "cost": 0},
    ]),
    "testimonies": ("testimony_id|product|item|posted_on|status", lambda one: [
        {"testimony_id": f"{one['last']}-1", "product": f"Couverture de {name(one)}", "item": "blanket",
         "posted_on": "2021-02-01", "status": "online"},
        {"testimony_id": "T1", "product": one["phone"], "posted_on": "2021-02-01", "status": one["last"]},
    ]),
    "stock": ("counted_on|item|quantity|unit", lambda one: [
        {"counted_on": "2021-02-10", "item": "blanket", "quantity": 5, "unit": f"carton de {name(one)}"},
    ]),
    "losses": ("lost_on|item|quantity|cause", lambda one: [
        {"lost_on": "2021-02-10", "item": "blanket", "quantity": 5,
         "cause": f"volé chez {name(one)}, {one['street']}, {one['phone']}"},
    ]),
    "envies": ("Commande|Date|Article|Produit|Nombre|Prix|Mail|Nom|Mot", lambda one: [
        {"Commande": f"CMD {name(one)}", "Date": "28/04/2021", "Article": "couverture", "Nombre": 2, "Prix": "30,00",
         "Produit": f"Couverture {one['last']}", "Mail": one["email"], "Nom": name(one), "Mot": name(one)},
        {"Commande": one["phone"], "Date": "28/04/2021", "Article": f"sac {name(one)}", "Nombre": 2, "Prix": "30,00"},
        {"Commande": one["email"], "Date": "28/04/2021", "Article": "couverture", "Nombre": 2, "Prix": one["iban"]},
    ]),
}  # fmt: skip
"""The sheets that a charity keeps by hand: their header, and what they say of one person."""
CORRECTIONS = "file|line|id|column|expected|new|reason|who|when"


def planted() -> dict[str, str | bytes]:
    """Every file of the dataset that can be read."""
    full, last = name(ZEPHYRINE), ZEPHYRINE["last"]
    mended = {"file": "dons.csv", "line": 2, "column": "Campagne", "expected": "hiver 2021", "new": full,
              "reason": f"{full} l'a dit", "who": full, "when": "2022"}  # fmt: skip
    small = {"Ref": "Z1", "Date": "2021-05-05", "Montant": 5, "Canal": "bank", "Etat": "ok"}
    history = (
        "Website|Order ID|Order Date|Currency|Unit Price|Total Owed|ASIN|Quantity|Order Status|Shipment Status|"
        "Ship Date|Product Name|Shipping Address|Gift Message|Gift Sender Name"
    )
    items = (
        "Order Date|Order ID|Title|Category|ASIN/ISBN|Purchase Price Per Unit|Quantity|Ordering Customer Email|"
        "Shipment Date|Shipping Address Name|Order Status|Item Total|Currency"
    )
    return {
        "dons.csv": gifts(),
        f"dons {IN_A_FILE_NAME}.csv": export("Ref|Date|Montant|Canal|Etat|Campagne|Mail|Nom|CP", small),
        "helloasso.csv": helloasso(),
        "paypal.tsv": paypal(),
        "stripe.csv": stripe(),
        "balance.csv": balance(),
        "banque.csv": bank(),
        "releve.ofx": ofx(),
        "releve.xml": camt(),
        "civicrm.csv": civicrm(),
        "amazon.csv": amazon(items, "407", "11/30/21", "Title"),
        "Retail.OrderHistory.csv": amazon(history, "408", "2021-11-04T22:39:52Z", "Product Name"),
        "formulaire.csv": kobo(),
        **{f"{kind}.csv": export(header, *of_each(rows)) for kind, (header, rows) in SHEETS.items()},
        "corrections.csv": export(CORRECTIONS, mended, by=","),
        "depots.xlsx": workbook(
            f"Dépôts {last}", ["Date", "Article", "Produit", "Nombre", "Nom"],
            ["2021-05-01", "couverture", full, 3, full], ["2021-05-02", last, ZEPHYRINE["phone"], 1, ""], other=full,
        ),
    }  # fmt: skip


def unreadable() -> dict[str, str | bytes]:
    """Files that are refused, each in its own way."""
    full, last, phone = name(OTTOLINE), OTTOLINE["last"], OTTOLINE["phone"]
    kobo_header = ["Quel jour ?", f"Appeler {phone}", "_id", "_uuid", "_submission_time", "_index"]
    return {
        "liste.csv": table([OTTOLINE["first"], last, "Don", "Douvres"], [ZEPHYRINE["first"], "x", "Don", "Calais"]),
        "liste2.csv": table([OTTOLINE["email"], full, phone]),
        "liste3.xlsx": workbook(full, [last, OTTOLINE["first"]], other=ZEPHYRINE["last"]),
        "feuilles.xlsx": workbook(full, [last, "Montant"], other=f"Dons {ZEPHYRINE['last']}"),
        "autre.csv": table(kobo_header, ["2021-01-31", full, "1", "u", "x", "1"]),
        "balises.csv": table(["Who", "Where"], ["#org", "#adm1"], [full, "Calais"], by=","),
        "vide.csv": table(["Date", "Libellé", "Débit euros", "Crédit euros"]),
        "casse.xlsx": full.encode(), "casse.csv.gz": full.encode(), "casse.xml": f"<a>{full}</b>",
    }  # fmt: skip


def folded(text: str) -> str:
    """`text` as it is searched: letters and digits only, without accents, capitals and separators."""
    plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code.group(1), 16)), html.unescape(text))
    decomposed = unicodedata.normalize("NFKD", plain)
    return "".join(sign for sign in decomposed if sign.isalnum()).casefold()


def secrets() -> set[str]:
    found = {folded(one[part]) for one in PEOPLE for part in ("first", "last", "email", "iban", "street")}
    found |= {folded(part) for other in OTHERS for part in other}
    return found | {"611223344", "7700900123", "62137", "ct161aa"}


def leaks(text: str, *, more: tuple[str, ...] = ()) -> set[str]:
    said = folded(text)
    return {secret for secret in secrets() | {folded(one) for one in more} if secret in said}


def contents(file: Path) -> str:
    """A file as text, whatever it is: tables cell by cell, PDF streams unpacked, every byte besides."""
    data = file.read_bytes()
    said = [data.decode("utf-8", "ignore"), data.decode("latin-1")]
    if file.suffix == ".parquet":
        said.append(str(pq.read_table(file).to_pylist()))
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL) if file.suffix == ".pdf" else ():
        try:
            said.append(zlib.decompress(stream).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(said)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONATION_TRENDS_KEY", "a key for tests, long enough")
        yield tmp_path_factory.mktemp("planted")


def dataset(place: Path, files: dict[str, str | bytes], called: str) -> Path:
    folder = place / "data" / "raw" / called
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dataset.toml").write_text(SETTINGS, encoding="utf-8")
    for file, content in files.items():
        (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def command(*arguments: object) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["donation-trends", *map(str, arguments)])
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0)
    return 0


@pytest.fixture(scope="module")
def folder(place) -> Path:
    return dataset(place, planted(), "planted")


def test_nothing_that_check_prints_names_a_person(folder, capsys, caplog):
    caplog.set_level(logging.DEBUG)

    assert command("check", folder) == 0
    assert command("check", folder, "--json") == 0

    printed = "\n".join([*capsys.readouterr(), caplog.text])
    assert leaks(printed) == set()
    assert printed.count("\n") > 100


def test_nothing_that_a_build_writes_or_prints_names_a_person(folder, capsys, caplog):
    caplog.set_level(logging.DEBUG)

    assert command("build", folder) == 0

    written = sorted((folder.parents[1] / "processed" / "planted").iterdir())
    assert {file.name: leaks(contents(file)) for file in written if leaks(contents(file))} == {}
    assert leaks("\n".join([*capsys.readouterr(), caplog.text])) == set()
    assert {"donations.parquet", "quarantine.csv", "ledger.json", "build.json"} <= {file.name for file in written}


def test_the_planted_rows_are_there_and_their_amounts_count(folder):
    command("build", folder)
    processed = folder.parents[1] / "processed" / "planted"

    ledger = json.loads((processed / "ledger.json").read_text(encoding="utf-8"))
    accepted = {file["file"]: file["rows"]["accepted"] for file in ledger["files"]}
    assert all(accepted[file] for file in planted() if file != "corrections.csv"), accepted
    quarantined = {file["file"]: file["rows"]["quarantined"] for file in ledger["files"]}
    assert quarantined["dons.csv"] == 2 * 10
    donors = pq.read_table(processed / "donations.parquet", columns=["donor"])["donor"].to_pylist()
    assert len(set(donors) - {None}) >= 14
    refunds = [row for row in pq.read_table(processed / "donations.parquet").to_pylist() if row["amount"] < 0]
    assert {row["source_file"] for row in refunds} == {"helloasso.csv", "paypal.tsv"}


def test_nothing_in_a_report_names_a_person_or_a_file(folder, capsys, caplog):
    caplog.set_level(logging.DEBUG)

    assert command("report", folder) == 0

    written = sorted(file for file in (folder.parents[2] / "reports" / "planted").rglob("*") if file.is_file())
    more = ("Drouaillet", *planted())
    assert {file.name: leaks(contents(file), more=more) for file in written if leaks(contents(file), more=more)} == {}
    assert leaks("\n".join([*capsys.readouterr(), caplog.text])) == set()
    assert {"report.fr.html", "report.en.html", "brief.fr.pdf", "numbers.json", "manifest.json"} <= {
        file.name for file in written
    }


def test_no_refusal_of_a_file_names_a_person(place, capsys):
    folder = dataset(place, {**planted(), **unreadable()}, "unreadable")

    assert command("build", folder) == 2
    assert command("check", folder) == 2
    for file in unreadable():
        assert command("check", folder / file) == 2, file

    printed = "\n".join(capsys.readouterr())
    assert leaks(printed) == set()
    assert all(file in printed for file in unreadable())


@pytest.mark.parametrize(
    "entry",
    [
        ["dons.csv", "2", "", "Campagne", "Ottoline Fairweatherby", "x", "why", "me", "2022"],
        ["dons.csv", "2", "", "Ottoline", "hiver", "x", "why", "me", "2022"],
        ["Ottoline Fairweatherby", "2", "", "Campagne", "hiver", "x", "why", "me", "2022"],
        ["dons.csv", "Ottoline", "", "Campagne", "hiver", "x", "why", "me", "2022"],
        ["dons.csv", "", "FAIRWEATHERBY-2021-1x", "Campagne", "hiver", "x", "why", "me", "2022"],
        ["dons.csv", "2", "", "Campagne", "hiver", "x", "", "Ottoline", "2022", "Fairweatherby"],
    ],
)
def test_no_correction_that_does_not_fit_is_repeated_with_a_name(place, capsys, entry):
    files = {"dons.csv": gifts(), "corrections.csv": table(CORRECTIONS.split("|"), entry, by=",")}

    assert command("build", dataset(place, files, "corrected")) == 2

    assert leaks("\n".join(capsys.readouterr())) == set()
