-- The scored rows of one assessment file while they are imported.
CREATE TEMPORARY TABLE assessment_input (
    line_number integer NOT NULL,
    venue_pk bigint NOT NULL,
    set_id text NOT NULL,
    set_version text NOT NULL,
    answers jsonb NOT NULL,
    submitted_at timestamptz NOT NULL,
    submission_key text NOT NULL,
    score double precision NOT NULL,
    safety_tenths integer,
    level text NOT NULL,
    set_level text NOT NULL,
    points jsonb NOT NULL,
    valid_until date NOT NULL,
    remedy_due date
) ON COMMIT DROP
