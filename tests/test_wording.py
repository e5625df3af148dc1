"""Numbers, money, shares and dates read as French and British readers write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from analysis import wording

# Spaces are written as the reader's eye cannot: \u202f is the narrow no-break space, \xa0 the no-break space.


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (0.125, 2, "0.13"),
        (2.675, 2, "2.68"),
        (1234.565, 2, "1234.57"),
        (-0.125, 2, "-0.13"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (Decimal("28.5"), 0, "29"),
    ],
)
def test_a_half_is_rounded_away_from_zero(value, places, expected):
    assert wording.rounded(value, places) == Decimal(expected)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_rounds_to_zero_has_no_sign(language):
    assert wording.number(-0.001, language) == "0"
    assert wording.number(-0.0, language) == "0"
    assert wording.signed(-0.4, language) == "0"
    assert wording.signed(0.4, language) == "0"
    assert wording.percent(-0.004, language, sign=True).startswith("0")
    assert wording.money(-0.4, "EUR", language) == {"fr": "0\xa0€", "en": "€0"}[language]


@pytest.mark.parametrize(
    ("value", "places", "fr", "en"),
    [
        (1234.5, 1, "1\u202f234,5", "1,234.5"),
        (1234567, 0, "1\u202f234\u202f567", "1,234,567"),
        (999.5, 0, "1\u202f000", "1,000"),
        (-1234, 0, "\u22121\u202f234", "\u22121,234"),
        (3, 2, "3,00", "3.00"),
    ],
)
def test_thousands_are_grouped_and_a_minus_is_a_minus(value, places, fr, en):
    assert wording.number(value, "fr", places=places) == fr
    assert wording.number(value, "en", places=places) == en


def test_a_signed_number_shows_its_sign():
    assert wording.signed(12.3, "fr", places=1) == "+12,3"
    assert wording.signed(-12.3, "en", places=1) == "\u221212.3"


@pytest.mark.parametrize(
    ("currency", "fr", "en"),
    [
        ("EUR", "1\u202f235\xa0€", "€1,235"),
        ("GBP", "1\u202f235\xa0£", "£1,235"),
        ("USD", "1\u202f235\xa0$US", "US$1,235"),
    ],
)
def test_money_has_its_sign_where_the_language_puts_it(currency, fr, en):
    assert wording.money(1234.5, currency, "fr") == fr
    assert wording.money(1234.5, currency, "en") == en


def test_money_is_shown_to_the_cent_on_request():
    assert wording.money(1234.565, "EUR", "fr", places=2) == "1\u202f234,57\xa0€"
    assert wording.money(1234.565, "GBP", "en", places=2) == "£1,234.57"


def test_money_given_back_has_a_minus_sign():
    assert wording.money(-20, "EUR", "fr") == "\u221220\xa0€"
    assert wording.money(-20, "GBP", "en") == "\u2212£20"


@pytest.mark.parametrize(
    ("share", "percent"), [(0.225, "23"), (0.285, "29"), (0.145, "15"), (0.565, "57"), (1.2, "120")]
)
def test_a_share_is_rounded_half_up_as_a_percentage_too(share, percent):
    assert wording.percent(share, "fr") == f"{percent}\u202f%"
    assert wording.percent(share, "en") == f"{percent}%"


def test_a_share_keeps_the_places_and_the_sign_asked_for():
    assert wording.percent(0.1235, "fr", places=1) == "12,4\u202f%"
    assert wording.percent(0.1, "en", sign=True) == "+10%"
    assert wording.percent(-0.1, "fr", sign=True) == "\u221210\u202f%"


def test_two_shares_read_as_one_range():
    assert wording.percent_range(0.11, 0.31, "fr") == "de 11\xa0à\xa031\u202f%"
    assert wording.percent_range(0.11, 0.31, "en") == "11% to 31%"
    assert wording.percent_range(-0.285, 0.02, "fr", sign=True) == "de \u221229\xa0à\xa0+2\u202f%"
    assert wording.percent_range(-0.285, 0.02, "en", sign=True) == "\u221229% to +2%"


@pytest.mark.parametrize(
    ("day", "fr"), [(1, "1er janvier 2021"), (11, "11 janvier 2021"), (21, "21 janvier 2021"), (31, "31 janvier 2021")]
)
def test_only_the_first_of_a_month_is_an_ordinal_and_only_in_french(day, fr):
    assert wording.date(dt.date(2021, 1, day), "fr") == fr
    assert wording.date(dt.date(2021, 1, day), "en") == f"{day} January 2021"
    assert wording.day_and_month(1, day, "fr") == fr.removesuffix(" 2021")
    assert wording.day_and_month(1, day, "en") == f"{day} January"


def test_a_day_of_any_year_may_be_29_february():
    assert wording.day_and_month(2, 29, "fr") == "29 février"


def test_months_and_spans_of_months_are_words():
    assert wording.month(dt.date(2021, 8, 31), "fr") == "août 2021"
    assert wording.month_name(12, "fr") == "décembre"
    assert wording.month_name(12, "en") == "December"
    assert wording.period(dt.date(2017, 4, 1), dt.date(2021, 3, 31), "fr") == "avril 2017 à mars 2021"
    assert wording.period(dt.date(2017, 4, 1), dt.date(2021, 3, 31), "en") == "April 2017 to March 2021"


@pytest.mark.parametrize(
    ("words", "fr", "en"),
    [([], "", ""), (["a"], "a", "a"), (["a", "b"], "a et b", "a and b"), (["a", "b", "c"], "a, b et c", "a, b and c")],
)
def test_a_list_reads_as_in_a_sentence(words, fr, en):
    assert wording.listing(words, "fr") == fr
    assert wording.listing(words, "en") == en


def test_a_text_put_on_one_line_or_cut_keeps_the_spaces_that_do_not_break():
    typeset = wording.typeset("Fourchette à 95 % : de 19 à 43 %", "fr")

    assert wording.printable(f" {typeset}\r\n\u2028 {typeset}\t") == f"{typeset} {typeset}"
    assert wording.shortened(typeset * 30, most=len(typeset) + 1) == f"{typeset}…"
