"""Pure check-in rules: visits, density and disclosure control."""
