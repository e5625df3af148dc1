"""People in need over time, and the dated facts that readers should see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from analysis.charts.lettering import text_width
from analysis.charts.style import INK, NEED, NEED_FILL, QUIET_INK, end_label, panel_heading, room_beside, value_axis
from analysis.seasons import month_start

MONTH_MIDDLE = pd.Timedelta(days=14)
EVENT_BAR = 0.42
OTHER_MARKS = {"census": "o", "estimate": "^", "meals": "D", "official": "s"}
EVENT_SIZE = 7.6
EVENT_AIR = 4


def need_table(weekly: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """People in need a month: `month`, `people`, `people_low`, `people_high` (means of its weeks) and `counted`.

    `counted` adds the areas, each with the mean of its counts; it is missing unless every area was counted that month.
    Months nobody can speak about are missing values, never 0.
    """
    by_month = weekly.assign(month=month_start(weekly["week"]))
    table = by_month.groupby("month")[["people", "people_low", "people_high"]].mean().astype("float64")
    counted = _counted(counts, counts["area"].nunique())
    return table.assign(counted=counted.reindex(table.index)).reset_index()


def with_other_counts(table: pd.DataFrame, others: Sequence[pd.DataFrame], *, areas: int) -> pd.DataFrame:
    """`table` with a column `counted_<method>` for each other source, as `need_table` makes `counted`.

    `areas` is how many areas the table adds; a month in which another source did not count as many has no point. A
    second source of one method is `counted_<method>_2`: counts of two scopes are not mixed.
    """
    columns: dict[str, pd.Series] = {}
    for other in others:
        method = str(other["method"].iloc[0])
        number = 1 + sum(name.startswith(f"counted_{method}") for name in columns)
        columns[f"counted_{method}" + (f"_{number}" if number > 1 else "")] = _counted(other, areas)
    return table.assign(**{name: counted.reindex(table["month"]).to_numpy() for name, counted in columns.items()})


def _counted(counts: pd.DataFrame, areas: int) -> pd.Series:
    """People counted a month, areas added, each with the mean of its counts; missing unless so many were counted."""
    months = month_start(counts["counted_on"])
    by_day = counts.assign(month=months).groupby(["area", "month", "counted_on"])["people"].sum().astype("float64")
    by_area = by_day.groupby(["month", "area"]).mean().groupby("month")
    return by_area.sum().where(by_area.size() == areas)


def plot_people_in_need(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw the monthly headcount, its band, the counts as points, and other sources' counts as points of their own.

    `table` is as `need_table` gives it, with or without the columns of `with_other_counts`.
    """
    days = np.asarray(date2num(table["month"] + MONTH_MIDDLE), dtype=float)
    if not ax.get_autoscalex_on():
        days = days.clip(*ax.get_xlim())  # the middle of a month that the records cut
    ax.fill_between(days, table["people_low"], table["people_high"], color=NEED_FILL, linewidth=0)
    ax.plot(days, table["people"], color=NEED, linewidth=2.2, linestyle=(0, (5, 1.6)))
    ax.plot(
        days, table["counted"], linestyle="none", marker="o", markersize=4, markerfacecolor="white",
        markeredgecolor=NEED, markeredgewidth=1.2,
    )  # fmt: skip
    others = [name for name in table.columns if name.startswith("counted_") and table[name].notna().any()]
    for name in others:
        ax.plot(
            days, table[name], linestyle="none", marker=OTHER_MARKS[_method(name)], markersize=4.5,
            markerfacecolor=QUIET_INK, markeredgecolor=QUIET_INK,
        )  # fmt: skip
    value_axis(ax, language, most=4)
    panel_heading(ax, words["need_heading"])
    if table["people"].notna().any():
        marks = dict.fromkeys(words[f"other_{_method(name)}"] for name in others)
        label = words["need_label"].removesuffix(")") + "".join(f",\n{mark}" for mark in marks) + ")"
        end_label(ax, label, table["people"].dropna().iloc[-1], NEED)
    return ax


def _method(column: str) -> str:
    """The method of a column that `with_other_counts` made."""
    return column.split("_")[1]


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
