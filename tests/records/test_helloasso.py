"""HelloAsso payments; rows are invented, the header and the words are established ones."""

import pandas as pd
import pytest

from analysis.faults import DataError

HEADER = (
    "Référence commande;Référence paiement;Montant total;Date du paiement;Statut du paiement;Versé;Date du versement;"
    "Nom payeur;Prénom payeur;Email payeur;Campagne;Type de campagne;Montant du tarif;Montant des options;"
    "Don supplémentaire;Montant du code promo;Moyen de paiement"
)


def payment(
    number: int,
    *,
    total="45,00",
    day="03/04/2026 18:23:13",
    status="Payé",
    kind="Don",
    extra="",
    email="ana@example.org",
) -> str:
    """One row of the payments export."""
    return f"9;{number};{total};{day};{status};Oui;;Durand;Ana;{email};Hiver;{kind};{total};;{extra};;Carte bancaire"


def export(*rows: str) -> dict[str, str]:
    return {"payments.csv": "\n".join([HEADER, *rows, ""])}


def test_a_gift_is_read_with_its_day_amount_channel_and_campaign(build_files):
    gift = build_files(export(payment(1))).donations.iloc[0]

    assert gift["donation_id"] == "1"
    assert gift["received_on"] == pd.Timestamp("2026-04-03")
    assert gift[["amount", "original_amount"]].tolist() == [45.0, 45.0]
    assert gift[["original_currency", "channel", "appeal", "status"]].tolist() == [
        "EUR", "helloasso", "Hiver", "received",
    ]  # fmt: skip
    assert gift[["source_file", "source_line"]].tolist() == ["payments.csv", 2]
    assert pd.isna(gift["fee"]) and pd.isna(gift["regular"])


def test_an_offline_gift_with_a_bare_date_counts(build_files):
    tables = build_files(export(payment(1, status="Hors Ligne", day="03/04/2026")))

    assert tables.donations["received_on"].tolist() == [pd.Timestamp("2026-04-03")]


def test_a_refund_is_a_negative_gift_on_its_own_day(build_files):
    tables = build_files(export(payment(1), payment(2, status="Remboursé", day="05/04/2026", total="45,00")))

    assert tables.donations["amount"].tolist() == [45.0, -45.0]
    assert tables.donations["status"].tolist() == ["received", "refunded"]
    assert tables.ledger["totals"]["money"]["EUR"]["accepted"] == "0.00"


def test_a_gift_and_its_refund_may_share_one_reference(build_files):
    tables = build_files(export(payment(1), payment(1, status="Remboursé", day="05/04/2026")))

    assert tables.donations["amount"].tolist() == [45.0, -45.0]
    assert tables.donations["donation_id"].tolist() == ["1", "1 (payments.csv:3)"]


@pytest.mark.parametrize("status", ["Refusé", "En attente", "Annulé", ""])
def test_any_other_status_is_excluded_with_the_status_as_reason(build_files, status):
    [entry] = build_files(export(payment(1), payment(2, status=status))).ledger["files"]

    assert entry["rows"]["excluded"] == 1
    assert entry["reasons"] == {f"status: {status or 'none'}": 1}
    assert entry["money"]["EUR"]["excluded"] == "45.00"


@pytest.mark.parametrize("kind", ["Billetterie", "Adhésion", "Boutique", "Vente au profit des dons"])
def test_a_sale_counts_only_the_gift_that_rides_on_it(build_files, kind):
    tables = build_files(
        export(payment(1, kind=kind, extra="5,00"), payment(2, kind=kind), payment(3, kind=kind, extra="0,00"))
    )

    assert tables.donations["amount"].tolist() == [5.0]
    assert tables.ledger["files"][0]["reasons"] == {"sale without a gift": 2}
    assert tables.ledger["totals"]["money"]["EUR"] == {
        "read": "95.00", "accepted": "5.00", "quarantined": "0.00", "duplicate": "0.00", "excluded": "90.00",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["Don", "Formulaire de dons", "Collecte", "Crowdfunding"])
def test_a_form_whose_words_say_gift_counts_the_whole_amount(build_files, kind):
    assert build_files(export(payment(1, kind=kind, extra="5,00"))).donations["amount"].tolist() == [45.0]


@pytest.mark.parametrize("kind", ["Formulaire", "", "Donjon"])
def test_a_form_whose_words_say_neither_is_quarantined_with_the_setting_to_add(build_files, kind):
    tables = build_files(export(payment(1), payment(2, kind=kind)))

    [row] = tables.quarantine.to_dict("records")
    assert (row["source_line"], row["column"], row["reason"]) == (
        3, "Type de campagne", "this type of campaign is not known to be a gift or a sale",
    )  # fmt: skip
    assert "[[files]]" in row["remedy"]
    assert tables.ledger["totals"]["money"]["EUR"]["quarantined"] == "45.00"


def test_a_file_saved_again_by_excel_is_read_when_its_dates_have_one_reading(build_files):
    rows = [payment(1, total='"45,00"', day="4/3/26 18:23"), payment(2, total='"1 045,00"', day="4/13/26 18:23")]
    text = "\n".join([HEADER, *rows]).replace(";", ",")

    tables = build_files({"payments.csv": text})

    assert tables.donations["received_on"].tolist() == [pd.Timestamp("2026-04-03"), pd.Timestamp("2026-04-13")]
    assert tables.donations["amount"].tolist() == [45.0, 1045.0]


def test_a_file_saved_again_by_excel_is_refused_when_its_dates_have_two_readings(make_dataset, build_files):
    text = "\n".join([HEADER, payment(1, total='"45,00"', day="4/3/26 18:23")]).replace(";", ",")

    with pytest.raises(DataError) as refusal:
        build_files({"payments.csv": text})
    [fault] = refusal.value.faults
    assert (fault.file, fault.line, fault.column, fault.value) == (
        "payments.csv",
        2,
        "Date du paiement",
        "4/3/26 18:23",
    )
    assert fault.problem.startswith("can be read as 2026-03-04 or 2026-04-03")


def test_a_rule_without_columns_settles_the_dates_of_a_recognised_export(build_files):
    text = "\n".join([HEADER, payment(1, total='"45,00"', day="4/3/26 18:23")]).replace(";", ",")
    rule = '[[files]]\nmatch = "payments*.csv"\ntable = "donations"\ncolumns = {}\ndates = "mdy"\n'

    tables = build_files({"payments.csv": text}, rule)

    assert tables.donations["received_on"].tolist() == [pd.Timestamp("2026-04-03")]
    assert tables.ledger["files"][0]["format"] == "helloasso_payments"


def test_the_header_is_known_whatever_the_order_of_its_columns(build_files):
    names = HEADER.split(";")
    cells = payment(7).split(";")
    turned = "\n".join(";".join(reversed(row)) for row in (names, cells))

    assert build_files({"payments.csv": turned}).donations["donation_id"].tolist() == ["7"]
