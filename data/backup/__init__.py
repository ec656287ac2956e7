"""Backups of a site: the database of one moment with its evidence files."""
