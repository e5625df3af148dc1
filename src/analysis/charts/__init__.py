"""Charts: a table and an axis in, the axis out; the table behind each chart is a function of its own."""
