"""Files that a [[files]] block maps, and sheets in our own words."""

import datetime as dt
import io

import pandas as pd
import pytest
import xlsxwriter

from analysis.faults import DataError

GIFTS = """
[[files]]
match = "gifts*.csv"
table = "donations"
columns = {received_on = "Day", amount = "Sum"}
"""
DISTRIBUTIONS = """
[areas]
Calais = ["Quai de la Moselle", "Coquelles"]
Grande-Synthe = ["Puythouck"]
[items]
sleeping_bag = ["sac de couchage", "duvet"]
blanket = ["couverture"]
"""


def test_a_mapped_file_needs_only_a_day_and_an_amount(build_files):
    tables = build_files({"gifts.csv": "Day,Sum\n2021-01-31,12.50\n"}, GIFTS)

    [gift] = tables.donations.to_dict("records")
    assert (gift["donation_id"], gift["amount"], gift["channel"], gift["status"], gift["original_currency"]) == (
        "gifts.csv:2", 12.5, "other", "received", "EUR",
    )  # fmt: skip
    assert pd.isna(gift["donor"]) and pd.isna(gift["regular"]) and pd.isna(gift["fee"])


def test_a_rule_wins_over_recognition(build_files):
    rule = '[[files]]\nmatch = "donations*.csv"\ntable = "donations"\ncolumns = {received_on = "Day", amount = "Net"}\n'
    text = "Day,received_on,amount,Net\n2021-02-01,2021-01-31,12.50,11\n"

    tables = build_files({"donations.csv": text}, rule)

    assert tables.donations[["received_on", "amount"]].to_numpy().tolist() == [[pd.Timestamp("2021-02-01"), 11.0]]


def test_words_are_translated_and_a_word_may_mean_excluded(build_files):
    rule = (
        GIFTS.replace('amount = "Sum"', 'amount = "Sum", status = "State", channel = "By", regular = "Monthly"')
        + 'values.status = {received = ["Validé"], refunded = ["Remboursé"], excluded = ["Échoué"]}\n'
        + 'values.channel = {bank = ["Virement"], cash = ["Espèces"]}\n'
        + 'values.regular = {true = ["Mensuel"], false = ["Ponctuel"]}\n'
    )
    lines = [
        "2021-01-01,10,validé,VIREMENT,Mensuel",
        "2021-01-02,20,Remboursé,Virement,Ponctuel",
        "2021-01-03,30,Échoué,Virement,",
        "2021-01-04,40,Validé,Pigeon,",
        "2021-01-05,50,Peut-être,Espèces,",
    ]
    tables = build_files({"gifts.csv": "\n".join(["Day,Sum,State,By,Monthly", *lines])}, rule)

    assert tables.donations[["amount", "status", "channel", "regular"]].to_numpy().tolist() == [
        [10.0, "received", "bank", True],
        [-20.0, "refunded", "bank", False],
    ]
    assert tables.quarantine[["source_line", "column", "value"]].to_numpy().tolist() == [
        [5, "By", "Pigeon"],
        [6, "State", "Peut-être"],
    ]
    assert tables.ledger["files"][0]["reasons"]["excluded by dataset.toml: State = Échoué"] == 1


def test_a_negative_amount_is_a_refund_unless_the_source_says_it_was_received(build_files):
    assert build_files({"gifts.csv": "Day,Sum\n2021-01-31,-5\n"}, GIFTS).donations["status"].tolist() == ["refunded"]
    said = GIFTS.replace('amount = "Sum"', 'amount = "Sum", status = "State"')
    tables = build_files({"gifts.csv": "Day,Sum,State\n2021-01-31,-5,received\n"}, said)
    assert tables.quarantine["reason"].tolist() == ["a gift that was received is negative"]


def test_an_amount_of_zero_is_excluded_and_a_blank_one_quarantined(build_files):
    [entry] = build_files({"gifts.csv": "Day,Sum\n2021-01-30,5\n2021-01-31,0\n2021-02-01,\n"}, GIFTS).ledger["files"]

    assert entry["rows"] == {"read": 3, "accepted": 1, "quarantined": 1, "duplicate": 0, "excluded": 1}
    assert entry["reasons"] == {"zero amount": 1, "is empty": 1}
    assert entry["unknown"] == {"quarantined": 1}


