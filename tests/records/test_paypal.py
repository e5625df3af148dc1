"""PayPal activity; rows are invented, the columns are established ones."""

import pandas as pd
import pytest

ENGLISH = (
    "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,Transaction ID,Reference Txn ID"
)
FRENCH = (
    "Date\tHeure\tFuseau horaire\tNom\tType\tÉtat\tDevise\tAvant commission\tCommission\tNet\tDe l'adresse email\t"
    "Numéro de transaction\tNuméro de la transaction de référence\tImpact sur le solde"
)


def row(
    number: str, gross: str, *, day="29/12/2025", time="07:45:51", state="Completed", currency="EUR", fee="0.00",
    name="Ana", kind="General Payment", reference="",
) -> str:  # fmt: skip
    """One row of the English report, every cell quoted."""
    email = f"{name.lower()}@example.org" if name else ""
    cells = [day, time, "PST", name, kind, state, currency, gross, fee, "0.00", email, number, reference]
    return ",".join(f'"{cell}"' for cell in cells)


def report(*rows: str) -> dict[str, str]:
    return {"activity.csv": "\r\n".join([ENGLISH, *rows, ""])}


def test_a_completed_payment_is_a_gift_with_its_fee_kept_positive(build_files):
    gift = build_files(report(row("T1", "1,653.75", fee="-73.07"))).donations.iloc[0]

    assert gift[["donation_id", "amount", "fee", "channel"]].tolist() == ["T1", 1653.75, 73.07, "paypal"]
    assert gift["received_on"] == pd.Timestamp("2025-12-29")


@pytest.mark.parametrize("state", ["Pending", "Denied"])
def test_money_that_did_not_move_is_excluded(build_files, state):
    tables = build_files(report(row("T1", "10.00"), row("T2", "20.00", state=state)))

    assert tables.donations["amount"].tolist() == [10.0]
    assert tables.ledger["files"][0]["reasons"] == {f"status: {state}": 1}


def test_a_negative_row_that_refers_to_a_gift_is_its_refund_and_gives_the_fee_back(build_files):
    tables = build_files(
        report(row("T1", "50.00", fee="-2.00"), row("T2", "-20.00", fee="0.80", day="30/12/2025", reference="T1"))
    )

    assert tables.donations[["donation_id", "amount", "fee", "status"]].to_numpy().tolist() == [
        ["T1", 50.0, 2.0, "received"],
        ["T2", -20.0, -0.8, "refunded"],
    ]


def test_a_refund_finds_its_gift_in_another_file_of_the_same_account(build_files):
    tables = build_files(
        report(row("T1", "50.00"))
        | {"later.csv": report(row("T9", "-50.00", day="31/12/2025", reference="T1"))["activity.csv"]}
    )

    assert tables.donations["amount"].tolist() == [50.0, -50.0]


def test_other_negative_rows_are_payouts_or_expenses(build_files):
    tables = build_files(
        report(row("T1", "50.00"), row("T2", "-30.00", name=""), row("T3", "-5.00", name="Shop", reference="ELSEWHERE"))
    )

    assert tables.donations["amount"].tolist() == [50.0]
    assert tables.ledger["files"][0]["reasons"] == {"payout or expense": 2}
    assert tables.ledger["totals"]["money"]["EUR"]["excluded"] == "-35.00"


def test_the_two_sides_of_a_conversion_are_neither_gift_nor_refund(build_files):
    rates = {"exchange_rates.csv": "month,currency,rate\n2025-12,USD,0.90\n"}
    tables = build_files(
        report(
            row("T1", "100.00", currency="USD"),
            row("T2", "-100.00", currency="USD", name="", reference="T1"),
            row("T3", "88.00", currency="EUR", name="", reference="T1"),
            row("T4", "-50.00", currency="USD", name="", reference="T5", time="09:00:00"),
            row("T5", "44.00", currency="EUR", name="", reference="T4", time="09:00:00"),
        )
        | rates
    )

    assert tables.donations[["donation_id", "amount", "original_amount"]].to_numpy().tolist() == [["T1", 90.0, 100.0]]
    assert tables.ledger["files"][0]["reasons"] == {"currency conversion": 4}


def test_money_held_and_released_is_counted_once(build_files):
    tables = build_files(
        report(
            row("T1", "100.00", fee="-4.00"),
            row("T2", "-96.00", name="", reference="T1"),
            row("T3", "96.00", name="", reference="T1", day="30/12/2025"),
        )
    )

    assert tables.donations["amount"].tolist() == [100.0]
    assert set(tables.ledger["files"][0]["reasons"]) == {"payment held", "money released or returned"}


def test_a_hold_that_is_not_released_yet_is_no_refund(build_files):
    tables = build_files(report(row("T1", "100.00"), row("T2", "-96.00", name="", kind="Payment Hold", reference="T1")))

    assert tables.donations["amount"].tolist() == [100.0]


def test_money_in_that_names_no_sender_is_set_aside(build_files):
    tables = build_files(report(row("T1", "10.00"), row("T2", "500.00", name="")))

    assert tables.donations["donation_id"].tolist() == ["T1"]
    assert tables.quarantine[["source_line", "column"]].to_numpy().tolist() == [[3, "Name"]]


