-- SPDX-License-Identifier: GPL-3.0-or-later
-- Where an alert stands in triage, steps, and taking them back: as in SQLite (resources/migrations/0009_triage.sql).

CREATE TABLE bartizan.triage_step (
    id     bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    uid    text NOT NULL UNIQUE,
    actor  text NOT NULL,
    undoes bigint REFERENCES bartizan.triage_step (id)
);

ALTER TABLE bartizan.alert_history
    ADD COLUMN step                bigint, -- see 0010_alert_sets.sql
    ADD COLUMN detail              text NOT NULL DEFAULT '',
    ADD COLUMN version             bigint,
    ADD COLUMN was_version         bigint,
    ADD COLUMN was_status          smallint,
    ADD COLUMN was_disposition     smallint,
    ADD COLUMN was_owner           text,
    ADD COLUMN was_acknowledged_at bigint,
    ADD COLUMN was_acknowledged_by text,
    ADD COLUMN was_resolved_at     bigint,
    ADD COLUMN was_resolved_by     text;
CREATE INDEX alert_history_step ON bartizan.alert_history (step, alert_seq) WHERE step IS NOT NULL;

-- What changes alerts keeps the engine waiting until it is committed: a session that then falls silent is cut off.
CREATE FUNCTION bartizan.hold_briefly() RETURNS void LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$ SELECT set_config('idle_in_transaction_session_timeout', '10s', true) $$;

-- Acknowledging is a step like the others.
DROP FUNCTION bartizan.acknowledge(text[], text, bigint, text);

-- The number of a step that a person takes, which may come in parts. Nobody adds to a step of somebody else's.
CREATE FUNCTION bartizan.step_number(step_uid text, who text, taken_back bigint) RETURNS bigint LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step record;
BEGIN
    INSERT INTO bartizan.triage_step (uid, actor, undoes) VALUES (step_uid, who, taken_back) ON CONFLICT (uid) DO NOTHING;
    SELECT s.id, s.actor, s.undoes INTO step FROM bartizan.triage_step AS s WHERE s.uid = step_uid;
    IF step.actor <> who OR step.undoes IS DISTINCT FROM taken_back THEN
        RAISE insufficient_privilege USING MESSAGE = 'this step is another one, or somebody else''s';
    END IF;
    RETURN step.id;
END $$;

-- Takes a step, or a part of one; answers in the order asked for, each alert once: 'done', 'conflict' with what was done
-- to it, by whom and when, or 'unknown'. `what` is what history calls the step. Of what cannot be seen nothing is locked,
-- and who only triages cannot forget what he locked. What is done is a row in the audit log for each alert, and what was
-- refused one for all of them, which names the first and the step by which history knows them. The version of what a step makes is its
-- place in the stream of changes. To compile the statement would take longer than to run it: hence no jit.
CREATE FUNCTION bartizan.triage(ids text[], step_uid text, what text, as_disposition integer, overrule boolean,
                                claimed text, at bigint, note text)
RETURNS TABLE (alert_id text, state text, did text, by_whom text, by_when bigint) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
    who        text := bartizan.actor_for(claimed);
    moment     bigint := bartizan.time_for(at);
    refusal    text := CASE what WHEN 'acknowledged' THEN 'acknowledge' WHEN 'escalated' THEN 'escalate'
                                 WHEN 'resolved' THEN 'resolve' WHEN 'owned' THEN 'own' ELSE 'comment' END || '_refused';
    word       text := CASE WHEN what = 'resolved' THEN (ARRAY['TRUE_POSITIVE', 'BENIGN', 'FALSE_POSITIVE', 'DUPLICATE'])
                                                        [as_disposition + 1] END;
    -- What bartizan.sees() asks, once for all alerts.
    sees_all   boolean := bartizan.sees_all();
    companies  text[] := bartizan.my_companies();
    base       bigint;
    key        bigint;
    asked_ids  text[];
    states     text[];
    objections text[];
    people     text[];
    times      bigint[];
    told       text[];
    lost       bigint;
    first_lost text;
