"""Bank statements; rows are invented, headers and information lines are established ones."""

import pandas as pd
import pytest

from analysis.faults import DataError

AGRICOLE = (
    "Téléchargement du  19/12/2019;\r\n\r\n\r\nASSOCIATION DE SECOURS\r\nCOMPTE      no 00000000000;\r\n"
    "Solde au 18/12/19 : 13,37 EUR\r\n\r\nListe des opérations du compte entre le 01/12/2019 et le 18/12/2019;\r\n\r\n"
    "Date;Libellé;Débit Euros;Crédit Euros;\r\n"
)
POSTALE = (
    "Numéro Compte   ;0000000X000\r\nType         ;CCP\r\nCompte tenu en  ;euros\r\nDate            ;31/12/2020\r\n"
    "Solde (EUROS)   ;100,00\r\n\r\nDate;Libellé;Montant(EUROS)\r\n"
)
POPULAIRE = (
    "Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Informations complementaires;"
    "Type operation;Categorie;Sous categorie;Debit;Credit;Date operation;Date de valeur;Pointage operation\n"
)
EPARGNE = (
    "Code de la banque : 00000;Code de l'agence : 00000;Date de début de téléchargement : 01/12/2019\n"
    "Numéro de compte : 0\n\nSolde en fin de période;;;;\nDate;Numéro d'opération;Libellé;Débit;Crédit;Détail;\n"
)
MUTUEL = "Date;Date de valeur;Débit;Crédit;Libellé;Solde\n"
HELLOASSO = (
    "Référence commande;Référence paiement;Montant total;Date du paiement;Statut du paiement;Versé;Date du versement;"
    "Nom payeur;Prénom payeur;Email payeur;Campagne;Type de campagne;Montant du tarif;Montant des options;"
    "Don supplémentaire;Montant du code promo;Moyen de paiement\n"
    "1;2;25,00;03/12/2019 18:23:13;Payé;Oui;;Roc;Ana;ana@example.org;Dons;Dons;;;;;Carte bancaire\n"
)


def gifts(tables) -> list[list[object]]:
    return tables.donations[["received_on", "amount", "channel"]].to_numpy().tolist()


def december(day: int) -> pd.Timestamp:
    return pd.Timestamp(2019, 12, day)


def test_credit_agricole_labels_span_lines_and_a_card_block_follows(build_files):
    text = (
        AGRICOLE
        + '17/12/2019;"Marché \r\ndu port\r\n";3,18;\r\n18/12/2019;"3446335 \r\nRemise De Cheque \r\n";;2389,64;\r\n'
        "\r\nMadame X \r\nVISA no 0000 xxxx;\r\n\r\n"
        ";Pas d'opération pour cette carte entre le 18/12/2019 et 18/12/2019;\r\n"
    )
    tables = build_files({"ca.csv": text.encode("windows-1252")})

    assert gifts(tables) == [[december(18), 2389.64, "bank"]]
    assert tables.donations["donor"].isna().all()
    assert tables.donations["source_line"].tolist() == [14]
    [entry] = tables.ledger["files"]
    assert (entry["format"], entry["reasons"]) == ("bank_credit_agricole", {"expense": 1, "information line": 3})
    assert entry["money"]["EUR"]["excluded"] == "-3.18"


def test_a_short_line_that_has_a_date_is_set_aside_not_taken_for_information(build_files):
    tables = build_files({"ca.csv": f'{AGRICOLE}18/12/2019;"Don";;5,00;\r\n18/12/2019;"Virement"\r\n'})

    assert tables.quarantine[["source_line", "reason"]].to_numpy().tolist() == [[12, "is empty"]]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_banque_postale_keeps_identical_rows_and_both_ways_to_write_a_credit(build_files, delimiter):
    rows = '31/12/2020;"VIREMENT DE ANA ROC";20,00\r\n31/12/2020;"VIREMENT DE ANA ROC";20,00\r\n'
    text = POSTALE + rows + '30/12/2020;"VIREMENT";+123,45\r\n29/12/2020;"LOYER";-45,20\r\n'
    tables = build_files({"lbp.csv": text.replace(";", delimiter).encode("windows-1252")})

    assert tables.donations["amount"].tolist() == [123.45, 20.0, 20.0]
    assert tables.ledger["files"][0]["reasons"] == {"expense": 1}


