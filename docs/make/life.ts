/** The life of one question, played on a real store with a clock that only this script moves: what changes in the file, step by step. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Peer } from "../../src/domain/peer.ts";
import { SHOWN_AT_ONCE } from "../../src/domain/question.ts";
import type { Store } from "../../src/domain/store.ts";
import { hookRoom } from "../../src/mesh/room.ts";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { makeSqliteStore } from "../../src/store/sqlite/store.ts";
import { mailText } from "../../src/text/mail.ts";
import { type Ledger, makeLedger } from "./ledger.ts";

const NOON = Date.UTC(2026, 0, 1, 12);
const QUESTION = "Which fields does POST /orders take now?";
/** One that does not differ from run to run. */
const MARK = "7f3a9c1e";
const ANSWER = "sku, quantity (1 to 99) and currency, an ISO 4217 code.";

/** Named parts of the page: what each step changes, and what the two models are shown. */
export async function lifeOfAQuestion(): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "claude-mesh-docs-"));
  const { db } = openDatabase({ path: join(folder, "mesh.db"), driver: "auto", busyTimeout: 1_000 });
  const store = makeSqliteStore(db);
  try {
    return await play(store, makeLedger(db, NOON));
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function play(store: Store, ledger: Ledger): Promise<Record<string, string>> {
  let now = NOON;
  const after = (milliseconds: number) => {
    now += milliseconds;
    return now;
  };
  const join = async (name: string): Promise<Peer> => {
    const path = `~/shop/${name}`;
    const peer = await store.join({ host: `client of ${name}`, projectPath: path, baseName: name, now });
    await store.touch({ peer: peer.id, server: `server of ${name}`, now });
    return peer;
  };
  const by = { process: "server of frontend", id: "one call of ask_peer" };

  const frontend = await join("frontend");
  const backend = await join("backend");
  const joined = ledger.changes();

  await store.ask({ asker: frontend.id, to: ["backend"], body: QUESTION, by, now: after(1_000) });
  const asked = ledger.changes();

  await store.claimWake({ peer: backend.id, rung: "socket", now: after(5) });
  const woken = ledger.changes();

  const mail = await store.take({
    peer: backend.id,
    questions: "new",
    limit: SHOWN_AT_ONCE,
    room: hookRoom(),
    now: after(250),
  });
  const taken = ledger.changes();
  await store.confirm({ ...mail.receipt, tentative: "start" }, after(2));
  const written = ledger.changes();
  await store.turnSeen(backend.id, "call");
  const shown = ledger.changes();

  await store.reply({ peer: backend.id, question: 1, answer: ANSWER, decline: false, now: after(8_000) });
  const answered = ledger.changes();

  const look = { peer: frontend.id, questions: [1], need: 1, by, continuing: true, now: after(2) };
  const state = await store.wait(look);
  if (state.kind !== "settled") throw new Error(`the wait is ${state.kind}, not settled`);
  const settled = ledger.changes();
  await store.confirm({ ...state.receipt, tentative: "result" }, after(1));
  await store.turnSeen(frontend.id, "step");
  await store.turnSeen(frontend.id, "stop");
  const read = ledger.changes();

  const fenced = `\`\`\`text\n${mailText(mail, MARK)}\n\`\`\``;
  return { joined, asked, woken, taken, fenced, written, shown, answered, settled, read };
}
