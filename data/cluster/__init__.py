"""A PostgreSQL cluster of our own, private to one checkout or one run of the tests."""
