"""How far giving falls in winter: as recorded, with trend and calendar held fixed, and per person in need."""

from analysis.models.winter.drop import fit_each_winter, fit_winter_drop, fit_winter_spread
from analysis.models.winter.expected import expected_winter
from analysis.models.winter.people import fit_per_person
from analysis.models.winter.raw import raw_winter_change

__all__ = [
    "expected_winter",
    "fit_each_winter",
    "fit_per_person",
    "fit_winter_drop",
    "fit_winter_spread",
    "raw_winter_change",
]
