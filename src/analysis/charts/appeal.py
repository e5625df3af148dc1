"""What an appeal brought: week by week, against periods without one, and outcome by outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from analysis.charts.style import (
    BAND_FILL,
    GIVING,
    INK,
    NEED,
    QUIET_INK,
    RULE,
    mark_launch,
    panel_heading,
    room_beside,
    text_width,
    value_axis,
    wrapped,
)
from analysis.wording import NO_BREAK_SPACE, percent, signed

MIDWEEK = pd.Timedelta(days=3, hours=12)
ROW_SIZE, FIGURES_SIZE, LABEL_SIZE, AIR = 8.5, 8.0, 8.2, 8
LINE_POINTS = 1.3 * LABEL_SIZE
FARTHEST = 2.5  # change where an axis ends unless an estimate lies beyond; what is farther ends in an arrow
BINS = 44  # steps of the axis into which periods are gathered
NARROWEST = 0.1  # least width of an axis, so that no two ticks round to the same whole percentage
DASHES = (0, (4, 2))


def plot_appeal_weeks(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw giving a week, and what was expected of the appeal's weeks with its band; soft-launch weeks in grey.

    `table` has week, phase (before, soft_launch, appeal), amount (missing where it is not published), and in the weeks
    of the appeal expected_amount, expected_low and expected_high.
    """
    days, own = _middle(table), table["phase"] == "appeal"
    expected = [table[name][own] for name in ("expected_amount", "expected_low", "expected_high")]
    ax.fill_between(days[own], expected[1], expected[2], color=BAND_FILL, linewidth=0)
    ax.plot(
        days[own], expected[0], color=INK, linewidth=1.3, linestyle=DASHES, marker="s", markersize=3,
        markerfacecolor="white",
    )  # fmt: skip
    ax.plot(days, table["amount"], color=GIVING, linewidth=1.6, marker="o", markersize=3)
    _mark_launch(ax, table, name=words["launch"], soft_name=words["appeal_soft"])
    value_axis(ax, language, most=4)
    panel_heading(ax, words["giving_heading"], lift=26)
    known = table["amount"].dropna()
    labels = [(words["appeal_received"], known.iloc[-1], GIVING)] if len(known) else []
    _end_labels(ax, [*labels, (words["appeal_expected"], expected[0].iloc[-1], INK)])
    return ax


