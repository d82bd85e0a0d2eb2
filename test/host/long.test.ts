import assert from "node:assert/strict";
import { test } from "node:test";
import { NEWEST, versions } from "./support/binary.ts";
import {
  answering,
  calling,
  done,
  heard,
  meshTool,
  openPeer,
  ping,
  questionsIn,
  questionsOf,
  repliesIn,
  repliesOf,
  requestsOf,
  saying,
  shell,
} from "./support/colleague.ts";
import { longText, timesBegun, timesWhole } from "./support/long.ts";
import type { Script } from "./support/model.ts";
import { observe } from "./support/observer.ts";
import { lastToolResult, lastUserText, type ModelRequest } from "./support/request.ts";
import { statesOf, waitForQuestion } from "./support/states.ts";
import { makeWorld, type World } from "./support/world.ts";

const LONG = 60_000;
/** The longest that is taken, in bytes. */
const LONGEST = 65_536;

/** A model that reads its inbox as long as something waits there, and hears of it once. */
function reading(otherwise: Script): Script {
  return (request) => {
    const result = lastToolResult(request)?.text ?? "";
    const unread =
      saying("call `poll_inbox`")(request) || (saying(result)(request) && /"more":\d/.test(result));
    return unread ? calling("poll_inbox") : otherwise(request);
  };
}

/** Each of these texts is whole in the conversation, and stands there once. */
function assertOnce(request: ModelRequest, texts: readonly string[]): void {
  const found = texts.map((text) => [timesWhole(request, text), timesBegun(request, text)]);
  assert.deepEqual(
    found,
    texts.map(() => [1, 1]),
  );
}

/** While a model holds its answer back, exactly these questions were shown, and all others wait. */
async function assertShown(world: World, shown: ReadonlySet<string>): Promise<void> {
  // The client may ask its model before the server has written down that the result went out.
  for (const id of shown) await waitForQuestion(world, id, ({ state }) => state === "shown");
  const states = Object.entries(await statesOf(world));
  const expected = states.map(([id]) => [id, shown.has(id) ? "shown" : "pending"]);
  assert.deepEqual(states, expected);
}

