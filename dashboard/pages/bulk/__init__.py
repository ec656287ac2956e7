"""Pages of uploads of many venues or assessments."""