def test_banque_populaire_counts_on_the_day_of_the_operation(build_files):
    cells = "VIR ANA ROC;R1;;Virement;Dons;;"
    text = (
        f"{POPULAIRE}03/12/2019;VIR;{cells};+100,00;02/12/2019;02/12/2019;0\n"
        f"03/12/2019;LOYER;{cells}-30,00;;02/12/2019;03/12/2019;0\n"
    )
    assert gifts(build_files({"bp.csv": text})) == [[december(2), 100.0, "bank"]]


def test_the_older_caisse_d_epargne_ends_in_a_balance_line(build_files):
    text = f"{EPARGNE}03/12/19;1;Virement;;+100,00;;\n04/12/19;2;Loyer;-50,00;;;\nSolde en début de période;;;;12,00\n"
    tables = build_files({"ce.csv": text})

    assert gifts(tables) == [[december(3), 100.0, "bank"]]
    assert tables.ledger["files"][0]["reasons"] == {"balance line": 1, "expense": 1}


def test_credit_mutuel_is_read_and_a_row_with_debit_and_credit_is_set_aside(build_files):
    rows = "03/12/2019;03/12/2019;;100,00;VIR;0\n04/12/2019;04/12/2019;-5,00;;LOYER;0\n05/12/2019;05/12/2019;1;2;X;0\n"
    tables = build_files({"cm.csv": MUTUEL + rows})

    assert gifts(tables) == [[december(3), 100.0, "bank"]]
    assert tables.quarantine["source_line"].tolist() == [4]


def mutuel(*labels: str) -> str:
    """A statement with a credit of 10 euros for each label."""
    return MUTUEL + "".join(f"05/12/2019;05/12/2019;;10,00;{label};0\n" for label in labels)


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("VIR SEPA HELLOASSO 4521", "payout of helloasso without its rows: the gross is unknown"),
        ("PAYPAL EUROPE", "payout of paypal without its rows: the gross is unknown"),
        ("VIREMENT INTERNE", "transfer between own accounts"),
        ("INTERETS CREDITEURS 2019", "bank interest"),
    ],
)
def test_a_label_that_names_no_gift_leaves_the_credit_out(build_files, label, reason):
    tables = build_files({"cm.csv": mutuel(label, "VIR ANA ROC")})

    assert tables.donations["source_line"].tolist() == [3]
    assert tables.ledger["files"][0]["reasons"] == {reason: 1}


def test_cash_paid_in_is_a_gift_of_cash(build_files):
    assert gifts(build_files({"cm.csv": mutuel("VERSEMENT ESPÈCES GUICHET")})) == [[december(5), 10.0, "cash"]]


def test_a_payout_whose_gifts_are_here_is_told_from_one_of_another_time(build_files):
    bank = mutuel("HELLOASSO") + "05/12/2025;05/12/2025;;10,00;HELLOASSO;0\n"
    tables = build_files({"cm.csv": bank, "helloasso.csv": HELLOASSO})

    assert tables.ledger["files"][0]["reasons"] == {
        "payout of helloasso": 1,
        "payout of helloasso without its rows: the gross is unknown": 1,
    }
    assert tables.donations["amount"].tolist() == [25.0]


def test_words_of_the_datasets_own_win_over_the_rules(build_files):
    rule = (
        '[[files]]\nmatch = "cm.csv"\ntable = "donations"\ncolumns = {}\n'
        'values.channel = {excluded = ["Subvention"], bank = ["Stripe Marie"]}\n'
    )
    tables = build_files({"cm.csv": mutuel("SUBVENTION MAIRIE", "VIR STRIPE MARIE")}, rule)

    assert tables.donations["source_line"].tolist() == [3]
    assert tables.ledger["files"][0]["reasons"] == {"excluded by dataset.toml": 1}


