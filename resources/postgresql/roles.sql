-- SPDX-License-Identifier: GPL-3.0-or-later
-- Least privilege: run by "bartizanctl init --roles", as often as one likes. The roles are groups; a person gets one by
-- "GRANT bartizan_analyst TO anna", and companies by "INSERT INTO bartizan.membership VALUES ('anna', 'acme')" ('*': all,
-- '': what belongs to none).

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('bartizan.alert_count') AND relkind = 'v') THEN
        RAISE EXCEPTION 'a log that Citus spreads goes without roles (packaging/postgresql/citus.sql says why)';
    END IF;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['bartizan_owner', 'bartizan_engine', 'bartizan_analyst', 'bartizan_manager',
                                'bartizan_auditor'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
    END LOOP;
END $$;
-- Whoever hands something over has to belong to the owner it gets; a superuser always does. What is granted already would
-- need the right to do so again.
DO $$
BEGIN
    IF NOT pg_has_role('bartizan_owner', 'MEMBER') THEN
        EXECUTE format('GRANT bartizan_owner TO %I', current_user);
    END IF;
    IF NOT pg_has_role('bartizan_analyst', 'bartizan_auditor', 'MEMBER') THEN
        GRANT bartizan_auditor TO bartizan_analyst;
    END IF;
    IF NOT pg_has_role('bartizan_manager', 'bartizan_analyst', 'MEMBER') THEN
        GRANT bartizan_analyst TO bartizan_manager;
    END IF;
END $$;

CREATE TABLE IF NOT EXISTS bartizan.membership (
    member  name NOT NULL, -- a login
    company text NOT NULL,
    PRIMARY KEY (member, company)
);

-- By who logged in: neither SET ROLE nor a setting changes it.
CREATE OR REPLACE FUNCTION bartizan.sees_all() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN pg_has_role(session_user, 'bartizan_engine', 'MEMBER') OR pg_has_role(session_user, 'bartizan_owner', 'MEMBER')
           OR EXISTS (SELECT 1 FROM bartizan.membership WHERE member = session_user AND company = '*');
END $$;
CREATE OR REPLACE FUNCTION bartizan.my_companies() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(company), '{}') FROM bartizan.membership WHERE member = session_user
$$;
-- The same as the roll-ups number them; NULL: all. In a log of the application's an empty name is none. Of the two languages,
-- this one plans what it asks once.
CREATE OR REPLACE FUNCTION bartizan.my_company_numbers() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF bartizan.sees_all() THEN
        RETURN NULL;
    END IF;
    RETURN ARRAY(
        SELECT n.number FROM bartizan.membership AS m
        CROSS JOIN LATERAL (SELECT CASE WHEN NOT s.own THEN m.company WHEN m.company = U&'\FDD0' THEN ''
                                        WHEN m.company <> '' THEN m.company END AS text FROM bartizan.source AS s) AS c
        JOIN bartizan.rollup_name AS n ON n.kind = 1 AND n.digest = md5(c.text) AND n.text = c.text
        WHERE m.member = session_user
        UNION ALL
        SELECT 4294967295 FROM bartizan.membership WHERE member = session_user AND company = '');
END $$;

-- Whether somebody sees each company of which there are rows in the roll-ups, and what belongs to none where there is such: then
-- there is nothing in them that he may not see. Of many companies few are looked at where he sees few.
CREATE OR REPLACE FUNCTION bartizan.sees_each() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    seen constant bigint[] := bartizan.my_company_numbers();
BEGIN
    IF seen IS NULL THEN
        RETURN true;
    END IF;
    IF (SELECT count(*) FROM (SELECT 1 FROM bartizan.rollup_name WHERE kind = 1 LIMIT cardinality(seen) + 1) AS few)
       > cardinality(seen) THEN
        RETURN false;
    END IF;
    RETURN NOT EXISTS (SELECT number FROM bartizan.rollup_name WHERE kind = 1 EXCEPT SELECT unnest(seen))
           AND (4294967295 = ANY (seen) OR NOT EXISTS (SELECT 1 FROM bartizan.rollup_named WHERE company = 4294967295));
END $$;

-- Everything belongs to the owner, whom nobody logs in as.
GRANT USAGE, CREATE ON SCHEMA bartizan TO bartizan_owner;
DO $$
DECLARE
    thing record;
