-- +goose Up

-- "bald": tells a store of baldwin from any other SQLite file.
PRAGMA application_id = 1650551908;

-- A number that may be any float64 stands in an ANY column, not in a REAL one: SQLite writes a REAL without a fraction as an
-- integer and so loses the sign of -0.0. NULL is NaN (SQLite has no NaN). The checks keep integers and text out.

-- created and updated: milliseconds since 1970, UTC, for people; nothing is decided by them.
-- seed: the 64 bits of an unsigned number, so one of 2^63 or more reads as negative.
-- seal: digest of the run when it was exported to this file; empty in a store that runs are made in.
CREATE TABLE runs (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    name             TEXT    NOT NULL UNIQUE,
    preset           TEXT    NOT NULL,
    family           TEXT    NOT NULL,
    learner          TEXT    NOT NULL,
    strategy         TEXT    NOT NULL,
    seed             INTEGER NOT NULL,
    spec             BLOB    NOT NULL,
    spec_hash        TEXT    NOT NULL,
    generations      INTEGER NOT NULL CHECK (generations >= 0),
    checkpoint_every INTEGER NOT NULL CHECK (checkpoint_every >= 0),
    status           TEXT    NOT NULL CHECK (status IN ('running', 'stopped', 'finished')),
    version          TEXT    NOT NULL,
    kernel           TEXT    NOT NULL,
    created          INTEGER NOT NULL,
    updated          INTEGER NOT NULL,
    seal             TEXT    NOT NULL DEFAULT ''
) STRICT;

-- sigma: little-endian float64, one per tensor, in genome order.
CREATE TABLE generations (
    run        INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL CHECK (generation >= 1),
    best       ANY CHECK (typeof(best)       IN ('real', 'null')),
    upper      ANY CHECK (typeof(upper)      IN ('real', 'null')),
    median     ANY CHECK (typeof(median)     IN ('real', 'null')),
    lower      ANY CHECK (typeof(lower)      IN ('real', 'null')),
    worst      ANY CHECK (typeof(worst)      IN ('real', 'null')),
    nan        INTEGER NOT NULL,
    sigma      BLOB NOT NULL,
    theta_norm ANY CHECK (typeof(theta_norm) IN ('real', 'null')),
    lives      INTEGER NOT NULL,
    seconds    ANY CHECK (typeof(seconds)    IN ('real', 'null')),
    PRIMARY KEY (run, generation)
) STRICT, WITHOUT ROWID;

CREATE TABLE meta_tests (
    run        INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL CHECK (generation >= 0),
    tasks      INTEGER NOT NULL,
    mean       ANY CHECK (typeof(mean)    IN ('real', 'null')),
    sd         ANY CHECK (typeof(sd)      IN ('real', 'null')),
    low        ANY CHECK (typeof(low)     IN ('real', 'null')),
    high       ANY CHECK (typeof(high)    IN ('real', 'null')),
    seconds    ANY CHECK (typeof(seconds) IN ('real', 'null')),
    PRIMARY KEY (run, generation)
) STRICT, WITHOUT ROWID;

-- sha256 is that of state, so that a damaged state is seen. state comes last: the columns before it are read without it.
CREATE TABLE checkpoints (
    run        INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL CHECK (generation >= 0),
    contract   TEXT    NOT NULL,
    spec_hash  TEXT    NOT NULL,
    theta_hash TEXT    NOT NULL,
    sha256     BLOB    NOT NULL CHECK (length(sha256) = 32),
    state      BLOB    NOT NULL,
    PRIMARY KEY (run, generation)
) STRICT;
