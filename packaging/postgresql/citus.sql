-- SPDX-License-Identifier: GPL-3.0-or-later
-- Spreads Bartizan's own audit log over several servers by company, with Citus 11 or newer. To be run once, on the
-- coordinator, in the database of "bartizanctl init", as its owner, before much has been imported. Bartizan's tests run
-- against PostgreSQL without Citus: try it on a copy first.
--
-- The schema is made for it: the company is part of every unique key of the audit log, and no query joins two rows of it.
-- All other tables are small and written by one engine: they are copied to every server, so that joins with them stay on
-- the server of the rows.

CREATE EXTENSION IF NOT EXISTS citus;

-- Triggers for each row stay with Citus on reference tables only; that rows are never changed is then left to the roles.
DROP TRIGGER IF EXISTS audit_stays ON bartizan.audit;

SELECT create_reference_table(format('bartizan.%I', name))
FROM unnest(ARRAY['meta', 'counter', 'vocabulary', 'source', 'intake', 'intake_state', 'company', 'user_email',
                  'quarantine', 'alert', 'alert_count', 'alert_tombstone', 'mute', 'triage_step', 'alert_history', 'engine_state', 'engine_epoch',
                  'engine_heartbeat', 'engine_checkpoint', 'engine_health', 'settings', 'presence', 'rollup_state',
                  'rollup_name', 'rollup_block', 'rollup_cell', 'rollup_due']) AS name;

SELECT create_distributed_table('bartizan.audit', 'company_id');

-- A snapshot of the coordinator does not tell which rows of the other servers are committed: the engine searches an
-- overlap for rows it has not taken in, as in a table without `tx`.
UPDATE bartizan.source SET has_tx = false;
