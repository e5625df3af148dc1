"""The weeks of an appeal: its window, what lies on neither side, the other appeals, and placebo windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.models.sentences import TooThin
from analysis.seasons import monday

Mask = NDArray[np.bool_]

FEWEST_WEEKS_BEFORE = 52
FEWEST_PLACEBOS = 8
PLACEBO_EVERY = 4
"""Placebo windows begin every so many weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The weeks of an appeal among the known weeks of a table, each a mask over its rows.

    `own` are the weeks of the window; `apart` those of the soft launch and of overlapping appeals, on neither side;
    `taken` those that a placebo window must not touch. `start` is the Monday of the launch, `end` the one after the
    last week asked for, `span` the weeks from `start` to the last of the window. `others` are the other appeals, those
    that overlap left out, and `overlapping` the names of these, in French and in English.
    """

    own: Mask
    apart: Mask
    taken: Mask
    start: pd.Timestamp
    end: pd.Timestamp
    span: int
    soft_weeks: int
    others: pd.DataFrame | None
    overlapping: tuple[tuple[str, str], ...]

    @property
    def kept(self) -> Mask:
        """The weeks that the expectation is made from."""
        return ~(self.own | self.apart)


def find_window(
    known: pd.DataFrame,
    *,
    launched_on: pd.Timestamp,
    weeks: int,
    soft_launch_on: pd.Timestamp | None,
    appeals: pd.DataFrame | None,
) -> Window:
    """The window of the appeal launched on `launched_on` among the `known` weeks.

    It runs over `weeks` whole weeks, first the one of the launch: where the launch is not on a Monday, the days
    before it are in the window, and expected in it too. The weeks of a soft launch end before the week of the
    launch. Another appeal overlaps when one begins before the other's `weeks` are over; then the weeks of both are
    left out of the expectation.

    Raises
    ------
    TooThin
        No week of the window is recorded, or less than a year before it.
    """
    own_soft, others = _own_and_others(appeals, launched_on, soft_launch_on)
    start = monday(pd.DatetimeIndex([launched_on]))[0]
    began = monday(pd.DatetimeIndex([own_soft]))[0] if own_soft is not None else start
    days = known["week"]
    end = start + pd.Timedelta(weeks=weeks)
    own = ((days >= start) & (days < end)).to_numpy()
    _check_recorded(days, own, min(began, start), launched_on)
    soft = ((days >= began) & (days < start)).to_numpy()
    near, touched = np.zeros(len(others), dtype=bool), np.zeros((len(others), len(days)), dtype=bool)
    for place, (first, last) in enumerate(_spans(others, weeks)):
        near[place] = first < end and last > start
        touched[place] = ((days >= first) & (days < last)).to_numpy()
    apart = (soft | touched[near].any(axis=0)) & ~own
    return Window(
        own=own,
        apart=apart,
        taken=own | apart | touched.any(axis=0),
        start=start,
        end=end,
        span=round((days[own].iloc[-1] - start) / pd.Timedelta(weeks=1)) + 1,
        soft_weeks=int(soft.sum()),
        others=others[~near] if (~near).any() else None,
        overlapping=tuple(_names(row) for _, row in others[near].iterrows()),
    )


def placebo_windows(known: pd.DataFrame, window: Window) -> list[NDArray[np.int64]]:
    """Rows of each placebo window: as long as the appeal's, every fourth week, free of it and of other appeals.

    Raises TooThin when there are fewer than eight.
    """
    since = ((known["week"] - known["week"].iloc[0]) / pd.Timedelta(weeks=1)).round().astype(int).to_numpy()
    found = []
    for first in range(0, int(since[-1]) - window.span + 2, PLACEBO_EVERY):
        rows = np.flatnonzero((since >= first) & (since < first + window.span))
        if len(rows) >= window.own.sum() and not window.taken[rows].any():
            found.append(rows)
    if len(found) < FEWEST_PLACEBOS:
        raise not_estimated(
            f"Hors de cet appel et des autres, les données ne contiennent que {len(found)} périodes comparables ; il "
            f"en faut au moins {FEWEST_PLACEBOS} pour savoir ce que le hasard donne",
            f"Apart from this appeal and others, the records hold only {len(found)} comparable periods; it takes at "
            f"least {FEWEST_PLACEBOS} to know what chance gives",
        )
    return found


def not_estimated(fr: str, en: str) -> TooThin:
    """The reason why there is no number, with what follows from it."""
    return TooThin(
        fr=f"{fr} : ce que l’appel a apporté n’est pas estimé.",
        en=f"{en}, so what the appeal brought is not estimated.",
    )


def _own_and_others(
    appeals: pd.DataFrame | None, launched_on: pd.Timestamp, soft_launch_on: pd.Timestamp | None
) -> tuple[pd.Timestamp | None, pd.DataFrame]:
    """The soft launch of the appeal itself, and the appeals without its row; a second appeal of that day stays."""
    if appeals is None or appeals.empty:
        return soft_launch_on, pd.DataFrame({"launched_on": pd.to_datetime([])})
    table = appeals[appeals["launched_on"].notna()].reset_index(drop=True)
    told = table["soft_launch_on"] if "soft_launch_on" in table.columns else pd.Series(index=table.index, dtype=object)
    table = table.assign(soft_launch_on=pd.to_datetime(told))
    same = table.index[table["launched_on"] == launched_on]
    if same.empty:
        return soft_launch_on, table
    fitting = [row for row in same if table["soft_launch_on"][row] == soft_launch_on]
    own = fitting[0] if fitting else same[0]
    soft = table["soft_launch_on"][own]
    if soft_launch_on is None and not pd.isna(soft):
        soft_launch_on = soft
    return soft_launch_on, table.drop(index=own)


def _spans(appeals: pd.DataFrame, weeks: int) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """First Monday of each appeal (of its soft launch, where it had one) and the Monday when its weeks are over."""
    if appeals.empty:
        return []
    launched = monday(appeals["launched_on"])
    began = monday(appeals["soft_launch_on"].fillna(appeals["launched_on"]))
    return list(zip(began.where(began < launched, launched), launched + pd.Timedelta(weeks=weeks), strict=True))


def _names(appeal: pd.Series) -> tuple[str, str]:
    """What an appeal is called in French and in English: its name, its short name, or its day."""
    short = appeal.get("appeal")
    spare = short if isinstance(short, str) else f"{appeal['launched_on']:%d/%m/%Y}"
    fr, en = appeal.get("name_fr"), appeal.get("name_en")
    return (fr if isinstance(fr, str) else spare, en if isinstance(en, str) else spare)


def _check_recorded(days: pd.Series, own: Mask, began: pd.Timestamp, launched_on: pd.Timestamp) -> None:
    if not own.any():
        raise not_estimated(
            f"Aucune semaine entière n’est enregistrée après le lancement du {launched_on:%d/%m/%Y}",
            f"No whole week is recorded after the launch on {launched_on:%d/%m/%Y}",
        )
    before = int((days < began).sum())
    if days.iloc[0] > began - pd.Timedelta(weeks=FEWEST_WEEKS_BEFORE) or before < FEWEST_WEEKS_BEFORE // 2:
        raise not_estimated(
            f"Seulement {before} semaines sont enregistrées avant l’appel ; il en faut une année pour savoir à quoi "
            "s’attendre",
            f"Only {before} weeks are recorded before the appeal; it takes a year to know what to expect",
        )
