/** Two real clients with scripted models that answer at once: the mesh's ask beside the client's own `SendMessage`. */
import { NEWEST } from "../../host/support/binary.ts";
import {
  answering,
  asking,
  heard,
  openPeer,
  questionsIn,
  requestsOf,
  saying,
} from "../../host/support/colleague.ts";
import type { Model } from "../../host/support/model.ts";
import type { Reply } from "../../host/support/reply.ts";
import { lastUserText, type ModelRequest } from "../../host/support/request.ts";
import type { Session } from "../../host/support/session.ts";
import { makeWorld, type World } from "../../host/support/world.ts";
import { must } from "../../support/until.ts";
import { type Figure, type Measured, measured } from "../figure.ts";
import type { Part } from "../part.ts";
import { missingForClient } from "../support/real-client.ts";

/** The bound of one step in a broken round (milliseconds). */
const STEP = 30_000;

/** Milliseconds from the tool call that asks. */
interface Round {
  /** To the model request of the idle session that shows the question. */
  readonly woken: number;
  /** To the model request of the asker that shows the answer. */
  readonly answered: number;
}

export const client: Part = async ({ quick, scope, say }) => {
  const missing = missingForClient(NEWEST, say);
  if (missing !== undefined) return { figures: [], notes: [`The real client was left out: ${missing}.`] };
  const world = await makeWorld({ version: NEWEST });
  scope.after(() => world.close());
  const rounds = quick ? 4 : 25;
  const pair = await openPair(world);
  // What a first time costs belongs to neither.
  await pair.ask(0);
  await pair.send(0);
  say(`an ask and a SendMessage in turn, there and back, ${rounds} times each`);
  const asked: Round[] = [];
  const sent: Round[] = [];
  for (let n = 1; n <= rounds; n++) {
    // Each is the first of the two as often as the second.
    if (n % 2 === 0) asked.push(await pair.ask(n));
    sent.push(await pair.send(n));
    if (n % 2 === 1) asked.push(await pair.ask(n));
  }
  if (world.model.scriptErrors.length > 0) throw world.model.scriptErrors[0];
  const of = (list: readonly Round[], key: keyof Round) => measured(list.map((round) => round[key]));
  return {
    figures: [
      figure(
        "`ask_peer` → model request of the woken idle session",
        "ask → the idle session is woken",
        of(asked, "woken"),
        {
          what: "`SendMessage` to the same session",
          median: of(sent, "woken").median,
        },
      ),
      figure(
        "`ask_peer` → the answer in the asker's result, whole loop",
        "ask → answer, the whole loop",
        of(asked, "answered"),
        {
          what: "`SendMessage` there and back",
          median: of(sent, "answered").median,
        },
      ),
    ],
    versions: { "Claude Code": NEWEST },
    notes: [
      `The real client ran Claude Code ${NEWEST} in tmux with the committed state of the plugin. Its two sessions are idle ` +
        "when a line is typed into the asker's. Time runs from the moment in which the scripted model returns the tool call; " +
        "models answer at once.",
    ],
  };
};

function figure(
  what: string,
  inChart: string,
  times: Measured,
  yardstick: NonNullable<Figure["yardstick"]>,
): Figure {
  return {
    part: "client",
    what: `real client: ${what}`,
    unit: "ms",
    ...times,
    yardstick,
    budgets: [{ of: "ratio", limit: 1 }],
    inChart,
  };
}

async function openPair(world: World) {
  const { model } = world;
  const addresses = new Map<string, string>();
  let called = 0;

  const sendTo = (name: string, message: string): Reply => ({
    tools: [{ name: "SendMessage", input: { to: must(addresses.get(name)), message, summary: message } }],
  });
  const listed = (request: ModelRequest): Reply | undefined =>
    saying("look around")(request) ? { tools: [{ name: "ListAgents", input: {} }] } : undefined;

  const answer = answering((id) => `answer to ${id}`);
  model.script("backend", (request) => {
    const question = /question (\d+) by message/.exec(lastUserText(request))?.[1];
    if (question !== undefined) return sendTo("frontend", `answer ${question} by message`);
    return listed(request) ?? answer(request);
  });
  const ask = asking();
  model.script("frontend", (request) => {
    const line = lastUserText(request);
    const number = /^send (\d+)$/m.exec(line)?.[1];
    if (number !== undefined || /^ask backend: /m.test(line)) called = performance.now();
    if (number !== undefined) return sendTo("backend", `question ${number} by message`);
    return listed(request) ?? ask(request);
  });

  const backend = await openPeer(world, "backend");
  const frontend = await openPeer(world, "frontend");
  for (const [session, other] of [
    [backend, "frontend"],
    [frontend, "backend"],
  ] as const) {
    await session.type("look around");
    const agents = await heard(model, session.key, /interactive/);
    const address = new RegExp(`\\b(${other}-[0-9a-f]+)\\b`).exec(agents)?.[1];
    if (address === undefined) throw new Error(`no ${other} among the agents:\n${agents}`);
    addresses.set(other, address);
    await session.waitForIdle();
  }

  async function round(
    line: string,
    shows: (request: ModelRequest) => boolean,
    hears: (request: ModelRequest) => boolean,
  ): Promise<Round> {
    const asker = lastOf(model, frontend);
    const asked = lastOf(model, backend);
    await frontend.type(line);
    const shown = await model.waitFor("backend", shows, STEP, asked);
    const told = await model.waitFor("frontend", hears, STEP, asker);
    const times = { woken: shown.at - called, answered: told.at - called };
    await Promise.all([backend.waitForIdle(STEP), frontend.waitForIdle(STEP)]);
    return times;
  }

  return {
    ask: (n: number) =>
      round(
        `ask backend: Which port do you listen on, ${n}?`,
        (request) => questionsIn(request).length > 0,
        saying(/answer to q\d+/),
      ),
    send: (n: number) =>
      round(`send ${n}`, saying(`question ${n} by message`), (request) =>
        // Its own call speaks of the question alone.
        saying(`answer ${n} by message`)(request),
      ),
  };
}

function lastOf(model: Model, { key }: Session): ModelRequest | undefined {
  return requestsOf(model, key).at(-1);
}
