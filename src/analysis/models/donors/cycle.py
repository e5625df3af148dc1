"""Donors and their money by giving year: new, retained, recaptured, lapsed; gains and losses to the cent.

The definitions are those of the Fundraising Effectiveness Project (FEP; Association of Fundraising Professionals),
unless the variant by months is asked for; they disagree between publishers, so each result names its own.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from analysis.models.donors.known import matching_limits, no_donors
from analysis.models.rates import Rate
from analysis.models.sentences import in_language
from analysis.wording import listing, number, percent

Definition = Literal["fep", "twelve_fifteen"]
MONTHS_APART = 15
"""By the variant, a donor who gives within so many months of the gift before is retained, later recaptured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorYear:
    """One giving year: counts of donors, and money in whole cents against the year before.

    None stands for what is not known: everything against the year before in the first recorded year, and `new`,
    `recaptured`, `lapsed_new` and `lapsed_repeat` (and their money) where no year of records lies before, because
    nobody's past is known. `complete` says whether the year is recorded whole; `retention` is given where it and the
    year before are.
    """

    giving_year: str
    complete: bool
    donors: int
    cents: int
    change: int | None
    new: int | None
    retained: int | None
    recaptured: int | None
    lapsed: int | None
    lapsed_new: int | None
    lapsed_repeat: int | None
    upgraded: int | None
    downgraded: int | None
    new_cents: int | None
    recaptured_cents: int | None
    upgraded_cents: int | None
    downgraded_cents: int | None
    lapsed_cents: int | None
    gains: int | None
    losses: int | None
    retention: Rate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorCycle:
    """Donors and money by giving year, earliest first, by `definition`.

    `without_donor` is the share of money that no donor is known of (refunds taken off), over all years, and
    `gifts_without_donor` the number of such gifts.
    """

    years: tuple[DonorYear, ...]
    definition: Definition
    level: float
    without_donor: float
    gifts_without_donor: int

    @property
    def last(self) -> DonorYear | None:
        """The last year with a retention rate; None where there is none."""
        return next((year for year in reversed(self.years) if year.retention is not None), None)

    def summary(self, language: str) -> str:
        """Two sentences in "fr" or "en": how many came back in the last whole year, and who is not known."""
        return f"{self._came_back(language)} {self.unknown_summary(language)}"

    def _came_back(self, language: str) -> str:
        year = self.last
        if year is None or year.retention is None:
            return in_language(
                language,
                fr="Les données ne couvrent pas deux années de dons entières de suite (de juillet à juin) : le taux de "
                "fidélité n’est pas donné.",
                en="The records do not hold two whole giving years in a row (July to June), so the retention rate is "
                "not given.",
            )
        before = number(year.retention.counted, language)
        return in_language(
            language,
            fr=f"Sur {before} donateurs de l’année précédente, {year.retention.said('fr')} ont redonné en "
            f"{year.giving_year}.",
            en=f"Of {before} donors of the year before, {year.retention.said('en')} gave again in {year.giving_year}.",
        )

    def money_summary(self, language: str) -> str:
        """One sentence in "fr" or "en": for 100 gained in the last whole year, how much was lost; "" where unknown."""
        year = self.last
        if year is None or not year.gains or year.losses is None:
            return ""
        lost = number(100 * year.losses / year.gains, language)
        return in_language(
            language,
            fr=f"En {year.giving_year}, pour 100 gagnés (nouveaux donateurs, donateurs revenus, dons en hausse), "
            f"{lost} ont été perdus (donateurs partis, dons en baisse).",
            en=f"In {year.giving_year}, for every 100 gained (new and returning donors, larger gifts), {lost} were "
            "lost (lapsed donors, smaller gifts).",
        )

    def unknown_summary(self, language: str) -> str:
        """One sentence in "fr" or "en": what share of the money these numbers say nothing of."""
        if self.gifts_without_donor == 0:
            return in_language(
                language, fr="Tous les dons nomment leur donateur.", en="Every gift names its donor."
            )  # fmt: skip
        share = percent(self.without_donor, language)
        return in_language(
            language,
            fr=f"{share} de l’argent est venu sans donateur connu et n’est pas compté ici.",
            en=f"{share} of the money came without a known donor and is not counted here.",
        )

    def limits(self, language: str) -> str:
        """What must be known beside these numbers, in "fr" or "en": incomplete years, definitions, matching."""
        cut = listing([year.giving_year for year in self.years if not year.complete], language)
        said = []
        if cut:
            said.append(
                in_language(
                    language,
                    fr=f"Années incomplètes : {cut}.",
                    en=f"Incomplete years: {cut}.",
                )
            )
        said.append(
            in_language(
                language,
                fr="Est nouveau qui n’a donné dans aucune année enregistrée avant celle-ci ; un don plus ancien que "
                "les données n’est pas connu.",
                en="New is who gave in no recorded year before; a gift older than the records is not known.",
            )
        )
        return " ".join([*said, matching_limits(language)])

    def to_frame(self) -> pd.DataFrame:
        """One row a giving year: the fields of `DonorYear`, with retention, retention_lower and retention_upper."""
        rows = []
        for year in self.years:
            rate = year.retention
            row = {name: value for name, value in asdict(year).items() if name != "retention"}
            ends = (rate.rate, rate.lower, rate.upper) if rate else (None, None, None)
            names = ("retention", "retention_lower", "retention_upper")
            rows.append({**row, **dict(zip(names, ends, strict=True)), "definition": self.definition})
        counts = {name: "Int64" for name in DonorYear.__slots__ if name not in ("giving_year", "complete", "retention")}
        return pd.DataFrame(rows).astype({**counts, **dict.fromkeys(names, "float64")})


