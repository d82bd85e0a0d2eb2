import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, heard, openPeer, saying, shell, told } from "./support/colleague.ts";
import { lastUserText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: claude-mesh in a session's Bash tool acts as that session`, async () => {
    await using world = await makeWorld({ version });
    const { model } = world;
    model.script(
      "backend",
      answering(() => "8080"),
    );
    model.script(
      "frontend",
      told({
        "who is there": () => shell("claude-mesh peers --json"),
        "ask now": () => shell("claude-mesh ask backend 'Which port?' --json"),
      }),
    );
    await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend", { args: ["Bash(claude-mesh:*)"] });

    await frontend.type("who is there");
    const { you } = JSON.parse(await heard(model, "frontend", '"you"')) as { you: string };
    assert.equal(you, "frontend");
    await frontend.waitForIdle(20_000);

    await frontend.type("ask now");
    const asked = await model.waitFor("backend", saying("Which port?"), 30_000);
    assert.match(lastUserText(asked), /<peer-question mark="\w+" question_id="q\d+" from="frontend"/);
    const result = JSON.parse(await heard(model, "frontend", '"question_id"')) as {
      status: string;
      answer: string;
    };
    assert.equal(result.status, "answered");
    // A model reads what the command prints, so the peer's words stand in their fence.
    assert.match(result.answer, /^<peer-words mark="(\w+)">\n8080\n<\/peer-words mark="\1">$/);
    await frontend.waitForIdle(20_000);
    assert.deepEqual(model.scriptErrors, []);
  });
}
