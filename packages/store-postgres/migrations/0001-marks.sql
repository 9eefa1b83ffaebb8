-- Marks, the change log and the audit trail of @revoked/store-postgres.
-- It may be run again. Instants are ms since the epoch, by the clock of the server.

CREATE SCHEMA IF NOT EXISTS revoked;

CREATE TABLE IF NOT EXISTS revoked.settings (
  name text PRIMARY KEY,
  value text NOT NULL
);
INSERT INTO revoked.settings (name, value) VALUES ('format', '1') ON CONFLICT (name) DO NOTHING;

-- What is revoked. A mark is text in the format of @revoked/core. Long and unusual values are
-- replaced by their SHA-256, and so are all of them with the option hashIds.
CREATE TABLE IF NOT EXISTS revoked.marks (
  scope text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  expires_at double precision NOT NULL,
  mark text NOT NULL,
  PRIMARY KEY (scope, value)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.1);
CREATE INDEX IF NOT EXISTS marks_by_expiry ON revoked.marks (expires_at);

-- Changes that were written, and have no place in the log yet. Transactions commit in another order
-- than they write, so a writer cannot know the place. Readers of the log assign it.
CREATE TABLE IF NOT EXISTS revoked.pending (
  id bigint GENERATED ALWAYS AS IDENTITY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  scope text NOT NULL,
  value text NOT NULL,
  mark text,
  PRIMARY KEY (xid, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_insert_threshold = -1);

-- The change log: what a key holds from a place on. Without a mark, the key was forgotten.
CREATE TABLE IF NOT EXISTS revoked.log (
  sequence bigint PRIMARY KEY,
  tip text NOT NULL,
  scope text NOT NULL,
  value text NOT NULL,
  mark text
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- The end of the log, in one row. Its lock orders the readers that assign places. oldest: the first
-- entry that is kept. horizon: every transaction before it has ended, and its changes have their
-- places. Without these two, rows that were deleted would be visited again and again while an old
-- snapshot, such as that of a backup, keeps them from being vacuumed.
CREATE TABLE IF NOT EXISTS revoked.feed (
  id integer PRIMARY KEY CHECK (id = 1),
  epoch text NOT NULL,
  sequence bigint NOT NULL,
  tip text NOT NULL,
  oldest bigint NOT NULL,
  horizon xid8 NOT NULL,
  confirmed_at timestamptz NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

CREATE TABLE IF NOT EXISTS revoked.audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at double precision NOT NULL,
  action text NOT NULL,
  scope text NOT NULL,
  value text NOT NULL,
  subject_scope text,
  subject_value text,
  mark text,
  actor text,
  reason text
);
CREATE INDEX IF NOT EXISTS audit_by_time ON revoked.audit (at, id);
CREATE INDEX IF NOT EXISTS audit_by_subject ON revoked.audit (subject_scope, subject_value, at, id);

CREATE OR REPLACE FUNCTION revoked.now_ms() RETURNS double precision
LANGUAGE sql AS $$
  SELECT date_part('epoch', clock_timestamp()) * 1000
$$;

-- Keeps an option on which all processes must agree. Returns the format and the option as kept.
CREATE OR REPLACE FUNCTION revoked.keep_option(option text, wanted text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  kept text;
BEGIN
  SELECT value INTO kept FROM revoked.settings WHERE name = option;
  IF kept IS NULL THEN
    INSERT INTO revoked.settings (name, value) VALUES (option, wanted) ON CONFLICT (name) DO NOTHING;
    SELECT value INTO kept FROM revoked.settings WHERE name = option;
  END IF;
  RETURN json_build_array((SELECT value FROM revoked.settings WHERE name = 'format'), kept);
END $$;

-- Fails on a replica: what is not there need not be absent on the primary.
CREATE OR REPLACE FUNCTION revoked.assert_primary() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF pg_is_in_recovery() THEN
    RAISE EXCEPTION 'the server is a replica' USING ERRCODE = 'read_only_sql_transaction';
  END IF;
END $$;

-- Finds marks. Takes [[scope, value], ...] and returns [[place, mark], ...], with places from 1, or
-- null if there is none. Sequential plans are switched off, because a plan that was made while the
-- table was small would be kept while it grows.
CREATE OR REPLACE FUNCTION revoked.find_marks(keys text) RETURNS text
LANGUAGE plpgsql STABLE
SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off AS $$
DECLARE
  found_marks text;
BEGIN
  PERFORM revoked.assert_primary();
  SELECT json_agg(json_build_array(k.place, m.mark)) INTO found_marks
  FROM json_array_elements(keys::json) WITH ORDINALITY AS k (key, place)
  CROSS JOIN LATERAL (
    SELECT mark FROM revoked.marks
    WHERE scope = k.key ->> 0 AND value = k.key ->> 1
      AND expires_at > date_part('epoch', clock_timestamp()) * 1000
  ) AS m;
  RETURN coalesce(found_marks, '[]');
END $$;

-- Enters changes of a key in the audit trail.
CREATE OR REPLACE FUNCTION revoked.enter(changed_scope text, changed_value text, entries json) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO revoked.audit (at, action, scope, value, subject_scope, subject_value, mark, actor, reason)
  SELECT e.at, CASE WHEN e.mark IS NULL THEN 'reinstate' ELSE 'revoke' END, changed_scope, changed_value,
    e.subject_scope, e.subject_value, e.mark, e.actor, e.reason
  FROM json_to_recordset(entries) AS e (
    at double precision, subject_scope text, subject_value text, mark text, actor text, reason text
  )
$$;

-- Writes marks, each only if its key holds the expected one, or none if none is expected. Returns
-- one element for each: true if it was written, the clock if one of the marks that were merged into
-- it has expired by then, or else what the key holds, as [mark] or []. lock_ms: how long to wait for
-- a row; null within a transaction of the caller.
CREATE OR REPLACE FUNCTION revoked.swap_marks(changes text, lock_ms text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  change record;
  at double precision := revoked.now_ms();
  written integer;
  held text;
  answers json[] := '{}';
BEGIN
  IF lock_ms IS NOT NULL THEN PERFORM set_config('lock_timeout', lock_ms, true); END IF;
  FOR change IN
    SELECT * FROM json_to_recordset(changes::json) AS c (
      scope text, value text, expected text, mark text, expires_at double precision,
      first_expires_at double precision, entries json
    )
  LOOP
    IF change.first_expires_at <= at THEN
      answers := answers || to_json(at);
      CONTINUE;
    END IF;
    IF change.expected IS NULL THEN
      INSERT INTO revoked.marks AS held_mark (scope, value, expires_at, mark)
      VALUES (change.scope, change.value, change.expires_at, change.mark)
      ON CONFLICT (scope, value) DO UPDATE SET expires_at = excluded.expires_at, mark = excluded.mark
      WHERE held_mark.expires_at <= at;
    ELSE
      UPDATE revoked.marks SET expires_at = change.expires_at, mark = change.mark
      WHERE scope = change.scope AND value = change.value AND mark = change.expected;
    END IF;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written = 1 THEN
      INSERT INTO revoked.pending (scope, value, mark) VALUES (change.scope, change.value, change.mark);
      IF change.entries IS NOT NULL THEN PERFORM revoked.enter(change.scope, change.value, change.entries); END IF;
      answers := answers || 'true'::json;
    ELSE
      SELECT mark INTO held FROM revoked.marks
      WHERE scope = change.scope AND value = change.value AND expires_at > revoked.now_ms();
      answers := answers || CASE WHEN held IS NULL THEN '[]'::json ELSE json_build_array(held) END;
    END IF;
  END LOOP;
  RETURN array_to_json(answers);
END $$;

-- Forgets keys. lock_ms as above.
CREATE OR REPLACE FUNCTION revoked.forget_keys(keys text, lock_ms text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  key record;
  at double precision := revoked.now_ms();
  held_until double precision;
BEGIN
  IF lock_ms IS NOT NULL THEN PERFORM set_config('lock_timeout', lock_ms, true); END IF;
  FOR key IN SELECT * FROM json_to_recordset(keys::json) AS k (scope text, value text, entries json)
  LOOP
    DELETE FROM revoked.marks WHERE scope = key.scope AND value = key.value RETURNING expires_at INTO held_until;
    CONTINUE WHEN held_until IS NULL OR held_until <= at;
    INSERT INTO revoked.pending (scope, value) VALUES (key.scope, key.value);
    IF key.entries IS NOT NULL THEN PERFORM revoked.enter(key.scope, key.value, key.entries); END IF;
  END LOOP;
  RETURN NULL;
END $$;

-- Returns up to 500 marks from a key on, as [[scope, value, mark], ...].
CREATE OR REPLACE FUNCTION revoked.scan_marks(from_scope text, from_value text) RETURNS text
LANGUAGE plpgsql STABLE SET jit = off SET enable_seqscan = off SET enable_sort = off AS $$
DECLARE
  page text;
BEGIN
  PERFORM revoked.assert_primary();
  SELECT json_agg(json_build_array(m.scope, m.value, m.mark)) INTO page
  FROM (
    SELECT scope, value, mark FROM revoked.marks
    WHERE (scope, value) >= (from_scope, from_value)
      AND expires_at > date_part('epoch', clock_timestamp()) * 1000
    ORDER BY scope, value LIMIT 500
  ) AS m;
  RETURN coalesce(page, '[]');
END $$;

-- Returns the transaction from which on changes may be pending. The tables may have been restored in
-- a server that has not come so far yet: then it is the first one.
CREATE OR REPLACE FUNCTION revoked.pending_from() RETURNS xid8
LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT horizon FROM revoked.feed WHERE id = 1 AND horizon <= pg_snapshot_xmax(pg_current_snapshot())), '0'
  )
$$;

-- Gives places in the log to the changes that are committed, up to 5,000 of them. Returns whether
-- there are more. The lock of the row comes first: what follows sees every change that was
-- committed before it was acquired.
CREATE OR REPLACE FUNCTION revoked.assign_places(log_length text) RETURNS boolean
LANGUAGE plpgsql
SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off AS $$
DECLARE
  tail revoked.feed%ROWTYPE;
  nonce text := replace(gen_random_uuid()::text, '-', '');
  ended xid8;
  assigned integer;
  has_more boolean;
  kept_from bigint;
BEGIN
  SELECT * INTO tail FROM revoked.feed WHERE id = 1 FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO revoked.feed VALUES (1, nonce, 0, '', 1, '0', clock_timestamp()) ON CONFLICT (id) DO NOTHING;
    SELECT * INTO tail FROM revoked.feed WHERE id = 1 FOR UPDATE;
    IF tail.epoch = nonce THEN DELETE FROM revoked.log; END IF;
  END IF;
  ended := pg_snapshot_xmin(pg_current_snapshot());
  WITH taken AS (
    DELETE FROM revoked.pending WHERE (xid, id) IN (
      -- The order of ids is that in which transactions have locked a key. That of xids is not.
      SELECT xid, id FROM revoked.pending WHERE xid >= revoked.pending_from() ORDER BY id LIMIT 5000
    )
    RETURNING id, scope, value, mark
  )
  INSERT INTO revoked.log (sequence, tip, scope, value, mark)
  SELECT tail.sequence + row_number() OVER (ORDER BY id), nonce || row_number() OVER (ORDER BY id), scope, value, mark
  FROM taken;
  GET DIAGNOSTICS assigned = ROW_COUNT;
  has_more := assigned = 5000 AND EXISTS (SELECT FROM revoked.pending WHERE xid >= revoked.pending_from());
  -- Another reader has just done all of it, while this one waited for the lock.
  IF assigned = 0 AND tail.confirmed_at > clock_timestamp() - interval '50 ms' THEN RETURN false; END IF;
  -- At most twice as many as were added, so that a shorter log is reached in steps.
  kept_from := greatest(tail.oldest, least(tail.sequence + assigned - log_length::bigint, tail.oldest + 2 * assigned));
  DELETE FROM revoked.log WHERE sequence >= tail.oldest AND sequence < kept_from;
  UPDATE revoked.feed
  SET sequence = tail.sequence + assigned,
    tip = CASE WHEN assigned = 0 THEN tail.tip ELSE nonce || assigned END,
    oldest = kept_from,
    horizon = CASE WHEN has_more THEN tail.horizon ELSE ended END,
    confirmed_at = clock_timestamp()
  WHERE id = 1;
  RETURN has_more;
END $$;

-- Reads up to 500 entries of the log after a position. Returns {position, known, more, entries}, with
-- entries as [sequence, tip, scope, value, mark]. known: whether the log has that position.
--
-- A primary that waits for replicas is only believed if they have confirmed a write within the last
-- 100 ms: a primary that was replaced cannot write, but could still be read.
CREATE OR REPLACE FUNCTION revoked.read_log(after text, log_length text) RETURNS text
LANGUAGE plpgsql
SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off AS $$
DECLARE
  after_epoch text := after::json ->> 'epoch';
  after_sequence bigint := (after::json ->> 'sequence')::bigint;
  after_tip text := after::json ->> 'tip';
  waits_for_replicas boolean := current_setting('synchronous_standby_names') <> '';
  has_more boolean := false;
  answer text;
BEGIN
  IF current_setting('transaction_read_only')::boolean THEN
    RAISE EXCEPTION 'the server takes no writes' USING ERRCODE = 'read_only_sql_transaction';
  END IF;
  IF EXISTS (SELECT FROM revoked.pending WHERE xid >= revoked.pending_from()) OR NOT EXISTS (
    SELECT FROM revoked.feed
    WHERE id = 1 AND (NOT waits_for_replicas OR confirmed_at > clock_timestamp() - interval '100 ms')
  ) THEN
    has_more := revoked.assign_places(log_length);
  END IF;
  SELECT json_build_object(
    'position', json_build_object('epoch', f.epoch, 'sequence', f.sequence, 'tip', f.tip),
    'known', f.epoch = after_epoch AND after_sequence <= f.sequence AND (
      (after_sequence = f.sequence AND after_tip = f.tip)
      OR (after_sequence < f.sequence AND (
        (after_sequence = 0 AND after_tip = '' AND EXISTS (SELECT FROM revoked.log WHERE sequence = 1))
        OR EXISTS (SELECT FROM revoked.log WHERE sequence = after_sequence AND tip = after_tip)
      ))
    ),
    'more', has_more,
    'entries', (
      SELECT json_agg(json_build_array(e.sequence, e.tip, e.scope, e.value, e.mark) ORDER BY e.sequence)
      FROM (
        SELECT * FROM revoked.log
        WHERE after_epoch = f.epoch AND sequence > after_sequence ORDER BY sequence LIMIT 500
      ) AS e
    )
  ) INTO answer FROM revoked.feed AS f WHERE f.id = 1;
  RETURN answer;
END $$;

-- Returns what services have agreed on, and the clock: [settings, now].
CREATE OR REPLACE FUNCTION revoked.read_agreed() RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM revoked.assert_primary();
  RETURN json_build_array((SELECT value FROM revoked.settings WHERE name = 'agreed'), revoked.now_ms());
END $$;

-- Keeps what services have agreed on, if the expected settings are kept. Returns the same as above.
-- lock_ms as above.
CREATE OR REPLACE FUNCTION revoked.swap_agreed(expected text, wanted text, lock_ms text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  IF lock_ms IS NOT NULL THEN PERFORM set_config('lock_timeout', lock_ms, true); END IF;
  IF expected IS NULL THEN
    INSERT INTO revoked.settings (name, value) VALUES ('agreed', wanted) ON CONFLICT (name) DO NOTHING;
  ELSE
    UPDATE revoked.settings SET value = wanted WHERE name = 'agreed' AND value = expected;
  END IF;
  RETURN revoked.read_agreed();
END $$;

-- Returns a page of the audit trail, the latest entry first, as a list of objects.
CREATE OR REPLACE FUNCTION revoked.read_audit(query text) RETURNS text
LANGUAGE plpgsql STABLE SET jit = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  q record;
  page text;
BEGIN
  PERFORM revoked.assert_primary();
  SELECT * INTO q FROM json_to_record(query::json) AS r (
    subject_scope text, subject_value text, keep_ms double precision, since double precision,
    before double precision, after_at double precision, after_id bigint, entries integer
  );
  SELECT json_agg(e) INTO page FROM (
    SELECT * FROM revoked.audit AS a
    WHERE a.at > revoked.now_ms() - q.keep_ms
      AND (q.subject_scope IS NULL OR (a.subject_scope = q.subject_scope AND a.subject_value = q.subject_value))
      AND (q.since IS NULL OR a.at >= q.since)
      AND (q.before IS NULL OR a.at < q.before)
      AND (q.after_at IS NULL OR (a.at, a.id) < (q.after_at, q.after_id))
    ORDER BY a.at DESC, a.id DESC LIMIT q.entries
  ) AS e;
  RETURN coalesce(page, '[]');
END $$;

-- Removes up to so many marks that have expired, and entries of the audit trail that are old.
-- Returns how many of them. One process does so at a time.
CREATE OR REPLACE FUNCTION revoked.prune_marks(audit_ms text, most text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  marks_removed integer;
  entries_removed integer := 0;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('revoked.prune', 0)) THEN RETURN '0'; END IF;
  DELETE FROM revoked.marks WHERE ctid IN (
    SELECT ctid FROM revoked.marks WHERE expires_at <= revoked.now_ms()
    ORDER BY expires_at LIMIT most::integer FOR UPDATE SKIP LOCKED
  );
  GET DIAGNOSTICS marks_removed = ROW_COUNT;
  IF audit_ms IS NOT NULL THEN
    DELETE FROM revoked.audit WHERE id IN (
      SELECT id FROM revoked.audit WHERE at <= revoked.now_ms() - audit_ms::double precision
      ORDER BY at LIMIT most::integer
    );
    GET DIAGNOSTICS entries_removed = ROW_COUNT;
  END IF;
  RETURN marks_removed + entries_removed;
END $$;

-- Tells all listeners that there may be changes. Not in the transactions that make them.
CREATE OR REPLACE FUNCTION revoked.wake_up() RETURNS text
LANGUAGE sql AS $$
  SELECT pg_notify('revoked.changes', '')::text
$$;
