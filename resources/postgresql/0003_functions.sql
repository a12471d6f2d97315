-- SPDX-License-Identifier: GPL-3.0-or-later
-- What an analyst may do is done by functions that run as their owner; everybody else uses the same ones, so that there
-- is one way. Each pins its search_path: else a caller could put a table of its own before ours.

-- In whose name something is done: whoever may only work through these functions speaks for himself.
CREATE FUNCTION bartizan.actor_for(claimed text) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN has_table_privilege(session_user, 'bartizan.alert', 'UPDATE') THEN claimed
                ELSE session_user::text END
$$;

-- And when: whoever may only work through these functions has the server's clock.
CREATE FUNCTION bartizan.time_for(claimed bigint) RETURNS bigint LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN has_table_privilege(session_user, 'bartizan.alert', 'UPDATE') THEN claimed
                ELSE (extract(epoch FROM clock_timestamp()) * 1000)::bigint END
$$;

-- What a person may see: all, until roles are made (bartizanctl init --roles), which replace the first two.
CREATE FUNCTION bartizan.sees_all() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT true $$;
CREATE FUNCTION bartizan.my_companies() RETURNS text[] LANGUAGE sql STABLE AS $$ SELECT '{}'::text[] $$;
CREATE FUNCTION bartizan.sees(company text) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT bartizan.sees_all() OR coalesce(company, '') = ANY (bartizan.my_companies()) $$;

-- How far the engine and the intake are, and how the engine does, for whoever reads. The times of rows, and what an error
-- quotes of one, may be another company's: they are NULL for who does not see all.
CREATE VIEW bartizan.engine_place AS
SELECT s.sole, s.last_row_id, CASE WHEN bartizan.sees_all() THEN s.watermark END AS watermark,
       CASE WHEN bartizan.sees_all() THEN s.started_at END AS started_at, CASE WHEN bartizan.sees_all() THEN s.clock END AS clock
FROM bartizan.engine_state AS s;
CREATE VIEW bartizan.engine_condition AS
SELECT h.sole, h.at, h.events_per_second, h.backlog, h.processed, h.keys_held, h.keys_evicted, h.state_bytes, h.rules_on,
       CASE WHEN h.last_error = '' OR bartizan.sees_all() THEN h.last_error END AS last_error, h.last_error_at, h.failing_since
FROM bartizan.engine_health AS h;
CREATE VIEW bartizan.intake_place AS
SELECT i.sole, i.from_snapshot, i.to_snapshot, CASE WHEN bartizan.sees_all() THEN i.last_time END AS last_time, i.scanned_at,
       i.open_since, i.open_next, i.system
FROM bartizan.intake_state AS i;