BEGIN
    FOR thing IN
        SELECT c.oid::regclass AS name, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind
        FROM pg_class AS c WHERE c.relnamespace = 'bartizan'::regnamespace AND c.relkind IN ('r', 'p', 'v')
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO bartizan_owner', thing.kind, thing.name);
    END LOOP;
    FOR thing IN
        SELECT p.oid::regprocedure AS name FROM pg_proc AS p
        WHERE p.pronamespace = 'bartizan'::regnamespace AND p.oid <> 'bartizan.end_blockers()'::regprocedure
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO bartizan_owner', thing.name);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', thing.name);
    END LOOP;
    EXECUTE 'ALTER SCHEMA bartizan OWNER TO bartizan_owner';
END $$;
REVOKE ALL ON ALL TABLES IN SCHEMA bartizan FROM PUBLIC, bartizan_engine, bartizan_analyst, bartizan_manager, bartizan_auditor;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA bartizan FROM PUBLIC;
REVOKE ALL ON SCHEMA bartizan FROM PUBLIC;
GRANT USAGE ON SCHEMA bartizan TO bartizan_engine, bartizan_auditor;

-- Whoever reads: through bartizan.log, never bartizan.audit itself.
GRANT SELECT ON bartizan.log, bartizan.intake, bartizan.intake_place, bartizan.alert, bartizan.alert_count,
    bartizan.alert_wait, bartizan.alert_change, bartizan.alert_open,
    bartizan.alert_history, bartizan.triage_step, bartizan.mute_seen, bartizan.alert_tombstone, bartizan.company,
    bartizan.user_email, bartizan.quarantine, bartizan.counter,
    bartizan.settings, bartizan.source, bartizan.meta, bartizan.vocabulary, bartizan.engine_place, bartizan.engine_epoch,
    bartizan.engine_heartbeat, bartizan.engine_condition, bartizan.presence, bartizan.rollup_name, bartizan.rollup_named,
    bartizan.rollup_block, bartizan.rollup_company_block, bartizan.rollup_cell, bartizan.rollup_stale TO bartizan_auditor;
-- How far they are, and not when anybody's newest row was.
GRANT SELECT (sole, last_row_id) ON bartizan.rollup_state TO bartizan_auditor;
-- That rows were changed, and neither by whom nor when: they may be another company's.
GRANT SELECT (noted) ON bartizan.log_changed TO bartizan_auditor;
GRANT EXECUTE ON FUNCTION bartizan.sees_all(), bartizan.my_companies(), bartizan.my_company_numbers(), bartizan.sees_each(), bartizan.log_extent(),
    bartizan.sees(text), bartizan.wait_of(bigint, bigint), bartizan.day_of(bigint) TO bartizan_auditor, bartizan_engine;
-- Analysts triage, managers change settings as well; neither writes any table.
GRANT EXECUTE ON FUNCTION bartizan.triage(text[], text, text, integer, boolean, text, bigint, text),
    bartizan.undo_step(text[], text, text, text, bigint), bartizan.look_at(text, text, text),
    bartizan.set_mute(text, text, text, text, text, text, text, text, bigint, bigint),
    bartizan.lift_mute(text, boolean, text, bigint)
    TO bartizan_analyst, bartizan_engine;
GRANT EXECUTE ON FUNCTION bartizan.save_settings(bigint, bigint, text, text, text, text, json)
    TO bartizan_manager, bartizan_engine;

-- The engine appends to the audit log and keeps its own tables; it neither changes the log nor says who sees what.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bartizan TO bartizan_engine;
REVOKE ALL ON bartizan.membership FROM bartizan_engine;
REVOKE INSERT, UPDATE, DELETE ON bartizan.source, bartizan.meta, bartizan.vocabulary, bartizan.log_changed FROM bartizan_engine;
DO $$
DECLARE
    part text;
BEGIN
    FOR part IN SELECT c.oid::regclass::text FROM pg_class AS c
                WHERE c.oid = 'bartizan.audit'::regclass OR c.oid IN (SELECT inhrelid FROM pg_inherits
                                                                      WHERE inhparent = 'bartizan.audit'::regclass) LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM bartizan_engine', part);
    END LOOP;