def test_the_french_report_is_read_with_tabs_decimal_commas_and_memo_lines_left_out(build_files):
    lines = [
        "14/02/2021\t10:00:00\tCET\tAna\tX\tTerminé\tEUR\t1 050,00\t-30,35\t1 019,65\tana@example.org\tA1\t\tCrédit",
        "15/02/2021\t10:00:00\tCET\tAna Durand\tX\tTerminé\tEUR\t20,00\t0,00\t20,00\tana@example.org\tA2\t\tMemo",
        "16/02/2021\t10:00:00\tCET\tAna Durand\tX\tEn attente\tEUR\t30,00\t0,00\t30,00\tana@example.org\tA3\t\tCrédit",
    ]
    tables = build_files({"activite.csv": "\ufeff" + "\r\n".join([FRENCH, *lines])})

    assert tables.donations[["donation_id", "amount", "fee"]].to_numpy().tolist() == [["A1", 1050.0, 30.35]]
    [entry] = tables.ledger["files"]
    assert (entry["format"], entry["delimiter"]) == ("paypal_activity_fr", "\t")
    assert entry["reasons"] == {"memo line": 1, "status: En attente": 1}


def test_a_typographic_apostrophe_in_the_header_changes_nothing(build_files):
    line = "14/02/2021\t10:00:00\tCET\tAna\tX\tTerminé\tEUR\t5,00\t0,00\t5,00\tana@example.org\tA1\t\tCrédit"

    assert build_files({"a.csv": f"{FRENCH.replace(chr(39), chr(8217))}\n{line}"}).donations["amount"].tolist() == [5.0]


STATEMENT = (
    '"Date","Time","Time Zone","Description","Currency","Gross ","Fee ","Net","Balance","Transaction ID",'
    '"From Email Address","Name","Bank Name","Bank Account","Shipping and Handling Amount","Sales Tax","Invoice ID",'
    '"Reference Txn ID"'
)
FRENCH_STATEMENT = (
    '"Date","Heure","Fuseau horaire","Description","Devise","Avant commission","Commission","Net","Solde",'
    '"Numéro de transaction","Adresse email de l\'expéditeur","Nom","Nom de la banque","Compte bancaire",'
    '"Montant des frais de livraison et de traitement","TVA","Identifiant de facture",'
    '"Numéro de la transaction de référence"'
)


def line(number: str, gross: str, *, day="9/27/2018", currency="EUR", fee="0.00", name="Ana", reference="") -> str:
    """One row of a monthly statement."""
    email = f"{name.lower()}@example.org" if name else ""
    cells = [day, "21:15:11", "CET", "Payment", currency, gross, fee, "0", "0", number, email, name, "", "", "0.00"]
    return ",".join(f'"{cell}"' for cell in [*cells, "0.00", "", reference])


def test_a_statement_has_no_states_and_its_conversions_and_withdrawals_are_no_gifts(build_files):
    rates = {"exchange_rates.csv": "month,currency,rate\n2018-09,USD,0.90\n"}
    rows = [
        line("T1", "100.00", currency="USD", fee="-4.00"),
        line("T2", "-80.00", name=""),
        line("T3", "-96.00", currency="USD", name="", reference="T2"),
        line("T4", "80.00", name="", reference="T2"),
    ]
    tables = build_files({"statement.csv": "\n".join([STATEMENT, *rows])} | rates)

    assert tables.donations[["donation_id", "amount", "fee"]].to_numpy().tolist() == [["T1", 90.0, 3.6]]
    [entry, _] = sorted(tables.ledger["files"], key=lambda one: one["table"])
    assert entry["format"] == "paypal_statement_en"
    assert entry["reasons"] == {"currency conversion": 2, "payout or expense": 1}


def test_a_french_statement_is_read(build_files):
    text = "\n".join([FRENCH_STATEMENT, line("T1", "1 050,00", day="14/02/2021", fee="-30,35")])
    tables = build_files({"releve.csv": "\ufeff" + text})

    assert tables.donations[["amount", "fee"]].to_numpy().tolist() == [[1050.0, 30.35]]
    assert tables.ledger["files"][0]["format"] == "paypal_statement_fr"


def test_a_report_of_2026_says_amount_and_fees(build_files):
    header = ENGLISH.replace("Gross,Fee,Net", "Amount,Fees,Total")
    tables = build_files({"a.csv": f"{header}\n{row('T1', '25.00', fee='-1.00')}"})

    assert tables.donations[["amount", "fee"]].to_numpy().tolist() == [[25.0, 1.0]]


def test_one_payment_in_a_statement_and_an_activity_report_is_counted_once(build_files):
    other = {"b_statement.csv": "\n".join([STATEMENT, line("T1", "25.00", day="12/29/2025")])}
    tables = build_files(report(row("T1", "25.00")) | other)

    assert tables.donations["amount"].tolist() == [25.0]
    assert tables.ledger["totals"]["rows"]["duplicate"] == 1
