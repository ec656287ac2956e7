-- Insert the visits of one day that are not there yet, and count exactly those by hour.
WITH added AS (
    INSERT INTO visit (venue_pk, day, event_key, entered_at, left_at, source)
    SELECT venue_pk, day, event_key, entered_at, left_at, source
    FROM visit_incoming
    WHERE day = :day
    ON CONFLICT (venue_pk, day, event_key) DO NOTHING
    RETURNING venue_pk, day, entered_at
),
counted AS (
    INSERT INTO visit_hourly AS standing (day, venue_pk, hour, visits)
    SELECT
        day,
        venue_pk,
        extract(hour FROM entered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::smallint AS hour,
        count(*)::integer
    FROM added
    GROUP BY day, venue_pk, hour
    ORDER BY day, venue_pk, hour
    ON CONFLICT (day, venue_pk, hour)
    DO UPDATE SET visits = standing.visits + excluded.visits
)
SELECT count(*) FROM added
