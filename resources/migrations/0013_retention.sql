-- SPDX-License-Identifier: GPL-3.0-or-later
-- What retention drops is found at once, however many alerts an old log raised lately.
CREATE INDEX alert_kept ON alert (max(timestamp, raised_at));
