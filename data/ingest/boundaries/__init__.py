"""Reading boundaries from files and from the library of units."""
