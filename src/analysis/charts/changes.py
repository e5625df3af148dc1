"""Rows of changes with their intervals, and the axis of percentages below them: what several charts share."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.charts.lettering import text_width, wrapped
from analysis.charts.style import QUIET_INK, RULE, room_beside
from analysis.wording import NO_BREAK_SPACE, percent, signed

ROW_SIZE, FIGURES_SIZE, AIR = 8.5, 8, 8
NARROWEST = 0.1  # least width of an axis, so that no two ticks round to the same whole percentage


def beside_row(
    ax: Axes, height: float, label: str, change: float, low: float, high: float, language: str, *, bold: bool
) -> None:
    """Write a row's name on its left, and on its right its change and its interval (missing where there is none)."""
    room_left, room_right = room_beside(ax)
    weight = "bold" if bold else "normal"
    shared: dict[str, Any] = {
        "xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center", "weight": weight,
        "linespacing": 1.05,
    }  # fmt: skip
    name = wrapped(label, ROW_SIZE, room=room_left - AIR - 3, weight=weight, even=True)
    ax.annotate(name, (0, height), (-AIR, 0), ha="right", size=ROW_SIZE, **shared)
    figures = _figures(change, low, high, language, room=room_right - AIR - 3)
    ax.annotate(figures, (1, height), (AIR, 0), size=FIGURES_SIZE, **shared)


def _figures(change: float, low: float, high: float, language: str, *, room: float) -> str:
    """A change and its interval, on two lines where `room` points do not hold both."""
    best = percent(change, language, sign=True)
    if pd.isna(low):
        return best
    apart = f"{NO_BREAK_SPACE}; " if language == "fr" else ", "
    interval = f"[{apart.join(signed(end * 100, language) for end in (low, high))}]"
    wide = text_width(f"{best}  {interval}", FIGURES_SIZE, weight="bold") > room
    return f"{best}\n{interval}" if wide else f"{best}  {interval}"


def change_axis(ax: Axes, changes: pd.Series, lowest: float, language: str, *, less: str, more: str) -> None:
    """Room for rows from 0 down to `lowest` and for all `changes` and zero; what lies on each side of zero is said."""
    least, most = min(changes.min(), 0.0), max(changes.max(), 0.0)
    span = max(most - least, NARROWEST)
    ax.set_xlim(least - 0.08 * span, most + 0.12 * span)
    ax.set_ylim(lowest - 0.7, 0.7)
    percent_ticks(ax, language)
    for text, shift, side in ((less, -6, "right"), (more, 6, "left")):
        ax.annotate(
            text, (0, 1), (shift, 4), xycoords=("data", "axes fraction"), textcoords="offset points", ha=side, size=7.8,
            color=QUIET_INK,
        )  # fmt: skip


def percent_ticks(ax: Axes, language: str) -> None:
    """Changes on the x axis as percentages with their sign, and nothing on the y axis."""
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language, sign=True)))
    ax.grid(axis="x", color=RULE, linewidth=0.7)
