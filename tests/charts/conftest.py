"""Composed figures as the report composes them, and what a reader's eye would find wrong with them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from tools.chart_ink import Ink, text_collisions

from analysis.charts.giving import (
    giving_table,
    plot_seasonal_profile,
    plot_weekly_giving,
    seasonal_profile,
    winter_spans,
)
from analysis.charts.need import need_table, plot_events, plot_people_in_need
from analysis.charts.style import Frame, funder_figure, house_style, shade_winters, time_axis
from analysis.charts.winter import plot_winter_drop
from analysis.panel.headcount import weekly_headcount
from analysis.seasons import calendar, weeks_between
from analysis.tables import as_table

ROOT = Path(__file__).parents[2]
FRAME = Frame(title="Dons en hiver", subtitle="Entraide du Détroit", source="Source : registres. DONNÉES FICTIVES.")
NO_EVENTS = pd.DataFrame(columns=["started_on", "ended_on", "label_fr", "label_en"])


@pytest.fixture(scope="session")
def words() -> dict[str, dict[str, str]]:
    """The report's own words on charts, with the longest currency, by language."""
    found = {}
    for language, currency, level in (("fr", "livres sterling", "95\u202f%"), ("en", "pounds sterling", "95%")):
        path = ROOT / "src" / "analysis" / "report" / "locale" / f"{language}.toml"
        texts = tomllib.loads(path.read_text(encoding="utf-8"))["charts"]
        found[language] = {
            key: text.replace("{currency}", currency).replace("{level}", level) for key, text in texts.items()
        }
    return found


@pytest.fixture(scope="session")
def make_weekly() -> Callable[..., pd.DataFrame]:
    """Makes a weekly table from one day to another: giving that falls in winter, and counts of people."""

    def make(first: str, last: str, *, amount: float = 1500.0, people: float | None = 700.0) -> pd.DataFrame:
        days = calendar(weeks_between(pd.Timestamp(first), pd.Timestamp(last)))
        wave = 1 + 0.3 * np.sin(np.arange(len(days)) * 1.7) - 0.3 * days["winter_share"] + days["year_end_share"]
        counted = {}
        if people is not None:
            places = np.arange(0, len(days), 5)
            growth = people * np.exp(0.2 * np.sin(places / 20))
            counts = pd.DataFrame({"counted_on": days["week"].iloc[places], "area": "Calais", "people": growth})
            counted = weekly_headcount(counts, days)[["people", "people_low", "people_high"]]
        frame = days.assign(amount=(amount * wave).round(2), donations=20, complete=True, **counted)
        return as_table(frame, "weekly")

    return make


@pytest.fixture(scope="session")
def make_counts() -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Makes the counts behind a weekly table: its people every fifth week, rounded."""

    def make(weekly: pd.DataFrame) -> pd.DataFrame:
        rows = weekly.iloc[::5].dropna(subset="people")
        return pd.DataFrame({"counted_on": rows["week"], "area": "Calais", "people": rows["people"].round(-1)})

    return make


@pytest.fixture(scope="session")
def compose_giving(words, make_counts) -> Callable[..., Figure]:
    """Composes giving above people in need above events, as the report does."""

    def compose(weekly, *, language="fr", frame=FRAME, need=True, events=NO_EVENTS, said=None) -> Figure:
        said = said or words[language]
        heights = [5.6, *([3.6] if need else []), *([0.5 * len(events)] if len(events) else [])]
        first, last = weekly["week"].iloc[0], weekly["week"].iloc[-1] + pd.Timedelta(days=7)
        with house_style():
            figure, panels = funder_figure(frame, heights_cm=heights, heading_cm=1.5)
            for place, ax in enumerate(panels):
                time_axis(ax, first, last, language, labels=place == int(need))
                if place <= int(need):
                    name = said["winter_name"] if place == 0 else ""
                    shade_winters(ax, winter_spans(weekly), name=name)
            plot_weekly_giving(giving_table(weekly), ax=panels[0], words=said, language=language)
            if need:
                table = need_table(weekly, make_counts(weekly))
                plot_people_in_need(table, ax=panels[1], words=said, language=language)
            if len(events):
                plot_events(events, ax=panels[-1], language=language)
        return figure

    return compose


@pytest.fixture(scope="session")
def compose_profile(words) -> Callable[..., Figure]:
    """Composes the seasonal profile, as the report does."""

    def compose(weekly, *, language="fr", frame=FRAME, said=None) -> Figure:
        with house_style():
            figure, (ax,) = funder_figure(frame, heights_cm=[5.0], right_cm=0.6)
            plot_seasonal_profile(
                seasonal_profile(weekly),
                ax=ax,
                winter_months=(1, 2, 12),
                words=said or words[language],
                language=language,
            )
        return figure

    return compose


@pytest.fixture(scope="session")
def make_drops(words) -> Callable[..., pd.DataFrame]:
    """Makes the table behind the winter chart for a number of winters."""

    def make(winters: int, *, language: str = "fr", highest: float = 0.1, said=None) -> pd.DataFrame:
        text = said or words[language]
        window = {"fr": "1er décembre au 28 février", "en": "1 December to 28 February"}[language]
        rows = [
            ("raw", text["row_raw"], -0.21, np.nan, np.nan),
            ("main", text["row_winter_drop"], -0.25, -0.36, -0.12),
            ("main", text["row_winter_drop_per_person"], -0.31, -0.44, -0.15),
            ("check", text["row_winter_drop_second"].format(window=window), -0.22, -0.4, -0.02),
            ("check", text["row_winter_check"], -0.24, -0.6, highest),
        ]
        for place in range(winters):
            change = -0.2 - 0.02 * (place % 5)
            name = text["row_winter"].format(winter=f"{2008 + place}/{(9 + place) % 100:02d}")
            rows.append(("winter", name, change, change - 0.2, change + 0.2))
        return pd.DataFrame(rows, columns=["kind", "label", "change", "low", "high"])

    return make


@pytest.fixture(scope="session")
def compose_drops(words) -> Callable[..., Figure]:
    """Composes the winter drop, as the report does."""

    def compose(table, *, language="fr", frame=FRAME, said=None) -> Figure:
        with house_style():
            heights = [0.78 * len(table) + 1.0]
            figure, (ax,) = funder_figure(frame, heights_cm=heights, left_cm=5.9, right_cm=3.7)
            plot_winter_drop(table, ax=ax, words=said or words[language], language=language)
        return figure

    return compose


@pytest.fixture(scope="session")
def collisions() -> Callable[[Figure], list[str]]:
    """Draws a figure and names every text that leaves the canvas and every two that overlap."""
    return lambda figure: text_collisions(Ink(figure))
