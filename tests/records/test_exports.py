"""CiviCRM, Amazon, KoboToolbox and HXL; rows are invented, headers established."""

import io

import pandas as pd
import pytest
import xlsxwriter

from analysis.faults import DataError

CIVICRM = (
    "Contact ID,Contact Type,Sort Name,Email,Financial Type,Contribution Source,Date Received,Total Amount,"
    "payment_instrument,Fee Amount,Net Amount,Transaction ID,Currency,Test,contribution_status,"
    "Recurring Contribution ID,Campaign Title"
)
REPORT = (
    "Order Date,Order ID,Title,Category,ASIN/ISBN,Purchase Price Per Unit,Quantity,Shipment Date,Order Status,"
    "Item Subtotal,Item Total,Currency"
)
HISTORY = (
    "Website,Order ID,Order Date,Purchase Order Number,Currency,Unit Price,Unit Price Tax,Shipping Charge,"
    "Total Discounts,Total Owed,ASIN,Quantity,Order Status,Shipment Status,Ship Date,Product Name"
)
ITEMS = '[items]\nsleeping_bag = ["sac de couchage", "duvet 3 saisons"]\n'
KOBO = '"start";"distributed_on";"item";"quantity";"_id";"_uuid";"_submission_time";"_validation_status";"_index"'


def contribution(
    number="T1", kind="Donation", *, state="Completed", test="", paid="Check", series="", amount="50.00"
) -> str:
    cells = [
        "7",
        "Individual",
        "Roc; Ana",
        "ana@example.org",
        kind,
        "",
        "2021-02-03 10:00",
        amount,
        paid,
        "1.00",
        "49.00",
    ]
    return ",".join([*cells, number, "EUR", test, state, series, "Winter"])


def civicrm(*rows: str) -> dict[str, str]:
    return {"contributions.csv": "\n".join([CIVICRM, *rows])}


def test_a_completed_contribution_is_a_gift_regular_when_it_recurs(build_files):
    tables = build_files(civicrm(contribution("T1", series="9"), contribution("T2", paid="Cash")))

    columns = ["donation_id", "amount", "fee", "channel", "appeal", "regular"]
    assert tables.donations[columns].to_numpy().tolist() == [
        ["T1", 50.0, 1.0, "bank", "Winter", True],
        ["T2", 50.0, 1.0, "cash", "Winter", False],
    ]
    assert len(set(tables.donations["donor"])) == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (contribution("T2", state="Refunded"), "status: Refunded"),
        (contribution("T2", test="1"), "test"),
        (contribution("T2", "Event Fee"), "sale without a gift"),
    ],
)
def test_contributions_that_are_no_gifts_are_excluded(build_files, row, reason):
    tables = build_files(civicrm(contribution("T1"), row))

    assert tables.donations["donation_id"].tolist() == ["T1"]
    assert tables.ledger["files"][0]["reasons"] == {reason: 1}


def test_a_financial_type_that_names_neither_gift_nor_sale_is_set_aside(build_files):
    tables = build_files(civicrm(contribution("T1"), contribution("T2", "Divers")))

    assert tables.quarantine[["source_line", "column", "value"]].to_numpy().tolist() == [
        [3, "Financial Type", "Divers"]
    ]


def ordered(product: str, *, day="10/01/22", quantity="2", price="€29.99", status="Shipped", order="A-1") -> str:
    return f"{day},{order},{product},Sport,B0,€15,{quantity},10/02/22,{status},€25,{price},EUR"


def test_an_item_of_the_order_report_is_goods_ordered_with_the_month_first(build_files):
    tables = build_files({"items.csv": f"{REPORT}\n{ordered('Duvet 3 Saisons')}"}, ITEMS)

    columns = ["goods_id", "received_on", "item", "quantity", "value", "channel", "status"]
    assert tables.goods[columns].to_numpy().tolist() == [
        ["A-1", pd.Timestamp("2022-10-01"), "sleeping_bag", 2.0, 29.99, "purchase", "ordered"]
    ]


def test_delivered_goods_cancelled_orders_and_unknown_products_are_told_apart(build_files):
    rows = [
        ordered("Sac de couchage", status="Delivered"),
        ordered("Sac de couchage", status="Cancelled", order="A-2"),
        ordered("Sac de couchages d'hiver", order="A-3"),
    ]
    tables = build_files({"items.csv": "\n".join([REPORT, *rows])}, ITEMS)

    assert tables.goods["status"].tolist() == ["delivered"]
    assert tables.ledger["files"][0]["reasons"]["cancelled"] == 1
    assert tables.quarantine["source_line"].tolist() == [4]
    assert "near: sleeping_bag" in tables.quarantine["remedy"][0]


def bought(*, price='"1,219.49"', currency="EUR", order="B-1") -> str:
    at = "2025-08-04T22:39:52Z"
    return (
        f"Amazon.fr,{order},{at},Not Applicable,{currency},9,0,0,'-1',{price},B0,3,Closed,Shipped,{at},Duvet 3 saisons"
    )


