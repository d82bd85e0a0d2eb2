import assert from "node:assert/strict";
import { must } from "../../support/until.ts";
import { lawTests, type MakeBackend, SECOND, serverOf } from "../stage.ts";

export function joinLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("a host joins once: again changes neither name nor address", async ({ join, store }) => {
    const first = await join("backend", { host: "client" });
    const again = await join("elsewhere", { host: "client" });
    assert.deepEqual([again.id, again.name], [first.id, "backend"]);
    assert.equal((await store.peerOf("client"))?.id, first.id);
  });

  law("a host that never joined has no peer", async ({ store }) => {
    assert.equal(await store.peerOf("nobody"), undefined);
  });

  law("/clear keeps the peer and changes its session", async ({ join }) => {
    const before = await join("backend", { host: "client", sessionId: "one", sessionIsCurrent: true });
    const after = await join("backend", { host: "client", sessionId: "two", sessionIsCurrent: true });
    assert.deepEqual([after.id, after.name, after.sessionId], [before.id, before.name, "two"]);
  });

  law("a server's session id counts only until a hook's is known", async ({ join }) => {
    assert.equal((await join("backend", { host: "client", sessionId: "at start" })).sessionId, "at start");
    await join("backend", { host: "client", sessionId: "now", sessionIsCurrent: true });
    assert.equal((await join("backend", { host: "client", sessionId: "at start" })).sessionId, "now");
  });

  law("a late leave of an old session does nothing", async ({ join, store, clock }) => {
    await join("backend", { host: "client", sessionId: "old", sessionIsCurrent: true });
    await join("backend", { host: "client", sessionId: "new", sessionIsCurrent: true });
    await store.leave("client", "old", clock.now);
    assert.equal((await store.peerOf("client"))?.sessionId, "new");
    await store.leave("client", "new", clock.now);
    assert.equal(await store.peerOf("client"), undefined);
  });

  law(
    "a late leave of an old host does not touch the new holder of its name",
    async ({ join, leave, store, clock }) => {
      const old = await join("backend", { sessionId: "one", sessionIsCurrent: true });
      await leave(old);
      const next = await join("backend", { sessionId: "one", sessionIsCurrent: true });
      await store.leave(must(old.host), "one", clock.now);
      assert.equal((await store.peerOf(must(next.host)))?.name, "backend");
    },
  );

  law(
    "leave without a session id frees the host's peer whatever its session",
    async ({ join, store, clock }) => {
      await join("backend", { host: "client", sessionId: "one", sessionIsCurrent: true });
      await store.leave("client", undefined, clock.now);
      assert.equal(await store.peerOf("client"), undefined);
    },
  );

  law("leave names the peers that wait for the one that left", async ({ join, leave, ask }) => {
    const [frontend, mobile, backend] = [await join("frontend"), await join("mobile"), await join("backend")];
    await ask(frontend, backend);
    // Nobody waits for mobile.
    await ask(mobile, frontend);
    assert.deepEqual(await leave(mobile), []);
    const other = await join("mobile");
    await ask(other, backend);
    assert.deepEqual(await leave(backend), [other.id]);
  });

  law("the project's summary is for sessions that have given none", async ({ join }) => {
    const project = { host: "client", defaultSummary: "the shop" };
    assert.equal((await join("backend", project)).summary, "the shop");
    await join("backend", { ...project, summary: "the orders API" });
    assert.equal((await join("backend", project)).summary, "the orders API");
  });

  law("a summary stays until another is given", async ({ join }) => {
    await join("backend", { host: "client", summary: "the orders API" });
    assert.equal((await join("backend", { host: "client" })).summary, "the orders API");
    assert.equal((await join("backend", { host: "client", summary: "billing" })).summary, "billing");
  });

  law(
    "peers lists live ones first, with what is open for each",
    async ({ join, leave, ask, show, reply, store, clock }) => {
      const [zulu, alpha, bravo] = [await join("zulu"), await join("alpha"), await join("bravo")];
      await leave(alpha);
      await ask(zulu, bravo, "one");
      const answered = await ask(zulu, bravo, "two");
      await show(bravo);
      await reply(bravo, answered);
      const peers = await store.peers(clock.now);
      assert.deepEqual(
        peers.map(({ name, host, asking, openQuestions }) => [name, host !== null, asking, openQuestions]),
        [
          ["bravo", true, false, 1],
          ["zulu", true, true, 0],
          ["alpha", false, false, 0],
        ],
      );
    },
  );

  law("touch tells when a session was seen and what it does", async ({ join, store, clock }) => {
    const backend = await join("backend", { host: "client" });
    clock.now += SECOND;
    await store.touch({ peer: backend.id, activity: "busy", now: clock.now });
    clock.now += SECOND;
    await store.touch({ peer: backend.id, now: clock.now });
    const seen = must(await store.peerOf("client"));
    assert.deepEqual(
      [seen.activity, seen.activityAt, seen.lastSeenAt],
      ["busy", clock.now - SECOND, clock.now],
    );
  });

  law("touch does not revive a session that left", async ({ join, leave, store, clock }) => {
    const backend = await join("backend");
    await leave(backend);
    await store.touch({ peer: backend.id, activity: "busy", now: clock.now + SECOND });
    const [seen] = await store.peers(clock.now);
    assert.deepEqual([seen?.host, seen?.activity, seen?.lastSeenAt], [null, "idle", clock.now]);
  });

  law(
    "processes names every host, its server and every waiting process once",
    async ({ join, ask, store }) => {
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      await ask(frontend, backend, "one");
      await ask(frontend, backend, "two");
      const names = (await store.processes()).map(({ process }) => process).sort();
      assert.deepEqual(
        names,
        [frontend.host, backend.host, frontend.server, backend.server, serverOf(frontend)]
          .map((one) => must(one))
          .sort(),
      );
    },
  );
}
