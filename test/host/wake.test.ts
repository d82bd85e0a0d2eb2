import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, asking, questionsIn } from "./support/colleague.ts";
import { lastToolResult } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

const ALLOW_ASK = ["--allowedTools", "mcp__plugin_mesh_mesh__ask_peer"];

for (const version of versions) {
  test(`claude ${version}: an idle session is woken and answers with nobody typing`, async () => {
    await using world = await makeWorld({ version });
    const { model } = world;
    model.script("frontend", asking());
    model.script("backend", answering(() => "port 8080"));
    const backend = await world.open("backend");
    const frontend = await world.open("frontend", { args: ALLOW_ASK });
    await frontend.waitForServer("plugin:mesh:mesh");

    await frontend.type("ask backend: Which port does the API use?");
    const asked = await model.waitFor("frontend", () => true, 10_000);
    const shown = await model.waitFor("backend", (request) => questionsIn(request).length > 0, 10_000);
    console.log(`${version}: ask to request ${Math.round(shown.at - asked.at)} ms`);
    const heard = await model.waitFor("frontend", (request) => lastToolResult(request) !== undefined, 10_000);
    assert.match(lastToolResult(heard)?.text ?? "", /"status":"answered"[^]*port 8080/);
    await backend.waitForIdle();
    assert.equal(model.requests.filter(({ key, side }) => key === "backend" && !side).length, 2);
    assert.deepEqual(model.scriptErrors, []);
  });
}
