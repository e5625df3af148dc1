"""What an appeal brought: week by week, against periods without one, and outcome by outcome."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from numpy.typing import NDArray

from analysis.charts.changes import NARROWEST, ROW_SIZE, beside_row, change_axis, percent_ticks
from analysis.charts.style import (
    BAND_FILL,
    GIVING,
    INK,
    NEED,
    QUIET_INK,
    end_labels,
    mark_launch,
    panel_heading,
    value_axis,
)
from analysis.wording import percent

MIDWEEK = pd.Timedelta(days=3, hours=12)
FARTHEST = 2.5  # change where an axis ends unless an estimate lies beyond; what is farther ends in an arrow
BINS = 44  # steps of the axis into which periods are gathered
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
    end_labels(ax, [*labels, (words["appeal_expected"], expected[0].iloc[-1], INK)])
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
    end_labels(ax, [(words["appeal_above"], float(own["cumulative"].iloc[-1]), GIVING)])
    return ax


def _middle(table: pd.DataFrame) -> NDArray[np.float64]:
    return np.asarray(date2num(table["week"] + MIDWEEK), dtype=float)


def _mark_launch(ax: Axes, table: pd.DataFrame, *, name: str = "", soft_name: str = "") -> None:
    """The launch and the weeks of the soft launch, from the phases of the weeks."""
    soft = table["week"][table["phase"] == "soft_launch"]
    launch = table["week"][table["phase"] == "appeal"].iloc[0]
    mark_launch(ax, launch, soft_from=soft.iloc[0] if len(soft) else None, name=name, soft_name=soft_name)


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
    percent_ticks(ax, language)
    panel_heading(ax, "    ".join(_marks(periods >= own, words)))
    return ax


def _marks(far: NDArray[np.bool_], words: Mapping[str, str]) -> list[str]:
    """What the dots mean, of those that are drawn; the appeal is named beside its mark."""
    names = {"appeal_period": not far.all(), "appeal_period_far": far.any()}
    return [words[name] for name, drawn in names.items() if drawn]


def plot_outcomes(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw one row an outcome, top to bottom: its change on what was expected and its interval, figures beside it.

    `table` has label, change, low and high (shares). A mark is filled where the interval, as printed, leaves zero out.
    """
    heights = -np.arange(len(table), dtype=float)
    edge = max(FARTHEST, float(table["change"].max()))
    ax.axvline(0, color=INK, linewidth=1.1, zorder=1)
    for height, row in zip(heights, table.to_dict("records"), strict=True):
        ax.plot(
            [row["low"], min(row["high"], edge)], [height] * 2, color=GIVING, linewidth=3.0 if row["clear"] else 1.4
        )
        if row["high"] > edge:
            ax.plot([edge], [height], marker=">", color=GIVING, markersize=5)
        ax.plot(
            [row["change"]], [height], marker="o", color=GIVING, markerfacecolor=GIVING if row["clear"] else "white",
            markersize=7.5, markeredgewidth=1.5, zorder=3,
        )  # fmt: skip
        beside_row(ax, height, row["label"], row["change"], row["low"], row["high"], language, bold=height == 0)
    drawn = pd.concat([table["change"], table["low"], table["high"].clip(upper=edge)])
    change_axis(ax, drawn, heights.min(), language, less=words["appeal_less"], more=words["appeal_more"])
    return ax
