"""What may leave the house of giving: weeks and months that cannot be worked out from each other and from any total.

Whatever is hidden of a total can be had together, as that total less what is shown of it. So the hidden weeks of each
total are ten people's gifts and more, none above half, as a week that is shown is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.charts.giving import SMOOTH_WEEKS, giving_table, seasonal_profile
from analysis.report.disclosure import FEWEST, hide_until_safe, unsafe
from analysis.report.earlier import HIDDEN, SHOWN
from analysis.seasons import giving_year, monday

Masks = Mapping[str, pd.Series]
PERIOD = "period"


def publishable_giving(
    weekly: pd.DataFrame, donations: pd.DataFrame, *, windows: Sequence[pd.Series], before: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The weekly giving table and the seasonal profile without what may not leave, each with a column `hidden`.

    Months, `windows` of weeks and the whole recorded period are totals. `before` says of each week what an earlier
    report told, whose totals are known too: a week that it showed or hid stays so. The median is missing wherever its
    weeks hold a hidden one. Months are hidden where no week can be that would protect another.
    """
    gifts = donations.assign(week=monday(donations["received_on"]))
    week = weekly["week"]
    thursday = week + pd.Timedelta(days=3)
    month = giving_year(thursday) + " " + thursday.dt.month.astype("str")
    cut = ~weekly["complete"].astype(bool)
    small = week.map(unsafe(gifts, gifts["week"])).fillna(True).astype(bool) | (weekly["donations"] < FEWEST)
    hidden = (cut | before["told"].eq(HIDDEN) | small | before["few"]) & before["told"].ne(SHOWN)
    by_month = unsafe(gifts, gifts["week"].map(month.set_axis(week)))
    totals = _Totals(
        {one: month.eq(one) & ~cut for one in month[~cut].unique() if not by_month.get(one, True)},
        {PERIOD: week.notna(), **{str(place): week.isin(one) for place, one in enumerate(windows)}},
        before["since"],
    )
    hidden, months = _safe(weekly, gifts, hidden, small, totals, before["told"].eq(SHOWN))
    return _weeks(weekly, hidden[~cut]), _months(weekly, months)


def _weeks(weekly: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    table = giving_table(weekly)
    hidden = hidden.reset_index(drop=True)
    shown = {name: table[name].astype("float64").mask(hidden) for name in ("amount", "donations")}
    near_hidden = hidden.astype(float).rolling(SMOOTH_WEEKS, center=True, min_periods=1).max() > 0
    return table.assign(**shown, hidden=hidden, smooth=table["smooth"].mask(near_hidden))


def _months(weekly: pd.DataFrame, months: Masks) -> pd.DataFrame:
    table = seasonal_profile(weekly)
    hidden = ~(table["giving_year"] + " " + table["month"].astype("str")).isin(list(months))
    shown = {name: table[name].astype("float64").mask(hidden) for name in ("amount", "donations")}
    return table.assign(**shown, hidden=hidden)


def _safe(
    weekly: pd.DataFrame, gifts: pd.DataFrame, hidden: pd.Series, small: pd.Series, totals: _Totals, shown: pd.Series
) -> tuple[pd.Series, Masks]:
    """More hidden weeks, and fewer months, until what each total hides is safe; weeks once `shown` cannot be hidden.

    No `small` week may be a combination of totals either.
    """
    count = weekly["donations"]
    while True:
        failing = next((one for one in totals.all() if _few(gifts, weekly, hidden & one.weeks)), None)
        if failing is None:
            more = hide_until_safe(hidden, small=small, totals=totals.told(), count=count) & ~shown
            if not (more & ~hidden).any():
                return hidden, totals.months
            hidden = hidden | more
        elif (free := failing.weeks & ~hidden & ~shown).any():
            hidden = hidden | (hidden.index == count[free].idxmin())
        else:
            totals = totals.without(failing, count)


@dataclass(frozen=True, slots=True)
class _Total:
    """The weeks of a total, or what is left of it without its months (`rest`)."""

    name: str
    weeks: pd.Series
    rest: bool = False


@dataclass(frozen=True, slots=True)
class _Totals:
    """The totals that are told, each as the weeks it adds up: months by name, and windows, the whole period among them.

    `since` are the weeks of which an earlier report told nothing, or only a part in totals.
    """

    months: Masks
    windows: Masks
    since: pd.Series

    def told(self) -> list[pd.Series]:
        """The totals themselves."""
        return [*self.months.values(), *self.windows.values()]

    def all(self) -> Iterator[_Total]:
        """The totals by name, and what is left of each without its months, and without what an earlier one told."""
        for name, weeks in self.months.items():
            yield from (_Total(name, weeks), _Total(name, weeks & self.since))
        for name, total in self.windows.items():
            rest = total.copy()
            for weeks in self.months.values():
                rest &= ~weeks | bool((weeks & ~total).any())
            yield from (_Total(name, total), _Total(name, total & self.since))
            yield from (_Total(name, rest, rest=True), _Total(name, rest & self.since, rest=True))

    def without(self, failing: _Total, count: pd.Series) -> _Totals:
        """Without that total; in place of what is left of the whole period, which is told in any case, a month goes."""
        name = failing.name
        if name == PERIOD and failing.rest and self.months:
            name = min(self.months, key=lambda one: count[self.months[one]].sum())
        months, windows = (
            {key: weeks for key, weeks in each.items() if key != name} for each in (self.months, self.windows)
        )
        return _Totals(months, windows, self.since)


def _few(gifts: pd.DataFrame, weekly: pd.DataFrame, weeks: pd.Series) -> bool:
    """Whether these weeks together are fewer than ten people's gifts, or one's above half; not where there are none."""
    inside = gifts[gifts["week"].isin(weekly.loc[weeks, "week"])] if weeks.any() else gifts[:0]
    return len(inside) > 0 and bool(unsafe(inside, pd.Series("all", index=inside.index)).all())
