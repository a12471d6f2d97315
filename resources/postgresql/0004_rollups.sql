-- SPDX-License-Identifier: GPL-3.0-or-later
-- Roll-ups of the audit log, from which the metrics are answered; core/metrics/rollupstorage.h says what they are. They
-- hold nothing that the log does not tell. A change of what their bytes mean empties these tables, sets last_row_id to 0,
-- and the engine fills them again. They mix companies: only who sees all may read them.
-- Rows of Bartizan's own log never change. Of a table of the application's that is so only where whoever attached it said
-- so (bartizanctl attach --append-only).

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
    PRIMARY KEY (kind, number)
);
CREATE INDEX rollup_name_text ON bartizan.rollup_name (kind, md5(text));

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

-- Cells to be built anew.
CREATE TABLE bartizan.rollup_due (
    level integer NOT NULL,
    cell  bigint NOT NULL,
    PRIMARY KEY (level, cell)
);

-- Forgets what was rolled up of the quarter-hours from `first` to before `next`.
CREATE FUNCTION bartizan.drop_rollups(first bigint, next bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM 1 FROM bartizan.rollup_state WHERE sole = 1 FOR UPDATE;
    DELETE FROM bartizan.rollup_block WHERE quarter >= first AND quarter < next;
    WITH gone AS (
        DELETE FROM bartizan.rollup_cell
        WHERE cell >= first >> 2 * level AND cell <= (next - 1) >> 2 * level RETURNING level, cell
    )
    INSERT INTO bartizan.rollup_due SELECT DISTINCT level, cell FROM gone ON CONFLICT DO NOTHING;
END $$;

-- That rows of a log were changed or deleted that was attached as append-only: from the commit of that on, the roll-ups
-- count for nothing. A table of its own: whoever changes the log waits for nobody, and nobody for him.
CREATE TABLE bartizan.log_changed (
    at   timestamptz NOT NULL DEFAULT now(),
    who  text NOT NULL,
    what text NOT NULL -- UPDATE, DELETE or TRUNCATE
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

-- Forgets everything that was rolled up; from then on the rows behind `behind` are, or none where it is -1. Numbers of
-- texts stay: whoever works with them knows them.
CREATE FUNCTION bartizan.restart_rollups(behind bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE bartizan.rollup_state
    SET last_row_id = behind, newest_quarter = -9223372036854775808, lookup = 0 WHERE sole = 1;
    DELETE FROM bartizan.rollup_block;
    DELETE FROM bartizan.rollup_cell;
    DELETE FROM bartizan.rollup_due;
    DELETE FROM bartizan.log_changed;
END $$;
