"""What the appeal brought, as the report says it: held against plain sums, and no surer than its intervals."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.models.results import TooThin
from analysis.panel.weekly import weekly_giving
from analysis.report.appeal import make_appeals, named_appeals
from analysis.report.appeal_figures import appeal_weeks_table, outcomes_table, placebo_table
from analysis.report.appeal_sections import appeal_sections
from analysis.report.disclosure import given_back, hide_until_safe, unsafe_split
from analysis.report.export import write_report
from analysis.report.findings import make_findings
from analysis.report.numbers import make_numbers
from analysis.report.numbers.appeal import POWER, appeal_numbers
from analysis.tables import as_table, empty_table

ROOT = Path(__file__).parents[2]
TODAY = dt.date(2026, 11, 23)
LAUNCH = pd.Timestamp("2021-01-25")
WINDOW = (LAUNCH, LAUNCH + pd.Timedelta(days=55))
HOSTILE = "<script>alert(1)</script>\u202e{winter_drop}\x07 " + "x" * 10_000


@pytest.fixture(scope="module")
def numbers(sample_findings):
    return make_numbers(sample_findings)


@pytest.fixture
def asked(world):
    """A world of giving with appeals launched on `days`, and what its gifts become: (Dataset, Tables)."""

    def make(*days: str, first="2018-01-01", last="2020-12-31", lift=1.0, cost=100.0, name="Blankets", **rest):
        dataset, tables = world(first, last, drop=0.0)
        gifts = tables.donations
        for day in days:
            launched = pd.Timestamp(day)
            inside = gifts["received_on"].between(launched, launched + pd.Timedelta(days=55))
            gifts = gifts.assign(amount=gifts["amount"].where(~inside, gifts["amount"] * lift))
        appeals = pd.DataFrame(
            {"appeal": [f"appeal-{place}" for place in range(len(days))], "name_en": name, "name_fr": name,
             "launched_on": pd.to_datetime(list(days)), "cost": cost, **rest}
        )  # fmt: skip
        return dataset, replace(tables, donations=gifts, appeals=as_table(appeals, "appeals"))

    return make


@pytest.fixture
def told(sample_findings):
    """dataset, tables -> findings that are the world's in what the appeal's parts read, and else the sample's."""

    def make(dataset, tables):
        weekly = weekly_giving(tables, dataset)
        appeals = make_appeals(weekly, tables, dataset)
        return replace(sample_findings, dataset=dataset, tables=tables, weekly=weekly, appeals=appeals)

    return make


def numbers_of(findings):
    return {number.id: number for number in appeal_numbers(findings)}


def pages_of(findings, language="en"):
    """The appeal's sections, by id."""
    return {one.id: one for one in appeal_sections(findings, numbers_of(findings), {}, language)}


# Numbers, against plain pandas


def test_the_uplift_is_what_came_in_the_window_less_what_was_expected(sample_tables, numbers):
    gifts = sample_tables.donations
    observed = gifts[gifts["received_on"].between(*WINDOW)]["amount"].sum()
    share, uplift = numbers["appeal_amount"].value, numbers["appeal_amount_uplift"].value

    assert numbers["appeal_amount"].window == "2021-01-25/2021-03-21"
    assert observed / (observed - uplift) - 1 == pytest.approx(share, abs=1e-3)
    assert numbers["appeal_amount"].low < share < numbers["appeal_amount"].high


def test_gifts_donors_orders_and_goods_of_the_window_are_those_of_the_records(sample_findings, sample_tables):
    gifts = sample_tables.donations[sample_tables.donations["status"] == "received"]
    goods = sample_tables.goods
    firsts = gifts.groupby("donor")["received_on"].min()
    ordered = goods[goods["channel"] == "wish_list"]
    delivered = goods[(goods["status"] == "delivered") & goods["received_on"].between(*WINDOW)]
    observed = {name: found.observed for name, found in sample_findings.appeals.estimates.items()}

    assert observed["donations"] == gifts["received_on"].between(*WINDOW).sum()
    assert observed["new_donors"] == firsts.between(*WINDOW).sum()
    assert observed["wish_list_orders"] == ordered["ordered_on"].fillna(ordered["received_on"]).between(*WINDOW).sum()
    assert observed["goods_value"] == pytest.approx(delivered["value"].sum())
    assert observed["food_parcel"] == delivered[delivered["item"] == "food_parcel"]["quantity"].sum()


