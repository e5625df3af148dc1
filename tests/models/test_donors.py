"""Donors by giving year: cohorts made by hand, an identity that holds to the cent, and sentences no surer than that."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.dataset import Dataset
from analysis.models.donors import donor_cohorts, donor_concentration, donor_cycle, retention_by_part
from analysis.models.rates import Rate
from analysis.models.sentences import TooThin
from analysis.panel.donors import donor_years, recorded_years
from analysis.tables import Tables, as_table

DATASET = Dataset(
    folder=Path("charity"), name="A charity", records_from=dt.date(2017, 7, 1), records_until=dt.date(2021, 6, 30)
)
BY_HAND = {
    "ana": {"2017": 10.0, "2018": 20.0, "2019": 15.5, "2020": 15.5},
    "ben": {"2017": 100.0, "2019": 50.0},
    "cleo": {"2018": 30.0, "2019": 40.0},
    "dan": {"2018": 5.0},
    "eve": {"2019": 7.0},
}
"""What each donor gave on 1 September of each year."""


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def tables(rows: list[tuple]) -> Tables:
    """Donations from (day, donor, amount, channel, appeal, regular) rows; an amount below zero is a refund."""
    frame = pd.DataFrame(rows, columns=["received_on", "donor", "amount", "channel", "appeal", "regular"])
    lines = range(2, len(frame) + 2)
    return Tables(
        donations=as_table(
            frame.assign(
                received_on=pd.to_datetime(frame["received_on"]), donation_id=[f"g{line}" for line in lines],
                original_amount=frame["amount"], original_currency="EUR", source_file="gifts.csv", source_line=lines,
                status=np.where(frame["amount"] < 0, "refunded", "received"),
            ),
            "donations",
        )
    )  # fmt: skip


def gift(day: str, donor: str | None, amount: float, channel: str = "bank", appeal: str | None = None) -> tuple:
    return day, donor, amount, channel, appeal, None


def by_hand() -> Tables:
    return tables(
        [gift(f"{year}-09-01", donor, amount) for donor, years in BY_HAND.items() for year, amount in years.items()]
    )


def cycle(made: Tables, dataset: Dataset = DATASET, **options: object):
    return donor_cycle(donor_years(made, dataset), recorded_years(made, dataset), **options)


def test_each_year_counts_the_donors_that_a_hand_counts():
    table = cycle(by_hand()).to_frame().set_index("giving_year")
    counts = table[["donors", "new", "retained", "recaptured", "lapsed", "lapsed_new", "lapsed_repeat"]]

    assert counts.loc["2018/19", ["donors", "new", "retained", "recaptured", "lapsed"]].tolist() == [3, 2, 1, 0, 1]
    assert counts.loc["2019/20"].tolist() == [4, 1, 2, 1, 1, 1, 0]
    assert counts.loc["2020/21"].tolist() == [1, 0, 1, 0, 3, 1, 2]


def test_nobody_is_new_in_the_first_recorded_year_nor_known_to_have_lapsed_as_new_after_it():
    years = cycle(by_hand()).to_frame().set_index("giving_year")

    first = years.loc["2017/18"].drop(["complete", "donors", "cents", "definition"])
    assert first.isna().all()
    assert years.loc["2018/19", ["lapsed_new", "lapsed_repeat"]].isna().all()


def test_nobody_is_called_new_before_a_year_of_records_lies_behind():
    dataset = Dataset(
        folder=Path("charity"), name="A", records_from=dt.date(2017, 9, 1), records_until=dt.date(2021, 6, 30)
    )

    years = cycle(by_hand(), dataset).years

    assert [year.new for year in years] == [None, None, 1, 0]
    assert [year.recaptured for year in years] == [None, None, 1, 0]
    assert years[1].gains == 1000 + 3500


def test_gains_less_losses_are_the_change_of_the_year_in_cents():
    year = cycle(by_hand()).years[2]

    # 2019/20: eve is new (7), ben is back (50), cleo gives 10 more, ana 4.50 less, dan is gone (5).
    assert (year.new_cents, year.recaptured_cents, year.upgraded_cents) == (700, 5000, 1000)
    assert (year.downgraded_cents, year.lapsed_cents) == (450, 500)
    assert (year.gains, year.losses, year.change) == (6700, 950, 5750)
    assert (year.upgraded, year.downgraded) == (1, 1)


CENTS = st.integers(-3000, 5000).filter(bool)
GIFTS = st.lists(
    st.tuples(st.dates(dt.date(2017, 7, 1), dt.date(2021, 6, 30)), st.sampled_from([*"abcdef", None]), CENTS),
    min_size=1, max_size=40,
)  # fmt: skip


@settings(max_examples=40, derandomize=True, deadline=None, database=None)
@given(GIFTS, st.sampled_from(["fep", "twelve_fifteen"]))
def test_whatever_is_given_gains_less_losses_are_the_change_and_counts_add_up(gifts, definition):
    made = tables([gift(str(day), donor, cents / 100) for day, donor, cents in gifts])
    if not any(donor for _, donor, _ in gifts):
        return

    found = cycle(made, definition=definition)

    for before, year in zip(found.years, found.years[1:], strict=False):
        assert year.gains - year.losses == year.change == year.cents - before.cents
        assert year.new + year.recaptured + year.retained == year.donors
        assert year.new_cents + year.recaptured_cents + year.upgraded_cents == year.gains
        assert year.downgraded_cents + year.lapsed_cents == year.losses
        if definition == "fep":
            assert year.retained + year.lapsed == before.donors
        if year.lapsed_new is not None:
            assert year.lapsed_new + year.lapsed_repeat == year.lapsed
    nameless = sum(cents for _, donor, cents in gifts if donor is None)
    assert sum(year.cents for year in found.years) == sum(cents for *_, cents in gifts) - nameless


def test_fifteen_months_part_retained_from_recaptured_donors():
    made = tables(
        [
            gift("2018-05-20", "soon", 10.0),
            gift("2019-08-19", "soon", 10.0),
            gift("2018-05-20", "late", 10.0),
            gift("2019-08-20", "late", 10.0),
            gift("2017-09-01", "other", 1.0),
        ]
    )

    by_year = cycle(made).years[2]
    by_months = cycle(made, definition="twelve_fifteen").years[2]

    assert (by_year.retained, by_year.recaptured) == (0, 2)
    assert (by_months.retained, by_months.recaptured) == (1, 1)
    assert (by_months.gains, by_months.losses) == (by_year.gains, by_year.losses)


def test_a_gift_that_was_paid_back_makes_no_donor():
    made = tables([gift("2018-09-01", "ana", 10.0), gift("2018-10-01", "ana", -10.0), gift("2018-09-01", "ben", 5.0)])

    assert cycle(made).years[1].donors == 1
    assert cycle(made).years[1].cents == 500


def test_a_refund_alone_makes_no_donor_and_counts_as_money():
    made = tables([gift("2017-09-01", "ana", 10.0), gift("2019-09-01", "ana", -10.0), gift("2019-09-01", "ben", 5.0)])

    year = cycle(made).years[2]

    assert (year.donors, year.retained, year.recaptured, year.lapsed) == (1, 0, 0, 0)
    assert (year.gains, year.losses, year.downgraded_cents, year.downgraded) == (500, 1000, 1000, 0)


def test_retention_is_given_between_whole_years_with_its_wilson_interval():
    dataset = Dataset(
        folder=Path("charity"), name="A", records_from=dt.date(2018, 7, 1), records_until=dt.date(2021, 3, 31)
    )

    years = cycle(by_hand(), dataset).years

    assert [year.complete for year in years] == [True, True, False]
    assert [year.retention is not None for year in years] == [False, True, False]
    assert (years[1].retention.kept, years[1].retention.counted) == (2, 3)


def test_the_wilson_interval_is_the_one_of_the_textbook():
    # Newcombe (1998, Statistics in Medicine 17), table I: 81 of 263, Wilson score without correction.
    rate = Rate.of(81, 263, level=0.95)

    assert (round(rate.lower, 4), round(rate.upper, 4)) == (0.2553, 0.3662)


def test_gifts_without_a_donor_are_counted_apart_and_their_share_is_said():
    made = tables([gift("2018-09-01", "ana", 75.0), gift("2018-09-02", None, 25.0)])

    found = cycle(made)

    assert (found.without_donor, found.gifts_without_donor) == (0.25, 1)
    assert "25% of the money came without a known donor" in found.unknown_summary("en")
    assert "25 % de l’argent est venu sans donateur connu" in plain(found.unknown_summary("fr"))
    assert cycle(by_hand()).unknown_summary("en") == "Every gift names its donor."


def test_the_sentences_give_the_rate_its_interval_and_the_limits():
    found = cycle(by_hand())

    assert found.summary("en").startswith(
        "Of 4 donors of the year before, 25% (95% range: 5% to 70%) gave again in 2020/21."
    )
    assert plain(found.summary("fr")).startswith(
        "Sur 4 donateurs de l’année précédente, 25 % (fourchette à 95 % : de 5 à 70 %) ont redonné en 2020/21."
    )
    assert "counts as one new and one lapsed donor" in found.limits("en")
    assert "deux homonymes" in found.limits("fr")
    assert found.money_summary("en") == ""


def test_the_money_sentence_sets_losses_against_gains():
    made = tables([gift("2017-09-01", "a", 30.0), gift("2018-09-01", "b", 60.0), gift("2018-09-02", "a", 15.0)])
    dataset = Dataset(
        folder=Path("charity"), name="A", records_from=dt.date(2017, 7, 1), records_until=dt.date(2019, 6, 30)
    )

    assert "for every 100 gained (new and returning donors, larger gifts), 25 were lost" in cycle(
        made, dataset
    ).money_summary("en")
    assert "pour 100 gagnés" in cycle(made, dataset).money_summary("fr")


def test_without_two_whole_years_no_rate_is_given():
    dataset = Dataset(folder=Path("charity"), name="A", records_until=dt.date(2021, 3, 31))
    made = tables([gift("2019-09-01", "a", 30.0), gift("2020-09-01", "a", 60.0)])

    assert cycle(made, dataset).last is None
    assert "do not hold two whole giving years in a row" in cycle(made, dataset).summary("en")
    assert "deux années de dons entières" in cycle(made, dataset).summary("fr")
    assert "Incomplete years: 2019/20 and 2020/21." in cycle(made, dataset).limits("en")


def test_another_definition_and_records_without_donors_are_refused():
    with pytest.raises(ValueError, match="the definitions are fep and twelve_fifteen"):
        cycle(by_hand(), definition="neon")
    with pytest.raises(TooThin, match="No gift names its donor"):
        cycle(tables([gift("2018-09-01", None, 5.0)]))


def test_cohorts_are_followed_from_their_first_year():
    made = by_hand()
    found = donor_cohorts(donor_years(made, DATASET), recorded_years(made, DATASET))
    still = found.to_frame().set_index(["cohort", "giving_year"])["still"]

    assert still["2017/18"].tolist() == [2, 1, 2, 1]
    assert still["2018/19"].tolist() == [2, 1, 0]
    assert still["2019/20"].tolist() == [1, 0]
    assert found.first_mixed == "2017/18"
    assert "Of new donors, 33%" in found.summary("en")


def test_retention_by_the_first_gift_counts_whole_years():
    made = tables(
        [
            gift("2017-09-01", "a", 5.0, "helloasso", "spring"),
            gift("2018-09-01", "a", 5.0, "bank"),
            gift("2017-09-01", "b", 5.0, "helloasso"),
            gift("2018-09-01", "c", 5.0, "paypal"),
            gift("2019-09-01", "c", 5.0, "paypal"),
        ]
    )
    by_donor, years = donor_years(made, DATASET), recorded_years(made, DATASET)

    channels = dict(retention_by_part(by_donor, years).rates)
    appeals = dict(retention_by_part(by_donor, years, part="first_appeal").rates)

    assert (channels["helloasso"].kept, channels["helloasso"].counted) == (1, 3)
    assert (channels["paypal"].kept, channels["paypal"].counted) == (1, 2)
    assert list(appeals) == ["spring"]
    assert "the difference is not clear" in retention_by_part(by_donor, years).summary("en")
    assert "no two groups" in retention_by_part(by_donor, years, part="first_appeal").summary("en")
    with pytest.raises(ValueError, match="the parts are first_channel, first_appeal"):
        retention_by_part(by_donor, years, part="colour")


def test_the_largest_tenth_and_standing_donors_are_shares_of_the_money():
    rows = [("2018-09-01", f"d{place}", 10.0, "bank", None, False) for place in range(9)]
    made = tables([*rows, ("2018-09-01", "large", 110.0, "bank", None, True)])

    found = donor_concentration(donor_years(made, DATASET), recorded_years(made, DATASET))
    year = found.years[0]

    assert (year.donors, year.one_percent, year.ten_percent) == (10, 1, 1)
    assert (year.ten_percent_share, year.regular_share, year.regular_donors) == (0.55, 0.55, 1)
    assert "the tenth of donors who gave most brought 55% of the money" in found.summary("en")
    assert "Les donateurs réguliers en ont donné 55 %" in plain(found.summary("fr"))


def test_without_word_of_standing_donations_their_share_is_not_known():
    made = by_hand()
    found = donor_concentration(donor_years(made, DATASET), recorded_years(made, DATASET))

    assert found.years[0].regular_share is None
    assert "standing" not in found.summary("en")


def test_a_recorded_year_is_complete_from_its_first_day_to_its_last():
    dataset = Dataset(
        folder=Path("charity"), name="A", records_from=dt.date(2017, 7, 2), records_until=dt.date(2019, 6, 30)
    )

    years = recorded_years(by_hand(), dataset)

    assert years["giving_year"].tolist() == ["2017/18", "2018/19"]
    assert years["complete"].tolist() == [False, True]
    assert years["past_known"].tolist() == [False, False]
    assert years["cents"].tolist() == [11000, 5500]
