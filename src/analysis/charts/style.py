"""House style: colours by meaning, one figure frame (title, subtitle, panels, source line), time axis, winters.

Every graphical colour reaches 3:1 on white and every text colour 4.5:1 (WCAG 1.4.11, 1.4.3); line style and marker
always say the same as the colour, so that the charts survive grey printing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import pandas as pd
from babel.dates import format_date
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, MaxNLocator

from analysis.charts.lettering import FONT, wrapped
from analysis.wording import LOCALES, number, percent

INK = "#1B1F2A"
QUIET_INK = "#535B6B"
RULE = "#DCE1E8"
WINTER_FILL = "#E4ECF5"
SOFT_FILL = "#E2E0DC"
GIVING = "#0B63A5"
GIVING_FAINT = "#5589B8"
BAND_FILL = "#B4D0EA"
NEED = "#B34700"
NEED_FILL = "#F6D3BB"
WINTER_MARK = "#3D4657"

WIDTH_CM = 17.0
LEFT_CM, RIGHT_CM = 1.75, 2.95
TITLE_CM, HEADING_CM, FOOT_CM = 1.55, 0.75, 1.5
GAP_CM = 1.25
MARGIN = 0.012  # share of the figure's width left free on both sides
POINTS_PER_CM = 72 / 2.54
TITLE_SIZE, SUBTITLE_SIZE, SOURCE_SIZE = 13, 9, 7.2
TITLE_LINE_CM, SUBTITLE_LINE_CM, SOURCE_LINE_CM = 0.62, 0.42, 0.36
LABEL_SIZE, LABEL_AIR = 8.2, 7  # names of lines beside their ends, and how far from them
MOST_WINTER_LABELS = 12
FRAME_GID = "frame"
"""Marks title, subtitle and source, which a page takes out of the drawing and sets as text around it."""

HOUSE: dict[Any, Any] = {
    "font.family": FONT,
    "font.size": 8.5,
    "axes.edgecolor": QUIET_INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "text.color": INK,
    "text.parse_math": False,
    "text.hinting": "none",  # widths are the same in SVG and at any resolution
    "lines.solid_capstyle": "butt",  # an interval ends where its bar does
    "xtick.color": QUIET_INK,
    "ytick.color": QUIET_INK,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "svg.hashsalt": "donation-trends",
    "svg.fonttype": "path",
    "savefig.facecolor": "white",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The words around a chart: `title` states the trend, `subtitle` measure, place and period, `source` the origin."""

    title: str
    subtitle: str
    source: str


@contextmanager
def house_style() -> Iterator[None]:
    """The house style inside a `with` block; nothing outside it changes."""
    with mpl.rc_context(HOUSE):
        yield


def funder_figure(
    frame: Frame,
    *,
    heights_cm: Sequence[float],
    left_cm: float = LEFT_CM,
    right_cm: float = RIGHT_CM,
    heading_cm: float = HEADING_CM,
) -> tuple[Figure, list[Axes]]:
    """A figure with its frame and one empty panel per height, top to bottom; call it inside `house_style`.

    `heading_cm` is the room kept above the first panel for what is written there.
    """
    room = WIDTH_CM * POINTS_PER_CM * (1 - 2 * MARGIN)
    title = wrapped(frame.title, TITLE_SIZE, room=room, weight="bold", even=True)
    subtitle = wrapped(frame.subtitle, SUBTITLE_SIZE, room=room, even=True)
    source = wrapped(frame.source, SOURCE_SIZE, room=room, even=True)
    subtitle_top = 0.35 + TITLE_LINE_CM * (1 + title.count("\n"))
    top = subtitle_top + TITLE_CM - 0.97 + SUBTITLE_LINE_CM * subtitle.count("\n") + heading_cm
    foot = FOOT_CM + SOURCE_LINE_CM * source.count("\n")
    height = top + sum(heights_cm) + GAP_CM * (len(heights_cm) - 1) + foot
    figure = Figure(figsize=(WIDTH_CM / 2.54, height / 2.54))
    for text, size, height_of, side, spacing in (
        (title, TITLE_SIZE, 1 - 0.28 / height, "top", 1.25),
        (subtitle, SUBTITLE_SIZE, 1 - subtitle_top / height, "top", 1.3),
        (source, SOURCE_SIZE, 0.22 / height, "bottom", 1.35),
    ):
        weight, color = ("bold", INK) if size == TITLE_SIZE else ("normal", QUIET_INK)
        figure.text(MARGIN, height_of, text, size=size, weight=weight, color=color, va=side, linespacing=spacing,
                    gid=FRAME_GID)  # fmt: skip
    panels, below = [], top
    for panel_height in heights_cm:
        low = height - below - panel_height
        box = (left_cm / WIDTH_CM, low / height, (WIDTH_CM - left_cm - right_cm) / WIDTH_CM, panel_height / height)
        panels.append(figure.add_axes(box))
        below += panel_height + GAP_CM
    return figure, panels


def panel_heading(ax: Axes, text: str, *, lift: float = 4) -> None:
    """Write the measure and unit of a panel above its left edge."""
    ax.annotate(text, (0, 1), (0, lift), xycoords="axes fraction", textcoords="offset points", size=8.5, weight="bold")


def value_axis(ax: Axes, language: str, *, most: int = 5) -> None:
    """Numbers on the y axis as the language writes them, from zero (lower only for data below it), quiet rules."""
    low, high = ax.get_ylim()
    ax.set_ylim(low if ax.dataLim.y0 < 0 else 0, max(high, 1.0))
    ax.yaxis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10], integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, language)))
    ax.grid(axis="y", color=RULE, linewidth=0.7)