def test_the_items_are_those_delivered_on_most_days(sample_findings, sample_tables):
    delivered = sample_tables.goods[sample_tables.goods["status"] == "delivered"]
    days = delivered.groupby("item")["received_on"].nunique().sort_values(ascending=False)

    assert sample_findings.appeals.items == tuple(days.index[:3])


def test_every_outcome_has_a_share_an_amount_its_placebos_and_a_sentence_in_both_languages(numbers):
    shares = [number for name, number in numbers.items() if name.startswith("appeal_") and f"{name}_uplift" in numbers]

    assert len(shares) == 8
    for number in shares:
        uplift = numbers[f"{number.id}_uplift"]
        assert number.unit == "share"
        assert (number.low, number.high, number.level) != (None, None, None)
        assert number.n == uplift.n >= 8
        assert uplift.low < uplift.value < uplift.high
        assert {code for code, text in number.text.items() if text} == {"fr", "en"}
    assert numbers["appeal_amount_uplift"].unit == "EUR"
    assert numbers["appeal_new_donors_uplift"].unit == "donors"


def test_an_item_is_called_in_its_sentence_as_people_call_it(numbers):
    assert "quantities received (sleeping bags)" in numbers["appeal_sleeping_bag"].text["en"]
    assert "sleeping_bag" not in numbers["appeal_sleeping_bag"].text["fr"]


def test_the_power_that_is_printed_is_the_one_measured(numbers):
    measured = json.loads((ROOT / "benchmarks" / "appeal.json").read_text(encoding="utf-8"))
    share = measured["scenarios"]["effect"]["default"]["excludes_zero"] / 100

    assert share == pytest.approx(POWER)
    assert numbers["appeal_seen_once_in"].value == round(1 / share)


def test_the_cost_per_euro_is_cost_over_uplift_with_the_ends_turned_round(asked, told):
    numbers = numbers_of(told(*asked("2020-03-02", lift=3.0, cost=500.0)))
    uplift, cost, brought = (numbers[f"appeal_{name}"] for name in ("amount_uplift", "cost", "brought"))

    assert cost.value == pytest.approx(500 / uplift.value, rel=1e-4)
    assert (cost.low, cost.high) == pytest.approx((500 / uplift.high, 500 / uplift.low), rel=1e-4)
    assert brought.value == pytest.approx(1 / cost.value, rel=0.05)


def test_periods_as_good_by_chance_are_counted_among_all(sample_findings, numbers):
    table = placebo_table(sample_findings.appeals.example.money)
    own = table[table["phase"] == "appeal"]["change"].iloc[0]
    placebos = table[table["phase"] == "placebo"]["change"]

    assert own == pytest.approx(numbers["appeal_amount"].value, abs=1e-3)
    assert numbers["appeal_placebos"].value == len(placebos)
    assert numbers["appeal_by_chance"].value == (placebos >= own).sum()


def test_an_appeal_below_expectation_is_not_said_to_lie_above_it(sample_findings):
    money = replace(sample_findings.appeals.example.money, off=-1.0)

    assert money.chance_summary("en").endswith(f"{money.by_chance} did as well or better.")
    assert money.chance_summary("fr").endswith(f"{money.by_chance} ont fait aussi bien ou mieux.")
    assert money.chance_summary("en").startswith("Of ")
    assert replace(money, off=99.0).chance_summary("en").endswith("none did as well.")


# Tables behind the charts


