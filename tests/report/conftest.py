"""The sample built and reported once, and small worlds for the cases that the sample does not show."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import sync_playwright

from analysis.dataset import Dataset, load_dataset
from analysis.records.build import build
from analysis.report.chart import Chart
from analysis.report.context import load_context
from analysis.report.edition import Edition
from analysis.report.export import write_report
from analysis.report.figures import draw_charts
from analysis.report.findings import Findings, make_findings
from analysis.report.numbers import make_numbers
from analysis.report.sections import make_sections
from analysis.tables import Tables, as_table

SAMPLE = Path(__file__).parents[2] / "data" / "raw" / "sample"
TODAY = dt.date(2026, 11, 23)
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome", "microsoft-edge", "msedge")
"""Names that Chromium goes by; no Python package brings it."""


@pytest.fixture(scope="session")
def sample() -> Dataset:
    return load_dataset(SAMPLE)


@pytest.fixture(scope="session")
def sample_tables(sample, tmp_path_factory) -> Tables:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONATION_TRENDS_KEY", "0" * 64)
        return build(sample, tmp_path_factory.mktemp("processed"))


@pytest.fixture(scope="session")
def sample_findings(sample, sample_tables) -> Findings:
    return make_findings(sample, sample_tables, today=TODAY, context=load_context(sample.reference))


@pytest.fixture(scope="session")
def sample_report(sample, sample_tables, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write_report(sample, sample_tables, folder, languages=("fr", "en"), today=TODAY)
    return folder


@pytest.fixture(scope="session")
def charts_of():
    """findings, language -> the charts of the report, drawn once: look, do not change."""

    @cache
    def draw(findings: Findings, language: str) -> list[Chart]:
        return draw_charts(findings, make_numbers(findings), language)

    return draw


@pytest.fixture(scope="session")
def edition_of(charts_of):
    """findings, language -> the edition that the pages are laid out from."""

    @cache
    def make(findings: Findings, language: str) -> Edition:
        numbers = make_numbers(findings)
        charts = charts_of(findings, language)
        sections = make_sections(findings, numbers, charts, language)
        return Edition(
            language=language, others=(), findings=findings, numbers=numbers, charts=charts, sections=sections
        )

    return make


@pytest.fixture
def world(tmp_path):
    """Days of giving around 20 gifts a day of 10, lower in winter by `drop`: (Dataset, Tables)."""

    def make(first: str, last: str, *, drop: float = 0.3, settings: str = "", headcounts=None, seed: int = 1):
        folder = tmp_path / "data" / "raw" / "world"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "dataset.toml").write_text(f'name = "A Small Charity"\n{settings}', encoding="utf-8")
        days = pd.date_range(first, last, unit="us")
        mean = 20 * np.where(days.month.isin((12, 1, 2)), 1 - drop, 1)
        gifts = np.random.default_rng(seed).poisson(mean)
        donations = pd.DataFrame({"received_on": days.repeat(gifts), "amount": 10.0})
        lines = np.arange(2, len(donations) + 2)
        donations = donations.assign(
            donation_id=[f"gifts.csv:{line}" for line in lines], original_amount=10.0, original_currency="EUR",
            channel="bank", status="received", source_file="gifts.csv", source_line=lines,
        )  # fmt: skip
        rows = {"read": len(lines), "accepted": len(lines), "quarantined": 0, "duplicate": 0, "excluded": 0}
        file = {"file": "gifts.csv", "sha256": "0", "format": "mapped", "table": "donations", "rows": rows, "money": {}}
        counted = {} if headcounts is None else {"headcounts": as_table(headcounts, "headcounts")}
        ledger = {"files": [file], "totals": {"rows": rows}, "made_from": {}}
        tables = Tables(donations=as_table(donations, "donations"), ledger=ledger, **counted)
        return load_dataset(folder), tables

    return make


@pytest.fixture(scope="session")
def browser():
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        reason = f"no browser: none of {', '.join(PROGRAMS)} is installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found)
        yield opened
        opened.close()
