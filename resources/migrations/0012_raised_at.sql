-- SPDX-License-Identifier: GPL-3.0-or-later
-- When an alert was raised, by the engine's wall clock. An alert of a log that was imported long after its events would
-- else be dropped by retention at once. Of those that are there it is not known: their own time counts.
ALTER TABLE alert ADD COLUMN raised_at INTEGER NOT NULL DEFAULT 0;
