import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { BARRIER } from "../../src/store/sqlite/recognise.ts";
import { answerNext, nextQuestion, seesPeer } from "../support/talk.ts";
import { must, until } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";
import { assertCheck, diagnose, makeDatabaseFile, runDoctor } from "./doctor-support.ts";

const WORDS = "words, and more words\n".repeat(400);
const asideOf = ({ dbPath }: World) =>
  readdirSync(dirname(dbPath)).filter((name) =>
    /^mesh\.db\.damaged-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d$/.test(name),
  );

for (const driver of ["better-sqlite3", "node:sqlite"]) {
  describe(`a repair on ${driver}`, { concurrency: 2 }, () => {
    test("sets aside what is no database, and live sessions go on in the new one", async (t) => {
      const world = openWorld(t);
      const env = { MESH_DRIVER: driver };
      const [frontend, backend] = await Promise.all([
        world.server("frontend", { hosted: true, env }),
        world.server("backend", { hosted: true, env }),
      ]);
      await Promise.all([frontend.call("register"), backend.call("register")]);
      overwrite(world);
      const repair = await runDoctor(world, ["--repair"], { env });
      assert.equal(repair.code, 0, repair.stdout + repair.stderr);
      assert.match(
        repair.stdout,
        /set the damaged file aside as .*made a new .*nothing of the damaged file/s,
      );
      const [aside] = asideOf(world);
      assert.equal(readFileSync(join(dirname(world.dbPath), must(aside)), "utf8"), WORDS);
      await seesPeer(frontend, "backend");
      const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
      assert.equal((await answerNext(backend, "8080")).to, "frontend");
      const { answer, question_id } = await asking;
      assert.equal(answer, "8080");
      assert.ok(Number(question_id?.slice(1)) > 1_000, "the id is one that no session remembers");
      assertCheck((await diagnose(world, { env })).check("contents"), "ok", /whole.*1 questions/);
    });

    test("keeps what can be read: a question asked before is answered after, under its id", async (t) => {
      const world = openWorld(t);
      const env = { MESH_DRIVER: driver };
      const [frontend, backend] = await Promise.all([
        world.server("frontend", { hosted: true, env }),
        world.server("backend", { hosted: true, env }),
      ]);
      await seesPeer(frontend, "backend");
      const { question_id } = await frontend.call("ask_peer", {
        to: "backend",
        question: "Which port?",
        timeout_seconds: 1,
      });
      const broken = breakQuestions(world);
      assertCheck((await diagnose(world, { env })).check("contents"), "failure", /^damaged/, /--repair/);
      const repair = await runDoctor(world, ["--repair"], { env });
      assert.equal(repair.code, 0, repair.stdout + repair.stderr);
      const saved = must(/saved (\d+) questions and \d peers; (\d+) places/.exec(repair.stdout));
      assert.ok(Number(saved[1]) > 0 && Number(saved[2]) > 0);
      assert.equal(Number(saved[1]) + Number(saved[2]), broken + 1);
      assert.equal((await nextQuestion(backend)).question_id, question_id);
      await backend.call("reply_to_peer", { question_id, answer: "8080" });
      assert.equal((await frontend.call("await_reply", { question_id })).answer, "8080");
    });
  });
}

