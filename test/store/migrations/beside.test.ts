import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import type { Store } from "../../../src/domain/store.ts";
import type { Row } from "../../../src/store/sqlite/driver.ts";
import { schemaVersion } from "../../../src/store/sqlite/migrations.ts";
import { openDatabase } from "../../../src/store/sqlite/open.ts";
import { makeSqliteStore } from "../../../src/store/sqlite/store.ts";
import { must } from "../../support/until.ts";
import { expectKind, idsOf } from "../stage.ts";
import { makeOldFile } from "./old-file.ts";
import type { OldCommand } from "./schema-1-code.ts";

const OLD_CODE = join(import.meta.dirname, "schema-1-code.ts");
const NOW = Date.UTC(2026, 0, 1);
const LATER = NOW + 86_400_000;
/** The peers of the old and of the new process. */
const OLD = 1;
const NEW = 2;

interface Beside {
  /** One transaction of the old process. */
  old(...command: OldCommand): Promise<Row[][]>;
  /** The store as a new process has it, which migrates the file when it is opened. */
  open(): Store;
}

for (const driver of ["better-sqlite3", "node:sqlite"] as const) {
  describe(`a process of schema 1 beside one of today, on ${driver}`, () => {
    test("that was waiting when the file was migrated is answered by the new one", async (t) => {
      const { old, open } = await start(t, driver);
      const [, asked] = await old(["endWaits", { recipient: NEW }], ["question", question(OLD, NEW)]);
      const id = Number(must(asked?.[0])["id"]);
      await old(["startWait", { question: id, waiter: OLD, process: "server old" }]);
      const store = open();
      assert.equal(await standing(old, id), 1, "the wait outlived the migration");
      assert.ok((await store.peers(NOW)).find((peer) => peer.id === OLD)?.asking);

      const mail = await store.take({ peer: NEW, questions: "new", limit: 8, now: NOW });
      assert.deepEqual(idsOf(mail.questions), [id]);
      await store.confirm(mail.receipt, NOW);
      const answered = await store.reply({
        peer: NEW,
        question: id,
        answer: "8080",
        decline: false,
        now: NOW,
      });
      assert.ok(answered.awaited);
      // A new hook of the waiting session leaves the answer to the old server's call.
      assert.deepEqual((await store.take({ peer: OLD, questions: "new", limit: 8, now: NOW })).replies, []);
      const [row] = await old(["asked", ids(id)], ["dropWaits", { waiter: OLD, ...ids(id) }]);
      assert.deepEqual([row?.[0]?.["state"], row?.[0]?.["answer"]], ["answered", "8080"]);
      await old(
        ["handReply", { token: "t", now: NOW, ...ids(id) }],
        ["confirmReply", { token: "t", peer: OLD, now: NOW }],
      );
      assert.ok(await store.replyShown(id));
    });

    test("asks and is asked, and each ends the other's wait", async (t) => {
      const { old, open } = await start(t, driver);
      const store = open();
      const by = { process: "server new", id: "server new, call 1" };
      const [, asked] = await old(["endWaits", { recipient: NEW }], ["question", question(OLD, NEW)]);
      const first = Number(must(asked?.[0])["id"]);
      await old(["startWait", { question: first, waiter: OLD, process: "server old" }]);

      // The new one asks back before it has looked: the old one's wait is over.
      const [second] = idsOf(await store.ask({ asker: NEW, to: ["old"], body: "And you?", by, now: NOW }));
      assert.equal(await standing(old, first), 0);
      const [found] = await old(
        ["newQuestions", { peer: OLD, lapsed: NOW }],
        ["dropWaits", { waiter: OLD, ...ids(first) }],
      );
      assert.deepEqual(
        found?.map(({ id }) => id),
        [second],
      );
      const of = ids(must(second));
      await old(["hand", { token: "t", now: NOW, ...of }], ["confirm", { token: "t", now: NOW, peer: OLD }]);

      // The new one waits, is interrupted by what it was asked, answers, waits on.
      const wait = { peer: NEW, questions: [must(second)], need: 1, by, now: NOW };
      const looked = expectKind(await store.wait({ ...wait, continuing: true }), "interrupted");
      assert.deepEqual(idsOf(looked.questions), [first]);
      await store.confirm(looked.receipt, NOW);
      await store.reply({ peer: NEW, question: first, answer: "8080", decline: false, now: NOW });
      expectKind(await store.wait({ ...wait, continuing: false }), "waiting");
      const [awaited] = await old(
        ["awaited", { question: must(second) }],
        ["reply", { question: must(second), answer: "9090", now: NOW }],
      );
      assert.equal(awaited?.length, 1);
      const settled = expectKind(await store.wait({ ...wait, continuing: true }), "settled");
      assert.equal(settled.asked[0]?.answer, "9090");
      // What the old one was answered meanwhile is in its inbox.
      const [inbox] = await old(["inbox", { peer: OLD }]);
      assert.deepEqual(
        inbox?.map(({ id, answer }) => [id, answer]),
        [[first, "8080"]],
      );
    });

    test("waits anew after the migration: the ring is seen across versions, and its end is one", async (t) => {
      const { old, open } = await start(t, driver);
      const store = open();
      const by = { process: "server new", id: "server new, call 1" };
      const [own] = idsOf(await store.ask({ asker: NEW, to: ["old"], body: "Which port?", by, now: NOW }));
      await store.stopWaiting({ peer: NEW, questions: [must(own)], by, now: NOW });
      const [asked] = await old(["question", question(OLD, NEW)]);
      const id = Number(must(asked?.[0])["id"]);
      const wait = { question: id, waiter: OLD, process: "server old" };
      await old(["startWait", wait], ["startWait", wait]);
      assert.equal(await standing(old, id), 1, "twice the same wait is one wait");
      const mail = await store.take({ peer: NEW, questions: "new", limit: 8, now: NOW });
      await store.confirm(mail.receipt, NOW);
      const look = await store.wait({
        peer: NEW,
        questions: [must(own)],
        need: 1,
        by,
        continuing: false,
        now: NOW,
      });
      assert.deepEqual(expectKind(look, "owes").questions, [id]);
      // The old process ends, as another sees it.
      await store.bury(["server old"], NOW);
      assert.equal(await standing(old, id), 0);
      const [edges] = await old(["edges", {}]);
      assert.deepEqual(edges, []);
    });
  });
}