def test_the_weeks_of_the_chart_are_those_of_the_result_and_of_published_giving(sample_findings):
    told = sample_findings.appeals.example
    table = appeal_weeks_table(told, told.money, sample_findings.giving)
    own, path = table[table["phase"] == "appeal"], told.money.weeks_frame()
    giving = sample_findings.giving.set_index("week")

    assert table["phase"].value_counts().to_dict() == {"before": 26, "appeal": 8, "soft_launch": 3}
    assert own["expected_amount"].tolist() == path["expected"].tolist()
    assert own["expected_low"].tolist() == path["expected_lower"].tolist()
    assert own["amount"].tolist() == path["observed"].tolist()
    assert own["cumulative_high"].tolist() == path["cumulative_upper"].tolist()
    assert table[table["phase"] != "appeal"]["expected_amount"].isna().all()
    pd.testing.assert_series_equal(
        table["amount"], giving.loc[table["week"], "amount"].reset_index(drop=True), check_names=False
    )


def test_sums_between_two_hidden_weeks_are_not_told(sample_findings):
    told = sample_findings.appeals.example
    weeks = [LAUNCH + pd.Timedelta(weeks=2), LAUNCH + pd.Timedelta(weeks=4)]
    giving = sample_findings.giving
    hidden = giving["week"].isin(weeks)
    table = appeal_weeks_table(told, told.money, giving.assign(amount=giving["amount"].mask(hidden), hidden=hidden))
    own = table[table["phase"] == "appeal"]

    assert own["cumulative"].isna().tolist() == [False, False, True, True, False, False, False, False]
    assert own["cumulative_low"].isna().tolist() == own["cumulative"].isna().tolist()
    assert own["expected_amount"].notna().all()


def test_one_row_an_appeal_latest_first_with_what_it_cost(sample_report, numbers):
    rows = list(csv.DictReader((sample_report / "tables" / "appeal_by_appeal.csv").read_text("utf-8-sig").splitlines()))

    assert [(row["appeal"], row["launched_on"], row["spent"]) for row in rows] == [
        ("testimonies-2021", "2021-01-25", "0"), ("blankets-2019", "2019-11-18", "150"),
    ]  # fmt: skip
    assert float(rows[0]["change"]) == pytest.approx(numbers["appeal_amount"].value, rel=1e-4)
    assert float(rows[1]["high"]) == pytest.approx(numbers["appeal_on_2019_11_18"].high, rel=1e-4)


# Sentences


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_answer_comes_first_then_chance_and_what_limits_it(sample_findings, edition_of, numbers, language):
    sections = {one.id: one for one in edition_of(sample_findings, language).sections}

    assert sections["appeal"].lead[0].startswith(numbers["appeal_amount"].text[language])
    assert sections["appeal_chance"].lead == (numbers["appeal_by_chance"].text[language],)
    name = {"fr": "Leurs mots sous l’objet", "en": "Their words under the product"}[language]
    other = {"fr": "Des couvertures avant le gel", "en": "Blankets before the frost"}[language]
    assert name in sections["appeal"].lead[0]
    assert other in sections["appeal"].lead[-1]
    assert {"fr": "À partir du", "en": "From"}[language] in sections["appeal_chance"].tables[0].headings
    assert str(numbers["appeal_seen_once_in"].value) in sections["appeal"].caveats[-1]


def test_outcomes_are_told_by_what_their_intervals_allow(sample_findings, edition_of, numbers):
    section = {one.id: one for one in edition_of(sample_findings, "en").sections}["appeal_outcomes"]
    clear = [name for name in sample_findings.appeals.estimates if numbers[f"appeal_{name}"].clear]

    assert numbers["appeal_clear"].value == len(clear)
    assert section.lead[0].count("range") == len(clear) - 1
    assert section.lead[0].startswith("Above expectation, beyond likely chance: number of gifts (+")
    assert section.lead[1].startswith("The records cannot tell for: sleeping bags (")
    assert section.chart.frame.title == f"Above expectation, beyond likely chance: {len(clear)} of 8 measures"


