/**
 * What code of schema 1 does to the file, statement by statement, as it was released: a process that was started before
 * the file was migrated, and goes on. Commands come by IPC, each with its parameters, and each is one transaction.
 */
import { chooseDriver, type DriverChoice } from "../../../src/store/sqlite/choose.ts";
import type { Parameters, Row, Statement } from "../../../src/store/sqlite/driver.ts";

const OPEN = "state IN ('pending', 'shown')";
const UNTAKEN = "(handing IS NULL OR handed_at <= :lapsed)";
const IDS = "(SELECT value FROM json_each(:ids))";

const STATEMENTS = {
  /** Ask: the recipient's waits end, the question and the asker's wait are written. */
  endWaits: "UPDATE waits SET ended = 1 WHERE waiter = :recipient",
  question: `INSERT INTO questions (asker, recipient, body, depth, asked_at, expires_at)
    VALUES (:asker, :recipient, :body, :depth, :now, :expires) RETURNING id`,
  startWait: "INSERT OR REPLACE INTO waits (question, waiter, process) VALUES (:question, :waiter, :process)",
  /** Wait: how many waits still stand, what the questions are, whom to wait for, and the end. */
  standing: `SELECT count(*) AS n FROM waits JOIN questions ON questions.id = question
    WHERE waiter = :waiter AND ${OPEN} AND NOT ended AND question IN ${IDS}`,
  asked: `SELECT questions.id, asker, recipient, state, answer, shown_at, peers.name, peers.host
    FROM questions JOIN peers ON peers.id = recipient WHERE questions.id IN ${IDS}`,
  edges: `SELECT waiter, recipient, question FROM waits JOIN questions ON questions.id = question WHERE ${OPEN} AND NOT ended`,
  dropWaits: `DELETE FROM waits WHERE waiter = :waiter AND question IN ${IDS}`,
  dropProcess: "DELETE FROM waits WHERE process = :process",
  /** Show: questions and replies are taken under a token and confirmed. */
  newQuestions: `SELECT questions.id, body, state FROM questions WHERE recipient = :peer AND ${OPEN} AND state = 'pending' AND ${UNTAKEN}`,
  hand: `UPDATE questions SET handing = :token, handed_at = :now WHERE id IN ${IDS}`,
  confirm: `UPDATE questions SET state = 'shown', shown_at = coalesce(shown_at, :now), handing = NULL
    WHERE handing = :token AND recipient = :peer AND ${OPEN}`,
  inbox: `SELECT questions.id, answer FROM questions WHERE asker = :peer AND state IN ('answered', 'declined')
    AND reply_shown_at IS NULL AND NOT EXISTS (SELECT 1 FROM waits WHERE question = questions.id)`,
  handReply: `UPDATE questions SET reply_handing = :token, reply_handed_at = :now WHERE id IN ${IDS}`,
  confirmReply: `UPDATE questions SET reply_shown_at = :now, reply_handing = NULL WHERE reply_handing = :token AND asker = :peer`,
  /** Reply, and whether somebody waits for it. */
  reply: `UPDATE questions SET state = 'answered', answer = :answer, closed_at = :now, shown_at = coalesce(shown_at, :now),
    handing = NULL WHERE id = :question`,
  awaited: "SELECT 1 AS found FROM waits WHERE question = :question",
  /** Live peers, and who asks. */
  peers: `SELECT name, EXISTS (SELECT 1 FROM waits WHERE waiter = peers.id AND NOT ended) AS asking
    FROM peers WHERE host IS NOT NULL ORDER BY name`,
} as const;

export type OldStatement = keyof typeof STATEMENTS;
export type OldCommand = readonly (readonly [OldStatement, Parameters])[];

const [, , path = "", choice = "auto"] = process.argv;
const driver = chooseDriver(choice as DriverChoice).open(path, 5_000);
driver.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
// All of them before the file changes under them.
const prepared = Object.fromEntries(
  Object.entries(STATEMENTS).map(([name, sql]) => [name, driver.prepare(sql)]),
) as Record<OldStatement, Statement>;

process.on("message", (command: OldCommand) => {
  driver.exec("BEGIN IMMEDIATE");
  const rows = command.map(([name, parameters]) => run(name, parameters));
  driver.exec("COMMIT");
  process.send?.(rows);
});
process.on("disconnect", () => process.exit(0));
process.send?.([]);

function run(name: OldStatement, parameters: Parameters): Row[] {
  const returns = /^SELECT|RETURNING/.test(STATEMENTS[name]);
  if (returns) return prepared[name].all(parameters);
  prepared[name].run(parameters);
  return [];
}
