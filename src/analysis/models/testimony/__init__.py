"""What became of testimonies: how many were published, how long they stayed, and whether their products sold more."""

from analysis.models.testimony.orders import testimony_orders
from analysis.models.testimony.survival import testimony_survival

__all__ = ["testimony_orders", "testimony_survival"]
