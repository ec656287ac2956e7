"""Uploads of many venues or assessments."""
