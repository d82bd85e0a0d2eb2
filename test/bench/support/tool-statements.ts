import { silentBell } from "../../../src/bell/file-bell.ts";
import { liveness, processKey } from "../../../src/config/process.ts";
import { askPeer, awaitReply } from "../../../src/mesh/ask.ts";
import { pollInbox } from "../../../src/mesh/inbox.ts";
import { join } from "../../../src/mesh/join.ts";
import { confirmShown, type LastingMesh, type Outcome } from "../../../src/mesh/mesh.ts";
import { listPeers } from "../../../src/mesh/peers.ts";
import { replyToPeer } from "../../../src/mesh/reply.ts";
import { toolRoom } from "../../../src/mesh/room.ts";
import { makeSqliteStore } from "../../../src/store/sqlite/store.ts";
import { noted } from "../../support/noted.ts";
import { must } from "../../support/until.ts";
import type { World } from "../../support/world.ts";

/** A wait that looks once. */
const ONE_LOOK = {
  timeout: 0,
  maxBlock: 1_000,
  inBackground: () => false,
  room: toolRoom,
  signal: new AbortController().signal,
  progress: () => {},
};

/** What the tools cost in statements, on a real store in this process, where no heartbeat and no poll of a server's mixes in. */
export async function countTools(world: World): Promise<Record<string, number>> {
  let ran = 0;
  const db = noted(world.database(), () => void ran++);
  const mesh: LastingMesh = {
    store: makeSqliteStore(db),
    bell: silentBell,
    now: Date.now,
    process: processKey(process.pid),
    liveness,
    hostStatus: () => undefined,
  };
  const joined = (name: string) => {
    const project = {
      path: world.project(name),
      folder: undefined,
      baseName: name,
      summary: undefined,
      accept: undefined,
    };
    return join(mesh, { host: processKey(world.host().pid), project, sessionId: undefined });
  };
  const counts: Record<string, number> = {};
  const count = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    ran = 0;
    const result = await run();
    counts[what] = ran;
    return result;
  };
  const shown = async <T>(outcome: Promise<Outcome<T>>): Promise<T> => {
    const { result, receipt } = await outcome;
    if (receipt !== undefined) await confirmShown(mesh, receipt);
    return result;
  };

  const asker = await joined("frontend");
  const answerer = await joined("backend");
  await count("`poll_inbox`, nothing waiting", () => shown(pollInbox(mesh, answerer)));
  const first = { to: "backend", question: "Which port?", need: "all" } as const;
  await count("`ask_peer` and a wait that ends at once", () => shown(askPeer(mesh, asker, first, ONE_LOOK)));
  const inbox = await count("`poll_inbox`, one question waiting", () => shown(pollInbox(mesh, answerer)));
  const question = Number(must(inbox.questions[0]).question_id.slice(1));
  const answer = { question, answer: "8080", decline: false };
  await count("`reply_to_peer`", () => replyToPeer(mesh, answerer, answer));
  await count("`await_reply`, the answer being there", () =>
    shown(awaitReply(mesh, asker, question, "all", ONE_LOOK)),
  );
  const by = { process: mesh.process, id: "one" };
  const now = mesh.now();
  const second = { asker: asker.id, to: [answerer.name], body: "And which host?", by, now };
  const [asked] = await mesh.store.ask(second);
  const look = { peer: asker.id, questions: [must(asked).id], need: 1, by, now };
  await count("a waiting call's look", () => mesh.store.wait({ ...look, continuing: true }));
  await count("an idle session's look", () => mesh.store.wakeDue(asker.id, now));
  await count("`list_peers`", () => listPeers(mesh, asker));
  return counts;
}