def test_a_clear_appeal_with_a_cost_says_what_each_unit_of_money_brought(asked, told):
    section = pages_of(told(*asked("2020-03-02", lift=3.0, cost=500.0)))["appeal"]

    assert "more than expected without the appeal" in section.lead[0]
    assert "each euro spent brought about" in section.lead[1]
    assert any("does not prove that the appeal is the cause" in one for one in section.caveats)


def test_an_appeal_that_is_not_clear_is_not_told_to_have_brought_nothing(asked, told):
    section = pages_of(told(*asked("2020-03-02", lift=1.0)))["appeal"]

    assert section.lead[0].startswith("The records do not clearly show what the appeal brought.")
    assert "not that the appeal brought nothing" in section.lead[1]
    assert "cost is not set against what it brought" in section.lead[2]


@pytest.mark.parametrize(("language", "reason"), [("en", "weeks are recorded before the appeal"), ("fr", "semaines")])
def test_too_short_records_give_the_reason_and_no_chart(asked, edition_of, language, reason):
    dataset, tables = asked("2018-06-04", last="2018-12-31")
    findings = make_findings(dataset, tables, today=TODAY)
    edition = edition_of(findings, language)
    [section] = [one for one in edition.sections if one.id.startswith("appeal")]

    assert reason in section.lead[0]
    assert "Blankets" in section.lead[0]
    assert (section.chart, section.tables, section.caveats) == (None, (), ())
    assert not [chart.name for chart in edition.charts if chart.name.startswith("appeal")]


@pytest.mark.parametrize("days", [(), ("2031-01-06",), ("1990-01-01",)])
def test_without_an_appeal_in_the_recorded_period_there_is_no_section(asked, told, days):
    findings = told(*asked(*days, last="2019-12-31"))

    assert (pages_of(findings), numbers_of(findings)) == ({}, {})
    assert (findings.appeals.tables, findings.appeals.windows) == ({}, [])


def test_an_appeal_whose_weeks_another_estimate_holds_is_named_and_not_told_apart(asked, told):
    findings = told(*asked("2020-03-02", "2020-03-30", lift=1.5, name=["First", "Second"]))
    section = pages_of(findings)["appeal"]

    assert [one.name_en for one in findings.appeals.told] == ["Second"]
    assert "Other appeals overlap with this one (First)" in section.lead[0]
    assert any("its cost is not set against what they brought together" in one for one in section.lead)


def test_the_latest_appeal_with_an_estimate_is_told_at_length_and_five_at_most(asked, told):
    days = [f"2019-{month:02d}-04" for month in (3, 5, 7, 9)] + ["2020-02-03", "2020-12-30"]
    findings = told(*asked(*days, name=[f"N{place}" for place in "abcdef"], last="2020-12-31"))

    assert [one.name_en for one in findings.appeals.told] == ["Nf", "Ne", "Nd", "Nc", "Nb"]
    assert findings.appeals.example.name_en == "Ne"
    assert "“Nf” (30 December 2020): no figure. No whole week" in pages_of(findings)["appeal"].lead[-1]


def test_a_dataset_without_donors_or_goods_tells_of_money_and_gifts_only(asked, told):
    findings = told(*asked("2020-03-02", lift=2.0))
    pages = pages_of(findings)

    assert list(findings.appeals.outcomes) == ["amount", "donations"]
    assert "number of gifts" in pages["appeal_outcomes"].lead[0]
    assert not any("donor is new" in one for one in pages["appeal_outcomes"].caveats)


# Hostile names


@pytest.mark.parametrize("language", ["fr", "en"])
def test_names_from_a_file_are_short_printable_text_in_every_page_and_chart(asked, tmp_path, language):
    dataset, tables = asked("2020-03-02", "2020-03-30", "2019-09-02", lift=2.0, name=HOSTILE)
    appeals = tables.appeals.assign(appeal="=HYPERLINK(1)")
    write_report(dataset, replace(tables, appeals=appeals), tmp_path, languages=(language,), today=TODAY)
    page = (tmp_path / f"report.{language}.html").read_text("utf-8")
    table = (tmp_path / "tables" / "appeal_by_appeal.csv").read_text("utf-8-sig")

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{winter_drop}" in page
    assert not re.search("x{100}|\u202e|\x07", page + (tmp_path / "numbers.json").read_text("utf-8"))
    assert "'=HYPERLINK(1)" in table


