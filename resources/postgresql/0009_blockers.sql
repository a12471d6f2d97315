-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whoever changes alerts, and the engine with each batch, takes the lock of a counter up to the commit: so numbers ascend
-- in the order of commits, and nobody misses a change. Who then falls silent would keep the engine waiting. The server cuts
-- such a session off after a while, but he may tell it not to (hold_briefly); whom the engine ends he cannot.

-- Ends the sessions that keep those of the calling engine waiting, directly or by one another: who has done nothing in an
-- open transaction for 2 s, and one for 30 s that is no engine's. What they did is undone, and they learn of it; what they
-- have committed stays. Answers how many. To be called again and again, on a connection that waits for nobody.
CREATE FUNCTION bartizan.end_blockers() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    blocker integer;
    ended   bigint := 0;
BEGIN
    FOR blocker IN
        WITH RECURSIVE blockers AS (
            SELECT unnest(pg_blocking_pids(a.pid)) AS pid FROM pg_stat_activity AS a
            WHERE a.datname = current_database() AND a.usename = session_user
              AND substring(a.application_name FROM ' engine .*$')
                  = substring(current_setting('application_name') FROM ' engine .*$')
            UNION
            SELECT unnest(pg_blocking_pids(b.pid)) FROM blockers AS b
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
            NULL; -- A superuser's, or the owner was not given the right: then the server's limit holds.
        END;
    END LOOP;
    RETURN ended;
END $$;
