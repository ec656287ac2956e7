"""Pure assessment rules: criteria sets, scoring, levels, validity, area classification."""