describe("a repair", { concurrency: 2 }, () => {
  test("brings idle sessions over without a call of theirs", async (t) => {
    const world = openWorld(t);
    const backend = await world.server("backend", { hosted: true });
    await backend.call("register");
    overwrite(world);
    assert.equal((await runDoctor(world, ["--repair"])).code, 0);
    const store = world.store();
    await until("backend in the new file", async () => {
      const peers = await store.peers(Date.now());
      return peers.some(({ name, host }) => name === "backend" && host !== null);
    });
    assert.equal((await runDoctor(world, ["--roundtrip", "backend"])).code, 0);
  });

  test("leaves a file that sessions work with well: all of it is in their log", async (t) => {
    const world = openWorld(t);
    const backend = await world.server("backend", { hosted: true });
    await backend.call("register");
    const { ino } = statSync(world.dbPath);
    writeFileSync(world.dbPath, WORDS);
    const { code, stdout } = await runDoctor(world, ["--repair"]);
    assert.deepEqual([code, stdout], [0, "took the log over into the file\n"]);
    assert.equal(statSync(world.dbPath).ino, ino);
    assert.equal((await runDoctor(world, ["--roundtrip", "backend"])).code, 0);
  });

  test("reads what only the log holds, where the file itself was cut off", async (t) => {
    const world = openWorld(t);
    const [frontend, backend] = [await world.server("frontend"), await world.server("backend")];
    await seesPeer(frontend, "backend");
    const question = { to: "backend", question: "Which port?", timeout_seconds: 1 };
    const { question_id } = await frontend.call("ask_peer", question);
    for (const server of [frontend, backend]) await server.kill("SIGKILL");
    truncateSync(world.dbPath);
    const log = readFileSync(`${world.dbPath}-wal`);
    const { code, stdout } = await runDoctor(world, ["--repair"]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /saved 1 questions/);
    assert.deepEqual(readFileSync(join(dirname(world.dbPath), `${must(asideOf(world)[0])}-wal`)), log);
    assert.equal((await nextQuestion(await world.server("backend"))).question_id, question_id);
  });

  test("leaves a whole file as it is, and one that it cannot judge", async (t) => {
    const world = openWorld(t);
    makeDatabaseFile(world);
    const { ino } = statSync(world.dbPath);
    const whole = await runDoctor(world, ["--repair"]);
    assert.deepEqual([whole.code, whole.stdout], [0, "there was nothing to mend\n"]);
    assert.equal(statSync(world.dbPath).ino, ino);
    const { db } = openDatabase({ path: world.dbPath, driver: "auto", busyTimeout: 1_000 });
    db.run("UPDATE meta SET value = '99' WHERE key = 'readable_by_schema'");
    db.run("PRAGMA user_version = 99");
    db.close();
    const newer = await runDoctor(world, ["--repair"]);
    assert.deepEqual([newer.code, /refused: .*newer version/.test(newer.stdout)], [1, true]);
    assert.equal(statSync(world.dbPath).ino, ino);
    assert.deepEqual(asideOf(world), []);
  });

  test("mends permissions of the mesh's own files, and removes bells that nobody listens to", async (t) => {
    const world = openWorld(t);
    const folder = join(world.home, ".claude-mesh");
    const env = { MESH_DB_PATH: join(folder, "mesh.db") };
    const backend = await world.server("backend", { hosted: true, env });
    await backend.call("register");
    const bells = join(folder, "mesh.db.bells");
    await until("its bell", () => existsSync(bells) && readdirSync(bells).length === 1);
    writeFileSync(join(bells, "4711"), "!");
    chmodSync(folder, 0o755);
    chmodSync(env.MESH_DB_PATH, 0o664);
    const { code, stdout } = await runDoctor(world, ["--repair"], { env });
    assert.equal(code, 0, stdout);
    assert.match(
      stdout,
      /chmod 700 .*\.claude-mesh\nchmod 600 .*mesh\.db\n.*removed bells that nobody listens to: 1/s,
    );
    assert.deepEqual(
      [statSync(folder).mode & 0o777, statSync(env.MESH_DB_PATH).mode & 0o777],
      [0o700, 0o600],
    );
    assert.ok(!readdirSync(bells).includes("4711"));
    assert.equal((await runDoctor(world, ["--roundtrip", "backend"], { env })).code, 0);
  });

  test("leaves a folder that its user chose open to readers", async (t) => {
    const world = openWorld(t);
    const folder = join(world.home, "shared");
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    const env = { MESH_DB_PATH: join(folder, "mesh.db") };
    await (await world.server("backend", { env })).call("register");
    assert.equal((await runDoctor(world, ["--repair"], { env })).code, 0);
    assert.equal(statSync(folder).mode & 0o777, 0o755);
  });

  const theirs: Record<string, (path: string) => void> = {
    "somebody's text": (path) => writeFileSync(path, WORDS),
    "another program's database": (path) => {
      const script = `const d = new (require("node:sqlite").DatabaseSync)(process.argv[1]);
        d.exec("CREATE TABLE meta (key TEXT); PRAGMA user_version = 2"); d.close();`;
      execFileSync(process.execPath, ["-e", script, path], { stdio: "ignore" });
    },
  };
  for (const [what, make] of Object.entries(theirs)) {
    test(`leaves ${what} exactly as it is, and its folder`, async (t) => {
      const world = openWorld(t);
      const folder = join(world.home, "mine");
      mkdirSync(folder, { mode: 0o755 });
      const env = { MESH_DB_PATH: join(folder, "notes") };
      make(env.MESH_DB_PATH);
      chmodSync(env.MESH_DB_PATH, 0o664);
      const traces = () => {
        const { mode, mtimeNs, ctimeNs } = statSync(env.MESH_DB_PATH, { bigint: true });
        return [mode, mtimeNs, ctimeNs, readFileSync(env.MESH_DB_PATH, "base64"), readdirSync(folder)].map(
          String,
        );
      };
      const before = traces();
      const server = await world.server("backend", { env });
      assert.match(
        (await server.call("register")).error ?? "no error",
        /no mesh but another program's file, or one of your own. To mend it, move it away .* or set MESH_DB_PATH/,
      );
      assert.equal((await runDoctor(world, [], { env })).code, 1);
      const { code, stdout } = await runDoctor(world, ["--repair"], { env });
      assert.deepEqual(
        [code, /^refused: .*no sign of a mesh.*Set MESH_DB_PATH/.test(stdout)],
        [1, true],
        stdout,
      );
      assert.deepEqual(traces(), before);
    });
  }

  test("takes up what a repair that was killed left in the place of the file", async (t) => {
    const world = openWorld(t);
    writeFileSync(world.dbPath, BARRIER);
    assert.equal((await runDoctor(world, ["--repair"])).code, 0);
    assertCheck((await diagnose(world)).check("contents"), "ok", /^whole/);
  });

  test("is one at a time; what a killed one left behind stops nobody", async (t) => {
    const world = openWorld(t);
    mkdirSync(`${world.dbPath}.bells`);
    writeFileSync(world.dbPath, WORDS);
    const host = world.host();
    const { processKey } = await import("../../src/config/process.ts");
    writeFileSync(`${world.dbPath}.repair`, processKey(host.pid));
    const second = await runDoctor(world, ["--repair"]);
    assert.deepEqual([second.code, /another repair runs/.test(second.stdout)], [1, true]);
    await host.kill("SIGKILL");
    assert.equal((await runDoctor(world, ["--repair"])).code, 0);
    assert.ok(!existsSync(`${world.dbPath}.repair`));
  });
});

