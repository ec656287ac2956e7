-- Counts that take the place of stored ones, until the end of the transaction.
CREATE TEMPORARY TABLE level_correction (
    day date,
    area_id integer,
    venues integer,
    safe integer,
    at_risk integer,
    unsafe integer,
    footfall bigint,
    footfall_safety bigint
) ON COMMIT DROP
