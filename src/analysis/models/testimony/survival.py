"""How many testimonies were published and how long they stayed online (Kaplan and Meier 1958, JASA 53).

A testimony that is still online on the last day of the records is censored: it stayed at least that long.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.duration.survfunc import SurvfuncRight

from analysis.models.rates import Rate
from analysis.models.sentences import TooThin, in_language
from analysis.wording import is_one, number, percent

FEWEST = 5
HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlinePoint:
    """After `days` days online: the share still there, its pointwise interval, how many were at risk and removed."""

    days: int
    online: float
    lower: float
    upper: float
    at_risk: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineCurve:
    """The testimonies of one `item` ("" for all): how many, how many removed, and the curve, a point a day of removal.

    `median` is the day by which half were removed, with its interval; None where that is not reached.
    """

    item: str
    published: int
    removed: int
    points: tuple[OnlinePoint, ...]
    median: int | None
    median_lower: int | None
    median_upper: int | None

    def online_after(self, days: int) -> tuple[float, float, float]:
        """The share still online after so many days, and the ends of its interval; all online before any removal."""
        past = [one for one in self.points if one.days <= days]
        return (past[-1].online, past[-1].lower, past[-1].upper) if past else (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestimonySurvival:
    """The share published among those decided, and how long they stayed: all, then item by item, most first.

    `pending` were not decided; `undated` were removed on a day that nobody noted, and are in no curve.
    """

    __test__ = False

    published: Rate
    pending: int
    undated: int
    curve: OnlineCurve
    items: tuple[OnlineCurve, ...]
    level: float

    def summary(self, language: str) -> str:
        """Two or three sentences in "fr" or "en": how many were published, and how long they stayed online."""
        said = [self.published_summary(language), self.stayed_summary(language), *self._missing(language)]
        return " ".join(said)

    def published_summary(self, language: str) -> str:
        """One sentence in "fr" or "en": how many of those decided were published."""
        count = number(self.published.counted, language)
        return in_language(
            language,
            fr=f"Sur {count} témoignages dont le sort est connu, {self.published.said('fr')} ont été publiés.",
            en=f"Of {count} testimonies whose outcome is known, {self.published.said('en')} were published.",
        )

    def stayed_summary(self, language: str) -> str:
        """One sentence in "fr" or "en": how long those published stayed online."""
        curve, of = self.curve, percent(self.level, language)
        if curve.removed == 0:
            return in_language(
                language,
                fr="Aucun n’a été retiré jusqu’au dernier jour des données.",
                en="None was removed by the last day of the records.",
            )
        if curve.median is None:
            last = curve.points[-1]
            share, days = percent(last.online, language), number(last.days, language)
            return in_language(
                language,
                fr=f"Plus de la moitié étaient encore en ligne à la fin : {share} au bout de {days} jours.",
                en=f"More than half were still online at the end: {share} after {days} days.",
            )
        best, low = (number(value or 0, language) for value in (curve.median, curve.median_lower))
        best += {"fr": (" jours", " jour"), "en": (" days", " day")}[language][is_one(curve.median, language)]
        if curve.median_upper is None:
            return in_language(
                language,
                fr=f"La moitié avaient été retirés au bout de {best} environ, au moins {low} (borne basse de la "
                f"fourchette à {of} ; la borne haute n’est pas atteinte).",
                en=f"Half had been removed after about {best}, at least {low} (lower end of the {of} range; the "
                "upper end is not reached).",
            )
        high = number(curve.median_upper, language)
        return in_language(
            language,
            fr=f"La moitié avaient été retirés au bout de {best} environ (fourchette à {of} : de {low} à {high}).",
            en=f"Half had been removed after about {best} ({of} range: {low} to {high}).",
        )

    def _missing(self, language: str) -> list[str]:
        said = []
        if self.pending:
            count = number(self.pending, language)
            said.append(
                in_language(
                    language,
                    fr=f"En attente de décision : {count}.",
                    en=f"Still awaiting a decision: {count}.",
                )
            )
        if self.undated:
            count = number(self.undated, language)
            said.append(
                in_language(
                    language,
                    fr=f"Retirés à une date inconnue, hors de ce calcul : {count}.",
                    en=f"Removed on an unknown day and left out of this: {count}.",
                )
            )
        return said

    def to_frame(self) -> pd.DataFrame:
        """One row a point of each curve: item ("" for all), days, online, lower, upper, at_risk, removed, level."""
        return pd.DataFrame(
            [
                {"item": curve.item, **asdict(point), "level": self.level}
                for curve in (self.curve, *self.items)
                for point in curve.points
            ]
        )

    def items_frame(self) -> pd.DataFrame:
        """One row an item, all first as "": item, published, removed, median and its ends (missing if not reached)."""
        rows = [asdict(curve) for curve in (self.curve, *self.items)]
        medians = dict.fromkeys(("median", "median_lower", "median_upper"), "Int64")
        return pd.DataFrame(rows).drop(columns="points").astype(medians)


def testimony_survival(testimonies: pd.DataFrame, *, level: float = 0.95) -> TestimonySurvival:
    """The share of testimonies published, and Kaplan-Meier curves of how long they stayed online.

    `testimonies` is made by `analysis.panel.testimonies.testimony_days`. Published over decided has its Wilson
    interval; a curve's band is pointwise, on the scale of log(-log) with Greenwood's variance, and the median's
    interval is where that band crosses one half (Brookmeyer and Crowley 1982, Biometrics 38).

    Raises TooThin when fewer than five testimonies were published.
    """
    decided, published = testimonies[testimonies["decided"]], testimonies[testimonies["published"]]
    timed = published[published["days"].notna()]
    if len(timed) < FEWEST:
        raise _few(len(timed))
    by_item = sorted(timed.groupby("item"), key=lambda one: (-len(one[1]), str(one[0])))
    return TestimonySurvival(
        published=Rate.of(len(published), len(decided), level=level),
        pending=int((~testimonies["decided"]).sum()),
        undated=len(published) - len(timed),
        curve=_curve("", timed, level),
        items=tuple(_curve(str(item), rows, level) for item, rows in by_item),
        level=level,
    )


def _curve(item: str, rows: pd.DataFrame, level: float) -> OnlineCurve:
    days, removed = rows["days"].to_numpy(dtype=float), rows["removed"].to_numpy(dtype=int)
    points = _points(days, removed, level) if removed.any() else ()
    return OnlineCurve(
        item=item,
        published=len(rows),
        removed=int(removed.sum()),
        points=points,
        median=next((one.days for one in points if one.online <= HALF), None),
        median_lower=next((one.days for one in points if one.lower <= HALF), None),
        median_upper=next((one.days for one in points if one.upper <= HALF), None),
    )


def _points(days: np.ndarray, removed: np.ndarray, level: float) -> tuple[OnlinePoint, ...]:
    """A point for each day with a removal; where none is left, the band keeps the end it had before."""
    found = SurvfuncRight(days, removed)
    reach, points, high = float(norm.ppf((1 + level) / 2)), [], 1.0
    columns = zip(found.surv_times, found.surv_prob, found.surv_prob_se, found.n_risk, found.n_events, strict=True)
    for day, share, error, at_risk, events in columns:
        low = 0.0
        if share > 0:
            power = np.exp(reach * error / (share * np.log(share)) * np.array([-1.0, 1.0]))
            low, high = (float(end) for end in share**power)
        points.append(
            OnlinePoint(
                days=int(day), online=float(max(share, 0.0)), lower=low, upper=high, at_risk=int(at_risk),
                removed=int(events),
            )
        )  # fmt: skip
    return tuple(points)


def _few(count: int) -> TooThin:
    fr, en = {0: ("Aucun témoignage publié n’est enregistré", "No published testimony is recorded")}.get(
        count,
        (f"Seulement {count} témoignages publiés sont enregistrés", f"Only {count} published testimonies are recorded"),
    )
    return TooThin(
        fr=f"{fr} ; il en faut au moins {FEWEST} pour dire combien de temps ils restent en ligne.",
        en=f"{en}; it takes at least {FEWEST} to say how long they stay online.",
    )
