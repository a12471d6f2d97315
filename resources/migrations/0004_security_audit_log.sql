-- SPDX-License-Identifier: GPL-3.0-or-later
-- security_audit_log: where other programs read the audit log and append to it, at any time, also while Bartizan runs:
--
--     PRAGMA busy_timeout = 5000;
--     PRAGMA wal_autocheckpoint = 0;   -- checkpoints are the engine's
--     INSERT INTO security_audit_log (timestamp, eventType, action, outcome, userId, ipAddress, metadata)
--     VALUES ('2026-11-20T14:27:12.418Z', 'AUTHENTICATION', 'login', 'FAILURE', 'u-17', '203.0.113.9', '{"port":4000}');
--
-- timestamp  an integer: milliseconds since 1970-01-01 UTC; or text: ISO 8601 with date and time of day, UTC unless it
--            ends in an offset. Read back as an integer.
-- eventType, outcome, severity   the names of the vocabulary, exactly; severity is INFO when NULL.
-- metadata   the text of a JSON object, or NULL.
-- id         given by the database; a value that is passed is ignored.
--
-- A row with an unknown name, no readable time, no action or other metadata is not refused, which could stop the
-- program that logs: it goes to the table `quarantine` with the reason. Columns that Bartizan itself fills (origin,
-- fingerprint) are out of reach here.

