import assert from "node:assert/strict";
import { test } from "node:test";
import { answering, asking, heard, openPeer, questionsIn, requestsOf, saying } from "./support/colleague.ts";
import { lastToolResult, lastUserText, type ModelRequest } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

const ROUNDS = 10;

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** From the tool call that asks to the model request of the idle session that shows it; beside the built-in way. */
test("an idle session is asked by ask_peer and told by SendMessage", async () => {
  await using world = await makeWorld();
  const { model } = world;
  const ask = asking({ timeout_seconds: 1 });
  let address = "";
  let called = 0;
  // Who leaves eight questions unanswered is shown no more of them at once.
  model.script(
    "backend",
    answering(() => "yes"),
  );
  model.script("frontend", (request) => {
    if (saying(/(ask|tell).*number \d+/)(request)) called = performance.now();
    if (saying("look around")(request)) return { tools: [{ name: "ListAgents", input: {} }] };
    const message = /tell: (.+)/.exec(lastUserText(request))?.[1];
    if (message === undefined) return ask(request);
    const input = { to: address, message, summary: message };
    return { tools: [{ name: "SendMessage", input }] };
  });
  const backend = await openPeer(world, "backend");
  const frontend = await openPeer(world, "frontend");
  await frontend.type("look around");
  const agents = await heard(model, "frontend", /interactive/);
  address = /\b(backend-[0-9a-f]+)\b/.exec(agents)?.[1] ?? "";
  assert.notEqual(address, "", agents);
  await frontend.waitForIdle();

  async function round(line: string, shows: (request: ModelRequest) => boolean): Promise<number> {
    const last = requestsOf(model, "backend").at(-1);
    await frontend.type(line);
    const shown = await model.waitFor("backend", shows, 30_000, last);
    const ms = Math.round(shown.at - called);
    await model.waitFor("frontend", (request) => lastToolResult(request) !== undefined, 20_000);
    await Promise.all([backend.waitForIdle(30_000), frontend.waitForIdle(30_000)]);
    return ms;
  }

  const asked: number[] = [];
  const told: number[] = [];
  for (let n = 1; n <= ROUNDS; n += 1) {
    asked.push(
      await round(
        `ask backend: Are you ready for number ${n}?`,
        (request) => questionsIn(request).length > 0,
      ),
    );
    told.push(await round(`tell: number ${n} is ready`, saying(`number ${n} is ready`)));
  }
  console.log(`ask_peer to the model request: median ${median(asked)} ms of ${asked.join(", ")}`);
  console.log(`SendMessage to the model request: median ${median(told)} ms of ${told.join(", ")}`);
  assert.equal(asked.length + told.length, 2 * ROUNDS);
  assert.deepEqual(model.scriptErrors, []);
});
