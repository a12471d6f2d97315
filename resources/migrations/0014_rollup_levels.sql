-- SPDX-License-Identifier: GPL-3.0-or-later
-- Cells of the roll-ups hold 4^level quarter-hours now, and users in the order of their numbers: the engine builds them anew
-- from the blocks, which stay.
DELETE FROM rollup_cell;
DELETE FROM rollup_due;
INSERT INTO rollup_due (level, cell) SELECT DISTINCT 0, quarter FROM rollup_block;
