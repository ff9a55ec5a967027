-- What was published, so that the next publication only looks at what changed. Places sort stories: YYYY-MM-DD first.

-- setting, vocabulary, marks: texts that stand for themselves.
CREATE TABLE said (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Every story that there is, with its card.
CREATE TABLE story (id TEXT PRIMARY KEY, digest TEXT NOT NULL, card BLOB NOT NULL) WITHOUT ROWID;

-- Which stories each section holds. state: 0 in an archive document of the section's feed, or of a section that has no feed; 1 in none yet;
-- 2 in one, but changed since.
CREATE TABLE listed (
    section TEXT NOT NULL, place TEXT NOT NULL, id TEXT NOT NULL, seen INTEGER NOT NULL, updated INTEGER NOT NULL, state INTEGER NOT NULL,
    PRIMARY KEY (section, place)
) WITHOUT ROWID;
CREATE INDEX waiting ON listed (section, seen, id) WHERE state = 1;
CREATE INDEX again ON listed (section, updated) WHERE state = 2;

-- Which stories announce an event, by its last day (YYYY-MM-DD).
CREATE TABLE announced (id TEXT NOT NULL, last TEXT NOT NULL, PRIMARY KEY (id, last)) WITHOUT ROWID;
CREATE INDEX ahead ON announced (last);

-- What is counted beside sections: see `tallies_of`.
CREATE TABLE tally (name TEXT PRIMARY KEY, stories INTEGER NOT NULL) WITHOUT ROWID;

-- The stories of the archive documents of each section's feed; what stands here stays.
CREATE TABLE bound (section TEXT NOT NULL, id TEXT NOT NULL, document INTEGER NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY (section, id)) WITHOUT ROWID;
CREATE INDEX documents ON bound (section, document, seen);

-- How many stories each section has of each month.
CREATE TABLE held (section TEXT NOT NULL, month TEXT NOT NULL, stories INTEGER NOT NULL, PRIMARY KEY (section, month)) WITHOUT ROWID;
CREATE TRIGGER come AFTER INSERT ON listed BEGIN
    INSERT INTO held VALUES (new.section, substr(new.place, 1, 7), 1) ON CONFLICT DO UPDATE SET stories = stories + 1;
END;
CREATE TRIGGER gone AFTER DELETE ON listed BEGIN
    UPDATE held SET stories = stories - 1 WHERE section = old.section AND month = substr(old.place, 1, 7);
    DELETE FROM held WHERE section = old.section AND month = substr(old.place, 1, 7) AND stories = 0;
END;

-- What the main search index was made of.
CREATE TABLE sought (id TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;

-- Parts of the publication that have to be made anew, until they are.
CREATE TABLE due (part TEXT PRIMARY KEY) WITHOUT ROWID;

-- The entries of current feed documents, in each format.
CREATE TABLE entry (id TEXT NOT NULL, form TEXT NOT NULL, made_of TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (id, form));
