-- SPDX-License-Identifier: GPL-3.0-or-later
-- Alerts name the rule and the group that raised them, and count what they suppressed. The engine keeps what its
-- detector knows. Tombstones can be pruned.

-- Empty and 0 in alerts from before.
ALTER TABLE alert ADD COLUMN rule TEXT NOT NULL DEFAULT '';        -- key in core/domain/rulecatalog.h
ALTER TABLE alert ADD COLUMN alert_group TEXT NOT NULL DEFAULT ''; -- "address:203.0.113.9"; empty: the whole log
ALTER TABLE alert ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN last_repeat_at INTEGER;

CREATE INDEX alert_rule ON alert (rule, timestamp);

-- How far the timers ran, where that is behind the watermark.
ALTER TABLE engine_state ADD COLUMN clock INTEGER NOT NULL DEFAULT 0;

-- The detector's state as of a position of the engine, so that a restart need not read a week of the log. It is only
-- ever a copy of what the log says: without it, or when it does not fit, the engine reads the log.
CREATE TABLE engine_checkpoint (
    only             INTEGER PRIMARY KEY CHECK (only = 1),
    format           INTEGER NOT NULL,
    last_row_id      INTEGER NOT NULL,
    watermark        INTEGER NOT NULL,
    started_at       INTEGER NOT NULL,
    clock            INTEGER NOT NULL,
    settings_version INTEGER NOT NULL,
    known_row_id     INTEGER NOT NULL, -- rows about alerts up to this key, and alerts up to this seq, are in the state
    known_alert      INTEGER NOT NULL,
    state            BLOB NOT NULL
) STRICT;

-- What tells when a tombstone is needed no more; those from before count as dropped long ago.
ALTER TABLE alert_tombstone ADD COLUMN event_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert_tombstone ADD COLUMN timestamp INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert_tombstone ADD COLUMN dropped_before INTEGER NOT NULL DEFAULT 0; -- the edge of that retention