def test_a_word_for_no_channel_is_refused(build_files):
    rule = '[[files]]\nmatch = "cm.csv"\ntable = "donations"\ncolumns = {}\nvalues.channel = {bnk = ["x"]}\n'

    with pytest.raises(DataError, match=r"channel = 'bnk': no meaning that a bank's line can have. Write one"):
        build_files({"cm.csv": mutuel("VIR")}, rule)


OFX = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>00000<ACCTID>0000</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20191201<DTEND>20191231
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20191205120000[+1:CET]<TRNAMT>+40,50<FITID>F1<NAME>VIR ANA &amp; ROC</STMTTRN>
<STMTTRN>
<TRNTYPE>CREDIT
<DTPOSTED>20191206
<TRNAMT>12,00
<FITID>F2
<NAME>DEPOT
<MEMO>D'ESPÈCES
</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20191207<TRNAMT>-9,00<FITID>F3<NAME>LOYER</STMTTRN>
</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


def test_ofx_is_read_without_closing_tags_with_the_line_of_each_transaction(build_files):
    tables = build_files({"releve.ofx": OFX.encode("windows-1252")})

    found = tables.donations[["donation_id", "received_on", "amount", "channel", "source_line"]].to_numpy().tolist()
    assert found == [["F1", december(5), 40.5, "bank", 10], ["F2", december(6), 12.0, "cash", 11]]
    [entry] = tables.ledger["files"]
    assert (entry["format"], entry["encoding"], entry["reasons"]) == ("bank_ofx", "windows-1252", {"expense": 1})


def test_an_identifier_that_stands_on_two_transactions_is_none(build_files):
    tables = build_files({"releve.ofx": OFX.replace("F2", "F1")})

    assert tables.donations["donation_id"].tolist() == ["releve.ofx:10", "releve.ofx:11"]


def test_a_later_ofx_that_overlaps_counts_no_transaction_twice(build_files):
    tables = build_files({"a.ofx": OFX, "b.ofx": OFX})

    assert tables.donations["source_file"].tolist() == ["a.ofx", "a.ofx"]
    assert tables.ledger["totals"]["rows"]["duplicate"] == 2


def entry(amount: str, *, sign="CRDT", state="BOOK", label="VIR", reference="") -> str:
    booked = f"<Sts>{state}</Sts><BookgDt><Dt>2019-12-05</Dt></BookgDt>"
    more = f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""
    details = f"<NtryDtls><TxDtls><RmtInf><Ustrd>{label}</Ustrd></RmtInf></TxDtls></NtryDtls>"
    return f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{booked}{more}{details}</Ntry>'


def camt(*entries: str, between="\n") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">'
        f"<BkToCstmrStmt><Stmt>\n{between.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    )


def test_camt_entries_are_read_with_sign_state_and_label(build_files):
    text = camt(
        entry("1234.50", reference="R1"),
        entry("9.00", sign="DBIT"),
        entry("7.00", state="PDNG"),
        entry("8.00", label="PAYPAL"),
    )
    tables = build_files({"releve.xml": text})

    assert tables.donations[["donation_id", "amount", "source_line"]].to_numpy().tolist() == [["R1", 1234.5, 3]]
    assert tables.ledger["files"][0]["reasons"] == {
        "expense": 1,
        "not booked yet": 1,
        "payout of paypal without its rows: the gross is unknown": 1,
    }


def test_entries_on_one_line_are_counted_instead(build_files):
    assert build_files({"a.xml": camt(entry("1.00"), entry("2.00"), between="")}).donations["source_line"].tolist() == [
        1,
        2,
    ]


def test_every_statement_of_a_file_is_read_and_lines_are_those_of_an_editor(build_files):
    first, second = camt(entry("1.00"), entry("2.00")), camt(entry("4.00"))
    two = first.replace("</Stmt>", f"</Stmt>\n<!-- <Ntry> -->\n<Stmt>{entry('3.00')}</Stmt>")
    text = f"<Envelope>{two.partition('?>')[2]}\n{second.partition('?>')[2]}</Envelope>"

    donations = build_files({"a.xml": text}).donations

    assert donations[["amount", "source_line"]].to_numpy().tolist() == [[1.0, 3], [2.0, 4], [3.0, 6], [4.0, 9]]


