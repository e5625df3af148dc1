"""Giving by donor and giving year, in whole cents: what retention, cohorts and concentration are worked out from."""

from __future__ import annotations

import pandas as pd

from analysis.dataset import Dataset
from analysis.panel.weekly import recorded_period
from analysis.seasons import giving_year
from analysis.tables import Tables

DAYS_BEFORE = 365
"""Whether a donor is new is known in years that so many recorded days lie before."""


def donor_years(tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """One row for each donor and giving year (July to June) with a gift or a refund, in order of years.

    `cents` is what the donor gave that year, refunds taken off; `gifts` counts gifts, `first_on` and `last_on` are the
    days of the first and the last of them (missing where there was only a refund), `regular` says whether one was
    part of a standing donation (missing where no source says). `first_channel` and `first_appeal` are those of the
    donor's first recorded gift. Gifts outside the recorded period and gifts without a donor are left out.
    """
    gifts = _inside(tables, dataset)
    named = gifts[gifts["donor"].notna()].sort_values(["received_on", "source_file", "source_line"], kind="stable")
    received = named[named["status"] == "received"]
    keys = ["donor", "giving_year"]
    firsts = received.drop_duplicates("donor").set_index("donor")
    told = received.assign(regular=received["regular"].astype("boolean").astype("Float64")).groupby(keys)
    table = pd.concat(
        [
            named.groupby(keys)["cents"].sum(),
            told["received_on"].agg(gifts="size", first_on="min", last_on="max"),
            (told["regular"].max() > 0).rename("regular"),
        ],
        axis=1,
    ).reset_index()
    return table.assign(
        gifts=table["gifts"].fillna(0).astype("int64"),
        regular=table["regular"].astype("boolean"),
        first_channel=table["donor"].map(firsts["channel"]),
        first_appeal=table["donor"].map(firsts["appeal"]),
    ).sort_values(["giving_year", "donor"], ignore_index=True)


def recorded_years(tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """One row a giving year that the recorded period touches, in order.

    `complete` says whether it is recorded from 1 July to 30 June, `past_known` whether a year of records lies before
    it. `cents` is all that came, `cents_without_donor` and `gifts_without_donor` what no donor is known of.
    """
    first, last = recorded_period(tables.donations, dataset)
    labels = list(dict.fromkeys(giving_year(pd.date_range(first, last))))
    begin = pd.DatetimeIndex([pd.Timestamp(int(label[:4]), 7, 1) for label in labels])
    gifts = _inside(tables, dataset)
    nameless = gifts[gifts["donor"].isna()]
    return pd.DataFrame(
        {
            "giving_year": pd.Series(labels, dtype="str"),
            "complete": (begin >= first) & (begin + pd.DateOffset(years=1) - pd.Timedelta(days=1) <= last),
            "past_known": begin >= first + pd.Timedelta(days=DAYS_BEFORE),
            "cents": _by_year(gifts["cents"], gifts, labels),
            "cents_without_donor": _by_year(nameless["cents"], nameless, labels),
            "gifts_without_donor": _by_year((nameless["status"] == "received").astype("int64"), nameless, labels),
        }
    )


def _inside(tables: Tables, dataset: Dataset) -> pd.DataFrame:
    """Gifts and refunds of the recorded period, with their giving year and their amount in whole cents."""
    first, last = recorded_period(tables.donations, dataset)
    gifts = tables.donations[tables.donations["received_on"].between(first, last)]
    return gifts.assign(
        giving_year=giving_year(gifts["received_on"]), cents=(gifts["amount"] * 100).round().astype("int64")
    )


def _by_year(values: pd.Series, gifts: pd.DataFrame, labels: list[str]) -> list[int]:
    return values.groupby(gifts["giving_year"]).sum().reindex(labels, fill_value=0).astype("int64").tolist()
