-- The store of the reference gateway: what may still be spent, what runs, who was asked, who agreed.
--
-- Every operation is one function, so one round trip and one transaction: a client that dies in the
-- middle of one leaves nothing half done. docs/guide/limits.md says why the protocol is safe, and
-- tests/model searches it. Times are milliseconds since 1970 and come from the caller.
--
-- Locks. `reserve` takes advisory locks on the call, the approvals and the counters it touches, all in
-- ascending order of their numbers, and rows only after them. Every other function locks the row of
-- one action first, then rows that belong to it. The row of a call comes last. So no two clients wait
-- for each other.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT pg_advisory_xact_lock(hashtextextended('gateway.schema', 0));
CREATE SCHEMA IF NOT EXISTS gateway;
SET LOCAL search_path = gateway;

-- A proposed call under the name that the agent's runtime gave it. A second submission finds the same
-- call_id, and when somebody was first asked about it: its deadlines count from then, whatever waits
-- later. Once somebody has refused it, or it has waited too long, nothing comes of it any more, whatever
-- the rules say by then.
CREATE TABLE IF NOT EXISTS call (
  call_id     text PRIMARY KEY,
  agent       text NOT NULL,
  proposal_id text NOT NULL,
  proposal    text NOT NULL,
  first_asked bigint,
  refused_at  bigint,
  expired_at  bigint,
  UNIQUE (agent, proposal_id)
);
ALTER TABLE call ADD COLUMN IF NOT EXISTS expired_at bigint;  -- an older store has none

-- One action, at most once: reserved, then executing, then settled; or released.
CREATE TABLE IF NOT EXISTS action (
  call_id     text PRIMARY KEY,
  state       text NOT NULL CHECK (state IN ('reserved', 'executing', 'settled', 'released')),
  terms       jsonb NOT NULL,   -- what was reserved: tells a retry from another reservation
  reserved_at bigint NOT NULL,
  lease_until bigint NOT NULL,
  began_at    bigint,           -- set for ever once it may have had an effect
  result      text,
  CHECK (state IN ('reserved', 'released') OR began_at IS NOT NULL),
  CHECK (state <> 'reserved' OR began_at IS NULL)
);
CREATE INDEX IF NOT EXISTS action_lease ON action (lease_until) WHERE state = 'reserved';

-- What counts against a limit. A line that is only reserved counts in every window; once the action
-- has begun it counts from then.
CREATE TABLE IF NOT EXISTS line (
  call_id     text NOT NULL REFERENCES action,
  limit_name  text NOT NULL,
  key         text NOT NULL,
  amount      bigint NOT NULL CHECK (amount >= 0),
  counts_from bigint,
  PRIMARY KEY (call_id, limit_name, key)
);
-- Lines that are older than any window that ends, added up: a limit that counts for ever counts them.
CREATE TABLE IF NOT EXISTS past (
  limit_name  text NOT NULL,
  key         text NOT NULL,
  amount      numeric NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (limit_name, key)
);
CREATE INDEX IF NOT EXISTS line_age ON line (counts_from);
CREATE INDEX IF NOT EXISTS line_counter ON line (limit_name, key, counts_from) INCLUDE (amount);

-- Somebody has to agree. One row for an item and what it meant when it was asked.
CREATE TABLE IF NOT EXISTS wait (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  call_id     text NOT NULL REFERENCES call,
  item        text NOT NULL,
  verdict     text NOT NULL,
  digest      text NOT NULL,
  requirement text NOT NULL,
  tenant      text NOT NULL,
  parties     jsonb NOT NULL,
  because     text NOT NULL,
  cost        bigint NOT NULL CHECK (cost >= 0),
  asked_at    bigint NOT NULL,
  within_ms   bigint NOT NULL,
  superseded  boolean NOT NULL DEFAULT false,  -- the call has been decided again, and does not wait for it
  owners      jsonb NOT NULL DEFAULT '[]',     -- of the target, who may answer as such
  UNIQUE (call_id, item, digest, requirement)
);
ALTER TABLE wait ADD COLUMN IF NOT EXISTS owners jsonb NOT NULL DEFAULT '[]';  -- an older store has none

