"""Pages: one module for each address."""