BEGIN
    IF what NOT IN ('acknowledged', 'escalated', 'resolved', 'owned', 'commented')
       OR (what = 'resolved' AND coalesce(as_disposition, -1) NOT BETWEEN 0 AND 3) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'there is no such step of triage';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM bartizan.alert AS a
                   WHERE a.id = ANY (ids) AND (sees_all OR coalesce(a.company_id, '') = ANY (companies))) THEN
        RETURN QUERY SELECT t.id, 'unknown', NULL::text, NULL::text, NULL::bigint
                     FROM unnest(ids) WITH ORDINALITY AS t (id, place) GROUP BY t.id ORDER BY min(t.place);
        RETURN;
    END IF;
    PERFORM bartizan.hold_briefly();
    SELECT value INTO base FROM bartizan.counter WHERE name = 'change' FOR UPDATE;
    key := bartizan.step_number(step_uid, who, NULL);
    -- One statement for all of them: each part of it sees the alerts and their history as they were before.
    WITH asked AS MATERIALIZED (
        SELECT p.*, row_number() OVER (PARTITION BY p.seq IS NOT NULL AND p.objection IS NULL ORDER BY p.place) AS number
        FROM (SELECT u.asked_id, u.place, a.seq, a.type, a.version, a.status, a.disposition, a.owner, a.acknowledged,
                     a.acknowledged_at, a.acknowledged_by, a.resolved_at, a.resolved_by,
                     CASE what
                         WHEN 'acknowledged' THEN CASE WHEN a.acknowledged THEN 'acknowledged' END
                         WHEN 'escalated' THEN CASE a.status WHEN 3 THEN 'resolved' WHEN 2 THEN 'escalated' END
                         WHEN 'resolved' THEN CASE WHEN a.status = 3 AND NOT overrule THEN 'resolved' END
                         WHEN 'owned' THEN CASE WHEN a.owner IS NOT NULL AND (NOT overrule OR a.owner = who)
                                                THEN 'owned' END
                     END AS objection
              FROM (SELECT t.id AS asked_id, min(t.place) AS place
                    FROM unnest(ids) WITH ORDINALITY AS t (id, place) GROUP BY t.id) AS u
                   LEFT JOIN bartizan.alert AS a
                       ON a.id = u.asked_id AND (sees_all OR coalesce(a.company_id, '') = ANY (companies))) AS p
    ), changed AS (
        UPDATE bartizan.alert AS a
        SET change = base + q.number,
            version = CASE WHEN what = 'commented' THEN q.version ELSE base + q.number END,
            status = CASE what WHEN 'acknowledged' THEN 1 WHEN 'escalated' THEN 2 WHEN 'resolved' THEN 3 ELSE q.status END,
            muted = a.muted AND what IN ('owned', 'commented'),
            disposition = CASE WHEN what = 'resolved' THEN as_disposition ELSE q.disposition END,
            owner = CASE WHEN what = 'owned' THEN who ELSE q.owner END,
            acknowledged = q.acknowledged OR what IN ('acknowledged', 'resolved'),
            acknowledged_at = CASE WHEN NOT q.acknowledged AND what IN ('acknowledged', 'resolved') THEN moment
                                   ELSE q.acknowledged_at END,
            acknowledged_by = CASE WHEN NOT q.acknowledged AND what IN ('acknowledged', 'resolved') THEN who
                                   ELSE q.acknowledged_by END,
            resolved_at = CASE WHEN what = 'resolved' THEN moment ELSE q.resolved_at END,
            resolved_by = CASE WHEN what = 'resolved' THEN who ELSE q.resolved_by END
        FROM asked AS q WHERE a.seq = q.seq AND q.objection IS NULL
    ), counted AS (
        UPDATE bartizan.counter
        SET value = base + (SELECT count(*) FROM asked AS q WHERE q.seq IS NOT NULL AND q.objection IS NULL)
        WHERE name = 'change'
    ), noted AS (
        INSERT INTO bartizan.alert_history (alert_seq, at, action, actor, comment, step, detail, version, was_version,
                                            was_status, was_disposition, was_owner, was_acknowledged_at,
                                            was_acknowledged_by, was_resolved_at, was_resolved_by)
        SELECT q.seq, moment, what, who, note, key, coalesce(word, ''), base + q.number, q.version, q.status, q.disposition,
               q.owner, q.acknowledged_at, q.acknowledged_by, q.resolved_at, q.resolved_by
        FROM asked AS q WHERE q.seq IS NOT NULL AND q.objection IS NULL AND what <> 'commented' ORDER BY q.place
    ), noted_too AS (
        INSERT INTO bartizan.alert_history (alert_seq, at, action, actor, comment, step)
        SELECT q.seq, moment, CASE WHEN q.objection IS NULL THEN what ELSE refusal END, who, note, key
        FROM asked AS q WHERE q.seq IS NOT NULL AND (q.objection IS NOT NULL OR what = 'commented') ORDER BY q.place
    ), answered AS (
        SELECT q.asked_id, q.place,
               CASE WHEN q.seq IS NULL THEN 'unknown' WHEN q.objection IS NULL THEN 'done' ELSE 'conflict' END AS state,
               q.objection,
               CASE WHEN q.objection = 'acknowledged' THEN q.acknowledged_by WHEN q.objection = 'resolved' THEN q.resolved_by
                    WHEN q.objection IN ('escalated', 'owned') THEN (
                        SELECT e.actor FROM bartizan.alert_history AS e
                        WHERE e.alert_seq = q.seq AND e.action = q.objection AND (q.objection <> 'owned' OR e.actor = q.owner)
                        ORDER BY e.id DESC LIMIT 1) END AS by_whom,
               CASE WHEN q.objection = 'acknowledged' THEN q.acknowledged_at WHEN q.objection = 'resolved' THEN q.resolved_at
                    WHEN q.objection IN ('escalated', 'owned') THEN (
                        SELECT e.at FROM bartizan.alert_history AS e
                        WHERE e.alert_seq = q.seq AND e.action = q.objection AND (q.objection <> 'owned' OR e.actor = q.owner)
                        ORDER BY e.id DESC LIMIT 1) END AS by_when,
               '{"alertId" : ' || to_json(q.asked_id) || t.ending AS told
        FROM asked AS q
             LEFT JOIN (SELECT v.value, ', "alertType" : ' || to_json(v.name)
                               || coalesce(', "disposition" : ' || to_json(word), '') || '}' AS ending
                        FROM bartizan.vocabulary AS v WHERE v.kind = 'alertType') AS t ON t.value = q.type
    )
    -- Sorted once for all of them.
    SELECT array_agg(n.asked_id), array_agg(n.state), array_agg(n.objection), array_agg(n.by_whom), array_agg(n.by_when),
           array_agg(n.told) FILTER (WHERE n.state = 'done'), count(*) FILTER (WHERE n.state = 'conflict'),
           (array_agg(n.told) FILTER (WHERE n.state = 'conflict'))[1]
    INTO asked_ids, states, objections, people, times, told, lost, first_lost
    FROM (SELECT * FROM answered ORDER BY place) AS n;
    PERFORM bartizan.write_alike(moment, 'alert_' || what, 0, who, told);
    IF lost > 0 THEN
        PERFORM bartizan.write_alike(moment, 'alert_' || refusal, 1, who,
                                     ARRAY[left(first_lost, -1) || ', "alerts" : ' || lost || ', "step" : ' || to_json(step_uid) || '}']);
    END IF;
    PERFORM pg_notify('bartizan', '');
    RETURN QUERY SELECT * FROM unnest(asked_ids, states, objections, people, times);
