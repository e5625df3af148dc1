"""What supports or limits the winter drop, as the report says it."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.models.results import PerPerson, TooThin
from analysis.models.winter import fit_winter_drop
from analysis.report.findings import make_findings
from analysis.report.numbers import make_numbers
from analysis.report.robust_figures import items_table, sensitivity_table, split_table
from analysis.report.sections import make_sections

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_report_says_whether_the_claim_stands_and_what_it_is_made_of(sample_findings, edition_of, language):
    sections = {section.id: section for section in edition_of(sample_findings, language).sections}

    assert list(sections)[5:10] == ["winter", "robust", "made_of", "donor_winter", "season"]
    assert sections["robust"].chart.name == "winter_sensitivity"
    assert sections["made_of"].chart.name == "winter_split"
    assert len(sections["made_of"].tables) == 2


def test_the_sensitivity_chart_has_the_default_each_choice_and_each_other_season(sample_findings):
    table = sensitivity_table(sample_findings, "en").set_index("measure")

    assert table.loc["default", "change"] == -sample_findings.drop.drop
    assert {"peak_not_held", "without_winter 2018/19", "without_largest_gifts", "months"} <= set(table.index)
    assert sum(measure.startswith("placebo") for measure in table.index) == 11
    assert table.index[table["kind"] == "main"].tolist() == ["default", "per_person census"]


def test_the_share_of_calculations_that_agree_is_counted_from_the_chart(sample_findings):
    numbers = make_numbers(sample_findings)
    table = sensitivity_table(sample_findings, "en")
    choices = table[table["kind"] == "check"]

    assert numbers["sensitivity_tried"].value == len(choices)
    assert numbers["sensitivity"].value == (np.round(choices["high"] * 100) < 0).sum()


def test_without_the_largest_gifts_is_a_fit_of_the_other_gifts(sample_findings):
    gifts = sample_findings.gifts
    others = gifts.drop(index=gifts["amount"].sort_values().index[-10:])
    monday = others["received_on"] - pd.to_timedelta(others["received_on"].dt.day_of_week, unit="D")
    weekly = sample_findings.weekly
    amount = others.groupby(monday)["amount"].sum().reindex(weekly["week"], fill_value=0.0).to_numpy()

    drop = fit_winter_drop(weekly.assign(amount=amount), appeals=sample_findings.tables.appeals).drop

    assert make_numbers(sample_findings)["sensitivity_without_largest_gifts"].value == pytest.approx(drop, abs=1e-3)


def test_the_parts_of_each_split_add_up_to_the_whole(sample_findings):
    table = split_table(sample_findings, "en")
    whole = np.log1p(table.loc[table["measure"] == "winter_drop", "change"].item())

    for name in sample_findings.robustness.splits:
        parts = table.loc[table["measure"].str.startswith(f"{name} "), "change"]
        assert np.log1p(parts).sum() == pytest.approx(whole, abs=1e-6)


@pytest.mark.parametrize(("language", "name"), [("fr", "Sacs de couchage"), ("en", "Sleeping bag")])
def test_goods_are_named_in_the_readers_language(sample_findings, language, name):
    assert name in items_table(sample_findings, language)["label"].tolist()


def test_another_source_of_headcounts_says_what_it_gives_or_that_it_cannot(sample_findings, edition_of):
    thin = edition_of(sample_findings, "en")
    [robust] = [section for section in thin.sections if section.id == "robust"]
    assert "With rough estimates the per-person calculation cannot be made" in " ".join(robust.lead)

    known = replace(sample_findings.robustness, by_source={"official": sample_findings.per_person})
    findings = replace(sample_findings, robustness=known)
    numbers = make_numbers(findings)
    assert isinstance(findings.per_person, PerPerson)
    assert numbers["winter_drop_per_person_official"].value == pytest.approx(findings.per_person.drop, abs=1e-3)
    [robust] = [section for section in make_sections(findings, numbers, thin.charts, "en") if section.id == "robust"]
    assert "We repeated the per-person calculation with State figures." in " ".join(robust.lead)
    assert "per_person official" in sensitivity_table(findings, "en")["measure"].tolist()


def test_an_appeal_in_the_winter_is_named_where_that_winter_is_set_against_expectation(sample_findings, edition_of):
    [winter] = [section for section in edition_of(sample_findings, "en").sections if section.id == "winter"]
    said = "The change estimated above sets appeals apart"
    assert "With the appeal launched that winter, winter 2020/21 brought" in " ".join(winter.lead)
    assert said in " ".join(winter.lead)

    expected = replace(sample_findings.robustness.this_winter, with_appeal=False)
    findings = replace(sample_findings, robustness=replace(sample_findings.robustness, this_winter=expected))
    sections = make_sections(findings, make_numbers(findings), edition_of(sample_findings, "en").charts, "en")
    [winter] = [section for section in sections if section.id == "winter"]
    assert "Winter 2020/21 brought" in " ".join(winter.lead)
    assert said not in " ".join(winter.lead)


def test_where_the_records_are_too_short_nothing_is_said_to_stand(world, edition_of):
    findings = make_findings(*world("2019-07-01", "2020-06-28"), today=TODAY)

    assert isinstance(findings.drop, TooThin)
    sections = [section.id for section in edition_of(findings, "en").sections]
    assert sections == ["records", "donors", "need", "winter", "season", "quality", "method", "glossary"]
