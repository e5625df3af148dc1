"""Two reports set side by side tell no few people's gifts."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.faults import DataError
from analysis.report.earlier import as_told, load_earlier, write_told
from analysis.report.findings import make_findings
from analysis.tables import Tables, as_table

TODAY = pd.Timestamp("2021-06-15").date()


def told(dataset, tables, *, again: bool = True):
    """The findings of a report, and what it told remembered."""
    findings = make_findings(dataset, tables, today=TODAY, earlier=load_earlier(dataset) if again else None)
    write_told(dataset, findings.gifts, findings.weekly, findings.giving)
    return findings


def with_gifts(tables: Tables, day: str, amounts: list[float]) -> Tables:
    """`tables` with gifts of that day more, each of a donor of its own."""
    more = pd.DataFrame({"received_on": pd.Timestamp(day), "amount": amounts}).assign(
        donation_id=[f"late.csv:{place}" for place in range(len(amounts))], original_currency="EUR", channel="bank",
        original_amount=amounts, status="received", source_file="late.csv", source_line=range(2, len(amounts) + 2),
    )  # fmt: skip
    both = pd.concat([tables.donations, as_table(more, "donations")], ignore_index=True)
    return replace(tables, donations=as_table(both, "donations"))


@pytest.fixture
def reported(world):
    """A charity whose first report is out: (Dataset, Tables)."""
    dataset, tables = world("2019-07-01", "2020-06-28")
    told(dataset, tables)
    return dataset, tables


def test_a_first_report_tells_all_and_the_same_records_again_tell_the_same(world):
    dataset, tables = world("2019-07-01", "2020-06-28")

    assert load_earlier(dataset) is None
    first, second = told(dataset, tables), told(dataset, tables)
    pd.testing.assert_frame_equal(first.giving, second.giving)
    assert not second.waiting


@pytest.mark.parametrize(
    "days", [("2019-07-07", "2020-06-22"), ("2019-07-07", "2020-06-28"), ("2019-07-03", "2020-07-01")]
)
def test_the_same_records_tell_the_same_where_the_period_cuts_its_first_and_last_week(world, days):
    dataset, tables = world(*days)
    few = tables.donations.groupby("received_on").head(3).reset_index(drop=True)
    thin = replace(tables, donations=as_table(few, "donations"))

    first, second, third = (told(dataset, thin) for _ in range(3))

    for later in (second, third):
        pd.testing.assert_frame_equal(first.giving, later.giving)
        pd.testing.assert_frame_equal(first.profile, later.profile)
    assert not first.profile["hidden"].all()


def test_amounts_typed_anew_are_not_people_who_came_and_people_who_went(reported):
    dataset, tables = reported
    gifts = tables.donations
    places = gifts.index[gifts["received_on"] == pd.Timestamp("2019-10-02")][:9]
    typed = gifts.assign(amount=gifts["amount"].where(~gifts.index.isin(places), 35.0))

    found = as_told(replace(tables, donations=typed), load_earlier(dataset))

    assert len(places) == 9
    assert found.donations["amount"].sum() == gifts["amount"].sum()


@pytest.mark.parametrize("change", [b"\n", b"", b"2019", b"\xe9"])
def test_a_memory_that_was_changed_by_hand_stops_the_report(reported, change):
    dataset, _ = reported
    file = dataset.folder / "published.csv"
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2] if not change else data + change)

    with pytest.raises(DataError, match="changed by hand or is damaged"):
        load_earlier(dataset)


def test_late_gifts_of_nine_people_change_nothing_and_the_tenth_lets_all_of_them_in(reported):
    dataset, tables = reported
    nine, ten = with_gifts(tables, "2019-10-02", [25.0] * 9), with_gifts(tables, "2019-10-02", [25.0] * 10)

    assert as_told(nine, load_earlier(dataset)).donations["amount"].sum() == tables.donations["amount"].sum()
    assert told(dataset, nine).waiting
    found = told(dataset, ten)
    assert found.gifts["amount"].sum() == tables.donations["amount"].sum() + 250
    assert not found.waiting


def test_ten_late_gifts_of_which_one_is_most_wait(reported):
    dataset, tables = reported
    late = with_gifts(tables, "2019-10-02", [5_000.0, *[25.0] * 11])

    assert len(as_told(late, load_earlier(dataset)).donations) == len(tables.donations)


def test_late_gifts_of_ten_people_over_ten_weeks_wait_in_each(reported):
    dataset, tables = reported
    late = tables
    for place, day in enumerate(pd.date_range("2019-09-02", periods=10, freq="7D")):
        late = with_gifts(late, str(day.date()), [100.0 + place])

    assert len(as_told(late, load_earlier(dataset)).donations) == len(tables.donations)


def test_a_gift_that_is_gone_stays_in_what_is_told(reported):
    dataset, tables = reported
    gifts = tables.donations
    fewer = replace(tables, donations=gifts.drop(index=gifts.index[500]).reset_index(drop=True))
    found = as_told(fewer, load_earlier(dataset)).donations

    assert found["amount"].sum() == gifts["amount"].sum()
    assert found["donor"].isna().all()


def test_new_identifiers_and_another_order_of_the_same_gifts_are_no_change(reported):
    dataset, tables = reported
    turned = tables.donations[::-1].reset_index(drop=True)
    turned = turned.assign(donation_id=[f"new.csv:{place}" for place in range(len(turned))])

    assert as_told(replace(tables, donations=turned), load_earlier(dataset)).donations.equals(turned)


def test_a_new_month_of_nine_people_waits_and_one_of_ten_is_told(reported):
    dataset, tables = reported
    few = told(dataset, with_gifts(tables, "2020-07-15", [20.0] * 9))
    more = told(dataset, with_gifts(tables, "2020-07-15", [20.0] * 10))

    assert (str(few.last_day), few.waiting) == ("2020-06-28", True)
    assert (str(more.last_day), more.waiting) == ("2020-07-15", False)


def test_weeks_keep_what_was_told_of_them(world):
    dataset, tables = world("2019-07-01", "2020-06-28")
    gifts = tables.donations
    quiet = gifts["received_on"].between("2020-02-10", "2020-02-16")
    thin = gifts[~quiet | (gifts.index % 20 == 0)].reset_index(drop=True)
    first = told(dataset, replace(tables, donations=thin))
    second = told(dataset, tables)
    hidden = first.giving["hidden"]

    assert hidden.sum() >= 2
    assert second.gifts["amount"].sum() > first.gifts["amount"].sum()
    assert second.giving["hidden"].tolist() == hidden.tolist()


def test_invented_people_need_no_memory_and_another_currency_makes_none(world):
    dataset, tables = world("2019-07-01", "2020-06-28")
    told(replace(dataset, synthetic=True), tables)
    assert load_earlier(dataset) is None

    told(dataset, tables)
    assert load_earlier(replace(dataset, currency="GBP")) is None


def test_what_is_remembered_holds_no_identifier_and_no_donor(reported):
    dataset, _ = reported
    lines = (dataset.folder / "published.csv").read_text(encoding="utf-8").splitlines()

    assert lines[0].split() == ["EUR", lines[0][4:]]
    assert lines[1] == "week,told,received_on,amount,status,channel,gifts"
    assert all(line.count(",") == 6 for line in lines[1:])
