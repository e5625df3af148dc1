"""One row a week: what was given, how many people were in need, and the calendar that both share."""