-- An answer to a wait, for what the wait was about at that moment.
CREATE TABLE IF NOT EXISTS approval (
  id         text PRIMARY KEY,
  wait_id    bigint NOT NULL REFERENCES wait,
  by_person  text NOT NULL,
  tenant     text NOT NULL,
  role       text NOT NULL,
  granted    boolean NOT NULL,
  cost       bigint NOT NULL,
  at         bigint NOT NULL,
  expires    bigint,
  used_by    text REFERENCES action,
  -- Saying it again adds nothing.
  CONSTRAINT approval_once UNIQUE (wait_id, by_person, role, granted, cost)
);
CREATE INDEX IF NOT EXISTS approval_used ON approval (used_by) WHERE used_by IS NOT NULL;

-- The lowest version of an image that is accepted. No row is an error: who lost the store must say anew.
CREATE TABLE IF NOT EXISTS least_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version  bigint NOT NULL CHECK (version >= 0)
);

-- What has become of a wait: only one that is open can still be answered.
CREATE OR REPLACE FUNCTION wait_state(of_call text, is_superseded boolean) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN EXISTS (SELECT FROM gateway.action WHERE call_id = of_call AND began_at IS NOT NULL) THEN 'began'
    WHEN EXISTS (SELECT FROM gateway.call WHERE call_id = of_call AND refused_at IS NOT NULL) THEN 'refused'
    WHEN EXISTS (SELECT FROM gateway.call WHERE call_id = of_call AND expired_at IS NOT NULL) THEN 'expired'
    WHEN is_superseded THEN 'superseded' ELSE 'open' END
$$;

