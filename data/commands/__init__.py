"""Subcommands of `antoan`, one module for each group."""
