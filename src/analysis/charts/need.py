"""People in need over time, and the dated facts that readers should see."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from analysis.charts.style import (
    INK,
    NEED,
    NEED_FILL,
    QUIET_INK,
    end_label,
    panel_heading,
    room_beside,
    text_width,
    value_axis,
)

MONTH_MIDDLE = pd.Timedelta(days=14)
EVENT_BAR = 0.42
EVENT_SIZE = 7.6
EVENT_AIR = 4


def need_table(weekly: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """People in need a month: `month`, `people`, `people_low`, `people_high` (means of its weeks) and `counted`.

    `counted` adds the areas, each with the mean of its counts; it is missing unless every area was counted that month.
    Months nobody can speak about are missing values, never 0.
    """
    by_month = weekly.assign(month=weekly["week"].dt.to_period("M").dt.to_timestamp().dt.as_unit("us"))
    table = by_month.groupby("month")[["people", "people_low", "people_high"]].mean().astype("float64")
    months = counts["counted_on"].dt.to_period("M").dt.to_timestamp().dt.as_unit("us")
    by_day = counts.assign(month=months).groupby(["area", "month", "counted_on"])["people"].sum().astype("float64")
    by_area = by_day.groupby(["month", "area"]).mean().groupby("month")
    counted = by_area.sum().where(by_area.size() == counts["area"].nunique())
    return table.assign(counted=counted.reindex(table.index)).reset_index()


def plot_people_in_need(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw the monthly headcount, its band and the counts as points; `table` as `need_table` gives it."""
    days = date2num(table["month"] + MONTH_MIDDLE)
    ax.fill_between(days, table["people_low"], table["people_high"], color=NEED_FILL, linewidth=0)
    ax.plot(days, table["people"], color=NEED, linewidth=2.2, linestyle=(0, (5, 1.6)))
    ax.plot(
        days, table["counted"], linestyle="none", marker="o", markersize=4, markerfacecolor="white",
        markeredgecolor=NEED, markeredgewidth=1.2,
    )  # fmt: skip
    value_axis(ax, language, most=4)
    panel_heading(ax, words["need_heading"])
    if table["people"].notna().any():
        end_label(ax, words["need_label"], table["people"].dropna().iloc[-1], NEED)
    return ax


def plot_events(events: pd.DataFrame, *, ax: Axes, language: str) -> Axes:
    """Draw each event as a bar on its own row, its label on the side with more room, cut where even that is too small.

    `ax` must already have its time limits.
    """
    first, last = ax.get_xlim()
    points_per_day = ax.get_window_extent().width * 72 / ax.figure.dpi / (last - first)
    for row, event in enumerate(events.to_dict("records")):
        starts = float(date2num(event["started_on"]))
        ends = starts + 7 if pd.isna(event["ended_on"]) else float(date2num(event["ended_on"])) + 1
        left, right = max(starts, first), min(ends, last)
        ax.barh(row, max(right - left, (last - first) / 250), left=left, height=EVENT_BAR, color=INK)
        room = (left - first) * points_per_day, (last - right) * points_per_day + room_beside(ax)[1]
        on_left = room[0] > room[1]
        ax.annotate(
            _cut(event[f"label_{language}"], max(room) - 2 * EVENT_AIR), (left if on_left else right, row),
            (-EVENT_AIR if on_left else EVENT_AIR, 0), textcoords="offset points", va="center",
            ha="right" if on_left else "left", size=EVENT_SIZE, color=QUIET_INK,
        )  # fmt: skip
    ax.set_ylim(len(events) - 0.4, -0.6)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(axis="x", length=0, labelbottom=False)
    return ax


def _cut(label: str, room: float) -> str:
    """`label`, or as much of it as `room` points hold, with an ellipsis."""
    if text_width(label, EVENT_SIZE) <= room:
        return label
    kept = next(end for end in range(len(label), -1, -1) if text_width(f"{label[:end]}…", EVENT_SIZE) <= max(room, 9))
    return f"{label[:kept].rstrip()}…"
