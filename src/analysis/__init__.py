"""donation-trends: how far giving falls in winter, how sure the records let us be, and what it means for people.

Read the package in this order; imports point one way only, from later to earlier:

1. `faults`, `columns`, `tables`, `seasons`, `settings`, `dataset`, `wording`: the foundation.
2. `records`: raw exports in, tidy tables and a ledger out; nothing is lost in silence.
3. `panel`: one row a week: giving, people in need, calendar.
4. `models`: results with intervals.
5. `charts`: a table and an axis in, the axis out.
6. `report`: numbers, sentences, pages.
7. `cli`: the command `donation-trends`.
"""

import os

# Matrices here are small: more threads cost time, most of all on a busy machine, and round sums in another order.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
