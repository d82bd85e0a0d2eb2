import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import fc from "fast-check";
import * as v from "valibot";
import { readProject } from "../../src/config/project.ts";
import { readSettings, SETTINGS, type SettingName } from "../../src/config/settings.ts";
import { MeshError } from "../../src/domain/errors.ts";
import { NAME_PATTERN, SUMMARY_LIMIT } from "../../src/domain/peer.ts";
import { hookInput } from "../../src/hooks/input.ts";
import { makeConnection } from "../../src/server/connection.ts";
import { makeServer } from "../../src/server/server.ts";
import { HOOK_TOOLS, TOOLS } from "../../src/server/tools/index.ts";
import { errorText } from "../../src/text/refusal.ts";
import { assertHarmless, assertNoTag } from "../corpus/reader.ts";
import { tempFolder } from "../support/folder.ts";
import { textOf } from "../support/server.ts";
import { json, text } from "./arbitrary.ts";
import { check } from "./check.ts";

function assertClean(words: string): void {
  assertHarmless(words, "message");
  assertNoTag(words, "message");
}

/** What is thrown is a fault of the set-up, in clear and clean words on one line. */
function assertFault(error: unknown): void {
  assert.ok(error instanceof MeshError && error.refusal.kind === "bad_config", String(error));
  const words = errorText(error);
  assertClean(words);
  assert.match(words, /^claude-mesh: [^\n]{1,900} Correct it and try again\.$/);
}

describe("a tool's input", () => {
  for (const { name } of [...TOOLS, ...HOOK_TOOLS]) {
    test(`${name}: any JSON gives a result or says what is wrong with it`, async (t) => {
      const folder = tempFolder();
      const env = { HOME: folder, MESH_DB_PATH: join(folder, "mesh.db") };
      const connection = makeConnection({ env, cwd: () => folder, folder, log: () => {} });
      // Else it might open only after it was closed.
      await connection.connect();
      const { server, responseWritten } = makeServer(connection, "1", () => {});
      const [ours, theirs] = InMemoryTransport.createLinkedPair();
      const client = new Client({ name: "property-test", version: "1" });
      await Promise.all([server.connect(theirs), client.connect(ours)]);
      t.after(async () => {
        await client.close();
        await connection.close();
      });
      let id = 0;
      const call = async (input: unknown) => {
        const params = { name, arguments: input as Record<string, unknown> };
        const result = await client.request({ method: "tools/call", params }, CallToolResultSchema);
        // The transport in memory writes at once.
        responseWritten(++id);
        return result;
      };
      const object = json.filter(
        (value) => typeof value === "object" && value !== null && !Array.isArray(value),
      );
      const runs = 300;
      await check(
        [object],
        async (input) => {
          const result = await call(input);
          const words = textOf(result);
          assertClean(words);
          if (result.isError) {
            assert.doesNotMatch(words, /claude-mesh failed/);
            assert.ok(words.length < 2_500, `${words.length} characters`);
          }
        },
        runs,
      );
    });
  }
});

describe(".claude-mesh.json", () => {
  const folder = tempFolder();
  const path = join(folder, ".claude-mesh.json");
  const file = fc.oneof(
    json.map((value) => JSON.stringify(value)),
    text,
    fc.tuple(json, text, fc.nat()).map(([value, inside, at]) => {
      const whole = JSON.stringify(value);
      return whole.slice(0, at % (whole.length + 1)) + inside + whole.slice(at % (whole.length + 1));
    }),
    fc
      .record({ name: text, summary: text, accept: fc.array(text) }, { requiredKeys: [] })
      .map((value) => JSON.stringify(value)),
  );

  test("any content gives a project or is a fault with its path", () =>
    check([file], (content) => {
      writeFileSync(path, content);
      try {
        const { baseName, summary, accept } = readProject({}, () => folder);
        for (const name of [baseName, ...(accept ?? [])]) assert.match(name, NAME_PATTERN);
        assert.ok((summary ?? "").length <= SUMMARY_LIMIT);
      } catch (error) {
        assertFault(error);
      }
    }));
});

describe("settings", () => {
  const names = Object.keys(SETTINGS) as SettingName[];
  const value = fc.oneof(
    text,
    fc.constantFrom("0", "1", "auto", "3600", "0.5", "1e400", "-1", "~", "~/x", "NaN"),
  );
  const assertSettings = (read: () => ReturnType<typeof readSettings>) => {
    try {
      const { dbPath, maxBlock, autoAllow, bells } = read();
      assert.ok(dbPath.startsWith("/"), dbPath);
      assert.ok(maxBlock >= 1_000 && maxBlock <= 3_600_000, String(maxBlock));
      assert.deepEqual([typeof autoAllow, typeof bells], ["boolean", "boolean"]);
    } catch (error) {
      assertFault(error);
    }
  };

  test("any environment gives settings or is a fault that names the variable", () => {
    const folder = tempFolder();
    return check([fc.constantFrom(...names), value], (name, words) =>
      assertSettings(() => readSettings({ HOME: folder, [name]: words }, folder)),
    );
  });

  test("so does any .env", () => {
    const folder = tempFolder();
    const lines = fc.array(
      fc.oneof(
        text,
        fc.tuple(fc.constantFrom(...names), value).map((pair) => pair.join("=")),
      ),
    );
    return check([lines], (content) => {
      writeFileSync(join(folder, ".env"), content.join("\n"));
      assertSettings(() => readSettings({ HOME: folder }, folder));
    });
  });
});

test("hook input: any JSON is understood or is not, and nothing is made of what is not", () =>
  check([json], (value) => {
    const result = v.safeParse(hookInput, value);
    if (!result.success) return void v.getDotPath(result.issues[0]);
    assert.ok(result.output.session_id !== "" && typeof result.output.hook_event_name === "string");
    for (const inner of Object.values(result.output))
      assert.ok(["string", "undefined"].includes(typeof inner));
  }));
