-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a handover and the response times are answered from: as in SQLite (resources/migrations/0011_handover.sql).
-- Texts that people write stay out of the indices, which hold no long ones.

CREATE INDEX alert_response ON bartizan.alert (severity, timestamp);
CREATE INDEX alert_history_triage ON bartizan.alert_history (at) WHERE action <> 'created';
CREATE INDEX triage_step_undoes ON bartizan.triage_step (undoes) WHERE undoes IS NOT NULL;
