-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a handover and the response times are answered from, whatever else is stored.

-- Alerts of a range of times: how many, how grave, how long they waited.
CREATE INDEX alert_response ON alert (severity, timestamp, acknowledged_at, resolved_at, company_id);
-- What somebody still has to look at, with all that tells so.
CREATE INDEX alert_open ON alert (severity, timestamp, acknowledged_at, status, owner, company_id, mute)
    WHERE (acknowledged_at IS NULL OR status = 2 OR (owner IS NOT NULL AND status <> 3));
-- What people did, by time; not that the engine raised an alert, which is in the alert.
CREATE INDEX alert_history_triage ON alert_history (at, action, step, actor) WHERE action <> 'created';
-- What took a step back.
CREATE INDEX triage_step_undoes ON triage_step (undoes) WHERE undoes IS NOT NULL;
