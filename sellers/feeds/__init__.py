"""Readers of the marketplace's own file formats (domain 6): bytes in, facts out, nothing written.

`opening` finds out what a file is, `orders_v0`, `orders_2026`, `flat_files` and `products` read it
row by row. No reader holds a whole file, knows the clock or touches the database.
"""
