"""The files of a report: all there, the same twice, stale when anything changed, nothing personal in them."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import shutil
from dataclasses import fields, replace

import pandas as pd
import pytest

from analysis.dataset import Dataset, Said
from analysis.faults import DataError
from analysis.report.export import write_report
from analysis.report.manifest import is_report_stale
from analysis.seasons import monday
from analysis.tables import Tables

CHARTS = (
    "giving_and_need", "winter_drop", "seasonal_profile", "winter_sensitivity", "winter_split", "coverage", "arrivals",
    "rationing", "stock", "appeal", "appeal_outcomes", "appeal_chance", "testimonies_online", "testimony_orders",
    "donors_by_year", "donor_cohorts", "donor_money",
)  # fmt: skip
BESIDE = (
    "coverage_by_area", "stock_accounts", "wish_list", "in_goods", "appeal_by_appeal", "testimonies_by_item",
    "donor_retention", "donor_concentration",
)  # fmt: skip
"""Tables without a chart of their own."""
TODAY = dt.date(2026, 11, 23)
LANGUAGES = ("fr", "en")


def files_of(folder) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_report_holds_pages_briefs_charts_tables_numbers_and_a_manifest(sample_report):
    charts = {f"charts/{name}.{code}.{kind}" for name in CHARTS for code in LANGUAGES for kind in ("svg", "png")}
    kinds = (("report", "html"), ("report", "pdf"), ("brief", "pdf"))
    pages = {f"{name}.{code}.{kind}" for code in LANGUAGES for name, kind in kinds}
    tables = {f"tables/{name}.csv" for name in (*CHARTS, *BESIDE)}

    beside = {"index.html", "numbers.json", "manifest.json", "tables.xlsx"}

    assert set(files_of(sample_report)) == {*charts, *pages, *tables, *beside}


def test_two_reports_of_the_same_records_are_the_same_bytes_by_one_process_or_two(
    sample, sample_tables, sample_report, tmp_path
):
    write_report(sample, sample_tables, tmp_path, languages=LANGUAGES, today=TODAY, workers=2)

    again, before = files_of(tmp_path), files_of(sample_report)
    assert [name for name in before if again[name] != before[name]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_that_the_data_are_synthetic(sample_report, language):
    word = {"fr": "onnées fictives", "en": "ynthetic data"}[language]

    assert (sample_report / f"report.{language}.html").read_text(encoding="utf-8").count(word) >= 2
    for name in CHARTS:
        svg = (sample_report / "charts" / f"{name}.{language}.svg").read_text(encoding="utf-8")
        assert {"fr": "DONNÉES FICTIVES", "en": "SYNTHETIC DATA"}[language] in svg


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_asks_nothing_of_the_network_and_has_no_id_twice(sample_report, language):
    page = (sample_report / f"report.{language}.html").read_text(encoding="utf-8")

    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', page) == []
    assert f'<html lang="{language}">' in page
    assert page.count('role="img"') == len(CHARTS)


def test_a_report_is_stale_when_a_file_changed_and_fresh_when_none_did(sample, sample_tables, sample_report, tmp_path):
    folder = tmp_path / "report"
    shutil.copytree(sample_report, folder)
    ledger = sample_tables.ledger

    assert not is_report_stale(sample, ledger, folder, languages=LANGUAGES)
    assert is_report_stale(sample, ledger, folder, languages=("fr",))
    (folder / "index.html").write_text("changed", encoding="utf-8")
    assert is_report_stale(sample, ledger, folder, languages=LANGUAGES)


def test_what_an_earlier_report_left_goes_but_nothing_outside_the_folder(sample, sample_tables, tmp_path):
    folder = tmp_path / "report"
    folder.mkdir()
    for path in (folder / "report.de.html", tmp_path / "mine.txt", folder / "notes.txt"):
        path.write_text("x", encoding="utf-8")
    earlier = {"made_from": {}, "files": {"report.de.html": "", "../mine.txt": "", "notes.txt": ""}}
    (folder / "manifest.json").write_text(json.dumps(earlier), encoding="utf-8")

    write_report(sample, sample_tables, folder, languages=("en",), today=TODAY)

    assert not (folder / "report.de.html").exists()
    assert (tmp_path / "mine.txt").exists()
    assert (folder / "notes.txt").exists()


def test_no_donor_and_no_site_of_the_sample_stands_in_a_report(sample, sample_report):
    exports = sorted(sample.folder.glob("helloasso*.csv"))
    people = {
        written
        for export in exports
        for row in csv.DictReader(export.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
        for written in (f"{row['Prénom payeur']} {row['Nom payeur']}", row["Email payeur"])
        if len(written) > 3
    }
    sites = {place for places in sample.areas.values() for place in places} - set(sample.areas)
    text = "\n".join(
        data.decode("utf-8", "ignore") for name, data in files_of(sample_report).items() if "pdf" not in name
    )

    assert len(people) > 1000
    assert [name for name in people | sites if name in text] == []


def test_a_dataset_without_donations_stops_with_what_is_missing_and_writes_nothing(sample, tmp_path):
    tables = Tables(ledger={"files": [], "totals": {"rows": {}}})

    with pytest.raises(DataError, match="holds no donations.*Put at least one export"):
        write_report(sample, tables, tmp_path / "report", languages=LANGUAGES, today=TODAY)

    assert not (tmp_path / "report").exists()


def test_text_from_a_dataset_is_text_in_every_page(world, tmp_path):
    hostile = "<script>alert(1)</script> {winter_drop} $x$ #import"
    dataset, tables = world("2018-07-01", "2019-06-30")
    named = replace(dataset, name=hostile, caveats=(Said(fr=hostile, en=hostile),))

    write_report(named, tables, tmp_path / "report", languages=LANGUAGES, today=TODAY)

    for name in ("index.html", "report.fr.html", "report.en.html"):
        page = (tmp_path / "report" / name).read_text(encoding="utf-8")
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_week_that_one_gift_dominates_is_hidden_with_others_that_bring_as_much(world, tmp_path):
    dataset, tables = world("2018-07-01", "2019-06-30")
    gifts = tables.donations
    large = gifts.index[gifts["received_on"] == pd.Timestamp("2018-10-10")][0]
    gifts = gifts.assign(amount=gifts["amount"].where(gifts.index != large, 3_000.0))

    write_report(dataset, replace(tables, donations=gifts), tmp_path, languages=("en",), today=TODAY)

    table = pd.read_csv(tmp_path / "tables" / "giving_and_need.csv")
    hidden = table[table["hidden"]]
    assert pd.Timestamp("2018-10-08") in set(pd.to_datetime(hidden["week"]))
    assert gifts.loc[monday(gifts["received_on"]).isin(pd.to_datetime(hidden["week"])), "amount"].sum() >= 2 * 3_000
    assert hidden["amount"].isna().all()
    assert hidden["smooth"].isna().all()


def test_hidden_weeks_cannot_be_worked_out_from_months_or_medians(sample_report):
    weeks = pd.read_csv(sample_report / "tables" / "giving_and_need.csv", parse_dates=["week"])
    hidden = weeks[weeks["hidden"]]
    month = (hidden["week"] + pd.Timedelta(days=3)).dt.strftime("%Y-%m")

    assert len(hidden) > 0
    assert month.value_counts().min() >= 2
    assert weeks.loc[weeks["smooth"].notna(), "hidden"].sum() == 0


def test_published_headcounts_are_by_month_and_to_the_fifty(sample_report):
    weeks = pd.read_csv(sample_report / "tables" / "giving_and_need.csv")
    people = weeks[["people", "people_low", "people_high", "counted"]].melt()["value"].dropna()

    assert len(people) > 100
    assert (people % 50 == 0).all()
    assert (people > 0).all()


def test_a_report_is_stale_when_settings_corrections_or_code_changed(sample, sample_tables, sample_report, monkeypatch):
    ledger = sample_tables.ledger
    for inputs in ("dataset.toml", "corrections.csv"):
        made = {**ledger["made_from"], "inputs": {**ledger["made_from"]["inputs"], inputs: "other"}}
        assert is_report_stale(sample, {**ledger, "made_from": made}, sample_report, languages=LANGUAGES)

    monkeypatch.setattr("analysis.report.manifest.code_digest", lambda: "other")
    assert is_report_stale(sample, ledger, sample_report, languages=LANGUAGES)


@pytest.mark.parametrize(("language", "name"), [("fr", "Comptages"), ("en", "Headcounts")])
def test_the_account_of_files_is_in_the_reader_s_words_and_tells_no_file_s_money(sample_report, language, name):
    page = (sample_report / f"report.{language}.html").read_text(encoding="utf-8")
    quality = page[page.index('<section id="quality"') : page.index('<section id="method"')]

    assert f'<th scope="row">{name}</th>' in quality
    assert '<th scope="row">HelloAsso</th><td class="number">2</td>' in quality.replace("\n", "")
    assert "€" not in quality


def test_every_setting_is_told_in_the_manifest_or_known_to_stay_inside(sample_report):
    settings = json.loads((sample_report / "manifest.json").read_text(encoding="utf-8"))["settings"]
    inside = {"folder", "languages", "areas", "items", "files", "reference", "caveats", "ask"}

    assert {field.name for field in fields(Dataset)} == set(settings) | inside
    assert set(settings) & inside == set()


def test_no_name_of_a_file_leaves_the_house(sample, sample_report):
    names = [path.name for path in sample.folder.iterdir() if path.suffix in (".csv", ".xlsx")]
    text = "\n".join(data.decode("utf-8", "ignore") for data in files_of(sample_report).values())

    assert [name for name in names if name in text and name not in ("headcounts.csv",)] == []


def test_a_product_that_begins_as_a_formula_leaves_as_text(sample, sample_tables, tmp_path):
    goods = sample_tables.goods
    spiked = goods.assign(product=goods["product"].where(goods["item"] != "soap", '=HYPERLINK("http://a")'))
    write_report(sample, replace(sample_tables, goods=spiked), tmp_path, languages=("en",), today=TODAY)

    rows = list(csv.DictReader((tmp_path / "tables" / "wish_list.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["product"] for row in rows if row["item"] == "soap"] == ['\'=HYPERLINK("http://a")']
    page = (tmp_path / "report.en.html").read_text(encoding="utf-8")
    assert "=HYPERLINK(&#34;http://a&#34;)" in page
