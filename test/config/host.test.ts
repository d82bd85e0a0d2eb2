import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { hostPolicy, hostStatus } from "../../src/config/host.ts";
import { processKey } from "../../src/config/process.ts";
import { tempFolder } from "../support/folder.ts";
import { startNode } from "../support/process.ts";

function write(path: string, content: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
}

describe("what the client says of its session", () => {
  const host = processKey(process.pid);
  const at = (content: unknown) => {
    const folder = tempFolder();
    write(join(folder, "sessions", `${process.pid}.json`), content);
    return hostStatus(folder, host);
  };
  for (const status of ["idle", "busy", "waiting"] as const) {
    test(status, () => assert.equal(at({ status, pid: process.pid, version: "2.1.330" })?.status, status));
  }
  test("since when, where the file says so", () => {
    assert.equal(at({ status: "busy", statusUpdatedAt: 1_795_510_946_247 })?.since, 1_795_510_946_247);
    assert.deepEqual(at({ status: "busy" }), { status: "busy", since: undefined });
    assert.deepEqual(at({ status: "busy", statusUpdatedAt: "noon" }), { status: "busy", since: undefined });
  });
  for (const [what, content] of Object.entries({
    "a status of another version": { status: "dreaming" },
    "no status": { pid: 1 },
    "a list": ["idle"],
    "half a file": '{"status":"id',
    "an empty file": "",
  })) {
    test(`${what} says nothing`, () => assert.equal(at(content), undefined));
  }
  test("no file says nothing, nor does that of another client", () => {
    const folder = tempFolder();
    assert.equal(hostStatus(folder, host), undefined);
    write(join(folder, "sessions", "1.json"), { status: "idle" });
    assert.equal(hostStatus(folder, host), undefined);
  });
});

/** The settings files, from the user's to the most local, as a policy reads them. */
function policyOf(user: unknown, project?: unknown, local?: unknown, host = processKey(process.pid)) {
  const [folder, projectPath] = [tempFolder(), tempFolder()];
  if (user !== undefined) write(join(folder, "settings.json"), user);
  if (project !== undefined) write(join(projectPath, ".claude", "settings.json"), project);
  if (local !== undefined) write(join(projectPath, ".claude", "settings.local.json"), local);
  return hostPolicy(folder, projectPath, host);
}

describe("whether the user lets other sessions' messages in", () => {
  const inbound = (word: string | undefined) =>
    word === undefined ? undefined : { crossSessionInbound: word };
  const table = [
    [undefined, undefined, undefined, "accept"],
    ["accept", undefined, undefined, "accept"],
    ["hold", undefined, undefined, "hold"],
    ["refuse", "accept", "accept", "refuse"],
    ["accept", "hold", "accept", "hold"],
    ["accept", "accept", "refuse", "refuse"],
    ["hold", "refuse", "hold", "refuse"],
    [undefined, undefined, "hold", "hold"],
    ["something new", undefined, undefined, "accept"],
  ] as const;
  for (const [user, project, local, expected] of table) {
    test(`user ${user}, project ${project}, local ${local}: ${expected}`, () => {
      assert.equal(policyOf(inbound(user), inbound(project), inbound(local)).inbound, expected);
    });
  }
  test("a broken file says nothing, the others count", () => {
    assert.equal(policyOf("{ broken", { crossSessionInbound: "refuse" }).inbound, "refuse");
    assert.equal(policyOf({ crossSessionInbound: 5 }).inbound, "accept");
  });
});

describe("the permission mode that sessions start in", () => {
  const mode = (defaultMode: string) => ({ permissions: { defaultMode, allow: [] } });

  test("is unknown where nothing says it", () =>
    assert.equal(policyOf({ permissions: {} }).startMode, undefined));

  test("comes from the most local file that says it", () => {
    assert.equal(policyOf(mode("plan")).startMode, "plan");
    assert.equal(policyOf(mode("plan"), mode("acceptEdits")).startMode, "acceptEdits");
    assert.equal(
      policyOf(mode("plan"), mode("acceptEdits"), mode("bypassPermissions")).startMode,
      "bypassPermissions",
    );
    assert.equal(policyOf(mode("plan"), { permissions: {} }, {}).startMode, "plan");
  });

  const lines: Record<string, [string[], string]> = {
    "a mode": [["--permission-mode", "acceptEdits"], "acceptEdits"],
    "a mode, in one word": [["--permission-mode=acceptEdits"], "acceptEdits"],
    "no permissions": [["--dangerously-skip-permissions"], "bypassPermissions"],
    neither: [["--model", "x"], "plan"],
  };
  for (const [what, [args, expected]] of Object.entries(lines)) {
    test(`comes before all from the client's command line: ${what}`, {
      skip: process.platform !== "linux",
    }, (t) => {
      assert.equal(policyOf(mode("plan"), undefined, undefined, startClient(t, args)).startMode, expected);
    });
  }
});

/** A process with those words on its command line. */
function startClient(t: TestContext, args: readonly string[]): string {
  const client = startNode(["-e", "setInterval(() => {}, 60_000)", "claude", "--", ...args], { env: {} });
  t.after(() => client.kill("SIGKILL"));
  return processKey(client.pid);
}
