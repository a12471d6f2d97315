-- SPDX-License-Identifier: GPL-3.0-or-later
-- Since when an engine fails, try after try; 0: it works.
ALTER TABLE engine_health ADD COLUMN failing_since INTEGER NOT NULL DEFAULT 0;
