import { MeshError } from "../domain/errors.ts";
import { type Peer, parseName } from "../domain/peer.ts";
import { type Asked, BODY_LIMIT, formatId } from "../domain/question.ts";
import { cleanText } from "../text/clean.ts";
import { askHint } from "../text/hints.ts";
import { HOOK_BUDGET, mailText } from "../text/mail.ts";
import { type InboxQuestion, toInboxQuestion } from "./inbox.ts";
import type { Mesh, Outcome } from "./mesh.ts";
import { sweep } from "./presence.ts";
import { isFinished, type WaitEnd, type WaitOptions, waitForAnswers } from "./wait.ts";

export type AskStatus =
  | "answered"
  | "timed_out"
  | "queued"
  | "interrupted"
  | "peer_left"
  | "declined"
  | "pending"
  | "cancelled"
  | "expired";

export interface AskResult {
  readonly status: AskStatus;
  readonly question_id: string;
  readonly to: string;
  readonly answer?: string;
  readonly questions?: InboxQuestion[];
  readonly hint?: string;
}

/** Asks one peer and waits for its answer. Resolves at once where the peer has no live session. */
export async function askPeer(
  mesh: Mesh,
  me: Peer,
  { to, question }: { readonly to: string; readonly question: string },
  options: WaitOptions,
): Promise<Outcome<AskResult>> {
  const body = checkBody(question, "question");
  await sweep(mesh);
  const asked = await mesh.store.ask({
    asker: me.id,
    to: parseName(to) ?? to,
    body,
    by: mesh.process,
    now: mesh.now(),
  });
  const { id, recipient } = asked;
  if (recipient.host === null) {
    return { result: withHint({ status: "queued", question_id: formatId(id), to: recipient.name }) };
  }
  mesh.bell.ring(recipient.id);
  return outcome(id, await waitForAnswers(mesh, me, [id], options));
}

/** Goes on waiting for the answer to a question that was asked before. */
export async function awaitReply(
  mesh: Mesh,
  me: Peer,
  question: number,
  options: WaitOptions,
): Promise<Outcome<AskResult>> {
  await sweep(mesh);
  const end = await waitForAnswers(mesh, me, [question], options);
  const [asked] = end.kind === "peer_left" ? end.asked : [];
  // Nobody has left who was never there since: the question still waits for its first showing.
  if (asked?.state === "pending") {
    return { result: withHint({ status: "queued", question_id: formatId(question), to: asked.to }) };
  }
  return outcome(question, end);
}

function outcome(id: number, end: WaitEnd): Outcome<AskResult> {
  if (end.kind === "owes") throw new MeshError({ kind: "owes_answer", owed: end.questions.map(formatId) });
  const asked = end.asked[0];
  const base = { question_id: formatId(id), to: asked?.to ?? "" };
  switch (end.kind) {
    case "settled":
      if (asked === undefined || !isFinished(asked)) throw new Error("a settled wait without its question");
      return { result: settled(asked), receipt: end.receipt };
    case "interrupted": {
      const { questions, owed, receipt } = end;
      return {
        result: {
          ...withHint({ status: "interrupted", ...base }, owed.map(formatId)),
          questions: questions.map(toInboxQuestion),
        },
        text: mailText({ questions, replies: [], more: 0, receipt }, HOOK_BUDGET),
        receipt,
      };
    }
    default:
      return { result: withHint({ status: end.kind, ...base }, [], asked?.state) };
  }
}

function settled({ id, to, state, answer }: Asked): AskResult {
  const base = { question_id: formatId(id), to };
  const words = answer === null || answer === "" ? {} : { answer: cleanText(answer) };
  if (state === "answered" || state === "declined") return withHint({ status: state, ...base, ...words });
  return withHint({ status: state === "expired" ? "expired" : "cancelled", ...base });
}

function withHint(result: AskResult, owed: readonly string[] = [], state?: Asked["state"]): AskResult {
  const hint = askHint(result, owed, state);
  return hint === undefined ? result : { ...result, hint };
}

/** The text without what no reader could see, refused where it is empty or too large. */
export function checkBody(text: string, what: "question" | "answer"): string {
  const body = text.toWellFormed();
  if (body.trim() === "") throw new MeshError({ kind: "empty", what });
  const bytes = Buffer.byteLength(body);
  if (bytes > BODY_LIMIT) throw new MeshError({ kind: "too_large", what, bytes, limit: BODY_LIMIT });
  return body;
}
