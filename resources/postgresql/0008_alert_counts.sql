-- SPDX-License-Identifier: GPL-3.0-or-later
-- How many alerts there are of each type, muted ones aside, for the metrics: the sum of `change`. Whoever changes alerts
-- adds rows, which keeps nobody waiting; the engine puts them together at leisure.
CREATE TABLE bartizan.alert_count (
    type         smallint NOT NULL,
    acknowledged boolean NOT NULL,
    company_id   text,
    change       bigint NOT NULL
);
INSERT INTO bartizan.alert_count
SELECT type, acknowledged, company_id, count(*) FROM bartizan.alert WHERE NOT muted GROUP BY type, acknowledged, company_id;

-- How long alerts waited until somebody acknowledged and resolved them, for the days (since 1970, UTC) they were raised on:
-- sums as above. Of a day that a range holds in part the alerts themselves are asked.
CREATE FUNCTION bartizan.day_of(at bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN at / 86400000 - (at % 86400000 < 0)::integer;
-- Never beyond its type, whatever the times are.
CREATE FUNCTION bartizan.wait_of(since bigint, until bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN until > since THEN least(until, 4611686018427387903) - greatest(since, -4611686018427387904) ELSE 0 END;
CREATE TABLE bartizan.alert_wait (
    day              bigint NOT NULL,
    severity         smallint NOT NULL,
    company_id       text,
    raised           bigint NOT NULL,
    acknowledged     bigint NOT NULL,
    acknowledge_wait numeric NOT NULL, -- ms
    resolved         bigint NOT NULL,
    resolve_wait     numeric NOT NULL
);
CREATE INDEX alert_wait_day ON bartizan.alert_wait (day);
INSERT INTO bartizan.alert_wait
SELECT bartizan.day_of(timestamp), severity, company_id, count(*), count(acknowledged_at),
       sum(bartizan.wait_of(timestamp, acknowledged_at)), count(resolved_at), sum(bartizan.wait_of(timestamp, resolved_at))
FROM bartizan.alert GROUP BY 1, 2, 3;

-- The first of a type is found by it at once.
CREATE INDEX alert_type ON bartizan.alert (type, muted, seq);

CREATE FUNCTION bartizan.count_alerts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO bartizan.alert_count
        SELECT type, acknowledged, company_id, count(*) FROM came WHERE NOT muted GROUP BY type, acknowledged, company_id;
        INSERT INTO bartizan.alert_wait
        SELECT bartizan.day_of(timestamp), severity, company_id, count(*), count(acknowledged_at),
               sum(bartizan.wait_of(timestamp, acknowledged_at)), count(resolved_at),
               sum(bartizan.wait_of(timestamp, resolved_at))
        FROM came GROUP BY 1, 2, 3;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO bartizan.alert_count
        SELECT type, acknowledged, company_id, -count(*) FROM went WHERE NOT muted GROUP BY type, acknowledged, company_id;
        INSERT INTO bartizan.alert_wait
        SELECT bartizan.day_of(timestamp), severity, company_id, -count(*), -count(acknowledged_at),
               -sum(bartizan.wait_of(timestamp, acknowledged_at)), -count(resolved_at),
               -sum(bartizan.wait_of(timestamp, resolved_at))
        FROM went GROUP BY 1, 2, 3;
    ELSE
        INSERT INTO bartizan.alert_count
        SELECT type, acknowledged, company_id, sum(change)
        FROM (SELECT type, acknowledged, company_id, 1 AS change FROM came WHERE NOT muted
              UNION ALL SELECT type, acknowledged, company_id, -1 FROM went WHERE NOT muted) AS changes
        GROUP BY type, acknowledged, company_id HAVING sum(change) <> 0;
        INSERT INTO bartizan.alert_wait
        SELECT bartizan.day_of(c.timestamp), c.severity, c.company_id, sum(c.sign),
               coalesce(sum(c.sign) FILTER (WHERE c.acknowledged_at IS NOT NULL), 0),
               sum(c.sign * bartizan.wait_of(c.timestamp, c.acknowledged_at)),
               coalesce(sum(c.sign) FILTER (WHERE c.resolved_at IS NOT NULL), 0),
               sum(c.sign * bartizan.wait_of(c.timestamp, c.resolved_at))
        FROM (SELECT timestamp, severity, company_id, acknowledged_at, resolved_at, 1 AS sign FROM came
              UNION ALL SELECT timestamp, severity, company_id, acknowledged_at, resolved_at, -1 FROM went) AS c
        GROUP BY 1, 2, 3
        HAVING sum(c.sign) <> 0 OR coalesce(sum(c.sign) FILTER (WHERE c.acknowledged_at IS NOT NULL), 0) <> 0
            OR coalesce(sum(c.sign) FILTER (WHERE c.resolved_at IS NOT NULL), 0) <> 0
            OR sum(c.sign * bartizan.wait_of(c.timestamp, c.acknowledged_at)) <> 0
            OR sum(c.sign * bartizan.wait_of(c.timestamp, c.resolved_at)) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER alert_came AFTER INSERT ON bartizan.alert
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION bartizan.count_alerts();
CREATE TRIGGER alert_went AFTER DELETE ON bartizan.alert
    REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION bartizan.count_alerts();
CREATE TRIGGER alert_changed AFTER UPDATE ON bartizan.alert
    REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION bartizan.count_alerts();

-- Puts the rows together once there are many. What others add meanwhile stays.
CREATE FUNCTION bartizan.sum_alert_counts() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT count(*) > 500 AND count(*) > 2 * count(DISTINCT (type, acknowledged, company_id))
        FROM bartizan.alert_count) THEN
        WITH gone AS (DELETE FROM bartizan.alert_count RETURNING *)
        INSERT INTO bartizan.alert_count
        SELECT type, acknowledged, company_id, sum(change) FROM gone GROUP BY type, acknowledged, company_id
        HAVING sum(change) <> 0;
    END IF;
    IF (SELECT count(*) > 500 AND count(*) > 2 * count(DISTINCT (day, severity, company_id)) FROM bartizan.alert_wait) THEN
        WITH gone AS (DELETE FROM bartizan.alert_wait RETURNING *)
        INSERT INTO bartizan.alert_wait
        SELECT day, severity, company_id, sum(raised), sum(acknowledged), sum(acknowledge_wait), sum(resolved), sum(resolve_wait)
        FROM gone GROUP BY day, severity, company_id HAVING sum(raised) <> 0;
    END IF;
END $$;
