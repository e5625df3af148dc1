"""Giving over time, and by month of the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
from babel.dates import get_month_names
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from analysis.charts.style import GIVING, GIVING_FAINT, QUIET_INK, WINTER_FILL, end_label, panel_heading, value_axis
from analysis.seasons import giving_year
from analysis.wording import LOCALES

SMOOTH_WEEKS = 9
GIVING_YEAR_MONTHS = (7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6)


def giving_table(weekly: pd.DataFrame) -> pd.DataFrame:
    """Giving a week: `week`, `amount`, `donations`, `smooth` (median of the 9 weeks around), complete weeks only."""
    whole = weekly[weekly["complete"]].reset_index(drop=True)
    smooth = whole["amount"].rolling(SMOOTH_WEEKS, center=True, min_periods=SMOOTH_WEEKS // 2 + 1).median()
    return whole[["week", "amount", "donations"]].assign(smooth=smooth)


def winter_spans(weekly: pd.DataFrame) -> list[tuple[str, dt.date, dt.date]]:
    """Each winter in the table as (label, first day, last day), from the weeks that lie wholly or partly in it."""
    inside = weekly[weekly["winter_share"] > 0].assign(winter=lambda t: giving_year(t["week"] + pd.Timedelta(days=3)))
    spans = []
    for label, weeks in inside.groupby("winter"):
        first, last = weeks.iloc[0], weeks.iloc[-1]
        alone = len(weeks) == 1  # one week cannot say which of its days are winter
        starts = first["week"] + pd.Timedelta(days=0 if alone else round(7 * (1 - first["winter_share"])))
        ends = last["week"] + pd.Timedelta(days=7 if alone else round(7 * last["winter_share"]))
        spans.append((str(label), starts.date(), ends.date()))
    return spans


def plot_weekly_giving(table: pd.DataFrame, *, ax: Axes, words: Mapping[str, str], language: str) -> Axes:
    """Draw each week faint and the 9-week median strong; `table` as `giving_table` gives it."""
    days = date2num(table["week"])
    ax.plot(days, table["amount"], color=GIVING_FAINT, linewidth=0.75, solid_joinstyle="round")
    ax.plot(days, table["smooth"], color=GIVING, linewidth=2.4)
    value_axis(ax, language)
    panel_heading(ax, words["giving_heading"], lift=24)
    if table["smooth"].notna().any():
        end_label(ax, words["giving_label"], table["smooth"].dropna().iloc[-1], GIVING)
    return ax


def seasonal_profile(weekly: pd.DataFrame) -> pd.DataFrame:
    """Mean giving a week by month, one row a giving year and month.

    Columns: `giving_year`, `month`, `weeks`, `amount` (mean a week) and `donations` (total). A week belongs to the
    month of its Thursday; incomplete weeks are left out. Rows run from July to June within each giving year.
    """
    whole = weekly[weekly["complete"]]
    thursday = whole["week"] + pd.Timedelta(days=3)
    months = whole.assign(giving_year=giving_year(thursday), month=thursday.dt.month)
    table = months.groupby(["giving_year", "month"], as_index=False).agg(
        weeks=("week", "size"), amount=("amount", "mean"), donations=("donations", "sum")
    )
    order = table["month"].map({month: place for place, month in enumerate(GIVING_YEAR_MONTHS)})
    return table.assign(order=order).sort_values(["giving_year", "order"]).drop(columns="order").reset_index(drop=True)


def mean_profile(profile: pd.DataFrame) -> pd.Series:
    """Mean of the whole giving years for each month, July to June (reporting currency a week).

    A year is whole when all its twelve months are published: a mean over other years for some months than for
    others would take growth for a season. Without a whole year the series is empty.
    """
    whole = whole_years(profile)
    means = whole.groupby("month")["amount"].mean()
    return means.reindex(list(GIVING_YEAR_MONTHS) if len(means) else [])


def whole_years(profile: pd.DataFrame) -> pd.DataFrame:
    """The rows of `profile` of giving years whose twelve months all have an amount."""
    months = profile.dropna(subset=["amount"]).groupby("giving_year")["month"].nunique()
    return profile[profile["giving_year"].isin(months.index[months == len(GIVING_YEAR_MONTHS)])]


def telling_months(profile: pd.DataFrame) -> tuple[int, int] | None:
    """The strongest and the weakest month, where each is so in most whole years (two at least); None where not."""
    years = [year.set_index("month")["amount"] for _, year in whole_years(profile).groupby("giving_year")]
    means = mean_profile(profile)
    if len(years) < 2 or means.empty:
        return None
    strongest, weakest = (int(str(month)) for month in (means.idxmax(), means.idxmin()))
    often = (sum(year.idxmax() == strongest for year in years), sum(year.idxmin() == weakest for year in years))
    return (strongest, weakest) if min(often) * 2 > len(years) else None


def plot_seasonal_profile(
    table: pd.DataFrame, *, ax: Axes, winter_months: tuple[int, ...], words: Mapping[str, str], language: str
) -> Axes:
    """Draw one point a giving year and a bar for their mean, July to June, winter months shaded."""
    place = {month: position for position, month in enumerate(GIVING_YEAR_MONTHS)}
    for month in winter_months:
        ax.axvspan(place[month] - 0.5, place[month] + 0.5, color=WINTER_FILL, linewidth=0, zorder=0)
    means = mean_profile(table)
    positions = np.array([place[int(month)] for month in means.index])
    ax.bar(positions, means, width=0.62, color=GIVING, zorder=2)
    years = sorted(table["giving_year"].unique())
    nudge = np.linspace(-0.2, 0.2, len(years)) if len(years) > 1 else [0.0]
    for shift, year in zip(nudge, years, strict=True):
        one = table[table["giving_year"] == year]
        ax.plot(
            one["month"].map(place) + shift, one["amount"], linestyle="none", marker="o", markersize=4.2,
            markerfacecolor="white", markeredgecolor=QUIET_INK, markeredgewidth=0.9, zorder=3,
        )  # fmt: skip
    names = get_month_names("abbreviated", context="stand-alone", locale=LOCALES[language])
    ax.set_xticks(range(12), [names[month] for month in GIVING_YEAR_MONTHS])
    ax.set_xlim(-0.6, 11.6)
    ax.tick_params(axis="x", length=0)
    value_axis(ax, language)
    panel_heading(ax, words["profile_heading"])
    return ax