def test_a_name_that_is_missing_or_empty_is_the_short_name_or_the_day():
    table = pd.DataFrame(
        {"appeal": ["spring", "\u200f"], "name_fr": [None, " "], "name_en": ["Spring", None],
         "launched_on": pd.to_datetime(["2020-03-02", "2020-05-04"]),
         "soft_launch_on": pd.to_datetime(["2020-04-01", "2020-05-01"])}
    )  # fmt: skip

    named = named_appeals(as_table(table, "appeals"))

    assert named["name_fr"].tolist() == ["spring", "04/05/2020"]
    assert named["name_en"].tolist() == ["Spring", "04/05/2020"]
    assert named["soft_launch_on"].tolist() == [None, pd.Timestamp("2020-05-01")]


# Disclosure


def lines(inside: list[tuple[str, float]], outside: int = 30) -> tuple[pd.DataFrame, pd.Series]:
    rows = [*inside, *[(f"other {place}", 1.0) for place in range(outside)]]
    table = pd.DataFrame(rows, columns=["giver", "value"])
    return table, pd.Series([place < len(inside) for place in range(len(rows))])


def test_a_window_of_nine_people_or_of_one_large_gift_is_unsafe_and_so_is_one_that_leaves_nine():
    ten = [(f"giver {place}", 1.0) for place in range(10)]

    assert not unsafe_split(*lines(ten))
    assert unsafe_split(*lines([*ten[:9], ("giver 1", 1.0)]))
    assert unsafe_split(*lines([*ten, ("large", 11.0)]))
    assert unsafe_split(*lines(ten, outside=9))
    assert unsafe_split(*lines(ten, outside=0))


def orders(inside: int, outside: int) -> pd.DataFrame:
    """Wish-list orders of one blanket each, `inside` of them in the eight weeks from 2 March 2020."""
    days = [*pd.date_range("2020-03-02", periods=max(inside, 1), freq="4D")[:inside],
            *pd.date_range("2018-01-03", "2020-02-25", periods=outside).normalize()]  # fmt: skip
    table = pd.DataFrame({"received_on": days, "ordered_on": days})
    names = [f"orders.csv:{place}" for place in range(len(days))]
    return as_table(
        table.assign(goods_id=names, item="blanket", quantity=1.0, channel="wish_list", status="ordered",
                     source_file="orders.csv", source_line=range(2, len(days) + 2)),
        "goods",
    )  # fmt: skip


@pytest.mark.parametrize(("inside", "outside", "shown"), [(12, 200, True), (9, 200, False), (0, 200, False)])
def test_orders_of_fewer_than_ten_people_have_no_number_and_no_row(asked, told, inside, outside, shown):
    dataset, tables = asked("2020-03-02", lift=2.0)
    findings = told(dataset, replace(tables, goods=orders(inside, outside)))
    numbers, lead = numbers_of(findings), pages_of(findings)["appeal_outcomes"].lead

    assert isinstance(findings.appeals.outcomes["wish_list_orders"], TooThin) != shown
    assert ("appeal_wish_list_orders" in numbers, "appeal_wish_list_orders_uplift" in numbers) == (shown, shown)
    assert ("wish_list_orders" in set(outcomes_table(findings, "en")["outcome"])) == shown
    assert any(one.startswith("No figure for: wish-list orders.") for one in lead) != shown


