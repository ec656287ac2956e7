"""The pages of a venue's staff, in an application of their own."""
