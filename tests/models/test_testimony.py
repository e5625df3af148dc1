"""Testimonies against published tables, and products few enough to try every choice of them by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.models.rates import Rate
from analysis.models.sentences import TooThin
from analysis.models.testimony import testimony_orders as fit_orders
from analysis.models.testimony import testimony_survival as fit_survival
from analysis.models.testimony.orders import ProductChange, TestimonyOrders
from analysis.seasons import weeks_between

REMISSION_WEEKS = {
    "removed": (6, 6, 6, 7, 10, 13, 16, 22, 23),
    "online": (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35),
}
"""Remission of 21 leukaemia patients on 6-MP (Freireich et al. 1963, Blood 21), relapsed and still in remission."""


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def posted(days: dict[str, tuple[int, ...]], *, item: str = "blanket") -> pd.DataFrame:
    """Testimonies that were removed after so many days, or are online since."""
    rows = [(float(day), status == "removed") for status, listed in days.items() for day in listed]
    return pd.DataFrame(rows, columns=["days", "removed"]).assign(decided=True, published=True, item=item)


REMISSIONS = posted(REMISSION_WEEKS)


def test_the_curve_is_that_of_the_textbook():
    # Kleinbaum and Klein (2012, Survival Analysis, 3rd edition, chapter 2): the product-limit table of this group;
    # the intervals on the scale of log(-log) are those of Stata's `sts list` on the same data.
    points = fit_survival(REMISSIONS).curve.points

    assert [point.days for point in points] == [6, 7, 10, 13, 16, 22, 23]
    assert [point.at_risk for point in points] == [21, 17, 15, 12, 11, 7, 6]
    assert [point.removed for point in points] == [3, 1, 1, 1, 1, 1, 1]
    assert [round(point.online, 4) for point in points] == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert [round(point.lower, 4) for point in points] == [0.6197, 0.5631, 0.5032, 0.4316, 0.3675, 0.2678, 0.1881]
    assert [round(point.upper, 4) for point in points] == [0.9516, 0.9228, 0.8894, 0.8491, 0.8049, 0.7468, 0.6801]


def test_the_median_is_that_of_the_textbook_and_its_upper_end_is_not_reached():
    curve = fit_survival(REMISSIONS).curve

    assert (curve.median, curve.median_lower, curve.median_upper) == (23, 13, None)
    assert "Half had been removed after about 23 days, at least 13" in fit_survival(REMISSIONS).summary("en")
    assert "la borne haute n’est pas atteinte" in fit_survival(REMISSIONS).summary("fr")


def test_the_other_group_of_the_textbook_ends_with_nobody_left():
    # The placebo group of the same trial: all 21 relapsed; median 8 weeks, log(-log) interval 4 to 11 (Kalbfleisch and
    # Prentice 2002, The Statistical Analysis of Failure Time Data, chapter 1, has the data).
    days = (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)
    found = fit_survival(posted({"removed": days}))

    assert (found.curve.median, found.curve.median_lower, found.curve.median_upper) == (8, 4, 11)
    assert (found.curve.points[-1].online, found.curve.points[-1].lower) == (0.0, 0.0)
    assert "after about 8 days (95% range: 4 to 11)" in found.summary("en")


def test_without_a_removal_there_is_no_curve_and_the_sentence_says_so():
    found = fit_survival(posted({"online": (3, 4, 5, 6, 7)}))

    assert found.curve.points == ()
    assert found.to_frame().empty
    assert "None was removed by the last day of the records." in found.summary("en")
    assert "Aucun n’a été retiré" in found.summary("fr")


def test_where_more_than_half_stay_no_median_is_given():
    found = fit_survival(posted({"removed": (2,), "online": (10, 10, 10, 10)}))

    assert found.curve.median is None
    assert "More than half were still online at the end: 80% after 2 days." in found.summary("en")
    assert "80 % au bout de 2 jours" in plain(found.summary("fr"))


def test_published_are_those_online_or_removed_among_the_decided():
    table = pd.concat(
        [
            posted({"removed": (2, 3, 4), "online": (5, 6)}),
            posted({"online": (0, 0, 0)}).assign(published=False, days=np.nan),
            posted({"online": (0,)}).assign(published=False, decided=False, days=np.nan),
            posted({"removed": (0,)}).assign(days=np.nan),
        ]
    )

    found = fit_survival(table)

    assert (found.published.kept, found.published.counted) == (6, 9)
    assert (found.pending, found.undated, found.curve.published) == (1, 1, 5)
    assert found.summary("en").startswith("Of 9 testimonies whose outcome is known, 67% (95% range: 35% to 88%)")
    assert "Still awaiting a decision: 1." in found.summary("en")
    assert "Retirés à une date inconnue, hors de ce calcul : 1." in plain(found.summary("fr"))


def test_items_have_their_own_curves_most_testimonies_first():
    table = pd.concat([posted({"removed": (2, 3)}, item="soap"), posted({"removed": (4, 5, 6)}, item="tent")])

    found = fit_survival(table)

    assert found.items_frame()["item"].tolist() == ["", "tent", "soap"]
    assert found.items_frame()["median"].tolist() == [4, 5, 2]
    assert found.to_frame()["item"].unique().tolist() == ["", "tent", "soap"]


@pytest.mark.parametrize(("count", "said"), [(0, "No published testimony is recorded"), (3, "Only 3 published")])
def test_a_handful_of_testimonies_is_too_few(count, said):
    table = posted({"removed": tuple(range(count))})

    with pytest.raises(TooThin, match=said):
        fit_survival(table)


# Orders

LAUNCH = pd.Timestamp("2021-01-25")
WEEKS = weeks_between(pd.Timestamp("2020-06-01"), pd.Timestamp("2021-03-28"))


def orders(before: dict[str, float], after: dict[str, float]) -> pd.DataFrame:
    """So many orders a week of each product before the launch and from it on."""
    rows = [
        (product, week, int(after[product] if week >= LAUNCH else before[product]))
        for product in before
        for week in WEEKS
    ]
    return pd.DataFrame(rows, columns=["product", "week", "orders"])


def live(*products: str, day: str = "2021-01-26") -> pd.Series:
    return pd.Series(pd.Timestamp(day), index=list(products), dtype="datetime64[us]")


BEFORE = {name: 10.0 for name in "abcdefgh"}


def test_the_change_is_that_of_the_products_with_a_testimony_against_the_others():
    table = orders(BEFORE, {**BEFORE, "a": 20, "b": 20, "c": 20})

    found = fit_orders(table, live("a", "b", "c"), launched_on=LAUNCH)

    # Half an order is added to 260 before and to 160 or 80 after.
    assert found.change == pytest.approx(160.5 / 80.5 - 1)
    assert found.placebos == 55
    assert (found.products[0].before, found.products[0].after, found.products[0].weeks_after) == (260, 160, 8)


def test_the_interval_is_found_by_trying_each_effect_on_every_choice_of_products():
    rng = np.random.default_rng(5)
    after = {name: int(rng.poisson(10)) + 1 for name in BEFORE}
    found = fit_orders(orders(BEFORE, after), live("a", "b", "c"), launched_on=LAUNCH, level=0.9)
    values = np.array([one.log_change for one in found.products])
    treated = np.array([one.with_testimony for one in found.products])

    def chance(effect: float) -> tuple[float, float]:
        from itertools import combinations

        calm = values - effect * treated
        tried = np.array([calm[list(s)].mean() - np.delete(calm, s).mean() for s in combinations(range(8), 3)])
        own = calm[treated].mean() - calm[~treated].mean()
        return np.mean(tried >= own - 1e-9), np.mean(tried <= own + 1e-9)

    low, high = np.log1p([found.lower, found.upper])
    assert chance(low - 1e-4)[0] <= 0.05 < chance(low + 1e-4)[0]
    assert chance(high + 1e-4)[1] <= 0.05 < chance(high - 1e-4)[1]


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(1)
    held = []
    for _ in range(200):
        moved = np.exp(rng.normal(0, 0.3, 8)) * np.where(np.arange(8) < 3, 1.5, 1.0)
        after = dict(zip(BEFORE, rng.poisson(10 * moved), strict=True))
        found = fit_orders(orders(BEFORE, after), live("a", "b", "c"), launched_on=LAUNCH, level=0.9)
        held.append(found.lower <= 0.5 <= found.upper)

    # 180 of 200 expected or a little more; fewer than 170 would be rarer than 1 in 50.
    assert sum(held) >= 170


def test_more_products_than_can_be_tried_are_drawn():
    before = {f"p{place}": 10.0 for place in range(30)}
    those = [f"p{place}" for place in range(12)]
    found = fit_orders(orders(before, {**before, **dict.fromkeys(those, 15.0)}), live(*those), launched_on=LAUNCH)

    assert found.placebos == 10_000
    assert found.lower == pytest.approx(found.upper) == pytest.approx(found.change)


def test_products_live_before_the_launch_or_hardly_ordered_are_left_out():
    before = {**BEFORE, "rare": 0.0, "early": 10.0}
    table = orders(before, before)
    days = pd.concat([live("a", "b", "c"), live("early", day="2020-12-01"), live("h", day="2021-03-25")])

    found = fit_orders(table, days, launched_on=LAUNCH)

    assert [one.product for one in found.products] == list("abcdefgh")
    assert [one.product for one in found.products if one.with_testimony] == ["a", "b", "c"]
    assert found.left_out == 1


def test_the_weeks_of_the_soft_launch_are_on_neither_side():
    table = orders(BEFORE, {**BEFORE, "a": 20})
    soft = table["week"].between("2021-01-04", "2021-01-18")
    wild = table.assign(orders=table["orders"].where(~soft, 500))
    those = live("a", "b", "c", day="2021-01-10")

    calm, stirred = (fit_orders(one, those, launched_on=LAUNCH, soft_launch_on="2021-01-04") for one in (table, wild))

    assert stirred == calm
    assert calm.products[0].weeks_before == 26


def test_too_few_products_or_weeks_give_the_reason():
    table = orders(BEFORE, BEFORE)

    with pytest.raises(TooThin, match="with a testimony: 1; without: 7"):
        fit_orders(table, live("a"), launched_on=LAUNCH)
    with pytest.raises(TooThin, match="with a testimony: 0; without: 8"):
        fit_orders(table, live(), launched_on=LAUNCH)
    with pytest.raises(TooThin, match="not recorded both before and after"):
        fit_orders(table, live("a", "b", "c"), launched_on="2021-06-01")


def test_products_ordered_too_seldom_before_leave_none_to_compare():
    with pytest.raises(TooThin, match="with a testimony: 0; without: 0"):
        fit_orders(orders(dict.fromkeys(BEFORE, 0.0), BEFORE), live("a"), launched_on=LAUNCH)


CHANGES = tuple(
    ProductChange(product=name, with_testimony=name in "abc", before=260, after=80, weeks_before=26, weeks_after=8)
    for name in "abcdefgh"
)
FOUND = TestimonyOrders(change=0.5, lower=0.2, upper=0.9, level=0.95, placebos=55, left_out=0, products=CHANGES)


def test_the_sentences_are_no_surer_than_the_interval():
    assert FOUND.summary("en") == (
        "Against other products (5), orders of those with a testimony (3) rose by about 50% (95% range: 20% to 90%). "
        "The products were not drawn by lot: there may be other reasons."
    )
    unsure = replace(FOUND, lower=-0.3)
    assert "nothing from a fall of 30% to a rise of 90% can be ruled out" in unsure.summary("en")
    assert "rien n’est exclu entre une baisse de 30 % et une hausse de 90 %" in plain(unsure.summary("fr"))
    less = replace(FOUND, change=-0.4, lower=-0.6, upper=-0.1)
    assert "ont baissé d’environ 40 % (fourchette à 95 % : de 10 à 60 %)" in plain(less.summary("fr"))


def test_the_tables_have_a_row_a_product_and_one_for_all():
    assert FOUND.to_frame().iloc[0][["products_with", "products_without"]].tolist() == [3, 5]
    assert FOUND.products_frame()["log_change"].iloc[0] == pytest.approx(np.log(80.5 / 8) - np.log(260.5 / 26))


def test_a_rate_of_nothing_is_refused():
    with pytest.raises(ValueError, match="needs something that was counted"):
        Rate.of(0, 0, level=0.95)