END $$;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA bartizan TO bartizan_engine;
GRANT EXECUTE ON FUNCTION bartizan.write_rows(json), bartizan.new_row_key(), bartizan.make_month(bigint), bartizan.put_off_month(bigint),
    bartizan.make_months(), bartizan.kept_since(), bartizan.drop_months(), bartizan.forget_dropped(), bartizan.holds_epoch(bigint), bartizan.sum_alert_counts(), bartizan.tidy_alert_sets(),
    bartizan.row_id_of(text), bartizan.actor_for(text), bartizan.json_of(text),
    bartizan.is_json_object(text) TO bartizan_engine;

-- The engine ends who keeps it waiting. What that takes holds for all databases of the server: it is given to a role that
-- owns this one function, and that nobody belongs to; whoever makes the roles belongs to the owner of the rest. Only a
-- superuser hands things to a role without belonging to it; without this, the server ends who keeps the engine waiting.
DO $$
DECLARE
    blockers constant regprocedure := 'bartizan.end_blockers()';
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        IF to_regrole('bartizan_signal') IS NULL THEN
            CREATE ROLE bartizan_signal NOLOGIN;
        END IF;
        GRANT pg_signal_backend, pg_read_all_stats TO bartizan_signal;
        EXECUTE format('ALTER FUNCTION %s OWNER TO bartizan_signal', blockers);
    ELSIF (SELECT proowner FROM pg_proc WHERE oid = blockers) IS DISTINCT FROM to_regrole('bartizan_signal') THEN
        EXECUTE format('ALTER FUNCTION %s OWNER TO bartizan_owner', blockers);
        RAISE NOTICE 'only a superuser can let the engine end who keeps it waiting';
    ELSE
        RETURN; -- As a superuser has left it.
    END IF;
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', blockers);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO bartizan_engine', blockers);
END $$;

