"""Testimonies as the report says them: small counts stay inside, and the figures are those of plain sums."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.report.disclosure import few_as_one
from analysis.report.figures import giving_and_need_chart
from analysis.report.numbers import make_numbers
from analysis.report.sections import make_sections
from analysis.report.testimonies import make_testimonies, publishable_curve, publishable_items, publishable_periods
from analysis.tables import Tables, as_table, empty_table
from analysis.wording import typeset

FEW = "Moins de dix témoignages ont été publiés : leur nombre n’est pas donné."
LAST = pd.Timestamp("2021-03-31")


@pytest.fixture(scope="module")
def numbers(sample_findings):
    return make_numbers(sample_findings)


def posted(*groups: tuple[int, str, str, int]) -> pd.DataFrame:
    """The testimonies table from (how many, item, status, days until it ended) groups, all posted on 4 January."""
    first = pd.Timestamp("2021-01-04")
    rows = [
        {"item": item, "status": status, "posted_on": first, "ended_on": None if status == "online" else
         first + pd.Timedelta(days=days)}
        for count, item, status, days in groups
        for _ in range(count)
    ]  # fmt: skip
    frame = pd.DataFrame(rows).assign(product="Tente", testimony_id=[f"t{place}" for place in range(len(rows))])
    return as_table(frame.assign(ended_on=pd.to_datetime(frame["ended_on"])), "testimonies")


def made(*groups: tuple[int, str, str, int], appeals: pd.DataFrame | None = None):
    tables = {"testimonies": posted(*groups), "goods": empty_table("goods")}
    tables["appeals"] = empty_table("appeals") if appeals is None else appeals
    return make_testimonies(Tables(donations=empty_table("donations"), ledger={}, **tables), until=LAST, level=0.95)


def said_of(findings, testimonies, language="en"):
    """The sentences on testimonies of the sample's report, had it these."""
    changed = replace(findings, testimonies=testimonies)
    numbers = make_numbers(changed)
    charts = [giving_and_need_chart(changed, numbers, language)]
    sections = {section.id: section for section in make_sections(changed, numbers, charts, language)}
    return sections, numbers


def test_the_share_published_is_of_all_posted_where_few_await_a_decision(sample_tables, numbers):
    status = sample_tables.testimonies["status"].value_counts()
    published, posted = status["online"] + status["removed"], len(sample_tables.testimonies)

    assert status["pending"] == 2
    assert numbers["testimonies"].value == published
    assert numbers["testimonies_published_of_posted"].value == pytest.approx(published / posted, abs=1e-3)
    assert numbers["testimonies_published_of_posted"].n == posted
    assert posted - 2 not in {number.value for number in numbers.values()} | {number.n for number in numbers.values()}
    assert numbers["testimonies_removed"].value == status["removed"]


def test_the_share_online_after_four_weeks_is_the_product_over_days_of_those_that_stayed(sample_tables, numbers):
    known = sample_tables.testimonies[sample_tables.testimonies["status"].isin(["online", "removed"])]
    days = (known["ended_on"].fillna(LAST) - known["posted_on"]).dt.days
    removed, share = known["status"] == "removed", 1.0
    for day in range(29):
        share *= 1 - ((days == day) & removed).sum() / (days >= day).sum()

    assert numbers["testimony_online"].value == pytest.approx(share, abs=1e-4)


def test_orders_of_a_period_are_the_lines_of_these_products_in_its_weeks(sample_findings, sample_tables):
    periods = sample_findings.testimonies.periods
    after = periods[periods["with_testimony"] & (periods["side"] == "after")].iloc[0]
    groups = {one.product for one in sample_findings.testimonies.orders.products if one.with_testimony}
    lines = sample_tables.goods[sample_tables.goods["product"].str.casefold().isin(groups)]

    assert (after["first_day"], after["last_day"]) == (pd.Timestamp("2021-01-25"), pd.Timestamp("2021-02-21"))
    assert after["orders"] == lines["ordered_on"].between(after["first_day"], after["last_day"]).sum()
    assert after["orders_a_week"] == pytest.approx(after["orders"] / len(groups) / 4, abs=0.001)


def test_products_are_compared_from_the_launch_of_the_appeal_that_had_begun(sample_findings):
    assert sample_findings.testimonies.launched == pd.Timestamp("2021-01-25")
    assert set(sample_findings.testimonies.periods["side"]) == {"before", "soft", "after"}


def test_without_an_appeal_products_are_compared_from_the_first_testimony():
    assert made((20, "tent", "online", 0)).launched == pd.Timestamp("2021-01-04")


def test_an_appeal_that_began_after_the_first_testimony_is_not_the_one_compared(sample_findings):
    late = sample_findings.tables.appeals.assign(soft_launch_on=pd.NaT, launched_on=pd.Timestamp("2021-02-01"))

    assert made((20, "tent", "online", 0), appeals=late).launched == pd.Timestamp("2021-01-04")


def test_where_nothing_was_posted_there_is_no_section(sample_findings):
    sections, _ = said_of(sample_findings, None)

    assert not {"testimonies", "testimony_orders"} & set(sections)


def test_a_share_that_would_give_back_few_refused_is_not_said(sample_findings):
    sections, numbers = said_of(sample_findings, made((30, "tent", "online", 0), (9, "tent", "refused", 2)))

    assert "testimonies_published_of_decided" not in numbers
    assert sections["testimonies"].lead[0] == (
        "30 testimonies were published. Those refused are fewer than ten, so their number is not given."
    )
    assert not any("39" in line or "77" in line for line in sections["testimonies"].lead)


