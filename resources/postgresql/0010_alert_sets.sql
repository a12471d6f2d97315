-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is asked of alerts by columns that triage changes. An index of such a column would cost each change a new key in
-- every index of the alert; here it costs a row or two. Whoever changes alerts holds the counter 'change' up to the commit.

-- The stream of changes: the last one of each alert.
CREATE TABLE bartizan.alert_change (
    change     bigint PRIMARY KEY,
    alert_seq  bigint NOT NULL,
    company_id text
);
INSERT INTO bartizan.alert_change SELECT change, seq, company_id FROM bartizan.alert;

-- The alerts that somebody has to do something about: not acknowledged yet, escalated, or in somebody's hands; and those
-- that a mute keeps from that. The words are those of core/storage/handoverreader.h.
CREATE TABLE bartizan.alert_open (
    alert_seq  bigint PRIMARY KEY,
    severity   smallint NOT NULL,
    timestamp  bigint NOT NULL,
    company_id text
);
CREATE FUNCTION bartizan.is_open(acknowledged_at bigint, status smallint, owner text) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN acknowledged_at IS NULL OR status = 2 OR (owner IS NOT NULL AND status <> 3);
INSERT INTO bartizan.alert_open
SELECT seq, severity, timestamp, company_id FROM bartizan.alert WHERE bartizan.is_open(acknowledged_at, status, owner);
CREATE INDEX alert_open_time ON bartizan.alert_open (severity, timestamp, alert_seq);

-- Keeps both. Row by row: how many a transition table has is not known beforehand, and
-- the whole of the other would be gone through. And by what is needed of the rows: a join with them would copy them whole,
-- with texts that are stored apart.
CREATE FUNCTION bartizan.place_alerts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        WITH w AS MATERIALIZED (SELECT change FROM went)
        DELETE FROM bartizan.alert_change AS c USING w WHERE c.change = w.change;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO bartizan.alert_change SELECT change, seq, company_id FROM came;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO bartizan.alert_open SELECT seq, severity, timestamp, company_id
        FROM came AS a WHERE bartizan.is_open(a.acknowledged_at, a.status, a.owner);
    ELSIF TG_OP = 'UPDATE' THEN
        WITH w AS MATERIALIZED (
            SELECT seq FROM came AS a WHERE NOT bartizan.is_open(a.acknowledged_at, a.status, a.owner)
        )
        DELETE FROM bartizan.alert_open AS o USING w WHERE o.alert_seq = w.seq;
        INSERT INTO bartizan.alert_open SELECT seq, severity, timestamp, company_id
        FROM came AS a WHERE bartizan.is_open(a.acknowledged_at, a.status, a.owner) ON CONFLICT DO NOTHING;
    ELSE
        WITH w AS MATERIALIZED (SELECT seq FROM went)
        DELETE FROM bartizan.alert_open AS o USING w WHERE o.alert_seq = w.seq;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER alert_placed AFTER INSERT ON bartizan.alert
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION bartizan.place_alerts();
CREATE TRIGGER alert_moved AFTER UPDATE ON bartizan.alert
    REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION bartizan.place_alerts();
CREATE TRIGGER alert_taken AFTER DELETE ON bartizan.alert
    REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION bartizan.place_alerts();

-- History goes with its alert, and before it: of an alert that is gone nobody sees any, whoever deletes it (roles.sql).
CREATE FUNCTION bartizan.drop_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM 1 FROM bartizan.counter WHERE name = 'change' FOR UPDATE;
    DELETE FROM bartizan.alert_history WHERE alert_seq = OLD.seq;
    RETURN OLD;
END $$;
CREATE TRIGGER alert_goes BEFORE DELETE ON bartizan.alert FOR EACH ROW EXECUTE FUNCTION bartizan.drop_history();

-- Of all alerts at once none of this would be told.
CREATE FUNCTION bartizan.alerts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE feature_not_supported USING MESSAGE = 'alerts are deleted, not truncated';
END $$;
CREATE TRIGGER alerts_stay BEFORE TRUNCATE ON bartizan.alert
    FOR EACH STATEMENT EXECUTE FUNCTION bartizan.alerts_stay();

-- History tells of alerts and steps that are there. Foreign keys would ask for each row by itself, which took a sixth of the
-- time of a step on many alerts. Whoever comes by another way than the others waits here for the counter as well, and for it
-- where an alert goes: so none goes while something is said of it.
CREATE FUNCTION bartizan.check_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    PERFORM 1 FROM bartizan.counter WHERE name = 'change' FOR UPDATE;
    IF EXISTS (SELECT FROM came AS h WHERE NOT EXISTS (SELECT FROM bartizan.alert AS a WHERE a.seq = h.alert_seq)) THEN
        RAISE foreign_key_violation USING MESSAGE = 'history tells of an alert that is not there';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT step FROM came WHERE step IS NOT NULL) AS h
               WHERE NOT EXISTS (SELECT FROM bartizan.triage_step AS s WHERE s.id = h.step)) THEN
        RAISE foreign_key_violation USING MESSAGE = 'history tells of a step that is not there';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER history_came AFTER INSERT ON bartizan.alert_history
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION bartizan.check_history();
CREATE TRIGGER history_changed AFTER UPDATE ON bartizan.alert_history
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION bartizan.check_history();

CREATE FUNCTION bartizan.step_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE foreign_key_violation USING MESSAGE = 'steps of triage are never deleted';
END $$;
CREATE TRIGGER step_stays BEFORE DELETE ON bartizan.triage_step
    FOR EACH ROW EXECUTE FUNCTION bartizan.step_stays();
