import { isOpen } from "../../src/domain/question.ts";
import type { Ledger, Seen, SentReply } from "./ledger.ts";
import { projectAt } from "./owners.ts";
import type { Paths } from "./project.ts";
import type { Contents, QuestionRow } from "./rows.ts";

/** What the run comes to. A line in `lost`, `doubled` or `wrong` is a broken promise. */
export interface Verdict {
  readonly asked: number;
  /** Asks that a kill cut off: nobody was told an id. */
  readonly cutAsks: { readonly written: number; readonly absent: number };
  readonly cutReplies: { readonly written: number; readonly absent: number };
  readonly states: ReadonlyMap<string, number>;
  readonly answered: number;
  readonly delivered: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** What another project's session was shown or got, or was made to belong to another project. */
  readonly wrong: readonly string[];
  /** Texts shown again, saying so, after the process or the turn that showed them first may have come to nothing. */
  readonly repeated: number;
  /** Questions brought up again as what they are: asked earlier, still unanswered. */
  readonly reminders: number;
}

/** Holds what the clients saw against what the file holds after the last session has read its inbox. */
export function judge(ledger: Ledger, { questions }: Contents, paths: Paths): Verdict {
  const { asks, replies, seen } = ledger;
  const rows = new Map(questions.map((row) => [row.id, row]));
  const bodies = Map.groupBy(questions, (row) => row.body);
  const repliesTo = Map.groupBy(replies, (reply) => reply.question);
  const lost: string[] = [];
  const doubled: string[] = [];
  let repeated = 0;
  let reminders = 0;
  let delivered = 0;

  for (const { body, ids, recipients, takesBack, outcome, error } of asks) {
    const written = bodies.get(body) ?? [];
    const [line] = body.split("\n");
    for (const id of ids) if (rows.get(id)?.body !== body) lost.push(`${id} is not there: ${line}`);
    const torn = written.length > 0 && recipients !== undefined && written.length !== recipients;
    if (torn) lost.push(`${written.length} of ${recipients} questions were written: ${line}`);
    if (outcome === "refused" && written.length > 0)
      lost.push(`it was refused, and written: ${line}, ${error}`);
    for (const row of written) if (!isLawful(row, takesBack)) lost.push(`${row.id} is ${row.state}`);
  }
  for (const row of questions) {
    const sent = repliesTo.get(row.id) ?? [];
    const wrong = wrongAnswer(row, sent);
    if (wrong !== undefined) lost.push(wrong);
    if (sent.filter(({ outcome }) => outcome === "acknowledged").length > 1)
      doubled.push(`${row.id} took two answers`);
  }

  const showings = Map.groupBy(seen, ({ what, id }) => `${what} ${id}`);
  for (const [text, all] of showings) {
    const row = rows.get(all[0]?.id ?? "");
    const expected = all[0]?.what === "question" ? row?.body : row?.answer;
    if (all.some((one) => one.text !== (expected ?? ""))) lost.push(`${text} was shown with other words`);
    const again = all.slice(1).filter((one, n) => isRepeat(one, all.slice(0, n + 1)));
    for (const one of again) {
      if (one.mark === "reminder") reminders++;
      else if (one.mark === "again" && all.some((other) => other !== one && isDoubtful(other))) repeated++;
      else doubled.push(`${text} was shown again: ${all.map(inWords).join(", ")}`);
    }
  }
  for (const { id, state, answer, shown, answerShown } of questions) {
    if (shown && !showings.has(`question ${id}`)) lost.push(`${id} counts as shown, and nobody has seen it`);
    if (state !== "answered" && state !== "declined") continue;
    if (showings.has(`answer ${id}`)) delivered++;
    else lost.push(`the answer to ${id} was ${answerShown ? "noted as shown" : "not delivered"}: ${answer}`);
  }

  const wrong = [...ledger.stolen];
  const askers = new Map(asks.map(({ body, project }) => [body, project]));
  for (const { id, body, askerPath, recipientPath } of questions) {
    const asker = askers.get(body);
    const recipient = projectAt(paths, recipientPath);
    if (projectAt(paths, askerPath) !== asker) wrong.push(`${id} of ${asker} belongs to ${askerPath}`);
    const first = ledger.askedOf.get(id) ?? recipient;
    if (recipient !== first) wrong.push(`${id} was asked of ${first} and belongs to ${recipientPath}`);
    for (const [what, owner] of [
      ["question", first],
      ["answer", asker],
    ] as const) {
      for (const one of showings.get(`${what} ${id}`) ?? [])
        if (one.project !== owner)
          wrong.push(
            `the ${what} of ${id} is for ${owner}, and ${one.project} was shown it: ${inWords(one)}`,
          );
    }
  }

  const unknown = asks.filter(({ outcome }) => outcome === "unknown");
  const cutReplies = replies.filter(({ outcome }) => outcome === "unknown");
  const isWritten = ({ question, answer }: SentReply) => rows.get(question)?.answer === answer;
  const states = new Map(
    [...Map.groupBy(questions, (row) => row.state)].map(([state, of]) => [state, of.length]),
  );
  return {
    asked: questions.length,
    cutAsks: count(unknown, ({ body }) => bodies.has(body)),
    cutReplies: count(cutReplies, isWritten),
    states,
    answered: (states.get("answered") ?? 0) + (states.get("declined") ?? 0),
    delivered,
    lost,
    doubled,
    wrong,
    repeated,
    reminders,
  };
}

/** At the end nothing is open: all that could be answered was. */
function isLawful({ state, ofOneself }: QuestionRow, takesBack: boolean): boolean {
  if (state === "expired") return ofOneself;
  if (state === "cancelled") return takesBack;
  return !isOpen(state);
}

function wrongAnswer({ id, state, answer }: QuestionRow, sent: readonly SentReply[]): string | undefined {
  const acknowledged = sent.find(({ outcome }) => outcome === "acknowledged");
  if (acknowledged !== undefined && answer !== acknowledged.answer)
    return `${id} is ${state} with "${answer}", acknowledged was "${acknowledged.answer}"`;
  return answer === null || sent.some((one) => one.answer === answer)
    ? undefined
    : `${id} has an answer that nobody gave: ${answer}`;
}

/**
 * Whether a showing is one too many beside those before it. A session may ask for an answer again; and what it asks for
 * in the same moment as another of its calls or hooks shows it, it gets from both.
 */
function isRepeat(one: Seen, before: readonly Seen[]): boolean {
  if (one.requested) return false;
  // A reminder that its hook began while another was showing the question is seen first, if that hook ends first.
  const late = (first: Seen) => first.requested || (first.mark === "reminder" && one.mark === "first");
  return before.some((first) => !late(first) || first.at < one.from);
}

/** Whether no model may have read what was written, or the mesh not heard that one did. */
function isDoubtful({ by, client, tentative, unheard }: Seen): boolean {
  return by.killed || client.killed || tentative || unheard;
}

function inWords({ how, by, mark, at }: Seen): string {
  return `${how} of ${by.pid}${by.killed ? ", killed," : ""} at ${Math.round(at)} ms (${mark})`;
}

function count<T>(items: readonly T[], isWritten: (item: T) => boolean): { written: number; absent: number } {
  const written = items.filter(isWritten).length;
  return { written, absent: items.length - written };
}
