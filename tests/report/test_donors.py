"""Who gives and who comes back, as the report says it: held against plain counts over the sample."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.report.donor_figures import money_chart
from analysis.report.donor_sections import answer, own_changes, rounding_shows
from analysis.report.donors import make_donors
from analysis.report.figures import giving_and_need_chart
from analysis.report.findings import make_findings
from analysis.report.narrative import Number
from analysis.report.numbers import make_numbers
from analysis.report.pages import report_page
from analysis.report.sections import make_sections
from analysis.tables import Tables

TODAY = dt.date(2026, 11, 23)
DONORS = ["donors", "newcomers", "donor_money", "donor_winter"]


@pytest.fixture(scope="module")
def numbers(sample_findings):
    return make_numbers(sample_findings)


@pytest.fixture(scope="module")
def money(sample_findings) -> pd.DataFrame:
    """What each donor gave in each year from July to June, in cents, refunds taken off: one row a donor."""
    gifts = sample_findings.gifts
    july = gifts["received_on"].dt.year - (gifts["received_on"].dt.month < 7)
    year = july.astype(str) + "/" + (july + 1).astype(str).str[2:]
    cents = gifts.assign(cents=(gifts["amount"] * 100).round(), year=year)
    return cents.pivot_table(index="donor", columns="year", values="cents", aggfunc="sum", fill_value=0)


def sections_of(edition) -> dict:
    return {section.id: section for section in edition.sections if section.id in DONORS}


def said_of(findings, language="en") -> dict:
    """The sections on donors, without any chart drawn."""
    made = make_numbers(findings)
    charts = [giving_and_need_chart(findings, made, language)]
    return {one.id: one for one in make_sections(findings, made, charts, language) if one.id in DONORS}


def test_donors_of_the_last_whole_year_are_those_that_plain_pandas_counts(numbers, money):
    now, last = money["2019/20"] > 0, money["2018/19"] > 0

    assert numbers["year_donors"].value == now.sum()
    assert numbers["year_retained"].value == (now & last).sum()
    assert numbers["year_new_or_returning"].value == (now & ~last).sum()
    assert numbers["year_lapsed"].value == (last & ~now).sum()
    assert numbers["year_before"].value == last.sum()
    assert numbers["year_upgraded"].value == (now & last & (money["2019/20"] > money["2018/19"])).sum()
    assert numbers["donor_retention"].value == pytest.approx((now & last).sum() / last.sum(), abs=1e-3)
    assert numbers["donor_retention"].n == last.sum()


def test_the_retention_interval_is_wilson_s(numbers):
    kept, counted, z = numbers["year_retained"].value, numbers["year_before"].value, 1.959963984540054
    rate = kept / counted
    middle = (rate + z**2 / (2 * counted)) / (1 + z**2 / counted)
    half = z / (1 + z**2 / counted) * np.sqrt(rate * (1 - rate) / counted + z**2 / (4 * counted**2))
    shown = numbers["donor_retention"]

    assert (shown.low, shown.high) == pytest.approx((middle - half, middle + half), abs=1e-3)


def test_gains_less_losses_are_the_change_of_the_year_to_the_cent(numbers, money):
    change = money["2019/20"].sum() - money["2018/19"].sum()
    up = (money["2019/20"] - money["2018/19"]).clip(lower=0).sum()

    assert numbers["donor_gains"].value == pytest.approx(up / 100)
    assert round(numbers["donor_gains"].value * 100 - numbers["donor_losses"].value * 100) == change
    assert numbers["donor_change_amount"].value == change / 100
    assert numbers["lost_of_gained"].value == pytest.approx(1 - change / up, abs=1e-3)


def test_the_largest_tenth_gave_what_plain_pandas_adds_up(numbers, money):
    gave = money["2019/20"][money["2019/20"] > 0].sort_values(ascending=False)

    assert numbers["donor_ten_percent_share"].value == pytest.approx(
        gave.head(-(-len(gave) // 10)).sum() / gave.sum(), abs=1e-3
    )
    assert numbers["donor_one_percent_share"].value == pytest.approx(
        gave.head(-(-len(gave) // 100)).sum() / gave.sum(), abs=1e-3
    )


def test_new_donors_who_gave_again_are_those_of_the_whole_cohort_in_whole_percent(numbers, money):
    gave = money > 0
    new = gave["2018/19"] & ~gave["2017/18"] & ~gave["2016/17"]

    assert numbers["cohort_return"].value == round(gave["2019/20"][new].mean(), 2)
    assert numbers["cohort_2018_19_1"].value == numbers["cohort_return"].value


def test_retention_by_first_channel_is_over_both_pairs_of_whole_years(sample_findings, numbers, money):
    first = sample_findings.gifts.sort_values(["received_on", "source_file", "source_line"]).groupby("donor")["channel"]
    paypal = first.first().reindex(money.index) == "paypal"
    before = [money[year][paypal] > 0 for year in ("2017/18", "2018/19")]
    after = [money[year][paypal] > 0 for year in ("2018/19", "2019/20")]
    kept = sum((one & two).sum() for one, two in zip(before, after, strict=True))

    assert numbers["donor_retention_first_channel_1"].value == round(kept / sum(one.sum() for one in before), 2)


def test_few_who_returned_are_told_nowhere(sample_findings, sample_report, numbers, money):
    returned = (money["2019/20"] > 0) & (money["2018/19"] <= 0) & ((money["2017/18"] > 0) | (money["2016/17"] > 0))

    assert 0 < returned.sum() < 10
    assert [name for name in numbers if "returning" in name and "new_or" not in name] == []
    assert [name for name in numbers if name.startswith("donors_new_20")] == []
    table = pd.read_csv(sample_report / "tables" / "donors_by_year.csv")
    assert table[["new", "returning"]].isna().all(axis=None)
    assert {"still", "donors"} & set(pd.read_csv(sample_report / "tables" / "donor_cohorts.csv").columns) == set()


def test_every_number_of_donors_is_ten_or_more_and_stands_in_the_published_years(sample_findings, numbers):
    counted = {name: one.value for name, one in numbers.items() if one.unit == "donors"}
    shown = set(sample_findings.donors.years.drop(columns=["giving_year", "complete"]).to_numpy().ravel())

    assert min(counted.values()) >= 10
    assert counted["appeal_new_donors_uplift"] % 10 == 0
    assert [name for name, value in counted.items() if value not in shown] == ["donors", "appeal_new_donors_uplift"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_definition_and_the_limits_of_matching_stand_beside_the_claim(sample_findings, edition_of, language):
    section = sections_of(edition_of(sample_findings, language))["donors"]
    beside = " ".join(section.caveats)

    french = ("Fundraising Effectiveness Project (FEP)", "deux homonymes peuvent compter pour un", "Années incomplètes")
    english = ("Fundraising Effectiveness Project (FEP)", "two people of one name may count", "Incomplete years")

    assert [said for said in (french if language == "fr" else english) if said not in beside] == []
    assert section.chart.name == "donors_by_year"


def test_what_is_hidden_says_so_and_what_is_not_known_yet_is_a_dash(sample_findings, edition_of):
    [table] = sections_of(edition_of(sample_findings, "en"))["donors"].tables
    cells = {row[0]: dict(zip(table.headings, row, strict=True)) for row in table.rows}

    assert cells["2019/20"]["Returning"] == cells["2019/20"]["New"] == "not published"
    assert cells["2017/18"]["Retained"] == cells["2017/18"]["Returning"] == "–"
    assert cells["2020/21 (incomplete)"]["Did not give again"] == "–"
    assert cells["2020/21 (incomplete)"]["Retained"] == "378"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_winter_is_told_for_new_and_known_donors_and_for_each_alone(sample_findings, edition_of, language):
    lead = sections_of(edition_of(sample_findings, language))["donor_winter"].lead

    assert len(lead) == 3
    assert all("95" in one for one in lead)
    assert lead[0].startswith({"fr": "Les deux baissent", "en": "Both fall: gifts from donors already known"}[language])


def share(name: str, value: float, low: float, high: float) -> Number:
    return Number(id=name, value=value, low=low, high=high, level=0.95, unit="share")


@pytest.mark.parametrize(
    ("known", "new", "said"),
    [
        ((0.4, 0.24, 0.53), (0.3, 0.06, 0.47),
         ["Both fall: gifts from donors already known by about 40% (24% to 53%), first gifts by about 30% (6% to 47%); "
          "95% ranges."]),
        ((-0.4, -0.53, -0.24), (-0.3, -0.47, -0.06),
         ["Both rise: gifts from donors already known by about 40% (+24% to +53%), first gifts by about 30% "
          "(+6% to +47%); 95% ranges."]),
        ((0.4, 0.24, 0.53), (0.3, -0.1, 0.5),
         ["In winter, gifts from donors already known fall by about 40% (95% range: 24% to 53%). For first gifts, the "
          "records show no clear change in winter (95% range: −50% to +10%)."]),
        ((0.1, -0.1, 0.3), (-0.3, -0.5, -0.1),
         ["For gifts from donors already known, the records show no clear change in winter (95% range: −30% to +10%). "
          "In winter, first gifts rise by about 30% (95% range: +10% to +50%)."]),
    ],
)  # fmt: skip
def test_winter_begins_with_what_known_and_new_donors_each_change_as_far_as_it_is_clear(known, new, said):
    numbers = {"split_known_donors": share("split_known_donors", *known),
               "split_new_donors": share("split_new_donors", *new)}  # fmt: skip

    assert own_changes(numbers, "en") == said


def test_a_part_whose_winter_is_not_told_is_left_out_of_the_first_sentence():
    alone = {"split_known_donors": share("split_known_donors", 0.4, 0.24, 0.53)}

    assert own_changes(alone, "en") == [
        "In winter, gifts from donors already known fall by about 40% (95% range: 24% to 53%)."
    ]
    assert own_changes({}, "en") == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (38_643.2, "Oui : 38 643 € gagnés de plus que perdus en 2019/20."),
        (-1_200.0, "Non : 1 200 € perdus de plus que gagnés en 2019/20."),
        (0.2, "Tout juste : autant d’argent gagné que perdu en 2019/20."),
    ],
)
def test_money_gained_and_lost_begins_with_yes_or_no(change, said):
    number = Number(id="donor_change_amount", value=change, unit="EUR", window="2019/20")

    assert answer({"donor_change_amount": number}, "fr").translate({0x202F: " ", 0xA0: " "}) == said


def test_in_money_only_what_new_and_returning_donors_brought_is_hatched(sample_findings, numbers):
    chart = money_chart(sample_findings, numbers, "en")
    hatched = [bar.get_width() for bar in chart.figure.axes[0].patches if bar.get_hatch()]

    assert hatched == chart.table["new_or_returning_amount"].dropna().tolist()


def test_parts_that_do_not_add_up_once_rounded_say_that_amounts_are_rounded():
    row = {"gains": 3.0, "new_or_returning_amount": 1.5, "upgraded_amount": 1.5, "losses": 2.0, "lapsed_amount": 1.0,
           "downgraded_amount": 1.0, "change_amount": 1.0}  # fmt: skip

    assert rounding_shows(pd.DataFrame([row]))
    assert not rounding_shows(pd.DataFrame([row | {"new_or_returning_amount": 1.0, "upgraded_amount": 2.0}]))
    assert rounding_shows(pd.DataFrame([row | {"upgraded_amount": 1.4, "change_amount": 1.6}]))
    assert not rounding_shows(pd.DataFrame([row | {"upgraded_amount": np.nan}]))


def test_money_is_printed_in_whole_euros_and_the_bases_of_the_shares_are_told(sample_findings, edition_of):
    sections = sections_of(edition_of(sample_findings, "en"))
    cells = [cell for row in sections["donor_money"].tables[0].rows for cell in row]

    assert [cell for cell in cells if "€" in cell]
    assert [cell for cell in cells if "." in cell] == []
    assert any("do not have the same base" in one for one in sections["newcomers"].caveats)


def with_donors(findings, *, dataset=None, donations=None):
    """The findings with donors worked out anew, by other settings or from other gifts."""
    chosen, tables = dataset or findings.dataset, findings.tables
    tables = tables if donations is None else replace(tables, donations=donations)
    return replace(findings, dataset=chosen, donors=make_donors(findings.weekly, tables, chosen))


def test_by_months_the_definition_of_months_is_printed_and_few_in_between_stay_inside(sample, sample_findings):
    findings = with_donors(sample_findings, dataset=replace(sample, donor_definition="twelve_fifteen"))
    section = said_of(findings)["donors"]

    assert "fifteen months" in section.caveats[0]
    assert findings.donors.years["lapsed"].isna().all()
    assert section.lead[0].startswith("In 2019/20, 21% of the donors of the year before gave again")
    assert "did not give again" not in section.lead[1]


def test_where_no_gift_names_a_donor_one_sentence_says_so(world, edition_of):
    findings = make_findings(*world("2017-07-01", "2020-06-30"), today=TODAY)
    sections = sections_of(edition_of(findings, "en"))

    assert list(sections) == ["donors"]
    assert sections["donors"].lead == ("No gift names its donor, so nothing can be said of who comes back.",)
    assert sections["donors"].chart is None
    assert findings.donors.tables == {}


def named(tables: Tables, *, every: int) -> Tables:
    """The world's gifts with donors who give once in `every` gifts."""
    donor = pd.Series([f"d{place % every}" for place in range(len(tables.donations))], dtype="str")
    return replace(tables, donations=tables.donations.assign(donor=donor))


