import { MeshError } from "../domain/errors.ts";
import { type Peer, parseName } from "../domain/peer.ts";
import { statusOf } from "../domain/presence.ts";
import { formatId } from "../domain/question.ts";
import type { WaitingCall } from "../domain/store.ts";
import { isIdle } from "../wake/idle.ts";
import { checkBody } from "./body.ts";
import type { LastingMesh, Outcome } from "./mesh.ts";
import { type AskedResult, type Asking, oneResult, type SeveralResult, severalResult } from "./outcome.ts";
import { sweep } from "./presence.ts";
import { newCall, type WaitEnd, type WaitOptions, waitForAnswers } from "./wait.ts";

/** How many answers a call waits for: one, all, or so many. */
export type Need = "any" | "all" | number;

export interface AskInput {
  /** A name, several, or `*` for every live peer. */
  readonly to: string | readonly string[];
  readonly question: string;
  readonly need: Need;
}

/** What a tool gives to a wait beside `need`. */
export interface AskOptions extends Omit<WaitOptions, "need"> {
  /** The call is a subagent's: what is asked of its session is not for it. */
  readonly subagent?: boolean;
}

/** Asks one peer or several and waits for the answers. A peer without a live session is not waited for. */
export async function askPeer(
  mesh: LastingMesh,
  me: Peer,
  { to, question, need }: AskInput,
  options: AskOptions,
): Promise<Outcome<AskedResult | SeveralResult>> {
  const body = checkBody(question, "question");
  await sweep(mesh);
  const names = typeof to === "string" ? [to] : to;
  const by = newCall(mesh, options.subagent);
  const asks = await mesh.store.ask({
    asker: me.id,
    to: names.length === 1 && names[0] === "*" ? "*" : names.map((name) => parseName(name) ?? name),
    body,
    by,
    // No Stop hook marks a turn that Esc ended.
    idle: (peer) => peer.host !== null && isIdle(peer, mesh.hostStatus(peer.host), mesh.now()),
    now: mesh.now(),
  });
  const ids = asks.map(({ id }) => id);
  for (const { recipient } of asks) if (recipient.host !== null) mesh.bell.ring(recipient.id);
  const active = asks.filter(({ recipient }) => statusOf(recipient, mesh.now()) === "active");
  const asking: Asking = {
    queued: new Set(asks.filter((one) => !active.includes(one)).map(({ id }) => id)),
    held: new Set(active.filter(({ waits }) => !waits).map(({ id }) => id)),
  };
  const end = await waitFor(mesh, me, by, ids, need, options, asking.held)
    .then((found) =>
      found.kind === "owes" ? interrupted(mesh, me, by, ids, found.questions, options) : found,
    )
    .catch((error: unknown) => {
      throw withAsked(error, ids);
    });
  return typeof to === "string" && to !== "*" ? oneResult(end, asking) : severalResult(end, asking);
}

/**
 * A wait that would close a ring does not go on. What was asked is asked, so its asker hears the ids, and what to answer
 * first: of several recipients one may wait for the asker that was not disturbed, having as much as it can read.
 */
async function interrupted(
  mesh: LastingMesh,
  me: Peer,
  by: WaitingCall,
  questions: readonly number[],
  owed: number[],
  { room }: AskOptions,
): Promise<WaitEnd> {
  const ending = { peer: me.id, questions, by, room: room(questions.length, false), now: mesh.now() };
  return { kind: "interrupted", questions: [], more: 0, owed, ...(await mesh.store.stopWaiting(ending)) };
}

/** The database failed after the questions were written: who asked must hear their ids. */
function withAsked(error: unknown, ids: readonly number[]): unknown {
  if (!(error instanceof MeshError) || error.refusal.kind !== "no_database") return error;
  return new MeshError({ ...error.refusal, asked: ids.map(formatId) });
}

/** Goes on waiting for what was asked before. */
export async function awaitReply(
  mesh: LastingMesh,
  me: Peer,
  questions: number | readonly number[],
  need: Need,
  options: AskOptions,
): Promise<Outcome<AskedResult | SeveralResult>> {
  await sweep(mesh);
  const ids = typeof questions === "number" ? [questions] : [...new Set(questions)];
  const end = await waitFor(mesh, me, newCall(mesh, options.subagent), ids, need, options);
  return typeof questions === "number" ? oneResult(end) : severalResult(end);
}

async function waitFor(
  mesh: LastingMesh,
  me: Peer,
  by: WaitingCall,
  ids: readonly number[],
  need: Need,
  options: AskOptions,
  held?: ReadonlySet<number>,
): Promise<WaitEnd> {
  const count = need === "all" ? ids.length : need === "any" ? 1 : Math.min(need, ids.length);
  const end = await waitForAnswers(mesh, me, by, ids, { ...options, need: count }, held);
  if (need !== "any" || end.kind !== "settled") return end;
  // Who wanted any answer and has one does not trouble those who have not read the question.
  const takenBack = await mesh.store.cancel({ peer: me.id, questions: ids, by, now: mesh.now() });
  const asked = end.asked.map((one) =>
    takenBack.includes(one.id) ? { ...one, state: "cancelled" as const } : one,
  );
  return { ...end, asked };
}
