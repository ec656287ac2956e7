"""Pages of a venue's owner: list, registration, desk, changes, staff, claims."""