for (const version of versions) {
  test(`claude ${version}: answers of 65,536 bytes, and three of 60,000 characters in one call, arrive whole`, async () => {
    await using world = await makeWorld({ version });
    const { model } = world;
    // Bytes of one, two and three, and each character that JSON escapes to more.
    const longest: Readonly<Record<string, string>> = {
      plain: longText("plain", LONGEST),
      wide: "日本語é".repeat(LONGEST / 11).padEnd(21_845, "~"),
      escaped: `${'"\\\n'.repeat(LONGEST / 3)}~`,
      code: "const list: Array<string> = a && b;\n".repeat(LONGEST / 36),
    };
    const names = ["ann", "ben", "cleo"];
    const answers = names.map((name) => longText(name, LONG));
    const ask = (to: string | readonly string[], question: string) => calling("ask_peer", { to, question });
    model.script("frontend", (request) => {
      const wish = /read (\w+)$/m.exec(lastUserText(request))?.[1];
      if (wish === "all") return ask(names, "Which part is yours?");
      return wish === undefined ? { text: "done" } : ask("backend", `Give me ${wish}.`);
    });
    for (const [index, name] of names.entries()) {
      model.script(
        name,
        answering(() => answers[index] ?? ""),
      );
      await openPeer(world, name);
    }
    model.script("backend", (request) => {
      const wish = /Give me (\w+)\./.exec(lastUserText(request))?.[1] ?? "";
      return answering(() => longest[wish] ?? "")(request);
    });
    await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");

    let asked = 0;
    for (const [wish, answer] of Object.entries(longest)) {
      assert.ok(Buffer.byteLength(answer) <= LONGEST && Buffer.byteLength(answer) > LONGEST - 40, wish);
      const last = requestsOf(model, "frontend").at(-1);
      await frontend.type(`read ${wish}`);
      asked += 1;
      await heard(model, "frontend", '"status":"answered"', last);
      await frontend.waitForIdle(30_000);
      const read = requestsOf(model, "frontend").at(-1);
      assert.ok(read);
      assert.deepEqual(repliesIn(read), [`q${asked}`]);
      assert.equal(timesWhole(read, answer), 1, wish);
      const row = await waitForQuestion(world, `q${asked}`, (one) => one.answer_shown_at !== null);
      assert.equal(row.state, "answered");
    }

    await frontend.type("read all");
    const last = requestsOf(model, "frontend").at(-1);
    await heard(model, "frontend", /"answers":\[/, last);
    await frontend.waitForIdle(30_000);
    const pinged = await ping(model, frontend);
    assertOnce(pinged, answers);
    assert.deepEqual(repliesOf(pinged), ["q1", "q2", "q3", "q4", "q5", "q6", "q7"]);
    const states = Object.values(await statesOf(world));
    assert.deepEqual(
      states,
      states.map(() => "answered"),
    );
    assert.deepEqual(model.scriptErrors, []);
  });

  test(`claude ${version}: an inbox of eight questions of 60,000 characters is read whole, and only what was read is shown`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model, client } = world;
    // Not to be woken, so that nothing is read before all of it is there.
    client.addSettings({ crossSessionInbound: "hold" });
    const bodies = Array.from({ length: 8 }, (_, index) => longText(`body${index}`, LONG));
    const ids = bodies.map((_, index) => `q${index + 1}`);
    const read = new Set<string>();
    const polls: number[] = [];
    model.script("backend", async (request) => {
      const fresh = questionsIn(request);
      // What this very request carries is shown once it went through.
      if (read.size < ids.length) await assertShown(world, read);
      for (const id of fresh) read.add(id);
      if (fresh.length > 0) polls.push(fresh.length);
      const script = reading(() => {
        const answer = (id: string) => ({ question_id: id, answer: `read ${id}` });
        const tools = ids.map((id) => ({ name: meshTool("reply_to_peer"), input: answer(id) }));
        return fresh.length > 0 ? { tools } : { text: "done" };
      });
      return script(request);
    });
    const backend = await openPeer(world, "backend");
    const asks = [];
    for (const [index, question] of bodies.entries()) {
      asks.push(observer.call("ask_peer", { to: "backend", question, timeout_seconds: 90 }));
      await waitForQuestion(world, ids[index] ?? "", ({ state }) => state === "pending");
    }

    await backend.type("go on");
    const first = await model.waitFor("backend", () => true, 20_000);
    assert.match(lastUserText(first), /8 questions more wait: call `poll_inbox`/);
    const results = await Promise.all(asks);
    // Whoever is beyond what the session can be shown at once does not wait for it.
    for (const { status } of results)
      assert.ok(status === "answered" || status === "pending", String(status));
    await backend.waitForIdle(30_000);
    const pinged = await ping(model, backend);
    assertOnce(pinged, bodies);
    assert.deepEqual(questionsOf(pinged), ids);
    assert.deepEqual(polls, [3, 3, 2]);
    assert.deepEqual(
      Object.values(await statesOf(world)),
      ids.map(() => "answered"),
    );
    assert.deepEqual(model.scriptErrors, []);
  });

  test(`claude ${version}: eight late answers of 60,000 characters are announced, and read whole`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const answers = Array.from({ length: 8 }, (_, index) => longText(`answer${index}`, LONG));
    const ids = answers.map((_, index) => `q${index + 1}`);
    const gate = Promise.withResolvers<void>();
    model.script(
      "frontend",
      reading(async (request) => {
        if (saying("ask all")(request)) {
          const ask = (_: string, index: number) => ({
            name: meshTool("ask_peer"),
            input: { to: "observer", question: `What of part ${index}?`, timeout_seconds: 1 },
          });
          return { tools: ids.map(ask) };
        }
        // The turn goes on until all are answered: nobody is to read some of them before.
        if (saying("timed_out")(request)) await gate.promise;
        return done(request);
      }),
    );
    const frontend = await openPeer(world, "frontend");
    await frontend.type("ask all");
    await model.waitFor("frontend", saying("timed_out"), 40_000);
    await observer.call("poll_inbox");
    for (const [index, id] of ids.entries()) {
      const result = await observer.call("reply_to_peer", { question_id: id, answer: answers[index] });
      assert.equal(result["status"], "queued");
    }
    gate.resolve();

    await model.waitFor("frontend", (request) => repliesOf(request).length === ids.length, 60_000);
    await frontend.waitForIdle(30_000);
    const pinged = await ping(model, frontend);
    assertOnce(pinged, answers);
    assert.deepEqual(repliesOf(pinged), ids);
    for (const id of ids) await waitForQuestion(world, id, (one) => one.answer_shown_at !== null);
    assert.deepEqual(model.scriptErrors, []);
  });
}

/** The longest answer that has room in a Bash tool by itself. */
const IN_BASH = 8_100;

