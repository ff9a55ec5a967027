-- What a fleet of workers shares beside the archive and the queue. All of it can be thrown away while no worker runs: what is due
-- stands in the histories of the sources, and a robots.txt is asked for again.

CREATE TABLE IF NOT EXISTS fleet_hosts (
    host text COLLATE "C" PRIMARY KEY,
    free_at timestamptz NOT NULL DEFAULT '-infinity',           -- when the next request may begin
    paused_until timestamptz NOT NULL DEFAULT '-infinity'       -- it asked to be left alone
);

CREATE INDEX IF NOT EXISTS fleet_hosts_paused ON fleet_hosts (paused_until) WHERE paused_until > '-infinity';

CREATE TABLE IF NOT EXISTS fleet_turns (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host text COLLATE "C" NOT NULL,
    until timestamptz NOT NULL                                  -- by then the request has ended, whatever became of its worker
);
CREATE INDEX IF NOT EXISTS fleet_turns_by_host ON fleet_turns (host);

CREATE TABLE IF NOT EXISTS fleet_robots (
    origin text COLLATE "C" PRIMARY KEY,
    host text COLLATE "C" NOT NULL,
    read_at timestamptz NOT NULL,
    text text NOT NULL
);
CREATE INDEX IF NOT EXISTS fleet_robots_by_host ON fleet_robots (host);

CREATE TABLE IF NOT EXISTS fleet_facts (
    name text PRIMARY KEY,
    value text NOT NULL
);

-- What is due is asked every minute, and who has not answered for long.
CREATE INDEX IF NOT EXISTS sources_by_next_due ON sources ((history ->> 'next_due'));
CREATE INDEX IF NOT EXISTS sources_by_last_success ON sources ((history ->> 'last_success') NULLS FIRST);

-- The right to make one request to a host: its number, and the seconds to wait before it. No number: too many are under way, or, with
-- `paused`, the host is to be left alone for so many seconds.
CREATE OR REPLACE FUNCTION fleet_take_turn (_host text, _most integer, _delay float8, _lasts float8)
RETURNS TABLE (turn bigint, wait float8, paused float8) LANGUAGE plpgsql AS $$
DECLARE
    _known fleet_hosts;
    _now timestamptz;
    _at timestamptz;
BEGIN
    INSERT INTO fleet_hosts (host) VALUES (_host) ON CONFLICT DO NOTHING;
    SELECT * INTO _known FROM fleet_hosts WHERE host = _host FOR UPDATE;
    _now := clock_timestamp();
    IF _known.paused_until > _now THEN
        RETURN QUERY SELECT NULL::bigint, 0::float8, extract(epoch FROM _known.paused_until - _now)::float8;
        RETURN;
    END IF;
    DELETE FROM fleet_turns WHERE host = _host AND until < _now;
    IF (SELECT count(*) FROM fleet_turns WHERE host = _host) >= _most THEN
        RETURN QUERY SELECT NULL::bigint, 0::float8, 0::float8;
        RETURN;
    END IF;
    _at := greatest(_known.free_at, _now);
    UPDATE fleet_hosts SET free_at = _at + make_interval(secs => _delay) WHERE host = _host;
    RETURN QUERY
        INSERT INTO fleet_turns (host, until) VALUES (_host, _at + make_interval(secs => _lasts))
        RETURNING id, extract(epoch FROM _at - _now)::float8, 0::float8;
END;
$$;

CREATE OR REPLACE FUNCTION fleet_give_turn (_turn bigint, _host text, _delay float8)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE fleet_hosts SET free_at = greatest(free_at, clock_timestamp() + make_interval(secs => _delay)) WHERE host = _host;
    DELETE FROM fleet_turns WHERE id = _turn;
END;
$$;

-- Puts the jobs of workers that gave no sign of life for so many seconds back into the queue; how many they were. One worker at a time.
-- Where another of its kind waits already, that one will do what this one left; the fleet's own duties come again by themselves.
CREATE OR REPLACE FUNCTION fleet_rescue (_silent float8)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    _job record;
    _count integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(1517119087) THEN
        RETURN 0;
    END IF;
    FOR _job IN
        SELECT job.id, job.task_name, job.queueing_lock
        FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
        WHERE job.status = 'doing' AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => _silent))
        ORDER BY job.id
        FOR UPDATE OF job SKIP LOCKED
    LOOP
        IF _job.task_name IN ('schedule', 'tell')
            OR EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = _job.queueing_lock) THEN
            PERFORM procrastinate_finish_job_v1(_job.id, 'failed', true);
        ELSE
            PERFORM procrastinate_retry_job_v2(_job.id, now(), NULL, NULL, NULL);
        END IF;
        _count := _count + 1;
    END LOOP;
    RETURN _count;
END;
$$;

-- Who has to be told of. The last that is made: where it is missing, all of this is run.
CREATE INDEX IF NOT EXISTS sources_failing ON sources (id) WHERE history ->> 'failing_since' IS NOT NULL;
