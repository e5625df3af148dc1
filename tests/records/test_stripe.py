"""Stripe payments, old and current, Donorbox's additions, and the balance; rows are invented, headers established."""

import pandas as pd
import pytest

OLD = (
    '"id","description","seller_message","created","amount","amount_refunded","currency","converted_amount",'
    '"converted_amount_refunded","fee","tax","converted_currency","status","statement_descriptor","customer_id",'
    '"customer_description","customer_email","captured","card_id","invoice_id","transfer"'
)
CURRENT = (
    "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,Converted Amount Refunded,"
    "Converted Currency,Fee,Is Link,Mode,Payment Source Type,Status,Taxes On Fee,Description,Customer Email"
)
BALANCE = (
    "id,Type,Source,Amount,Fee,Destination Platform Fee,Destination Platform Fee Currency,Net,Currency,Created (UTC),"
    "Available On (UTC),Description,Customer Facing Amount,Customer Facing Currency,Transfer,Transfer Date (UTC),"
    "Transfer Group"
)


def payment(
    number: str, amount="25.00", *, refunded="0.00", status="Paid", at="2026-07-10 18:37:41", currency="eur",
    captured="true", mode="Live", fee="1.03", email="ana@example.org", more="",
) -> str:  # fmt: skip
    """One row of the current payments export."""
    cells = [
        number,
        at,
        amount,
        refunded,
        currency,
        captured,
        amount,
        refunded,
        "eur",
        fee,
        "false",
        mode,
        "card",
        status,
    ]
    return ",".join([*cells, "0.00", "", email]) + more


def payments(*rows: str, more="") -> dict[str, str]:
    return {"payments.csv": "\n".join([CURRENT + more, *rows])}


def moved(number: str, kind: str, amount: str, *, source: str, at="2026-07-10 12:00", fee="0.00") -> str:
    """One row of the balance export."""
    return ",".join([number, kind, source, amount, fee, "", "", amount, "eur", at, at, "", "", "", "", "", ""])


def test_a_payment_of_the_old_export_is_a_gift_with_its_fee(build_files):
    line = 'ch_1,"Gift, thanks",Payment complete.,2021-02-03 13:12,25.00,0.00,eur,25.00,0.00,1.03,0.00,eur,Paid,,,,'
    tables = build_files({"a.csv": f"{OLD}\n{line}ana@example.org,true,pm_1,,"})

    [gift] = tables.donations.to_dict("records")
    assert (gift["donation_id"], gift["amount"], gift["fee"], gift["channel"]) == ("ch_1", 25.0, 1.03, "stripe")
    assert gift["received_on"] == pd.Timestamp("2021-02-03")
    assert len(gift["donor"]) == 16
    assert tables.ledger["files"][0]["format"] == "stripe_payments_2021"


def test_a_time_in_utc_is_the_day_it_was_in_the_datasets_zone(build_files):
    assert build_files(payments(payment("ch_1", at="2026-07-10 22:30:00"))).donations["received_on"].tolist() == [
        pd.Timestamp("2026-07-11")
    ]


def test_a_gift_partly_refunded_counts_with_what_was_kept(build_files):
    assert build_files(payments(payment("ch_1", "25.00", refunded="5.50"))).donations["amount"].tolist() == [19.5]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (payment("ch_2", status="Failed"), "status: Failed"),
        (payment("ch_2", status="Refunded", refunded="25.00"), "refunded in full"),
        (payment("ch_2", captured="false"), "not captured"),
        (payment("ch_2", mode="Test"), "test mode"),
    ],
)
def test_money_that_did_not_stay_is_excluded(build_files, row, reason):
    tables = build_files(payments(payment("ch_1"), row))

    assert tables.donations["donation_id"].tolist() == ["ch_1"]
    assert tables.ledger["files"][0]["reasons"] == {reason: 1}


def test_a_fee_in_another_currency_than_the_gift_is_unknown(build_files):
    rates = {"exchange_rates.csv": "month,currency,rate\n2026-07,USD,0.9\n"}
    tables = build_files(payments(payment("ch_1", "10.00", currency="usd")) | rates)

    [gift] = tables.donations.to_dict("records")
    assert (gift["amount"], gift["original_amount"], gift["original_currency"]) == (9.0, 10.0, "USD")
    assert pd.isna(gift["fee"])


def test_donorbox_says_who_gave_to_which_campaign_and_whether_monthly(build_files):
    more = (
        ",donorbox_email (metadata),donorbox_campaign (metadata),donorbox_designation (metadata),"
        "donorbox_recurring_donation (metadata)"
    )
    tables = build_files(
        payments(
            payment("ch_1", email="", more=",bo@example.org,Winter,Blankets,true"),
            payment("ch_2", email="bo@example.org", more=",,,Blankets,false"),
            payment("ch_3", email="bo@example.org", more=",,,,perhaps"),
            more=more,
        )
    )

    gifts = tables.donations
    assert gifts["appeal"].fillna("").tolist() == ["Winter", "Blankets", ""]
    assert gifts["regular"].astype(object).where(gifts["regular"].notna(), "unknown").tolist() == [
        True,
        False,
        "unknown",
    ]
    assert len(set(gifts["donor"])) == 1


def test_the_balance_gives_gifts_and_dated_refunds_and_leaves_payouts_and_fees_out(build_files):
    rows = [
        moved("txn_1", "charge", "50.00", source="ch_1", fee="1.20"),
        moved("txn_2", "refund", "-20.00", source="re_1", at="2026-08-02 09:00"),
        moved("txn_3", "payout", "-28.80", source="po_1"),
        moved("txn_4", "stripe_fee", "-2.00", source=""),
        moved("txn_5", "adjustment", "-50.00", source="dp_1"),
    ]
    tables = build_files({"balance.csv": "\n".join([BALANCE, *rows])})

    assert tables.donations[["donation_id", "received_on", "amount", "status"]].to_numpy().tolist() == [
        ["ch_1", pd.Timestamp("2026-07-10"), 50.0, "received"],
        ["re_1", pd.Timestamp("2026-08-02"), -20.0, "refunded"],
    ]
    assert tables.quarantine[["source_line", "column", "value"]].to_numpy().tolist() == [[6, "Type", "adjustment"]]
    reasons = tables.ledger["files"][0]["reasons"]
    assert (reasons["balance: payout"], reasons["balance: stripe_fee"]) == (1, 1)


def test_one_payment_in_both_exports_is_never_counted_twice(build_files):
    balance = "\n".join([BALANCE, moved("txn_1", "charge", "25.00", source="ch_1", fee="1.03")])
    tables = build_files(payments(payment("ch_1")) | {"balance.csv": balance})

    assert tables.donations.empty
    assert tables.quarantine["reason"].unique().tolist() == ["this identifier stands for two rows that differ"]
