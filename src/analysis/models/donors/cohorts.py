"""How long donors stay by the year they began in, and how many come back by how their first gift came."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from analysis.models.donors.known import comparable, no_donors
from analysis.models.rates import Rate
from analysis.models.sentences import in_language

PARTS = ("first_channel", "first_appeal")


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortYear:
    """Donors whose first recorded giving year is `cohort`: `still` of `donors` gave in `giving_year`, `after` later."""

    cohort: str
    giving_year: str
    after: int
    donors: int
    still: int
    complete: bool

    @property
    def share(self) -> float:
        """The share that gave."""
        return self.still / self.donors


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohorts:
    """Every cohort in every year since its own; the first recorded cohort holds all who gave before, too.

    `first_mixed` names it: its donors are not all new, so it is no cohort of beginners.
    """

    rows: tuple[CohortYear, ...]
    first_mixed: str
    level: float

    def summary(self, language: str) -> str:
        """One sentence in "fr" or "en": how many beginners gave again a year later, whole years only."""
        kept = [row for row in self.rows if row.after == 1 and row.complete and row.cohort != self.first_mixed]
        donors = sum(row.donors for row in kept)
        if not donors:
            return in_language(
                language,
                fr="Les données sont trop courtes pour suivre des donateurs depuis leur premier don.",
                en="The records are too short to follow donors from their first gift.",
            )
        rate = Rate.of(sum(row.still for row in kept), donors, level=self.level)
        return in_language(
            language,
            fr=f"Parmi les nouveaux donateurs, {rate.said('fr')} ont redonné l’année de dons suivante.",
            en=f"Of new donors, {rate.said('en')} gave again in the giving year after.",
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a cohort and giving year: cohort, giving_year, after, donors, still, share, complete."""
        return pd.DataFrame([{**asdict(row), "share": row.share} for row in self.rows])


def donor_cohorts(by_donor: pd.DataFrame, years: pd.DataFrame, *, level: float = 0.95) -> Cohorts:
    """Cohorts of donors by their first recorded giving year, followed through every year since.

    Input and TooThin are as in `donor_cycle`. A row is complete where the cohort's own year and `giving_year` are
    recorded whole. The cohorts before a year of records lies behind are mixed with donors who gave earlier.
    """
    gave = by_donor[by_donor["cents"] > 0]
    if gave.empty:
        raise no_donors()
    labels = years["giving_year"].tolist()
    whole = dict(zip(labels, years["complete"], strict=True))
    first = gave.groupby("donor")["giving_year"].min()
    table = gave.assign(cohort=gave["donor"].map(first)).groupby(["cohort", "giving_year"])["donor"].nunique()
    rows = [
        CohortYear(
            cohort=cohort,
            giving_year=year,
            after=place,
            donors=int(table[cohort, cohort]),
            still=int(table.get((cohort, year), 0)),
            complete=bool(whole[cohort] and whole[year]),
        )
        for start, cohort in enumerate(labels)
        if (cohort, cohort) in table.index
        for place, year in enumerate(labels[start:])
    ]
    mixed = years.loc[~years["past_known"], "giving_year"]
    return Cohorts(rows=tuple(rows), first_mixed=mixed.iloc[-1] if len(mixed) else "", level=level)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionByPart:
    """Retention of donors by `part` ("first_channel" or "first_appeal") of their first gift, over whole years."""

    part: str
    rates: tuple[tuple[str, Rate], ...]
    level: float

    def summary(self, language: str) -> str:
        """One sentence in "fr" or "en": whether the highest and the lowest rate lie apart by more than chance."""
        if len(self.rates) < 2:
            return in_language(
                language,
                fr="Il n’y a pas deux groupes de donateurs à comparer.",
                en="There are no two groups of donors to compare.",
            )
        ordered = sorted((rate for _, rate in self.rates), key=lambda rate: rate.rate)
        low, high = ordered[0], ordered[-1]
        apart = low.upper < high.lower
        return in_language(
            language,
            fr=f"La fidélité va de {low.said('fr')} à {high.said('fr')} : "
            + ("l’écart dépasse le hasard." if apart else "l’écart n’est pas clair."),
            en=f"Retention runs from {low.said('en')} to {high.said('en')}: "
            + ("they lie further apart than chance." if apart else "the difference is not clear."),
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a value of the part: part, value, kept, counted, rate, lower, upper, level; largest first."""
        return pd.DataFrame([{"part": self.part, "value": name, **asdict(rate)} for name, rate in self.rates])


def retention_by_part(
    by_donor: pd.DataFrame, years: pd.DataFrame, *, part: str = "first_channel", level: float = 0.95
) -> RetentionByPart:
    """The share of donors who gave again the year after, by the channel or the appeal of their first recorded gift.

    Donors of every whole giving year are counted that is followed by another; a donor of three years counts twice.
    Donors whose first gift names no appeal are left out of "first_appeal". Input and TooThin are as in `donor_cycle`.
    """
    if part not in PARTS:
        raise ValueError(f"no part is called {part}: the parts are {', '.join(PARTS)}")
    gave = by_donor[by_donor["cents"] > 0]
    if gave.empty:
        raise no_donors()
    counted = []
    for before, year in comparable(years):
        donors = gave[gave["giving_year"] == before]
        again = donors["donor"].isin(gave.loc[gave["giving_year"] == year, "donor"])
        counted.append(donors.assign(again=again)[[part, "again"]])
    if not counted:
        return RetentionByPart(part=part, rates=(), level=level)
    sums = pd.concat(counted).groupby(part)["again"].agg(["sum", "size"]).sort_values("size", ascending=False)
    rates = tuple(
        (str(name), Rate.of(int(row["sum"]), int(row["size"]), level=level)) for name, row in sums.iterrows()
    )  # fmt: skip
    return RetentionByPart(part=part, rates=rates, level=level)
