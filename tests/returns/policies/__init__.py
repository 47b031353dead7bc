"""Tests of sellers' return policies: compared, approved, followed."""
