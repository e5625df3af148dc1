"""From results to what leaves the house: numbers, sentences, figures, pages, files.

Each module builds on those before it: disclosure, context, findings, narrative, numbers, figures, text_tables,
sections; then pages, notebooks and export put them together, with manifest to say what a report was made from.
"""