def plot_cumulative(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw what has come above expectation until the end of each week, its band, and a line at zero.

    `table` is that of `plot_appeal_weeks` with cumulative, cumulative_low and cumulative_high.
    """
    own = table[table["phase"] == "appeal"].dropna(subset=["cumulative"])
    days = _middle(own)
    ax.fill_between(days, own["cumulative_low"], own["cumulative_high"], color=BAND_FILL, linewidth=0)
    ax.plot(days, own["cumulative"], color=GIVING, linewidth=2.0, marker="o", markersize=3.4)
    if len(own) == 1:
        ax.plot(days.repeat(2), own[["cumulative_low", "cumulative_high"]].iloc[0], color=GIVING, linewidth=1)
    ax.axhline(0, color=INK, linewidth=1.1)
    _mark_launch(ax, table)
    value_axis(ax, language, most=4)
    panel_heading(ax, words["appeal_above_heading"])
    _end_labels(ax, [(words["appeal_above"], float(own["cumulative"].iloc[-1]), GIVING)])
    return ax


def _middle(table: pd.DataFrame) -> NDArray[np.float64]:
    return np.asarray(date2num(table["week"] + MIDWEEK), dtype=float)


def _mark_launch(ax: Axes, table: pd.DataFrame, *, name: str = "", soft_name: str = "") -> None:
    """The launch and the weeks of the soft launch, from the phases of the weeks."""
    soft = table["week"][table["phase"] == "soft_launch"]
    launch = table["week"][table["phase"] == "appeal"].iloc[0]
    mark_launch(ax, launch, soft_from=soft.iloc[0] if len(soft) else None, name=name, soft_name=soft_name)


def _end_labels(ax: Axes, labels: list[tuple[str, float, str]]) -> None:
    """Write the names of lines beside their right ends, apart from each other and inside the panel."""
    (low, high), height = ax.get_ylim(), ax.bbox.height * 72 / ax.figure.dpi
    half = [LINE_POINTS * (text.count("\n") + 1) / 2 for text, _, _ in labels]
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
            text, (1, 0), (5, place), xycoords="axes fraction", textcoords="offset points", va="center",
            size=LABEL_SIZE, weight="bold", color=color, linespacing=1.25,
        )  # fmt: skip


def plot_placebos(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw one dot a period, at how far above expectation it came, and the appeal above them.

    `table` has phase (placebo, appeal) and change (a share). Periods close to each other are stacked; one that came as
    far as the appeal or farther is filled.
    """
    own = float(table["change"][table["phase"] == "appeal"].iloc[0])
    periods = table["change"][table["phase"] == "placebo"].to_numpy(dtype=float)
    edge = max(FARTHEST, own)
    least, most = min(periods.min(), own, 0.0), max(float(np.minimum(periods, edge).max()), own, 0.0)
    span = max(most - least, NARROWEST)
    step = span / BINS
    bins = np.round(np.minimum(periods, edge) / step).astype(int)
    stacks = pd.Series(bins).groupby(bins).cumcount().to_numpy()
    top = float(stacks.max()) + 2.2
    ax.axvline(0, color=INK, linewidth=1.1, zorder=1)
    ax.plot([own, own], [-0.6, top], color=GIVING, linewidth=1.2, linestyle=DASHES, zorder=1)
    for far, face in ((False, "white"), (True, NEED)):
        chosen = (periods >= own) == far
        ax.plot(
            bins[chosen] * step, stacks[chosen], linestyle="none", marker="o", markersize=5.2, markerfacecolor=face,
            markeredgecolor=NEED if far else QUIET_INK, markeredgewidth=1.1, zorder=3,
        )  # fmt: skip
    ax.plot([own], [top], linestyle="none", marker="D", markersize=8, color=GIVING, zorder=4)
    left = own - least > 0.5 * span
    ax.annotate(
        words["appeal_here"].format(change=percent(own, language, sign=True)), (own, top), (-9 if left else 9, 0),
        textcoords="offset points", ha="right" if left else "left", va="center", size=ROW_SIZE, weight="bold",
        color=GIVING, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )  # fmt: skip
    ax.set_ylim(-0.8, top + 0.9)
    ax.set_xlim(least - 0.06 * span, most + 0.06 * span)
    _change_axis(ax, language)
    panel_heading(ax, "    ".join(_marks(periods >= own, words)))
    return ax


def _marks(far: NDArray[np.bool_], words: Mapping[str, str]) -> list[str]:
    """What the marks mean, of those that are drawn."""
    as_well = ["appeal_period_far"] if far.any() else []
    return [words[name] for name in ([] if far.all() else ["appeal_period"]) + as_well + ["appeal_mark"]]


def plot_outcomes(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw one row an outcome, top to bottom: its change on what was expected and its interval, figures beside it.

    `table` has label, change, low and high (shares). A mark is filled where the interval, as printed, leaves zero out.
    """
    heights = -np.arange(len(table), dtype=float)
    room_left, room_right = room_beside(ax)
    edge = max(FARTHEST, float(table["change"].max()))
    ax.axvline(0, color=INK, linewidth=1.1, zorder=1)
    beside: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    for height, row in zip(heights, table.to_dict("records"), strict=True):
        weight = "bold" if height == 0 else "normal"
        ax.plot(
            [row["low"], min(row["high"], edge)], [height] * 2, color=GIVING, linewidth=3.0 if row["clear"] else 1.4
        )
        if row["high"] > edge:
            ax.plot([edge], [height], marker=">", color=GIVING, markersize=5)
        ax.plot(
            [row["change"]], [height], marker="o", color=GIVING, markerfacecolor=GIVING if row["clear"] else "white",
            markersize=7.5, markeredgewidth=1.5, zorder=3,
        )  # fmt: skip
        label = wrapped(row["label"], ROW_SIZE, room=room_left - AIR - 3, weight=weight)
        ax.annotate(label, (0, height), (-AIR, 0), ha="right", size=ROW_SIZE, weight=weight, linespacing=1.05, **beside)
        figures = _figures(row["change"], row["low"], row["high"], language, room=room_right - AIR - 3)
        ax.annotate(figures, (1, height), (AIR, 0), size=FIGURES_SIZE, weight=weight, linespacing=1.05, **beside)
    drawn = pd.concat([table["change"], table["low"], table["high"].clip(upper=edge)])
    least, most = min(drawn.min(), 0.0), max(drawn.max(), 0.0)
    span = max(most - least, NARROWEST)
    ax.set_xlim(least - 0.08 * span, most + 0.12 * span)
    ax.set_ylim(heights.min() - 0.7, 0.7)
    _change_axis(ax, language)
    for text, shift, side in ((words["appeal_less"], -6, "right"), (words["appeal_more"], 6, "left")):
        ax.annotate(
            text, (0, 1), (shift, 4), xycoords=("data", "axes fraction"), textcoords="offset points", ha=side, size=7.8,
            color=QUIET_INK,
        )  # fmt: skip
    return ax


def _figures(change: float, low: float, high: float, language: str, *, room: float) -> str:
    """A change and its interval, on two lines where `room` points do not hold both."""
    ends = [signed(end * 100, language) for end in (low, high)]
    interval = f"[{(NO_BREAK_SPACE + '; ' if language == 'fr' else ', ').join(ends)}]"
    best = percent(change, language, sign=True)
    wide = text_width(f"{best}  {interval}", FIGURES_SIZE, weight="bold") > room
    return f"{best}\n{interval}" if wide else f"{best}  {interval}"


def _change_axis(ax: Axes, language: str) -> None:
    """Changes on the x axis as percentages with their sign, and nothing on the y axis."""
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language, sign=True)))
    ax.grid(axis="x", color=RULE, linewidth=0.7)
