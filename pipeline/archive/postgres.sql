-- The archive in PostgreSQL, 15 or later. `row` and `history` hold what the files of the embedded archive hold (docs/archive.md);
-- the columns beside them are what is asked for.

CREATE TABLE archive_format (format integer NOT NULL);

CREATE TABLE items (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,     -- the order in which they came
    id text COLLATE "C" NOT NULL UNIQUE,
    source text COLLATE "C" NOT NULL,
    story text COLLATE "C" NOT NULL,
    language text COLLATE "C",
    topics text[] NOT NULL,
    at double precision NOT NULL,                               -- published, else first seen, in seconds since 1970
    row json NOT NULL
);
CREATE INDEX items_by_time ON items (at DESC, id);
CREATE INDEX items_by_source ON items (source);

-- In parts by the order in which items came (archive/postgres_words.py).
CREATE TABLE item_words (
    item bigint PRIMARY KEY,                                    -- the number of an item
    words tsvector NOT NULL                                     -- stems: A title, B summary, C text, D all of them without marks (archive/terms.py)
) PARTITION BY RANGE (item);
CREATE INDEX items_by_words ON item_words USING gin (words) WITH (gin_pending_list_limit = 16384);

CREATE TABLE keys (
    hash bigint NOT NULL,                                       -- of an identity key: the first 64 bits of its BLAKE2b digest
    item bigint NOT NULL,                                       -- the number of an item
    PRIMARY KEY (hash, item)
);
-- Where keys are gathered before they go over into that large one (archive/postgres_keys.py); who reads `keys` reads these, too.
CREATE TABLE keys_fresh (PRIMARY KEY (hash, item)) INHERITS (keys);
CREATE TABLE keys_recent (PRIMARY KEY (hash, item)) INHERITS (keys);

CREATE TABLE stories (
    id text COLLATE "C" PRIMARY KEY,
    living text COLLATE "C" NOT NULL,                           -- itself, or the story that it was joined into
    row json                                                    -- of a story that lives
);

CREATE TABLE sources (
    id text COLLATE "C" PRIMARY KEY,
    history json NOT NULL
);

-- How much there is, kept with every commit, so that it need not be counted.
CREATE TABLE counts (source text COLLATE "C" PRIMARY KEY, items bigint NOT NULL);
CREATE TABLE told (
    stories bigint NOT NULL,
    fresh bigint NOT NULL DEFAULT 0,                            -- in keys_fresh
    recent bigint NOT NULL DEFAULT 0                            -- in keys_recent
);
INSERT INTO told VALUES (0);
