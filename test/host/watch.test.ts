import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { tempFolder } from "../support/folder.ts";
import { CLI } from "../support/paths.ts";
import { answerNext, nextQuestion, seesPeer } from "../support/talk.ts";
import { until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";
import { makeTerminal } from "./support/terminal.ts";

const SIZES = [
  [40, 10],
  [80, 24],
  [200, 50],
] as const;

/** Two sessions, of which one waits for the other, and a terminal that watches them. */
async function watched(t: TestContext, size: readonly [number, number]) {
  const world = openWorld(t);
  const [frontend, backend] = [await world.server("frontend"), await world.server("backend")];
  await seesPeer(frontend, "backend");
  const asking = frontend.call("ask_peer", { to: "backend", question: "Which port does 日本 👩‍👩‍👧 use?" });
  asking.catch(() => {});
  await nextQuestion(backend);
  const env = {
    PATH: process.env["PATH"] ?? "",
    MESH_DB_PATH: world.dbPath,
    TERM: "screen-256color",
    LANG: "C.UTF-8",
  };
  const terminal = makeTerminal(tempFolder(), env);
  t.after(() => terminal.close());
  // The shell stays, so that what the program left behind can be seen.
  const script = `echo before; "${process.execPath}" "${CLI}" watch; echo "ended $?"; stty -a | grep -o '[-]*icanon'; exec sleep 600`;
  const [columns, rows] = size;
  await terminal.open("watch", ["sh", "-c", script], { cwd: world.home, env, size: { columns, rows } });
  const screen = () => terminal.screen("watch");
  const pid = async () => {
    const { execFileSync } = await import("node:child_process");
    const parent = await terminal.flag("watch", "pane_pid");
    return Number(execFileSync("pgrep", ["-P", parent, "-f", "claude-mesh"], { encoding: "utf8" }).trim());
  };
  await until("the screen of watch", async () => (await screen()).includes("1 in flight"));
  return { terminal, backend, asking, screen, pid };
}

/** The terminal is as it was: the normal screen with a cursor, and lines are read as lines. */
async function assertClean({ terminal, screen }: Awaited<ReturnType<typeof watched>>, code: number) {
  await until("the end", async () => (await screen()).includes(`ended ${code}`));
  const text = await until("the terminal's mode", async () => /^-?icanon$/m.exec(await screen())?.[0]);
  assert.equal(text, "icanon");
  assert.match(await screen(), /^before$/m);
  assert.equal(await terminal.flag("watch", "alternate_on"), "0");
  assert.equal(await terminal.flag("watch", "cursor_flag"), "1");
  assert.equal(await terminal.flag("watch", "wrap_flag"), "1");
}

describe("claude-mesh watch", { concurrency: 1 }, () => {
  for (const [width, height] of SIZES) {
    test(`shows the mesh at ${width} by ${height}, scrolls, and leaves the terminal clean`, async (t) => {
      const window = await watched(t, [width, height]);
      const { terminal, backend, asking, screen } = window;
      assert.equal(await terminal.flag("watch", "alternate_on"), "1");
      const rows = (await screen()).split("\n");
      assert.match(rows[0] ?? "", /^claude-mesh {2}2 live, 1 in flight/);
      assert.match(await screen(), /^backend +(idle|busy)/m);
      assert.match(await screen(), /^frontend +asking/m);
      assert.equal(rows.length, height, "the foot stands in the last row");
      assert.match(rows.at(-1) ?? "", /^↑ ↓ scroll {3}q quit/);
      // What stands in the last column: the clock where there is room for it, else the number of rows.
      const [edge, ends] = width < 80 ? [rows.at(-1), /\d–\d+ of \d+$/] : [rows[0], /\d\d:\d\d:\d\d$/];
      assert.match(edge ?? "", ends);
      assert.equal([...(edge ?? "")].length, width);
      await answerNext(backend, "8080");
      await asking;
      await until("the answer", async () => {
        await terminal.press("watch", "End");
        return /frontend → back.* answered/.test(await screen());
      });
      if (height === 10) {
        assert.doesNotMatch(await screen(), /^PEER/m);
        await terminal.press("watch", "Home");
        await until("the top", async () => /^PEER/m.test(await screen()));
        await terminal.press("watch", "Down");
        await until("a row further down", async () => !/^PEER/m.test(await screen()));
      }
      await terminal.press("watch", "q");
      await assertClean(window, 0);
    });
  }

  test("follows the size of its window", async (t) => {
    const { terminal, screen } = await watched(t, [80, 24]);
    for (const [width, height] of SIZES) {
      await terminal.resize("watch", { columns: width, rows: height });
      await until(`a foot in row ${height}`, async () => {
        const rows = (await screen()).split("\n");
        return rows.length === height && rows.at(-1)?.startsWith("↑ ↓ scroll");
      });
    }
  });

  for (const [signal, code] of [
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ] as const) {
    test(`leaves the terminal clean at ${signal}`, async (t) => {
      const window = await watched(t, [80, 24]);
      process.kill(await window.pid(), signal);
      await assertClean(window, code);
    });
  }

  test("Ctrl-C ends it", async (t) => {
    const window = await watched(t, [80, 24]);
    await window.terminal.press("watch", "C-c");
    await assertClean(window, 0);
  });
});
