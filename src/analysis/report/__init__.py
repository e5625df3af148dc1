"""From results to what leaves the house: numbers, sentences, figures, pages, files.

Each module builds on those before it: disclosure, context, findings, narrative, numbers, figures, sections;
then pages and export put them together.
"""