-- By company, for the owner as well, as whom the views and functions run.
DO $$
DECLARE
    rule record;
    -- What tells of alerts goes with them; the owner's functions look for themselves whose it is.
    seen constant text := '((SELECT bartizan.sees_all()) OR coalesce(%s, '''') = ANY ((SELECT bartizan.my_companies())::text[]))';
    kept constant text := '((SELECT bartizan.sees_all()) OR company = ANY ((SELECT bartizan.my_company_numbers())::bigint[]))';
BEGIN
    FOR rule IN SELECT * FROM (VALUES
        ('audit', format(seen, 'company_id'), NULL),
        ('intake', format(seen, 'company_id'), NULL),
        ('alert', format(seen, 'company_id'), NULL),
        ('alert_count', format(seen, 'company_id'), NULL),
        ('alert_wait', format(seen, 'company_id'), NULL),
        ('alert_change', format(seen, 'company_id'), 'true'),
        ('alert_open', format(seen, 'company_id'), 'true'),
        ('alert_tombstone', format(seen, 'company_id'), NULL),
        -- A mute of any company's alerts concerns those of whom it keeps alerts out of the queue; whom else it names is for who
        -- sees all.
        ('mute', 'company_id IS NOT NULL AND ' || format(seen, 'company_id') || ' OR company_id IS NULL AND ((SELECT bartizan.sees_all()) '
                 'OR created_by = session_user OR EXISTS (SELECT FROM bartizan.alert AS a WHERE a.id = mute.alert_id) '
                 'OR mute.id = ANY ((SELECT array_agg(DISTINCT a.mute) FROM bartizan.alert AS a WHERE a.mute IS NOT NULL)::text[]))', NULL),
        ('company', format(seen, 'id'), NULL),
        ('alert_history', 'EXISTS (SELECT 1 FROM bartizan.alert AS a WHERE a.seq = alert_seq)', NULL),
        ('triage_step', 'EXISTS (SELECT 1 FROM bartizan.alert_history AS h WHERE h.step = triage_step.id)', 'true'),
        ('presence', 'EXISTS (SELECT 1 FROM bartizan.alert AS a WHERE a.id = alert_id)', 'true'),
        ('quarantine', '(SELECT bartizan.sees_all())', NULL),
        ('user_email', '(SELECT bartizan.sees_all())', NULL),
        -- The owner's functions that tell the numbers of companies ask for their names. OFFSET: whoever asks for a few
        -- names is not to wait until all of his companies' are gathered.
        ('rollup_name', '(SELECT bartizan.sees_each()) OR EXISTS (SELECT 1 FROM bartizan.rollup_named AS n '
                        'WHERE n.company = ANY ((SELECT bartizan.my_company_numbers())::bigint[]) '
                        'AND n.kind = rollup_name.kind AND n.number = rollup_name.number OFFSET 0)', 'true'),
        ('rollup_named', kept, 'true'),
        ('rollup_block', '(SELECT bartizan.sees_each())', NULL),
        ('rollup_company_block', kept, NULL),
        ('rollup_stale', format(seen, 'company_id'), 'true'),
        ('rollup_cell', kept || ' OR company = 0 AND (SELECT bartizan.sees_each())', NULL)) AS rules (relation, condition, owners)
    LOOP
        EXECUTE format('ALTER TABLE bartizan.%I ENABLE ROW LEVEL SECURITY', rule.relation);
        EXECUTE format('ALTER TABLE bartizan.%I FORCE ROW LEVEL SECURITY', rule.relation);
        EXECUTE format('DROP POLICY IF EXISTS sees ON bartizan.%I', rule.relation);
        EXECUTE format('DROP POLICY IF EXISTS writes ON bartizan.%I', rule.relation);
        EXECUTE format('CREATE POLICY sees ON bartizan.%I FOR SELECT USING (%s)', rule.relation, rule.condition);
        EXECUTE format('CREATE POLICY writes ON bartizan.%I FOR ALL TO bartizan_owner, bartizan_engine USING (%s) '
                       'WITH CHECK (true)', rule.relation, coalesce(rule.owners, rule.condition));
    END LOOP;
END $$;

-- An audit log of the application's: the owner reads it and adds rows; who sees which is in bartizan.log. What was granted for one
-- that was followed before is taken back, and nothing that somebody else granted.
DO $$
DECLARE
    log regclass := (SELECT to_regclass(relation) FROM bartizan.source WHERE NOT own);
    keys regclass;
    before regclass := (SELECT to_regclass(value) FROM bartizan.meta WHERE key = 'granted_log');
    earlier record;
BEGIN
    FOR earlier IN
        SELECT 'SELECT, INSERT ON TABLE ' || c.oid::regclass AS rights FROM pg_class AS c WHERE c.oid = before
        UNION ALL
        SELECT 'USAGE ON SEQUENCE ' || d.objid::regclass FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'S'
        WHERE d.refobjid = before
        UNION ALL
        SELECT 'USAGE ON SCHEMA ' || c.relnamespace::regnamespace FROM pg_class AS c
        WHERE c.oid = before AND c.relnamespace IS DISTINCT FROM (SELECT n.relnamespace FROM pg_class AS n WHERE n.oid = log)
    LOOP
        CONTINUE WHEN before IS NOT DISTINCT FROM log;
        BEGIN
            EXECUTE format('REVOKE %s FROM bartizan_owner', earlier.rights);
        EXCEPTION WHEN insufficient_privilege OR dependent_objects_still_exist THEN
            RAISE NOTICE 'bartizan_owner keeps %', earlier.rights;
        END;
    END LOOP;
    DELETE FROM bartizan.meta WHERE key = 'granted_log';
    INSERT INTO bartizan.meta SELECT 'granted_log', log::text WHERE log IS NOT NULL;
    IF log IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO bartizan_owner',
                   (SELECT relnamespace::regnamespace FROM pg_class WHERE oid = log));
    EXECUTE format('GRANT SELECT, INSERT ON %s TO bartizan_owner', log);
    FOR keys IN SELECT d.objid FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'S'
                WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = log LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %s TO bartizan_owner', keys);
    END LOOP;
END $$;

-- Anybody could keep the engine from being elected by taking its lock. In a database of an application's, which may take
-- such locks itself, that stays as it is.
DO $$
DECLARE
    lock record;
BEGIN
    IF NOT (SELECT own FROM bartizan.source) THEN
        RETURN;
    END IF;
    FOR lock IN SELECT oid::regprocedure AS name FROM pg_proc
                WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^pg_(try_)?advisory_(xact_)?lock(_shared)?$' LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', lock.name);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO bartizan_engine, bartizan_owner', lock.name);
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'only a superuser can keep others from taking advisory locks';
END $$;
