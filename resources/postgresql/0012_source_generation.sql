-- SPDX-License-Identifier: GPL-3.0-or-later
-- How often another audit log was followed, or the same in another way. Whoever changes that raises it, with the locks of both
-- counters and of the roll-ups' state: whoever numbers rows or rolls them up looks, behind those locks, whether it is still
-- the one that it knows the log by.
ALTER TABLE bartizan.source ADD COLUMN generation bigint NOT NULL DEFAULT 0;

-- What the intake knew of logs that were left: rows that Bartizan wrote into them itself. Who follows one of them again finds them there,
-- or they would pass for an application's.
CREATE TABLE bartizan.intake_left (
    relation text NOT NULL,
    LIKE bartizan.intake
);
