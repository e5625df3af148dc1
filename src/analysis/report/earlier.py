"""What a later report may add to an earlier one, so that the two set side by side tell no few people's gifts.

What a report told of giving is remembered in the dataset's own folder, week by week and without anybody's name. In the
next report a week that was told stays as it was until what changed in it comes from ten people, none above half; so do
all weeks since, taken together; and a week that was hidden, or shown, stays so.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import StringIO

import numpy as np
import pandas as pd

from analysis.dataset import Dataset
from analysis.faults import DataError, Fault
from analysis.files import write_whole
from analysis.records.reading.finding import PUBLISHED_FILE
from analysis.report.disclosure import unsafe
from analysis.seasons import monday
from analysis.tables import Tables, as_table

GIFT = ["received_on", "amount", "status", "channel"]
"""What tells gifts apart: an identifier may be a line of a file, which moves when the file is exported anew."""

SHOWN, HIDDEN, CUT = "shown", "hidden", "cut"
"""What was told of a week; one that the recorded period cuts is in totals alone."""

SINCE = pd.Timestamp("1900-01-01")
"""Stands for all weeks that were not told whole."""


def load_earlier(dataset: Dataset) -> pd.DataFrame | None:
    """What the last report told, one row a week and kind of gift: `week`, `told`, `GIFT`, `gifts` (missing where none).

    None where there was no report, where it was in another currency, and for invented people. Raises DataError when the
    file that remembers it was changed.
    """
    file = dataset.folder / PUBLISHED_FILE
    if dataset.synthetic or not file.is_file():
        return None
    heading, _, data = file.read_bytes().partition(b"\n")
    currency, _, digest = heading.decode("ascii", "replace").partition(" ")
    if digest != hashlib.sha256(data).hexdigest():
        problem = "this file, which remembers what the last report told, was changed by hand or is damaged"
        remedy = "Put its copy back, or delete it: the next report is then not held against the last"
        raise DataError([Fault(str(file), 0, "", "", problem, remedy)])
    if currency != dataset.currency:
        return None
    rows = data.decode("utf-8")
    days = {"week": "datetime64[us]", "received_on": "datetime64[us]"}
    return pd.read_csv(StringIO(rows), parse_dates=list(days), date_format="%Y-%m-%d").astype(days)


def write_told(dataset: Dataset, donations: pd.DataFrame, weekly: pd.DataFrame, giving: pd.DataFrame) -> None:
    """Remember what a report tells: the gifts of each week of `weekly`, and whether `giving` shows it."""
    if dataset.synthetic:
        return
    hidden = weekly["week"].isin(giving.loc[giving["hidden"], "week"])
    told = np.select([~weekly["complete"].astype(bool), hidden], [CUT, HIDDEN], default=SHOWN)
    counted = donations.assign(week=monday(donations["received_on"])).groupby(["week", *GIFT]).size().rename("gifts")
    table = weekly[["week"]].assign(told=told).merge(counted.reset_index(), on="week", how="left")
    text = table.astype({"gifts": "Int64"}).to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n")
    heading = f"{dataset.currency} {hashlib.sha256(text.encode()).hexdigest()}"
    write_whole(dataset.folder / PUBLISHED_FILE, f"{heading}\n{text}".encode())


def as_told(tables: Tables, earlier: pd.DataFrame | None) -> Tables:
    """`tables` with the gifts that may be told beside the `earlier` report.

    A change of one of its weeks waits while fewer than ten people's gifts make it, or one of them more than half: gifts
    that came late are left out, gifts that are gone stay, without a donor. So do, together, all gifts since.
    """
    if earlier is None:
        return tables
    donations = tables.donations.reset_index(drop=True)
    changes = _changes(donations, earlier)
    waiting = changes[changes["cell"].map(_few(changes)).astype(bool)]
    stay = waiting[waiting["gone"]].drop(columns=["cell", "gone"])
    kept = pd.concat([donations.drop(index=waiting.index[~waiting["gone"]]), stay], ignore_index=True)
    held = as_table(kept, "donations")
    return replace(tables, donations=held)


def _few(changes: pd.DataFrame) -> pd.Series:
    """Whether the gifts that came to a cell are fewer than ten people's, and so are those that are gone from it.

    A gift that was typed anew is one that came and one that is gone: the two never count together as two people.
    """
    gifts = changes.assign(amount=changes["amount"].abs(), status="received")
    both = [unsafe(gifts[gifts["gone"].eq(gone)], gifts.loc[gifts["gone"].eq(gone), "cell"]) for gone in (False, True)]
    cells = pd.Index(changes["cell"].unique())
    return both[0].reindex(cells).fillna(True).astype(bool) & both[1].reindex(cells).fillna(True).astype(bool)


def weeks_told(week: pd.Series, donations: pd.DataFrame, earlier: pd.DataFrame | None) -> pd.DataFrame:
    """For each week, what an earlier report told of it (`told`, "" where nothing).

    `since` says whether gifts came that it did not tell, `few` whether few people gave them: both are asked of weeks
    that its recorded period cut, too, since what it told in totals would tell the rest.
    """
    if earlier is None:
        return pd.DataFrame({"told": "", "since": True, "few": False}, index=week.index)
    told = week.map(earlier.drop_duplicates("week").set_index("week")["told"]).fillna("")
    changes = _changes(donations.reset_index(drop=True), earlier)
    few = unsafe(changes, monday(changes["received_on"]).to_series(index=changes.index))
    changed = told.eq(CUT) & week.isin(monday(changes["received_on"]))
    return pd.DataFrame({"told": told, "since": told.eq("") | changed, "few": changed & week.map(few).eq(True)})


def _changes(donations: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """The gifts that the `earlier` report did not tell, and those `gone` since, each with the `cell` it changes.

    A cell is a week that was told whole; all other weeks are one. Gifts keep the index of `donations`.
    """
    known = earlier[earlier["gifts"].notna()]
    told = donations[GIFT].merge(known[[*GIFT, "gifts"]], on=GIFT, how="left", validate="many_to_one")["gifts"]
    place = donations.groupby(GIFT).cumcount()
    new = donations[place.to_numpy() >= told.fillna(0).to_numpy()].assign(gone=False)
    now = known[GIFT].merge(donations.groupby(GIFT).size().rename("now").reset_index(), on=GIFT, how="left")["now"]
    missing = (known["gifts"].to_numpy() - now.fillna(0).to_numpy()).clip(min=0).astype(int)
    gone = known.loc[known.index.repeat(missing), GIFT]
    lines = np.arange(len(gone)) + 1
    gone = gone.assign(
        donation_id=[f"told:{line}" for line in lines], original_amount=gone["amount"], original_currency="",
        source_file="", source_line=lines, gone=True,
    ).set_index(pd.Index(-lines))  # fmt: skip
    both = pd.concat([new, gone])
    week = monday(both["received_on"]).to_series(index=both.index)
    whole = week.isin(earlier.loc[earlier["told"] != CUT, "week"])
    return both.assign(cell=week.where(whole, SINCE))
