-- SPDX-License-Identifier: GPL-3.0-or-later
-- Where an alert stands in triage, and what history needs to take a step back.

ALTER TABLE alert ADD COLUMN status INTEGER NOT NULL DEFAULT 0 CHECK (status BETWEEN 0 AND 3);
ALTER TABLE alert ADD COLUMN disposition INTEGER CHECK (disposition BETWEEN 0 AND 3);
ALTER TABLE alert ADD COLUMN owner TEXT;
ALTER TABLE alert ADD COLUMN resolved_at INTEGER;
ALTER TABLE alert ADD COLUMN resolved_by TEXT;
-- Names what triage made of it: the place in the stream of changes of the step that did; 0: as it was raised.
ALTER TABLE alert ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
UPDATE alert SET status = 1 WHERE acknowledged = 1;

-- The steps that history speaks of. `uid` is the id that consoles know a step by.
CREATE TABLE triage_step (
    id     INTEGER PRIMARY KEY,
    uid    TEXT NOT NULL UNIQUE,
    undoes INTEGER REFERENCES triage_step (id)
) STRICT;

ALTER TABLE alert_history ADD COLUMN step INTEGER REFERENCES triage_step (id);
ALTER TABLE alert_history ADD COLUMN detail TEXT NOT NULL DEFAULT '';
-- Of an entry that changed the alert, the version that it made and what the alert was before.
ALTER TABLE alert_history ADD COLUMN version INTEGER;
ALTER TABLE alert_history ADD COLUMN was_version INTEGER;
ALTER TABLE alert_history ADD COLUMN was_status INTEGER;
ALTER TABLE alert_history ADD COLUMN was_disposition INTEGER;
ALTER TABLE alert_history ADD COLUMN was_owner TEXT;
ALTER TABLE alert_history ADD COLUMN was_acknowledged_at INTEGER;
ALTER TABLE alert_history ADD COLUMN was_acknowledged_by TEXT;
ALTER TABLE alert_history ADD COLUMN was_resolved_at INTEGER;
ALTER TABLE alert_history ADD COLUMN was_resolved_by TEXT;
CREATE INDEX alert_history_step ON alert_history (step, alert_seq) WHERE step IS NOT NULL;
