-- SPDX-License-Identifier: GPL-3.0-or-later
-- The audit log, compact: enumerations are the numbers of core/domain/enums.h, times are UTC milliseconds.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The key is the engine's cursor: rows are never deleted (see audit_stays), so each key is one more than the last and
-- none that was given out comes again. AUTOINCREMENT would promise the same and write a second row for each one.
CREATE TABLE audit (
    id               INTEGER PRIMARY KEY,
    timestamp        INTEGER NOT NULL,
    event_type       INTEGER NOT NULL CHECK (event_type BETWEEN 0 AND 11),
    outcome          INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 4),
    severity         INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 4),
    origin           INTEGER NOT NULL CHECK (origin BETWEEN 0 AND 1), -- 0 application, 1 Bartizan itself
    fingerprint      INTEGER,                                         -- of an imported row; NULL: live
    action           TEXT NOT NULL,
    user_id          TEXT,
    company_id       TEXT,
    platform_user_id TEXT,
    ip_address       TEXT,
    user_agent       TEXT,
    country          TEXT,
    session_id       TEXT,
    request_id       TEXT,
    metadata         TEXT, -- a JSON object
    error_message    TEXT
) STRICT;

CREATE TRIGGER audit_stays BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'rows of the audit log are never deleted');
END;

-- Serves the order of time, and makes importing a row twice add nothing (NULLs are all distinct).
CREATE UNIQUE INDEX audit_time ON audit (timestamp, fingerprint);
CREATE INDEX audit_ip ON audit (ip_address, timestamp) WHERE ip_address IS NOT NULL;
CREATE INDEX audit_user ON audit (user_id, timestamp) WHERE user_id IS NOT NULL;
-- Bartizan's own rows, which are few.
CREATE INDEX audit_monitor ON audit (timestamp) WHERE origin = 1;

-- Every company that occurs in the log, so that listing them reads no log.
CREATE TABLE company (
    id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- E-mail addresses of users.
CREATE TABLE user_email (
    user_id TEXT NOT NULL PRIMARY KEY,
    email   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What could not be read, with the reason. `digest` is a hash of an imported line, so that importing it twice adds
-- nothing; NULL for a row that a program wrote.
CREATE TABLE quarantine (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    line   INTEGER NOT NULL,
    reason TEXT NOT NULL,
    text   TEXT NOT NULL,
    digest INTEGER
) STRICT;
CREATE UNIQUE INDEX quarantine_line ON quarantine (source, line, digest);
