-- Trust counts that take the place of stored ones, until the end of the transaction.
CREATE TEMPORARY TABLE trust_correction (LIKE area_trust_daily) ON COMMIT DROP
