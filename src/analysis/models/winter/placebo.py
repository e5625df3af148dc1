"""Winter among the other seasons: the same estimator with each three-month window of the year in winter's place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.models.results import Attempt
from analysis.models.sentences import TooThin, in_language
from analysis.models.weeks import complete_weeks
from analysis.models.winter.drop import fit_winter_drop
from analysis.seasons import Window, share_of_days
from analysis.wording import month_name, number

MONTHS = 3
LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceboWindow(Attempt):
    """The drop (share) in three months that begin with `first_month`, against the rest of the year.

    `overlap` is the share of the window's days that lie in winter: 1 is winter itself, 0 has none of it.
    """

    first_month: int
    overlap: float

    @property
    def last_month(self) -> int:
        """The window's last month, 1 to 12."""
        return (self.first_month + MONTHS - 2) % 12 + 1

    def label(self, language: str) -> str:
        """The window in words: "décembre à février", "December to February"."""
        first, last = (month_name(month, language) for month in (self.first_month, self.last_month))
        return f"{first} {in_language(language, fr='à', en='to')} {last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceboWindows:
    """Winter and the twelve three-month windows of the year by the same estimator; intervals at `level`.

    Neighbouring windows share months, so they are not twelve separate findings. `winter` is the drop in the winter
    of the weekly table; `windows` come by first month, from January.
    """

    winter: float
    windows: tuple[PlaceboWindow, ...]
    level: float

    @property
    def others(self) -> tuple[PlaceboWindow, ...]:
        """The windows that could be estimated, winter itself left out."""
        return tuple(one for one in self.windows if one.drop is not None and one.overlap < 1)

    @property
    def rank(self) -> int:
        """Winter's place among these windows, 1 where its fall is the largest."""
        return 1 + sum(one.drop is not None and one.drop > self.winter for one in self.others)

    def summary(self, language: str) -> str:
        """One or two sentences in "fr" or "en": winter's place, and how many windows without winter are clear."""
        count = number(len(self.others) + 1, language)
        (fr, en), (fr_apart, en_apart) = self._place(language), self._apart(language)
        return in_language(
            language,
            fr=f"Parmi les {count} périodes de trois mois de l’année, l’hiver est {fr}. {fr_apart}",
            en=f"Of the year’s {count} three-month windows, winter is {en}. {en_apart}",
        )

    def _apart(self, language: str) -> tuple[str, str]:
        apart = [one.clear for one in self.others if one.overlap == 0]
        clear, count = number(sum(apart), language), number(len(apart), language)
        fr, en = {
            0: ("aucune ne montre d’évolution", "none shows a"),
            1: ("une seule montre une évolution", "one shows a"),
        }.get(sum(apart), (f"{clear} montrent une évolution", f"{clear} show a"))
        return (
            f"Des {count} qui n’ont aucun jour d’hiver, {fr} claire.",
            f"Of the {count} without winter days, {en} clear change.",
        )

    def _place(self, language: str) -> tuple[str, str]:
        if self.rank == 1:
            return "celle où l’estimation est la plus basse", "the one where giving is estimated lowest"
        if self.rank == len(self.others) + 1:
            return "celle où l’estimation est la plus haute", "the one where giving is estimated highest"
        place, ending = number(self.rank, language), {2: "nd", 3: "rd"}.get(self.rank, "th")
        return f"la {place}e en partant de la plus basse", f"the {place}{ending} from the lowest"

    def to_frame(self) -> pd.DataFrame:
        """One row a window: first_month, last_month, overlap, drop, lower, upper, level, clear, reason (English)."""
        return pd.DataFrame(
            [
                {
                    "first_month": one.first_month, "last_month": one.last_month, "overlap": one.overlap,
                    "drop": one.drop, "lower": one.lower, "upper": one.upper, "level": self.level,
                    "clear": one.clear, "reason": one.reason.en if one.reason else None,
                }
                for one in self.windows
            ]
        ).astype({"drop": float, "lower": float, "upper": float})  # fmt: skip


def placebo_windows(
    weekly: pd.DataFrame, *, appeals: pd.DataFrame | None = None, level: float = 0.95
) -> PlaceboWindows:
    """The drop in each three months of the year by the estimator of `fit_winter_drop`, winter among them.

    The year-end peak, paydays, trend and appeals are held fixed in every window; winter itself is not, so windows
    beside a winter that falls show a rise. Input and TooThin are as in `fit_winter_drop`; a window that the records
    cannot carry holds its reason.
    """
    weeks = complete_weeks(weekly)
    winter = fit_winter_drop(weeks, appeals=appeals, level=level)
    return PlaceboWindows(
        winter=winter.drop,
        windows=tuple(_window(month, weeks, appeals, level) for month in range(1, 13)),
        level=level,
    )


def _window(month: int, weeks: pd.DataFrame, appeals: pd.DataFrame | None, level: float) -> PlaceboWindow:
    last = (month + MONTHS - 2) % 12
    share = share_of_days(pd.DatetimeIndex(weeks["week"]), Window((month, 1), (last + 1, LAST_DAYS[last])))
    winter = weeks["winter_share"].to_numpy(dtype=float)
    both = np.where(share == winter, share, np.maximum(share + winter - 1, 0)).sum()
    overlap = float(both / max(share.sum(), weeks["winter_share"].sum()))
    try:
        fit = fit_winter_drop(weeks.assign(winter_share=share), appeals=appeals, level=level)
    except TooThin as reason:
        return PlaceboWindow(first_month=month, overlap=overlap, reason=reason)
    return PlaceboWindow(first_month=month, overlap=overlap, drop=fit.drop, lower=fit.lower, upper=fit.upper)
