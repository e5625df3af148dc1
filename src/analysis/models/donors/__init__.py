"""Who gives and who comes back: donors by giving year, retention, cohorts, and how far few donors carry the whole."""

from analysis.models.donors.cohorts import donor_cohorts, retention_by_part
from analysis.models.donors.concentration import donor_concentration
from analysis.models.donors.cycle import donor_cycle

__all__ = ["donor_cohorts", "donor_concentration", "donor_cycle", "retention_by_part"]
