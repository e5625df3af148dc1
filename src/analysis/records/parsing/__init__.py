"""What a cell says: amounts, dates, whole numbers, ranges and yes or no, read without guessing.

Each function takes the different values of one column and returns, value by value, what it says, None for a
blank cell, or a `Problem`. Where a value has two readings, the column's other values settle it by their votes,
row by row; where they do not, `Ambiguous` is raised with both readings.
"""
