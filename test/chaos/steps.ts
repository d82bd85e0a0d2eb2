import type { Called } from "../support/server.ts";
import type { Client, Field } from "./client.ts";
import { countIn, idsOf, type SentAsk, type SentReply } from "./ledger.ts";
import type { Life } from "./session.ts";
import type { Showing } from "./showing.ts";

interface Step {
  /** How often it is taken, compared with the others. */
  readonly weight: number;
  run(field: Field, life: Life, client: Client): Promise<void>;
}

/** What sessions do. */
const STEPS: readonly Step[] = [
  { weight: 6, run: (field, life, client) => ask(field, life, client, someone(life)) },
  { weight: 3, run: (field, life, client) => ask(field, life, client, someOthers(life)) },
  { weight: 1, run: (field, life, client) => ask(field, life, client, "*") },
  { weight: 10, run: answer },
  { weight: 4, run: awaitReply },
  {
    weight: 3,
    async run(_, life, client) {
      remember(life, await client.call("poll_inbox"));
    },
  },
  {
    weight: 2,
    async run(_, __, client) {
      await client.call("list_peers");
    },
  },
  {
    weight: 2,
    async run(field, life, client) {
      const input = life.random.chance(0.3) ? {} : { name: someName(life) };
      await register(field, life, client, input);
    },
  },
  {
    weight: 5,
    async run(_, life, client) {
      owe(life, await client.hook("inbox-poll", "UserPromptSubmit", { prompt: "go on" }));
    },
  },
  {
    weight: 5,
    async run(_, life, client) {
      owe(life, await client.hook("inbox-poll", "Stop", { stop_hook_active: false }));
    },
  },
];

const BAG = STEPS.flatMap((step) => Array.from({ length: step.weight }, () => step));

/** One step; now and then two at once, as of a session and its subagent. */
export async function takeStep(field: Field, life: Life, client: Client): Promise<void> {
  const steps = life.random.chance(0.15) ? [pick(life), pick(life)] : [pick(life)];
  await Promise.all(steps.map((step) => step.run(field, life, client)));
}

function pick({ random }: Life): Step {
  return random.pick(BAG) ?? (BAG[0] as Step);
}

/** Takes a name, which must not be another project's own before and after the call. */
async function register(
  { ledger, owners }: Field,
  life: Life,
  client: Client,
  input: { name?: string },
): Promise<void> {
  const { key } = life.project;
  // Who bore it before it became another project's own keeps it.
  const ownerOf = (name = "") => (owners.bearerOf(name) === key ? undefined : owners.ownerOf(name));
  const before = ownerOf(input.name);
  await client.call("register", input, ({ name }) => {
    if (name === undefined) return;
    if (name !== life.called) countIn(ledger.changes, "names taken");
    if (before !== undefined && before !== key && before === owners.ownerOf(name))
      ledger.stolen.push(`a session of ${key} got "${name}", which is ${before}'s own`);
    life.called = name;
  });
}

async function ask(
  { ledger, owners }: Field,
  life: Life,
  client: Client,
  to: string | string[],
): Promise<void> {
  const { random } = life;
  const takesBack = random.chance(0.2);
  const recipients = to === "*" ? undefined : Array.isArray(to) ? to.length : 1;
  const sent: SentAsk = {
    body: `question ${ledger.asks.length + 1} of ${life.name}${more(life)}`,
    project: life.project.key,
    recipients,
    takesBack,
    ids: [],
    outcome: "unknown",
  };
  ledger.asks.push(sent);
  const input = {
    to,
    question: sent.body,
    timeout_seconds: 1 + random.whole(3),
    ...(takesBack ? { need: "any" } : {}),
  };
  const called = await client.call("ask_peer", input, (result) => {
    sent.ids = idsOf(result);
    sent.outcome = result.error === undefined ? "acknowledged" : "refused";
    sent.error = result.error;
    life.asked.push(...sent.ids);
    for (const id of sent.ids) ledger.askedOf.set(id, owners.recipientOf(id));
  });
  remember(life, called);
}

async function answer({ ledger }: Field, life: Life, client: Client): Promise<void> {
  const question = life.random.pick([...life.owed]);
  if (question === undefined) return;
  const text = `answer ${ledger.replies.length + 1} of ${life.name}${more(life)}`;
  const sent: SentReply = { question, answer: text, outcome: "unknown" };
  ledger.replies.push(sent);
  life.owed.delete(question);
  const input = { question_id: question, answer: text, decline: life.random.chance(0.1) };
  await client.call("reply_to_peer", input, ({ status }) => {
    sent.outcome = status === undefined ? "refused" : "acknowledged";
  });
}

async function awaitReply(_: Field, life: Life, client: Client): Promise<void> {
  const recent = life.asked.slice(-12);
  const ids = [...new Set([life.random.pick(recent), life.random.pick(recent)])].filter(
    (id) => id !== undefined,
  );
  if (ids.length === 0) return;
  const input = { question_id: ids.length === 1 ? ids[0] : ids, timeout_seconds: 1 + life.random.whole(2) };
  remember(life, await client.call("await_reply", input));
}

function remember(life: Life, called: Called | undefined): void {
  for (const { question_id } of called?.questions ?? []) life.owed.add(question_id);
}

/** The questions that a hook showed are the session's to answer. */
export function owe(life: Life, showings: readonly Showing[] | undefined): void {
  for (const { what, id } of showings ?? []) if (what === "question") life.owed.add(id);
}

/** Now and then a text is too long for a hook, or for more than a few of its kind in one. */
function more({ random }: Life): string {
  return random.chance(0.04)
    ? `\n${"<long> & ".repeat(1_100)}`
    : random.chance(0.1)
      ? "\nlonger ".repeat(300)
      : "";
}

/** Another session by what it is called, or by what its project was called at first, or by a name that nobody may bear. */
function someone({ all, name, random }: Life): string {
  const other = random.pick(all.filter((one) => one.name !== name));
  if (other === undefined) return name;
  if (random.chance(0.1)) return `${other.project.key}-x`;
  return random.chance(0.8) ? other.called : other.project.key;
}

function someOthers(life: Life): string[] {
  return [...new Set([someone(life), someone(life), someone(life)])];
}

/** A name of its own most often; now and then another's, or what another's project is called in its file. */
function someName({ project: { key }, all, random }: Life): string {
  const other = random.pick(all);
  if (other !== undefined && random.chance(0.4))
    return random.pick([other.called, other.project.key, `${other.project.key}-new`]) ?? key;
  return random.pick([key, `${key}-x`, `${key}-y`]) ?? key;
}
