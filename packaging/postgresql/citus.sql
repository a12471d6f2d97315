-- SPDX-License-Identifier: GPL-3.0-or-later
-- Spreads Bartizan's own audit log over several servers by company, with Citus 11 or newer. To be run on the coordinator, as
-- a superuser, after "bartizanctl init --roles" and before much has been imported; again, it changes nothing. From then on
-- alert_count is a view: what a later version of Bartizan changes in that table has to be done by hand. Bartizan's tests
-- run against PostgreSQL without Citus: try it on a copy first.
--
-- The schema is made for it: the company is part of every unique key of the audit log, and no query joins two rows of it.
-- All other tables are small and written by one engine: they are copied to every server, so that joins with them stay on
-- the server of the rows.

CREATE EXTENSION IF NOT EXISTS citus;

-- Citus takes no table that has triggers. That rows of the log are never changed is then left to the roles.
DROP TRIGGER IF EXISTS audit_stays ON bartizan.audit;
-- Alerts are counted when somebody asks for their number, no longer as they change.
DROP TRIGGER IF EXISTS alert_came ON bartizan.alert;
DROP TRIGGER IF EXISTS alert_went ON bartizan.alert;
DROP TRIGGER IF EXISTS alert_changed ON bartizan.alert;
DO $$
BEGIN
    IF (SELECT relkind = 'r' FROM pg_class WHERE oid = to_regclass('bartizan.alert_count')) THEN
        DROP TABLE bartizan.alert_count;
    END IF;
END $$;
CREATE OR REPLACE VIEW bartizan.alert_count AS
SELECT type, acknowledged, company_id, count(*) AS change
FROM bartizan.alert WHERE NOT muted GROUP BY type, acknowledged, company_id;
-- There are no rows to be put together.
CREATE OR REPLACE FUNCTION bartizan.sum_alert_counts() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
END $$;
DO $$
BEGIN
    IF to_regrole('bartizan_owner') IS NOT NULL THEN
        ALTER VIEW bartizan.alert_count OWNER TO bartizan_owner;
        GRANT SELECT ON bartizan.alert_count TO bartizan_auditor, bartizan_engine;
    END IF;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOR name IN
        SELECT unnest(ARRAY['meta', 'counter', 'vocabulary', 'source', 'intake', 'intake_state', 'company', 'user_email',
                            'quarantine', 'alert', 'alert_tombstone', 'mute', 'triage_step', 'alert_history', 'engine_state',
                            'engine_epoch', 'engine_heartbeat', 'engine_checkpoint', 'engine_health', 'settings', 'presence',
                            'rollup_state', 'rollup_name', 'rollup_block', 'rollup_cell', 'rollup_due'])
    LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = to_regclass('bartizan.' || name)) THEN
            PERFORM create_reference_table('bartizan.' || name);
        END IF;
    END LOOP;
END $$;

SELECT create_distributed_table('bartizan.audit', 'company_id')
WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = to_regclass('bartizan.audit'));

-- A snapshot of the coordinator does not tell which rows of the other servers are committed: the engine searches an
-- overlap for rows it has not taken in, as in a table without `tx`.
UPDATE bartizan.source SET has_tx = false;
