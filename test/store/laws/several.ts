import assert from "node:assert/strict";
import { UNREAD_LIMITS } from "../../../src/domain/asking.ts";
import { must } from "../../support/until.ts";
import { expectKind, idsOf, lawTests, type MakeBackend, refusal, type Stage } from "../stage.ts";

export function severalLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("each recipient gets a question of its own, in the order of the names", async (stage) => {
    const { ids, peers } = await askedThree(stage);
    assert.equal(new Set(ids).size, 3);
    for (const [n, peer] of peers.entries())
      assert.deepEqual(idsOf((await stage.take(peer)).questions), [ids[n]]);
  });

  law("a name that stands twice in the list counts once", async ({ join, askAll, take }) => {
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const asks = await askAll(frontend, ["backend", "backend", "backend"]);
    assert.equal(asks.length, 1);
    assert.deepEqual(idsOf((await take(backend)).questions), idsOf(asks));
  });

  const refused = {
    "an unknown name": ["unknown_peer", "bakend"],
    "the asker itself": ["self_ask", "frontend"],
    "a peer that does not take its questions": ["not_accepted", "closed"],
  } as const;
  for (const [what, [kind, name]] of Object.entries(refused)) {
    law(
      `with ${what} among the recipients nobody is asked`,
      async ({ join, askAll, take, ask, isAsking }) => {
        const [frontend, backend] = [await join("frontend"), await join("backend")];
        await join("closed", { accept: ["mobile"] });
        await ask(backend, await join("mobile"));
        await refusal(askAll(frontend, ["backend", name]), kind);
        await refusal(askAll(frontend, [name, "backend"]), kind);
        assert.deepEqual((await take(backend)).questions, []);
        assert.equal(await isAsking(frontend), false);
        assert.equal(await isAsking(backend), true, "nor is the wait of a recipient ended");
      },
    );
  }

  law("where one of them has too much unread nobody is asked", async ({ join, ask, askAll, take }) => {
    const [frontend, backend, mobile] = [await join("frontend"), await join("backend"), await join("mobile")];
    for (let n = 0; n < UNREAD_LIMITS.project; n++) await ask(frontend, mobile, `question ${n}`);
    assert.equal((await refusal(askAll(frontend, [backend, mobile], "another"), "too_many")).to, "mobile");
    assert.deepEqual((await take(backend)).questions, []);
  });

  law("the star is every live peer but oneself, none that left", async ({ join, leave, askAll }) => {
    const frontend = await join("frontend");
    const [backend, mobile] = [await join("backend"), await join("mobile")];
    await leave(await join("gone"));
    const asks = await askAll(frontend, "*");
    assert.deepEqual(asks.map(({ recipient }) => recipient.id).sort(), [backend.id, mobile.id].sort());
    assert.ok(asks.every(({ repeated }) => !repeated));
    assert.ok((await askAll(frontend, "*")).every(({ repeated }) => repeated));
  });

  law("the star of one that is alone is refused", async ({ join, leave, askAll }) => {
    const frontend = await join("frontend");
    await leave(await join("gone"));
    await refusal(askAll(frontend, "*"), "nobody_live");
  });

  law("a name that is a star, in a list, is a name", async ({ join, askAll }) => {
    const frontend = await join("frontend");
    await join("backend");
    assert.equal((await refusal(askAll(frontend, ["*"]), "unknown_peer")).name, "*");
  });

  law("all recipients' waits end in the same step", async ({ join, ask, askAll, isAsking }) => {
    const [frontend, one, two] = [await join("frontend"), await join("one"), await join("two")];
    const other = await join("other");
    await ask(one, other);
    await ask(two, other, "two's");
    await askAll(frontend, [one, two]);
    assert.deepEqual(
      [await isAsking(one), await isAsking(two), await isAsking(frontend)],
      [false, false, true],
    );
  });

  law(
    "two that ask everybody at once: the later waits, the earlier is handed its question",
    async (stage) => {
      const { join, askAll, look } = stage;
      const [one, two] = [await join("one"), await join("two")];
      await join("three");
      const first = await askAll(one, "*", "from one");
      const second = await askAll(two, "*", "from two");
      assert.ok(second.some(({ recipient }) => recipient.id === one.id));
      const ended = expectKind(await look(one, idsOf(first)), "interrupted");
      assert.deepEqual(idsOf(ended.questions), [
        must(second.find(({ recipient }) => recipient.id === one.id)).id,
      ]);
      // Two has one's question in its inbox, so its wait is over as well.
      expectKind(await look(two, idsOf(second)), "interrupted");
    },
  );

  law("live and sleeping recipients: only the live are waited for", async (stage) => {
    const { join, leave, askAll, backend: data, take } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    await leave(await join("sleeper"));
    const asks = await askAll(frontend, ["sleeper", backend]);
    assert.deepEqual(
      asks.map(({ recipient }) => recipient.host !== null),
      [false, true],
    );
    const { waits } = await data.inspect([], Number.MAX_SAFE_INTEGER);
    assert.deepEqual(
      waits.map(({ question }) => question),
      [asks[1]?.id],
    );
    assert.deepEqual(idsOf((await take(await join("sleeper"))).questions), [asks[0]?.id]);
  });
}

async function askedThree({ join, askAll }: Stage) {
  const frontend = await join("frontend");
  const peers = [await join("one"), await join("two"), await join("three")];
  return { frontend, peers, ids: idsOf(await askAll(frontend, peers)) };
}
