-- SPDX-License-Identifier: GPL-3.0-or-later
-- How far the engine has come, and the monitoring settings with all their former versions.

CREATE TABLE engine_state (
    only        INTEGER PRIMARY KEY CHECK (only = 1),
    last_row_id INTEGER NOT NULL,
    watermark   INTEGER NOT NULL,
    started_at  INTEGER NOT NULL
) STRICT;
INSERT INTO engine_state VALUES (1, 0, 0, 0);

-- The highest version is in force; none: the defaults.
CREATE TABLE settings (
    version    INTEGER PRIMARY KEY,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    time_zone  TEXT NOT NULL, -- IANA name
    config     TEXT NOT NULL  -- the whole configuration, JSON
) STRICT;
