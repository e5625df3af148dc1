"""The words that every result shares: one honest sentence, or why there is none.

A sentence is never surer than its interval: where the interval, as printed, reaches zero, it says that the
records do not show a clear change.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis.wording import NARROW_SPACE, NO_BREAK_SPACE, percent, percent_range, rounded

OTHER = "other"
PART_LABELS = {
    "donors": ("le nombre de donateurs par semaine", "the number of donors a week"),
    "donations_per_donor": ("les dons par donateur et par semaine", "donations per donor and week"),
    "donations": ("le nombre de dons", "the number of donations"),
    "mean_donation": ("le don moyen", "the mean donation"),
    "regular": ("les dons réguliers", "standing donations"),
    "one_off": ("les autres dons", "other donations"),
    "helloasso": ("HelloAsso", "HelloAsso"),
    "paypal": ("PayPal", "PayPal"),
    "stripe": ("Stripe", "Stripe"),
    "bank": ("la banque", "the bank"),
    "cash": ("les espèces", "cash"),
    "rest": ("les autres voies", "other channels"),
    "new_donors": ("les premiers dons de nouveaux donateurs", "first gifts of new donors"),
    "known_donors": ("les dons de donateurs déjà connus", "gifts of donors already known"),
    "no_donor": ("les dons sans donateur connu", "gifts that name no donor"),
    OTHER: ("les autres", "the others"),
}
"""What each part of a winter change is called, in French and in English; any other is called by its key."""


class TooThin(ValueError):  # noqa: N818 - it names a finding that is printed, not a failure
    """The records cannot carry the number; its sentence stands in the number's place in the report."""

    def __init__(self, *, fr: str, en: str) -> None:
        self.fr = typeset(fr)
        self.en = en
        super().__init__(en)

    def __reduce__(self) -> tuple[Callable[..., TooThin], tuple[str, str]]:
        return _too_thin, (self.fr, self.en)

    def to_frame(self) -> pd.DataFrame:
        """One row: the reason, in English."""
        return pd.DataFrame([{"reason": self.en}])

    def sentence(self, language: str) -> str:
        """The reason as one sentence in "fr" or "en"."""
        return in_language(language, fr=self.fr, en=self.en)


def _too_thin(fr: str, en: str) -> TooThin:
    return TooThin(fr=fr, en=en)


def in_language(language: str, *, fr: str, en: str) -> str:
    """The one of two texts that is in `language`, "fr" or "en"; French with its spaces."""
    return {"fr": typeset(fr), "en": en}[language]


def typeset(french: str) -> str:
    """French text with the spaces that must not break before its colons and semicolons."""
    return french.replace(" :", f"{NO_BREAK_SPACE}:").replace(" ;", f"{NARROW_SPACE};")


def is_clear(lower: float, upper: float) -> bool:
    """Whether the interval of a share, as it is printed, leaves zero out."""
    return rounded(lower * 100) > 0 or rounded(upper * 100) < 0


def claim(
    drop: float,
    lower: float,
    upper: float,
    level: float,
    language: str,
    *,
    fr: tuple[str, str],
    en: tuple[str, str],
) -> str:
    """The claim (first of the pair) with its interval, or that no change is clear (second of the pair)."""
    if not is_clear(lower, upper):
        return unclear(drop, lower, upper, level, language, fr=fr[1], en=en[1])
    size, of = percent(abs(drop), language), percent(level, language)
    ends = percent_range(lower, upper, language) if drop > 0 else percent_range(-upper, -lower, language)
    return in_language(
        language,
        fr=fr[0].format(change=f"{'ont baissé' if drop > 0 else 'ont augmenté'} d’environ {size}")
        + f" (fourchette à {of} : {ends}).",
        en=en[0].format(change=f"{'fell' if drop > 0 else 'rose'} by about {size}") + f" ({of} range: {ends}).",
    )


def unclear(drop: float, lower: float, upper: float, level: float, language: str, *, fr: str, en: str) -> str:
    """That the records show no clear change, with what they leave open."""
    best, low, high = (as_change(share, language) for share in (drop, lower, upper))
    of = percent(level, language)
    return in_language(
        language,
        fr=f"Les données ne montrent pas d’évolution claire {fr} : la valeur la plus plausible est {best}, "
        f"mais elles n’excluent rien entre {low} et {high} (fourchette à {of}).",
        en=f"The records do not show a clear winter {en}: the best estimate is {best}, "
        f"but nothing from {low} to {high} can be ruled out ({of} range).",
    )


def as_change(drop: float, language: str) -> str:
    """A drop in words: "a fall of 5%", "a rise of 4%", "no change"."""
    size = percent(abs(drop), language)
    if rounded(drop * 100) == 0:
        return in_language(language, fr="aucun changement", en="no change")
    if drop < 0:
        return in_language(language, fr=f"une hausse de {size}", en=f"a rise of {size}")
    return in_language(language, fr=f"une baisse de {size}", en=f"a fall of {size}")
