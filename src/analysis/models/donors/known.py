"""What must be known beside every number about donors, and which of their years can be compared."""

from __future__ import annotations

import pandas as pd

from analysis.models.sentences import TooThin, in_language


def matching_limits(language: str) -> str:
    """What knowing donors by a pseudonym cannot see, in one sentence."""
    return in_language(
        language,
        fr="Les donateurs sont reconnus à leur adresse électronique ou à leur nom : une personne qui change "
        "d’adresse compte comme un nouveau donateur et un donateur perdu, et deux homonymes peuvent compter pour un.",
        en="Donors are known by their e-mail address or their name: a person who changes "
        "address counts as one new and one lapsed donor, and two people of one name may count as one.",
    )


def no_donors() -> TooThin:
    """The reason when no gift names its donor."""
    return TooThin(
        fr="Aucun don ne nomme son donateur : on ne peut pas dire qui revient.",
        en="No gift names its donor, so nothing can be said of who comes back.",
    )


def comparable(years: pd.DataFrame) -> list[tuple[str, str]]:
    """Each giving year that is complete, with the one before it where that is complete too: (before, year)."""
    whole = years.set_index("giving_year")["complete"]
    labels = years["giving_year"].tolist()
    return [(before, year) for before, year in zip(labels, labels[1:], strict=False) if whole[before] and whole[year]]
