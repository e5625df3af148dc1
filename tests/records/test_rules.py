"""Rules that hold whatever the file: refunds and chargebacks, fees, days far off, households, blanks; rows invented."""

import pandas as pd
import pytest

from analysis.faults import DataError
from analysis.records.cleaning.identity import household

GIFTS = """
[[files]]
match = "gifts*"
table = "donations"
columns = {received_on = "Day", amount = "Sum", status = "State", fee = "Fee"}
"""
NAMED = """
[[files]]
match = "gifts*.csv"
table = "donations"
columns = {received_on = "Day", amount = "Sum", donor = "Household", donor_email = "Mail", donor_name = "From"}
"""
HELLOASSO = (
    "Référence commande;Référence paiement;Montant total;Date du paiement;Statut du paiement;Versé;Date du versement;"
    "Nom payeur;Prénom payeur;Email payeur;Campagne;Type de campagne;Montant du tarif;Montant des options;"
    "Don supplémentaire;Montant du code promo;Moyen de paiement\n"
)
PAYPAL = (
    "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,Transaction ID,Reference Txn ID\n"
)
MUTUEL = "Date;Date de valeur;Débit;Crédit;Libellé;Solde\n"


def helloasso(number: int, *, total="25,00", state="Payé", kind="Don", extra="") -> str:
    return f"1;{number};{total};03/12/2019;{state};Oui;;Roc;Ana;ana@example.org;Hiver;{kind};;;{extra};;Carte\n"


def paypal(number: str, gross: str, *, state="Completed", reference="", name="Ana", kind="Payment") -> str:
    mail = f"{name}@example.org" if name else ""
    return f"29/12/2025,07:45:51,PST,{name},{kind},{state},EUR,{gross},0.00,0.00,{mail},{number},{reference}\n"


# Refunds and chargebacks


def test_a_row_that_takes_a_gift_back_is_a_dated_negative_gift_whatever_the_platform_calls_it(build_files):
    rule = GIFTS + 'values.status = {received = ["Settled"], refunded = ["Charged back", "Reversed", "Contesté"]}\n'
    words = ["Charged back", "charged  BACK", "Reversed", "conteste"]
    rows = [f"{day}/01/2021;{'-' if day % 2 else ''}10;{word};" for day, word in enumerate(words, start=13)]

    tables = build_files({"gifts.csv": "\n".join(["Day;Sum;State;Fee", "12/01/2021;10;Settled;", *rows])}, rule)

    assert tables.donations["amount"].tolist() == [10.0, -10.0, -10.0, -10.0, -10.0]
    assert tables.donations["status"].tolist() == ["received", *["refunded"] * 4]
    assert tables.ledger["totals"]["money"]["EUR"]["accepted"] == "-30.00"


def test_a_gift_whose_row_itself_says_charged_back_is_left_out_by_one_word(build_files):
    rule = GIFTS + 'values.status = {received = ["Settled"], excluded = ["Charged back"]}\n'
    tables = build_files({"gifts.csv": "Day;Sum;State;Fee\n13/01/2021;10;Charged back;\n"}, rule)

    assert tables.donations.empty
    assert tables.ledger["totals"]["rows"]["excluded"] == 1


def test_a_state_that_no_setting_names_is_set_aside_with_the_three_meanings(build_files):
    tables = build_files({"gifts.csv": "Day;Sum;State;Fee\n13/01/2021;10;Charged back;\n"}, GIFTS)

    [fault] = tables.quarantine.to_dict("records")
    assert fault["reason"] == "neither received nor refunded"
    assert "refunded for a row of its own that takes a gift back, excluded for a gift" in fault["remedy"]


def test_a_refunded_ticket_gives_back_the_gift_that_rode_on_it_and_no_more(build_files):
    rows = [helloasso(1, kind="Billetterie", extra="5,00"),
            helloasso(2, kind="Billetterie", extra="5,00", state="Remboursé")]  # fmt: skip

    assert build_files({"h.csv": HELLOASSO + "".join(rows)}).donations["amount"].tolist() == [5.0, -5.0]


@pytest.mark.parametrize("state", ["Remboursé partiellement", "Partiellement remboursé"])
def test_a_helloasso_payment_of_which_part_went_back_is_set_aside(build_files, state):
    tables = build_files({"h.csv": HELLOASSO + helloasso(1) + helloasso(2, state=state)})

    assert tables.donations["donation_id"].tolist() == ["1"]
    assert tables.quarantine["reason"].tolist() == ["part of this payment went back, and how much is not said"]