for (const version of versions) {
  test(`claude ${version}: in the Bash tool an answer arrives whole, or waits until a tool brings it`, async () => {
    await using world = await makeWorld({ version });
    const { model } = world;
    const answers: Readonly<Record<string, string>> = {
      short: longText("short", IN_BASH),
      awaited: longText("awaited", 65_000),
      polled: longText("polled", 65_000),
    };
    model.script("backend", (request) => {
      const wish = /Give me (\w+)\./.exec(lastUserText(request))?.[1] ?? "";
      return answering(() => answers[wish] ?? "")(request);
    });
    model.script("frontend", async (request) => {
      const wish = /read (\w+)$/m.exec(lastUserText(request))?.[1];
      if (wish !== undefined) return shell(`claude-mesh ask backend 'Give me ${wish}.'`);
      const told = /call await_reply for (q\d+), or poll_inbox/.exec(lastUserText(request))?.[1];
      if (told === undefined) return { text: "done" };
      await waitForQuestion(world, told, (one) => one.state === "answered" && one.answer_shown_at === null);
      return told === "q2" ? calling("await_reply", { question_id: told }) : calling("poll_inbox");
    });
    await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend", { args: ["Bash(claude-mesh:*)"] });

    await frontend.type("read short");
    await heard(model, "frontend", "short line");
    await frontend.waitForIdle(30_000);
    await waitForQuestion(world, "q1", (one) => one.answer_shown_at !== null);
    for (const [wish, id] of [
      ["awaited", "q2"],
      ["polled", "q3"],
    ] as const) {
      const last = requestsOf(model, "frontend").at(-1);
      await frontend.type(`read ${wish}`);
      const output = await heard(
        model,
        "frontend",
        `an answer to ${id} (backend), too long for this tool`,
        last,
      );
      assert.doesNotMatch(output, new RegExp(`${wish} line`));
      await heard(model, "frontend", `${wish} line`, last);
      await frontend.waitForIdle(30_000);
      await waitForQuestion(world, id, (one) => one.answer_shown_at !== null);
    }
    const pinged = await ping(model, frontend);
    assertOnce(pinged, Object.values(answers));
    assert.deepEqual(repliesOf(pinged), ["q1", "q2", "q3"]);
    assert.doesNotMatch(JSON.stringify(pinged.messages), /persisted-output|characters truncated/);
    assert.deepEqual(model.scriptErrors, []);
  });
}

// 2.1.197 moves no calls to the background.
test(`claude ${NEWEST}: of a call that was moved to the background, no answer is cut`, async () => {
  await using world = await makeWorld();
  const { model } = world;
  const gate = Promise.withResolvers<void>();
  const answers: Readonly<Record<string, string>> = {
    ann: longText("ann", LONGEST),
    ben: longText("ben", LONG),
    // Five times as long once the client has escaped it.
    cleo: `cleo ${"&".repeat(LONG)}`,
  };
  const names = Object.keys(answers);
  for (const name of names) {
    const answer = answering(() => answers[name] ?? "");
    model.script(name, async (request) => {
      if (questionsIn(request).length > 0) await gate.promise;
      return answer(request);
    });
    await openPeer(world, name);
  }
  model.script("frontend", (request) => {
    if (saying("ask them")(request)) return calling("ask_peer", { to: names, question: "Which part?" });
    const later = [...lastUserText(request).matchAll(/call await_reply for (q\d+) to read it/g)];
    if (later.length === 0) return { text: "done" };
    return calling("await_reply", { question_id: later.map(([, id]) => id) });
  });
  const env = { CLAUDE_CODE_MCP_AUTO_BACKGROUND_MS: "1500" };
  const frontend = await openPeer(world, "frontend", { env });
  await frontend.type("ask them");
  for (const name of names) await model.waitFor(name, saying("Which part?"), 30_000);
  await model.waitFor("frontend", () => requestsOf(model, "frontend").length === 2, 20_000);
  await frontend.waitForIdle(20_000);
  gate.resolve();

  const texts = Object.values(answers);
  const all = (request: ModelRequest) => texts.every((text) => timesWhole(request, text) === 1);
  const whole = await model.waitFor("frontend", all, 40_000);
  await frontend.waitForIdle(30_000);
  const pinged = await ping(model, frontend);
  assertOnce(pinged, texts);
  assert.deepEqual(repliesOf(pinged).sort(), ["q1", "q2", "q3"]);
  assert.doesNotMatch(JSON.stringify(whole.messages), /persisted-output|saved to/);
  for (const id of ["q1", "q2", "q3"])
    await waitForQuestion(world, id, (one) => one.answer_shown_at !== null);
  assert.deepEqual(model.scriptErrors, []);
});
