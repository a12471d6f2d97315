-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the engine tells of itself, every few seconds while something changes. Whether it still runs is told by its lock,
-- not by this row.

CREATE TABLE engine_health (
    only              INTEGER PRIMARY KEY CHECK (only = 1),
    at                INTEGER NOT NULL,
    events_per_second REAL NOT NULL,
    backlog           INTEGER NOT NULL,
    processed         INTEGER NOT NULL,
    keys_held         INTEGER NOT NULL,
    keys_evicted      INTEGER NOT NULL,
    state_bytes       INTEGER NOT NULL,
    rules_on          INTEGER NOT NULL,
    last_error        TEXT NOT NULL,    -- empty: none
    last_error_at     INTEGER NOT NULL
) STRICT;
