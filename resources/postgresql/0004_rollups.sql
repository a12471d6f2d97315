-- SPDX-License-Identifier: GPL-3.0-or-later
-- Roll-ups of the audit log, from which the metrics are answered; core/metrics/rollupstorage.h says what they are. They
-- hold nothing that the log does not tell. A change of what their bytes mean empties these tables, sets last_row_id to 0,
-- and the engine fills them again. Who sees all reads what is of the whole log: blocks by quarter-hour, and cells of company
-- 0. Who sees some companies has the blocks by day and the cells of those; and where there are no others, all the rest too. The number of what belongs to no company is
-- 4294967295. Numbers count on over all companies: from those of his own somebody may guess how many others there are, as he
-- may from intake.seq, and nothing else of them.
-- Rows of Bartizan's own log never change. Of a table of the application's that is so only where whoever attached it said
-- so (bartizanctl attach --append-only); or triggers tell which rows have changed (--roll-up).

-- Rows up to last_row_id (intake.seq) are in the blocks; newest_quarter is that of the newest of them, by time. lookup
-- tells which look-up of countries the cells are made with. Whoever writes roll-ups keeps the row locked. A last_row_id
-- of -1: none are kept, since rows may change.
CREATE TABLE bartizan.rollup_state (
    sole           integer PRIMARY KEY CHECK (sole = 1),
    last_row_id    bigint NOT NULL,
    newest_quarter bigint NOT NULL,
    lookup         bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO bartizan.rollup_state VALUES (1, 0, -9223372036854775808, 0);

-- Numbers of users, companies and countries. A text may be longer than a key of an index.
CREATE TABLE bartizan.rollup_name (
    kind   smallint NOT NULL,
    number bigint NOT NULL,
    text   text NOT NULL,
    digest text NOT NULL, -- md5(text), which an index is asked for before it is known who may see the text
    PRIMARY KEY (kind, number)
);
CREATE INDEX rollup_name_text ON bartizan.rollup_name (kind, digest);

-- Which names stand in rows of a company: whoever sees the one sees the other. Of kind 1 its own, or 0 of what belongs to none.
CREATE TABLE bartizan.rollup_named (
    company bigint NOT NULL,
    kind    smallint NOT NULL,
    number  bigint NOT NULL,
    PRIMARY KEY (company, kind, number)
);

-- Rows of a quarter-hour, in one or more parts.
CREATE TABLE bartizan.rollup_block (
    id      bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    quarter bigint NOT NULL,
    rows    bigint NOT NULL,
    lookups bigint NOT NULL,
    bytes   bytea NOT NULL
);
ALTER TABLE bartizan.rollup_block ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX rollup_block_quarter ON bartizan.rollup_block (quarter, id) INCLUDE (rows, lookups);

-- The same rows by company and day, in one or more parts; each quarter-hour from `first` to `last` with its place in the day, a
-- byte, and the length of its rows before them. By quarter-hour too, a log of many companies would have a row here for each of
-- its own.
CREATE TABLE bartizan.rollup_company_block (
    company bigint NOT NULL,
    day     bigint NOT NULL,
    id      bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    first   bigint NOT NULL,
    last    bigint NOT NULL,
    bytes   bytea NOT NULL,
    PRIMARY KEY (company, day, id)
);
ALTER TABLE bartizan.rollup_company_block ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Sums over 4^level quarter-hours; company 0: the whole log.
CREATE TABLE bartizan.rollup_cell (
    id       bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    level    integer NOT NULL,
    cell     bigint NOT NULL,
    company  bigint NOT NULL,
    lookup   bigint NOT NULL,
    complete boolean NOT NULL,
    counts   bytea NOT NULL,
    users    bytea NOT NULL,
    UNIQUE (level, cell, company)
);
ALTER TABLE bartizan.rollup_cell ALTER COLUMN counts SET STORAGE EXTERNAL, ALTER COLUMN users SET STORAGE EXTERNAL;
CREATE INDEX rollup_cell_company ON bartizan.rollup_cell (company, level, cell);

-- The companies that a person sees, by their numbers; NULL: all, until roles are made.
CREATE FUNCTION bartizan.my_company_numbers() RETURNS bigint[] LANGUAGE sql STABLE AS $$ SELECT NULL::bigint[] $$;
-- Whether he sees each that there is.
CREATE FUNCTION bartizan.sees_each() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT true $$;

-- Cells to be built anew.
CREATE TABLE bartizan.rollup_due (
    level integer NOT NULL,
    cell  bigint NOT NULL,
    PRIMARY KEY (level, cell)
);

-- Forgets what was rolled up of the quarter-hours from `begins` to before `ends`.
CREATE FUNCTION bartizan.drop_rollups(begins bigint, ends bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM 1 FROM bartizan.rollup_state WHERE sole = 1 FOR UPDATE;
    DELETE FROM bartizan.rollup_block WHERE quarter >= begins AND quarter < ends;
    -- Both are those of days.
    DELETE FROM bartizan.rollup_company_block WHERE day >= floor(begins / 96.0) AND day < floor(ends / 96.0);
    WITH gone AS (
        DELETE FROM bartizan.rollup_cell AS c USING generate_series(0, (SELECT max(r.level) FROM bartizan.rollup_cell AS r)) AS l (level)
        WHERE c.level = l.level AND c.cell >= begins >> 2 * l.level AND c.cell <= (ends - 1) >> 2 * l.level RETURNING c.level, c.cell
    )
    INSERT INTO bartizan.rollup_due SELECT DISTINCT level, cell FROM gone ON CONFLICT DO NOTHING;
END $$;

-- That rows of a log were changed or deleted that was attached as append-only: from the commit of that on, the roll-ups
-- count for nothing. A table of its own: whoever changes the log waits for nobody, and nobody for him.
CREATE TABLE bartizan.log_changed (
    noted boolean NOT NULL DEFAULT true, -- All that whoever reads metrics is told.
    at    timestamptz NOT NULL DEFAULT now(),
    who   text NOT NULL,
    what  text NOT NULL -- UPDATE, DELETE or TRUNCATE
);

-- The trigger of such a log, after each statement; `gone` are its rows as they were.
CREATE FUNCTION bartizan.note_log_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'TRUNCATE' THEN
        IF NOT EXISTS (SELECT 1 FROM gone) THEN
            RETURN NULL;
        END IF;
    END IF;
    -- The first is enough to know, and whoever changes rows one by one is not to fill it.
    IF NOT EXISTS (SELECT 1 FROM bartizan.log_changed) THEN
        INSERT INTO bartizan.log_changed (who, what) VALUES (session_user, TG_OP);
    END IF;
    RETURN NULL;
END $$;

-- In a log that was attached with --roll-up: quarter-hours of which rows were changed or deleted, and whose they are or were.
-- They are counted from the log until the engine has rolled them up anew, which takes the marks away that it has seen before.
CREATE TABLE bartizan.rollup_stale (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    quarter    bigint NOT NULL,
    company_id text
);
CREATE INDEX rollup_stale_quarter ON bartizan.rollup_stale (quarter);

-- The trigger of such a log, after each statement; made anew when it is attached, for its columns.
CREATE FUNCTION bartizan.note_rows_stale() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;

-- The times of the first and the last row that somebody sees in a log of the application's. The view that shows him its rows is a
-- barrier, behind which no index tells their order.
CREATE FUNCTION bartizan.log_extent(OUT first bigint, OUT last bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    whole constant boolean := bartizan.sees_all();
    mine  constant text[] := bartizan.my_companies();
BEGIN
    SELECT l.timestamp INTO first FROM bartizan.log_all AS l
    WHERE l.raw_time IS NOT NULL AND (whole OR coalesce(l.company_id, '') = ANY (mine)) ORDER BY l.raw_time LIMIT 1;
    SELECT l.timestamp INTO last FROM bartizan.log_all AS l
    WHERE l.raw_time IS NOT NULL AND (whole OR coalesce(l.company_id, '') = ANY (mine)) ORDER BY l.raw_time DESC LIMIT 1;
END $$;

-- Forgets everything that was rolled up; from then on the rows behind `behind` are, or none where it is -1. Numbers of
-- texts stay: whoever works with them knows them.
CREATE FUNCTION bartizan.restart_rollups(behind bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE bartizan.rollup_state
    SET last_row_id = behind, newest_quarter = -9223372036854775808, lookup = 0 WHERE sole = 1;
    DELETE FROM bartizan.rollup_block;
    DELETE FROM bartizan.rollup_company_block;
    DELETE FROM bartizan.rollup_cell;
    DELETE FROM bartizan.rollup_due;
    DELETE FROM bartizan.rollup_stale;
    DELETE FROM bartizan.log_changed;
END $$;
