import assert from "node:assert/strict";
import { test } from "node:test";
import { calling, heard, meshTool, openPeer, questionsIn, requestsOf } from "./support/colleague.ts";
import type { Model, Script } from "./support/model.ts";
import { lastToolResult, lastUserText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

/** A model that answers whatever it is shown first, then goes on with what it asked itself, to the end. */
function helpful(name: string): Script {
  let own: string | undefined;
  let wish: RegExpExecArray | null = null;
  return (request) => {
    const text = lastUserText(request);
    const questions = [...new Set(questionsIn(request))];
    const waiting = /"status":"(?:interrupted|timed_out|peer_left)","question_id":"(q\d+)"/.exec(text);
    own = waiting?.[1] ?? own;
    // A question may come with the user's own words, and goes before them.
    wish = /ask (\S+): (.+)/.exec(text) ?? wish;
    if (questions.length > 0) {
      const answer = (id: string) => ({ question_id: id, answer: `${name} answers ${id}` });
      return { tools: questions.map((id) => ({ name: meshTool("reply_to_peer"), input: answer(id) })) };
    }
    const result = lastToolResult(request)?.text ?? "";
    if (result.includes('"status":"answered"')) own = undefined;
    if (own !== undefined && text.includes('"to":')) return calling("await_reply", { question_id: own });
    if (wish === null) return { text: "done" };
    const [, to, question] = wish;
    wish = null;
    return calling("ask_peer", { to, question });
  };
}

const answered = (model: Model, key: string) => heard(model, key, /"status":"answered"/);

for (const names of [
  ["ann", "ben", "cleo"],
  ["ann", "ben", "cleo", "dan"],
]) {
  test(`a ring of ${names.length}: each asks the next, all are answered with nobody typing again`, async () => {
    await using world = await makeWorld();
    const { model } = world;
    const sessions = [];
    for (const name of names) {
      model.script(name, helpful(name));
      sessions.push(await openPeer(world, name));
    }
    const next = (index: number) => names[(index + 1) % names.length] ?? "";
    await Promise.all(
      sessions.map((session, index) => session.type(`ask ${next(index)}: what of ring ${index}?`)),
    );
    for (const [index, name] of names.entries()) {
      assert.match(await answered(model, name), new RegExp(`${next(index)} answers q\\d+`));
    }
    assert.deepEqual(model.scriptErrors, []);
  });
}

test("one asks all and reads every answer; a session asked twice at once is named apart", async () => {
  await using world = await makeWorld();
  const { model } = world;
  for (const name of ["ann", "ben", "twin"]) model.script(name, helpful(name));
  const ann = await openPeer(world, "ann");
  await openPeer(world, "ben");
  const project = world.projectOf("ben");
  model.script("twin", helpful("twin"));
  await openPeer(world, "twin", { project });

  await ann.type("ask *: who is there?");
  const all = await answered(model, "ann");
  const answers = [...all.matchAll(/"to":"([\w-]+)","answer":"(\w+) answers/g)].map(
    (match) => `${match[1]}: ${match[2]}`,
  );
  assert.deepEqual(answers.sort(), ["ben-2: twin", "ben: ben"]);

  await ann.type("ask ben-2: only you?");
  const last = requestsOf(model, "ann").at(-1);
  assert.match(await heard(model, "ann", /"status":"answered"[^]*twin answers/, last), /"to":"ben-2"/);
  assert.deepEqual(model.scriptErrors, []);
});
