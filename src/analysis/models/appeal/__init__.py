"""Did the appeal work: what came above expectation in the weeks after its launch, and what it cost."""

from analysis.models.appeal.cost import appeal_cost
from analysis.models.appeal.fit import fit_appeal

__all__ = ["appeal_cost", "fit_appeal"]
