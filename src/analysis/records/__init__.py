"""Raw exports in, tidy tables and a ledger out; nothing is lost in silence.

What the steps hand each other: `cells` (a cell, a column, a sheet as written), `drafts` (a sheet in the words of a
table; what became of its rows), `arrays` (typed columns).

The steps, in reading order: `reading` turns files into sheets, `corrections` mends cells by log, `formats` says which
column is which (`blocks` writes a [[files]] block for a file that none knows), `parsing` says what a cell means,
`cleaning` checks every row, `pseudonyms` hides who gave, `storage` keeps rows on disk, `matching` finds rows that were
read twice, `ledger` counts.

The composers: `opening` recognises a file, `kernel` runs the steps on one block of it, `whole_file` on all its blocks,
`build` on a dataset, `writing` makes its tables. `simulate` makes datasets whose truth is known.
"""
