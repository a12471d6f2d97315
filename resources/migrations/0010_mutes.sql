-- SPDX-License-Identifier: GPL-3.0-or-later
-- Mutes, and which alerts they keep out of the queue.

CREATE TABLE mute (
    seq         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    rule        TEXT NOT NULL,
    alert_group TEXT NOT NULL,
    network     TEXT NOT NULL, -- empty: none
    company_id  TEXT,          -- NULL: any; empty: alerts of none
    reason      TEXT NOT NULL,
    alert_id    TEXT NOT NULL, -- the alert that it was set from; empty: none
    created_by  TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL CHECK (expires_at > created_at),
    lifted_by   TEXT,
    lifted_at   INTEGER,
    ends_at     INTEGER NOT NULL, -- when it was lifted, else when it expires
    restored    INTEGER NOT NULL DEFAULT 0 CHECK (restored BETWEEN 0 AND 1),
    alerts      INTEGER NOT NULL DEFAULT 0,
    hits        INTEGER NOT NULL DEFAULT 0,
    last_hit_at INTEGER,
    CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
) STRICT;
CREATE INDEX mute_end ON mute (ends_at);

-- The mute that an alert came under. It is muted until somebody triages it.
ALTER TABLE alert ADD COLUMN mute TEXT;
ALTER TABLE alert ADD COLUMN muted INTEGER GENERATED ALWAYS AS (mute IS NOT NULL AND status = 0) VIRTUAL;
CREATE INDEX alert_mute ON alert (mute) WHERE mute IS NOT NULL;
DROP INDEX alert_active;
CREATE INDEX alert_active ON alert (timestamp) WHERE acknowledged = 0 AND muted = 0;
DROP INDEX alert_type;
CREATE INDEX alert_type ON alert (type, acknowledged, muted);

-- How many alerts there are of each type that are 0: active, 1: acknowledged, 2: muted.
ALTER TABLE alert_count RENAME COLUMN acknowledged TO standing;
DROP TRIGGER alert_counted;
DROP TRIGGER alert_counted_again;
DROP TRIGGER alert_uncounted;

CREATE TRIGGER alert_counted AFTER INSERT ON alert
BEGIN
    INSERT INTO alert_count VALUES (NEW.type, iif(NEW.muted, 2, NEW.acknowledged), 1)
    ON CONFLICT (type, standing) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER alert_counted_again AFTER UPDATE OF type, acknowledged, mute, status ON alert
BEGIN
    UPDATE alert_count SET count = count - 1
    WHERE type = OLD.type AND standing = iif(OLD.muted, 2, OLD.acknowledged);
    INSERT INTO alert_count VALUES (NEW.type, iif(NEW.muted, 2, NEW.acknowledged), 1)
    ON CONFLICT (type, standing) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER alert_uncounted AFTER DELETE ON alert
BEGIN
    UPDATE alert_count SET count = count - 1
    WHERE type = OLD.type AND standing = iif(OLD.muted, 2, OLD.acknowledged);
END;
