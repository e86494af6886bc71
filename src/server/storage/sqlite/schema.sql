-- The server's database, version 1. Times are milliseconds since 1970 unless they are part of a body.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE feed (
    feed TEXT PRIMARY KEY,
    next INTEGER NOT NULL,
    head_hash TEXT NOT NULL
) STRICT;

CREATE TABLE event (
    feed TEXT NOT NULL REFERENCES feed (feed),
    seq INTEGER NOT NULL,
    case_id TEXT NOT NULL,
    case_seq INTEGER NOT NULL,
    command_id TEXT NOT NULL REFERENCES command_log (command_id) DEFERRABLE INITIALLY DEFERRED,
    type TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (feed, seq),
    UNIQUE (case_id, case_seq),
    UNIQUE (command_id, case_seq),
    UNIQUE (feed, prev_hash)
) STRICT;

-- Events are only ever added.
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

CREATE TABLE command_log (
    command_id TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    case_id TEXT NOT NULL,
    user TEXT NOT NULL,
    device TEXT NOT NULL,
    device_no INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    refused INTEGER NOT NULL
) STRICT;
CREATE INDEX command_log_refused ON command_log (device, case_id) WHERE refused = 1;

CREATE TABLE case_state (
    case_id TEXT PRIMARY KEY,
    feed TEXT NOT NULL,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE number_counter (day TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;

CREATE TABLE account (user TEXT PRIMARY KEY, body TEXT NOT NULL, password TEXT) STRICT;

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES account (user),
    device TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE device (
    device TEXT PRIMARY KEY,
    user TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_no INTEGER NOT NULL
) STRICT;

CREATE TABLE login_failure (
    user TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    user TEXT,
    detail TEXT NOT NULL,
    request_id TEXT NOT NULL
) STRICT;

CREATE TABLE department (
    street TEXT NOT NULL,
    position INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (street, position)
) STRICT;

CREATE TABLE officer (
    street TEXT NOT NULL,
    position INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (street, position)
) STRICT;