def test_an_entry_outside_a_statement_is_none_and_one_within_another_is_part_of_it(build_files):
    outside = camt(entry("1.00")).replace("<BkToCstmrStmt>", f"<Other>{entry('5.00')}</Other><BkToCstmrStmt>")

    assert build_files({"a.xml": outside.replace("<NtryDtls>", "<NtryDtls><Ntry><Amt>9</Amt></Ntry>")}).donations[
        "amount"
    ].tolist() == [1.0]


def test_statements_in_any_encoding_that_they_declare_are_read(build_files):
    text = camt(entry("1.00", label="DÉPÔT D'ESPÈCES"))
    latin = text.replace("UTF-8", "iso-8859-15").encode("iso-8859-15")

    tables = build_files({"a.xml": text.replace("UTF-8", "UTF-16").encode("utf-16"), "b/c.xml": latin})

    assert tables.donations["channel"].tolist() == ["cash"]
    assert tables.ledger["totals"]["rows"]["duplicate"] == 1


def test_each_account_of_an_ofx_file_has_its_own_currency_and_a_transaction_may_have_another(build_files):
    more = (
        "<STMTRS><BANKTRANLIST>\n<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20191205<TRNAMT>7<FITID>F7<NAME>A</STMTTRN>\n"
        "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20191205<TRNAMT>8<FITID>F8<NAME>A"
        "<CURRENCY><CURRATE>1.1<CURSYM>EUR</CURRENCY></STMTTRN>\n"
        "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20191205<TRNAMT>9<FITID>F9<NAME>A"
        "<ORIGCURRENCY><CURRATE>1.1<CURSYM>EUR</ORIGCURRENCY></STMTTRN>\n</BANKTRANLIST></STMTRS></OFX>"
    )
    tables = build_files({"releve.ofx": OFX.replace("</OFX>", more)})

    assert tables.donations["donation_id"].tolist() == ["F1", "F8", "F2"]
    assert tables.quarantine[["column", "reason"]].to_numpy().tolist() == [["original_currency", "is empty"]] * 2


@pytest.mark.parametrize(
    "day", ["20191205", "201912051200", "20191205120000", "20191205120000.123[-5:EST]", "20191205[0:GMT]", "2019-12-05"]
)
def test_the_day_of_an_ofx_transaction_is_the_banks_own(build_files, day):
    tables = build_files({"a.ofx": OFX.replace("20191206", day).replace("OFX>", "ofx>").replace("STMTTRN", "stmttrn")})

    assert tables.donations["received_on"].tolist() == [december(5), december(5)]


def test_an_ofx_day_of_another_length_is_set_aside_as_it_stands(build_files):
    tables = build_files({"a.ofx": OFX.replace("20191206", "201912061")})

    assert tables.quarantine[["value", "reason"]].to_numpy().tolist() == [["201912061", "not a date"]]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<a>" * 1000, "is XML that is nested deeper than any bank statement"),
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + "<a>&b;</a>", "cannot be read as OFX or XML: DTDForbidden"),
        ("<Document><a></Document>", "cannot be read as OFX or XML: ParseError"),
        ("<Document><a/></Document>", "is XML, and not a CAMT.053 bank statement"),
    ],
)
def test_xml_with_entities_broken_xml_and_other_xml_are_refused(build_files, text, problem):
    with pytest.raises(DataError, match=problem):
        build_files({"a.xml": text})


def test_names_in_labels_are_written_nowhere(build_files, tmp_path):
    build_files({"cm.csv": mutuel("VIR ANATOLE ROCAMBOLE") + "x;05/12/2019;;10,00;VIR ANATOLE ROCAMBOLE;0\n"})

    written = b"".join(file.read_bytes() for file in (tmp_path / "processed").iterdir())
    assert b"ROCAMBOLE" not in written.upper()
