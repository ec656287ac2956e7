"""Venues of owners: registration, claims, staff, moves, closures."""
