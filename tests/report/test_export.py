"""The files of a report: all there, the same twice, stale when anything changed, nothing personal in them."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import shutil
import zlib

import pytest

from analysis.faults import DataError
from analysis.report.export import write_report
from analysis.report.manifest import is_report_stale
from analysis.tables import Tables

CHARTS = ("giving_and_need", "winter_drop", "seasonal_profile")
TODAY = dt.date(2026, 11, 23)
LANGUAGES = ("fr", "en")


def pages_in(pdf: bytes) -> int:
    """Pages of a PDF, its compressed object streams included."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, flags=re.S)
    texts = [pdf]
    for stream in streams:
        try:
            texts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return sum(len(re.findall(rb"/Type\s*/Page\b(?!s)", text)) for text in texts)


def files_of(folder) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_report_holds_pages_briefs_charts_tables_numbers_and_a_manifest(sample_report):
    charts = {f"charts/{name}.{code}.{kind}" for name in CHARTS for code in LANGUAGES for kind in ("svg", "png")}
    pages = {f"{name}.{code}.{kind}" for code in LANGUAGES for name, kind in (("report", "html"), ("brief", "pdf"))}
    tables = {f"tables/{name}.csv" for name in CHARTS}

    assert set(files_of(sample_report)) == {*charts, *pages, *tables, "index.html", "numbers.json", "manifest.json"}


def test_two_reports_of_the_same_records_are_the_same_bytes(sample, sample_tables, sample_report, tmp_path):
    write_report(sample, sample_tables, tmp_path, languages=LANGUAGES, today=TODAY)

    again, before = files_of(tmp_path), files_of(sample_report)
    assert [name for name in before if again[name] != before[name]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_brief_has_two_pages_its_language_and_a_title(sample_report, language):
    pdf = (sample_report / f"brief.{language}.pdf").read_bytes()

    assert pages_in(pdf) == 2
    assert f"/Lang({language}".encode() in re.sub(rb"/Lang\s+", b"/Lang", pdf)


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
    assert page.count('role="img"') == 3


def test_a_report_is_stale_when_a_file_changed_and_fresh_when_none_did(sample, sample_tables, sample_report, tmp_path):
    folder = tmp_path / "report"
    shutil.copytree(sample_report, folder)
    ledger = sample_tables.ledger

    assert not is_report_stale(sample, ledger, folder, languages=LANGUAGES)
    assert is_report_stale(sample, ledger, folder, languages=("fr",))
    other = {**ledger, "files": [{**ledger["files"][0], "sha256": "other"}, *ledger["files"][1:]]}
    assert is_report_stale(sample, other, folder, languages=LANGUAGES)
    (folder / "index.html").write_text("changed", encoding="utf-8")
    assert is_report_stale(sample, ledger, folder, languages=LANGUAGES)


def test_what_an_earlier_report_left_goes_but_nothing_outside_the_folder(sample, sample_tables, tmp_path):
    folder = tmp_path / "report"
    folder.mkdir()
    for path in (folder / "old.html", tmp_path / "mine.txt", folder / "notes.txt"):
        path.write_text("x", encoding="utf-8")
    earlier = {"files": {"old.html": "", "../mine.txt": ""}}
    (folder / "manifest.json").write_text(json.dumps(earlier), encoding="utf-8")

    write_report(sample, sample_tables, folder, languages=("en",), today=TODAY)

    assert not (folder / "old.html").exists()
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
