import datetime as dt
from decimal import Decimal

import pytest

from analysis.records.parsing.amounts import NOT_AN_AMOUNT, TOO_LARGE, amounts, cents, currency_signs
from analysis.records.parsing.dates import NOT_A_DATE, OUT_OF_RANGE, dates
from analysis.records.parsing.evidence import Ambiguous, Problem
from analysis.records.parsing.words import ABOUT, NOT_PEOPLE, ONE_END, RANGE_AS_DAY, flag, people_range, whole


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", "1234"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234\u202f567,5", "1234567.5"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1'234.50", "1234.50"),
        ("1,234,567", "1234567"),
        ("12,00 €", "12.00"),
        ("£12.50", "12.50"),
        ("12 EUR", "12"),
        ("EUR 12", "12"),
        ("12,5 €", "12.5"),
        ("€12", "12"),
        ("-€12", "-12"),
        ("12 euros", "12"),
        ("12€50", "12.50"),
        ("1 012 € 50", "1012.50"),
        ("12.345.678,90", "12345678.90"),
        ("0045,00", "45.00"),
        ("(12,00)", "-12.00"),
        ("(12,00 €)", "-12.00"),
        ("+ 12,00", "12.00"),
        ("-45,20", "-45.20"),
        ("\u221245,20", "-45.20"),
        ("0,123", "0.123"),
        ("0", "0"),
    ],
)
def test_an_amount_is_read_however_it_is_grouped_and_signed(text, number):
    assert amounts([text]) == [Decimal(number)]


@pytest.mark.parametrize(
    "text",
    [
        "12O,50",
        "nan",
        "inf",
        "1e5",
        "--5",
        "12,",
        "1 23,50",
        "1,23,456",
        "douze",
        "12/5",
        "EUR",
        "٣",
        "12€500",
        "1€2",
        "-",
        "n/a",
        "néant",
        "offert",
        "12,50-",
        "12 EUR 50 GBP",
    ],
)
def test_what_is_no_amount_is_a_problem_with_a_remedy(text):
    assert amounts([text]) == [NOT_AN_AMOUNT]


def test_a_blank_amount_is_missing_and_not_zero():
    assert amounts(["", "  ", "\u00a0", "0,00"]) == [None, None, None, Decimal("0.00")]


def test_a_hundred_million_is_absurd_in_either_direction():
    assert amounts(["99999999,99", "100000000", "-100000000"]) == [Decimal("99999999.99"), TOO_LARGE, TOO_LARGE]


@pytest.mark.parametrize(
    "phone", ["0612345678", "021234567", "06 12 34 56 78", "06.12.34.56.78", "+33612345678", 612345678]
)
def test_a_phone_number_is_no_amount(phone):
    assert amounts([phone])[0] in (NOT_AN_AMOUNT, TOO_LARGE)
    assert isinstance(whole(phone), Problem)


def test_an_ambiguous_amount_is_settled_by_the_rest_of_its_column():
    assert amounts(["1,234", "12,50"]) == [Decimal("1.234"), Decimal("12.50")]
    assert amounts(["1,234", "12.50"]) == [Decimal("1234"), Decimal("12.50")]
    assert amounts(["1.234", "1.234,56"]) == [Decimal("1234"), Decimal("1234.56")]


def test_an_ambiguous_amount_is_refused_with_both_readings_when_nothing_settles_it():
    with pytest.raises(Ambiguous) as refusal:
        amounts(["1,234", "500"])

    assert refusal.value.readings == ("1234", "1.234")
    assert refusal.value.settings == ('decimal = ","', 'decimal = "."')


def test_an_ambiguous_amount_is_refused_when_the_column_contradicts_itself():
    with pytest.raises(Ambiguous, match="1,234"):
        amounts(["1,234", "12,50", "12.50"])


def test_the_decimal_mark_that_was_given_settles_everything():
    assert amounts(["1,234", "12,50"], decimal=".") == [Decimal("1234"), NOT_AN_AMOUNT]
    assert amounts(["1,234", "1.234"], decimal=",") == [Decimal("1.234"), Decimal("1234")]


