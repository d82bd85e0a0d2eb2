import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { hostPolicy, hostStatus } from "../../src/config/host.ts";
import {
  inboundOf,
  managedFolders,
  readHostSettings,
  readSettingsFiles,
} from "../../src/config/host-settings.ts";
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

/** Settings files of one machine, by the places that the client reads. */
interface Places {
  readonly user?: unknown;
  readonly project?: unknown;
  readonly local?: unknown;
  /** On the command line. */
  readonly given?: unknown;
  readonly server?: unknown;
  /** By the path below the folder of managed settings. */
  readonly managed?: Record<string, unknown>;
}

function placesAt({ user, project, local, server, managed = {} }: Places) {
  const [hostFolder, clientFolder, system] = [tempFolder(), tempFolder(), tempFolder()];
  const files: [string, unknown][] = [
    [join(hostFolder, "settings.json"), user],
    [join(clientFolder, ".claude", "settings.json"), project],
    [join(clientFolder, ".claude", "settings.local.json"), local],
    [join(hostFolder, "remote-settings.json"), server],
    ...Object.entries(managed).map(([path, content]): [string, unknown] => [join(system, path), content]),
  ];
  for (const [path, content] of files) if (content !== undefined) write(path, content);
  return { hostFolder, clientFolder, managed: [system] };
}

function policyOf(places: Places, host = processKey(process.pid)) {
  const { hostFolder, clientFolder, managed } = placesAt(places);
  return hostPolicy(hostFolder, clientFolder, host, managed);
}

const inbound = (word: unknown) => ({ crossSessionInbound: word });
const BASE = "managed-settings.json";
const dropIn = (name: string) => `managed-settings.d/${name}`;

/** What the client makes of it, as its own code decides. */
const POLICIES: Record<string, [Places, string | undefined]> = {
  "nothing is said": [{ user: { model: "x" } }, undefined],
  "the user accepts": [{ user: inbound("accept") }, "accept"],
  "the user holds": [{ user: inbound("hold") }, "hold"],
  "the user refuses": [{ user: inbound("refuse") }, "refuse"],
  "a project cannot loosen": [
    { user: inbound("refuse"), project: inbound("accept"), local: inbound("accept") },
    "refuse",
  ],
  "a project holds": [
    { user: inbound("accept"), project: inbound("hold"), local: inbound("accept") },
    "hold",
  ],
  "a project refuses": [{ user: inbound("hold"), project: inbound("refuse") }, "refuse"],
  "local settings refuse": [{ project: inbound("accept"), local: inbound("refuse") }, "refuse"],
  "local settings alone": [{ local: inbound("hold") }, "hold"],
  "the command line holds": [{ user: inbound("accept"), given: inbound("hold") }, "hold"],
  "the command line loosens the user's": [{ user: inbound("refuse"), given: inbound("accept") }, "accept"],
  "the command line cannot loosen a project's": [
    { project: inbound("hold"), given: inbound("accept") },
    "hold",
  ],
  "managed settings refuse": [{ user: inbound("accept"), managed: { [BASE]: inbound("refuse") } }, "refuse"],
  "managed settings go before the command line": [
    { given: inbound("accept"), managed: { [BASE]: inbound("hold") } },
    "hold",
  ],
  "managed settings accept": [{ user: inbound("refuse"), managed: { [BASE]: inbound("accept") } }, "accept"],
  "a project is stricter than managed settings": [
    { project: inbound("refuse"), managed: { [BASE]: inbound("accept") } },
    "refuse",
  ],
  "a file dropped in refuses": [{ managed: { [dropIn("10-team.json")]: inbound("refuse") } }, "refuse"],
  "the strictest of several": [
    {
      managed: {
        [BASE]: inbound("accept"),
        [dropIn("10.json")]: inbound("refuse"),
        [dropIn("20.json")]: inbound("hold"),
      },
    },
    "refuse",
  ],
  "what is no settings file in that folder": [
    { managed: { [dropIn(".hidden.json")]: inbound("refuse"), [dropIn("notes.txt")]: inbound("refuse") } },
    undefined,
  ],
  "the organization's server refuses": [{ user: inbound("accept"), server: inbound("refuse") }, "refuse"],
  "a word that the client does not know": [{ user: inbound("something new") }, "hold"],
  "a word beside one that it knows": [{ user: inbound("accept"), local: inbound(5) }, "hold"],
  "an unknown word of an organization": [{ managed: { [BASE]: inbound("Refuse") } }, "refuse"],
  "a broken file says nothing, the others count": [
    { user: "{ broken", project: inbound("refuse"), managed: { [BASE]: "[" } },
    "refuse",
  ],
};

