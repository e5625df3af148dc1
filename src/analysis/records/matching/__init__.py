"""Rows that say what another row says already: read twice, delivered since, paid out, gone back."""
