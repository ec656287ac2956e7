"""Counts of venues by area, day and level."""
