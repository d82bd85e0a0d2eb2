import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SERVER } from "../support/paths.ts";
import { startRawServer } from "../support/raw-server.ts";
import { must, until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";
import { NO_JSON, VALUES } from "./json.ts";
import { assertHarmless, assertNoTag, stringsIn } from "./reader.ts";

const TOOLS = [
  "register",
  "list_peers",
  "ask_peer",
  "await_reply",
  "reply_to_peer",
  "poll_inbox",
  "show_new",
];
/** Longer than any text about an input has to be. */
const LONGEST = 2_500;

interface Response {
  readonly id?: number;
  readonly result?: { readonly isError?: boolean; readonly content: { readonly text: string }[] };
  readonly error?: { readonly message: string };
}

function assertClean(value: unknown, what: string): void {
  for (const string of stringsIn(value)) {
    assertHarmless(string, what);
    assertNoTag(string, what);
  }
}

for (const tool of TOOLS) {
  test(`${tool}: any input gives a result or says what is wrong with it, and the server goes on`, async (t) => {
    const world = openWorld(t);
    // Only Claude Code's hook is answered by `show_new`.
    const server = await startRawServer(SERVER, world.env, world.project("backend"), "claude-code");
    t.after(async () => server.kill("SIGKILL"));
    let id = 0;
    for (const [what, input] of Object.entries(VALUES)) {
      const call = ++id;
      const params = `{"name":"${tool}","arguments":${input}}`;
      server.write(`{"jsonrpc":"2.0","id":${call},"method":"tools/call","params":${params}}\n`);
      const response = await until(what, () =>
        server.lines.map((line) => JSON.parse(line) as Response).find((one) => one.id === call),
      );
      server.lines.length = 0;
      assertClean(response.result, `${tool}, ${what}`);
      const text = response.error?.message ?? must(response.result?.content[0]).text;
      // What the protocol itself refuses is worded by its library.
      assert.ok(text.length < LONGEST, `${tool}, ${what}: ${text.length} characters`);
      if (response.result?.isError) assert.doesNotMatch(text, /claude-mesh failed/, `${tool}, ${what}`);
    }
    assert.equal((await server.call("register", { name: "after" })).name, "after");
  });
}

test("a key of every object is an unknown key", async (t) => {
  const world = openWorld(t);
  const server = await world.server("backend");
  for (const key of ["constructor", "toString", "hasOwnProperty"]) {
    const { error } = await server.call("register", { [key]: "x" });
    assert.match(error ?? "no error", new RegExp(`unknown key "${key}" \\(expected: name, summary\\)`));
  }
});

describe("any .claude-mesh.json gives a peer or one clean line with its path", { concurrency: 2 }, () => {
  for (const [what, content] of Object.entries({ ...VALUES, ...NO_JSON })) {
    test(what, async (t) => {
      const world = openWorld(t);
      world.project("backend", content);
      const server = await world.server("backend");
      const { name, error } = await server.call("register");
      assertClean([name, error], what);
      if (error !== undefined) {
        assert.match(
          error,
          /^claude-mesh: \/[^\n]*\.claude-mesh\.json(, line \d+)?: [^\n]*\. Correct it and try again\.$/,
        );
        assert.ok(error.length < 1_000, `${error.length} characters`);
        await until("the fault in the log", () =>
          server.stderr.find((line) => line.includes(".claude-mesh.json")),
        );
        for (const line of server.stderr) assertClean(line, what);
      } else assert.match(name ?? "", /^[a-z0-9][a-z0-9._-]*$/);
    });
  }
});

describe("any hook input does nothing or is told in one clean line", { concurrency: 2 }, () => {
  for (const [what, value] of Object.entries(VALUES)) {
    test(what, async (t) => {
      const world = openWorld(t);
      // As the host's own keys, and in their place.
      const more = value.startsWith("{") && value !== "{}" ? `,${value.slice(1)}` : `,"prompt":${value}}`;
      for (const input of [value, `{"hook_event_name":"Stop","session_id":"one"${more}`]) {
        const hostPid = world.host().pid;
        const run = await world.hook("inbox-poll", { project: "backend", hostPid, input });
        assert.deepEqual([run.code, run.stdout], [0, ""]);
        assertClean(run.stderr.replace(/\n$/, ""), what);
        assert.ok(run.stderr === "" || /^claude-mesh hook: [^\n]{1,1000}\n$/.test(run.stderr), run.stderr);
      }
    });
  }
});
