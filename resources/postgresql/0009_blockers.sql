-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whoever changes alerts, and the engine with each batch, takes the lock of a counter up to the commit: so numbers ascend
-- in the order of commits, and nobody misses a change. Who then falls silent would keep the engine waiting. The server cuts
-- such a session off after a while, but he may tell it not to (hold_briefly); whom the engine ends he cannot.

-- Ends the sessions whose transaction those of the calling engine wait for, directly or by one another: who has done nothing
-- in an open one for 2 s, and one for 30 s that is no engine's. What they did is undone, and they learn of it; what they
-- have committed stays. Whoever only reads or adds rows is safe: a table as a whole is what housekeeping waits for, not for
-- long, and it tries again. Answers how many. To be called again and again, on a connection that waits for nobody.
CREATE FUNCTION bartizan.end_blockers() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    blocker integer;
    ended   bigint := 0;
BEGIN
    FOR blocker IN
        -- To be asked who keeps somebody waiting stops all locking for a moment: only of those who wait for a row.
        WITH RECURSIVE waiting AS MATERIALIZED (
            SELECT a.pid,
                   a.usename = session_user AND substring(a.application_name FROM ' engine .*$')
                       = substring(current_setting('application_name') FROM ' engine .*$') AS mine
            FROM pg_stat_activity AS a
            WHERE a.datname = current_database() AND a.wait_event_type = 'Lock' AND a.wait_event IN ('transactionid', 'tuple')
        ), blockers AS (
            SELECT unnest(pg_blocking_pids(w.pid)) AS pid FROM waiting AS w WHERE w.mine
            UNION
            SELECT unnest(pg_blocking_pids(w.pid)) FROM blockers AS b JOIN waiting AS w ON w.pid = b.pid
        )
        SELECT a.pid
        FROM blockers AS b
             JOIN pg_stat_activity AS a ON a.pid = b.pid
             LEFT JOIN pg_roles AS engine ON engine.rolname = 'bartizan_engine'
        WHERE (a.state LIKE 'idle in transaction%' AND a.state_change < clock_timestamp() - interval '2 s')
           OR (NOT pg_has_role(a.usesysid, engine.oid, 'MEMBER') AND a.xact_start < clock_timestamp() - interval '30 s')
    LOOP
        BEGIN
            ended := ended + pg_terminate_backend(blocker)::integer;
        EXCEPTION WHEN insufficient_privilege THEN
            NULL; -- A superuser's, or the function's owner was not given the right: then the server's limit holds.
        END;
    END LOOP;
    RETURN ended;
END $$;
