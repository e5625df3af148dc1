"""What the estimator claims on real series that nobody made for it, and whether it is right.

Run from the repository's top folder with a folder that holds `uk_crowdfunding_gifts/gifts.csv.gz` (date, amount,
platform; tpetricek/covid-crowdfunding) and `blood_donors/malaysia_new_donors_daily.csv` (date, new_donors;
MoH-Malaysia/data-darah-public); it writes `real_series.md` beside this module:

    python -m benchmarks.real_series FOLDER         about one minute
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from benchmarks.machine import stamp

from analysis.models.sentences import TooThin
from analysis.models.winter import fit_each_winter, fit_winter_drop, raw_winter_change
from analysis.seasons import AFTER_YEAR_END, WINTER, Window, calendar, monday, weeks_between

TABLE = Path(__file__).with_suffix(".md")
RAMADAN = (
    "2006-09-24", "2007-09-13", "2008-09-01", "2009-08-22", "2010-08-11", "2011-08-01", "2012-07-21", "2013-07-10",
    "2014-06-29", "2015-06-18", "2016-06-07", "2017-05-27", "2018-05-17", "2019-05-06",
)  # fmt: skip
"""First days in Malaysia; in these years the month never fell in December to February."""

NOTES = {
    "JustGiving, Dec to Feb": "Right: nothing is claimed. The pandemic of 2020 moved giving by more than any season.",
    "JustGiving, Jan to Feb": "In line with the raw fall: after Christmas these three winters were far below the rest "
    "of their years. The cross-check claims nothing of winters in general, and three winters cannot.",
    "JustGiving before the pandemic": "Right: one whole winter, no number.",
    "Virgin Money Giving": "Right: 73 gifts in all of 2018, 12,917 in 2020; nothing can be said.",
    "Virgin Money Giving, its last year": "Right: one whole winter, no number.",
    "blood donors, 2006 to 2024": "A rise that is real and is not winter's: Ramadan, when fewer give blood, never fell "
    "in December to February, so the rest of the year is lower. Association is not cause.",
    "blood donors, 2006 to 2019": "As above.",
    "blood donors, 2006 to 2019, without Ramadan": "Right: without the weeks of Ramadan and its feast nothing is "
    "claimed. The cross-check still finds a small rise.",
    "blood donors, 2016 to 2019": "Right: nothing is claimed, and there is no winter.",
    "blood donors, 2020 to 2023": "Right: nothing is claimed, and there is no winter.",
}
"""Whether each claim is right, by series; written by hand after a run."""


def weekly(daily: pd.Series, first: str, last: str, *, winter: Window = WINTER) -> pd.DataFrame:
    """Complete weeks from `first` (a Monday) to `last` (a Sunday): totals of a daily series, with the calendar."""
    weeks = weeks_between(pd.Timestamp(first), pd.Timestamp(last))
    kept = daily[first:last]
    totals = kept.groupby(monday(pd.DatetimeIndex(kept.index))).sum()
    return calendar(weeks, winter=winter).assign(amount=totals.reindex(weeks, fill_value=0).to_numpy(dtype=float))


def without_ramadan(weeks: pd.DataFrame) -> pd.DataFrame:
    """`weeks` without those that hold a day of Ramadan or of the feast after it."""
    before, after = pd.Timedelta(days=6), pd.Timedelta(days=34)
    fasting = [weeks["week"].between(day - before, day + after) for day in map(pd.Timestamp, RAMADAN)]
    return weeks[~pd.concat(fasting, axis=1).any(axis=1)].reset_index(drop=True)


def series(folder: Path) -> dict[str, pd.DataFrame]:
    """Each series by its name."""
    gifts = pd.read_csv(folder / "uk_crowdfunding_gifts" / "gifts.csv.gz", parse_dates=["date"])
    given = {name: rows.groupby("date")["amount"].sum() for name, rows in gifts.groupby("platform")}
    blood = pd.read_csv(folder / "blood_donors" / "malaysia_new_donors_daily.csv", parse_dates=["date"])
    donors = blood.set_index("date")["new_donors"]
    just, virgin = given["just"], given["virgin"]
    dense = ("2018-11-05", "2021-10-31")
    return {
        "JustGiving, Dec to Feb": weekly(just, *dense),
        "JustGiving, Jan to Feb": weekly(just, *dense, winter=AFTER_YEAR_END),
        "JustGiving before the pandemic": weekly(just, "2018-11-05", "2020-02-23"),
        "Virgin Money Giving": weekly(virgin, *dense),
        "Virgin Money Giving, its last year": weekly(virgin, "2020-11-02", "2021-10-31"),
        "blood donors, 2006 to 2024": weekly(donors, "2006-01-02", "2024-06-30"),
        "blood donors, 2006 to 2019": weekly(donors, "2006-01-02", "2019-12-29"),
        "blood donors, 2006 to 2019, without Ramadan": without_ramadan(weekly(donors, "2006-01-02", "2019-12-29")),
        "blood donors, 2016 to 2019": weekly(donors, "2016-01-04", "2019-12-29"),
        "blood donors, 2020 to 2023": weekly(donors, "2020-01-06", "2023-12-31"),
    }


def said(fit: Callable[[], Any]) -> str:
    """A drop with its interval in percent, or the reason why there is none."""
    try:
        found = fit()
    except TooThin as reason:
        return reason.en
    drop, lower, upper = (100 * end for end in (found.drop, found.lower, found.upper))
    return f"{drop:+.1f} ({lower:+.1f} to {upper:+.1f})"


def row(name: str, weeks: pd.DataFrame) -> str:
    """A series' line in the table."""
    try:
        raw = f"{-100 * raw_winter_change(weeks).change:+.1f}"
    except TooThin as reason:
        raw = reason.en
    drop, check = said(lambda: fit_winter_drop(weeks)), said(lambda: fit_each_winter(weeks))
    return f"| {name} | {len(weeks)} | {raw} | {drop} | {check} | {NOTES.get(name, '')} |"


def main() -> None:
    """Print the table and write it beside this module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    lines = [
        "# Winter drop on real series",
        "",
        f"{stamp('numpy', 'scipy', 'pandas', 'statsmodels')}.",
        "",
        "Drop in percent (below zero: a rise) with its 95 % interval; the raw fall is winter against the rest of the "
        "same giving years, uncorrected. No appeals are known.",
        "",
        "| series | weeks | raw fall | winter drop | cross-check | is it right? |",
        "|---|---|---|---|---|---|",
        *(row(name, weeks) for name, weeks in series(options.folder).items()),
    ]
    print("\n".join(lines), flush=True)
    if not options.no_write:
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