def test_records_too_short_for_a_rate_say_so_and_leave_no_empty_heading(world, edition_of):
    dataset, tables = world("2019-07-01", "2020-06-28")
    findings = make_findings(dataset, named(tables, every=900), today=TODAY)
    sections = sections_of(edition_of(findings, "en"))

    assert sections["donors"].lead[0].startswith("The records do not hold two whole years in a row")
    assert sections["newcomers"].lead == (
        "The records are too short, or donors too few, to follow donors from their first gift.",
    )
    assert all(section.lead for section in sections.values())
    assert sections["donor_winter"].caveats == ()


def test_donors_of_whom_few_left_are_not_told_and_the_reason_is(world, edition_of):
    dataset, tables = world("2017-07-01", "2020-06-30")
    findings = make_findings(dataset, named(tables, every=400), today=TODAY)
    sections = sections_of(edition_of(findings, "fr"))

    assert sections["donors"].lead[0].startswith("Les donateurs sont trop peu nombreux")
    assert "donors" not in make_numbers(findings)


def test_few_gifts_without_a_donor_are_not_told(sample_findings, sample_tables):
    gifts = sample_tables.donations
    few = gifts.assign(donor=gifts["donor"].mask(gifts.index < 5))
    many = gifts.assign(donor=gifts["donor"].mask(gifts["channel"] == "paypal"))

    assert with_donors(sample_findings, donations=few).donors.nameless is None
    share = gifts.loc[gifts["channel"] == "paypal", "amount"].sum() / gifts["amount"].sum()
    assert with_donors(sample_findings, donations=many).donors.nameless == pytest.approx(share)


def test_an_appeal_of_any_name_is_text_and_is_cut_where_it_is_long(sample_findings, sample_tables, edition_of):
    hostile = "=HYPERLINK(1)<b>{year_donors}</b>" + "x" * 60
    gifts = sample_tables.donations
    findings = with_donors(
        sample_findings, donations=gifts.assign(appeal=gifts["appeal"].mask(gifts["appeal"] == "Don mensuel", hostile))
    )

    page = report_page(edition_of(findings, "fr"))

    assert findings.donors.parts["value"].tolist()[-1] == hostile
    assert "<b>" not in page
    assert "&lt;b&gt;{year_donors}" in page
    assert "x" * 20 not in page
