"""What became of every row and cent, counted, added up and shown."""
