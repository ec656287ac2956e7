"""Pure geography: areas, CRS, boundary editions, locating points, aggregation arithmetic."""