def test_a_paypal_payment_of_which_part_went_back_counts_with_its_refund_and_not_without_it(build_files):
    rows = [paypal("T1", "50.00", state="Partially Refunded"), paypal("T2", "-20.00", reference="T1"),
            paypal("T3", "30.00", state="Partially Refunded")]  # fmt: skip
    tables = build_files({"p.csv": PAYPAL + "".join(rows)})

    assert tables.donations["amount"].tolist() == [50.0, -20.0]
    assert tables.quarantine[["source_line", "column"]].to_numpy().tolist() == [[4, "Status"]]


@pytest.mark.parametrize("kind", ["Chargeback", "Payment Reversal", "Contestation"])
def test_a_paypal_chargeback_is_the_refund_of_the_gift_it_refers_to(build_files, kind):
    tables = build_files({"p.csv": PAYPAL + paypal("T1", "50.00") + paypal("T2", "-50.00", reference="T1", kind=kind)})

    assert tables.donations["status"].tolist() == ["received", "refunded"]


@pytest.mark.parametrize("state", ["Reversed", "Denied", "Pending", "Refunded"])
def test_a_paypal_payment_that_did_not_stay_takes_its_own_refund_along(build_files, state):
    rows = [paypal("T1", "50.00", state=state), paypal("T2", "-50.00", reference="T1"), paypal("T3", "5.00")]
    tables = build_files({"p.csv": PAYPAL + "".join(rows)})

    assert tables.donations["amount"].tolist() == [5.0]
    assert tables.ledger["files"][0]["reasons"] == {f"status: {state}": 1, "payout or expense": 1}


@pytest.mark.parametrize("label", ["CHEQUE IMPAYÉ 0012", "REJET PRLV SEPA ROC", "PRLV REJETE"])
def test_a_bank_debit_that_says_unpaid_is_set_aside_until_a_word_says_whose_it_is(build_files, label):
    text = MUTUEL + f"05/12/2019;05/12/2019;;30,00;VIR;0\n13/12/2019;13/12/2019;-10,00;;{label};0\n"
    rule = '[[files]]\nmatch = "cm.csv"\ntable = "donations"\ncolumns = {}\n'
    word = label.split()[0 if "REJET " in label else 1]

    tables = build_files({"cm.csv": text})
    assert tables.donations["amount"].tolist() == [30.0]
    assert tables.quarantine["reason"].tolist() == ["a debit whose label says unpaid: it may take a gift back"]
    back = build_files({"cm.csv": text}, rule + f'values.status = {{refunded = ["{word}"]}}\n')
    assert back.donations[["amount", "status"]].to_numpy().tolist() == [[30.0, "received"], [-10.0, "refunded"]]
    out = build_files({"cm.csv": text}, rule + f'values.status = {{excluded = ["{word}"]}}\n')
    assert out.ledger["files"][0]["reasons"] == {"excluded by dataset.toml": 1}


def test_a_word_for_no_state_of_a_bank_line_is_refused(build_files):
    rule = '[[files]]\nmatch = "cm.csv"\ntable = "donations"\ncolumns = {}\nvalues.status = {refund = ["x"]}\n'

    with pytest.raises(
        DataError, match="status = 'refund': no meaning that a bank's line can have. Write one of refunded, excluded"
    ):
        build_files({"cm.csv": MUTUEL + "05/12/2019;05/12/2019;;30,00;VIR;0\n"}, rule)


def test_a_bank_credit_that_says_unpaid_is_no_gift_until_a_word_says_so(build_files):
    text = MUTUEL + "05/12/2019;05/12/2019;;30,00;VIR REJETE FOURNISSEUR;0\n"
    rule = '[[files]]\nmatch = "cm.csv"\ntable = "donations"\ncolumns = {}\nvalues.channel = {bank = ["REJETE"]}\n'

    assert build_files({"cm.csv": text}).quarantine["source_line"].tolist() == [2]
    assert build_files({"cm.csv": text}, rule).donations["amount"].tolist() == [30.0]


# Fees


def test_a_fee_is_positive_however_its_file_signs_it_and_unknown_where_blank(build_files):
    rows = ["12/01/2021;10;received;-0,35", "13/01/2021;10;received;0,35", "14/01/2021;10;received;",
            "15/01/2021;-10;refunded;-0,35"]  # fmt: skip
    fees = build_files({"gifts.csv": "\n".join(["Day;Sum;State;Fee", *rows])}, GIFTS).donations["fee"]

    assert fees.fillna(99).tolist() == [0.35, 0.35, 99, -0.35]