def donor_cycle(
    by_donor: pd.DataFrame, years: pd.DataFrame, *, definition: Definition = "fep", level: float = 0.95
) -> DonorCycle:
    """Donors and money of each giving year against the year before.

    `by_donor` is made by `analysis.panel.donors.donor_years`, `years` by `recorded_years`. A donor gave in a year
    when gifts less refunds are above zero. By "fep": retained gave the year before; recaptured did not but gave
    earlier; new gave in no recorded year before; lapsed gave the year before and not in this one (lapsed new: that
    was their first). By "twelve_fifteen": retained gave within 15 months of the gift before, counted from the first
    gift of the year; recaptured later; new and lapsed as above.

    Money is told by "fep" in both: gains = new + recaptured + upgraded, losses = downgraded + lapsed, and gains -
    losses is the change of the donors' money to the cent. Who gave in neither year but was refunded in one counts in
    upgraded_cents or downgraded_cents, not as a donor. Retention is retained / (retained + lapsed).

    Raises TooThin when no gift names a donor, and ValueError for another definition.
    """
    if definition not in ("fep", "twelve_fifteen"):
        raise ValueError(f"no definition is called {definition}: the definitions are fep and twelve_fifteen")
    if by_donor.empty:
        raise no_donors()
    labels = years["giving_year"].tolist()
    cents = by_donor.pivot_table(index="donor", columns="giving_year", values="cents", aggfunc="sum", fill_value=0)
    cents = cents.reindex(columns=labels, fill_value=0).astype("int64")
    gave = cents > 0
    soon = _soon(by_donor, cents.index, labels)
    return DonorCycle(
        years=tuple(_year(place, years, cents, gave, soon, definition, level) for place in range(len(labels))),
        definition=definition,
        level=level,
        without_donor=float(years["cents_without_donor"].sum() / years["cents"].sum()),
        gifts_without_donor=int(years["gifts_without_donor"].sum()),
    )


def _soon(by_donor: pd.DataFrame, donors: pd.Index, labels: list[str]) -> pd.DataFrame:
    """Whether a donor's first gift of a year came within fifteen months of the last gift of an earlier year."""
    rows = by_donor[by_donor["gifts"] > 0].sort_values(["donor", "giving_year"])
    before = rows.groupby("donor")["last_on"].shift()
    soon = rows["first_on"] < before + pd.DateOffset(months=MONTHS_APART)
    table = rows.assign(soon=soon & before.notna()).pivot_table(
        index="donor", columns="giving_year", values="soon", aggfunc="max", fill_value=False
    )
    return table.reindex(index=donors, columns=labels, fill_value=False).astype(bool)


def _year(
    place: int, years: pd.DataFrame, cents: pd.DataFrame, gave: pd.DataFrame, soon: pd.DataFrame,
    definition: Definition, level: float,
) -> DonorYear:  # fmt: skip
    """The year at `place` against the one before it."""
    row, label = years.iloc[place], years["giving_year"].iloc[place]
    here: dict[str, Any] = {"giving_year": label, "complete": bool(row["complete"]), "donors": int(gave[label].sum())}
    here |= {"cents": int(cents[label].sum())}
    known: dict[str, Any] = dict.fromkeys(name for name in DonorYear.__slots__ if name not in here)
    if place == 0:
        return DonorYear(**here, **known)
    before = years["giving_year"].iloc[place - 1]
    now, last = gave[label], gave[before]
    ever = gave.iloc[:, :place].any(axis=1)
    delta = cents[label] - cents[before]
    both, came, gone = now & last, now & ~last, last & ~now
    rest = ~(came | gone)
    stayed = both if definition == "fep" else now & ever & soon[label]
    known |= {"change": int(delta.sum()), "retained": int(stayed.sum()), "lapsed": int(gone.sum())}
    known |= {"upgraded": int((both & (delta > 0)).sum()), "downgraded": int((both & (delta < 0)).sum())}
    known |= {"upgraded_cents": int(delta[rest].clip(lower=0).sum())}
    known |= {"downgraded_cents": int(-delta[rest].clip(upper=0).sum()), "lapsed_cents": int(-delta[gone].sum())}
    known |= {"gains": int(delta[came].sum()) + int(delta[rest].clip(lower=0).sum())}
    known |= {"losses": int(-delta[rest].clip(upper=0).sum()) + int(-delta[gone].sum())}
    if row["past_known"]:
        fresh = came & ~ever
        known |= {"new": int(fresh.sum()), "recaptured": int((now & ever & ~stayed).sum())}
        known |= {"new_cents": int(delta[fresh].sum()), "recaptured_cents": int(delta[came & ever].sum())}
    if place > 1 and years["past_known"].iloc[place - 1]:
        first = gone & ~gave.iloc[:, : place - 1].any(axis=1)
        known |= {"lapsed_new": int(first.sum()), "lapsed_repeat": int((gone & ~first).sum())}
    if row["complete"] and years["complete"].iloc[place - 1] and (stayed.sum() + gone.sum()) > 0:
        known["retention"] = Rate.of(int(stayed.sum()), int(stayed.sum() + gone.sum()), level=level)
    return DonorYear(**here, **known)
