-- SPDX-License-Identifier: GPL-3.0-or-later
-- Mutes, and which alerts they keep out of the queue: as in SQLite (resources/migrations/0010_mutes.sql).

CREATE TABLE bartizan.mute (
    seq         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    -- The engine reads those in force with each batch: none is longer than it has to be.
    id          text NOT NULL UNIQUE CHECK (id ~ '^[0-9a-z-]{1,64}$'),
    rule        text NOT NULL CHECK (rule ~ '^[0-9a-z-]{1,64}$'),
    alert_group text NOT NULL CHECK (octet_length(alert_group) <= 2048),
    network     text NOT NULL CHECK (octet_length(network) <= 64),
    company_id  text CHECK (octet_length(company_id) <= 4096),
    reason      text NOT NULL CHECK (btrim(reason) <> '' AND octet_length(reason) <= 4096),
    alert_id    text NOT NULL,
    created_by  text NOT NULL,
    created_at  bigint NOT NULL,
    expires_at  bigint NOT NULL CHECK (expires_at > created_at AND expires_at - created_at <= 366 * 86400000::bigint),
    lifted_by   text,
    lifted_at   bigint,
    ends_at     bigint NOT NULL,
    restored    boolean NOT NULL DEFAULT false,
    alerts      bigint NOT NULL DEFAULT 0,
    hits        bigint NOT NULL DEFAULT 0,
    last_hit_at bigint,
    CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
);
CREATE INDEX mute_end ON bartizan.mute (ends_at);

CREATE INDEX alert_mute ON bartizan.alert (mute) WHERE mute IS NOT NULL;

-- Mutes for whoever reads: those that he may know of (roles.sql). Of one of all companies, who does not see all is told what it hides
-- of his own, and neither how often it was hit elsewhere nor when.
CREATE VIEW bartizan.mute_seen AS
SELECT m.seq, m.id, m.rule, m.alert_group, m.network, m.company_id, m.reason,
       CASE WHEN w.whole OR EXISTS (SELECT FROM bartizan.alert AS a WHERE a.id = m.alert_id) THEN m.alert_id ELSE '' END AS alert_id,
       m.created_by, m.created_at, m.expires_at, m.lifted_by, m.lifted_at, m.ends_at, m.restored,
       CASE WHEN w.whole THEN m.alerts ELSE o.alerts END AS alerts, CASE WHEN w.whole THEN m.hits ELSE o.hits END AS hits,
       CASE WHEN w.whole THEN m.last_hit_at ELSE o.last_hit_at END AS last_hit_at
FROM bartizan.mute AS m
     CROSS JOIN LATERAL (SELECT m.company_id IS NOT NULL OR bartizan.sees_all() AS whole) AS w
     CROSS JOIN LATERAL (SELECT count(*) AS alerts, coalesce(sum(1 + a.repeats), 0)::bigint AS hits,
                                max(coalesce(a.last_repeat_at, a.timestamp)) AS last_hit_at
                         FROM bartizan.alert AS a WHERE a.mute = m.id AND NOT w.whole) AS o;

