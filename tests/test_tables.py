"""Tables leave only as the data dictionary says, and every fault is named at once."""

from __future__ import annotations

import pandas as pd
import pandera.errors
import pytest

from analysis.columns import RECORD_TABLES, TABLES, Column
from analysis.tables import Tables, as_table, checked, empty_table, schema


@pytest.fixture
def stock() -> pd.DataFrame:
    return as_table(
        pd.DataFrame({"counted_on": ["2020-01-01", "2021-01-01"], "item": ["blanket", "soap"], "quantity": [3, 40.5]}),
        "stock",
    )


def faults(frame: pd.DataFrame, name: str) -> set[tuple[str, str]]:
    """(column, check) of every fault that the schema finds."""
    with pytest.raises(pandera.errors.SchemaErrors, match=name) as caught:
        checked(frame, name)
    found = caught.value.failure_cases
    named = found["column"].where(found["check"] != "column_in_schema", found["failure_case"])
    named = named.where(found["check"] != "column_in_dataframe", found["failure_case"])
    return set(zip(named, found["check"], strict=True))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_without_rows_is_a_table(name):
    empty = empty_table(name)

    assert checked(empty, name) is not None
    assert list(empty.columns) == TABLES[name].names


def test_tables_that_no_file_fills_are_there_without_rows():
    tables = Tables()

    assert {name: len(getattr(tables, name)) for name in (*RECORD_TABLES, "quarantine")} == {
        name: 0 for name in (*RECORD_TABLES, "quarantine")
    }


def test_columns_that_a_frame_lacks_are_missing_values_of_their_type():
    frame = pd.DataFrame({"quantity": [2], "item": ["soap"], "counted_on": [pd.Timestamp("2021-01-01")]}, index=[7])
    before = frame.copy()

    table = as_table(frame, "stock")

    assert list(table.columns) == ["counted_on", "item", "quantity", "unit"]
    assert table["unit"].isna().tolist() == [True]
    assert {name: str(kind) for name, kind in table.dtypes.items()} == {
        "counted_on": "datetime64[us]", "item": "str", "quantity": "float64", "unit": "str",
    }  # fmt: skip
    assert table.index.tolist() == [0]
    pd.testing.assert_frame_equal(frame, before)


def test_whole_numbers_may_be_missing_and_stay_whole():
    frame = pd.DataFrame({"week": [pd.Timestamp("2021-01-04")], "amount": 0.0, "donations": 0, "winter_share": 1.0,
                          "year_end_share": 0.0, "payday": 1.0, "complete": True})  # fmt: skip

    weekly = as_table(frame, "weekly")

    assert str(weekly["donors"].dtype) == "Int64"
    assert weekly["donors"].isna().all()


def test_an_unexpected_column_is_a_fault(stock):
    assert faults(stock.assign(quantitty=1.0), "stock") == {("quantitty", "column_in_schema")}


def test_a_column_that_is_not_there_is_a_fault(stock):
    assert ("unit", "column_in_dataframe") in faults(stock.drop(columns="unit"), "stock")


def test_columns_in_another_order_are_a_fault(stock):
    found = faults(stock[["item", "counted_on", "quantity", "unit"]], "stock")

    assert {check for _, check in found} == {"column_ordered"}


def test_a_column_of_another_type_is_a_fault(stock):
    assert faults(stock.assign(quantity=["3", "40"]), "stock") == {("quantity", "dtype('float64')")}


def test_a_missing_value_in_a_required_column_is_a_fault(stock):
    assert faults(stock.assign(item=pd.Series(["soap", None], dtype="str")), "stock") == {("item", "not_nullable")}


def test_all_faults_are_named_at_once():
    rows = pd.DataFrame({"testimony_id": ["a", None], "posted_on": ["2021-01-01"] * 2, "status": ["online", "deleted"]})
    table = empty_table("testimonies")
    table = pd.DataFrame({name: rows[name].astype(table[name].dtype) if name in rows else None for name in table})

    found = faults(table.astype(empty_table("testimonies").dtypes).assign(extra=1), "testimonies")

    assert {column for column, _ in found} == {"testimony_id", "status", "extra"}


def test_a_word_that_is_not_allowed_is_a_fault(stock):
    donations = empty_table("donations").reindex([0]).assign(status="given", channel="bank")

    found = faults(donations.astype({"source_line": "Int64"}), "donations")

    assert any(column == "status" and check.startswith("isin") for column, check in found)
    assert not any(column == "channel" for column, check in found)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_of_days_lies_between_0_and_1(share):
    frame = pd.DataFrame({"week": [pd.Timestamp("2021-01-04")], "amount": 0.0, "donations": 0, "winter_share": share,
                          "year_end_share": 0.0, "payday": 1.0, "complete": True})  # fmt: skip

    with pytest.raises(pandera.errors.SchemaErrors, match="winter_share"):
        as_table(frame, "weekly")


def test_a_table_that_the_dictionary_does_not_hold_has_no_schema():
    with pytest.raises(KeyError, match="monthly"):
        schema("monthly")


def test_a_column_is_found_by_its_name_and_no_other():
    assert TABLES["stock"].column("quantity") == Column("quantity", "number", "Units in stock", "units", required=True)
    with pytest.raises(KeyError, match="quantitty"):
        TABLES["stock"].column("quantitty")


def test_every_column_says_what_it_means_and_every_amount_its_unit():
    columns = [column for table in TABLES.values() for column in table.columns]

    assert [column.name for column in columns if not column.meaning] == []
    assert [column.name for column in columns if column.kind in ("money", "number", "share") and not column.unit] == []
