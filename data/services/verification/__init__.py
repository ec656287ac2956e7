"""Reviews, inspections, appeals, replies, reports and trust."""
