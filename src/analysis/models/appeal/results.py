"""What is said of an appeal: its uplift week by week, the placebo windows, and sentences no surer than the interval."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import pandas as pd

from analysis.models.results import outcome_words
from analysis.models.sentences import as_change, in_language, is_clear
from analysis.wording import date, listing, money, number, percent, percent_range, rounded

MONEY = ("amount", "regular_amount", "goods_value")
"""Outcomes that are amounts in the reporting currency; others are counted."""

FEW = 0.05
"""Share of placebo windows, of twenty or more, up to which chance is said to explain an appeal poorly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealWeek:
    """One week of the window: what came, what was expected, and what has come above expectation until its end."""

    week: pd.Timestamp
    observed: float
    expected: float
    expected_lower: float
    expected_upper: float
    cumulative: float
    cumulative_lower: float
    cumulative_upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceboPeriod:
    """As many weeks without an appeal, from `week`: what came, what was foretold, and how far off that was.

    `off` is log observed - log expected in standard errors that the engine gives.
    """

    week: pd.Timestamp
    observed: float
    expected: float
    off: float

    @property
    def change(self) -> float:
        """What came above what was foretold, as a share."""
        return self.observed / self.expected - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealUplift:
    """What came above expectation in the weeks of an appeal, in units of `outcome`, with its interval at `level`.

    `weeks` were used of `weeks_asked`; `soft_weeks` weeks of a soft launch are on neither side; `overlapping` names
    the appeals, in French and in English, whose effect is in the number too. `error` is the engine's standard error
    of the log of what was expected, `off` how far the log of what came lies above it in such errors; `path` has the
    weeks of the window, `periods` the placebo windows.
    """

    uplift: float
    lower: float
    upper: float
    expected: float
    observed: float
    level: float
    launched_on: pd.Timestamp
    weeks: int
    weeks_asked: int
    soft_weeks: int = 0
    overlapping: tuple[tuple[str, str], ...] = ()
    outcome: str = "amount"
    off: float = field(repr=False)
    error: float = field(repr=False)
    path: tuple[AppealWeek, ...] = field(repr=False)
    periods: tuple[PlaceboPeriod, ...] = field(repr=False)

    @property
    def placebos(self) -> int:
        """How many windows without an appeal the interval was learnt from."""
        return len(self.periods)

    @property
    def share(self) -> float:
        """The uplift as a share of what was expected."""
        return self.uplift / self.expected

    @property
    def share_interval(self) -> tuple[float, float]:
        """The ends of the interval of `share`: what came over the most and the least that may have come without."""
        ends = [self.observed / (self.observed - end) - 1 for end in (self.lower, self.upper)]
        return min(ends), max(ends)

    @property
    def amounts(self) -> tuple[float, float, float]:
        """The uplift and its ends as they are told: amounts in three figures, counts in tens.

        With the share in whole percent, tens do not give back how many people stand behind a count.
        """
        best, low, high = self.uplift, self.lower, self.upper
        if self.outcome in MONEY:
            return three_figures(best), three_figures(low), three_figures(high)
        return float(round(best, -1)), float(round(low, -1)), float(round(high, -1))

    @property
    def clear(self) -> bool:
        """Whether the interval, as it is printed, leaves zero out."""
        return is_clear(*self.share_interval)

    @property
    def by_chance(self) -> int:
        """How many placebo windows came as far above what was foretold for them, by their errors, or further."""
        return sum(one.off >= self.off for one in self.periods)

    def summary(self, language: str, *, currency: str | None = None) -> str:
        """One to three sentences in "fr" or "en", no surer than the interval.

        Shares are of what was expected. A count is also told as a number, and an amount where `currency` is given.
        An uplift that is not clear is never told as none: the sentence says what the records cannot rule out.
        """
        said = [self._clear(language, currency) if self.clear else self._unclear(language, currency)]
        return " ".join(said + self._limits(language))

    def _clear(self, language: str, currency: str | None) -> str:
        (fr_named, en_named), of = outcome_words(self.outcome), percent(self.level, language)
        (fr_whose, en_whose), size = self._whose(), percent(abs(self.share), language)
        low, high = self.share_interval
        rise = self.share > 0
        ends = percent_range(low, high, language) if rise else percent_range(-high, -low, language)
        amount = self._amounts(language, currency)
        return in_language(
            language,
            fr=f"{self._opening('fr')}, les {fr_named} ont représenté environ {size} de {'plus' if rise else 'moins'} "
            f"que ce qui était attendu sans {fr_whose} (fourchette à {of} : {ends}).{amount}",
            en=f"{self._opening('en')}, {en_named} came to about {size} {'more' if rise else 'less'} than expected "
            f"without {en_whose} ({of} range: {ends}).{amount}",
        )

    def _unclear(self, language: str, currency: str | None) -> str:
        (fr_named, en_named), of = outcome_words(self.outcome), percent(self.level, language)
        fr_whose, en_whose = self._whose()
        best, low, high = (as_change(-share, language) for share in (self.share, *self.share_interval))
        amount, fr_best, en_best = self._amounts(language, currency), "", ""
        if rounded(self.share * 100) != 0:
            fr_best, en_best = f" la valeur la plus plausible est {best}, mais", f" the best estimate is {best}, but"
        return in_language(
            language,
            fr=f"Les données ne disent pas clairement ce que {fr_whose} {'ont' if self.overlapping else 'a'} apporté. "
            f"{self._opening('fr')}, pour les {fr_named},{fr_best} rien n’est exclu entre {low} et {high} par rapport "
            f"à ce qui était attendu (fourchette à {of}).{amount}",
            en=f"The records do not clearly show what {en_whose} brought. {self._opening('en')}, for {en_named},"
            f"{en_best} nothing from {low} to {high} on what was expected can be ruled out ({of} range).{amount}",
        )  # fmt: skip

    def _opening(self, language: str) -> str:
        day = date(self.launched_on.date(), language)
        if self.weeks == 1:
            return in_language(language, fr=f"La semaine du lancement ({day})", en=f"In the week of the launch ({day})")
        count = number(self.weeks, language)
        return in_language(
            language,
            fr=f"Au cours des {count} semaines à partir du lancement ({day})",
            en=f"In the {count} weeks from the launch ({day})",
        )

    def _whose(self) -> tuple[str, str]:
        return ("ces appels", "these appeals") if self.overlapping else ("l’appel", "the appeal")

    def _amounts(self, language: str, currency: str | None) -> str:
        """The uplift and its ends to three figures, as a sentence to add; "" where the currency is not known."""
        if self.outcome in MONEY and currency is None:
            return ""
        values = self.amounts
        best, low, high = (self._unit(value, language, currency) for value in values)
        fr, en = ("En valeur", "As a sum") if self.outcome in MONEY else ("En nombre", "As a number")
        return in_language(
            language,
            fr=f" {fr} : environ {best} (de {number(values[1], language)} à {high}).",
            en=f" {en}: about {best} ({low} to {high}).",
        )

    def _unit(self, value: float, language: str, currency: str | None) -> str:
        if self.outcome in MONEY and currency is not None:
            return money(value, currency, language)
        return number(value, language)

    def _limits(self, language: str) -> list[str]:
        """What must be known beside the number: overlapping appeals, weeks that are missing."""
        said = []
        if self.overlapping:
            names = listing([name[language == "en"] for name in self.overlapping], language)
            said.append(
                in_language(
                    language,
                    fr=f"D’autres appels se mêlent à celui-ci ({names}) : ce que chacun a apporté ne peut pas être "
                    "séparé, et le chiffre vaut pour tous ensemble.",
                    en=f"Other appeals overlap with this one ({names}): what each brought cannot be told apart, and "
                    "the figure is for all of them together.",
                )
            )
        if self.weeks < self.weeks_asked:
            used, asked = number(self.weeks, language), number(self.weeks_asked, language)
            said.append(
                in_language(
                    language,
                    fr=f"Seules {used} des {asked} semaines sont enregistrées en entier."
                    if self.weeks > 1
                    else f"Une seule des {asked} semaines est enregistrée en entier.",
                    en=f"Only {used} of the {asked} weeks {'are' if self.weeks > 1 else 'is'} recorded in full.",
                )
            )
        return said

    def chance_summary(self, language: str) -> str:
        """One sentence in "fr" or "en": whether chance explains the uplift, and how often it went as far without.

        That chance explains it poorly is said only where few of at least twenty windows did as well and the interval
        leaves zero out; where the two do not agree, and of an appeal below expectation, only the count is told.
        """
        count, of = number(self.by_chance, language), number(self.placebos, language)
        fr, en = {
            0: ("aucune n’a fait aussi bien", "none did as well"),
            1: ("une seule a fait aussi bien ou mieux", "one did as well or better"),
        }.get(self.by_chance, (f"{count} ont fait aussi bien ou mieux", f"{count} did as well or better"))
        verdict = self._chance(language)
        on, among = ("sur", "of") if verdict else ("Sur", "Of")
        return in_language(
            language,
            fr=f"{verdict}{on} {of} périodes aussi longues sans appel, {fr}.",
            en=f"{verdict}{among} {of} periods as long without an appeal, {en}.",
        )

    def _chance(self, language: str) -> str:
        """What may be said of chance before the count; "" where nothing may."""
        few = self.by_chance <= FEW * self.placebos
        if self.off <= 0 or (few and (not self.clear or self.placebos * FEW < 1)):
            return ""
        if few:
            return in_language(
                language, fr="Le hasard seul l’explique mal : ", en="Chance alone does not explain it well: "
            )
        return in_language(language, fr="Le hasard seul peut l’expliquer : ", en="Chance alone may explain it: ")

    def to_frame(self) -> pd.DataFrame:
        """One row: uplift, lower, upper, expected, observed, share and its ends, level, weeks, placebos, by_chance."""
        low, high = self.share_interval
        row = {name: getattr(self, name) for name in ("outcome", "launched_on", "uplift", "lower", "upper")}
        row |= {"expected": self.expected, "observed": self.observed, "share": self.share, "share_lower": low}
        row |= {"share_upper": high, "level": self.level, "weeks": self.weeks, "weeks_asked": self.weeks_asked}
        row |= {"soft_weeks": self.soft_weeks, "overlapping": ", ".join(name[1] for name in self.overlapping)}
        return pd.DataFrame([{**row, "placebos": self.placebos, "by_chance": self.by_chance}])

    def weeks_frame(self) -> pd.DataFrame:
        """One row a week of the window: the fields of `AppealWeek`."""
        return pd.DataFrame([asdict(week) for week in self.path])

    def placebos_frame(self) -> pd.DataFrame:
        """One row a placebo window: week, observed, expected, off (in errors) and change (a share)."""
        return pd.DataFrame([{**asdict(one), "change": one.change} for one in self.periods])


def three_figures(value: float) -> float:
    """`value` rounded to three significant figures: 12 487 is about 12 500."""
    return float(f"{value:.3g}")
