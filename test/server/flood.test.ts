import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { SERVER } from "../support/paths.ts";
import { type RawServer, startRawServer } from "../support/raw-server.ts";
import { openWorld } from "../support/world.ts";

/** How many messages of each kind; a million with MESH_TEST_FLOOD=1000000, which takes a minute or two in all. */
const FLOOD = Number(process.env["MESH_TEST_FLOOD"]) || 100_000;
/** Enough for what is at work (MiB), and far too little for a flood that is kept. */
const SMALL_HEAP = "--max-old-space-size=48 --max-semi-space-size=2";

const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);

/** Lines that are no good call, each sent again and again. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  "no JSON": ["", "x", "{", "[[[[", '{"jsonrpc":"2.0",', "\u0000\u001b[2J\u0007", "\ufffd".repeat(100)],
  "no message": [
    "null",
    "[]",
    "5",
    "{}",
    '{"jsonrpc":"1.0","id":1,"method":"tools/call"}',
    '{"jsonrpc":"2.0","id":{},"method":"tools/list"}',
    '[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]',
    '{"jsonrpc":"2.0","id":1,"method":{}}',
    '{"__proto__":{"jsonrpc":"2.0"},"id":2,"method":"x"}',
  ],
  "no call": [
    '{"jsonrpc":"2.0","id":3,"method":"no/such"}',
    '{"jsonrpc":"2.0","id":3,"method":"tools/call"}',
    '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"__proto__","arguments":{}}}',
    '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"ask_peer","arguments":{"to":5}}}',
    '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"register","arguments":[]}}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}',
    '{"jsonrpc":"2.0","method":"notifications/no-such"}',
    '{"jsonrpc":"2.0","id":99,"result":{}}',
    '{"jsonrpc":"2.0","id":99,"error":{"code":1,"message":"x"}}',
  ],
};

/** What is sent once: each is large. */
const DEEP: Readonly<Record<string, string>> = {
  "a deep list": deep("[", "]"),
  "a deep object": `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
  "deep without an end": "[".repeat(900_000),
  "deep parameters": `{"jsonrpc":"2.0","id":4,"method":"tools/call","params":${deep("[", "]")}}`,
  "a deep name": `{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":${deep("[", "]")}}}`,
  "a deep id": `{"jsonrpc":"2.0","id":${deep("[", "]")},"method":"tools/list"}`,
  "a deep input": `{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"register","arguments":{"name":${deep("[", "]")}}}}`,
  "a deep unknown key": `{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"register","arguments":{"x":${deep('{"a":[', "]}").replace("[]", "[1]")}}}}`,
  "deep meta": `{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"register","_meta":{"progressToken":${deep("[", "]")}}}}`,
  "ten megabytes": `{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"x":"${"x".repeat(10_000_000)}"}}`,
  "many keys": `{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"register","arguments":{${Array.from({ length: 50_000 }, (_, n) => `"k${n}":1`).join()}}}}`,
};

/** The most memory that the process ever had, in MiB. */
function peakMemory({ pid }: RawServer): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

describe("a server outlives what its client should never send", {
  skip: process.platform === "linux" ? false : "needs /proc",
}, () => {
  for (const [kind, lines] of Object.entries(KINDS)) {
    test(`${kind}, ${FLOOD} times`, async (t) => {
      const world = openWorld(t);
      const env = { ...world.env, NODE_OPTIONS: SMALL_HEAP };
      const server = await startRawServer(SERVER, env, world.project("backend"));
      t.after(async () => server.kill("SIGKILL"));
      assert.equal((await server.call("register")).name, "backend");
      const round = `${lines.join("\n")}\n`;
      const rounds = Math.ceil(FLOOD / lines.length);
      const chunk = round.repeat(500);
      for (let sent = 0; sent < rounds; sent += 500) {
        // The next when these were read; else all of it would wait in this process.
        if (!server.write(chunk)) await once(server.input, "drain");
        server.lines.length = 0;
      }
      assert.equal((await server.call("register", { name: "after" })).name, "after");
      assert.ok(peakMemory(server) < 200, `${peakMemory(server)} MiB`);
    });
  }

  test("deep and large messages", async (t) => {
    const world = openWorld(t);
    const server = await startRawServer(SERVER, world.env, world.project("backend"));
    t.after(async () => server.kill("SIGKILL"));
    for (const [what, line] of Object.entries(DEEP)) {
      const from = server.lines.length;
      server.write(`${line}\n`);
      assert.equal((await server.call("register")).name, "backend", what);
      // Each is answered, and no answer hands it back.
      const answers = server.lines.slice(from);
      assert.ok(answers.length >= 2, what);
      for (const answer of answers) assert.ok(answer.length < 4_000, `${what}: ${answer.length} characters`);
    }
    assert.ok(peakMemory(server) < 400, `${peakMemory(server)} MiB`);
  });
});
