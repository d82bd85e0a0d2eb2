import assert from "node:assert/strict";
import { HANDING_LEASE } from "../../../src/domain/question.ts";
import { must } from "../../support/until.ts";
import { idsOf, lawTests, type MakeBackend, refusal } from "../stage.ts";

/** Mail belongs to the project; a name is only how it is found. */
export function projectLaws(make: MakeBackend): void {
  const law = lawTests(make);
  const anew = { sessionIsCurrent: true, begins: "anew" } as const;

  law("a session that starts anew takes over the mail of all its project's absent peers", async (stage) => {
    const { join, leave, ask, reply, take } = stage;
    const frontend = await join("frontend");
    const renamed = await join("svc", { rename: "svc-v2" });
    const second = await join("svc");
    const own = await ask(renamed, frontend);
    await leave(renamed);
    await leave(second);
    const [toRenamed, toSecond] = [await ask(frontend, "svc-v2"), await ask(frontend, second.name)];
    await reply(frontend, own);
    const next = await join("svc", anew);
    const mail = await take(next);
    assert.deepEqual([idsOf(mail.questions), idsOf(mail.replies)], [[toRenamed, toSecond].sort(), [own]]);
  });

  law("also where the project's own name changed between two sessions", async (stage) => {
    const { join, leave, ask, reply, take } = stage;
    const frontend = await join("frontend");
    const before = await join("api", { projectPath: "/work/svc" });
    const own = await ask(before, frontend);
    await leave(before);
    const question = await ask(frontend, "api");
    await reply(frontend, own);
    const after = await join("orders", { ...anew, projectPath: "/work/svc" });
    assert.equal(after.name, "orders");
    const mail = await take(after);
    assert.deepEqual([idsOf(mail.questions), idsOf(mail.replies)], [[question], [own]]);
  });

  law(
    "a name that its file gives is its own, also where the former one was that name with a number",
    async (stage) => {
      const { join, leave } = stage;
      await leave(await join("shop-2", { projectPath: "/work/shop-2" }));
      const renamed = await join("shop", { ...anew, host: "a client", projectPath: "/work/shop-2" });
      assert.deepEqual([renamed.name, renamed.ownName], ["shop", "shop"]);
      const other = await join("shop", { projectPath: "/work/shop" });
      assert.deepEqual([other.name, other.ownName], ["shop-2", "shop-2"]);
      await leave(renamed);
      // The number stays as long as the name itself is another project's.
      await leave(await join("shop", { ...anew, projectPath: "/work/shop" }));
      assert.equal((await stage.store.findFolder(undefined, "", "shop-2")).owner?.path, "/work/shop");
      await leave(await join("store", { ...anew, projectPath: "/work/shop-2" }));
      const next = await join("shop", { ...anew, projectPath: "/work/shop" });
      assert.deepEqual([next.name, next.ownName], ["shop", "shop"]);
    },
  );

  law("also where its folder was moved, which the folder itself tells", async (stage) => {
    const { join, leave, ask, reply, take, store } = stage;
    const frontend = await join("frontend");
    const before = await join("svc", { projectPath: "/work/old", folder: "7.1" });
    const own = await ask(before, frontend);
    await leave(before);
    const question = await ask(frontend, "svc");
    await reply(frontend, own);
    assert.deepEqual((await store.findFolder("7.1", "/work/new")).knownPaths, ["/work/old"]);
    const move = { folder: "7.1", from: "/work/old", to: "/work/new" };
    const moved = { ...anew, host: "a client", projectPath: "/work/new", folder: "7.1", moves: [move] };
    const after = await join("svc", moved);
    assert.deepEqual([after.name, after.ownName], ["svc", "svc"]);
    // The session's other process had looked at the same time.
    assert.deepEqual(await join("svc", moved), after);
    const mail = await take(after);
    assert.deepEqual([idsOf(mail.questions), idsOf(mail.replies)], [[question], [own]]);
    assert.deepEqual((await store.findFolder("7.1", "/work/new")).knownPaths, ["/work/new"]);
  });

  law("folders that changed places keep their mail apart", async (stage) => {
    const { join, leave, ask, take } = stage;
    const asker = await join("asker");
    await leave(await join("pa", { projectPath: "/work/pa", folder: "1.1" }));
    await leave(await join("pb", { projectPath: "/work/pb", folder: "2.2" }));
    const [toA, toB] = [await ask(asker, "pa"), await ask(asker, "pb")];
    const moves = [
      { folder: "2.2", from: "/work/pb", to: "/work/pa" },
      { folder: "1.1", from: "/work/pa", to: "/work/pb" },
    ];
    const b = await join("pa", { ...anew, projectPath: "/work/pa", folder: "2.2", moves });
    assert.deepEqual(idsOf((await take(b)).questions), [toB]);
    assert.deepEqual((await stage.store.findFolder("1.1", "/work/pb")).knownPaths, ["/work/pb"]);
    const a = await join("pb", { ...anew, projectPath: "/work/pb", folder: "1.1" });
    assert.deepEqual(idsOf((await take(a)).questions), [toA]);
  });

  law(
    "so it is where both want the same name, and a session is open in the folder that moves",
    async (stage) => {
      const { join, leave, ask, take, store } = stage;
      const asker = await join("asker");
      const names = ["backend", "backend-2"];
      const gone = [];
      for (const _ of names) gone.push(await join("backend", { projectPath: "/work/app", folder: "1.1" }));
      for (const peer of gone) await leave(peer);
      const live = await join("backend", { host: "a client", projectPath: "/work/fresh", folder: "2.2" });
      assert.deepEqual(
        [gone.map(({ name }) => name), live.name, live.ownName],
        [names, "backend-2", "backend-2"],
      );
      const moves = [{ folder: "2.2", from: "/work/fresh", to: "/work/app" }];
      const next = await join("backend", { ...anew, projectPath: "/work/app", folder: "2.2", moves });
      assert.deepEqual([next.name, next.ownName], ["backend", "backend"]);
      const still = await store.peerOf("a client");
      assert.deepEqual(
        [still?.name, still?.projectPath, still?.ownName],
        ["backend-2", "/work/app", "backend"],
      );
      const question = await ask(asker, "backend-2");
      assert.deepEqual(idsOf((await take(must(still))).questions), [question]);
    },
  );

  law("a folder that took the place of one that is gone has its name and its mail", async (stage) => {
    const { join, leave, ask, reply, take, store } = stage;
    const asker = await join("asker");
    const gone = await join("app", { projectPath: "/work/app", folder: "1.1" });
    const own = await ask(gone, asker);
    await leave(gone);
    await leave(await join("app-next", { projectPath: "/work/app-next", folder: "2.2" }));
    await reply(asker, own);
    const questions = [await ask(asker, "app"), await ask(asker, "app-next")];
    const moves = [{ folder: "2.2", from: "/work/app-next", to: "/work/app" }];
    const next = await join("app", { ...anew, projectPath: "/work/app", folder: "2.2", moves });
    assert.deepEqual([next.name, next.ownName], ["app", "app"]);
    const mail = await take(next);
    assert.deepEqual([idsOf(mail.questions), idsOf(mail.replies)], [questions, [own]]);
    assert.deepEqual((await store.projectPaths()).sort(), ["/work/app", "/work/asker"]);
  });

  law("a folder made anew in its place is the same project", async (stage) => {
    const { join, leave, ask, take, store } = stage;
    const asker = await join("asker");
    await leave(await join("pa", { projectPath: "/work/pa", folder: "1.1" }));
    const question = await ask(asker, "pa");
    const found = await store.findFolder("2.2", "/work/pa");
    assert.deepEqual([found.knownPaths, found.folderThere], [[], "1.1"]);
    const after = await join("pa", { ...anew, projectPath: "/work/pa", folder: "2.2" });
    assert.deepEqual(idsOf((await take(after)).questions), [question]);
  });

  law("a folder that was moved aside keeps its mail from the one that took its place", async (stage) => {
    const { join, leave, ask, take } = stage;
    const asker = await join("asker");
    const live = await join("pa", { host: "a client", projectPath: "/work/pa", folder: "1.1" });
    await leave(await join("pa", { rename: "other", projectPath: "/work/pa", folder: "1.1" }));
    const question = await ask(asker, "other");
    const move = { folder: "1.1", from: "/work/pa", to: "/work/pa-old" };
    const fresh = await join("pa", { ...anew, projectPath: "/work/pa", folder: "2.2", moves: [move] });
    assert.deepEqual([fresh.name, idsOf((await take(fresh)).questions)], ["pa-2", []]);
    // The session that is still open there says the old path until its end: the folder at that path is not its own.
    const stale = { host: "a client", projectPath: "/work/pa", folder: "2.2", accept: ["thief"] };
    assert.deepEqual((await join("pa", stale)).accept, null);
    await leave(live);
    const found = await stage.store.findFolder("1.1", "/work/pa-old");
    assert.deepEqual([found.knownPaths, found.folderThere], [["/work/pa-old"], "1.1"]);
    const old = await join("pa-old", { ...anew, projectPath: "/work/pa-old", folder: "1.1" });
    assert.deepEqual(idsOf((await take(old)).questions), [question]);
  });

  law(
    "a project whose folder is not there any more loses its own name and none of its mail",
    async (stage) => {
      const { join, leave, ask, take, store } = stage;
      const asker = await join("asker");
      const before = await join("api", { projectPath: "/work/a/api" });
      const [early, late] = [await ask(asker, "api", "early"), await ask(asker, "api", "late")];
      assert.deepEqual((await store.findFolder(undefined, "/work/b/api", "api")).owner, {
        path: "/work/a/api",
        baseName: "api",
      });
      const elsewhere = { projectPath: "/work/b/api", formerOwner: "/work/a/api" };
      const next = await join("api", { ...anew, ...elsewhere });
      assert.deepEqual([next.name, next.ownName, idsOf((await take(next)).questions)], ["api", "api", []]);
      // A session that is still open goes by another name, and has what it was asked.
      const still = must(await store.peerOf(before.host ?? ""));
      assert.deepEqual([still.name, still.ownName], ["api-2", null]);
      assert.deepEqual(idsOf((await take(still, "new", 1)).questions), [early]);
      await leave(still);
      await leave(next);
      // Who looked at the same time as another comes too late.
      const third = await join("api", { projectPath: "/work/c/api", formerOwner: "/work/a/api" });
      assert.deepEqual([third.name, third.ownName], ["api-2", "api-2"]);
      // The folder is back, as after its disk was mounted again.
      const back = await join("api", { ...anew, projectPath: "/work/a/api" });
      assert.deepEqual([back.name, back.ownName], ["api-3", "api-3"]);
      stage.clock.now += HANDING_LEASE;
      assert.deepEqual(idsOf((await take(back)).questions), [early, late]);
    },
  );

  law(
    "a folder that only guests were in keeps their answers when it is moved, and claims no name",
    async (stage) => {
      const { join, leave, ask, reply, take, store, clock } = stage;
      const backend = await join("backend");
      const terminal = { accept: [], folder: "7.1" };
      const guest = await join("shop-terminal", { ...terminal, projectPath: "terminal:/work/shop" });
      const late = await ask(guest, backend);
      await leave(guest);
      await reply(backend, late);
      assert.deepEqual(await store.findFolder("7.1", "/work/new", "shop"), {
        knownPaths: ["/work/shop"],
        folderThere: undefined,
        owner: undefined,
      });
      const moves = [{ folder: "7.1", from: "/work/shop", to: "/work/new" }];
      await leave(await join("new-terminal", { ...terminal, projectPath: "terminal:/work/new", moves }));
      const [kept] = (await store.peers(clock.now)).filter(({ name }) => name !== "backend");
      assert.deepEqual(idsOf((await take(must(kept))).replies), [late]);
      assert.equal((await join("new", { projectPath: "/work/new", folder: "7.1" })).ownName, "new");
      // A guest leaves the name that its folder's sessions have as it is.
      await leave(await join("new-terminal", { ...terminal, projectPath: "terminal:/work/new" }));
      assert.equal((await store.findFolder("7.1", "/work/new", "new")).owner?.baseName, "new");
    },
  );

  law(
    "of two folders with one identity, as on a copied disk, each is found by its path first",
    async (stage) => {
      const { join, store, clock } = stage;
      const places = ["/disk/api", "/backup/api"];
      for (const projectPath of places) await join("api", { projectPath, folder: "7.1" });
      for (let round = 0; round < 2; round++) {
        for (const [n, place] of places.entries()) {
          const other = places[1 - n];
          assert.deepEqual((await store.findFolder("7.1", place)).knownPaths, [place, other]);
          clock.now++;
          await join("api", { host: "a client", projectPath: place, folder: "7.1" });
          await store.leave("a client", undefined, clock.now);
        }
      }
    },
  );

  law(
    "mail of a peer that was left minutes ago goes to a session of its project that goes on",
    async (stage) => {
      const { join, leave, ask, reply, take, store, clock } = stage;
      const asker = await join("asker");
      const [first, second] = [await join("svc"), await join("svc", { rename: "svc-v2" })];
      const own = await ask(second, asker);
      await leave(second);
      const question = await ask(asker, "svc-v2");
      await reply(asker, own);
      assert.equal(await store.adopt(first.id, clock.now), false);
      assert.deepEqual((await take(first)).questions, []);
      clock.now += 5 * 60_000;
      assert.equal(await store.adopt(asker.id, clock.now), false);
      assert.equal(await store.adopt(first.id, clock.now), true);
      const mail = await take(first);
      assert.deepEqual([idsOf(mail.questions), idsOf(mail.replies)], [[question], [own]]);
      assert.equal(await store.adopt(first.id, clock.now), false);
    },
  );

  law("what that peer was shown and did not answer is new to the session that has it then", async (stage) => {
    const { join, leave, ask, show, take, store, clock } = stage;
    const asker = await join("asker");
    const [first, second] = [await join("svc"), await join("svc")];
    const question = await ask(asker, "svc");
    for (const questions of ["new", "due", "due"] as const) await show(first, questions);
    await leave(first);
    clock.now += 5 * 60_000;
    assert.equal(await store.adopt(second.id, clock.now), true);
    assert.equal(await store.wakeDue(second.id, clock.now), true);
    assert.deepEqual(idsOf((await show(second, "new")).questions), [question]);
    for (const expected of [[question], [question], []])
      assert.deepEqual(idsOf((await show(second, "due")).questions), expected);
    assert.deepEqual((await take(second)).questions, []);
  });

  law("so it does where the clock was set back since that peer was left", async (stage) => {
    const { join, leave, ask, take, store, clock } = stage;
    const asker = await join("asker");
    const [first, second] = [await join("svc"), await join("svc", { rename: "svc-v2" })];
    const question = await ask(asker, "svc-v2");
    await leave(second);
    clock.now -= 3_600_000;
    assert.equal(await store.adopt(first.id, clock.now), true);
    assert.deepEqual(idsOf((await take(first)).questions), [question]);
  });

  law("a moved folder whose new path the mesh knows brings its mail there", async (stage) => {
    const { join, leave, ask, take } = stage;
    const frontend = await join("frontend");
    await leave(await join("svc", { projectPath: "/work/old", folder: "7.1" }));
    await leave(await join("svc", { projectPath: "/work/new" }));
    const [toOld, toNew] = [await ask(frontend, "svc"), await ask(frontend, "svc-2")];
    const move = { folder: "7.1", from: "/work/old", to: "/work/new" };
    const moved = { ...anew, projectPath: "/work/new", folder: "7.1", moves: [move] };
    const mail = await take(await join("svc", moved));
    assert.deepEqual(idsOf(mail.questions), [toOld, toNew].sort());
  });

  law(
    "a session whose kind of start is not known leaves other addresses' mail where it is",
    async (stage) => {
      const { join, leave, ask, take } = stage;
      const frontend = await join("frontend");
      await leave(await join("svc", { rename: "other" }));
      const question = await ask(frontend, "other");
      const host = "client";
      assert.deepEqual((await take(await join("svc", { host }))).questions, []);
      assert.deepEqual(idsOf((await take(await join("svc", { host, ...anew }))).questions), [question]);
    },
  );

  law("a name that is a project's own is not to be had by another project, live or not", async (stage) => {
    const { join, leave, store } = stage;
    const frontend = await join("frontend");
    const thief = await join("thief", { host: "client of the thief" });
    const steal = () => join("thief", { host: "client of the thief", rename: "frontend" });
    await refusal(steal(), "name_taken");
    await leave(frontend);
    const refused = await refusal(steal(), "name_reserved");
    assert.deepEqual([refused.name, refused.projectPath], ["frontend", "/work/frontend"]);
    assert.equal((await store.peerOf("client of the thief"))?.name, thief.name);
    // Nor by a folder or a file of that name.
    const namesake = await join("frontend", { projectPath: "/elsewhere/frontend" });
    assert.deepEqual([namesake.name, namesake.ownName], ["frontend-2", "frontend-2"]);
    assert.equal((await join("frontend")).name, "frontend");
  });

  law("a project gets its own name, though a session of another one chose it before", async (stage) => {
    const { join, ask, take, store } = stage;
    const thief = await join("thief", { host: "client of the thief", rename: "web" });
    const before = await ask(await join("asker"), "web", "before there was a project of that name");
    const web = await join("web");
    assert.deepEqual([web.name, web.ownName], ["web", "web"]);
    assert.equal((await store.peerOf("client of the thief"))?.name, "thief");
    const after = await ask(await join("frontend"), "web", "after");
    assert.deepEqual(idsOf((await take(thief)).questions), [before]);
    assert.deepEqual(idsOf((await take(web)).questions), [after]);
  });

  law("a name that is a project's own leads to no absent peer of another project", async (stage) => {
    const { join, leave, ask, store } = stage;
    const asker = await join("asker");
    const leadsTo = async (name: string) => {
      const refused = await refusal(ask(asker, name), "unknown_peer");
      assert.equal(await store.peerNamed(name), undefined);
      return refused.now;
    };
    await leave(await join("other", { rename: "web" }));
    assert.equal((await store.peerNamed("web"))?.projectPath, "/work/other");
    await join("web", { host: "client", rename: "web-v2" });
    assert.equal(await leadsTo("web"), "web-v2");
    // Nor to one that had it only by a number.
    const [first, second] = [await join("app"), await join("app")];
    assert.equal(second.name, "app-2");
    for (const peer of [second, first]) await leave(peer);
    await join("app-2", { host: "client of app-2", rename: "shop" });
    assert.equal(await leadsTo("app-2"), "shop");
    // Nor where its project never bore it.
    const resumed = { sessionId: "one", sessionIsCurrent: true };
    await leave(await join("old", { ...resumed, projectPath: "/work/docs", rename: "manual" }));
    await leave(await join("other", { rename: "docs" }));
    const back = await join("docs", { ...resumed, projectPath: "/work/docs", begins: "resumed" });
    assert.deepEqual([back.name, back.ownName], ["manual", "docs"]);
    assert.equal(await leadsTo("docs"), "manual");
  });

  law(
    "a project whose own name changes gets it at once, though another's session bears it",
    async (stage) => {
      const { join, ask, take, store } = stage;
      const asker = await join("asker");
      const svc = { host: "client of svc", projectPath: "/work/svc" };
      const before = await join("svc", { ...svc, rename: "svc-v2" });
      const other = await join("other", { rename: "orders" });
      assert.equal((await join("orders", svc)).ownName, "orders");
      assert.equal((await store.peerOf(other.host ?? ""))?.name, "other");
      assert.equal((await refusal(ask(asker, "orders"), "unknown_peer")).now, "svc-v2");
      const next = await join("orders", { projectPath: "/work/svc" });
      const question = await ask(asker, "orders");
      assert.deepEqual(idsOf((await take(next)).questions), [question]);
      assert.equal(before.name, "svc-v2");
    },
  );

  law("who bears a project's own name goes by the new one once that has changed", async (stage) => {
    const { join, leave, ask, take, store } = stage;
    const asker = await join("asker");
    const projectPath = "/work/svc";
    const [first, second] = [
      { host: "one", projectPath },
      { host: "two", projectPath },
    ];
    await join("svc", first);
    const question = await ask(asker, "svc");
    assert.equal((await join("orders", { ...first, ...anew })).name, "orders");
    assert.equal((await refusal(ask(asker, "svc"), "unknown_peer")).now, "orders");
    assert.deepEqual(idsOf((await take(must(await store.peerOf("one")))).questions), [question]);
    // Whichever session of the project it is that reads the file.
    assert.equal((await join("orders", second)).name, "orders-2");
    assert.equal((await join("shop", second)).name, "orders-2");
    assert.equal((await store.peerOf("one"))?.name, "shop");
    // Unless another one bears the new name already, or the session says what it wants to be called.
    await join("shop", { ...second, rename: "bills" });
    assert.equal((await join("bills", first)).name, "shop");
    await leave(must(await store.peerOf("two")));
    await join("shop", first);
    assert.equal((await join("sales", { ...first, rename: "shop" })).name, "shop");
  });

  law("also where it is a guest of its own folder that bears it", async ({ join, store }) => {
    const guest = await join("shop-run", { projectPath: "run:/work/shop", accept: [] });
    const shop = await join("shop-run", { projectPath: "/work/shop" });
    assert.deepEqual([shop.name, shop.ownName], ["shop-run", "shop-run"]);
    assert.equal((await store.peerOf(guest.host ?? ""))?.name, "shop-run-2");
  });

  law("who may ask is said by projects' own names, whatever their sessions are called", async (stage) => {
    const { join, ask } = stage;
    await join("api", { accept: ["frontend"] });
    const thief = await join("thief", { rename: "frontend" });
    const refused = await refusal(ask(thief, "api"), "not_accepted");
    assert.equal(refused.asker, "thief");
    const frontend = await join("frontend");
    assert.equal(frontend.name, "frontend");
    await ask(frontend, "api");
    await ask(await join("frontend", { rename: "design" }), "api", "another session of that project");
  });

  law("who asks for a former name is not sent to a stranger who bears the new one", async (stage) => {
    const { join, leave, ask } = stage;
    const asker = await join("asker");
    await leave(await join("api", { rename: "shop" }));
    await join("other", { rename: "shop" });
    assert.equal((await refusal(ask(asker, "api"), "unknown_peer")).now, undefined);
    await join("api", anew);
    await ask(asker, "api");
  });

  law(
    "who asks for a former name hears that of a live session of the project before one's that left",
    async (stage) => {
      const { join, leave, ask, take } = stage;
      const asker = await join("asker");
      const core = { projectPath: "/work/core" };
      const first = await join("core", { ...core, host: "one" });
      const second = await join("core", { ...core, host: "two" });
      await join("core", { ...core, host: "one", rename: "alpha" });
      assert.equal((await refusal(ask(asker, "core"), "unknown_peer")).now, "alpha");
      await leave(first);
      assert.equal((await refusal(ask(asker, "core"), "unknown_peer")).now, second.name);
      const id = await ask(asker, second.name);
      assert.deepEqual(idsOf((await take(second)).questions), [id]);
    },
  );

  law("who asks for a former name hears the new one", async (stage) => {
    const { join, leave, ask } = stage;
    const frontend = await join("frontend");
    await join("b", { host: "client", projectPath: "/work/b" });
    await join("b", { host: "client", projectPath: "/work/b", rename: "bee" });
    assert.equal((await refusal(ask(frontend, "b"), "unknown_peer")).now, "bee");
    await leave(await join("svc", { rename: "svc-v2" }));
    await join("svc", anew);
    assert.equal((await refusal(ask(frontend, "svc-v2"), "unknown_peer")).now, "svc");
    assert.equal((await refusal(ask(frontend, "nobody"), "unknown_peer")).now, undefined);
    await join("proj");
    await join("proj", { host: "another client" });
    await join("proj", { host: "another client", rename: "worker" });
    assert.equal((await refusal(ask(frontend, "proj-2"), "unknown_peer")).now, "worker");
  });

  law("a guest stands for its folder's project, and claims no name for it", async (stage) => {
    const { join, leave, ask } = stage;
    await join("api", { accept: ["shop"] });
    const early = await join("shop-terminal", { projectPath: "terminal:/elsewhere/shop" });
    assert.equal(early.ownName, null);
    await refusal(ask(early, "api"), "not_accepted");
    await leave(early);
    assert.equal((await join("shop")).ownName, "shop");
    for (const kind of ["terminal", "run"]) {
      const guest = await join(`shop-${kind}`, { host: kind, projectPath: `${kind}:/work/shop` });
      assert.deepEqual([guest.name, guest.ownName], [`shop-${kind}`, "shop"]);
      await ask(guest, "api", `by a ${kind}`);
      const rename = { host: kind, projectPath: `${kind}:/work/shop`, rename: "shop" };
      const taken = join(`shop-${kind}`, rename);
      await refusal(taken, "name_taken");
    }
  });

  law("a run takes nobody's mail, and leaves its own to the folder's terminals", async (stage) => {
    const { join, leave, ask, reply, take, store, clock } = stage;
    const backend = await join("backend");
    const shop = await join("shop");
    const late = await ask(shop, backend, "the session's");
    await leave(shop);
    const question = await ask(backend, "shop");
    await reply(backend, late);
    const run = await join("shop-run", { projectPath: "run:/work/shop", accept: [], ...anew });
    const own = await ask(run, backend, "the run's");
    const mail = await take(run, "open");
    assert.deepEqual([mail.questions, mail.replies], [[], []]);
    await leave(run);
    await reply(backend, own);
    const again = await join("shop-run", { projectPath: "run:/work/shop", accept: [], ...anew });
    assert.deepEqual((await take(again)).replies, []);
    const session = await take(await join("shop", anew));
    assert.deepEqual([idsOf(session.questions), idsOf(session.replies)], [[question], [late]]);
    const kept = (await store.peers(clock.now)).find((peer) => peer.projectPath === "terminal:/work/shop");
    assert.deepEqual(idsOf((await take(kept ?? backend)).replies), [own]);
  });

  law(
    "a guest whose name becomes a project's own leaves its folder's name to the folder's session",
    async (stage) => {
      const { join, leave } = stage;
      await leave(await join("shop"));
      const guest = { host: "a run", projectPath: "run:/work/shop", accept: [] };
      assert.equal((await join("shop-run", guest)).name, "shop-run");
      assert.equal((await join("shop-run", { projectPath: "/work/shop-run" })).name, "shop-run");
      assert.equal((await stage.store.peerOf("a run"))?.name, "shop-run-2");
      assert.equal((await join("shop", anew)).name, "shop");
    },
  );

  law("the terminals of a folder leave one address, which has all their late answers", async (stage) => {
    const { join, leave, ask, reply, take, store, clock } = stage;
    const backend = await join("backend");
    const projectPath = "terminal:/work/shop";
    const terminals = [];
    for (let n = 0; n < 5; n++) terminals.push(await join("shop-terminal", { projectPath }));
    const ids = [];
    for (const [n, terminal] of terminals.entries()) ids.push(await ask(terminal, backend, `question ${n}`));
    for (const terminal of terminals) await leave(terminal);
    for (const id of ids) await reply(backend, id);
    const left = (await store.peers(clock.now)).filter((peer) => peer.projectPath === projectPath);
    assert.equal(left.length, 1);
    assert.deepEqual(idsOf((await take(left[0] ?? backend)).replies), ids);
  });
}
