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

-- The first of a type is found by it at once.
CREATE INDEX alert_type ON bartizan.alert (type, muted, seq);

CREATE FUNCTION bartizan.count_alerts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO bartizan.alert_count
        SELECT type, acknowledged, company_id, count(*) FROM came WHERE NOT muted GROUP BY type, acknowledged, company_id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO bartizan.alert_count
        SELECT type, acknowledged, company_id, -count(*) FROM went WHERE NOT muted GROUP BY type, acknowledged, company_id;
    ELSE
        INSERT INTO bartizan.alert_count
        SELECT type, acknowledged, company_id, sum(change)
        FROM (SELECT type, acknowledged, company_id, 1 AS change FROM came WHERE NOT muted
              UNION ALL SELECT type, acknowledged, company_id, -1 FROM went WHERE NOT muted) AS changes
        GROUP BY type, acknowledged, company_id HAVING sum(change) <> 0;
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
END $$;
