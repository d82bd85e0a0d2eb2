-- A mesh in the middle of its day, as code of schema 2 leaves it. Times are milliseconds since the epoch.

INSERT INTO peers (id, name, project_path, session_id, host, summary, title, accept, activity, activity_at, active_at,
  permission_mode, wake, waking, waking_at, waking_again, waker, last_seen_at) VALUES
  (1, 'frontend', '/work/frontend', 'f1', 'host f', 'The new menu', NULL, NULL, 'busy', 1767225600000, 1767225600000,
    'default', 'socket', NULL, NULL, 0, NULL, 1767225600000),
  (2, 'backend', '/work/backend', 'b1', 'host b', NULL, 'Ports', '["frontend","docs"]', 'idle', 1767225600000, 1767225600000,
    'bypassPermissions', 'prompt', 'rewake', 1767225600000, 1, 'waker b', 1767225600000),
  (3, 'docs', '/work/docs', 'd1', NULL, 'Asleep', NULL, NULL, 'idle', 1767225500000, 1767225500000,
    NULL, NULL, NULL, NULL, 0, NULL, 1767225500000);

-- One question in each state, and the two ways to be in somebody's hands.
INSERT INTO questions (id, asker, recipient, body, state, depth, asked_at, expires_at, shown_at, reminders, abandoned,
  unheard, answer, closed_at, reply_shown_at, handing, handed_at, reply_handing, reply_handed_at) VALUES
  (1, 1, 2, 'pending, and waited for', 'pending', 1, 1767225600000, 1767312000000, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (2, 1, 2, 'shown, reminded once', 'shown', 1, 1767225590000, 1767311990000, 1767225591000, 1, 0, 0, NULL, NULL, NULL, NULL, 1767225591000, NULL, NULL),
  (3, 1, 2, 'answered, unseen', 'answered', 1, 1767225580000, 1767311980000, 1767225581000, 0, 0, 0, 'the third', 1767225582000, NULL, NULL, NULL, NULL, NULL),
  (4, 1, 2, 'answered, seen', 'answered', 1, 1767225570000, 1767311970000, 1767225571000, 0, 0, 0, 'the fourth', 1767225572000, 1767225573000, NULL, NULL, NULL, NULL),
  (5, 1, 2, 'declined, unseen', 'declined', 1, 1767225560000, 1767311960000, 1767225561000, 0, 0, 0, 'not mine', 1767225562000, NULL, NULL, NULL, NULL, NULL),
  (6, 1, 2, 'expired', 'expired', 1, 1767100000000, 1767186400000, NULL, 0, 0, 0, NULL, 1767186400000, NULL, NULL, NULL, NULL, NULL),
  (7, 1, 2, 'taken back', 'cancelled', 1, 1767225550000, 1767311950000, NULL, 0, 0, 0, NULL, 1767225551000, NULL, NULL, NULL, NULL, NULL),
  (8, 3, 2, 'in the hands of a hook that died', 'pending', 1, 1767225540000, 1767311940000, NULL, 0, 1, 0, NULL, NULL, NULL, 'token 8', 1767225541000, NULL, NULL),
  (9, 1, 3, 'asked of one that sleeps', 'pending', 1, 1767225530000, 1767311930000, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (10, 1, 2, 'its answer is in the hands of a hook that died', 'answered', 2, 1767225520000, 1767311920000, 1767225521000, 0, 0, 1, 'the tenth', 1767225522000, NULL, NULL, NULL, 'token 10', 1767225523000),
  (11, 2, 1, 'waited for, and the wait was ended', 'shown', 1, 1767225510000, 1767311910000, 1767225511000, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

-- Two calls wait for one answer.
INSERT INTO waits (question, call, waiter, process, ended) VALUES
  (1, 'server f, call 7', 1, 'server f', 0), (1, 'server f, call 8', 1, 'server f', 0), (11, 'server b, call 3', 2, 'server b', 1);

INSERT INTO sightings (event, seen_at) VALUES ('SessionStart', 1767225500000), ('Stop', 1767225600000);

INSERT INTO probes (id, recipient, asked_at, seen_at, heard_by, way, answered_at) VALUES
  (1, 2, 1000, NULL, NULL, NULL, NULL), (2, 1, 1000, 1200, 'bell', 'socket', 1300);

INSERT INTO sessions (session_id, project_path, name, host, seen_at) VALUES
  ('f1', '/work/frontend', 'frontend', 'host f', 1767225600000), ('d1', '/work/docs', 'docs', '', 1767225500000);