def test_the_history_is_read_with_its_quotes_its_utc_times_and_as_donors_purchases_when_told_so(build_files):
    rule = (
        '[[files]]\nmatch = "*History.csv"\ntable = "goods"\ncolumns = {}\ndefaults = {channel = "wish_list"}\n' + ITEMS
    )
    text = "\ufeff" + "\n".join([HISTORY, bought(), bought(price="\"'12.50'\"", order="B-2")])
    tables = build_files({"Retail.OrderHistory.csv": text}, rule)

    assert tables.goods[["received_on", "value", "channel"]].to_numpy().tolist() == [
        [pd.Timestamp("2025-08-05"), 1219.49, "wish_list"],
        [pd.Timestamp("2025-08-05"), 12.5, "wish_list"],
    ]


def test_equal_rows_of_one_order_are_two_parcels_and_a_later_export_repeats_both(build_files):
    text = "\n".join([HISTORY, bought(), bought()])
    tables = build_files({"a.csv": text, "b.csv": text}, ITEMS)

    assert tables.goods["source_file"].tolist() == ["a.csv", "a.csv"]
    assert tables.ledger["totals"]["rows"]["duplicate"] == 2


def test_a_price_in_another_currency_is_converted_at_its_months_rate_or_set_aside_without_one(build_files):
    rows = [bought(price="$5.00", currency="USD"), bought(price="4.00", currency="GBP", order="B-3")]
    rates = {"exchange_rates.csv": "month,currency,rate\n2025-08,USD,0.90\n"}
    tables = build_files({"a.csv": "\n".join([HISTORY, *rows])} | rates, ITEMS)

    assert tables.goods["value"].tolist() == [4.5]
    assert tables.quarantine[["source_line", "reason"]].to_numpy().tolist() == [
        [3, "no exchange rate for GBP in 2025-08"]
    ]


def submitted(day: str, item: str, quantity: str) -> str:
    return f'"2021-01-31T10:00:00.000+01:00";"{day}";"{item}";"{quantity}";"1";"u";"2021-01-31T09:00:00";"";"1"'


def test_a_kobo_form_with_our_names_is_read_and_its_tag_row_left_out(build_files):
    tags = '"";"#date";"#item";"#output";"";"";"";"";""'
    text = "\r\n".join([KOBO, tags, submitted("2021-01-31", "Duvet 3\nsaisons", "4"), ""])
    tables = build_files({"form.csv": text}, ITEMS)

    assert tables.distributions[["item", "quantity", "source_line"]].to_numpy().tolist() == [["sleeping_bag", 4.0, 3]]
    assert tables.ledger["files"][0]["reasons"] == {"HXL tag row": 1}


def test_the_settings_say_whom_a_kobo_form_of_counts_includes(build_files):
    header = '"counted_on";"people";"method";"_id";"_uuid";"_submission_time";"_index"'
    text = f'{header}\n"2021-01-31";"5";"census";"1";"u";"";"1"'
    rule = '[[files]]\nmatch = "form.csv"\ntable = "headcounts"\ncolumns = {}\ndefaults = {scope = "whole camp"}\n'

    with pytest.raises(DataError, match="no column gives the scope that headcounts must have"):
        build_files({"form.csv": text})
    assert build_files({"form.csv": text}, rule).headcounts["scope"].tolist() == ["whole camp"]


def test_a_kobo_workbook_is_read_by_name(build_files):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Form")
        for place, (name, value) in enumerate(
            zip(["_index", "_uuid", "quantity", "item", "_submission_time", "_id", "distributed_on"],
                [1, "u", 4, "duvet 3 saisons", "2021-01-31T09:00:00", 1, "2021-01-31"], strict=True)
        ):  # fmt: skip
            sheet.write(0, place, name)
            sheet.write(1, place, value)
    tables = build_files({"form.xlsx": out.getvalue()}, ITEMS)

    assert tables.distributions["quantity"].tolist() == [4.0]
    assert tables.ledger["files"][0]["format"] == "kobo_distributions"


def test_a_kobo_form_with_other_questions_gets_them_and_a_block(build_files):
    text = KOBO.replace("distributed_on", "Quel jour ?").replace('"item"', '"Quel kit ?"')

    with pytest.raises(DataError) as refused:
        build_files({"kits.csv": f"{text}\n{submitted('2021-01-31', 'x', '1')}"})

    assert "Quel jour ? | Quel kit ? | quantity" in str(refused.value)
    assert 'table = "distributions"' in str(refused.value)
    assert 'delimiter = ";"' in str(refused.value)


HXL = "Who,When,Where,How many\n#org,#date+reported,#adm1,#inneed\nX,2021-01-31,Calais,500\n"


def test_an_hxl_file_gets_a_block_that_uses_its_tags_and_is_read_with_it(build_files):
    with pytest.raises(DataError) as refused:
        build_files({"tagged.csv": HXL})
    block = "[[files]]" + str(refused.value).partition("[[files]]")[2]

    made = "\n".join(line for line in block.splitlines() if "HEADER OF" not in line)
    made += '\n[files.defaults]\nmethod = "estimate"\nscope = "whole camp"\n[areas]\nCalais = []\n'
    tables = build_files({"tagged.csv": HXL}, made)

    assert tables.headcounts[["people", "area", "method"]].to_numpy().tolist() == [[500, "Calais", "estimate"]]


def test_a_tag_that_stands_twice_is_not_chosen_from(build_files):
    with pytest.raises(DataError, match='people = "HEADER OF people"'):
        build_files({"tagged.csv": HXL.replace("#org", "#inneed")})
