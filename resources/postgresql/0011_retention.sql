-- SPDX-License-Identifier: GPL-3.0-or-later
-- How long the log is kept. Whoever writes rows of it waits for a month to be dropped, which takes a moment, and for nothing
-- else: what is known of its rows goes before it, or part by part behind it.

-- Places in the intake whose rows are gone from the log: of those times, up to a number. What came later is another row.
CREATE TABLE bartizan.intake_gone (
    begins bigint NOT NULL,
    ends   bigint NOT NULL,
    last   bigint NOT NULL,
    PRIMARY KEY (begins, ends, last)
);
-- What stands together was written together: an index of this kind tells enough, and adds nothing to each row.
CREATE INDEX intake_time ON bartizan.intake USING brin (row_time) WITH (autosummarize = on);

-- The months before a time, as partitions of the log.
CREATE FUNCTION bartizan.months_before(at bigint) RETURNS TABLE (name text, begins bigint, ends bigint) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT m.* FROM bartizan.months() AS m WHERE m.ends <= at ORDER BY m.name $$;

-- From when on the log is kept (bartizanctl init --keep-months); NULL: all of it.
CREATE FUNCTION bartizan.kept_since() RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT (extract(epoch FROM date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => value::integer))
                * 1000)::bigint
        FROM bartizan.meta WHERE key = 'keep_months');

-- Whether somebody keeps tables open for a second on end, readers as well or those alone who write. Looked at from beside: whoever
-- stood in line for them would keep waiting who comes later.
CREATE FUNCTION bartizan.held_open(tables oid[], readers boolean) RETURNS boolean LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ending  constant timestamptz := clock_timestamp() + interval '1 s';
    here    constant oid := (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database());
    holders text[]; -- Of those that hold them at first, who still does.
BEGIN
    LOOP
        SELECT array_agg(DISTINCT l.virtualtransaction) INTO holders
        FROM pg_locks AS l
        WHERE l.locktype = 'relation' AND l.database = here AND l.relation = ANY (tables) AND l.granted
              AND l.pid IS DISTINCT FROM pg_backend_pid() AND (readers OR l.mode NOT IN ('AccessShareLock', 'RowShareLock'))
              AND (holders IS NULL OR l.virtualtransaction = ANY (holders));
        IF holders IS NULL THEN
            RETURN false;
        END IF;
        IF clock_timestamp() >= ending THEN
            RETURN true;
        END IF;
        PERFORM pg_sleep(0.02);
    END LOOP;
END $$;

-- Drops the oldest month before those that are to be kept (bartizanctl init --keep-months), with what is rolled up of it; once
-- there is none, a part of the rows of that time in audit_rest, by whole days. Which they are is for nobody to say who calls
-- it. Answers 1, or 0 where nothing is due. Tables are locked against readers and writers last of all, and that is committed
-- with the statement that calls this. Without waiting for long, as above: where somebody reads the log, they go another time,
-- and it answers -1, before anything is done. Since when that has been so stands in meta as 'months_overdue'. Where a month is in
-- parts and not whole, what else there is of the day in which they end goes with them: companies' roll-ups are by day.
CREATE FUNCTION bartizan.drop_months() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    day     constant bigint := 86400000;
    quarter constant bigint := 900000;
    most    constant bigint := 20000;
    before  bigint := bartizan.kept_since();
    due     boolean := false;
    parts   text[];
    part    text;
    starts  bigint;
    stops   bigint;
    ending  bigint;