-- Times as audit rows name them.
CREATE FUNCTION bartizan.iso_time(at bigint) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT to_char(to_timestamp(at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- Whether a person may mute alerts of a company, of any where it is NULL.
CREATE FUNCTION bartizan.may_mute(company text) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN company IS NULL THEN bartizan.sees_all() ELSE bartizan.sees(company) END
$$;

-- Notes in the audit log what became of a mute; what is NULL is left out.
CREATE FUNCTION bartizan.note_mute(what text, who text, at bigint, metadata jsonb) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
    SELECT bartizan.write_rows(json_build_array(json_build_object(
        'timestamp', at, 'event_type', 10, 'outcome', 0, 'severity', 0, 'action', what, 'user_id', who,
        'metadata', jsonb_strip_nulls(metadata)::text)))
$$;

-- Adds a line to the history of the alert that a mute was set from, which whoever has it open is told of.
CREATE FUNCTION bartizan.note_mute_at(alert text, what text, who text, at bigint, note text, mute_uid text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    place bigint;
BEGIN
    UPDATE bartizan.alert AS a
    SET change = (SELECT value + 1 FROM bartizan.counter WHERE name = 'change')
    WHERE a.id = alert AND bartizan.sees(a.company_id) RETURNING a.seq INTO place;
    IF place IS NULL THEN
        RETURN;
    END IF;
    UPDATE bartizan.counter SET value = value + 1 WHERE name = 'change';
    INSERT INTO bartizan.alert_history (alert_seq, at, action, actor, comment, detail)
    VALUES (place, note_mute_at.at, what, who, note, mute_uid);
END $$;

-- Refuses a group that no alert has, and a network that makes no difference to it or holds none of it: as checkMute() does
-- in core/domain/mute.h. Answers the network as it is stored.
CREATE FUNCTION bartizan.checked_network(of_group text, of_network text) RETURNS text LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    block cidr := nullif(of_network, '')::cidr;
BEGIN
    IF of_group <> '' AND of_group !~ '^(address|account|user|company|session|eventType):' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'there is no such group';
    END IF;
    IF block IS NOT NULL
       AND (of_group = '' OR of_group LIKE 'eventType:%'
            -- An IPv4 address may be written as one of IPv6, and one of IPv6 with a zone.
            OR (of_group LIKE 'address:%'
                AND NOT regexp_replace(substr(of_group, 9), '^::ffff:(?=[0-9]+[.])|%.*$', '', 'gi')::inet <<= block)) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'this network is not about this group';
    END IF;
    RETURN CASE WHEN block IS NULL THEN '' WHEN masklen(block) = masklen(host(block)::inet) THEN host(block)
                ELSE text(block) END;
END $$;

-- Sets a mute and answers 'set'; or 'forbidden', 'unknown' where its alert is not there or not seen, and then nothing is
-- locked; or 'many' where the person has set as many as kMostMutes of core/domain/mute.h, which are in force or were within a
-- day. Whoever changes alerts takes the counter first, so that an engine's batch is stored either before the mute or under
-- it. By the server's clock, where the person's is not to be trusted, a mute lasts as long as was asked for.
CREATE FUNCTION bartizan.set_mute(uid text, of_rule text, of_group text, of_network text, company text, why text,
                                  from_alert text, claimed text, at bigint, expires bigint)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who    text := bartizan.actor_for(claimed);
    moment bigint := bartizan.time_for(at);
    ending bigint := moment + (expires - at);
    block  text := bartizan.checked_network(of_group, of_network);
BEGIN
    IF NOT bartizan.may_mute(company) THEN
        RETURN 'forbidden';
    END IF;
    IF from_alert <> '' AND NOT EXISTS (SELECT 1 FROM bartizan.alert AS a
                                        WHERE a.id = from_alert AND bartizan.sees(a.company_id)) THEN
        RETURN 'unknown';
    END IF;
    PERFORM bartizan.hold_briefly();
    PERFORM 1 FROM bartizan.counter WHERE name = 'change' FOR UPDATE;
    IF (SELECT count(*) FROM bartizan.mute AS t
        WHERE t.created_by = who AND greatest(t.ends_at, t.created_at + 86400000) > moment) >= 200 THEN
        RETURN 'many';
    END IF;
    INSERT INTO bartizan.mute (id, rule, alert_group, network, company_id, reason, alert_id, created_by, created_at,
                               expires_at, ends_at)
    VALUES (uid, of_rule, of_group, block, company, why, from_alert, who, moment, ending, ending);
    PERFORM bartizan.note_mute_at(from_alert, 'mute_set', who, moment, why, uid);
    PERFORM bartizan.note_mute('alert_mute_set', who, moment, jsonb_build_object(
        'muteId', uid, 'rule', of_rule, 'group', of_group, 'network', nullif(block, ''), 'company', company,
        'alertId', nullif(from_alert, ''), 'expiresAt', bartizan.iso_time(ending)));
    PERFORM pg_notify('bartizan', '');
    RETURN 'set';
END $$;

-- Ends a mute and, where wanted, brings back what it hid; answers 'lifted', 'over', 'unknown' or 'forbidden', and how
-- many alerts came back.
CREATE FUNCTION bartizan.lift_mute(uid text, restore boolean, claimed text, at bigint)
RETURNS TABLE (state text, came_back bigint) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who    text := bartizan.actor_for(claimed);
    moment bigint := bartizan.time_for(at);
    base   bigint;
    m      record;
BEGIN
    came_back := 0;
    SELECT * INTO m FROM bartizan.mute AS t WHERE t.id = uid;
    state := CASE WHEN NOT FOUND THEN 'unknown' WHEN NOT bartizan.may_mute(m.company_id) THEN 'forbidden' END;
    IF state IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    PERFORM bartizan.hold_briefly();
    SELECT value INTO base FROM bartizan.counter WHERE name = 'change' FOR UPDATE;
    SELECT * INTO m FROM bartizan.mute AS t WHERE t.id = uid; -- As whoever was faster left it.
    state := CASE WHEN m.ends_at <= moment THEN 'over' ELSE 'lifted' END;
    IF state = 'lifted' THEN
        UPDATE bartizan.mute AS t
        SET lifted_by = who, lifted_at = greatest(moment, m.created_at), ends_at = greatest(moment, m.created_at)
        WHERE t.seq = m.seq;
    END IF;
    IF restore AND state IN ('lifted', 'over') THEN
        INSERT INTO bartizan.alert_history (alert_seq, at, action, actor, comment, detail)
        SELECT a.seq, moment, 'unmuted', who, '', uid
        FROM bartizan.alert AS a WHERE a.mute = uid AND a.muted ORDER BY a.seq;
        WITH hidden AS (
            SELECT a.seq, row_number() OVER (ORDER BY a.seq) AS number
            FROM bartizan.alert AS a WHERE a.mute = uid AND a.muted
        )
        UPDATE bartizan.alert AS a SET mute = NULL, muted = false, change = base + h.number FROM hidden AS h WHERE a.seq = h.seq;
        GET DIAGNOSTICS came_back = ROW_COUNT;
        UPDATE bartizan.counter SET value = base + came_back WHERE name = 'change';
        UPDATE bartizan.mute AS t SET restored = true WHERE t.seq = m.seq;
    END IF;
    IF state = 'lifted' OR came_back > 0 THEN
        PERFORM bartizan.note_mute_at(m.alert_id, 'mute_lifted', who, moment, '', uid);
        PERFORM bartizan.note_mute('alert_mute_lifted', who, moment, jsonb_build_object(
            'muteId', uid, 'rule', m.rule, 'group', m.alert_group, 'restored', came_back));
        PERFORM pg_notify('bartizan', '');
    END IF;
    RETURN NEXT;
END $$;
