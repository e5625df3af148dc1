"""The gallery shows the charts as they are drawn now: its pictures are what each chart is compared with."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import gallery
from tools.chart_rules import PALETTE

from analysis.report import figures
from analysis.report.numbers import make_numbers

STALE = "a chart changed: look at it, then python tools/write_docs.py"


@pytest.fixture(scope="module")
def charts(sample_findings):
    return gallery.shown_charts(sample_findings)


def test_the_pictures_are_the_charts(charts):
    assert sorted(file.name for file in gallery.stale_pictures(charts)) == [], STALE


def test_the_page_is_what_the_charts_and_the_rules_say(charts):
    stored = (gallery.FOLDER.parent / "gallery.md").read_text(encoding="utf-8")

    assert stored == gallery.gallery_page(charts), STALE


def test_every_chart_is_shown_in_one_language_with_its_question(charts):
    assert [draw for draw, _, _ in charts] == list(figures.CHARTS)
    assert {chart.name for _, chart, _ in charts} == set(gallery.SHOWN)
    assert {language for _, _, language in charts} == {"fr", "en"}
    assert set(gallery.MEANING) == set(PALETTE)


def test_a_chart_that_changed_and_a_picture_too_many_are_found(sample_findings, monkeypatch, tmp_path):
    chart = figures.winter_drop_chart(sample_findings, make_numbers(sample_findings), "en")
    shown = [(figures.winter_drop_chart, chart, "en")]
    (tmp_path / "winter_drop.en.png").write_bytes(gallery.picture(chart))
    (tmp_path / "old.fr.png").write_bytes(b"")
    monkeypatch.setattr(gallery, "FOLDER", tmp_path)
    assert gallery.stale_pictures(shown) == {tmp_path / "old.fr.png": None}

    chart.figure.axes[0].lines[-1].set_xdata([0.05])

    assert set(gallery.stale_pictures(shown)) == {tmp_path / "old.fr.png", tmp_path / "winter_drop.en.png"}


def test_the_pictures_are_small():
    sizes = [Path(file).stat().st_size for file in gallery.FOLDER.glob("*.png")]

    assert max(sizes) <= 60_000
    assert sum(sizes) <= 1_500_000