def share_axis(ax: Axes, language: str, *, least: float = 1.0) -> None:
    """Shares on the y axis as percentages, from zero to `least` or as far as the data reach, quiet rules."""
    ax.set_ylim(0, max(least, ax.dataLim.y1) * 1.04)
    ax.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language)))
    ax.grid(axis="y", color=RULE, linewidth=0.7)


def time_axis(ax: Axes, first: pd.Timestamp, last: pd.Timestamp, language: str, *, labels: bool = True) -> None:
    """A time axis from `first` to `last`, ticks at years, or at half-years, quarters or months in a short period."""
    ax.set_xlim(date2num(first), date2num(last))
    months = (last.year - first.year) * 12 + last.month - first.month
    step = 12 * (1 + months // 180) if months >= 30 else 6 if months >= 18 else 3 if months >= 6 else 1
    pattern = "y" if step >= 12 else "MMM y"
    starts = pd.date_range(first.to_period("Y").start_time, last, freq=f"{step}MS")
    ticks = [start for start in starts if first <= start <= last]
    words = [format_date(tick.date(), pattern, locale=LOCALES[language]) if labels else "" for tick in ticks]
    ax.xaxis.set_major_locator(FixedLocator([float(date2num(tick)) for tick in ticks]))
    ax.xaxis.set_major_formatter(FixedFormatter(words))


def shade_winters(ax: Axes, winters: Sequence[tuple[str, dt.date, dt.date]], *, name: str = "") -> None:
    """Shade each winter (label, first day, last day); with `name`, write "name label" above the panel.

    Beyond six winters the label stands without the name; beyond twelve, not every winter has its label.
    """
    every = 1 + (len(winters) - 1) // MOST_WINTER_LABELS
    for place, (label, first, last) in enumerate(winters):
        ax.axvspan(date2num(first), date2num(last), color=WINTER_FILL, linewidth=0, zorder=0)
        if name and place % every == 0:
            short = label if len(winters) <= 6 else label[2:]
            text = f"{name}\n{short}" if len(winters) <= 6 else short
            middle = (date2num(first) + date2num(last)) / 2
            ax.annotate(
                text, (middle, 1), (0, 3), xycoords=("data", "axes fraction"), textcoords="offset points",
                ha="center", va="bottom", size=7.2, color=QUIET_INK, linespacing=1.2,
            )  # fmt: skip


def mark_launch(
    ax: Axes, launch: pd.Timestamp, *, soft_from: pd.Timestamp | None = None, name: str = "", soft_name: str = ""
) -> None:
    """Draw a line on the day of an appeal's launch, and a grey ground from `soft_from` to it; their names above."""
    day = float(date2num(launch))
    ax.axvline(day, color=WINTER_MARK, linewidth=1.2)
    if soft_from is not None:
        ax.axvspan(float(date2num(soft_from)), day, color=SOFT_FILL, linewidth=0, zorder=0)
    for text, shift, side in ((name, 4, "left"), (soft_name if soft_from is not None else "", -4, "right")):
        if text:
            ax.annotate(
                text, (day, 1), (shift, 3), xycoords=("data", "axes fraction"), textcoords="offset points",
                ha=side, va="bottom", size=7.2, color=QUIET_INK, linespacing=1.2,
            )  # fmt: skip


def end_label(ax: Axes, text: str, height: float, color: str) -> None:
    """Write a line's name beside its right end, at data height `height`, inside the panel's top and bottom."""
    low, high = ax.get_ylim()
    place = (height - low) / (high - low)
    side = "bottom" if place < 0.2 else "top" if place > 0.8 else "center"
    ax.annotate(
        text, (1, height), (LABEL_AIR, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
        va=side, size=LABEL_SIZE, weight="bold", color=color, linespacing=1.25,
    )  # fmt: skip


def end_labels(ax: Axes, labels: Sequence[tuple[str, float, str]]) -> None:
    """Write the names of one or two lines (text, height, colour) beside their right ends, apart from each other."""
    (low, high), height = ax.get_ylim(), ax.bbox.height * 72 / ax.figure.dpi
    half = [1.3 * LABEL_SIZE * (text.count("\n") + 1) / 2 for text, _, _ in labels]
    places = [(at - low) / (high - low) * height for _, at, _ in labels]
    if len(places) == 2:
        upper = int(places[1] > places[0])
        places[1 - upper] = max(places[1 - upper], half[1 - upper])
        places[upper] = min(max(places[upper], places[1 - upper] + sum(half)), max(height - half[upper], sum(half)))
        places[1 - upper] = min(places[1 - upper], places[upper] - sum(half))
    else:
        places = [min(max(place, half[0]), height - half[0]) for place in places]
    for (text, _, color), place in zip(labels, places, strict=True):
        ax.annotate(
            text, (1, 0), (LABEL_AIR, place), xycoords="axes fraction", textcoords="offset points", va="center",
            size=LABEL_SIZE, weight="bold", color=color, linespacing=1.25,
        )  # fmt: skip


def room_beside(ax: Axes) -> tuple[float, float]:
    """Room on the left and right of a panel, to the edges of its figure (points)."""
    figure = ax.get_figure(root=True)
    if figure is None:
        return 0.0, 0.0
    return float(ax.bbox.x0 * 72 / figure.dpi), float((figure.bbox.width - ax.bbox.x1) * 72 / figure.dpi)
