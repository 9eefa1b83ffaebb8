-- Sessions of @revoked/store-postgres. It may be run again. Instants and times are in ms.

-- The open sessions. details: [id, data] as JSON, because texts may have characters that PostgreSQL
-- cannot store. Subjects and ids that it cannot store, or not in an index, are replaced by their
-- SHA-256, and so are all subjects with the option hashSubjects.
CREATE TABLE IF NOT EXISTS revoked.sessions (
  subject text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  opened_at double precision NOT NULL,
  used_at double precision NOT NULL,
  authenticated_at double precision NOT NULL,
  idle_ms double precision NOT NULL,
  ends_at double precision NOT NULL,
  expires_at double precision NOT NULL,
  details text NOT NULL,
  PRIMARY KEY (subject, id)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX IF NOT EXISTS sessions_by_expiry ON revoked.sessions (expires_at);

-- Subjects whose sessions were opened or closed within the last ten minutes. The lock of a row
-- orders those changes. opened_until: the latest closeAll, which no session may be opened before.
CREATE TABLE IF NOT EXISTS revoked.subjects (
  subject text COLLATE "C" PRIMARY KEY,
  opened_until double precision NOT NULL,
  forget_at double precision NOT NULL
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX IF NOT EXISTS subjects_by_end ON revoked.subjects (forget_at);

-- Returns a session as an object.
CREATE OR REPLACE FUNCTION revoked.session_json(s revoked.sessions) RETURNS json
LANGUAGE sql STABLE AS $$
  SELECT json_build_object(
    'openedAt', s.opened_at, 'usedAt', s.used_at, 'authenticatedAt', s.authenticated_at,
    'idleMs', s.idle_ms, 'endsAt', s.ends_at, 'details', s.details
  )
$$;

-- Locks a subject until the end of the transaction, and returns its opened_until. lock_ms: how long
-- to wait for it; null within a transaction of the caller.
CREATE OR REPLACE FUNCTION revoked.lock_subject(
  locked text, closed_until double precision, remember_ms double precision, lock_ms text
) RETURNS double precision
LANGUAGE plpgsql AS $$
DECLARE
  at double precision := revoked.now_ms();
  latest double precision;
BEGIN
  IF lock_ms IS NOT NULL THEN PERFORM set_config('lock_timeout', lock_ms, true); END IF;
  INSERT INTO revoked.subjects AS s (subject, opened_until, forget_at)
  VALUES (locked, closed_until, at + remember_ms)
  ON CONFLICT (subject) DO UPDATE SET
    opened_until = greatest(CASE WHEN s.forget_at > at THEN s.opened_until END, excluded.opened_until),
    forget_at = greatest(s.forget_at, excluded.forget_at)
  RETURNING opened_until INTO latest;
  RETURN latest;
END $$;

-- Opens a session. Returns {opened}, {leastUsed} or {closedUntil}.
CREATE OR REPLACE FUNCTION revoked.open_session(session text, max_open text, instead text, lock_ms text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  s revoked.sessions := json_populate_record(null::revoked.sessions, session::json);
  closed_until double precision;
  open_now bigint;
BEGIN
  closed_until := revoked.lock_subject(s.subject, '-infinity', 0, lock_ms);
  DELETE FROM revoked.sessions
  WHERE subject = s.subject AND id IN (SELECT json_array_elements_text(instead::json));
  IF EXISTS (
    SELECT FROM revoked.sessions WHERE subject = s.subject AND id = s.id AND expires_at > revoked.now_ms()
  ) THEN
    RETURN '{"opened":true}';
  END IF;
  IF s.opened_at <= closed_until THEN RETURN json_build_object('closedUntil', closed_until); END IF;
  IF max_open IS NOT NULL THEN
    SELECT count(*) INTO open_now FROM revoked.sessions WHERE subject = s.subject AND expires_at > revoked.now_ms();
    IF open_now >= max_open::bigint THEN
      RETURN json_build_object('leastUsed', (
        SELECT json_agg(l.details) FROM (
          SELECT details FROM revoked.sessions WHERE subject = s.subject AND expires_at > revoked.now_ms()
          ORDER BY used_at, id LIMIT open_now - max_open::bigint + 1
        ) AS l
      ));
    END IF;
  END IF;
  -- One that has expired already would be found by nobody.
  IF s.expires_at <= revoked.now_ms() THEN RETURN '{"opened":true}'; END IF;
  INSERT INTO revoked.sessions VALUES (s.*)
  ON CONFLICT (subject, id) DO UPDATE SET
    opened_at = s.opened_at, used_at = s.used_at, authenticated_at = s.authenticated_at, idle_ms = s.idle_ms,
    ends_at = s.ends_at, expires_at = s.expires_at, details = s.details;
  RETURN '{"opened":true}';
END $$;

-- Notes a use of an open session, and returns the session. Instants only grow.
CREATE OR REPLACE FUNCTION revoked.touch_session(use text, lock_ms text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  u record;
  touched revoked.sessions;
BEGIN
  IF lock_ms IS NOT NULL THEN PERFORM set_config('lock_timeout', lock_ms, true); END IF;
  SELECT * INTO u FROM json_to_record(use::json) AS r (
    subject text, id text, used_at double precision, authenticated_at double precision
  );
  UPDATE revoked.sessions AS s SET
    used_at = greatest(s.used_at, u.used_at),
    authenticated_at = greatest(s.authenticated_at, u.authenticated_at),
    expires_at = least(greatest(s.used_at, u.used_at) + s.idle_ms, s.ends_at)
  WHERE s.subject = u.subject AND s.id = u.id AND s.expires_at > revoked.now_ms()
  RETURNING * INTO touched;
  IF NOT FOUND THEN RETURN NULL; END IF;
  RETURN revoked.session_json(touched);
END $$;

-- Finds when sessions expire. Takes [[subject, id], ...] and returns a list of instants and nulls.
CREATE OR REPLACE FUNCTION revoked.find_sessions(keys text) RETURNS text
LANGUAGE plpgsql STABLE
SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off AS $$
DECLARE
  expiries text;
BEGIN
  PERFORM revoked.assert_primary();
  SELECT json_agg((
    SELECT expires_at FROM revoked.sessions
    WHERE subject = k.key ->> 0 AND id = k.key ->> 1
      AND expires_at > date_part('epoch', clock_timestamp()) * 1000
  ) ORDER BY k.place) INTO expiries
  FROM json_array_elements(keys::json) WITH ORDINALITY AS k (key, place);
  RETURN expiries;
END $$;

-- Returns the open sessions of a subject, or one of them.
CREATE OR REPLACE FUNCTION revoked.list_sessions(of_subject text, of_id text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  PERFORM revoked.assert_primary();
  RETURN (
    SELECT coalesce(json_agg(revoked.session_json(s)), '[]') FROM revoked.sessions AS s
    WHERE subject = of_subject AND (of_id IS NULL OR id = of_id) AND expires_at > revoked.now_ms()
  );
END $$;

CREATE OR REPLACE FUNCTION revoked.count_sessions(of_subject text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  PERFORM revoked.assert_primary();
  RETURN (SELECT count(*) FROM revoked.sessions WHERE subject = of_subject AND expires_at > revoked.now_ms());
END $$;

-- Closes sessions of a subject, and returns the details of those that were open.
CREATE OR REPLACE FUNCTION revoked.close_sessions(of_subject text, ids text, lock_ms text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  closed text;
BEGIN
  PERFORM revoked.lock_subject(of_subject, '-infinity', 0, lock_ms);
  WITH gone AS (
    DELETE FROM revoked.sessions
    WHERE subject = of_subject AND id IN (SELECT json_array_elements_text(ids::json))
    RETURNING details, expires_at
  )
  SELECT json_agg(details) INTO closed FROM gone WHERE expires_at > revoked.now_ms();
  RETURN closed;
END $$;

-- Closes the sessions that were opened until an instant, and remembers that. opened_until: ms since
-- the epoch, or infinity.
CREATE OR REPLACE FUNCTION revoked.close_all_sessions(
  of_subject text, opened_until text, except_id text, remember_ms text, lock_ms text
) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  last double precision := opened_until;
  closed text;
BEGIN
  PERFORM revoked.lock_subject(
    of_subject, CASE WHEN last = 'infinity' THEN revoked.now_ms() ELSE last END, remember_ms::double precision, lock_ms
  );
  WITH gone AS (
    DELETE FROM revoked.sessions
    WHERE subject = of_subject AND opened_at <= last AND id IS DISTINCT FROM except_id
    RETURNING details, expires_at
  )
  SELECT json_agg(details) INTO closed FROM gone WHERE expires_at > revoked.now_ms();
  RETURN closed;
END $$;

-- Removes up to so many sessions that have expired, and subjects that need not be remembered.
CREATE OR REPLACE FUNCTION revoked.prune_sessions(most text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  sessions_removed integer;
  subjects_removed integer;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('revoked.prune_sessions', 0)) THEN RETURN '0'; END IF;
  DELETE FROM revoked.sessions WHERE ctid IN (
    SELECT ctid FROM revoked.sessions WHERE expires_at <= revoked.now_ms()
    ORDER BY expires_at LIMIT most::integer FOR UPDATE SKIP LOCKED
  );
  GET DIAGNOSTICS sessions_removed = ROW_COUNT;
  DELETE FROM revoked.subjects WHERE ctid IN (
    SELECT ctid FROM revoked.subjects WHERE forget_at <= revoked.now_ms()
    ORDER BY forget_at LIMIT most::integer FOR UPDATE SKIP LOCKED
  );
  GET DIAGNOSTICS subjects_removed = ROW_COUNT;
  RETURN sessions_removed + subjects_removed;
END $$;
