"""What is claimed of appeals that nobody made: placebo dates on real series of gifts.

Run from the repository's top folder with a folder that holds `uk_crowdfunding_gifts/gifts.csv.gz` (date, amount,
platform, search; tpetricek/covid-crowdfunding); it writes `appeal_real.md` beside this module:

    python -m benchmarks.appeal_real FOLDER         about one minute
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import pandas as pd
from benchmarks.machine import stamp
from benchmarks.real_series import weekly

from analysis.models.appeal import fit_appeal
from analysis.models.sentences import TooThin

TABLE = Path(__file__).with_suffix(".md")
PERIOD = ("2018-11-05", "2021-10-31")
LARGEST = 100
DATES = {
    "2019-12-01": "nothing known",
    "2020-03-23": "first lockdown of the United Kingdom, on this day",
    "2020-06-01": "nothing known; the surge of spring is ebbing",
    "2020-11-01": "second lockdown announced the day before; pupils' meals in the news since October",
    "2021-02-01": "nothing known",
    "2021-06-01": "nothing known",
}
"""Dates asked about, and what is known of them; written by hand."""
READ = """
How to read it: no appeal is known at these dates, so each claim is a false alarm unless giving did change. On 1
November 2020 nothing is claimed of the money, but a rise is claimed of the number of gifts and of gifts to the
homeless. Giving did rise, and no appeal made it: it doubles every November and December in these series, and the second
lockdown came beside it. The estimate knows a winter (December to February) and a year-end peak (18 to 31 December); a
season at another time is allowed for only by the placebo windows that it widens. The same holds of soup kitchens from
the first lockdown on. So a clear rise says that giving was above expectation, never why, and an appeal launched with a
season or an event of its own should not be told without it. These series double and halve within weeks, so only an
appeal that triples giving would be seen. In the sweep, dates share weeks with their neighbours: their claims are not
separate findings.
"""


def series(gifts: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Weekly totals of each outcome by its name."""
    inside = gifts[gifts["date"].between(*PERIOD)]
    without = inside.drop(index=inside["amount"].nlargest(LARGEST).index)
    by_search = {f"money, {name}": rows for name, rows in inside.groupby("search") if len(rows) > LARGEST}
    money = {"money": inside, f"money without the {LARGEST} largest gifts": without, **by_search}
    tables = {name: weekly(rows.groupby("date")["amount"].sum(), *PERIOD) for name, rows in money.items()}
    return {**tables, "number of gifts": weekly(inside.groupby("date").size(), *PERIOD)}


def said(weeks: pd.DataFrame, day: str) -> str:
    """The uplift in percent of what was expected, its interval, and how many placebo windows came as far above."""
    try:
        found = fit_appeal(weeks, launched_on=day)
    except TooThin:
        return "too uneven"
    low, high = found.share_interval
    mark = " **clear**" if found.clear else ""
    chance = f"{found.by_chance} of {found.placebos}"
    return f"{100 * found.share:+.0f} ({100 * low:+.0f} to {100 * high:+.0f}), {chance}{mark}"


def swept(weeks: pd.DataFrame) -> str:
    """How many of the dates every four weeks, from a year after the first to the last with eight weeks, are clear."""
    last = weeks["week"].iloc[-1] - pd.Timedelta(weeks=7)
    days = pd.date_range(weeks["week"].iloc[52], last, freq="28D")
    clear = []
    for day in days:
        try:
            clear.append(fit_appeal(weeks, launched_on=day).clear)
        except TooThin:
            continue
    return f"{sum(clear)} of {len(clear)} estimated"


def main() -> None:
    """Print the table and write it beside this module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    gifts = pd.read_csv(options.folder / "uk_crowdfunding_gifts" / "gifts.csv.gz", parse_dates=["date"])
    tables = series(gifts)
    lines = [
        "# What an appeal brought: placebo dates on real gifts", "",
        f"{stamp('numpy', 'scipy', 'pandas', 'statsmodels')}.", "",
        "Gifts to food banks, homeless aid and soup kitchens on two British platforms, complete weeks from "
        f"{PERIOD[0]} to {PERIOD[1]}. Uplift over eight weeks in percent of what was expected, with its 95 % interval, "
        "and how many placebo windows came as far above expectation; `too uneven`: refused; `sweep` counts the dates "
        "every four weeks whose interval leaves zero out.", "",
        "| date | what is known of it | " + " | ".join(tables) + " |", "|---" * (len(tables) + 2) + "|",
    ]  # fmt: skip
    for day, note in DATES.items():
        lines.append(f"| {day} | {note} | " + " | ".join(said(one, day) for one in tables.values()) + " |")
        print(lines[-1], flush=True)
    lines.append("| sweep | | " + " | ".join(swept(one) for one in tables.values()) + " |")
    lines += READ.splitlines()
    print("\n".join(lines), flush=True)
    if not options.no_write:
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
