"""Raw exports in, tidy tables and a ledger out; nothing is lost in silence.

The base, which the others may import: `cells` (a column, a sheet, a draft: what the steps hand each other),
`parsing` (what a cell says), `pseudonyms` (who gave, hidden), `naming` (items and areas), `bench` (rows under check).

The steps, in reading order: `reading` finds files and turns bytes into lines, `splitting` cuts lines into records,
`corrections` mends cells by log, `formats` says which column is which, `gifts` reads money, `matching` finds rows
that were read twice, `ledger` counts, `accounts` shows the ledger as tables.

The composers: `cleaning` checks every row of a file, `kernel` runs the steps on one file, `build` on a dataset.
`simulate` makes datasets whose truth is known.
"""