/** A file of schema 1 with two live peers, and an old process that has it open. */
async function start(t: TestContext, driver: "better-sqlite3" | "node:sqlite"): Promise<Beside> {
  const { path, raw } = makeOldFile(1, driver, false);
  const peer = (id: number, name: string) =>
    `INSERT INTO peers (id, name, project_path, host, activity_at, active_at, last_seen_at)
     VALUES (${id}, '${name}', '/work/${name}', 'host ${name}', ${NOW}, ${NOW}, ${NOW})`;
  raw.exec(`${peer(OLD, "old")}; ${peer(NEW, "new")}`);
  assert.equal(schemaVersion(raw), 1);
  raw.close();
  const child = fork(OLD_CODE, [path, driver]);
  const ended = once(child, "exit");
  t.after(async () => {
    if (child.connected) child.disconnect();
    await ended;
  });
  await once(child, "message");
  return {
    async old(...command) {
      child.send(command);
      const [rows] = await Promise.race([
        once(child, "message"),
        ended.then(() => assert.fail("the old process ended")),
      ]);
      return rows as Row[][];
    },
    open() {
      const store = makeSqliteStore(openDatabase({ path, driver, busyTimeout: 5_000 }).db);
      t.after(() => store.close());
      return store;
    },
  };
}

function question(asker: number, recipient: number) {
  return { asker, recipient, body: "Which port?", depth: 1, now: NOW, expires: LATER };
}

function ids(id: number) {
  return { ids: JSON.stringify([id]) };
}

/** How many of the old peer's waits for a question stand, as the old process counts. */
async function standing(old: Beside["old"], id: number): Promise<number> {
  const [rows] = await old(["standing", { waiter: OLD, ...ids(id) }]);
  return Number(rows?.[0]?.["n"]);
}
