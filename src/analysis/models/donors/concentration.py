"""How far few donors carry the whole: the share of the largest, and of those with a standing donation."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import pandas as pd

from analysis.models.donors.known import no_donors
from analysis.models.sentences import in_language
from analysis.wording import percent

LARGEST = (0.01, 0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcentrationYear:
    """One giving year: `donors`, the share of their money that the largest 1 % and 10 % gave, and standing donors.

    `one_percent` and `ten_percent` count the donors in those groups (rounded up, at least one). `regular_share` is
    the share of money given by donors with a standing donation, None where no source says who has one.
    """

    giving_year: str
    complete: bool
    donors: int
    one_percent: int
    one_percent_share: float
    ten_percent: int
    ten_percent_share: float
    regular_donors: int | None
    regular_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """The years, earliest first."""

    years: tuple[ConcentrationYear, ...]

    def summary(self, language: str) -> str:
        """One or two sentences in "fr" or "en" on the last whole year (the last of all where none is)."""
        year = next((one for one in reversed(self.years) if one.complete), self.years[-1])
        share = percent(year.ten_percent_share, language)
        said = in_language(
            language,
            fr=f"En {year.giving_year}, le dixième des donateurs qui a le plus donné a apporté {share} de l’argent.",
            en=f"In {year.giving_year}, the tenth of donors who gave most brought {share} of the money.",
        )
        if year.regular_share is None:
            return said
        regular = percent(year.regular_share, language)
        return f"{said} " + in_language(
            language,
            fr=f"Les donateurs réguliers en ont donné {regular}.",
            en=f"Donors with a standing donation gave {regular} of it.",
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a giving year: the fields of `ConcentrationYear`."""
        table = pd.DataFrame([asdict(year) for year in self.years])
        return table.astype({"regular_donors": "Int64", "regular_share": "float64"})


def donor_concentration(by_donor: pd.DataFrame, years: pd.DataFrame) -> Concentration:
    """What the largest donors and standing donors gave in each giving year with a donor.

    Donors are those whose gifts less refunds are above zero; shares are of the money of these. Input and TooThin are
    as in `donor_cycle`.
    """
    gave = by_donor[by_donor["cents"] > 0]
    if gave.empty:
        raise no_donors()
    whole = dict(zip(years["giving_year"], years["complete"], strict=True))
    return Concentration(
        years=tuple(_year(str(label), rows, bool(whole[str(label)])) for label, rows in gave.groupby("giving_year"))
    )


def _year(label: str, rows: pd.DataFrame, complete: bool) -> ConcentrationYear:
    total, ordered = int(rows["cents"].sum()), rows["cents"].sort_values(ascending=False)
    one, ten = (math.ceil(round(share * len(rows), 6)) for share in LARGEST)
    known = bool(rows["regular"].notna().any())
    standing = rows[rows["regular"].fillna(False).astype(bool)]
    return ConcentrationYear(
        giving_year=label,
        complete=complete,
        donors=len(rows),
        one_percent=one,
        one_percent_share=float(ordered.head(one).sum() / total),
        ten_percent=ten,
        ten_percent_share=float(ordered.head(ten).sum() / total),
        regular_donors=len(standing) if known else None,
        regular_share=float(standing["cents"].sum() / total) if known else None,
    )
