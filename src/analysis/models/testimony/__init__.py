"""What became of testimonies: how many were published, how long they stayed, and whether their products sold more."""

from analysis.models.testimony.orders import TestimonyOrders, testimony_orders
from analysis.models.testimony.survival import TestimonySurvival, testimony_survival

__all__ = ["TestimonyOrders", "TestimonySurvival", "testimony_orders", "testimony_survival"]