def test_orders_of_nine_people_leave_the_house_in_no_file(asked, tmp_path):
    dataset, tables = asked("2020-03-02", lift=2.0)
    write_report(dataset, replace(tables, goods=orders(9, 200)), tmp_path, languages=("en",), today=TODAY)
    ids = [one["id"] for one in json.loads((tmp_path / "numbers.json").read_text("utf-8"))]
    page = (tmp_path / "report.en.html").read_text("utf-8")

    assert not [name for name in ids if name.startswith("appeal_wish")]
    assert "wish_list" not in (tmp_path / "tables" / "appeal_outcomes.csv").read_text("utf-8-sig")
    assert "No figure for: wish-list orders. Too few people or gifts stand behind it" in page


def test_money_of_which_one_gift_is_more_than_half_is_not_told(asked, told):
    dataset, tables = asked("2020-03-02", lift=1.0)
    gifts = tables.donations
    large = gifts.index[gifts["received_on"] == pd.Timestamp("2020-03-10")][0]
    gifts = gifts.assign(amount=gifts["amount"].where(gifts.index != large, 90_000.0))
    findings = told(dataset, replace(tables, donations=gifts))

    assert "not published" in findings.appeals.example.money.en
    assert "appeal_amount" not in numbers_of(findings)
    [window] = findings.appeals.windows
    assert findings.appeals.estimates["donations"].weeks_frame()["week"].tolist() == window.tolist()


def test_a_week_hidden_with_one_before_the_launch_is_not_given_back_by_the_total_of_the_window(asked):
    dataset, tables = asked("2020-03-23", lift=1.0)
    gifts = tables.donations
    week = gifts["received_on"].between("2020-03-23", "2020-03-29")
    few = gifts.drop(index=gifts.index[week][5:])
    findings = make_findings(dataset, replace(tables, donations=few), today=TODAY)
    giving = findings.giving
    month = (giving["week"] + pd.Timedelta(days=3)).dt.strftime("%Y-%m")
    [weeks] = findings.appeals.windows
    window = giving["week"].isin(weeks)
    totals = [month == one for one in month.unique()] + [window]

    assert giving["hidden"][giving["week"] == "2020-03-23"].all()
    assert giving["hidden"].groupby(month).sum().loc[["2020-03", "2020-04", "2020-05"]].tolist() == [2, 0, 2]
    assert (giving["hidden"] & window).sum() == 2
    assert not given_back(giving["hidden"], totals).any()


def test_a_row_is_given_back_when_totals_leave_it_alone():
    hidden = pd.Series([True, True, True, False])
    month, window = pd.Series([True, True, False, True]), pd.Series([True, True, True, False])

    assert given_back(hidden, [month]).tolist() == [False] * 4
    assert given_back(hidden, [month, window]).tolist() == [False, False, True, False]
    assert given_back(hidden, []).tolist() == [False] * 4


def test_as_few_rows_go_as_it_takes_the_smallest_first():
    hidden = pd.Series([True, False, False, False])
    every, count = pd.Series([True] * 4), pd.Series([3.0, 40.0, 20.0, 30.0])

    assert hide_until_safe(hidden, small=hidden, totals=[every], count=count).tolist() == [True, False, True, False]
    assert hide_until_safe(hidden, small=hidden & False, totals=[every], count=count).tolist() == hidden.tolist()


def test_the_input_of_the_appeals_is_left_as_it_was(asked):
    dataset, tables = asked("2020-03-02")
    weekly = weekly_giving(tables, dataset)
    before = (weekly.copy(), tables.appeals.copy(), tables.goods.copy())

    make_appeals(weekly, tables, dataset)

    for now, then in zip((weekly, tables.appeals, tables.goods), before, strict=True):
        pd.testing.assert_frame_equal(now, then)


def test_outcomes_of_a_world_have_their_row_in_the_table(asked, told):
    dataset, tables = asked("2020-03-02", lift=2.0)
    findings = told(dataset, replace(tables, goods=empty_table("goods")))
    table = outcomes_table(findings, "en")

    assert table["label"].tolist() == ["Giving of money", "Number of gifts"]
    assert np.isclose(table["change"][0], findings.appeals.example.money.share)
