import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { COMMANDS } from "../../src/cli/commands.ts";
import { VERSION } from "../../src/config/version.ts";
import { jsonOf, runCli } from "../support/cli.ts";
import { openWorld } from "../support/world.ts";

/** Wrong words, and what is said of them. */
const WRONG: readonly (readonly [words: readonly string[], said: RegExp])[] = [
  [["peeers"], /unknown command peeers; did you mean peers\?/],
  [["zzzzzz"], /unknown command zzzzzz; there are: peers, ask, /],
  [["--vershun"], /unknown option --vershun; did you mean --version\?/],
  [["peers", "backend"], /peers: too many words; usage: claude-mesh peers/],
  [["peers", "--jsn"], /unknown option --jsn; did you mean --json\?/],
  [["peers", "--json=yes"], /--json takes no value/],
  [["ask"], /ask: something is missing; usage: claude-mesh ask <peer/],
  [["ask", "backend"], /ask: something is missing/],
  [["ask", ",", "Which port?"], /ask: whom\?/],
  [["ask", "backend", "Which port?", "--timeout"], /--timeout needs a value: --timeout <duration>/],
  [["ask", "backend", "Which port?", "--timeout", "soon"], /--timeout soon: expected a duration/],
  [["ask", "backend", "Which port?", "--timeout", "2d"], /--timeout 2d: expected .* at most 24h/],
  [["ask", "backend", "Which port?", "--need", "some"], /--need some: expected a number from 1 to 16/],
  [["ask", Array.from({ length: 17 }, (_, n) => `p${n}`).join(","), "x"], /at most 16 peers/],
  [["inbox", "a", "b"], /inbox: too many words/],
  [["inbox", "--full"], /unknown option --full/],
  [["reply"], /reply: something is missing/],
  [["reply", "port", "yes"], /reply: port is no question id; one looks like q17/],
  [["reply", "q17"], /reply: the answer is missing/],
  [["log", "--limit", "0"], /--limit 0: expected a number from 1/],
  [["log", "--limit", "many"], /--limit many: expected a number/],
  [["log", "--since", "yesterday"], /--since yesterday: expected a duration such as 2h, or a time/],
  [["log", "a", "--peer", "b"], /one peer only, not a and b/],
  [["watch", "now"], /watch: too many words/],
  [["watch"], /watch: the output is no terminal; `claude-mesh log --follow`/],
  [["doctor", "--reapir"], /unknown option --reapir; did you mean --repair\?/],
  [["prune", "--older-than", "old"], /--older-than old: expected a duration/],
  [["prune", "--dryrun"], /unknown option --dryrun; did you mean --dry-run\?/],
  [["path", "x"], /path: too many words/],
  [["help", "peeers"], /unknown command peeers; did you mean peers\?/],
];

describe("what fails says so as JSON, too, where that is wanted", { concurrency: 2 }, () => {
  for (const [words, code, said] of [
    [["ask", "nobody", "Which port?", "--json"], 1, /no peer named "nobody"/],
    [["peers", "--jsn", "--json"], 2, /unknown option --jsn/],
  ] as const) {
    test(words.join(" "), async (t) => {
      const run = await runCli(openWorld(t), words);
      assert.equal(run.code, code);
      assert.match(String(jsonOf(run)["error"]), said);
      assert.match(run.stderr, said);
    });
  }

  for (const words of [["--json"], ["--help", "--json"], ["help", "--json"]]) {
    test(`${words.join(" ")} lists the commands`, async (t) => {
      const commands = jsonOf<{ name: string }[]>(await runCli(openWorld(t), words));
      assert.deepEqual(
        commands.map(({ name }) => name),
        COMMANDS.map(({ name }) => name),
      );
    });
  }
});

describe("wrong input is told in one line, with exit code 2", { concurrency: 2 }, () => {
  for (const [words, said] of WRONG) {
    test(words.join(" ").slice(0, 60), async (t) => {
      const { code, stdout, stderr } = await runCli(openWorld(t), words);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, said);
      assert.match(stderr, /^claude-mesh: [^\n]+\n$/);
    });
  }

  test("every command is tried", () => {
    const tried = new Set(WRONG.map(([[name]]) => name));
    for (const { name } of COMMANDS) assert.ok(tried.has(name), name);
  });
});

describe("help", { concurrency: 2 }, () => {
  test("names every command, however it is asked for", async (t) => {
    const world = openWorld(t);
    const texts = await Promise.all([[], ["--help"], ["help"]].map((words) => runCli(world, words)));
    for (const { code, stdout } of texts) {
      assert.equal(code, 0);
      for (const { usage } of COMMANDS) assert.ok(stdout.includes(`claude-mesh ${usage}`), usage);
    }
  });

  for (const command of COMMANDS) {
    test(`${command.name} --help tells its options, within 80 columns`, async (t) => {
      const env = { COLUMNS: "80" };
      const { code, stdout } = await runCli(openWorld(t), [command.name, "--help"], { env });
      assert.equal(code, 0);
      assert.ok(stdout.includes(`Usage: claude-mesh ${command.usage}`), stdout);
      for (const name of Object.keys(command.options)) assert.ok(stdout.includes(`--${name}`), name);
      for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
    });
  }

  test("ask --help documents its exit codes", async (t) => {
    const { stdout } = await runCli(openWorld(t), ["ask", "--help"]);
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 130]) assert.match(stdout, new RegExp(`^  ${code} `, "m"));
  });

  test("the version", async (t) => {
    const world = openWorld(t);
    assert.equal((await runCli(world, ["--version"])).stdout, `${VERSION}\n`);
    assert.deepEqual(jsonOf(await runCli(world, ["--version", "--json"])), { version: VERSION });
  });
});
