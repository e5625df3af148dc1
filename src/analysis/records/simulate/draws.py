"""Draws that the parts of the simulator share: one stream a purpose, and amounts as people give them."""

from __future__ import annotations

import numpy as np

STREAMS = (
    "latent",
    "gifts",
    "standing",
    "headcount",
    "names",
    "helloasso",
    "paypal",
    "goods",
    "faults",
    "sheets",
    "people",
    "losses",
    "testimonies",
    "products",
)
"""Purposes with a stream of their own, so that drawing more for one leaves the others as they were."""

ROUND_STEPS = np.array(
    [1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 100, 120, 150, 200, 250, 300, 400, 500, 750, 1000]
)
"""Amounts in euros that donors like to give."""

LIKES_ROUND, LIKES_WHOLE = 0.8, 0.17
"""Share of gifts on a round amount, and of the rest on whole euros; what is left is to the cent."""


def stream(seed: int, purpose: str) -> np.random.Generator:
    """The random stream of one purpose in the world of `seed`; ValueError for a purpose not listed."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(STREAMS.index(purpose),)))


def popular_amounts(wished: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Amounts that people would type who had `wished` in mind (1 euro or more), with the same expectation.

    Each amount lies between two steps (round amounts, whole euros or cents) and goes to the upper one with
    the probability that keeps its mean: (wished - lower) / (upper - lower). So rounding changes no expected
    total.
    """
    habit = rng.uniform(size=len(wished))
    luck = rng.uniform(size=len(wished))
    step = np.where(habit < LIKES_ROUND + LIKES_WHOLE, 1.0, 0.01)
    lower = np.floor(wished / step) * step
    upper = lower + step
    round_ones = (habit < LIKES_ROUND) & (wished < ROUND_STEPS[-1])
    place = np.searchsorted(ROUND_STEPS, wished[round_ones], side="right")
    lower[round_ones] = ROUND_STEPS[place - 1]
    upper[round_ones] = ROUND_STEPS[place]
    return np.round(np.where(luck < (wished - lower) / (upper - lower), upper, lower), 2)
