"""What people got, as the report says it: held against plain sums over the sample."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.dataset import load_dataset
from analysis.report.aid_figures import more_in_every_winter, norm_heading
from analysis.report.figures import giving_and_need_chart
from analysis.report.findings import make_findings
from analysis.report.numbers import make_numbers
from analysis.report.numbers.naming import items_name
from analysis.report.sections import make_sections
from analysis.tables import Tables, empty_table

SAMPLE = Path(__file__).parents[2] / "data" / "raw" / "sample"
TODAY = dt.date(2026, 11, 23)
AID = ["in_goods", "coverage", "arrivals", "rationing", "stock"]
APPEAL = ["appeal", "appeal_outcomes", "appeal_chance"]
DONORS = ["donors", "newcomers", "donor_money", "donor_winter"]


@pytest.fixture(scope="module")
def numbers(sample_findings):
    return make_numbers(sample_findings)


def sections_of(findings, numbers, language="en"):
    charts = [giving_and_need_chart(findings, numbers, language)]
    return {section.id: section for section in make_sections(findings, numbers, charts, language)}


def test_soap_in_the_last_month_is_what_the_lines_say_against_rounded_people(sample_findings, sample_tables, numbers):
    lines = sample_tables.distributions
    march = lines[(lines["item"] == "soap") & (lines["distributed_on"].dt.strftime("%Y-%m") == "2021-03")]
    people = sample_findings.need.set_index("month").loc["2021-03-01", "people"]

    assert numbers["coverage_soap"].window == "2021-03"
    assert numbers["coverage_soap"].value == pytest.approx(march["quantity"].sum() / people, abs=1e-3)


def test_blankets_are_those_of_a_year_against_one_a_person_and_those_taken(sample_findings, sample_tables, numbers):
    lines, losses = sample_tables.distributions, sample_tables.losses
    since = pd.Timestamp("2020-04-01")
    given = lines[(lines["item"] == "blanket") & (lines["distributed_on"] >= since)]["quantity"].sum()
    taken = losses[(losses["item"] == "blanket") & (losses["cause"] == "eviction") & (losses["lost_on"] >= since)]
    people = float(sample_findings.need.set_index("month").loc["2021-03-01", "people"])

    assert numbers["coverage_blanket"].value == pytest.approx(given / (people + taken["quantity"].sum()), abs=1e-3)
    assert numbers["taken_blanket"].value == taken["quantity"].sum()


def test_rationed_shares_are_lines_over_lines(sample_tables, numbers):
    lines = sample_tables.distributions[sample_tables.distributions["rationed"].notna()]
    winter = lines["distributed_on"].dt.month.isin([12, 1, 2])

    assert numbers["rationed_winter"].value == pytest.approx(lines[winter]["rationed"].mean(), abs=1e-3)
    assert numbers["rationed_rest"].value == pytest.approx(lines[~winter]["rationed"].mean(), abs=1e-3)


def test_people_refused_are_told_as_at_least_in_tens_a_month(sample_tables, numbers):
    lines = sample_tables.distributions
    months = lines.groupby(lines["distributed_on"].dt.strftime("%Y-%m"))["people_refused"].sum()

    assert numbers["refused"].value == (months // 10 * 10).sum() < months.sum()


def test_the_missing_money_of_a_winter_and_its_price_in_sleeping_bags(sample_findings, sample_tables, numbers):
    week, drop = sample_findings.raw.winter_mean, sample_findings.drop.drop
    goods = sample_tables.goods[(sample_tables.goods["item"] == "sleeping_bag")].dropna(subset=["value"])

    assert numbers["missing"].value == pytest.approx(week * 90 / 7 * drop / (1 - drop), abs=0.01)
    assert numbers["price_sleeping_bag"].value == pytest.approx(
        goods["value"].sum() / goods["quantity"].sum(), abs=0.01
    )
    assert numbers["in_sleeping_bag"].value == round(numbers["missing"].value / 24.9)
    assert numbers["in_sleeping_bag"].low < numbers["in_sleeping_bag"].value < numbers["in_sleeping_bag"].high


def test_the_mix_spends_the_money_once(numbers):
    spent = sum(
        numbers[name].value * numbers[name.replace("mixed", "price")].value
        for name in numbers
        if name.startswith("mixed_")
    )

    assert spent == pytest.approx(numbers["missing"].value, rel=0.01)


def test_a_change_that_is_not_clear_is_not_put_into_goods(sample_findings, numbers):
    unclear = {**numbers, "winter_drop": replace(numbers["winter_drop"], low=-0.1)}

    section = sections_of(sample_findings, unclear)["in_goods"]

    assert section.lead == ("The records do not show a clear change of giving in winter, so it is not put into goods.",)
    assert section.tables == ()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_item_without_a_norm_is_said_to_be_not_assessed_and_never_zero(sample_findings, edition_of, language):
    sections = {section.id: section for section in edition_of(sample_findings, language).sections}
    lead = " ".join(sections["coverage"].lead)
    rows = [row for row in sections["coverage"].tables[1].rows if items_name(
        sample_findings.dataset, "jacket", language)[1:] in row[0]]  # fmt: skip

    assert ("vestes chaudes" if language == "fr" else "jackets") in lead
    assert len(rows) == 2
    unassessed = "non évalué" if language == "fr" else "not assessed"
    assert all(row[4] == unassessed for row in rows)
    early = [row for row in sections["coverage"].tables[0].rows if row[2] == "–"]
    assert len(early) == 22
    assert {row[4] for row in early} == {unassessed}
    assert all(("non évalué" if language == "fr" else "not assessed") in row[7] for row in rows)


def test_sites_are_nowhere_in_what_is_published(sample_report, sample_tables):
    sites = set(sample_tables.distributions["site"].dropna())
    texts = [path.read_text(encoding="utf-8-sig") for path in sample_report.rglob("*") if path.suffix in
             (".html", ".csv", ".json", ".svg")]  # fmt: skip

    assert sites
    assert [site for site in sites for text in texts if site in text] == []


def test_every_published_need_is_that_of_people_in_fifties(sample_findings):
    shown = sample_findings.aid.by_area.query("assessed and kind == 'flow'")

    assert ((shown["needed"] / shown["norm"]).round(6) % 50 == 0).all()


def test_the_coverage_chart_has_a_panel_an_item_with_a_norm_and_none_without(sample_findings, edition_of):
    charts = {chart.name: chart for chart in edition_of(sample_findings, "en").charts}

    assert len(charts["coverage"].figure.axes) == 6
    assert set(charts["coverage"].table["item"]) == set(sample_findings.dataset.norms)
    assert "jacket" not in set(charts["arrivals"].table["item"])


def test_need_received_and_handed_out_are_those_of_the_last_year(sample_findings, sample_tables):
    row = sample_findings.aid.arrivals.set_index("item").loc["soap"]
    goods, lines = sample_tables.goods, sample_tables.distributions
    year = pd.Timestamp("2020-04-01")

    assert row["received"] == goods[
        (goods["item"] == "soap") & (goods["status"] == "delivered") & (goods["received_on"] >= year)
    ]["quantity"].sum()  # fmt: skip
    assert row["distributed"] == lines[(lines["item"] == "soap") & (lines["distributed_on"] >= year)]["quantity"].sum()


def test_without_goods_stock_and_distributions_the_report_has_no_empty_heading(sample, sample_tables):
    bare = Tables(donations=sample_tables.donations, headcounts=sample_tables.headcounts, ledger=sample_tables.ledger)
    findings = make_findings(sample, bare, today=TODAY)

    assert set(sections_of(findings, make_numbers(findings))) & set(AID) == set()
    assert findings.aid.coverage.empty


def test_with_prices_alone_a_drop_is_still_put_into_goods(sample, sample_tables):
    dataset = replace(sample, prices={"sleeping_bag": 30.0})
    bare = Tables(donations=sample_tables.donations, ledger=sample_tables.ledger)
    findings = make_findings(dataset, bare, today=TODAY)
    numbers = make_numbers(findings)

    lead = sections_of(findings, numbers)["in_goods"].lead
    assert len(lead) == 1
    assert "sleeping bags" in lead[0]
    assert "missing_per_person" not in numbers


def test_goods_handed_out_that_nobody_counted_people_for_are_not_assessed(sample, sample_tables):
    tables = replace(sample_tables, headcounts=empty_table("headcounts"))
    findings = make_findings(sample, tables, today=TODAY)

    section = sections_of(findings, make_numbers(findings))["coverage"]
    assert section.lead[0] == "The share of the need met is assessed for no item."
    assert any("Nobody counted the people, or too seldom" in sentence for sentence in section.lead)


def test_goods_that_nobody_noted_as_handed_out_are_said_not_to_be_recorded(sample, sample_tables):
    tables = replace(sample_tables, distributions=empty_table("distributions"))
    findings = make_findings(sample, tables, today=TODAY)

    section = sections_of(findings, make_numbers(findings))["coverage"]
    assert section.chart is None
    assert section.lead[0] == "The share of the need met is assessed for no item."
    assert section.lead[1].startswith("No distribution was noted, so these are not assessed: ")


@pytest.mark.parametrize(
    ("item", "language", "name"),
    [("toothbrush", "en", "toothbrushes"), ("blanket", "en", "blankets"), ("blanket", "fr", "couvertures")],
)
def test_items_are_counted_in_the_plural(sample, item, language, name):
    assert items_name(sample, item, language) == name


def test_a_norm_is_told_by_its_kind():
    dataset = load_dataset(SAMPLE)

    assert norm_heading(dataset, "blanket", "en") == "Blankets: 1 per person, for 12 months"
    assert norm_heading(dataset, "toothbrush", "fr") == "Brosses à dents\u00a0: 1 par personne tous les 3 mois"
    assert norm_heading(dataset, "toilet", "en") == "Toilets: 1 for 20 people"


def test_accounts_and_weeks_left_are_said(sample_findings, edition_of):
    section = {one.id: one for one in edition_of(sample_findings, "en").sections}["stock"]

    assert re.search(r"jackets \(\d\.\d\), food parcels \(\d\.\d\)", section.lead[0])
    assert "25 cases out of 28" in section.lead[1]


def test_what_goods_arrived_is_not_told_where_an_area_is_not_counted(sample, sample_tables):
    counts = sample_tables.headcounts
    tables = replace(sample_tables, headcounts=counts[counts["area"] == "Calais"].reset_index(drop=True))

    assert make_findings(sample, tables, today=TODAY).aid.arrivals.empty


def test_what_goods_arrived_is_not_told_of_months_before_goods_were_noted(sample, sample_tables):
    goods = sample_tables.goods
    late = replace(sample_tables, goods=goods[goods["received_on"] >= "2021-01-01"].reset_index(drop=True))

    assert make_findings(sample, late, today=TODAY).aid.arrivals.empty


def test_items_may_bear_any_name(sample, sample_tables):
    names = {"soap": "items", "blanket": "met"}
    renamed = {
        name: getattr(sample_tables, name).assign(item=lambda t: t["item"].replace(names))
        for name in ("goods", "distributions", "stock", "losses")
    }
    norms = {names.get(item, item): norm for item, norm in sample.norms.items()}
    findings = make_findings(replace(sample, norms=norms), replace(sample_tables, **renamed), today=TODAY)
    numbers = make_numbers(findings)

    assert numbers["items_assessed"].value == 6
    assert numbers["coverage_items"].unit == "share"
    assert "coverage" in sections_of(findings, numbers)


def test_the_published_months_of_an_account_do_not_give_a_hidden_one_back(sample_findings):
    coverage, accounts = sample_findings.aid.coverage, sample_findings.aid.accounts
    for account in accounts.to_dict("records"):
        inside = coverage["month"].between(account["counted_from"], account["counted_until"], inclusive="left")
        own = coverage[inside & (coverage["item"] == account["item"]) & (coverage["kind"] == "flow")]
        assert int(own["hidden"].sum()) != 1


def test_a_title_says_more_in_winter_only_where_every_winter_had_more(sample_findings):
    months = sample_findings.aid.rationing
    flat = months.assign(rationed=months["lines"] // 5)
    assert not more_in_every_winter(flat.iloc[:0], sample_findings.dataset)
    assert more_in_every_winter(months, sample_findings.dataset)
    winter = months["month"].between("2018-12-01", "2019-02-28")
    one = months.assign(rationed=months["rationed"].mask(winter, 0))
    assert not more_in_every_winter(one, sample_findings.dataset)
