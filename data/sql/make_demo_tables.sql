-- What demo assessments are made from, until the end of the transaction.
CREATE TEMPORARY TABLE demo_pattern (
    pattern integer PRIMARY KEY,
    set_id text,
    set_version text,
    answers jsonb,
    points jsonb,
    score double precision,
    safety_tenths integer,
    level text,
    set_level text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE demo_submission (
    assessment_pk bigint,
    venue_pk bigint,
    day_number integer,
    minute integer,
    pattern integer,
    until_number integer,
    span_end_number integer,
    footfall integer
) ON COMMIT DROP
