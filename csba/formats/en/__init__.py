"""English as written in Europe: day first, 24 hours."""
