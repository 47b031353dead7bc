"""Files that people give us or that we make: kept once, named by their content."""