# Other currencies


def test_a_dollar_sign_is_the_datasets_own_dollar_or_nobodys(build_files):
    text = "received_on,item,quantity,channel,status,value\n2021-01-31,blanket,2,partner,delivered,$12.50\n"
    items = "[items]\nblanket = []\n"

    assert build_files({"goods.csv": text}, 'currency = "CAD"\n' + items).goods["value"].tolist() == [12.5]
    assert build_files({"goods.csv": text}, items).quarantine["reason"].tolist() == ["which dollar is not said"]


def test_a_cost_in_another_currency_is_converted_at_the_month_of_its_appeal(build_files):
    files = {
        "appeals.csv": "appeal,launched_on,cost\nWinter,2021-01-25,£100\nSpring,2021-03-25,£100\n",
        "exchange_rates.csv": "month,currency,rate\n2021-01,GBP,1.12\n",
    }
    tables = build_files(files)

    assert tables.appeals["cost"].tolist() == [112.0]
    assert tables.quarantine[["column", "reason"]].to_numpy().tolist() == [
        ["cost", "no exchange rate for GBP in 2021-03"]
    ]


# Days far from all others


def daily(count: int, *others: str) -> str:
    """A gift on each of so many days of 2021, and on other days."""
    days = pd.date_range("2021-01-01", periods=count).strftime("%Y-%m-%d")
    return "\n".join(["received_on,amount", *(f"{day},10" for day in (*days, *others))])


@pytest.mark.parametrize("day", ["2031-01-05", "2012-01-05"])
def test_a_gift_more_than_a_year_from_every_other_day_is_set_aside(build_files, day):
    tables = build_files({"donations.csv": daily(100, day)})

    assert len(tables.donations) == 100
    [fault] = tables.quarantine.to_dict("records")
    assert (fault["source_line"], fault["column"], fault["value"]) == (102, "received_on", day)
    assert fault["reason"] == "is more than a year from every other day"
    assert tables.ledger["totals"]["money"]["EUR"]["quarantined"] == "10.00"


def test_a_far_day_is_found_among_all_files_of_the_table(build_files):
    files = {"donations 1.csv": daily(100), "donations 2.csv": "received_on,amount\n2031-01-05,10\n"}

    assert build_files(files).quarantine["source_file"].tolist() == ["donations 2.csv"]


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        (daily(100, "2022-04-01"), ""),
        (daily(20, "2031-01-05"), ""),
        (daily(100, "2031-01-05", "2031-01-06", "2031-01-07", "2031-01-08"), ""),
        (daily(100, "2031-01-05"), "records_until = 2031-12-31\n"),
        (daily(100, "2012-01-05"), "records_from = 2012-01-01\n"),
    ],
)
def test_a_gap_under_a_year_few_gifts_in_all_several_far_days_or_a_stated_period_prove_no_error(
    build_files, text, settings
):
    assert build_files({"donations.csv": text}, settings).quarantine.empty


def test_counts_and_events_may_lie_years_apart(build_files):
    rows = [f"2016-0{month}-01,500,census,camp" for month in range(1, 10)]
    text = "\n".join(["counted_on,people,method,scope", *rows * 20, "2021-01-25,1000,estimate,coast"])

    assert build_files({"headcounts.csv": text}).quarantine.empty


# Households


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("M. et Mme Dupont", "Mme & M. DUPONT"),
        ("M. et Mme Dupont", "Mr and Mrs Dupont"),
        ("M OU MME DUPONT", "Monsieur et Madame Dupont"),
        ("Jean & Anne Dupont", "Dupont Anne et Jean"),
        ("M. Jean Dupont", "DUPONT Jean"),
        ("M. et Mme Jean Dupont", "Jean Dupont"),
        ("Mme Élodie Dupont-Roc", "Dupont Roc, Elodie"),
    ],
)
def test_a_household_is_one_donor_however_it_is_typed(one, other):
    assert sorted(household(one).split()) == sorted(household(other).split())


@pytest.mark.parametrize(
    ("one", "other"),
    [("M. Dupont", "Mme Dupont"), ("M. Dupont", "M. et Mme Dupont"), ("Jean Dupont", "Anne Dupont"),
     ("Jean & Anne Dupont", "Jean Dupont")],
)  # fmt: skip
def test_a_name_alone_never_makes_a_household_of_two_people(one, other):
    assert sorted(household(one).split()) != sorted(household(other).split())