-- JSON text as jsonb, which takes no \u0000, and of what is no JSON its text.
CREATE FUNCTION bartizan.json_of(value text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN value::jsonb;
EXCEPTION WHEN others THEN
    BEGIN
        RETURN replace(value, '\u0000', '\ufffd')::jsonb;
    EXCEPTION WHEN others THEN
        RETURN jsonb_build_object('text', value);
    END;
END $$;

-- Writes rows of Bartizan's own into the audit log, in their order. `rows` is a JSON array of objects with the names of
-- the columns of bartizan.log.
CREATE FUNCTION bartizan.write_rows(rows json) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    many bigint := json_array_length(rows);
    base bigint;
BEGIN
    IF many IS NULL OR many = 0 THEN
        RETURN;
    END IF;
    UPDATE bartizan.counter SET value = value + many WHERE name = 'row' RETURNING value - many INTO base;
    WITH fresh AS MATERIALIZED (
        SELECT base + r.place AS seq, bartizan.new_row_key() AS row_key, c.*
        FROM json_array_elements(rows) WITH ORDINALITY AS r (value, place),
             json_to_record(r.value) AS c (timestamp bigint, event_type integer, outcome integer, severity integer,
                                           action text, user_id text, company_id text, platform_user_id text,
                                           ip_address text, user_agent text, country text, session_id text,
                                           request_id text, metadata text, error_message text)
    ), put AS (
        INSERT INTO bartizan.log (row_key, timestamp, event_type, outcome, severity, action, user_id, company_id,
                                  platform_user_id, ip_address, user_agent, country, session_id, request_id, metadata,
                                  error_message)
        SELECT row_key, timestamp, event_type, outcome, severity, action, user_id, company_id, platform_user_id,
               ip_address, user_agent, country, session_id, request_id, metadata, error_message
        FROM fresh ORDER BY seq
    ), noted AS (
        INSERT INTO bartizan.company SELECT DISTINCT company_id FROM fresh WHERE company_id IS NOT NULL
        ON CONFLICT DO NOTHING
    )
    INSERT INTO bartizan.intake (seq, row_time, row_key, row_id, origin, company_id)
    SELECT seq, timestamp, row_key, bartizan.row_id_of(row_key), 1,
           CASE WHEN company_id = '' AND (SELECT own FROM bartizan.source) THEN U&'\FDD0' ELSE company_id END
    FROM fresh ORDER BY seq;
END $$;

-- The same for rows that differ in their metadata alone, as those of a step on many alerts do: into our own log all at once.
CREATE FUNCTION bartizan.write_alike(at bigint, what text, as_outcome integer, who text, metadata text[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    many bigint := cardinality(metadata);
    base bigint;
    keys bigint[];
BEGIN
    IF many IS NULL OR many = 0 THEN
        RETURN;
    END IF;
    IF NOT (SELECT own FROM bartizan.source) THEN
        PERFORM bartizan.write_rows((
            SELECT json_agg(json_build_object('timestamp', at, 'event_type', 10, 'outcome', as_outcome, 'severity', 0,
                                              'action', what, 'user_id', who, 'metadata', m.value) ORDER BY m.place)
            FROM unnest(metadata) WITH ORDINALITY AS m (value, place)));
        RETURN;
    END IF;
    UPDATE bartizan.counter SET value = value + many WHERE name = 'row' RETURNING value - many INTO base;
    keys := ARRAY(SELECT nextval('bartizan.audit_id_seq') FROM generate_series(1, many));
    INSERT INTO bartizan.audit (id, tx, timestamp, event_type, outcome, severity, action, user_id, metadata)
    SELECT r.key, NULL, at, 10, as_outcome, 0, what, who, r.value FROM unnest(keys, metadata) AS r (key, value);
    INSERT INTO bartizan.intake (seq, row_time, row_key, row_id, origin)
    SELECT base + r.place, at, r.key::text, r.key, 1 FROM unnest(keys) WITH ORDINALITY AS r (key, place);
END $$;

-- Acknowledges alerts; answers in the order asked for, each alert once: 'acknowledged', 'already' with who and when, or
-- 'unknown'. Whoever changes alerts takes the counter first, so that of two at once one is first for all alerts.
CREATE FUNCTION bartizan.acknowledge(ids text[], claimed text, at bigint, note text)
RETURNS TABLE (alert_id text, state text, by_whom text, by_when bigint) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who  text := bartizan.actor_for(claimed);
    base bigint;
    mine json;
BEGIN
    SELECT value INTO base FROM bartizan.counter WHERE name = 'change' FOR UPDATE;
    CREATE TEMP TABLE asked ON COMMIT DROP AS
        SELECT u.id, u.place, a.seq, a.type, a.acknowledged, a.acknowledged_by, a.acknowledged_at,
               row_number() OVER (PARTITION BY a.acknowledged IS FALSE ORDER BY u.place) AS number
        FROM (SELECT t.id, min(t.place) AS place FROM unnest(ids) WITH ORDINALITY AS t (id, place) GROUP BY t.id) AS u
             LEFT JOIN bartizan.alert AS a ON a.id = u.id AND bartizan.sees(a.company_id);
    UPDATE bartizan.alert AS a
    SET acknowledged = true, acknowledged_by = who, acknowledged_at = at, change = base + q.number
    FROM pg_temp.asked AS q WHERE a.seq = q.seq AND NOT q.acknowledged;
    UPDATE bartizan.counter SET value = base + (SELECT count(*) FROM pg_temp.asked WHERE NOT acknowledged)
    WHERE name = 'change';
    INSERT INTO bartizan.alert_history (alert_seq, at, action, actor, comment)
    SELECT q.seq, acknowledge.at, CASE WHEN q.acknowledged THEN 'acknowledge_refused' ELSE 'acknowledged' END, who, note
    FROM pg_temp.asked AS q WHERE q.seq IS NOT NULL ORDER BY q.place;
    SELECT json_agg(json_build_object('timestamp', acknowledge.at, 'event_type', 10, 'outcome', 0, 'severity', 0,
                                      'action', 'alert_acknowledged', 'user_id', who, 'metadata',
                                      json_build_object('alertId', q.id, 'alertType', v.name)::text) ORDER BY q.place)
    INTO mine
    FROM pg_temp.asked AS q JOIN bartizan.vocabulary AS v ON v.kind = 'alertType' AND v.value = q.type
    WHERE NOT q.acknowledged;
    PERFORM bartizan.write_rows(mine);
    PERFORM pg_notify('bartizan', '');
    RETURN QUERY
        SELECT q.id, CASE WHEN q.seq IS NULL THEN 'unknown' WHEN q.acknowledged THEN 'already' ELSE 'acknowledged' END,
               q.acknowledged_by, q.acknowledged_at
        FROM pg_temp.asked AS q ORDER BY q.place;
    DROP TABLE pg_temp.asked;
END $$;

-- Stores the next version of the settings with the audit row about it, whose metadata is `change`; false when another
-- version came in between.
CREATE FUNCTION bartizan.save_settings(base bigint, changed_at bigint, claimed text, time_zone text, config text,
                                       geo_database text, change json)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who text := bartizan.actor_for(claimed);
    at  bigint := bartizan.time_for(changed_at);
BEGIN
    IF json_typeof(config::json) IS DISTINCT FROM 'object' OR json_typeof(change) IS DISTINCT FROM 'object' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'settings and what changed in them are JSON objects';
    END IF;
    PERFORM 1 FROM bartizan.counter WHERE name = 'change' FOR UPDATE;
    IF base <> coalesce((SELECT max(s.version) FROM bartizan.settings AS s), 0) THEN
        RETURN false;
    END IF;
    INSERT INTO bartizan.settings VALUES (base + 1, at, who, save_settings.time_zone,
                                          save_settings.config, save_settings.geo_database);
    PERFORM bartizan.write_rows(json_build_array(json_build_object(
        'timestamp', at, 'event_type', 10, 'outcome', 0, 'severity', 0, 'action', 'monitoring_config_changed',
        'user_id', who, 'metadata', change::text)));
    PERFORM pg_notify('bartizan', '');
    RETURN true;
END $$;

-- Notes that a console has an alert open (NULL: none), and answers who else has it, of the last 30 s.
CREATE FUNCTION bartizan.look_at(alert text, claimed text, window_name text)
RETURNS TABLE (person text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM bartizan.presence
    WHERE (login = session_user AND console = window_name) OR seen_at < clock_timestamp() - interval '30 s';
    IF alert IS NULL OR NOT EXISTS (SELECT 1 FROM bartizan.alert AS a
                                    WHERE a.id = look_at.alert AND bartizan.sees(a.company_id)) THEN
        RETURN;
    END IF;
    INSERT INTO bartizan.presence (alert_id, person, login, console, seen_at)
    VALUES (alert, bartizan.actor_for(claimed), session_user, window_name, clock_timestamp())
    ON CONFLICT (login, console) DO UPDATE SET alert_id = excluded.alert_id, seen_at = excluded.seen_at;
    RETURN QUERY SELECT DISTINCT p.person FROM bartizan.presence AS p
                 WHERE p.alert_id = look_at.alert AND (p.login <> session_user OR p.console <> window_name) ORDER BY 1;
END $$;

-- Whether the engine of an epoch still is the one; up to the end of the transaction nobody takes over. For what an engine does
-- in one statement.
CREATE FUNCTION bartizan.holds_epoch(mine bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM bartizan.engine_epoch WHERE epoch = mine FOR UPDATE;
    RETURN FOUND;
END $$;

-- Lets rows of audit_rest be moved and dropped, for the transaction that calls it, or ends that. A log that Citus has spread
-- over several servers has no such trigger (packaging/postgresql/citus.sql).
CREATE FUNCTION bartizan.free_rest(free boolean) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = 'bartizan.audit_rest'::regclass AND tgname = 'audit_stays') THEN
        EXECUTE format('ALTER TABLE bartizan.audit_rest %s TRIGGER audit_stays', CASE WHEN free THEN 'DISABLE' ELSE 'ENABLE' END);
    END IF;
END $$;

-- Making a month, or dropping some, waits for whoever has the log open, and everybody who comes later waits behind it. So
-- after an attempt in vain there is none at the same month (named as its table), or at dropping ('drop'), for ten minutes,
-- by whomever.
CREATE FUNCTION bartizan.months_wait(what text) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM bartizan.meta WHERE key = 'months_refused_' || what
               AND value::numeric > extract(epoch FROM clock_timestamp() - interval '10 minutes'));

CREATE FUNCTION bartizan.months_refused(what text) RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    INSERT INTO bartizan.meta VALUES ('months_refused_' || what, extract(epoch FROM clock_timestamp())::text)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value;
END;

-- Notes that a month was wanted in vain.
CREATE FUNCTION bartizan.month_unmade(name text) RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    INSERT INTO bartizan.meta VALUES ('months_unmade_' || name, extract(epoch FROM clock_timestamp())::text)
    ON CONFLICT DO NOTHING;
    SELECT bartizan.months_refused(name);
END;

-- Notes that a month is made.
CREATE FUNCTION bartizan.month_made(name text) RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    DELETE FROM bartizan.meta WHERE key IN ('months_refused_' || name, 'months_unmade_' || name, 'months_parted_' || name);
END;

-- The partitions of the log that are named by months: when they begin and end.
CREATE FUNCTION bartizan.months() RETURNS TABLE (name text, begins bigint, ends bigint) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT m.name, substring(m.bound FROM 'FROM \(''(-?[0-9]+)''\)')::bigint,
           substring(m.bound FROM 'TO \(''(-?[0-9]+)''\)')::bigint
    FROM (SELECT c.relname::text AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
          FROM pg_inherits AS h JOIN pg_class AS c ON c.oid = h.inhrelid
          WHERE h.inhparent = 'bartizan.audit'::regclass AND c.relname ~ '^audit_[0-9]{4}_[0-9]{2}(_part[0-9]+)?$') AS m
$$;

-- Makes a month a partition of its own, or what is left of it; rows that came before it move there. Where they are too many
-- for one go, that is done in parts: each is a partition for the time of the next rows in order, as audit_2026_11_part1, and
-- the last one bears the name of the month. Without `parts` that is left to housekeeping. Answers whether the month is whole.
-- Nobody inserts meanwhile: a row that was on its way to audit_rest when its month was made would be refused.
CREATE FUNCTION bartizan.add_month(month timestamp, parts boolean) RETURNS boolean LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name  text := 'audit_' || to_char(month, 'YYYY_MM');
    first bigint := (extract(epoch FROM month) * 1000)::bigint;
    next  bigint := (extract(epoch FROM month + interval '1 month') * 1000)::bigint;
    whole text := name;
    most  constant bigint := 100000;
    made   bigint;
    early  bigint;
    ending bigint;
BEGIN
    SELECT count(*), coalesce(max(m.ends), first) INTO made, first
    FROM bartizan.months() AS m WHERE m.begins >= first AND m.ends <= next;
    SELECT count(*) INTO early
    FROM (SELECT FROM bartizan.audit_rest WHERE timestamp >= first AND timestamp < next LIMIT most + 1) AS strays;
    IF early > most THEN
        INSERT INTO bartizan.meta VALUES ('months_parted_' || name, extract(epoch FROM clock_timestamp())::text)
        ON CONFLICT DO NOTHING;
        IF NOT parts THEN
            RETURN false;
        END IF;
        SELECT r.timestamp + 1 INTO ending -- Rows of one moment stay together.
        FROM bartizan.audit_rest AS r WHERE r.timestamp >= first AND r.timestamp < next
        ORDER BY r.timestamp OFFSET most - 1 LIMIT 1;
        IF ending < next THEN
            name := format('%s_part%s', name, made + 1);
            next := ending;
        END IF;
    END IF;
    EXECUTE format('CREATE TABLE bartizan.%I (LIKE bartizan.audit INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    EXECUTE format('ALTER TABLE bartizan.%I ADD CONSTRAINT within CHECK (timestamp >= %s AND timestamp < %s)', name, first,
                   next);
    IF early > 0 THEN
        PERFORM bartizan.free_rest(true);
        EXECUTE format('INSERT INTO bartizan.%I SELECT * FROM bartizan.audit_rest WHERE timestamp >= %s AND timestamp < %s',
                       name, first, next);
        DELETE FROM bartizan.audit_rest WHERE timestamp >= first AND timestamp < next;
        PERFORM bartizan.free_rest(false);
    END IF;
    EXECUTE format('ALTER TABLE bartizan.audit ATTACH PARTITION bartizan.%I FOR VALUES FROM (%s) TO (%s)', name, first,
                   next);
    EXECUTE format('ALTER TABLE bartizan.%I DROP CONSTRAINT within', name);
    RETURN name = whole;
END $$;

-- Makes the month of a time a partition of its own, and answers whether it is one. Without waiting for long: where it does not
-- come about, the rows go to audit_rest, and since when that has been so stands in meta as 'months_unmade_' and its table's
-- name. What housekeeping makes in parts stands there as 'months_parted_'.
CREATE FUNCTION bartizan.make_month(at bigint, parts boolean) RETURNS boolean LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    month timestamp := date_trunc('month', timestamp 'epoch' + at * interval '1 millisecond');
    name  text := 'audit_' || to_char(month, 'YYYY_MM');
    whole boolean;
BEGIN
    IF to_regclass('bartizan.' || name) IS NULL THEN
        IF bartizan.months_wait(name)
           OR (NOT parts AND EXISTS (SELECT FROM bartizan.meta WHERE key = 'months_parted_' || name)) THEN
            RETURN false;
        END IF;
        LOCK TABLE bartizan.audit IN SHARE ROW EXCLUSIVE MODE;
    END IF;
    whole := to_regclass('bartizan.' || name) IS NOT NULL;
    IF NOT whole THEN
        whole := bartizan.add_month(month, parts);
    END IF;
    IF whole THEN
        PERFORM bartizan.month_made(name);
    ELSE -- It is under way.
        DELETE FROM bartizan.meta WHERE key IN ('months_refused_' || name, 'months_unmade_' || name);
    END IF;
    RETURN whole;
EXCEPTION WHEN lock_not_available OR duplicate_table OR deadlock_detected THEN
    PERFORM bartizan.month_unmade(name);
    RETURN false;
END $$;
-- Leaves a month for later, as one that was tried in vain: for whoever has just waited so long for another one that there is
-- no use in waiting for this one as well.
CREATE FUNCTION bartizan.put_off_month(at bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text := 'audit_' || to_char(timestamp 'epoch' + at * interval '1 millisecond', 'YYYY_MM');
BEGIN
    IF to_regclass('bartizan.' || name) IS NULL AND NOT bartizan.months_wait(name) THEN
        PERFORM bartizan.month_unmade(name);
    END IF;
END $$;
CREATE FUNCTION bartizan.make_month(at bigint) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT bartizan.make_month(at, false) $$;

-- What housekeeping makes: this month and the next, before their first rows come, and of those that were asked for in vain,
-- whose rows went to audit_rest, one, or a part of one.
CREATE FUNCTION bartizan.make_months() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wanting text;
BEGIN
    PERFORM bartizan.make_month((extract(epoch FROM now() + i * interval '1 month') * 1000)::bigint)
    FROM generate_series(0, 1) AS i;
    SELECT right(m.key, 7) INTO wanting FROM bartizan.meta AS m
    WHERE m.key ~ '^months_(refused|parted)_audit_[0-9]{4}_[0-9]{2}$' AND NOT bartizan.months_wait('audit_' || right(m.key, 7))
    ORDER BY m.value::numeric LIMIT 1;
    IF wanting IS NOT NULL THEN
        PERFORM bartizan.make_month((extract(epoch FROM to_timestamp(wanting || '_01', 'YYYY_MM_DD')::date) * 1000)::bigint,
                                    true);
    END IF;
END $$;

-- From the first row on.
SELECT bartizan.make_month((extract(epoch FROM now() + i * interval '1 month') * 1000)::bigint)
FROM generate_series(0, 1) AS i;

-- Where other programs write: the same view as in SQLite. A row with an unknown word is not refused, which could stop
-- the program that logs: it goes to quarantine with the reason.
CREATE VIEW bartizan.security_audit_log AS
SELECT l.row_key AS id, to_timestamp(l.timestamp / 1000.0) AS "timestamp", e.name AS "eventType", l.action,
       o.name AS outcome, s.name AS severity, l.user_id AS "userId", l.company_id AS "companyId",
       l.platform_user_id AS "platformUserId", l.ip_address AS "ipAddress", l.user_agent AS "userAgent", l.country,
       l.session_id AS "sessionId", l.request_id AS "requestId", l.metadata, l.error_message AS "errorMessage"
FROM bartizan.log AS l
     JOIN bartizan.vocabulary AS e ON e.kind = 'eventType' AND e.value = l.event_type
     JOIN bartizan.vocabulary AS o ON o.kind = 'outcome' AND o.value = l.outcome
     JOIN bartizan.vocabulary AS s ON s.kind = 'severity' AND s.value = l.severity;

CREATE FUNCTION bartizan.is_json_object(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN json_typeof(value::json) = 'object';
EXCEPTION WHEN others THEN
    RETURN false;
END $$;

CREATE FUNCTION bartizan.security_audit_log_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    e      integer := (SELECT value FROM bartizan.vocabulary WHERE kind = 'eventType' AND name = NEW."eventType");
    o      integer := (SELECT value FROM bartizan.vocabulary WHERE kind = 'outcome' AND name = NEW.outcome);
    s      integer := (SELECT value FROM bartizan.vocabulary
                       WHERE kind = 'severity' AND name = coalesce(NEW.severity, 'INFO'));
    reason text;
BEGIN
    IF e IS NULL THEN
        reason := 'eventType: ' || coalesce('"' || left(NEW."eventType", 80) || '" is unknown', 'is missing');
    ELSIF o IS NULL THEN
        reason := 'outcome: ' || coalesce('"' || left(NEW.outcome, 80) || '" is unknown', 'is missing');
    ELSIF s IS NULL THEN
        reason := 'severity: "' || left(NEW.severity, 80) || '" is unknown';
    ELSIF NEW.action IS NULL THEN
        reason := 'action: is missing';
    ELSIF NEW.metadata IS NOT NULL AND NOT bartizan.is_json_object(NEW.metadata) THEN
        reason := 'metadata: is no JSON object';
    ELSIF octet_length(NEW."companyId") > 1000 THEN
        reason := 'companyId: is longer than 1000 bytes';
    ELSIF NOT isfinite(NEW."timestamp") THEN
        reason := 'timestamp: "' || NEW."timestamp" || '" is no time';
    END IF;
    IF reason IS NOT NULL THEN
        INSERT INTO bartizan.quarantine (source, line, reason, text)
        VALUES ('security_audit_log', 0, reason, left(to_jsonb(NEW)::text, 4096));
    ELSE
        INSERT INTO bartizan.audit (timestamp, event_type, outcome, severity, action, user_id, company_id,
                                    platform_user_id, ip_address, user_agent, country, session_id, request_id, metadata,
                                    error_message)
        VALUES ((extract(epoch FROM coalesce(NEW."timestamp", clock_timestamp())) * 1000)::bigint, e, o, s, NEW.action,
                NEW."userId", coalesce(NEW."companyId", ''), NEW."platformUserId", NEW."ipAddress", NEW."userAgent",
                NEW.country, NEW."sessionId", NEW."requestId", NEW.metadata, NEW."errorMessage");
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER security_audit_log_insert INSTEAD OF INSERT ON bartizan.security_audit_log
    FOR EACH ROW EXECUTE FUNCTION bartizan.security_audit_log_insert();
