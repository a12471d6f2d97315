-- SPDX-License-Identifier: GPL-3.0-or-later
-- Alerts, their history, the stream of changes, the engine's state and the settings: as in SQLite, in PostgreSQL's types.

-- No index is about what triage changes, but for what is muted, and each page keeps room for as much again: so a change writes no key anew. What
-- is asked by such columns stands beside (0010_alert_sets.sql). What is short and always there stands first, where it is
-- found at once. Keys that are texts compare by their bytes, as in SQLite, which is faster than by the rules of a language.
CREATE TABLE bartizan.alert (
    seq              bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    timestamp        bigint NOT NULL,
    change           bigint NOT NULL,
    version          bigint NOT NULL DEFAULT 0,
    event_id         bigint NOT NULL, -- intake.seq; 0: a timer raised it
    raised_at        bigint NOT NULL, -- by the engine's wall clock; from when on retention counts, if it is later
    repeats          bigint NOT NULL DEFAULT 0,
    severity         smallint NOT NULL CHECK (severity BETWEEN 0 AND 3),
    type             smallint NOT NULL CHECK (type BETWEEN 0 AND 14),
    event_type       smallint NOT NULL CHECK (event_type BETWEEN 0 AND 11),
    status           smallint NOT NULL DEFAULT 0 CHECK (status BETWEEN 0 AND 3),
    acknowledged     boolean NOT NULL DEFAULT false,
    muted            boolean NOT NULL DEFAULT false,
    disposition      smallint CHECK (disposition BETWEEN 0 AND 3),
    acknowledged_at  bigint,
    resolved_at      bigint,
    last_repeat_at   bigint,
    id               text COLLATE "C" NOT NULL UNIQUE,
    company_id       text,
    acknowledged_by  text,
    resolved_by      text,
    owner            text,
    mute             text,
    title            text NOT NULL,
    description      text NOT NULL,
    user_id          text COLLATE "C",
    platform_user_id text,
    ip_address       text COLLATE "C",
    user_agent       text,
    country          text,
    session_id       text,
    request_id       text,
    metadata         text NOT NULL,
    rule             text COLLATE "C" NOT NULL,
    alert_group      text NOT NULL,
    CHECK (acknowledged = (acknowledged_at IS NOT NULL AND acknowledged_by IS NOT NULL)),
    CHECK (muted = (mute IS NOT NULL AND status = 0)) -- Not generated: that took 4 % of a step on many alerts.
) WITH (fillfactor = 45);
CREATE INDEX alert_time ON bartizan.alert (timestamp, seq);
CREATE INDEX alert_ip ON bartizan.alert (left(ip_address, 200), timestamp) WHERE ip_address IS NOT NULL;
CREATE INDEX alert_user ON bartizan.alert (left(user_id, 200), timestamp) WHERE user_id IS NOT NULL;
CREATE INDEX alert_rule ON bartizan.alert (rule, timestamp);
-- What retention drops is found by it at once.
CREATE INDEX alert_kept ON bartizan.alert (greatest(timestamp, raised_at));

CREATE TABLE bartizan.alert_tombstone (
    change         bigint PRIMARY KEY,
    id             text NOT NULL UNIQUE,
    event_id       bigint NOT NULL,
    timestamp      bigint NOT NULL,
    dropped_before bigint NOT NULL,
    company_id     text
);

CREATE TABLE bartizan.alert_history (
    id        bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    alert_seq bigint NOT NULL, -- see 0010_alert_sets.sql
    at        bigint NOT NULL,
    action    text NOT NULL,
    actor     text NOT NULL, -- empty: the engine
    comment   text NOT NULL
);
CREATE INDEX alert_history_alert ON bartizan.alert_history (alert_seq);

CREATE TABLE bartizan.engine_state (
    sole        integer PRIMARY KEY CHECK (sole = 1),
    last_row_id bigint NOT NULL,
    watermark   bigint NOT NULL,
    started_at  bigint NOT NULL,
    clock       bigint NOT NULL
);
INSERT INTO bartizan.engine_state VALUES (1, 0, 0, 0, 0);

-- Which engine is the one: each transaction of an engine ends by looking whether the epoch is still its own.
CREATE TABLE bartizan.engine_epoch (
    sole   integer PRIMARY KEY CHECK (sole = 1),
    epoch  bigint NOT NULL
);
INSERT INTO bartizan.engine_epoch VALUES (1, 0);

-- Who that is, and when it was heard of last by the server's clock. Apart from the epoch, so that a batch that is being
-- committed does not keep the engine from saying that it lives.
CREATE TABLE bartizan.engine_heartbeat (
    sole    integer PRIMARY KEY CHECK (sole = 1),
    epoch   bigint NOT NULL,
    backend integer NOT NULL, -- of the connection that says so
    program text NOT NULL,
    pid     bigint NOT NULL,
    host    text NOT NULL,
    since   bigint NOT NULL,
    word    text NOT NULL, -- in the names of its connections
    beat_at timestamptz NOT NULL
);

CREATE TABLE bartizan.engine_checkpoint (
    sole             integer PRIMARY KEY CHECK (sole = 1),
    format           bigint NOT NULL,
    last_row_id      bigint NOT NULL,
    watermark        bigint NOT NULL,
    started_at       bigint NOT NULL,
    clock            bigint NOT NULL,
    settings_version bigint NOT NULL,
    known_row_id     bigint NOT NULL,
    known_alert      bigint NOT NULL,
    state            bytea NOT NULL
);

CREATE TABLE bartizan.engine_health (
    sole              integer PRIMARY KEY CHECK (sole = 1),
    at                bigint NOT NULL,
    events_per_second double precision NOT NULL,
    backlog           bigint NOT NULL,
    processed         bigint NOT NULL,
    keys_held         bigint NOT NULL,
    keys_evicted      bigint NOT NULL,
    state_bytes       bigint NOT NULL,
    rules_on          bigint NOT NULL,
    last_error        text NOT NULL,
    last_error_at     bigint NOT NULL,
    failing_since     bigint NOT NULL -- 0: it works
);

CREATE TABLE bartizan.settings (
    version      bigint PRIMARY KEY,
    changed_at   bigint NOT NULL,
    changed_by   text NOT NULL,
    time_zone    text NOT NULL, -- IANA name
    config       text NOT NULL, -- the whole configuration, JSON
    geo_database text NOT NULL
);

-- Who has an alert open, by the server's clock; a console that ends without saying so is forgotten after a while.
CREATE TABLE bartizan.presence (
    alert_id text NOT NULL,
    person   text NOT NULL,
    login    name NOT NULL,
    console  text NOT NULL, -- tells one window of a login's from another
    seen_at  timestamptz NOT NULL,
    PRIMARY KEY (login, console)
);
CREATE INDEX presence_alert ON bartizan.presence (alert_id);