BEGIN
    IF before IS NOT NULL THEN
        due := EXISTS (SELECT FROM bartizan.months_before(before))
               OR EXISTS (SELECT FROM bartizan.audit_rest WHERE timestamp < before);
    END IF;
    IF NOT due THEN -- What was overdue went another way, or is to be kept after all.
        DELETE FROM bartizan.meta WHERE key IN ('months_overdue', 'months_refused_drop');
        RETURN 0;
    END IF;
    IF bartizan.months_wait('drop') THEN
        RETURN -1;
    END IF;
    -- A month with all of its parts, audit_2016_05_part1 and so on.
    SELECT array_agg(m.name), min(m.begins), max(m.ends) INTO parts, starts, stops
    FROM bartizan.months_before(before) AS m GROUP BY left(m.name, 13) ORDER BY left(m.name, 13) LIMIT 1;
    IF bartizan.held_open(ARRAY(SELECT to_regclass(format('bartizan.%I', t.name))
                                FROM unnest(parts || ARRAY['audit', 'audit_rest']) AS t (name)
                                WHERE parts IS NOT NULL OR t.name = 'audit_rest'), parts IS NOT NULL) THEN
        RAISE lock_not_available;
    END IF;
    -- Before tables are locked against readers: whoever rolls up holds this lock while it reads the log.
    PERFORM 1 FROM bartizan.rollup_state WHERE sole = 1 FOR UPDATE;
    IF parts IS NOT NULL THEN
        ending := ceil(stops::numeric / day)::bigint * day;
        PERFORM bartizan.drop_rollups(starts / quarter, ending / quarter);
        IF EXISTS (SELECT FROM bartizan.audit_rest WHERE timestamp >= stops AND timestamp < ending) THEN
            -- As whoever adds rows does: the log before its rest. Otherwise one of them would be refused.
            LOCK TABLE ONLY bartizan.audit IN SHARE ROW EXCLUSIVE MODE;
            PERFORM bartizan.free_rest(true);
            DELETE FROM bartizan.audit_rest WHERE timestamp >= stops AND timestamp < ending;
            PERFORM bartizan.free_rest(false);
        END IF;
        stops := ending;
        FOREACH part IN ARRAY parts LOOP
            EXECUTE format('DROP TABLE bartizan.%I', part);
        END LOOP;
    ELSE
        SELECT min(timestamp) INTO starts FROM bartizan.audit_rest WHERE timestamp < before;
        SELECT least(before, ((floor(r.timestamp::numeric / day) + 1) * day)::bigint) INTO stops
        FROM bartizan.audit_rest AS r WHERE r.timestamp < before ORDER BY r.timestamp OFFSET most - 1 LIMIT 1;
        stops := coalesce(stops, before);
        PERFORM bartizan.drop_rollups(floor(starts::numeric / quarter)::bigint, stops / quarter);
        PERFORM bartizan.free_rest(true);
        DELETE FROM bartizan.audit_rest WHERE timestamp < stops;
        PERFORM bartizan.free_rest(false);
        starts := -9223372036854775808; -- Nothing older is left.
    END IF;
    -- Whoever has added rows of them has committed, for the tables are locked.
    INSERT INTO bartizan.intake_gone SELECT starts, stops, c.value FROM bartizan.counter AS c WHERE c.name = 'row' ON CONFLICT DO NOTHING;
    DELETE FROM bartizan.meta WHERE key IN ('months_overdue', 'months_refused_drop');
    RETURN 1;
EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    IF NOT due THEN -- Or nobody could look: that is for the next time.
        RETURN 0;
    END IF;
    INSERT INTO bartizan.meta VALUES ('months_overdue', extract(epoch FROM clock_timestamp())::text) ON CONFLICT DO NOTHING;
    PERFORM bartizan.months_refused('drop');
    RETURN -1;
END $$;

-- Forgets a part of what is in the intake of rows that were dropped. Answers whether there is more to do now. The index on
-- times is the one to find them by: by the others, every place before theirs would be looked at for each part.
CREATE FUNCTION bartizan.forget_dropped() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s'
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    most constant bigint := 20000;
    gone record;
    many bigint;
BEGIN
    SELECT * INTO gone FROM bartizan.intake_gone ORDER BY last, ends LIMIT 1;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    WITH places AS MATERIALIZED (
        SELECT i.seq FROM bartizan.intake AS i
        WHERE i.row_time >= gone.begins AND i.row_time < gone.ends AND i.seq + 0 <= gone.last LIMIT most
    )
    DELETE FROM bartizan.intake AS i USING places AS p WHERE i.seq = p.seq;
    GET DIAGNOSTICS many = ROW_COUNT;
    IF many < most THEN
        DELETE FROM bartizan.intake_gone AS g WHERE (g.begins, g.ends, g.last) = (gone.begins, gone.ends, gone.last);
    END IF;
    RETURN EXISTS (SELECT FROM bartizan.intake_gone);
EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    RETURN false; -- Another time.
END $$;
