import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { makeSqliteStore } from "../../src/store/sqlite/store.ts";
import { noted } from "../support/noted.ts";
import { must } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

/** How SQLite says that it goes through all questions, or all that a peer was ever asked or asked. */
const WALKS = /SCAN questions|asked_of_peer \(recipient=\?\)|asks_of_pair \(asker=\?\)/;

for (const driver of ["better-sqlite3", "node:sqlite"] as const) {
  describe(driver, () => {
    test("no step of an exchange walks through history", async (t) => {
      const db = openWorld(t, driver).database();
      const plans = new Map<string, string>();
      const store = makeSqliteStore(
        noted(db, (sql, parameters) => {
          if (!/^\s*(SELECT|UPDATE|DELETE)/.test(sql)) return;
          const steps = db.all(`EXPLAIN QUERY PLAN ${sql}`, parameters);
          plans.set(sql, steps.map((row) => row["detail"]).join("\n"));
        }),
      );
      const now = 1_000_000_000;
      const by = { process: "1@1@here", id: "one" };
      const join = (name: string, host: string) =>
        store.join({ host, projectPath: `/work/${name}`, baseName: name, now });
      const asker = await join("frontend", "1@1@here");
      const answerer = await join("backend", "2@1@here");
      const ask = async (body: string) =>
        must((await store.ask({ asker: asker.id, to: ["backend"], body, by, now }))[0]).id;
      const inboxOf = async (peer: number, questions: "new" | "open" | "due", limit = 8) =>
        (await store.take({ peer, questions, limit, now })).receipt;
      const wait = (id: number, continuing: boolean) =>
        store.wait({ peer: asker.id, questions: [id], need: 1, by, continuing, now });

      await store.touch({ peer: answerer.id, activity: "busy", now });
      const first = await ask("Which port?");
      await wait(first, false);
      await store.wakeDue(answerer.id, now);
      await store.claimWake({ peer: answerer.id, rung: "socket", now });
      await store.release(await inboxOf(answerer.id, "new"));
      await store.confirm(await inboxOf(answerer.id, "due"), now);
      await inboxOf(answerer.id, "open", 1);
      await store.reply({ peer: answerer.id, question: first, answer: "8080", decline: false, now });
      const settled = await wait(first, true);
      assert.equal(settled.kind, "settled");
      await store.confirm({ ...settled.receipt, tentative: "start" }, now);
      await store.replyShown(first);
      await store.turnSeen(asker.id, "prompt");
      await store.confirm({ ...(await inboxOf(asker.id, "new")), tentative: "start" }, now);
      await store.turnSeen(asker.id, "call");
      const second = await ask("And which host?");
      const ending = { peer: asker.id, questions: [second], by, now };
      await store.stopWaiting(ending);
      await store.cancel(ending);
      await store.peers(now);
      await store.processes();
      await store.outstanding([asker.id, answerer.id], now);
      await store.leave("1@1@here", undefined, now);
      await store.bury(["2@1@here"], now);

      const walks = [...plans].filter(([, plan]) => WALKS.test(plan));
      assert.deepEqual(walks, []);
      assert.ok(plans.size > 30, `${plans.size} statements`);
    });
  });
}
