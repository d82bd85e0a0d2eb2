import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runCli } from "../support/cli.ts";
import { shownText } from "../support/hook.ts";
import { answerNext, seesPeer } from "../support/talk.ts";
import { must, until } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";
import { ATTACKS } from "./attacks.ts";
import { BUILT_IN, NAMES } from "./names.ts";
import { assertHarmless, assertNoTag, stringsIn } from "./reader.ts";

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

function assertClean(value: unknown, what: string): void {
  for (const string of stringsIn(value)) {
    assertHarmless(string, what);
    assertNoTag(string, what);
  }
}

async function assertCleanTerminal(world: World, project: string): Promise<void> {
  for (const words of [
    ["peers"],
    ["peers", "--json"],
    ["log"],
    ["inbox"],
    ["doctor"],
    ["doctor", "--json"],
  ]) {
    const { stdout, stderr } = await runCli(world, words, { in: project });
    assertClean([stdout, stderr], words.join(" "));
    assert.ok(stdout !== "", words.join(" "));
  }
}

test("a session that wants such a name gets it as a name is, or is told why not", async (t) => {
  const world = openWorld(t);
  const [server, other] = [await world.server("backend"), await world.server("other")];
  for (const wanted of NAMES) {
    const what = JSON.stringify(wanted.slice(0, 30));
    const { name, error, ...more } = await server.call("register", { name: wanted });
    assertClean([name, error, more], what);
    if (error === undefined) assert.match(name ?? "", NAME, what);
    else assert.match(error, /is not a valid name: .* For example: [a-z0-9][a-z0-9._-]{0,62}\.$/, what);
    assert.ok((error ?? "").length < 500, what);
    if (error === undefined || wanted === "*") continue;
    const asked = await other.call("ask_peer", { to: wanted, question: "?", timeout_seconds: 1 });
    assertClean(asked, what);
    assert.ok((asked.error ?? "").length < 1_000, what);
  }
  const { you, peers } = await server.call("list_peers");
  assert.ok(peers?.some(({ name }) => name === you));
  await assertCleanTerminal(world, "other");
});

test("a summary, from a call and from a file, is one clean line", async (t) => {
  const world = openWorld(t);
  const [server, other] = [await world.server("backend"), await world.server("other")];
  for (const [what, text] of ATTACKS) {
    const summary = text.slice(0, 200);
    assertClean(await server.call("register", { summary }), what);
    const { peers } = await other.call("list_peers");
    const shown = peers?.find(({ name }) => name === "backend")?.summary ?? "";
    assertClean(peers, what);
    assert.ok(shown.length <= 200 && !/[\n\t]/.test(shown), what);
  }
  const [what, text] = must(ATTACKS.find(([, one]) => one.includes("system-reminder")));
  world.project("filed", JSON.stringify({ summary: `${text.slice(0, 150)}\u001b[2J\u202e` }));
  const filed = await world.server("filed");
  await filed.call("register");
  assertClean(await other.call("list_peers"), what);
  await assertCleanTerminal(world, "filed");
});

/** Of the names, those that a folder can have and that are not plain. */
const FOLDERS = NAMES.filter(
  (name) =>
    /[^\w.-]/.test(name) && !/[/\0]/.test(name) && name.isWellFormed() && Buffer.byteLength(name) < 200,
);

test("a project in such a folder is a peer with a name, and its path is shown as words", async (t) => {
  const world = openWorld(t);
  const server = await world.server("other");
  for (const folder of FOLDERS) {
    const input = { hook_event_name: "SessionStart", session_id: "one", source: "startup" };
    const hostPid = world.host().pid;
    const run = await world.hook("session-start", { project: folder, hostPid, input });
    const what = JSON.stringify(folder);
    assert.deepEqual([run.code, run.stderr], [0, ""], what);
    assertClean([run.stdout, run.output], what);
    assert.match(shownText(run), /^claude-mesh: this session is the peer "[a-z0-9][a-z0-9._-]*"; /, what);
  }
  const { peers } = await server.call("list_peers");
  assertClean(peers, "list_peers");
  assert.equal(peers?.length, FOLDERS.length + 1);
  const steering = must(FOLDERS.find((name) => name.includes("\u001b[31m")));
  await assertCleanTerminal(world, steering);
});

describe("a name that a plain object has already is a name like any other", { concurrency: 2 }, () => {
  for (const name of BUILT_IN) {
    test(name, async (t) => {
      const world = openWorld(t);
      const asker = await world.server("frontend");
      world.project("backend", JSON.stringify({ name }));
      const backend = await world.server("backend", { hosted: true });
      await seesPeer(asker, name);
      const asking = asker.call("ask_peer", { to: [name], question: "Which port?" });
      await until(
        "the question",
        async () => (await world.store().history({ limit: 1, now: Date.now() }))[0],
      );
      const input = { hook_event_name: "Stop", session_id: "one" };
      const hook = { project: "backend", hostPid: backend.hostPid, input };
      const shown = await world.hook("inbox-poll", hook);
      assert.match(shownText(shown), /^<peer-question mark="\w+" question_id="q\d+" from="frontend" /);
      await answerNext(backend, "8080");
      const { answers } = await asking;
      assert.deepEqual(
        answers?.map(({ to, answer }) => [to, answer]),
        [[name, "8080"]],
      );
      const back = backend.call("ask_peer", { to: "frontend", question: "Why?" });
      const question = await until("the other question", async () =>
        (await asker.call("poll_inbox")).questions?.find(({ from }) => from === name),
      );
      await asker.call("reply_to_peer", { question_id: question.question_id, answer: "Because." });
      assert.equal((await back).answer, "Because.");
      const { stdout } = await runCli(world, ["log", name, "--json"]);
      assert.equal(JSON.parse(stdout).questions.length, 2);
    });
  }
});
