-- SPDX-License-Identifier: GPL-3.0-or-later
-- Spreads Bartizan's own audit log over several servers by company, with Citus 11.2 or newer: those before take no identity
-- columns, and no outer join of a copied table with a spread one. To be run on the coordinator, as a superuser, after "bartizanctl init", with
-- no engine running and before much has been imported; again, it changes nothing. From then on
-- alert_count, alert_wait, alert_change and alert_open are views: what a later version of Bartizan changes in those tables has to be
-- done by hand. Bartizan's tests run against PostgreSQL without Citus: try it on a copy first.
--
-- The schema is made for it: the company is part of every unique key of the audit log, and no query joins two rows of it.
-- All other tables are written by one engine and copied to every server, so that joins with them stay on the server of the
-- rows. They are small but for one: the intake has a row for each of the log, 165 bytes with its indexes, on every server. What
-- is spread are the rows themselves with theirs (169 bytes at the least, more with each column that is filled) and the work of
-- searching them; what every server holds of all companies together bounds how far that goes. No question to the log has a
-- subquery with OFFSET or LIMIT that refers to the query around it, which Citus refuses; nor is any such row looked up one by
-- one for the roll-ups, which are filled by joins that read more of the log than on one server.

-- There are no roles then: one login, to which everything belongs and which every server lets in, is everybody's, and sees all. Who
-- sees which company is told by who has logged in (session_user), who on the other servers is whomever a function of the owner's
-- runs as; that owner of the roles' may not log in there (citusdata/citus#7719), and what a view's owner may read is not what its
-- reader may read in the parts of a table (citusdata/citus#1683, #6161).

DO $$
BEGIN
    IF to_regclass('bartizan.membership') IS NOT NULL THEN
        RAISE EXCEPTION 'bartizanctl init --roles was run here: a log that Citus spreads goes without roles'
            USING HINT = 'Make a database of its own for it, with bartizanctl init alone.';
    END IF;
    IF NOT (SELECT r.rolcanlogin FROM pg_namespace AS n JOIN pg_roles AS r ON r.oid = n.nspowner WHERE n.nspname = 'bartizan') THEN
        RAISE EXCEPTION 'the owner of Bartizan''s schema must be able to log in on every server';
    END IF;
END $$;

CREATE EXTENSION IF NOT EXISTS citus;

-- Citus takes no table that has triggers. Nothing then keeps whoever has the one login from changing rows of the log.
DROP TRIGGER IF EXISTS audit_stays ON bartizan.audit;
-- Alerts are counted, and found by what triage changes, when somebody asks, no longer as they change. Foreign keys keep history
-- to alerts and steps that are there.
DROP TRIGGER IF EXISTS alert_came ON bartizan.alert;
DROP TRIGGER IF EXISTS alert_went ON bartizan.alert;
DROP TRIGGER IF EXISTS alert_changed ON bartizan.alert;
DROP TRIGGER IF EXISTS alert_placed ON bartizan.alert;
DROP TRIGGER IF EXISTS alert_moved ON bartizan.alert;
DROP TRIGGER IF EXISTS alert_taken ON bartizan.alert;
DROP TRIGGER IF EXISTS alert_goes ON bartizan.alert;
DROP TRIGGER IF EXISTS alerts_stay ON bartizan.alert;
DROP TRIGGER IF EXISTS history_came ON bartizan.alert_history;
DROP TRIGGER IF EXISTS history_changed ON bartizan.alert_history;
DROP TRIGGER IF EXISTS step_stays ON bartizan.triage_step;
DO $$
BEGIN
    IF (SELECT relkind = 'r' FROM pg_class WHERE oid = to_regclass('bartizan.alert_count')) THEN
        DROP TABLE bartizan.alert_count;
        DROP TABLE bartizan.alert_wait;
        DROP TABLE bartizan.alert_change;
        DROP TABLE bartizan.alert_open;
    END IF;
END $$;
CREATE OR REPLACE VIEW bartizan.alert_count AS
SELECT type, acknowledged, company_id, count(*) AS change
FROM bartizan.alert WHERE NOT muted GROUP BY type, acknowledged, company_id;
CREATE OR REPLACE VIEW bartizan.alert_wait AS
SELECT bartizan.day_of(timestamp) AS day, severity, company_id, 1::bigint AS raised,
       (acknowledged_at IS NOT NULL)::integer::bigint AS acknowledged,
       bartizan.wait_of(timestamp, acknowledged_at)::numeric AS acknowledge_wait,
       (resolved_at IS NOT NULL)::integer::bigint AS resolved, bartizan.wait_of(timestamp, resolved_at)::numeric AS resolve_wait
FROM bartizan.alert;
CREATE UNIQUE INDEX IF NOT EXISTS alert_stream ON bartizan.alert (change);
CREATE OR REPLACE VIEW bartizan.alert_change AS
SELECT change AS first, change AS last, ARRAY[seq] AS alerts, company_id FROM bartizan.alert;
CREATE INDEX IF NOT EXISTS alert_waiting ON bartizan.alert (severity, timestamp)
    WHERE (acknowledged_at IS NULL OR status = 2 OR (owner IS NOT NULL AND status <> 3));
CREATE OR REPLACE VIEW bartizan.alert_open AS
SELECT seq AS alert_seq, severity, timestamp, company_id FROM bartizan.alert
WHERE (acknowledged_at IS NULL OR status = 2 OR (owner IS NOT NULL AND status <> 3));
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'bartizan.alert_history'::regclass AND contype = 'f') THEN
        ALTER TABLE bartizan.alert_history ADD FOREIGN KEY (alert_seq) REFERENCES bartizan.alert (seq) ON DELETE CASCADE,
                                           ADD FOREIGN KEY (step) REFERENCES bartizan.triage_step (id);
    END IF;
