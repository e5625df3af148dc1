"""Raw exports in, tidy tables and a ledger out; nothing is lost in silence.

The base, which the others may import: `cells` (a column, a sheet, a draft: what the steps hand each other), `parsing`
(what a cell says), `arrays` (typed columns), `pseudonyms` (who gave, hidden), `naming` (items and areas), `bench`
(rows under check).

The steps, in reading order: `reading` finds files, `encodings` turns bytes into UTF-8, `streams` cuts a file into
blocks and `cutting` a block into columns (`splitting` finds the header and cuts the records that need care),
`workbooks` reads XLSX and ODS, `corrections` mends cells by log, `formats` says which column is which, `gifts` reads
money, `identity` says who gave, `parts` keeps rows on disk, `matching` finds rows that were read twice, `tally` and
`ledger` count, `writing` and `store` make the processed folder, `accounts` shows the ledger as tables.

The composers: `opening` recognises a file, `cleaning` checks every row, `kernel` runs the steps on one block, `files`
on a file, `build` on a dataset. `simulate` makes datasets whose truth is known.
"""
