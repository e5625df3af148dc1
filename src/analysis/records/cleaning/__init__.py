"""Drafted rows in, checked rows out: money, dates, names, who gave; every doubtful row with its reason and remedy."""
