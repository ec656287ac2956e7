"""Readers of files that people bring: boundaries, venues, assessments, visits."""
