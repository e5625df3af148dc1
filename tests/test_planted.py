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
"""


def name(person: dict[str, str]) -> str:
    return f"{person['first']} {person['last']}"


def table(*rows: list[str], by: str = ";") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=by, lineterminator="\n").writerows(rows)
    return out.getvalue()


def sheet(title: str, *rows: list[str], other: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for place, row in enumerate(rows):
            (book.get_worksheet_by_name(title) or book.add_worksheet(title)).write_row(place, 0, row)
        book.add_worksheet(other).write(0, 0, "note")
    return out.getvalue()


def gifts() -> str:
    """A year of small gifts by many, and among them every way to type a person where none belongs."""
    rows = [["Ref", "Date", "Montant", "Canal", "Etat", "Campagne", "Mail", "Nom", "CP"]]
    for number in range(360):
        last, first = OTHERS[number % len(OTHERS)]
        month, day = 1 + number // 30, 1 + number % 28
        mail = f"{first}.{last}@courriel.example.org".casefold()
        rows.append([f"R{number}", f"2021-{month:02d}-{day:02d}", "20", "bank", "ok", "hiver 2021", mail, f"{last} {first}",
                     "62100"])  # fmt: skip
    for at, person in enumerate(PEOPLE):
        full, day = name(person), f"2021-06-{10 + at}"
        mail, last, first, code = person["email"], person["last"], person["first"], person["postcode"]
        phone, iban, street = person["phone"], person["iban"], person["street"]
        own = [mail, full, code]
        rows += [
            [f"{last.upper()}-2021-{at}", day, "10", "bank", "ok", f"Collecte de {first}", *own],
            [f"don {full}", day, "11", "bank", "ok", f"joindre {phone} ou {mail}", *own],
            [phone.replace(" ", ""), day, "12", "bank", "ok", f"{iban} {street}", "", full, code],
            [iban.replace(" ", ""), day, "13", "bank", "ok", f"pour {full}", OTHERS[at][0] + "@example.org", "", ""],
            [f"S{at}1", day, "14", "bank", "ok", f"de la part de M. {last}", "", "", ""],
            [f"S{at}2", day, "15", full, "ok", "hiver 2021", *own],
            [f"S{at}3", day, "16", last, "ok", "hiver 2021", "", "", ""],
            [f"S{at}4", day, "17", "bank", f"{first} a payé", "hiver 2021", "", "", ""],
            [f"S{at}5", full, "18", "bank", "ok", "hiver 2021", *own],
            [f"S{at}6", day, f"{first} {phone}", "bank", "ok", "hiver 2021", "", "", ""],
            [f"S{at}7", day, phone.replace(" ", "").replace("+44(0)", "0"), "bank", "ok", "", *own],
            [f"S{at}8", day, "19", "bank", "ok", "hiver 2021", *own, full, phone],
            [f"S{at}9", day, "20", mail, "ok", "hiver 2021", full, mail, street],
            [f"T{at}0", day, "21", "bank", "ok", f"{last}, {first}", OTHERS[at][0] + "@example.org", "", ""],
            [f"T{at}1", day, "22 ZEP", "bank", "ok", f"{first[0]}. {last}", OTHERS[at][0] + "@example.org", "", ""],
            [f"T{at}2", day, '"', "bank", "ok", full, "", "", ""],
        ]  # fmt: skip
    return table(*rows)


def helloasso() -> str:
    header = ("Référence commande;Référence paiement;Montant total;Date du paiement;Statut du paiement;Versé;"
              "Date du versement;Nom payeur;Prénom payeur;Email payeur;Campagne;Type de campagne;Montant du tarif;"
              "Montant des options;Don supplémentaire;Montant du code promo;Moyen de paiement")  # fmt: skip
    rows = [header.split(";")]
    for number, person in enumerate(PEOPLE):
        who = [person["last"].upper(), person["first"], person["email"]]
        for kind, state in (("Don", "Payé"), (name(person), "Payé"), ("Don", person["last"]), ("Don", "Remboursé")):
            rows.append([f"{person['last']}{number}", f"{person['last']} {kind} {state}", "25,00", "23/04/2021 10:00:00",
                         state, "Oui", "", *who, f"Anniversaire de {name(person)}", kind, "25,00", "", "", "",
                         person["iban"]])  # fmt: skip
    return table(*rows)


def paypal() -> str:
    header = ["Date", "Heure", "Fuseau horaire", "Nom", "Type", "État", "Devise", "Avant commission", "Commission", "Net",
              "De l'adresse email", "Numéro de transaction", "Numéro de la transaction de référence",
              "Impact sur le solde", "Objet", "Remarque"]  # fmt: skip
    rows = [header]
    for person in PEOPLE:
        said = [person["email"], f"PP{person['last'].upper()}", "", "Crédit", name(person), person["phone"]]
        back = [person["email"], f"BACK{person['last'].upper()}", said[1], "Débit", name(person), person["phone"]]
        moved = ["25/04/2021", "10:00:00", "CET", name(person)]
        rows += [[*moved, f"Don de {name(person)}", "Terminé", "EUR", "30,00", "-1,00", "29,00", *said],
                 [*moved, "Paiement", "Terminé", "EUR", "-30,00", "1,00", "-29,00", *back],
                 [*moved, "Paiement", person["first"], "EUR", "31,00", "0,00", "31,00", person["email"], "X1", "", "", "", ""],
                 [*moved[:3], "", "Paiement", "Terminé", "EUR", "32,00", "0,00", "32,00", "", name(person), "", "", "", ""]]  # fmt: skip
    return table(*rows, by="\t")


def stripe() -> str:
    header = ["id", "Created date (UTC)", "Amount", "Amount Refunded", "Currency", "Captured", "Status", "Fee",
              "Customer Email", "Description", "donorbox_name (metadata)", "donorbox_email (metadata)",
              "donorbox_campaign (metadata)", "donorbox_designation (metadata)",
              "donorbox_recurring_donation (metadata)"]  # fmt: skip
    rows = [header]
    for person in PEOPLE:
        rows.append([f"ch_{person['last']}", "2021-07-10 18:37:41", "25.00", "0.00", "eur", "true", "Paid", "1.03",
                     person["email"], person["iban"], name(person), person["email"], f"Team {name(person)}",
                     person["phone"], person["last"]])  # fmt: skip
    return table(*rows, by=",")


def balance() -> str:
    header = ["id", "Type", "Source", "Amount", "Fee", "Net", "Currency", "Created (UTC)", "Available On (UTC)"]
    at = ["2021-08-10 12:00", "2021-08-12 12:00"]
    rows = [
        [f"txn_{one['last']}", one["last"], f"po_{one['last']}", "9.00", "0.00", "9.00", "eur", *at] for one in PEOPLE
    ]
    return table(header, ["txn_1", "charge", "ch_9", "8.00", "0.00", "8.00", "eur", *at], *rows, by=",")


def bank() -> str:
    rows = [["Date", "Libellé", "Débit euros", "Crédit euros"]]
    for person in PEOPLE:
        rows += [["10/08/2021", f"VIR {name(person).upper()} {person['iban']}", "", "40,00"],
                 [name(person), f"VIR {person['email']}", "", person["phone"]]]  # fmt: skip
    return table(*rows)


def ofx() -> str:
    moved = "".join(
        f"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20210905<TRNAMT>41,00<FITID>{name(one)}<NAME>{name(one)}<MEMO>{one['iban']}</STMTTRN>\n"
        for one in PEOPLE
    )
    return f"OFXHEADER:100\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR\n<BANKTRANLIST>\n{moved}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"  # fmt: skip


def camt() -> str:
    entries = "\n".join(
        f'<Ntry><Amt Ccy="EUR">42.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2021-09-06</Dt></BookgDt>'
        f"<AcctSvcrRef>{name(one)}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>{name(one)} {one['iban']}</Ustrd></RmtInf>"
        "</TxDtls></NtryDtls></Ntry>"
        for one in PEOPLE
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">'
        f"<BkToCstmrStmt><Stmt>\n{entries}</Stmt></BkToCstmrStmt></Document>"
    )


def civicrm() -> str:
    header = ("Contact ID,Sort Name,Email,Postal Code,Financial Type,Contribution Source,Date Received,Total Amount,"
              "payment_instrument,Fee Amount,Transaction ID,Currency,Test,contribution_status,"
              "Recurring Contribution ID,Campaign Title,Contribution Note")  # fmt: skip
    rows = [header.split(",")]
    for person in PEOPLE:
        who = ["7", f"{person['last']} {person['first']}", person["email"], person["postcode"]]
        end = [f"TX {name(person)}", "EUR", "", "Completed", "", f"In memory of {name(person)}", person["phone"]]
        rows += [[*who, "Donation", name(person), "2021-10-03 10:00", "50.00", "Check", "1.00", *end],
                 [*who, f"{name(person)}", "", "2021-10-03 10:00", "51.00", person["last"], "1.00", *end]]  # fmt: skip
    return table(*rows, by=",")


def amazon(history: bool) -> str:
    if history:
        header = ["Website", "Order ID", "Order Date", "Currency", "Unit Price", "Total Owed", "ASIN", "Quantity",
                  "Order Status", "Shipment Status", "Ship Date", "Product Name", "Shipping Address", "Gift Message",
                  "Gift Sender Name"]  # fmt: skip
    else:
        header = ["Order Date", "Order ID", "Title", "Category", "ASIN/ISBN", "Purchase Price Per Unit", "Quantity",
                  "Ordering Customer Email", "Shipment Date", "Shipping Address Name", "Order Status", "Item Total",
                  "Currency"]  # fmt: skip
    rows = [header]
    for person in PEOPLE:
        said = {
            "Website": "Amazon.fr", "Order ID": f"{408 + history}-{person['last']}", "Order Date": "2021-11-04T22:39:52Z" if history
            else "11/10/21", "Currency": "EUR", "Unit Price": "9", "Total Owed": "9", "ASIN": "B0", "Quantity": "1",
            "Order Status": person["first"], "Shipment Status": "Shipped", "Ship Date": "Not Available",
            "Product Name": f"Couverture pour {name(person)}", "Shipping Address": person["street"],
            "Gift Message": f"De {name(person)}", "Gift Sender Name": name(person), "Title": f"Couverture {name(person)}",
            "Category": "x", "ASIN/ISBN": "B0", "Purchase Price Per Unit": "9", "Item Total": "9",
            "Ordering Customer Email": person["email"], "Shipment Date": "11/11/21",
            "Shipping Address Name": name(person),
        }  # fmt: skip
        rows += [[said[one] for one in header], ["couverture" if one in ("Title", "Product Name") else said[one]
                                                  for one in header]]  # fmt: skip
    return table(*rows, by=",")


def kobo() -> str:
    header = ["distributed_on", "area", "site", "item", "quantity", "unit", "Remarque", "_id", "_uuid",
              "_submission_time", "_submitted_by", "_index"]  # fmt: skip
    end = ["1", "u", "2021-01-31T09:00:00", "x", "1"]
    rows = [header]
    for person in PEOPLE:
        site = f"Chez {name(person)}, {person['street']}"
        rows += [["2021-01-31", "Calais", site, "blanket", "4", f"sac de {name(person)}", person["phone"], *end],
                 ["2021-01-31", name(person), "", "blanket", "4", "", person["phone"], *end],
                 ["2021-01-31", "Calais", "", f"pour {person['last']}", "4", "", "", *end],
                 ["2021-01-31", "Calais", "", "blanket", person["first"], "", "", *end]]  # fmt: skip
    return table(*rows)


def sheets() -> dict[str, str]:
    """The sheets that a charity keeps by hand, in our own words."""
    rows: dict[str, list[list[str]]] = {
        "headcounts": [["counted_on", "area", "place", "people", "method", "counted_by", "scope", "source"]],
        "events": [["started_on", "ended_on", "kind", "label_fr", "label_en", "source"]],
        "appeals": [["appeal", "name_fr", "name_en", "launched_on", "cost"]],
        "testimonies": [["testimony_id", "product", "item", "posted_on", "status"]],
        "stock": [["counted_on", "item", "quantity", "unit"]],
        "losses": [["lost_on", "item", "quantity", "cause"]],
    }
    for day, person in enumerate(PEOPLE, start=10):
        full, phone, mail = name(person), person["phone"], person["email"]
        rows["headcounts"] += [
            [f"2021-0{month}-{day}", "Calais", f"{person['street']} ({full})", "900", "estimate", f"{full} {phone}",
             "all", f"SMS de Mme {person['last']}, {mail}"] for month in range(1, 9)]  # fmt: skip
        rows["headcounts"] += [["2021-03-02", "Calais", "", person["first"], full, "", "", ""],
                               ["2021-03-02", "Calais", "", "0611223344", "estimate", "", "", ""]]  # fmt: skip
        rows["events"] += [
            [f"2021-03-{day}", "", full, f"Visite de {full} ({phone})", f"Visit by {full}, {mail}", mail]
        ]
        rows["appeals"] += [
            [f"Collecte {full}", f"Anniversaire de {full}", f"{full}'s birthday", f"2021-02-{day}", "0"]
        ]
        rows["testimonies"] += [[f"{person['last']}-{day}", f"Couverture de {full}", "blanket", "2021-02-01", "online"],
                                ["T1", phone, "blanket", "2021-02-01", person["last"]]]  # fmt: skip
        rows["stock"] += [[f"2021-02-{day}", "blanket", "5", f"carton de {full}"]]
        rows["losses"] += [[f"2021-02-{day}", "blanket", "5", f"volé chez {full}, {person['street']}, {phone}"]]
    return {f"{kind}.csv": table(*listed) for kind, listed in rows.items()}


def goods() -> str:
    rows = [["Commande", "Date", "Article", "Produit", "Nombre", "Prix", "Mail", "Nom", "Mot"]]
    for person in PEOPLE:
        full, who = name(person), [person["email"], name(person)]
        rows += [[f"CMD {full}", "28/04/2021", "couverture", f"Couverture {person['last']}", "2", "30,00", *who, full],
                 [f"{person['phone']}", "28/04/2021", f"sac {full}", "x", "2", "30,00", "", "", f"bisous, {full}"],
                 [f"{person['email']}", "28/04/2021", "couverture", full, "2", person["iban"], "", "", ""]]  # fmt: skip
    return table(*rows)


def corrections() -> str:
    header = ["file", "line", "id", "column", "expected", "new", "reason", "who", "when"]
    full = name(ZEPHYRINE)
    return table(header, ["dons.csv", "2", "", "Campagne", "hiver 2021", full, f"{full} l'a dit", full, "2022"], by=",")


def planted() -> dict[str, str | bytes]:
    """Every file of the dataset that can be read."""
    full = name(ZEPHYRINE)
    day = ["2021-05-01", "couverture", full, 3, full]
    return {
        "dons.csv": gifts(), f"dons {IN_A_FILE_NAME}.csv": table(["Ref", "Date", "Montant", "Canal", "Etat", "Campagne",
                                                                   "Mail", "Nom", "CP"],
                                                                  ["Z1", "2021-05-05", "5", "bank", "ok", "", "", "", ""]),
        "helloasso.csv": helloasso(), "paypal.tsv": paypal(), "stripe.csv": stripe(), "balance.csv": balance(),
        "banque.csv": bank(), "releve.ofx": ofx(), "releve.xml": camt(), "civicrm.csv": civicrm(),
        "amazon.csv": amazon(False), "Retail.OrderHistory.csv": amazon(True), "formulaire.csv": kobo(), **sheets(),
        "envies.csv": goods(), "corrections.csv": corrections(),
        "depots.xlsx": sheet(f"Dépôts {ZEPHYRINE['last']}", ["Date", "Article", "Produit", "Nombre", "Nom"], day,
                             ["2021-05-02", ZEPHYRINE["last"], ZEPHYRINE["phone"], 1, ""], other=full),
    }  # fmt: skip


def unreadable() -> dict[str, str | bytes]:
    """Files that are refused, each in its own way."""
    full, last, phone = name(OTTOLINE), OTTOLINE["last"], OTTOLINE["phone"]
    kobo_header = ["Quel jour ?", f"Appeler {phone}", "_id", "_uuid", "_submission_time", "_index"]
    return {
        "liste.csv": table([OTTOLINE["first"], last, "Douvres"], [ZEPHYRINE["first"], ZEPHYRINE["last"], "Calais"]),
        "liste2.csv": table([OTTOLINE["email"], full, phone]),
        "liste3.xlsx": sheet(full, [last, OTTOLINE["first"]], other=ZEPHYRINE["last"]),
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
    header = ["file", "line", "id", "column", "expected", "new", "reason", "who", "when"]
    files = {"dons.csv": gifts(), "corrections.csv": table(header, entry, by=",")}

    assert command("build", dataset(place, files, "corrected")) == 2

    assert leaks("\n".join(capsys.readouterr())) == set()