def test_native_numbers_of_a_workbook_are_taken_as_they_are_and_settle_nothing():
    assert amounts([12, 1.234, float("inf"), True]) == [Decimal(12), Decimal("1.234"), NOT_AN_AMOUNT, NOT_AN_AMOUNT]
    with pytest.raises(Ambiguous):
        amounts([12.5, "1,234"])


def test_half_a_cent_is_rounded_away_from_zero():
    assert [cents(Decimal(text)) for text in ("0.125", "-0.125", "2.675", "12")] == [13, -13, 268, 1200]


def test_the_currency_beside_an_amount_is_seen():
    assert currency_signs(["12 €", "12€50", "£5", "12 CHF", "5 Euros", "12", 12.0]) == [
        "EUR", "EUR", "GBP", "CHF", "EUR", "", "",
    ]  # fmt: skip


JANUARY_31 = dt.date(2021, 1, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2021-01-31",
        "2021/01/31",
        "2021-01-31 13:12",
        "2021-01-31T18:23:13",
        "31/01/2021",
        "31/01/2021 18:23:13",
        "31.01.2021",
        "31-01-21",
        "01/31/2021",
        "1/31/21 18:23",
        "1/31/2021 6:23 PM",
        "31 janvier 2021",
        "dimanche 31 janvier 2021",
        "31 janv. 2021",
        "31 January 2021",
        "January 31, 2021",
        "Jan. 31st, 2021",
        "31-Jan-21",
    ],
)
def test_a_date_that_has_one_reading_needs_no_setting(text):
    assert dates([text]) == [JANUARY_31]


def test_native_dates_of_a_workbook_are_taken_as_they_are():
    assert dates([JANUARY_31, dt.datetime(2021, 1, 31, 23, 59)]) == [JANUARY_31, JANUARY_31]


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2021",
        "15/13/2018",
        "00/00/2017",
        "44250",
        "demain",
        "2016-02",
        "1/2",
        "31 brumaire 2021",
        "31 février 2021",
        "janvier 2021",
        "le 31",
    ],
)
def test_what_is_no_day_is_a_problem(text):
    assert dates([text]) == [NOT_A_DATE]


def test_years_before_1990_and_after_2100_are_problems():
    assert dates(["1989-12-31", "1990-01-01", "2100-12-31", "2101-01-01"]) == [
        OUT_OF_RANGE,
        dt.date(1990, 1, 1),
        dt.date(2100, 12, 31),
        OUT_OF_RANGE,
    ]


def test_the_order_of_day_and_month_is_settled_by_the_whole_column():
    assert dates(["03/04/2021", "13/04/2021"])[0] == dt.date(2021, 4, 3)
    assert dates(["03/04/2021", "04/13/2021"])[0] == dt.date(2021, 3, 4)


def test_one_impossible_day_among_many_does_not_turn_the_order():
    column = [f"{day}/01/2021" for day in range(13, 32)] + ["13/02/2021", "14/02/2021"]

    assert dates([*column, "01/31/2021", "03/04/2021"])[-2:] == [NOT_A_DATE, dt.date(2021, 4, 3)]


def test_a_date_with_two_readings_is_refused_with_both():
    with pytest.raises(Ambiguous) as refusal:
        dates(["03/04/2021", "2021-01-31"])

    assert refusal.value.readings == ("2021-04-03", "2021-03-04")
    assert refusal.value.settings == ('dates = "dmy"', 'dates = "mdy"')


def test_a_day_that_equals_its_month_has_one_reading():
    assert dates(["04/04/2021"]) == [dt.date(2021, 4, 4)]


def test_the_order_that_was_given_settles_every_date():
    assert dates(["03/04/2021", "01/31/2021"], order="dmy") == [dt.date(2021, 4, 3), NOT_A_DATE]
    assert dates(["21/04/03"], order="ymd") == [dt.date(2021, 4, 3)]