END $$;
-- There are no rows to be put together, or to be tidied.
CREATE OR REPLACE FUNCTION bartizan.tidy_alert_sets() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN false;
END $$;
CREATE OR REPLACE FUNCTION bartizan.sum_alert_counts() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
END $$;
-- They belong to whom the rest does, whoever has run this.
DO $$
DECLARE
    owner constant regrole := (SELECT n.nspowner FROM pg_namespace AS n WHERE n.nspname = 'bartizan');
    name  text;
BEGIN
    FOREACH name IN ARRAY ARRAY['alert_count', 'alert_wait', 'alert_change', 'alert_open'] LOOP
        EXECUTE format('ALTER VIEW bartizan.%I OWNER TO %s', name, owner);
    END LOOP;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOR name IN
        SELECT unnest(ARRAY['meta', 'counter', 'vocabulary', 'source', 'intake', 'intake_state', 'intake_gone', 'intake_left', 'company', 'user_email',
                            'quarantine', 'alert', 'alert_tombstone', 'mute', 'triage_step', 'alert_history', 'engine_state',
                            'engine_epoch', 'engine_heartbeat', 'engine_checkpoint', 'engine_health', 'settings', 'presence',
                            'rollup_state', 'rollup_name', 'rollup_named', 'rollup_block', 'rollup_company_block', 'rollup_cell',
                            'rollup_due', 'rollup_stale', 'log_changed'])
    LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = to_regclass('bartizan.' || name)) THEN
            PERFORM create_reference_table('bartizan.' || name);
        END IF;
    END LOOP;
END $$;

SELECT create_distributed_table('bartizan.audit', 'company_id')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = to_regclass('bartizan.audit'));

-- A snapshot of the coordinator does not tell which rows of the other servers are committed: the engine searches an
-- overlap for rows it has not taken in, as in a table without `tx`. Engines and consoles that run learn of it by the generation.
UPDATE bartizan.source SET has_tx = false, generation = generation + 1 WHERE has_tx;