END $$;

-- Takes a step back for some of its alerts; answers as triage() does.
CREATE FUNCTION bartizan.undo_step(ids text[], undo_uid text, step_uid text, claimed text, at bigint)
RETURNS TABLE (alert_id text, state text, did text, by_whom text, by_when bigint) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
    who        text := bartizan.actor_for(claimed);
    moment     bigint := bartizan.time_for(at);
    sees_all   boolean := bartizan.sees_all();
    companies  text[] := bartizan.my_companies();
    base       bigint;
    undone     bigint;
    key        bigint;
    asked_ids  text[];
    states     text[];
    objections text[];
    people     text[];
    times      bigint[];
    told       text[];
BEGIN
    SELECT s.id INTO undone FROM bartizan.triage_step AS s WHERE s.uid = step_uid;
    IF undone IS NULL THEN
        RETURN QUERY SELECT t.id, 'unknown', NULL::text, NULL::text, NULL::bigint
                     FROM unnest(ids) WITH ORDINALITY AS t (id, place) GROUP BY t.id ORDER BY min(t.place);
        RETURN;
    END IF;
    PERFORM bartizan.hold_briefly();
    SELECT value INTO base FROM bartizan.counter WHERE name = 'change' FOR UPDATE;
    key := bartizan.step_number(undo_uid, who, undone);
    WITH asked AS MATERIALIZED (
        SELECT s.*, row_number() OVER (PARTITION BY s.state = 'done' ORDER BY s.place) AS number
        FROM (SELECT p.*,
                     CASE WHEN p.line IS NULL THEN 'unknown'
                          WHEN p.made IS NULL THEN CASE WHEN p.last_line IS NULL THEN 'done' ELSE 'conflict' END
                          WHEN p.version <> p.made THEN 'conflict' ELSE 'done' END AS state
              FROM (SELECT u.asked_id, u.place, a.seq, a.type, a.version, a.status, a.disposition, a.owner,
                           a.acknowledged_at, a.acknowledged_by, a.resolved_at, a.resolved_by, h.id AS line,
                           h.action AS was_action, h.version AS made, h.was_version, h.was_status, h.was_disposition,
                           h.was_owner, h.was_acknowledged_at, h.was_acknowledged_by, h.was_resolved_at, h.was_resolved_by,
                           -- Who changed the alert last, where somebody did; of what changed nothing, who took it back,
                           -- unless that was taken back in turn.
                           CASE WHEN a.version IS DISTINCT FROM h.version THEN (
                               SELECT e.id FROM bartizan.alert_history AS e
                               WHERE e.alert_seq = a.seq
                                 AND CASE WHEN h.version IS NOT NULL THEN e.version IS NOT NULL
                                          ELSE e.action = 'undone'
                                               AND e.step IN (SELECT s.id FROM bartizan.triage_step AS s WHERE s.undoes = undone)
                                               AND bartizan.in_force(e.alert_seq, e.step) END
                               ORDER BY e.id DESC LIMIT 1) END AS last_line
                    FROM (SELECT t.id AS asked_id, min(t.place) AS place
                    FROM unnest(ids) WITH ORDINALITY AS t (id, place) GROUP BY t.id) AS u
                   LEFT JOIN bartizan.alert AS a
                       ON a.id = u.asked_id AND (sees_all OR coalesce(a.company_id, '') = ANY (companies))
                   -- Alert by alert: how many a step has is not known until the table is analysed, and all of them would
                   -- be gone through for each.
                   LEFT JOIN LATERAL (
                       SELECT e.* FROM bartizan.alert_history AS e
                       WHERE e.step = undone AND e.alert_seq = a.seq AND e.action NOT LIKE '%\_refused' LIMIT 1) AS h ON true
                   ) AS p) AS s
    ), changed AS (
        UPDATE bartizan.alert AS a
        SET change = base + q.number, version = q.was_version, status = q.was_status,
            muted = a.mute IS NOT NULL AND q.was_status = 0, disposition = q.was_disposition, owner = q.was_owner, acknowledged = q.was_acknowledged_at IS NOT NULL,
            acknowledged_at = q.was_acknowledged_at, acknowledged_by = q.was_acknowledged_by,
            resolved_at = q.was_resolved_at, resolved_by = q.was_resolved_by
        FROM asked AS q WHERE a.seq = q.seq AND q.state = 'done' AND q.made IS NOT NULL
    ), touched AS (
        UPDATE bartizan.alert AS a SET change = base + q.number
        FROM asked AS q WHERE a.seq = q.seq AND q.state = 'done' AND q.made IS NULL
    ), counted AS (
        UPDATE bartizan.counter SET value = base + (SELECT count(*) FROM asked AS q WHERE q.state = 'done')
        WHERE name = 'change'
    ), noted AS (
        INSERT INTO bartizan.alert_history (alert_seq, at, action, actor, comment, step, detail, version, was_version,
                                            was_status, was_disposition, was_owner, was_acknowledged_at,
                                            was_acknowledged_by, was_resolved_at, was_resolved_by)
        SELECT q.seq, moment, 'undone', who, '', key, q.was_action, q.was_version, q.version, q.status, q.disposition,
               q.owner, q.acknowledged_at, q.acknowledged_by, q.resolved_at, q.resolved_by
        FROM asked AS q WHERE q.state = 'done' AND q.made IS NOT NULL ORDER BY q.place
    ), noted_too AS (
        INSERT INTO bartizan.alert_history (alert_seq, at, action, actor, comment, step, detail)
        SELECT q.seq, moment, 'undone', who, '', key, q.was_action
        FROM asked AS q WHERE q.state = 'done' AND q.made IS NULL ORDER BY q.place
    ), answered AS (
        SELECT q.asked_id, q.place, q.state,
               CASE WHEN q.last_line IS NOT NULL THEN (SELECT e.action FROM bartizan.alert_history AS e
                                                       WHERE e.id = q.last_line) END AS did,
               CASE WHEN q.last_line IS NOT NULL THEN (SELECT e.actor FROM bartizan.alert_history AS e
                                                       WHERE e.id = q.last_line) END AS by_whom,
               CASE WHEN q.last_line IS NOT NULL THEN (SELECT e.at FROM bartizan.alert_history AS e
                                                       WHERE e.id = q.last_line) END AS by_when,
               CASE WHEN q.state = 'done' THEN '{"alertId" : ' || to_json(q.asked_id) || t.middle
                                               || to_json(CASE q.was_action WHEN 'undone' THEN 'alert_triage_undone'
                                                               ELSE 'alert_' || q.was_action END) || '}' END AS told
        FROM asked AS q
             LEFT JOIN (SELECT v.value, ', "alertType" : ' || to_json(v.name) || ', "undone" : ' AS middle
                        FROM bartizan.vocabulary AS v WHERE v.kind = 'alertType') AS t ON t.value = q.type
    )
    SELECT array_agg(n.asked_id), array_agg(n.state), array_agg(n.did), array_agg(n.by_whom), array_agg(n.by_when),
           array_agg(n.told) FILTER (WHERE n.state = 'done')
    INTO asked_ids, states, objections, people, times, told
    FROM (SELECT * FROM answered ORDER BY place) AS n;
    PERFORM bartizan.write_alike(moment, 'alert_triage_undone', 0, who, told);
    PERFORM pg_notify('bartizan', '');
    RETURN QUERY SELECT * FROM unnest(asked_ids, states, objections, people, times);
END $$;

-- Whether what a step did to an alert stands: nobody took it back, or that was taken back in turn.
CREATE FUNCTION bartizan.in_force(alert bigint, step_id bigint) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    undo bigint;
BEGIN
    FOR undo IN SELECT e.step
                FROM bartizan.alert_history AS e JOIN bartizan.triage_step AS s ON s.id = e.step
                WHERE e.alert_seq = alert AND e.action = 'undone' AND s.undoes = step_id
    LOOP
        IF bartizan.in_force(alert, undo) THEN
            RETURN false;
        END IF;
    END LOOP;
    RETURN true;
END $$;
