"""Pages of the assessment: steps, saving, evidence, review, result, history."""