CREATE TABLE vocabulary (
    kind  TEXT NOT NULL,
    name  TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX vocabulary_value ON vocabulary (kind, value);

INSERT INTO vocabulary (kind, value, name) VALUES
    ('eventType', 0, 'AUTHENTICATION'), ('eventType', 1, 'AUTHORIZATION'), ('eventType', 2, 'USER_MANAGEMENT'),
    ('eventType', 3, 'COMPANY_MANAGEMENT'), ('eventType', 4, 'RATE_LIMITING'), ('eventType', 5, 'CSRF_PROTECTION'),
    ('eventType', 6, 'SECURITY_HEADERS'), ('eventType', 7, 'PASSWORD_RESET'), ('eventType', 8, 'PLATFORM_ADMIN'),
    ('eventType', 9, 'DATA_PRIVACY'), ('eventType', 10, 'SYSTEM_CONFIG'), ('eventType', 11, 'API_SECURITY'),
    ('outcome', 0, 'SUCCESS'), ('outcome', 1, 'FAILURE'), ('outcome', 2, 'BLOCKED'), ('outcome', 3, 'RATE_LIMITED'),
    ('outcome', 4, 'SUSPICIOUS'),
    ('severity', 0, 'INFO'), ('severity', 1, 'LOW'), ('severity', 2, 'MEDIUM'), ('severity', 3, 'HIGH'),
    ('severity', 4, 'CRITICAL');

CREATE VIEW security_audit_log (id, timestamp, eventType, action, outcome, severity, userId, companyId, platformUserId,
                                ipAddress, userAgent, country, sessionId, requestId, metadata, errorMessage) AS
SELECT a.id, a.timestamp,
       (SELECT name FROM vocabulary WHERE kind = 'eventType' AND value = a.event_type), a.action,
       (SELECT name FROM vocabulary WHERE kind = 'outcome' AND value = a.outcome),
       (SELECT name FROM vocabulary WHERE kind = 'severity' AND value = a.severity),
       a.user_id, a.company_id, a.platform_user_id, a.ip_address, a.user_agent, a.country, a.session_id, a.request_id,
       a.metadata, a.error_message
FROM audit AS a;

CREATE TRIGGER security_audit_log_insert INSTEAD OF INSERT ON security_audit_log
BEGIN
    INSERT INTO audit (timestamp, event_type, outcome, severity, origin, action, user_id, company_id, platform_user_id,
                       ip_address, user_agent, country, session_id, request_id, metadata, error_message)
    SELECT t, e, o, s, 0, CAST(NEW.action AS TEXT), CAST(NEW.userId AS TEXT), CAST(NEW.companyId AS TEXT),
           CAST(NEW.platformUserId AS TEXT), CAST(NEW.ipAddress AS TEXT), CAST(NEW.userAgent AS TEXT),
           CAST(NEW.country AS TEXT), CAST(NEW.sessionId AS TEXT), CAST(NEW.requestId AS TEXT), m,
           CAST(NEW.errorMessage AS TEXT)
    FROM (SELECT
        CASE
            -- The range of formatIso(): years 0 to 9999.
            WHEN typeof(NEW.timestamp) = 'integer' AND NEW.timestamp BETWEEN -62167219200000 AND 253402300799999
                THEN NEW.timestamp
            -- julianday() takes 30 February for 2 March; a date that does not stay itself is none.
            WHEN typeof(NEW.timestamp) = 'text'
                 AND NEW.timestamp GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ][0-9][0-9]:*'
                 AND date(NEW.timestamp, '+0 days') IS NOT NULL
                 AND date(substr(NEW.timestamp, 1, 10), '+0 days') = substr(NEW.timestamp, 1, 10)
                THEN CAST(round((julianday(NEW.timestamp) - 2440587.5) * 86400000.0) AS INTEGER)
        END AS t,
        (SELECT value FROM vocabulary WHERE kind = 'eventType' AND name = NEW.eventType) AS e,
        (SELECT value FROM vocabulary WHERE kind = 'outcome' AND name = NEW.outcome) AS o,
        (SELECT value FROM vocabulary WHERE kind = 'severity' AND name = coalesce(NEW.severity, 'INFO')) AS s,
        -- CASE, not AND: json_type() of what is no JSON is an error, and AND evaluates in any order.
        CASE WHEN json_valid(CAST(NEW.metadata AS TEXT))
             THEN CASE WHEN json_type(CAST(NEW.metadata AS TEXT)) = 'object'
                       THEN CAST(NEW.metadata AS TEXT) END
             END AS m)
    WHERE t IS NOT NULL AND e IS NOT NULL AND o IS NOT NULL AND s IS NOT NULL AND NEW.action IS NOT NULL
          AND (m IS NOT NULL OR NEW.metadata IS NULL);

    INSERT INTO quarantine (source, line, reason, text)
    SELECT 'security_audit_log', 0,
           CASE
               WHEN NOT EXISTS (SELECT 1 FROM vocabulary WHERE kind = 'eventType' AND name = NEW.eventType)
                   THEN 'eventType: ' || coalesce('"' || substr(CAST(NEW.eventType AS TEXT), 1, 80) || '" is unknown',
                                                  'is missing')
               WHEN NOT EXISTS (SELECT 1 FROM vocabulary WHERE kind = 'outcome' AND name = NEW.outcome)
                   THEN 'outcome: ' || coalesce('"' || substr(CAST(NEW.outcome AS TEXT), 1, 80) || '" is unknown',
                                                'is missing')
               WHEN NOT EXISTS (SELECT 1 FROM vocabulary
                                WHERE kind = 'severity' AND name = coalesce(NEW.severity, 'INFO'))
                   THEN 'severity: "' || substr(CAST(NEW.severity AS TEXT), 1, 80) || '" is unknown'
               WHEN NEW.action IS NULL THEN 'action: is missing'
               WHEN NEW.metadata IS NOT NULL
                    AND CASE WHEN json_valid(CAST(NEW.metadata AS TEXT))
                             THEN json_type(CAST(NEW.metadata AS TEXT)) <> 'object' ELSE 1 END
                   THEN 'metadata: is no JSON object'
               WHEN NEW.timestamp IS NULL THEN 'timestamp: is missing'
               ELSE 'timestamp: "' || substr(CAST(NEW.timestamp AS TEXT), 1, 80)
                    || '" is neither milliseconds since 1970 nor an ISO 8601 time'
           END,
           substr(json_object('timestamp', CAST(NEW.timestamp AS TEXT), 'eventType', CAST(NEW.eventType AS TEXT),
                              'action', CAST(NEW.action AS TEXT), 'outcome', CAST(NEW.outcome AS TEXT),
                              'severity', CAST(NEW.severity AS TEXT), 'userId', CAST(NEW.userId AS TEXT),
                              'companyId', CAST(NEW.companyId AS TEXT), 'ipAddress', CAST(NEW.ipAddress AS TEXT),
                              'userAgent', CAST(NEW.userAgent AS TEXT), 'country', CAST(NEW.country AS TEXT),
                              'metadata', CAST(NEW.metadata AS TEXT), 'errorMessage', CAST(NEW.errorMessage AS TEXT)),
                  1, 4096)
    WHERE changes() = 0; -- the statement above took nothing

    INSERT INTO company (id)
    SELECT CAST(NEW.companyId AS TEXT)
    WHERE NEW.companyId IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM company WHERE id = CAST(NEW.companyId AS TEXT));
END;
