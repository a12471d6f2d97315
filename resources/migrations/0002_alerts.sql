-- SPDX-License-Identifier: GPL-3.0-or-later
-- Alerts, their history, and the stream of changes that consoles follow.

-- `seq` is the order of creation. `change` is the position of the alert's last change in the stream of changes, in
-- which alerts and tombstones share one counter (change_counter).
CREATE TABLE alert (
    seq              INTEGER PRIMARY KEY AUTOINCREMENT,
    id               TEXT NOT NULL UNIQUE,
    timestamp        INTEGER NOT NULL,
    severity         INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 3),
    type             INTEGER NOT NULL CHECK (type BETWEEN 0 AND 14),
    event_type       INTEGER NOT NULL CHECK (event_type BETWEEN 0 AND 11),
    acknowledged     INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged BETWEEN 0 AND 1),
    acknowledged_at  INTEGER,
    acknowledged_by  TEXT,
    event_id         INTEGER NOT NULL, -- audit.id; 0: a timer raised it
    change           INTEGER NOT NULL,
    title            TEXT NOT NULL,
    description      TEXT NOT NULL,
    user_id          TEXT,
    company_id       TEXT,
    platform_user_id TEXT,
    ip_address       TEXT,
    user_agent       TEXT,
    country          TEXT,
    session_id       TEXT,
    request_id       TEXT,
    metadata         TEXT NOT NULL,
    CHECK (acknowledged = (acknowledged_at IS NOT NULL AND acknowledged_by IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX alert_change ON alert (change);
CREATE INDEX alert_time ON alert (timestamp);
CREATE INDEX alert_active ON alert (timestamp) WHERE acknowledged = 0;
CREATE INDEX alert_type ON alert (type, acknowledged);
CREATE INDEX alert_ip ON alert (ip_address, timestamp) WHERE ip_address IS NOT NULL;
CREATE INDEX alert_user ON alert (user_id, timestamp) WHERE user_id IS NOT NULL;

-- Alerts that retention dropped: followers learn of it, and an alert does not come a second time.
CREATE TABLE alert_tombstone (
    change INTEGER PRIMARY KEY,
    id     TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE change_counter (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    value INTEGER NOT NULL
) STRICT;
INSERT INTO change_counter VALUES (1, 0);

CREATE TABLE alert_history (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_seq INTEGER NOT NULL REFERENCES alert (seq) ON DELETE CASCADE,
    at        INTEGER NOT NULL,
    action    TEXT NOT NULL,
    actor     TEXT NOT NULL, -- empty: the engine
    comment   TEXT NOT NULL
) STRICT;
CREATE INDEX alert_history_alert ON alert_history (alert_seq);
