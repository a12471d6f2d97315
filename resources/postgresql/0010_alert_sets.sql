-- SPDX-License-Identifier: GPL-3.0-or-later
-- What is asked of alerts by columns that triage changes. An index of such a column would cost each change a new key in
-- every index of the alert; here it costs next to nothing. Whoever changes alerts holds the counter 'change' up to the commit.

-- The stream of changes. What one statement changed is one row for each company, with the numbers from `first` to `last`,
-- which no other statement's are among. An alert that changed again is named there still: whoever reads looks at the alert.
CREATE TABLE bartizan.alert_change (
    first      bigint NOT NULL,
    last       bigint NOT NULL,
    alerts     bigint[] NOT NULL, -- alert.seq
    company_id text
);
CREATE INDEX alert_change_last ON bartizan.alert_change (last);
INSERT INTO bartizan.alert_change
SELECT min(min(change)) OVER (), max(max(change)) OVER (), array_agg(seq), company_id FROM bartizan.alert GROUP BY company_id;

-- The alerts that somebody has to do something about: not acknowledged yet, escalated, or in somebody's hands; and those
-- that a mute keeps from that. The words are those of core/storage/handoverreader.h. Those that nobody has to any more stay
-- until the engine tidies up: whoever reads looks at the alert.
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
    IF TG_OP <> 'DELETE' THEN -- What has a new number; others were told of before.
        INSERT INTO bartizan.alert_change
        SELECT min(min(c.change)) OVER (), max(max(c.change)) OVER (), array_agg(c.seq), c.company_id
        FROM came AS c WHERE c.change > coalesce((SELECT max(last) FROM bartizan.alert_change), -1) GROUP BY c.company_id;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO bartizan.alert_open SELECT seq, severity, timestamp, company_id
        FROM came AS a WHERE bartizan.is_open(a.acknowledged_at, a.status, a.owner);
    ELSIF TG_OP = 'UPDATE' THEN
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

-- How far up to a number a part of the stream goes that names about `most` alerts; NULL: there is nothing behind that number.
CREATE FUNCTION bartizan.end_of_part(behind bigint, most bigint) RETURNS bigint LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT max(p.last)
    FROM (SELECT c.last, sum(c.many) OVER (ORDER BY c.last) - c.many AS before
          FROM (SELECT last, sum(cardinality(alerts)) AS many FROM bartizan.alert_change -- Of all companies of a statement.
                WHERE last > behind GROUP BY last ORDER BY last LIMIT 1000) AS c) AS p
    WHERE p.before < most
$$;

-- Notes how far something has come.
CREATE FUNCTION bartizan.note_place(name text, place bigint) RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    INSERT INTO bartizan.meta VALUES (name, place::text) ON CONFLICT (key) DO UPDATE SET value = excluded.value;
END;

-- Lets go, a part at a time, of alerts that are open no longer, and of what is said of changes that others followed, which is
-- looked through round and round as long as something changes. Answers whether there is more to do now. Who opens an alert
-- again finds it among the open ones, or puts it there: neither while it is taken out, hence the lock.
CREATE FUNCTION bartizan.tidy_alert_sets() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    most   constant bigint := 5000;
    place  bigint := coalesce((SELECT value::bigint FROM bartizan.meta WHERE key = 'open_tidied'), -1);
    ending bigint := bartizan.end_of_part(place, most);
BEGIN
    IF ending IS NULL THEN
        RETURN false;
    END IF;
    PERFORM 1 FROM bartizan.counter WHERE name = 'change' FOR UPDATE;
    WITH named AS MATERIALIZED (
        SELECT DISTINCT u.seq FROM bartizan.alert_change AS c, unnest(c.alerts) AS u (seq)
        WHERE c.last > place AND c.last <= ending
    ), closed AS MATERIALIZED (
        SELECT a.seq FROM named AS n JOIN bartizan.alert AS a ON a.seq = n.seq
        WHERE NOT bartizan.is_open(a.acknowledged_at, a.status, a.owner)
    )
    DELETE FROM bartizan.alert_open AS o USING closed AS w WHERE o.alert_seq = w.seq;
    PERFORM bartizan.note_place('open_tidied', ending);
    place := coalesce((SELECT value::bigint FROM bartizan.meta WHERE key = 'changes_tidied'), -1);
    ending := bartizan.end_of_part(place, most);
    WITH looked AS MATERIALIZED (
        SELECT c.ctid AS spot, cardinality(c.alerts) AS many,
               ARRAY(SELECT a.seq FROM unnest(c.alerts) AS u (seq) JOIN bartizan.alert AS a ON a.seq = u.seq
                     WHERE a.change BETWEEN c.first AND c.last) AS alerts
        FROM bartizan.alert_change AS c WHERE c.last > place AND c.last <= ending
    ), gone AS (
        DELETE FROM bartizan.alert_change AS c USING looked AS k WHERE c.ctid = k.spot AND cardinality(k.alerts) = 0
    )
    UPDATE bartizan.alert_change AS c SET alerts = k.alerts
    FROM looked AS k WHERE c.ctid = k.spot AND cardinality(k.alerts) BETWEEN 1 AND k.many / 2;
    PERFORM bartizan.note_place('changes_tidied', coalesce(ending, -1));
    RETURN true;
END $$;

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
