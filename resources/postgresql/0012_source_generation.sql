-- SPDX-License-Identifier: GPL-3.0-or-later
-- How often another audit log was followed, or the same in another way. Whoever changes that raises it, with the locks of both
-- counters and of the roll-ups' state: whoever numbers rows or rolls them up looks, behind those locks, whether it is still
-- the one that it knows the log by.
ALTER TABLE bartizan.source ADD COLUMN generation bigint NOT NULL DEFAULT 0;
