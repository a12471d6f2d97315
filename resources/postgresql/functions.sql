-- SPDX-License-Identifier: GPL-3.0-or-later
-- Run after each change of the schema. PostgreSQL lets everybody call a function that is made, and most of Bartizan's run as
-- their owner: whoever may only log could triage, change settings and empty the roll-ups. Those of triggers need no right to
-- be called. What is taken away already is left alone: the right to do so may be another one's (see roles.sql).
DO $$
DECLARE
    name regprocedure;
BEGIN
    FOR name IN SELECT p.oid FROM pg_proc AS p
                WHERE p.pronamespace = 'bartizan'::regnamespace
                      AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) WHERE grantee = 0) LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', name);
    END LOOP;
END $$;