def test_ten_refused_may_be_said(sample_findings):
    _, numbers = said_of(sample_findings, made((30, "tent", "online", 0), (10, "tent", "refused", 2)))

    assert numbers["testimonies_published_of_decided"].value == 0.75


def test_few_published_are_said_in_words_only(sample_findings):
    sections, numbers = said_of(sample_findings, made((7, "tent", "online", 0), (20, "tent", "refused", 2)), "fr")

    assert not {"testimonies", "testimonies_published_of_decided", "testimonies_removed"} & set(numbers)
    assert sections["testimonies"].lead[0] == typeset(FEW, "fr")
    assert sections["testimonies"].chart is None


def test_fewer_published_than_the_model_needs_are_said_in_words_only(sample_findings):
    sections, _ = said_of(sample_findings, made((3, "tent", "online", 0), (20, "tent", "refused", 2)))

    assert sections["testimonies"].lead == ("Fewer than ten testimonies were published: their number is not given.",)


def test_few_removed_give_no_count_no_curve_and_no_day(sample_findings):
    found = made((30, "tent", "online", 0), (9, "tent", "removed", 12), (12, "tent", "refused", 2))
    sections, numbers = said_of(sample_findings, found)

    assert found.curve.empty
    assert not {"testimonies_removed", "testimony_days", "testimony_online"} & set(numbers)
    assert sections["testimonies"].lead[1] == "Too few were removed to say how long they stay."


def test_few_still_online_hide_how_many_were_removed():
    found = made((9, "tent", "online", 0), (30, "tent", "removed", 12))

    assert "removed" not in found.items.columns
    assert found.curve["days"].max() == 7  # after twelve days fewer than ten are left to follow


def test_a_median_whose_upper_end_is_not_reached_is_a_number_of_its_own(sample_findings):
    found = made((20, "tent", "online", 0), (10, "tent", "removed", 12), (12, "tent", "removed", 60))
    _, numbers = said_of(sample_findings, found)

    assert numbers["testimony_days"].value == 60
    assert numbers["testimony_days"].high is None
    assert f"at least {numbers['testimony_days_least'].value}" in numbers["testimony_days"].text["en"]


def test_items_of_few_testimonies_are_taken_together_until_they_are_ten():
    items = made((12, "tent", "online", 0), (11, "soap", "online", 0), (6, "blanket", "online", 0)).items

    assert items[["item", "published"]].to_numpy().tolist() == [["tent", 12], ["", 17]]


def test_a_testimony_that_names_no_item_counts_among_the_others():
    days = posted((12, "tent", "online", 0), (10, "soap", "online", 0)).assign(
        published=True, removed=False, days=5.0, decided=True
    )
    days.loc[days["item"] == "soap", "item"] = np.nan

    assert publishable_items(days, level=0.95)["published"].tolist() == [12, 10]


def test_one_group_alone_makes_no_table():
    assert made((12, "tent", "online", 0), (3, "soap", "online", 0)).items.empty


def test_an_item_of_few_removals_has_no_median():
    items = made((12, "tent", "removed", 9), (9, "soap", "removed", 9), (4, "soap", "online", 0)).items

    assert items.set_index("item")["median"].isna().to_dict() == {"tent": False, "soap": True}


def test_the_curve_ends_where_fewer_than_ten_are_followed(sample_findings):
    found = made((9, "tent", "online", 0), (12, "tent", "removed", 30))

    assert found.curve["days"].tolist() == [0, 7, 14, 21, 28]
    assert set(found.curve) == {"days", "online", "lower", "upper"}
    assert publishable_curve(found.survival, pd.DataFrame({"published": [True] * 9, "days": [40.0] * 9})).empty


def test_a_period_with_few_orders_in_one_group_is_hidden_in_both():
    periods = pd.DataFrame(
        {"first_day": ["a", "a", "b", "b"], "orders": [9, 30, 10, 12], "orders_a_week": [0.1, 0.2, 0.3, 0.4]}
    )
    found = publishable_periods(periods)

    assert found["hidden"].tolist() == [True, True, False, False]
    assert found["orders"].isna().tolist() == [True, True, False, False]
    assert found["orders_a_week"].isna().tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("counts", "joined"),
    [
        ([20, 30], []),
        ([20, 30, 4], [2, 0]),
        ([20, 30, 4, 7], [2, 3]),
        ([4, 5], None),
        ([4, 6], [0, 1]),
        ([0, 12], [0, 1]),
    ],
)
def test_small_counts_join_until_they_are_ten(counts, joined):
    assert few_as_one(pd.Series(counts)) == joined


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_text_tables_name_items_and_hide_what_is_not_published(edition_of, sample_findings, language):
    section = next(one for one in edition_of(sample_findings, language).sections if one.id == "testimonies")
    other = {"fr": "Autres articles", "en": "Other items"}[language]

    assert section.tables[1].rows[-1][0] == other
    assert section.tables[1].rows[1][2:] == ("–", "–", "–")


def test_a_soft_launch_noted_after_the_launch_is_not_taken_for_one(sample_findings):
    days = {"soft_launch_on": pd.Timestamp("2021-02-20"), "launched_on": pd.Timestamp("2021-01-02")}
    found = made((20, "tent", "online", 0), appeals=sample_findings.tables.appeals.assign(**days))

    assert found.launched == pd.Timestamp("2021-01-02")
