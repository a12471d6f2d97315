-- SPDX-License-Identifier: GPL-3.0-or-later
-- Cells of the roll-ups hold 4^level quarter-hours now, and users in the order of their numbers: the engine builds them anew
-- from the blocks, which stay.
TRUNCATE bartizan.rollup_cell, bartizan.rollup_due;
INSERT INTO bartizan.rollup_due (level, cell) SELECT DISTINCT 0, quarter FROM bartizan.rollup_block;

-- Forgets what was rolled up of the quarter-hours from `first` to before `next`.
CREATE OR REPLACE FUNCTION bartizan.drop_rollups(first bigint, next bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM 1 FROM bartizan.rollup_state WHERE sole = 1 FOR UPDATE;
    DELETE FROM bartizan.rollup_block WHERE quarter >= first AND quarter < next;
    WITH gone AS (
        DELETE FROM bartizan.rollup_cell
        WHERE cell >= first >> 2 * level AND cell <= (next - 1) >> 2 * level RETURNING level, cell
    )
    INSERT INTO bartizan.rollup_due SELECT DISTINCT level, cell FROM gone ON CONFLICT DO NOTHING;
END $$;
