"""Use cases: each function owns one transaction."""
