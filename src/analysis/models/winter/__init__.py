"""How far giving falls in winter: as recorded, with trend and calendar held fixed, and per person in need."""

from analysis.models.winter.drop import fit_each_winter, fit_winter_drop, fit_winter_spread
from analysis.models.winter.expected import expected_winter
from analysis.models.winter.people import fit_per_person
from analysis.models.winter.placebo import placebo_windows
from analysis.models.winter.raw import raw_winter_change
from analysis.models.winter.sensitivity import winter_sensitivity
from analysis.models.winter.split import split_by_donors, split_by_parts

__all__ = [
    "expected_winter",
    "fit_each_winter",
    "fit_per_person",
    "fit_winter_drop",
    "fit_winter_spread",
    "placebo_windows",
    "raw_winter_change",
    "split_by_donors",
    "split_by_parts",
    "winter_sensitivity",
]
