"""Visits, their hourly counts and released densities."""
