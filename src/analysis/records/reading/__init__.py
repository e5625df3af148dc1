"""Files in: which there are, their bytes as UTF-8 lines or rows of cells, cut into columns with exact line numbers."""
