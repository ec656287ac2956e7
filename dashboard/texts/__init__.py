"""Text catalogues: Vietnamese first, English beside it."""