def test_totals_repeated_headings_and_empty_rows_are_excluded(build_files):
    rule = GIFTS.replace('amount = "Sum"', 'amount = "Sum", donor_name = "From"')
    lines = [
        "2021-01-30;Total;10",
        ";Sous-total :;10",
        "Total janvier;;10",
        "Day;From;Sum",
        ";;",
        "2021-01-31;TotalEnergies;20",
    ]
    tables = build_files(
        {"gifts.csv": "\n".join(["Day;From;Sum", *lines, "2021-02-28;Ana;5", "Total général;;35"])}, rule
    )

    assert tables.donations["amount"].tolist() == [10.0, 20.0, 5.0]
    assert tables.ledger["files"][0]["reasons"] == {
        "empty row": 1, "repeated heading": 1, "subtotal": 2, "is empty": 1,
    }  # fmt: skip


def test_the_word_total_is_a_subtotal_even_with_a_day_but_a_remark_that_begins_with_it_is_not(build_files):
    lines = ["2021-01-30;Total;10", "2021-01-31;Total du stand du marché;20", ";Total de janvier;30"]
    tables = build_files({"gifts.csv": "\n".join(["Day;Remark;Sum", *lines])}, GIFTS)

    assert tables.donations["amount"].tolist() == [20.0]
    assert tables.ledger["files"][0]["reasons"] == {"subtotal": 2}


def test_settings_of_the_rule_are_obeyed(build_files):
    rule = GIFTS + 'delimiter = "|"\nencoding = "windows-1252"\ndecimal = "."\ndates = "mdy"\nheader_line = 2\n'
    text = "Day|Sum\nDay|Sum\n03/04/2021|1,234\n".encode("windows-1252")

    tables = build_files({"gifts.csv": text}, rule)

    assert tables.donations[["received_on", "amount"]].to_numpy().tolist() == [[pd.Timestamp("2021-03-04"), 1234.0]]


def test_an_ambiguous_amount_refuses_the_file_with_the_setting_that_decides(build_files):
    with pytest.raises(DataError) as refusal:
        build_files({"gifts.csv": 'Day,Sum\n2021-01-30,5\n2021-01-31,"1,234"\n'}, GIFTS)

    [fault] = refusal.value.faults
    assert (fault.line, fault.column, fault.value) == (3, "Sum", "1,234")
    assert fault.problem == "can be read as 1234 or 1.234, and nothing in the column says which"
    assert 'decimal = "," or decimal = "."' in fault.remedy


def test_a_file_that_nothing_recognises_stops_the_build_with_a_block_to_paste(build_files):
    with pytest.raises(DataError) as refusal:
        build_files({"mystery.csv": "Quand;Combien\n01/02/2021;5\n"})

    message = str(refusal.value)
    assert "its header is: Quand | Combien" in message
    assert '[[files]]\nmatch = "mystery.csv"\ntable = "donations"' in message


def test_a_first_line_of_data_is_not_shown_as_a_header(build_files):
    with pytest.raises(DataError, match="its first line holds data") as refusal:
        build_files({"mystery.csv": "01/02/2021;Ana Durand;5\n"})

    assert "Durand" not in str(refusal.value)


def test_every_file_that_cannot_be_read_is_named_at_once(build_files):
    with pytest.raises(DataError) as refusal:
        build_files({"a.csv": "Quand;Combien\n1;2\n", "gifts.csv": "Day,Wrong\n1,2\n", "b.xlsx": b"no"}, GIFTS)

    assert [(fault.file, fault.problem[:26]) for fault in refusal.value.faults] == [
        ("a.csv", "nothing recognises this fi"),
        ("b.xlsx", "cannot be read as a workbo"),
        ("gifts.csv", "no line holds the headers "),
    ]