/** Writes over the whole of it. First its log is taken over, or SQLite would mend the file out of that. */
function overwrite({ dbPath }: World): void {
  const { db } = openDatabase({ path: dbPath, driver: "auto", busyTimeout: 5_000 });
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  writeFileSync(dbPath, WORDS);
}

/** Fills the file with questions, and pages in the midst of them with zeros. Returns how many questions it wrote. */
function breakQuestions({ dbPath }: World): number {
  const { db } = openDatabase({ path: dbPath, driver: "auto", busyTimeout: 5_000 });
  const rows = 400;
  db.write(() => {
    for (let n = 0; n < rows; n++)
      db.run(
        `INSERT INTO questions (asker, recipient, body, state, depth, asked_at, expires_at, closed_at)
         SELECT min(id), max(id), :body, 'cancelled', 1, 1, 1, 1 FROM peers`,
        { body: `${n} `.repeat(100) },
      );
  });
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  const pages = db.all(
    "SELECT pageno FROM dbstat WHERE name = 'questions' AND pagetype = 'leaf' ORDER BY pageno",
  );
  db.close();
  const size = 4096;
  const file = openSync(dbPath, "r+");
  for (const { pageno } of pages.slice(-4, -2))
    writeSync(file, Buffer.alloc(size), 0, size, (Number(pageno) - 1) * size);
  closeSync(file);
  return rows;
}