describe("whether a session lets other sessions' messages in", () => {
  for (const [rule, [places, expected]] of Object.entries(POLICIES)) {
    test(rule, () => {
      const { given } = places;
      const words = given === undefined ? [] : ["claude", "--settings", JSON.stringify(given)];
      const found = inboundOf(readSettingsFiles({ ...placesAt(places), words }).read);
      assert.equal(found?.policy, expected, JSON.stringify(found));
      // The doctor says the same of what it can know: it looks at no session's command line.
      if (given === undefined) assert.equal(readHostSettings(placesAt(places)).inbound?.policy, expected);
      if (given === undefined) assert.equal(policyOf(places).inbound, expected ?? "accept");
    });
  }

  test("a file that the command line names counts, also relative to the project", () => {
    const places = placesAt({});
    write(join(places.clientFolder, "mine.json"), inbound("refuse"));
    for (const file of ["mine.json", join(places.clientFolder, "mine.json")])
      for (const words of [["--settings", file], [`--settings=${file}`]])
        assert.equal(inboundOf(readSettingsFiles({ ...places, words }).read)?.policy, "refuse");
  });

  test("sources that the command line leaves out do not count", () => {
    const places = placesAt({ project: inbound("refuse"), local: inbound("hold") });
    const of = (list: string) =>
      inboundOf(readSettingsFiles({ ...places, words: ["--setting-sources", list] }).read)?.policy;
    assert.deepEqual([of("user"), of("user,local"), of("project")], [undefined, "hold", "refuse"]);
  });

  test("local settings are those of the whole repository, a linked worktree's too", () => {
    const main = tempFolder();
    const worktree = tempFolder();
    mkdirSync(join(main, ".git", "worktrees", "fix"), { recursive: true });
    mkdirSync(join(main, "deep"));
    writeFileSync(join(worktree, ".git"), `gitdir: ${join(main, ".git", "worktrees", "fix")}\n`);
    write(join(main, ".claude", "settings.local.json"), inbound("refuse"));
    for (const clientFolder of [main, join(main, "deep"), worktree])
      assert.equal(hostPolicy(tempFolder(), clientFolder, processKey(process.pid), []).inbound, "refuse");
  });

  test("a link to a settings file is followed", () => {
    const places = placesAt({});
    write(join(places.clientFolder, "dotfiles.json"), inbound("refuse"));
    symlinkSync(join(places.clientFolder, "dotfiles.json"), join(places.hostFolder, "settings.json"));
    assert.equal(inboundOf(readSettingsFiles(places).read)?.policy, "refuse");
  });

  test("a file that cannot be understood is named", () => {
    const places = placesAt({ user: "{ broken", managed: { [dropIn("10.json")]: "5" } });
    assert.deepEqual(readSettingsFiles(places).broken, [
      join(places.hostFolder, "settings.json"),
      join(places.managed[0] ?? "", "managed-settings.d", "10.json"),
    ]);
  });

  test("each platform has its folder of managed settings", () => {
    assert.deepEqual(managedFolders("linux", "6.1.0"), ["/etc/claude-code"]);
    assert.deepEqual(managedFolders("darwin"), ["/Library/Application Support/ClaudeCode"]);
    assert.deepEqual(managedFolders("win32"), ["C:\\Program Files\\ClaudeCode"]);
    assert.deepEqual(managedFolders("linux", "5.15.0-microsoft-standard-WSL2"), [
      "/mnt/c/Program Files/ClaudeCode",
      "/etc/claude-code",
    ]);
  });
});

describe("the permission mode that sessions start in", () => {
  const mode = (defaultMode: string) => ({ permissions: { defaultMode, allow: [] } });

  test("is unknown where nothing says it", () =>
    assert.equal(policyOf({ user: { permissions: {} } }).startMode, undefined));

  test("comes from the strongest file that says it", () => {
    const [user, project, local] = [mode("plan"), mode("acceptEdits"), mode("bypassPermissions")];
    assert.equal(policyOf({ user }).startMode, "plan");
    assert.equal(policyOf({ user, project }).startMode, "acceptEdits");
    assert.equal(policyOf({ user, project, local }).startMode, "bypassPermissions");
    assert.equal(policyOf({ user, project: { permissions: {} }, local: {} }).startMode, "plan");
    assert.equal(policyOf({ user, local, managed: { [BASE]: mode("default") } }).startMode, "default");
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
      assert.equal(policyOf({ user: mode("plan") }, startClient(t, args)).startMode, expected);
    });
  }
});

/** A process with those words on its command line. */
function startClient(t: TestContext, args: readonly string[]): string {
  const client = startNode(["-e", "setInterval(() => {}, 60_000)", "claude", "--", ...args], { env: {} });
  t.after(() => client.kill("SIGKILL"));
  return processKey(client.pid);
}