def test_a_file_with_a_header_and_no_row_is_an_error(build_files):
    with pytest.raises(DataError, match="has a header and no row below it"):
        build_files({"gifts.csv": "Day,Sum\n\n"}, GIFTS)


def test_a_column_that_the_table_must_have_is_asked_for(build_files):
    rule = '[[files]]\nmatch = "sheet.csv"\ntable = "stock"\ncolumns = {counted_on = "Day", item = "Item"}\n'

    with pytest.raises(DataError, match="no column gives the quantity that stock must have"):
        build_files({"sheet.csv": "Day,Item\n2021-01-31,blanket\n"}, rule + '[items]\nblanket = ["blanket"]\n')


def test_two_columns_of_one_name_are_refused(build_files):
    with pytest.raises(DataError, match="two columns have this name"):
        build_files({"gifts.csv": "Day,Sum,Sum\n2021-01-31,1,2\n"}, GIFTS)


def test_items_and_places_are_known_by_any_of_their_names(build_files):
    lines = ["2021-01-31,quai de la moselle,Sacs de couchage,12", "2021-01-31,PUYTHOUCK,blanket,3"]
    text = "\n".join(["distributed_on,site,item,quantity", *lines])
    tables = build_files({"distributions 2021.csv": text}, DISTRIBUTIONS)

    assert tables.distributions[["area", "site", "item", "quantity"]].to_numpy().tolist() == [
        ["Calais", "quai de la moselle", "sleeping_bag", 12.0],
        ["Grande-Synthe", "PUYTHOUCK", "blanket", 3.0],
    ]


def test_an_unknown_item_or_place_is_quarantined_with_the_nearest_names(build_files):
    text = "distributed_on,area,item,quantity\n2021-01-31,Calé,blanket,1\n2021-01-31,Calais,couvertur,2\n"
    tables = build_files({"distributions.csv": text}, DISTRIBUTIONS)

    assert tables.quarantine[["column", "value", "remedy"]].to_numpy().tolist() == [
        ["area", "Calé", "Add it to [areas] or correct it (near: Calais)"],
        ["item", "couvertur", "Add it to [items] or correct it (near: blanket)"],
    ]


def test_without_areas_every_place_is_the_one_area_all(build_files):
    text = "distributed_on,area,item,quantity\n2021-01-31,Quai secret,blanket,1\n"

    tables = build_files({"distributions.csv": text}, '[items]\nblanket = ["couverture"]\n')

    assert tables.distributions["area"].tolist() == ["all"]


def test_a_negative_quantity_is_quarantined(build_files):
    text = "counted_on,item,quantity\n2021-01-31,blanket,-1\n2021-01-31,blanket,0\n"
    tables = build_files({"stock.csv": text}, '[items]\nblanket = ["couverture"]\n')

    assert tables.stock["quantity"].tolist() == [0.0]
    assert tables.quarantine["reason"].tolist() == ["is negative"]


def test_headcounts_hold_months_and_ranges(build_files):
    text = "counted_on,people,method,scope\n2016-02,500-801,census,camp\n2016-03-02,1 200,official,camp\n"
    tables = build_files({"headcounts.csv": text})

    columns = ["counted_on", "people", "low", "high"]
    assert tables.headcounts[columns].astype(object).where(
        tables.headcounts[columns].notna(), None
    ).to_numpy().tolist() == [
        [pd.Timestamp("2016-02-15"), 651, 500, 801],
        [pd.Timestamp("2016-03-02"), 1200, None, None],
    ]