def test_gifts_of_one_household_typed_in_two_ways_have_one_donor(build_files):
    rows = ["2021-01-01,10,,,M. et Mme Roc", "2021-01-02,10,,,MR & MRS ROC", "2021-01-03,10,,,M. Roc"]
    donors = build_files({"gifts.csv": "\n".join(["Day,Sum,Household,Mail,From", *rows])}, NAMED).donations["donor"]

    assert donors[0] == donors[1] != donors[2]


def test_a_household_key_joins_the_spouses_and_a_row_without_one_goes_by_its_own_name(build_files):
    rows = ["2021-01-01,10,F12,jean@example.org,Jean Dupont", "2021-01-02,10,F12,anne@example.org,Anne Dupont",
            "2021-01-03,10,,bo@example.org,Bo", "2021-01-04,10,,bo@example.org,", "2021-01-05,10,,,Jean Dupont",
            "2021-01-06,10,,,"]  # fmt: skip
    tables = build_files({"gifts.csv": "\n".join(["Day,Sum,Household,Mail,From", *rows])}, NAMED)

    jean, anne, bo, bo_again, name, nobody = tables.donations["donor"].tolist()
    assert jean == anne and bo == bo_again
    assert len({jean, bo, name}) == 3 and pd.isna(nobody)


def test_a_number_as_household_key_is_taken_as_it_stands_and_a_name_as_a_name(build_files):
    keys = ["12-3", "3-12", "f 12", "F 12", "Roc Ana", "Ana  ROC", "bo@example.org", "BO@example.org"]
    tables = build_files(
        {"donations.csv": "\n".join(["received_on,amount,donor", *(f"2021-01-01,5,{k}" for k in keys)])}
    )

    donors = tables.donations["donor"].tolist()
    assert [donors.index(donor) for donor in donors] == [0, 1, 2, 2, 4, 4, 6, 6]
    assert tables.ledger["files"][0]["donors"] == {"email": 2, "key": 4, "name": 2}


# Re-exports that overlap


def test_a_sheet_saved_again_as_a_workbook_is_counted_once(build_files, as_file):
    rows = [["received_on", "amount", "appeal"], ["31/01/2021", "12,50", "Hiver"], ["31/01/2021", "12,50", "Hiver"]]
    files = {f"donations.{ending}": as_file(ending, rows) for ending in ("csv", "xlsx", "ods")}

    tables = build_files(files)
    assert tables.donations["source_file"].tolist() == ["donations.csv", "donations.csv"]
    assert tables.ledger["totals"]["rows"]["duplicate"] == 4


# Blank is not zero


def test_a_blank_amount_is_set_aside_in_every_export_and_a_zero_left_out(build_files):
    files = {
        "h.csv": HELLOASSO + helloasso(1) + helloasso(2, total="") + helloasso(3, total="0,00"),
        "p.csv": PAYPAL + paypal("T1", "5.00") + paypal("T2", "") + paypal("T3", "0.00"),
        "cm.csv": MUTUEL + "05/12/2019;05/12/2019;;30,00;VIR;0\n05/12/2019;05/12/2019;;;VIR;0\n",
        "donations.csv": "received_on;amount\n05/12/2019;5,5\n05/12/2019;\n05/12/2019;0\n31/12/2019;-\n",
    }
    tables = build_files(files)

    assert tables.quarantine[["source_file", "source_line"]].to_numpy().tolist() == [
        ["cm.csv", 3], ["donations.csv", 3], ["donations.csv", 5], ["h.csv", 3], ["p.csv", 3],
    ]  # fmt: skip
    assert set(tables.quarantine["reason"]) == {"is empty", "is no value"}
    assert tables.ledger["totals"]["rows"]["excluded"] == 3


def test_totals_and_repeated_headings_of_a_sheet_of_ours_are_no_records(build_files, as_file):
    head, first = ["counted_on", "item", "quantity"], ["31/01/2021", "blanket", "12"]
    last = ["01/02/2021", "blanket", "3"]
    rows = [head, first, ["Sous-total", "", "12"], head, last, ["TOTAL GÉNÉRAL", "", "15"]]
    tables = build_files({"stock.ods": as_file("ods", rows)}, "[items]\nblanket = []\n")

    assert tables.stock["quantity"].tolist() == [12.0, 3.0]
    assert tables.ledger["files"][0]["reasons"] == {"repeated heading": 1, "subtotal": 2}
