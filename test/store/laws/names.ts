import assert from "node:assert/strict";
import { expectKind, idsOf, lawTests, type MakeBackend, refusal } from "../stage.ts";

export function nameLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("sessions of one project share its name as a family", async ({ join }) => {
    const names = [await join("backend"), await join("backend"), await join("backend")].map(
      ({ name }) => name,
    );
    assert.deepEqual(names, ["backend", "backend-2", "backend-3"]);
  });

  law("another project with the same name gets the next one of the family", async ({ join }) => {
    await join("app", { projectPath: "/work/app" });
    const worktree = await join("app", { projectPath: "/work/app-feature" });
    assert.equal(worktree.name, "app-2");
  });

  law(
    "a worktree comes back under the name it had, even while the first name is free",
    async ({ join, leave }) => {
      const main = await join("app", { projectPath: "/work/app" });
      const worktree = await join("app", { projectPath: "/work/app-feature" });
      await leave(worktree);
      await leave(main);
      const again = await join("app", { projectPath: "/work/app-feature" });
      assert.deepEqual([again.name, again.id], ["app-2", worktree.id]);
    },
  );

  law(
    "a freed name goes to the project's next session, with its mail",
    async ({ join, leave, ask, take }) => {
      const frontend = await join("frontend");
      const first = await join("backend");
      await leave(first);
      const question = await ask(frontend, "backend");
      const next = await join("backend");
      assert.equal(next.name, "backend");
      assert.deepEqual(idsOf((await take(next)).questions), [question]);
    },
  );

  law("the lowest free name of the project's own comes first", async ({ join, leave }) => {
    const [first, second] = [await join("backend"), await join("backend")];
    await leave(second);
    await leave(first);
    assert.equal((await join("backend")).name, "backend");
    assert.equal((await join("backend")).name, "backend-2");
  });

  law("a resumed session gets the name it had, not the first free one", async ({ join, leave }) => {
    const first = await join("backend", { sessionId: "one", sessionIsCurrent: true });
    const second = await join("backend", { sessionId: "two", sessionIsCurrent: true });
    await leave(first);
    await leave(second);
    const resumed = await join("backend", { sessionId: "two", sessionIsCurrent: true, begins: "resumed" });
    assert.deepEqual([resumed.name, resumed.id], ["backend-2", second.id]);
  });

  law(
    "a resumed session gets its name back though its server joined first",
    async ({ join, leave, ask, take }) => {
      const frontend = await join("frontend");
      const first = await join("backend", { sessionId: "one", sessionIsCurrent: true });
      const second = await join("backend", { sessionId: "two", sessionIsCurrent: true });
      await leave(first);
      await leave(second);
      const question = await ask(frontend, "backend-2");
      const host = "host of the server";
      assert.equal((await join("backend", { host })).name, "backend");
      const resumed = await join("backend", {
        host,
        sessionId: "two",
        sessionIsCurrent: true,
        begins: "resumed",
      });
      assert.equal(resumed.name, "backend-2");
      assert.deepEqual(idsOf((await take(resumed)).questions), [question]);
    },
  );

  law(
    "a resumed session gets its name back though another of its project bore it since",
    async ({ join, leave }) => {
      const first = await join("backend", { sessionId: "one", sessionIsCurrent: true });
      const second = await join("backend", { sessionId: "two", sessionIsCurrent: true });
      await leave(second);
      const third = await join("backend", { sessionId: "three", sessionIsCurrent: true });
      assert.equal(third.name, "backend-2");
      await leave(third);
      await leave(first);
      const resumed = await join("backend", { sessionId: "two", sessionIsCurrent: true, begins: "resumed" });
      assert.equal(resumed.name, "backend-2");
    },
  );

  law(
    "a resumed session gets its name back though another project's session chose it since",
    async ({ join, leave }) => {
      const own = { projectPath: "/work/a", sessionId: "one", sessionIsCurrent: true };
      const session = await join("a", { ...own, rename: "billing" });
      await join("a", { projectPath: "/work/a" });
      await leave(session);
      await leave(await join("shop", { rename: "billing" }));
      assert.equal((await join("a", { ...own, begins: "resumed" })).name, "billing");
    },
  );

  law("a resumed session does not get a name back that became another project's own", async (stage) => {
    const { join, leave } = stage;
    const own = { projectPath: "/work/a", sessionId: "one", sessionIsCurrent: true };
    await leave(await join("a", { ...own, rename: "billing" }));
    await leave(await join("billing"));
    assert.equal((await join("a", { ...own, begins: "resumed" })).name, "a");
  });

  law(
    "a session that is resumed in a process that ran another keeps that process's name",
    async ({ join, leave }) => {
      await leave(await join("backend", { sessionId: "one", sessionIsCurrent: true, rename: "api" }));
      const host = "client";
      await join("backend", { host, sessionId: "two", sessionIsCurrent: true, rename: "shop" });
      const resumed = await join("backend", {
        host,
        sessionId: "one",
        sessionIsCurrent: true,
        begins: "resumed",
      });
      assert.equal(resumed.name, "shop");
    },
  );

  law("a resumed session takes no mail of the address that its server joined under first", async (stage) => {
    const { join, leave, ask, reply, take } = stage;
    const frontend = await join("frontend");
    const first = await join("backend", { sessionId: "one", sessionIsCurrent: true });
    const second = await join("backend", { sessionId: "two", sessionIsCurrent: true });
    const asked = await ask(first, frontend);
    const toFirst = await ask(frontend, first);
    await leave(first);
    await leave(second);
    await reply(frontend, asked);
    const toSecond = await ask(frontend, "backend-2");
    const host = "host of the server";
    assert.equal((await join("backend", { host, sessionId: "fresh" })).id, first.id);
    const resumed = await join("backend", {
      host,
      sessionId: "two",
      sessionIsCurrent: true,
      begins: "resumed",
    });
    assert.equal(resumed.name, "backend-2");
    const mail = await take(resumed);
    assert.deepEqual([idsOf(mail.questions), idsOf(mail.replies)], [[toSecond], []]);
    const again = await join("backend", { sessionId: "one", sessionIsCurrent: true, begins: "resumed" });
    assert.equal(again.name, "backend");
    const firsts = await take(again);
    assert.deepEqual([idsOf(firsts.questions), idsOf(firsts.replies)], [[toFirst], [asked]]);
  });

  law("a resumed session whose name lives elsewhere takes another", async ({ join, leave }) => {
    const before = await join("backend", { sessionId: "one", sessionIsCurrent: true });
    await leave(before);
    await join("backend", { sessionId: "two", sessionIsCurrent: true });
    const resumed = await join("backend", { sessionId: "one", sessionIsCurrent: true, begins: "resumed" });
    assert.equal(resumed.name, "backend-2");
  });

  law("a renamed peer is asked under its new name and answers what it was asked before", async (stage) => {
    const { join, ask, take } = stage;
    const frontend = await join("frontend");
    const backend = await join("backend");
    const before = await ask(frontend, "backend", "under the old name");
    const renamed = await join("backend", { host: backend.host ?? "", rename: "api" });
    assert.deepEqual([renamed.name, renamed.id], ["api", backend.id]);
    const after = await ask(frontend, "api", "under the new name");
    assert.deepEqual(idsOf((await take(renamed)).questions), [before, after]);
    await refusal(ask(frontend, "backend"), "unknown_peer");
  });

  law("a name that lives is refused with its project, and nothing changes", async ({ join, store }) => {
    await join("api", { projectPath: "/work/other" });
    const backend = await join("backend");
    const host = backend.host ?? "";
    const refused = await refusal(join("backend", { host, rename: "api" }), "name_taken");
    assert.deepEqual([refused.name, refused.projectPath], ["api", "/work/other"]);
    assert.equal((await store.peerOf(host))?.name, "backend");
  });

  law("a name that a guest bears, or bore, is refused with the guest's folder", async ({ join, leave }) => {
    const projectPath = "run:/work/shop";
    const guest = await join("shop-run", { projectPath, accept: [] });
    const { host } = await join("backend");
    const session = join("backend", { host: host ?? "", rename: "shop-run" });
    assert.equal((await refusal(session, "name_taken")).projectPath, "/work/shop");
    await leave(guest);
    const run = join("api-run", { projectPath: "run:/work/api", accept: [], rename: "shop-run" });
    assert.equal((await refusal(run, "name_reserved")).projectPath, "/work/shop");
  });

  law(
    "a rename to a name that the project had brings that name's mail",
    async ({ join, leave, ask, take }) => {
      const frontend = await join("frontend");
      const first = await join("backend");
      const second = await join("backend");
      await leave(second);
      const question = await ask(frontend, "backend-2");
      const renamed = await join("backend", { host: first.host ?? "", rename: "backend-2" });
      assert.deepEqual(idsOf((await take(renamed)).questions), [question]);
    },
  );

  law(
    "mail of a name that another project's session chose goes to its own project's live session",
    async (stage) => {
      const { join, leave, ask, take, wait } = stage;
      const frontend = await join("frontend");
      const first = await join("a", { rename: "api" });
      const second = await join("a");
      await leave(first);
      const question = await ask(frontend, "api");
      const stranger = await join("b", { rename: "api" });
      assert.deepEqual((await take(stranger)).questions, []);
      assert.deepEqual(idsOf((await take(second)).questions), [question]);
      const [asked] = expectKind(await wait(frontend, [question]), "waiting").asked;
      assert.deepEqual([asked?.to, asked?.recipient], ["a", "active"]);
    },
  );

  law("mail follows its project when another project's session holds its name", async (stage) => {
    const { join, leave, ask, take } = stage;
    const frontend = await join("frontend");
    await leave(await join("a", { rename: "api" }));
    const question = await ask(frontend, "api");
    const stranger = await join("b", { rename: "api" });
    assert.deepEqual((await take(stranger)).questions, []);
    const owner = await join("a");
    assert.equal(owner.name, "a");
    assert.deepEqual(idsOf((await take(owner)).questions), [question]);
  });
}
