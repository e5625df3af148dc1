"""People in need over time, and the dated facts that readers should see."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from analysis.charts.style import INK, NEED, NEED_FILL, QUIET_INK, end_label, panel_heading, value_axis

MONTH_MIDDLE = pd.Timedelta(days=14)
EVENT_BAR = 0.42


def need_table(weekly: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """People in need a month: `month`, `people`, `people_low`, `people_high` (means of its weeks), `counted` (mean of its counts).

    Months nobody can speak about are missing values, never 0.
    """
    by_month = weekly.assign(month=weekly["week"].dt.to_period("M").dt.to_timestamp().dt.as_unit("us"))
    table = by_month.groupby("month")[["people", "people_low", "people_high"]].mean().astype("float64")
    months = counts["counted_on"].dt.to_period("M").dt.to_timestamp().dt.as_unit("us")
    by_day = counts.assign(month=months).groupby(["month", "counted_on"])["people"].sum().astype("float64")
    return table.assign(counted=by_day.groupby("month").mean().reindex(table.index)).reset_index()


def plot_people_in_need(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw the monthly headcount, its band and the counts as points; `table` as `need_table` gives it."""
    days = date2num(table["month"] + MONTH_MIDDLE)
    ax.fill_between(days, table["people_low"], table["people_high"], color=NEED_FILL, linewidth=0)
    ax.plot(days, table["people"], color=NEED, linewidth=2.2, linestyle=(0, (5, 1.6)))
    ax.plot(
        days, table["counted"], linestyle="none", marker="o", markersize=4, markerfacecolor="white", markeredgecolor=NEED,
        markeredgewidth=1.2,
    )  # fmt: skip
    value_axis(ax, language, most=4)
    panel_heading(ax, words["need_heading"])
    if table["people"].notna().any():
        end_label(ax, words["need_label"], table["people"].dropna().iloc[-1], NEED)
    return ax


def plot_events(events: pd.DataFrame, *, ax: Axes, language: str) -> Axes:
    """Draw each event as a bar on its own row, its label beside it; `ax` must already have its time limits."""
    first, last = ax.get_xlim()
    for row, event in enumerate(events.itertuples()):
        starts = date2num(event.started_on)
        ends = starts + 7 if pd.isna(event.ended_on) else date2num(event.ended_on)
        shown = max(starts, first), min(ends, last)
        ax.barh(row, max(shown[1] - shown[0], (last - first) / 250), left=shown[0], height=EVENT_BAR, color=INK)
        on_left = shown[0] - first > (last - first) / 2
        ax.annotate(
            getattr(event, f"label_{language}"), (shown[0] if on_left else shown[1], row), (-4 if on_left else 4, 0),
            textcoords="offset points", va="center", ha="right" if on_left else "left", size=7.6, color=QUIET_INK,
        )  # fmt: skip
    ax.set_ylim(len(events) - 0.4, -0.6)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(axis="x", length=0, labelbottom=False)
    return ax