def test_a_time_with_an_offset_is_moved_to_the_datasets_zone_and_a_local_one_stays():
    evening = ["2021-01-31T23:30:00Z", "2021-01-31 23:30:00"]

    assert dates(evening, zone="Europe/Paris") == [dt.date(2021, 2, 1), JANUARY_31]
    assert dates(evening, zone="Europe/London") == [JANUARY_31, JANUARY_31]


def test_a_time_at_the_end_of_the_calendar_is_no_day_between_1990_and_2100():
    ends = ["9999-12-31T23:59:59-12:00", "0001-01-01 00:00:00+14:00"]

    assert dates(ends, zone="Europe/Paris") == [OUT_OF_RANGE, OUT_OF_RANGE]


@pytest.mark.parametrize("text", ["2016-02", "2016/2", "02/2016", "février 2016", "Févr. 2016", "Feb 2016"])
def test_a_month_alone_is_its_15th_where_months_are_allowed(text):
    assert dates([text], months=True) == [dt.date(2016, 2, 15)]
    assert dates([text]) == [NOT_A_DATE]


def test_a_month_that_no_year_has_is_a_problem():
    assert dates(["2016-13", "13/2016", "brumaire 2016"], months=True) == [NOT_A_DATE] * 3


@pytest.mark.parametrize(
    ("written", "people"),
    [
        ("500", (500, 500)),
        ("500-800", (500, 800)),
        ("1 200 – 1 500", (1200, 1500)),
        ("500 à 800", (500, 800)),
        ("de 500 a 800", (500, 800)),
        ("entre 500 et 800", (500, 800)),
        ("between 1,200 and 1,500", (1200, 1500)),
        ("500 to 800 people", (500, 800)),
        ("500 personnes", (500, 500)),
        (1500.0, (1500, 1500)),
        ("", None),
    ],
)
def test_people_are_one_number_or_a_range(written, people):
    assert people_range(written) == people


@pytest.mark.parametrize("text", ["environ 500", "env. 500", "~500", "≈ 500", "about 500", "vers 500", "approx. 500"])
def test_about_so_many_is_a_problem_that_asks_for_a_range(text):
    assert people_range(text) == ABOUT


@pytest.mark.parametrize(
    "text", [">1000", "≥ 1000", "< 1000", "1000+", "plus de 1000", "moins de 1000", "at least 1000"]
)
def test_one_end_of_a_range_is_a_problem_that_asks_for_both(text):
    assert people_range(text) == ONE_END


@pytest.mark.parametrize("value", ["800-500", "-5", 5.5, "500 et 800", "une centaine", "5,5", True])
def test_what_is_no_number_of_people_is_a_problem(value):
    assert people_range(value) == NOT_PEOPLE


def test_a_range_that_a_spreadsheet_took_for_a_day_is_told_as_that():
    assert people_range(dt.date(2024, 12, 10)) == RANGE_AS_DAY


def test_whole_numbers_may_be_grouped_but_hold_no_part():
    assert [whole(value) for value in ("1,200", "1.200", "1 200", 12.0)] == [1200, 1200, 1200, 12]
    assert all(isinstance(whole(value), Problem) for value in ("1,5", "-3", 2.5, True))


def test_digits_without_end_are_too_large():
    assert [whole(text) for text in ("9" * 100_000, "100000000", "99999999")] == [TOO_LARGE, TOO_LARGE, 99_999_999]
    assert amounts(["9" * 100_000]) == [TOO_LARGE]


def test_a_long_run_of_spaces_takes_no_time_to_read():
    assert people_range(f"1{' ' * 100_000}-{' ' * 100_000}2") == (1, 2)
    assert isinstance(people_range(f"a{' ' * 100_000}b"), Problem)


def test_yes_and_no_are_read_in_both_languages():
    assert [flag(value) for value in ("Oui", "no", True, "VRAI", "0", "")] == [True, False, True, True, False, None]
    assert isinstance(flag("peut-être"), Problem)
