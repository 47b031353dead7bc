"""The top of the house: the buyer's conversation and what is decided. Nobody imports it.

Knows sellers, cases and returns; asks sellers, routes what is not covered, keeps the promise to
the buyer.
"""
