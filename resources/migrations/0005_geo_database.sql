-- SPDX-License-Identifier: GPL-3.0-or-later
-- Which GeoIP database tells the country of an address: 'bundled', 'off', or the path of a file.

ALTER TABLE settings ADD COLUMN geo_database TEXT NOT NULL DEFAULT 'bundled';
