import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, asking, questionsIn } from "./support/colleague.ts";
import { lastToolResult, lastUserText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

const ALLOW_ASK = ["--allowedTools", "mcp__plugin_mesh_mesh__ask_peer"];

for (const version of versions) {
  test(`claude ${version}: frontend asks, backend is prompted and answers, frontend reads the answer`, async () => {
    await using world = await makeWorld({ version });
    const { model } = world;
    model.script("frontend", asking());
    model.script("backend", answering(() => "port 8080"));
    const backend = await world.open("backend");
    const frontend = await world.open("frontend", { args: ALLOW_ASK });

    await frontend.type("ask backend: Which port does the API use?");
    await frontend.waitForScreen(/plugin:mesh:mesh/);
    await backend.type("go on");
    const shown = await model.waitFor("backend", (request) => questionsIn(request).length > 0, 10_000);
    assert.match(lastUserText(shown), /from="frontend"[^]*Which port does the API use\?[^]*reply_to_peer/);

    const heard = await model.waitFor("frontend", (request) => lastToolResult(request) !== undefined, 15_000);
    const result = lastToolResult(heard);
    assert.equal(result?.isError, false);
    assert.match(result?.text ?? "", /"status":"answered"[^]*port 8080/);
    // The answer was given in the turn that showed the question: nobody typed again.
    const replied = await model.waitFor("backend", (request) => lastToolResult(request) !== undefined, 10_000);
    assert.match(lastToolResult(replied)?.text ?? "", /"status":"delivered"/);
    assert.deepEqual(model.scriptErrors, []);
  });
}
