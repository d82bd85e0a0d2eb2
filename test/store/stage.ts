import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { MeshError, type Refusal } from "../../src/domain/errors.ts";
import type { Peer } from "../../src/domain/peer.ts";
import type { QuestionState } from "../../src/domain/question.ts";
import type {
  AskResult,
  EndRequest,
  JoinRequest,
  Mail,
  ReplyResult,
  Store,
  TakeRequest,
  WaitingCall,
  WaitRequest,
  WaitState,
} from "../../src/domain/store.ts";
import { must } from "../support/until.ts";

/** What a backend brings to the contract suite: fresh data, handles on it, and a view of it that changes nothing. */
export interface Backend {
  /** A new handle on the same data, as another process would have it. */
  open(): Promise<Store>;
  /** The questions whose id is in the list or above `after`, and all waits. */
  inspect(ids: readonly number[], after: number): Promise<Snapshot>;
  close(): Promise<void>;
}

export type MakeBackend = () => Promise<Backend>;

export interface Snapshot {
  readonly questions: readonly QuestionRow[];
  readonly waits: readonly {
    readonly waiter: number;
    readonly recipient: number;
    readonly question: number;
  }[];
}

export interface QuestionRow {
  readonly id: number;
  readonly asker: number;
  readonly recipient: number;
  readonly state: QuestionState;
  readonly answer: string | null;
}

/** A fresh store with a clock that only the test moves, and short verbs for what sessions do. */
export interface Stage {
  readonly store: Store;
  readonly backend: Backend;
  /** Milliseconds since the epoch; a test adds to it. */
  readonly clock: { now: number };
  /** A session starts: in `/work/<base name>` on a host of its own, unless it says otherwise. */
  join(baseName: string, request?: Partial<JoinRequest>): Promise<Peer>;
  leave(peer: Peer): Promise<number[]>;
  ask(from: Peer, to: Peer | string, body?: string): Promise<number>;
  /** Asks several at once, or with `*` all that live. */
  askAll(
    from: Peer,
    to: readonly (Peer | string)[] | "*",
    body?: string,
    by?: WaitingCall,
  ): Promise<AskResult[]>;
  take(peer: Peer, questions?: TakeRequest["questions"], limit?: number): Promise<Mail>;
  /** Takes and confirms, as a hook does. */
  show(peer: Peer, questions?: TakeRequest["questions"]): Promise<Mail>;
  reply(peer: Peer, question: number, answer?: string, decline?: boolean): Promise<ReplyResult>;
  /** The first look of a wait, for all of the questions. */
  wait(peer: Peer, questions: readonly number[], request?: Partial<WaitRequest>): Promise<WaitState>;
  /** A further look of the same wait. */
  look(peer: Peer, questions: readonly number[]): Promise<WaitState>;
  stateOf(question: number): Promise<QuestionState | undefined>;
  isAsking(peer: Peer): Promise<boolean>;
}

export const SECOND = 1_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The process that a session's waits belong to. */
export function serverOf(peer: Peer): string {
  return `server ${peer.id}`;
}

/** A waiting call of the session; it has but one, unless a test says otherwise. */
export function callOf(peer: Peer, call = 1): WaitingCall {
  return { process: serverOf(peer), id: `${serverOf(peer)}, call ${call}` };
}

/** The end of that call's wait. */
export function endOf(peer: Peer, questions: readonly number[], now: number, by = callOf(peer)): EndRequest {
  return { peer: peer.id, questions, by, now };
}

export async function openStage(t: TestContext, make: MakeBackend): Promise<Stage> {
  const backend = await make();
  t.after(() => backend.close());
  const store = await backend.open();
  const clock = { now: Date.UTC(2026, 0, 1) };
  let hosts = 0;

  const take: Stage["take"] = (peer, questions = "new", limit = 10) =>
    store.take({ peer: peer.id, questions, limit, now: clock.now });
  const askAll: Stage["askAll"] = (from, to, body = "Which port?", by = callOf(from)) => {
    const names = to === "*" ? to : to.map((one) => (typeof one === "string" ? one : one.name));
    return store.ask({ asker: from.id, to: names, body, by, now: clock.now });
  };
  const wait: Stage["wait"] = (peer, questions, request = {}) => {
    const base = {
      peer: peer.id,
      questions,
      need: questions.length,
      by: callOf(peer),
      continuing: false,
      now: clock.now,
    };
    return store.wait({ ...base, ...request });
  };

  return {
    store,
    backend,
    clock,
    join(baseName, request = {}) {
      const host = request.host ?? `host ${++hosts}`;
      const server = `server of ${host}`;
      const projectPath = `/work/${baseName}`;
      return store.join({ host, server, projectPath, baseName, now: clock.now, ...request });
    },
    leave: (peer) => store.leave(peer.host ?? "", undefined, clock.now),
    async ask(from, to, body) {
      return must((await askAll(from, [to], body))[0]).id;
    },
    askAll,
    take,
    async show(peer, questions) {
      const mail = await take(peer, questions);
      await store.confirm(mail.receipt, clock.now);
      return mail;
    },
    reply: (peer, question, answer = "8080", decline = false) =>
      store.reply({ peer: peer.id, question, answer, decline, now: clock.now }),
    wait,
    look: (peer, questions) => wait(peer, questions, { continuing: true }),
    async stateOf(question) {
      const { questions } = await backend.inspect([question], Number.MAX_SAFE_INTEGER);
      return questions[0]?.state;
    },
    async isAsking(peer) {
      return (await store.peers(clock.now)).some(({ id, asking }) => id === peer.id && asking);
    },
  };
}

/** A test of one law on a fresh stage. */
export function lawTests(make: MakeBackend) {
  return (law: string, check: (stage: Stage) => Promise<void>) =>
    test(law, async (t) => check(await openStage(t, make)));
}

/** The refusal of that kind which the attempt must end in. */
export async function refusal<Kind extends Refusal["kind"]>(
  attempt: Promise<unknown>,
  kind: Kind,
): Promise<Extract<Refusal, { kind: Kind }>> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) assert.fail(`nothing was refused, expected ${kind}`);
  if (!(error instanceof MeshError)) throw error;
  assert.equal(error.refusal.kind, kind);
  return error.refusal as Extract<Refusal, { kind: Kind }>;
}

/** The state of a wait, which the test says is of that kind. */
export function expectKind<Kind extends WaitState["kind"]>(
  state: WaitState,
  kind: Kind,
): Extract<WaitState, { kind: Kind }> {
  assert.equal(state.kind, kind, JSON.stringify(state));
  return state as Extract<WaitState, { kind: Kind }>;
}

export function idsOf(items: readonly { readonly id: number }[]): number[] {
  return items.map(({ id }) => id);
}