def test_dates_numbers_and_titles_of_a_workbook_are_read(build_files):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        notes = book.add_worksheet("Notes")
        notes.write(0, 0, "nothing to read")
        sheet = book.add_worksheet("Stock")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write(0, 0, "Inventory")
        sheet.write_row(2, 0, ["counted_on", "item", "quantity", "unit"])
        sheet.write_datetime(3, 0, dt.datetime(2021, 1, 31), day)
        sheet.write_row(3, 1, ["Couvertures", 12.5, "bale"])
        sheet.write_row(5, 0, ["2021-02-01", "blanket", "1 200", "bale"])
        sheet.write_row(6, 0, [44250, "blanket", 1, "bale"])
    tables = build_files({"stock.xlsx": out.getvalue()}, '[items]\nblanket = ["couverture"]\n')

    assert tables.stock[["counted_on", "quantity"]].to_numpy().tolist() == [
        [pd.Timestamp("2021-01-31"), 12.5],
        [pd.Timestamp("2021-02-01"), 1200.0],
    ]
    assert tables.quarantine[["source_line", "column", "value"]].to_numpy().tolist() == [[7, "counted_on", "44250"]]
    [entry] = tables.ledger["files"]
    assert (entry["sheet"], entry["unread_sheets"]) == ("Stock", ["Notes"])


def test_the_sheet_that_the_rule_names_is_read(build_files):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, amount in (("2020", 1), ("2021", 2)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Day", "Sum"])
            sheet.write_row(1, 0, ["2021-01-31", amount])
    rule = GIFTS.replace("gifts*.csv", "gifts.xlsx") + 'sheet = "2021"\n'

    assert build_files({"gifts.xlsx": out.getvalue()}, rule).donations["amount"].tolist() == [2.0]


CURRENCY = GIFTS.replace('amount = "Sum"', 'amount = "Sum", original_currency = "In", fee = "Fee"')


def test_a_gift_in_another_currency_is_converted_at_its_months_rate(build_files):
    files = {
        "gifts.csv": "Day,Sum,In,Fee\n2021-02-01,10.01,GBP,1.00\n2021-02-02,5,eur,\n",
        "exchange_rates.csv": "month,currency,rate\n2021-02,GBP,1.15\n",
    }
    tables = build_files(files, CURRENCY)

    assert tables.donations[["amount", "original_amount", "original_currency"]].to_numpy().tolist() == [
        [11.51, 10.01, "GBP"],
        [5.0, 5.0, "EUR"],
    ]
    assert tables.donations["fee"].iloc[0] == 1.15
    assert tables.ledger["totals"]["money"]["GBP"]["accepted"] == "10.01"


def test_a_gift_without_a_rate_is_quarantined_with_the_line_to_add(build_files):
    tables = build_files({"gifts.csv": "Day,Sum,In,Fee\n2021-03-01,10,GBP,\n2021-03-01,10,pounds,\n"}, CURRENCY)

    assert tables.quarantine["reason"].tolist() == ["no exchange rate for GBP in 2021-03", "not a currency code"]
    assert "2021-03,GBP,RATE" in tables.quarantine["remedy"].iloc[0]
    assert tables.ledger["totals"]["money"]["GBP"]["quarantined"] == "10.00"
    assert tables.ledger["files"][0]["unknown"] == {"quarantined": 1}


def test_a_currency_sign_beside_the_amount_is_believed_and_a_contradiction_is_not(build_files):
    rates = {"exchange_rates.csv": "month,currency,rate\n2021-02,GBP,2\n"}
    tables = build_files({"gifts.csv": "Day,Sum\n2021-02-01,£10\n2021-02-01,$10\n"} | rates, GIFTS)

    assert tables.donations["amount"].tolist() == [20.0]
    assert tables.quarantine["reason"].tolist() == ["which dollar is not said"]
    assert [entry["unknown"] for entry in tables.ledger["files"] if entry["table"] == "donations"] == [
        {"quarantined": 1}
    ]
    tables = build_files({"gifts.csv": "Day,Sum,In,Fee\n2021-02-01,£10,EUR,\n"} | rates, CURRENCY)
    assert tables.quarantine["reason"].tolist() == ["the amount and the currency column name two currencies"]


def test_a_file_name_whose_accents_are_stored_apart_matches_its_rule(build_files):
    apart = "rec\u0327us.csv"  # as macOS stores "reçus.csv"

    tables = build_files({apart: "Day,Sum\n2021-01-31,12.50\n"}, GIFTS.replace("gifts*.csv", "reçus*.csv"))

    assert tables.donations["amount"].tolist() == [12.5]