-- The last moment that no longer counts at `now_ms`: of a window that slides (no period), of a period of
-- the calendar in the zone, weeks from Monday; of one that never ends, none.
DROP FUNCTION IF EXISTS window_start(bigint, text, bigint);  -- knew months alone
CREATE OR REPLACE FUNCTION window_start(period text, window_ms bigint, zone text, now_ms bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT CASE period WHEN '' THEN now_ms - window_ms WHEN 'ever' THEN NULL
    ELSE (extract(epoch FROM date_trunc(period, to_timestamp(now_ms / 1000.0) AT TIME ZONE zone)
                             AT TIME ZONE zone) * 1000)::bigint - 1 END
$$;

-- The counter of one limit and key, without the lines of the call that asks. A line from a clock that
-- is ahead counts too. Without `since` all count that ever were.
CREATE OR REPLACE FUNCTION counter(for_call text, of_limit text, of_key text, since bigint,
                                   OUT used numeric, OUT lowest bigint)
LANGUAGE plpgsql STABLE AS $$
BEGIN
  SELECT coalesce(sum(amount), 0), min(amount) INTO used, lowest FROM gateway.line
  WHERE limit_name = of_limit AND key = of_key AND call_id <> for_call
    AND (since IS NULL OR counts_from IS NULL OR counts_from > since);
  IF since IS NULL THEN
    used := used + coalesce((SELECT amount FROM gateway.past
                             WHERE limit_name = of_limit AND key = of_key), 0);
  END IF;
END $$;

-- Phase one. `as_of` is the moment that the counters hold for: the caller's, unless a replica answers.
CREATE OR REPLACE FUNCTION used(for_call text, keys jsonb, zone text, now_ms bigint)
RETURNS TABLE (of_limit text, of_key text, used numeric, lowest bigint, as_of bigint)
LANGUAGE sql STABLE AS $$
  SELECT k."limit", k.key, c.used, c.lowest,
         CASE WHEN pg_is_in_recovery()
           THEN (extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000)::bigint ELSE now_ms END
  FROM jsonb_to_recordset(keys) AS k("limit" text, key text, period text, window_ms bigint, utc boolean, n int),
       gateway.counter(for_call, k."limit", k.key, gateway.window_start(
         k.period, k.window_ms, CASE WHEN k.utc THEN 'UTC' ELSE zone END, now_ms)) AS c
  ORDER BY k.n
$$;

-- Phase two: all lines and all approvals, or nothing. `what` names the limit or approval that refused.
CREATE OR REPLACE FUNCTION reserve(for_call text, lines jsonb, approvals jsonb, zone text, now_ms bigint,
                                   until_ms bigint, OUT outcome text, OUT what text)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  terms_now constant jsonb := jsonb_build_object('lines', lines, 'approvals', approvals);
  held gateway.action;
  line_now record;
  lock_number bigint;
BEGIN
  -- Each statement must see what was committed before it began, that is, before its locks were had.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'reserve runs in read committed, not %', current_setting('transaction_isolation');
  END IF;
  FOR lock_number IN
    SELECT hashtextextended('call ' || for_call, 0)
    UNION SELECT hashtextextended('approval ' || a, 0) FROM jsonb_array_elements_text(approvals) AS a
    UNION SELECT hashtextextended('limit ' || l."limit" || ' ' || l.key, 0)
          FROM jsonb_to_recordset(lines) AS l("limit" text, key text)
    ORDER BY 1
  LOOP
    PERFORM pg_advisory_xact_lock(lock_number);
  END LOOP;

  SELECT * INTO held FROM gateway.action WHERE call_id = for_call FOR UPDATE;
  IF held.began_at IS NOT NULL THEN
    outcome := 'already_began';
    RETURN;
  END IF;
  IF held.state = 'reserved' AND held.lease_until <= now_ms THEN
    PERFORM gateway.give_back(ARRAY[for_call]);
  ELSIF held.state = 'reserved' THEN
    outcome := CASE WHEN held.terms = terms_now THEN 'reserved' ELSE 'other_terms' END;
    RETURN;
  END IF;

  SELECT a INTO what FROM jsonb_array_elements_text(approvals) AS a
  WHERE NOT EXISTS (SELECT FROM gateway.approval WHERE id = a AND used_by IS NULL) ORDER BY a LIMIT 1;
  IF FOUND THEN
    outcome := 'approval_used';
    RETURN;
  END IF;
  FOR line_now IN
    SELECT l.*, c.used, c.lowest
    FROM jsonb_to_recordset(lines)
           AS l("limit" text, key text, period text, window_ms bigint, utc boolean, amount bigint, max bigint),
         gateway.counter(for_call, l."limit", l.key, gateway.window_start(
           l.period, l.window_ms, CASE WHEN l.utc THEN 'UTC' ELSE zone END, now_ms)) AS c
    ORDER BY l."limit", l.key
  LOOP
    IF line_now.lowest < 0 THEN
      RAISE EXCEPTION 'the counter of % has a negative line', line_now."limit";
    END IF;
    CONTINUE WHEN line_now.max IS NULL OR line_now.used + line_now.amount <= line_now.max;
    what := line_now."limit";
    outcome := 'limit_passed';
    RETURN;
  END LOOP;

  INSERT INTO gateway.action (call_id, state, terms, reserved_at, lease_until)
  VALUES (for_call, 'reserved', terms_now, now_ms, until_ms)
  ON CONFLICT (call_id) DO UPDATE
    SET state = 'reserved', terms = terms_now, reserved_at = now_ms, lease_until = until_ms;
  INSERT INTO gateway.line (call_id, limit_name, key, amount)
  SELECT for_call, l."limit", l.key, l.amount
  FROM jsonb_to_recordset(lines) AS l("limit" text, key text, amount bigint);
  UPDATE gateway.approval SET used_by = for_call
  WHERE id IN (SELECT jsonb_array_elements_text(approvals));
  outcome := 'reserved';
END $$;

-- The one door to an effect. A call passes it once, before its lease ends, and never when it has been
-- refused or has expired.
CREATE OR REPLACE FUNCTION begin_action(for_call text, now_ms bigint, OUT outcome text, OUT at bigint)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  held gateway.action;
  asked gateway.call;
BEGIN
  SELECT * INTO held FROM gateway.action WHERE call_id = for_call FOR UPDATE;
  -- A refusal that comes first is seen here; a later one waits until this has begun.
  SELECT * INTO asked FROM gateway.call WHERE call_id = for_call FOR SHARE;
  IF held.began_at IS NOT NULL THEN
    outcome := 'already_began';
  ELSIF held.state IS DISTINCT FROM 'reserved' THEN
    outcome := 'not_reserved';
  ELSIF held.lease_until <= now_ms THEN
    outcome := 'lease_passed';
  ELSIF asked.refused_at IS NOT NULL THEN
    outcome := 'refused';
  ELSIF asked.expired_at IS NOT NULL THEN
    outcome := 'expired';
  ELSE
    -- Not before the moment at which the caps were looked at: a clock may be behind another's.
    at := greatest(now_ms, held.reserved_at);
    UPDATE gateway.action SET state = 'executing', began_at = at WHERE call_id = for_call;
    UPDATE gateway.line SET counts_from = at WHERE call_id = for_call;
    outcome := 'began';
  END IF;
END $$;

-- The end of what began. Only who executed it may say that it certainly had no effect: that gives the
-- amounts back. Approvals stay used.
CREATE OR REPLACE FUNCTION settle(for_call text, had_effect boolean, with_result text, OUT outcome text)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  held gateway.action;
  target constant text := CASE WHEN had_effect THEN 'settled' ELSE 'released' END;
BEGIN
  SELECT * INTO held FROM gateway.action WHERE call_id = for_call FOR UPDATE;
  IF held.state = 'executing' THEN
    UPDATE gateway.action SET state = target, result = with_result WHERE call_id = for_call;
    IF NOT had_effect THEN
      DELETE FROM gateway.line WHERE call_id = for_call;
    END IF;
    outcome := 'settled';
  ELSIF held.began_at IS NOT NULL AND held.state = target THEN
    outcome := 'settled';
  ELSE
    outcome := 'not_executing';
  END IF;
END $$;

-- Gives back what never began: lines and approvals. Does nothing to what did.
CREATE OR REPLACE FUNCTION give_back(calls text[]) RETURNS void LANGUAGE sql VOLATILE AS $$
  DELETE FROM gateway.line WHERE call_id = ANY (calls);
  UPDATE gateway.approval SET used_by = NULL WHERE used_by = ANY (calls);
  UPDATE gateway.action SET state = 'released' WHERE call_id = ANY (calls);
$$;

CREATE OR REPLACE FUNCTION release(for_call text, OUT outcome text) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM gateway.action WHERE call_id = for_call AND state = 'reserved' FOR UPDATE;
  IF FOUND THEN
    PERFORM gateway.give_back(ARRAY[for_call]);
    outcome := 'released';
  ELSE
    outcome := 'not_reserved';
  END IF;
END $$;

-- Releases what was reserved and did not begin before its lease ended. Rows that another client holds
-- are left to the next sweep, so a sweep waits for nobody. Adds up lines that no window which ends reaches
-- back to: the longest is 366 days. A clock that is ahead does it to none early: the server's counts too.
CREATE OR REPLACE FUNCTION sweep(now_ms bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  lapsed text[];
BEGIN
  SELECT array_agg(call_id) INTO lapsed FROM (
    SELECT call_id FROM gateway.action WHERE state = 'reserved' AND lease_until <= now_ms
    FOR UPDATE SKIP LOCKED) AS locked;
  IF lapsed IS NOT NULL THEN
    PERFORM gateway.give_back(lapsed);
  END IF;
  WITH old AS (
    DELETE FROM gateway.line WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM gateway.line
      WHERE counts_from <= least(now_ms, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
                           - 367 * 86400000::bigint
      LIMIT 1000 FOR UPDATE SKIP LOCKED))
    RETURNING limit_name, key, amount)
  INSERT INTO gateway.past AS p (limit_name, key, amount)
  SELECT limit_name, key, sum(amount) FROM old GROUP BY limit_name, key ORDER BY limit_name, key
  ON CONFLICT (limit_name, key) DO UPDATE SET amount = p.amount + excluded.amount;
  RETURN coalesce(array_length(lapsed, 1), 0);
END $$;

-- The call of a proposal: minted once. `same` is false if another proposal came under this name before.
DROP FUNCTION IF EXISTS submit(text, text, text);  -- an older one answers less
CREATE FUNCTION submit(by_agent text, under_id text, what text, OUT call_id text, OUT first_asked bigint,
                       OUT same boolean, OUT refused boolean, OUT expired boolean)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  INSERT INTO gateway.call AS c (call_id, agent, proposal_id, proposal)
  VALUES ('c-' || replace(gen_random_uuid()::text, '-', ''), by_agent, under_id, what)
  ON CONFLICT (agent, proposal_id) DO NOTHING;
  SELECT c.call_id, c.first_asked, c.proposal = what, c.refused_at IS NOT NULL, c.expired_at IS NOT NULL
  INTO call_id, first_asked, same, refused, expired
  FROM gateway.call AS c WHERE c.agent = by_agent AND c.proposal_id = under_id;
END $$;

-- Nothing comes of the call any more: somebody said no, or its deadline has passed.
CREATE OR REPLACE FUNCTION refuse(for_call text, now_ms bigint) RETURNS void
LANGUAGE sql VOLATILE AS $$
  UPDATE gateway.call SET refused_at = now_ms WHERE call_id = for_call AND refused_at IS NULL;
$$;
CREATE OR REPLACE FUNCTION expire(for_call text, now_ms bigint) RETURNS void
LANGUAGE sql VOLATILE AS $$
  UPDATE gateway.call SET expired_at = now_ms WHERE call_id = for_call AND expired_at IS NULL;
$$;

-- What a person says to a wait, from a seat that the caller knows to be theirs. A refusal ends the call at
-- once if it is by somebody of the chain of the call, from whatever seat and tenant, or by somebody of the
-- wait's tenant from a seat that it asks: the engine counts it only as long as something waits, and the day
-- may come when nothing does.
DROP FUNCTION IF EXISTS answer(bigint, text, text, text, boolean, bigint, bigint, bigint);  -- knew no chain
CREATE OR REPLACE FUNCTION answer(to_wait bigint, by_person text, of_tenant text, as_role text,
                                  of_chain boolean, says_yes boolean, for_cost bigint, now_ms bigint,
                                  until_ms bigint, OUT approval_id text)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  asked gateway.wait;
BEGIN
  SELECT * INTO asked FROM gateway.wait WHERE id = to_wait;
  INSERT INTO gateway.approval AS a (id, wait_id, by_person, tenant, role, granted, cost, at, expires)
  VALUES ('ap-' || replace(gen_random_uuid()::text, '-', ''), to_wait, by_person, of_tenant, as_role,
          says_yes, for_cost, now_ms, until_ms)
  ON CONFLICT ON CONSTRAINT approval_once DO UPDATE SET id = a.id RETURNING a.id INTO approval_id;
  IF NOT says_yes AND (of_chain OR asked.tenant = of_tenant
     AND asked.parties @> jsonb_build_array(jsonb_build_object('seats', jsonb_build_array(as_role)))) THEN
    PERFORM gateway.refuse(asked.call_id, now_ms);
  END IF;
END $$;
COMMIT;
