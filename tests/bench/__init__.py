"""Measurements beside their floors, in the same run; `bin/bench` starts them. Not collected by the
tests.
"""
