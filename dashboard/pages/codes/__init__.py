"""Pages of place codes: posters, zones, the screen at the door, what a scan opens."""
