import type { Driver } from "./driver.ts";

/**
 * Step n brings a file from schema n to n + 1. Steps only ever add, so that a session that runs older code for two more
 * weeks goes on working on the same file. Each is a function, so that a hook, which runs one once in its life, can hold it
 * packed.
 */
export const MIGRATIONS: readonly (() => string)[] = [
  () => `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  -- The oldest code that may still use this file. A step that older code cannot live with raises it.
  INSERT INTO meta VALUES ('readable_by_schema', '1');

  CREATE TABLE peers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    project_path TEXT NOT NULL,
    session_id TEXT,
    host TEXT,
    summary TEXT,
    title TEXT,
    -- A JSON array of the names that may ask here; null: everybody.
    accept TEXT,
    activity TEXT NOT NULL DEFAULT 'idle' CHECK (activity IN ('idle', 'busy')),
    activity_at INTEGER NOT NULL,
    -- The last word of a hook or a tool call from the session; the server's heartbeat does not count.
    active_at INTEGER NOT NULL,
    permission_mode TEXT,
    -- The way that last led from a wake to a showing; the way that is being tried, since
    -- when, and whether for the second time; the live fallback waker.
    wake TEXT,
    waking TEXT,
    waking_at INTEGER,
    waking_again INTEGER NOT NULL DEFAULT 0,
    waker TEXT,
    last_seen_at INTEGER NOT NULL,
    UNIQUE (name, project_path)
  ) STRICT;
  CREATE UNIQUE INDEX live_name ON peers (name) WHERE host IS NOT NULL;
  CREATE UNIQUE INDEX live_host ON peers (host) WHERE host IS NOT NULL;

  CREATE TABLE questions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    asker INTEGER NOT NULL REFERENCES peers (id),
    recipient INTEGER NOT NULL REFERENCES peers (id),
    body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending'
      CHECK (state IN ('pending', 'shown', 'answered', 'declined', 'expired', 'cancelled')),
    depth INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    shown_at INTEGER,
    reminders INTEGER NOT NULL DEFAULT 0,
    abandoned INTEGER NOT NULL DEFAULT 0,
    unheard INTEGER NOT NULL DEFAULT 0,
    answer TEXT,
    closed_at INTEGER,
    reply_shown_at INTEGER,
    -- The last handing of the question to its recipient, and of the reply to its asker: a token while it is unconfirmed.
    handing TEXT,
    handed_at INTEGER,
    reply_handing TEXT,
    reply_handed_at INTEGER
  ) STRICT;
  CREATE INDEX open_questions ON questions (recipient, id) WHERE state IN ('pending', 'shown');
  CREATE INDEX open_expiry ON questions (expires_at) WHERE state IN ('pending', 'shown');
  CREATE INDEX unseen_replies ON questions (asker, id) WHERE state IN ('answered', 'declined') AND reply_shown_at IS NULL;
  CREATE INDEX asks_of_pair ON questions (asker, recipient, asked_at);
  CREATE INDEX closed ON questions (closed_at) WHERE closed_at IS NOT NULL;
  CREATE INDEX handings ON questions (handing) WHERE handing IS NOT NULL;
  CREATE INDEX reply_handings ON questions (reply_handing) WHERE reply_handing IS NOT NULL;

  CREATE TABLE waits (
    question INTEGER PRIMARY KEY REFERENCES questions (id) ON DELETE CASCADE,
    waiter INTEGER NOT NULL REFERENCES peers (id),
    process TEXT NOT NULL,
    -- Somebody asked the waiter: the wait is over, and its call has yet to notice and to take the question.
    ended INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX waits_of ON waits (waiter);
  `,
  () => `
  CREATE TABLE waiting (
    question INTEGER NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
    -- One of the calls that wait for the same answer. Code of schema 1 knows one call for each question and leaves it empty.
    call TEXT NOT NULL DEFAULT '',
    waiter INTEGER NOT NULL REFERENCES peers (id),
    process TEXT NOT NULL,
    ended INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (question, call)
  ) STRICT;
  INSERT INTO waiting (question, waiter, process, ended) SELECT question, waiter, process, ended FROM waits;
  DROP TABLE waits;
  ALTER TABLE waiting RENAME TO waits;
  CREATE INDEX waits_of ON waits (waiter);
  -- What a peer was asked, open or closed, newest last.
  CREATE INDEX asked_of_peer ON questions (recipient, id);
  -- When a hook of each event last ran, in any session.
  CREATE TABLE sightings (event TEXT PRIMARY KEY, seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  -- A test question that a peer's server answers by itself. Times are microseconds of the machine's monotonic clock.
  CREATE TABLE probes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient INTEGER NOT NULL REFERENCES peers (id) ON DELETE CASCADE,
    asked_at INTEGER NOT NULL,
    seen_at INTEGER,
    heard_by TEXT,
    -- How a question would be shown.
    way TEXT,
    answered_at INTEGER
  ) STRICT;
  CREATE INDEX probes_of ON probes (recipient) WHERE answered_at IS NULL;
  -- The name that a session last bore, and the host process that it last ran in, as its hooks told.
  CREATE TABLE sessions (
    session_id TEXT NOT NULL,
    project_path TEXT NOT NULL,
    name TEXT NOT NULL,
    host TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (session_id, project_path)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sessions_in ON sessions (host);
  INSERT OR IGNORE INTO sessions SELECT session_id, project_path, name, coalesce(host, ''), last_seen_at FROM peers
    WHERE session_id IS NOT NULL ORDER BY last_seen_at DESC;
  -- The answer was shown at the start of a turn of which no word was seen yet. Code of schema 1 never says so.
  ALTER TABLE questions ADD COLUMN reply_tentative INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX tentative_replies ON questions (asker) WHERE reply_tentative;
  `,
  () => `
  CREATE TABLE projects (
    path TEXT PRIMARY KEY,
    -- What names the folder itself, whatever its path.
    folder TEXT,
    -- The name of its file, else of its folder, in a form that no other project has; null before a session started there,
    -- and where another project got it since.
    own_name TEXT UNIQUE,
    -- The name itself.
    base_name TEXT,
    seen_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX project_folders ON projects (folder) WHERE folder IS NOT NULL;
  -- The names that peers of a project bore and bear no more, for who still asks for them.
  CREATE TABLE former_names (
    name TEXT NOT NULL,
    project_path TEXT NOT NULL,
    -- The peer that bore it, or that took its mail over.
    peer INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (name, project_path)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX former_names_of ON former_names (peer);
  -- Processes that were seen to be suspended, as by Ctrl-Z, and not yet to go on.
  CREATE TABLE suspended (process TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE INDEX peers_of_project ON peers (project_path);
  -- The host that held it last, which may come again.
  ALTER TABLE peers ADD COLUMN left_by TEXT;
  -- The client's name for the turn that runs, or ran last.
  ALTER TABLE peers ADD COLUMN turn TEXT;
  ALTER TABLE peers ADD COLUMN server TEXT;
  ALTER TABLE peers ADD COLUMN server_due_at INTEGER;
  -- Its person was told that no server serves it.
  ALTER TABLE peers ADD COLUMN told_unserved INTEGER NOT NULL DEFAULT 0;
  -- Where the session works at this moment.
  ALTER TABLE peers ADD COLUMN folder TEXT;
  ALTER TABLE peers ADD COLUMN pushed_since INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE peers ADD COLUMN pushed_times INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE peers ADD COLUMN pushed_characters INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE peers ADD COLUMN wakes_since INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE peers ADD COLUMN wakes_count INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX absent_peers ON peers (last_seen_at) WHERE host IS NULL AND substr(project_path, 1, 9) <> 'terminal:';
  -- It was shown in a conversation that is over, and is to be shown anew.
  ALTER TABLE questions ADD COLUMN again INTEGER NOT NULL DEFAULT 0;
  -- In the hand of a turn that was not seen to go on since: how it was written to it (turns.ts), 0 where it is not.
  ALTER TABLE questions ADD COLUMN tentative INTEGER NOT NULL DEFAULT 0;
  -- The subagent whose turn has the answer in hand; empty for the session's own.
  ALTER TABLE questions ADD COLUMN reply_agent TEXT NOT NULL DEFAULT '';
  CREATE INDEX tentative_questions ON questions (recipient) WHERE tentative;
  -- How often it was said that a text waits that is too long for a hook.
  ALTER TABLE questions ADD COLUMN announced INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE questions ADD COLUMN reply_announced INTEGER NOT NULL DEFAULT 0;
  -- Only a subagent asked it: its call may be shown the answer in the session's place.
  ALTER TABLE questions ADD COLUMN by_subagent INTEGER NOT NULL DEFAULT 0;
  -- The call is a subagent's.
  ALTER TABLE waits ADD COLUMN subagent INTEGER NOT NULL DEFAULT 0;
  `,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

export function schemaVersion(driver: Driver): number {
  return Number(driver.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}

/** The file's schema, and whether it is another program's: both as of one moment, for another process may be making it. */
export function identify(driver: Driver): { found: number; foreign: boolean } {
  const row = driver
    .prepare(`SELECT user_version, EXISTS (SELECT 1 FROM sqlite_schema) AS used,
         (SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('meta', 'peers', 'questions')) AS own
       FROM pragma_user_version`)
    .get();
  const found = Number(row?.["user_version"]);
  return { found, foreign: row?.["used"] === 1 && (found === 0 || Number(row["own"]) < 3) };
}

/** Whether a file of a newer schema says that code of this schema may use it. */
export function readableByThisCode(driver: Driver): boolean {
  const row = driver.prepare("SELECT value FROM meta WHERE key = 'readable_by_schema'").get();
  return row !== undefined && Number(row["value"]) <= SCHEMA_VERSION;
}

/** Brings the file to this code's schema in one transaction; does nothing where another process was faster. */
export function migrate(driver: Driver): void {
  driver.exec("BEGIN IMMEDIATE");
  try {
    const from = schemaVersion(driver);
    for (const step of MIGRATIONS.slice(from)) driver.exec(step());
    if (from < SCHEMA_VERSION) driver.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    driver.exec("COMMIT");
  } catch (error) {
    try {
      driver.exec("ROLLBACK");
    } catch {
      // A full or failing disk has ended the transaction already; what it said first is what counts.
    }
    throw error;
  }
}
