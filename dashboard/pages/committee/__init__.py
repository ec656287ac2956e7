"""Pages of committees: queue, reviews, inspections, appeals."""
