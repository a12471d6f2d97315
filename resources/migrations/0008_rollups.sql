-- SPDX-License-Identifier: GPL-3.0-or-later
-- Roll-ups of the audit log, from which the metrics are answered; core/metrics/rollupstorage.h says what they are. They
-- hold nothing that the log does not tell. A change of what their bytes mean empties these tables, sets last_row_id to 0,
-- and the engine fills them again.

-- Rows up to last_row_id are in the blocks; newest_quarter is that of the newest of them, by time. lookup tells which
-- look-up of countries the cells are made with.
CREATE TABLE rollup_state (
    only           INTEGER PRIMARY KEY CHECK (only = 1),
    last_row_id    INTEGER NOT NULL,
    newest_quarter INTEGER NOT NULL,
    lookup         INTEGER NOT NULL
) STRICT;
INSERT INTO rollup_state VALUES (1, 0, -9223372036854775808, 0);

-- Numbers of users, companies and countries.
CREATE TABLE rollup_name (
    kind   INTEGER NOT NULL,
    number INTEGER NOT NULL,
    text   TEXT NOT NULL,
    PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX rollup_name_text ON rollup_name (kind, text);

-- Rows of a quarter-hour, in one or more parts.
CREATE TABLE rollup_block (
    id      INTEGER PRIMARY KEY,
    quarter INTEGER NOT NULL,
    rows    INTEGER NOT NULL,
    lookups INTEGER NOT NULL,
    bytes   BLOB NOT NULL
) STRICT;
CREATE INDEX rollup_block_quarter ON rollup_block (quarter, id, rows, lookups);

-- Sums over 4^level quarter-hours; company 0: the whole log.
CREATE TABLE rollup_cell (
    id       INTEGER PRIMARY KEY,
    level    INTEGER NOT NULL,
    cell     INTEGER NOT NULL,
    company  INTEGER NOT NULL,
    lookup   INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    counts   BLOB NOT NULL,
    users    BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX rollup_cell_place ON rollup_cell (level, cell, company);

-- Cells to be built anew.
CREATE TABLE rollup_due (
    level INTEGER NOT NULL,
    cell  INTEGER NOT NULL,
    PRIMARY KEY (level, cell)
) STRICT, WITHOUT ROWID;

-- How many alerts there are of each type.
CREATE TABLE alert_count (
    type         INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL,
    count        INTEGER NOT NULL,
    PRIMARY KEY (type, acknowledged)
) STRICT, WITHOUT ROWID;
INSERT INTO alert_count SELECT type, acknowledged, count(*) FROM alert GROUP BY type, acknowledged;

CREATE TRIGGER alert_counted AFTER INSERT ON alert
BEGIN
    INSERT INTO alert_count VALUES (NEW.type, NEW.acknowledged, 1)
    ON CONFLICT (type, acknowledged) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER alert_counted_again AFTER UPDATE OF type, acknowledged ON alert
BEGIN
    UPDATE alert_count SET count = count - 1 WHERE type = OLD.type AND acknowledged = OLD.acknowledged;
    INSERT INTO alert_count VALUES (NEW.type, NEW.acknowledged, 1)
    ON CONFLICT (type, acknowledged) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER alert_uncounted AFTER DELETE ON alert
BEGIN
    UPDATE alert_count SET count = count - 1 WHERE type = OLD.type AND acknowledged = OLD.acknowledged;
END;
