/** What becomes of the tools' time as the file's history and the number of peers grow. */
import { spawn } from "node:child_process";
import { processKey } from "../../../src/config/process.ts";
import { must } from "../../support/until.ts";
import { openWorld } from "../../support/world.ts";
import { type Figure, measured } from "../figure.ts";
import { atMost, type Fault } from "../guard.ts";
import type { Part } from "../part.ts";
import { growHistory } from "../support/history.ts";
import type { Scope } from "../support/scope.ts";
import { openSession } from "../support/session.ts";

const FEW_PEERS = 4;
const MANY_PEERS = [64, 256];
/** What no noise explains: so many times the cost for a history that nobody looks at. */
const GROWTH_LIMIT = 3;

interface Place {
  readonly history: number;
  readonly peers: number;
  /** Each resolves with what its call took, in milliseconds. */
  readonly operations: Readonly<Record<string, () => Promise<number>>>;
}

export const scale: Part = async ({ quick, scope, say }) => {
  const histories = quick ? [10_000, 100_000] : [10_000, 1_000_000];
  const rounds = quick ? 60 : 300;
  const sizes = [
    { history: 0, peers: FEW_PEERS },
    ...histories.map((history) => ({ history, peers: FEW_PEERS })),
    ...MANY_PEERS.map((peers) => ({ history: 0, peers })),
  ];
  const places: Place[] = [];
  for (const { history, peers } of sizes) {
    say(`a file with ${amount(history)} old questions and ${peers} live peers`);
    places.push(await openPlace(scope, history, peers));
  }

  const names = Object.keys(must(places[0]).operations);
  const times = new Map(
    places.flatMap(({ operations }) => Object.values(operations).map((run) => [run, [] as number[]])),
  );
  say(`${names.join(", ")} in each of them in turn, ${rounds} times`);
  for (let round = 0; round < rounds; round++) {
    // In another order each time: what comes after a long one finds its processor's caches cold.
    const order = [...times].map((timed) => ({ timed, place: Math.random() }));
    for (const { timed } of order.sort((a, b) => a.place - b.place)) timed[1].push(await timed[0]());
  }

  const figures: Figure[] = [];
  const faults: Fault[] = [];
  for (const name of names) {
    const at = places.map((place) => ({
      ...place,
      ...measured(must(times.get(must(place.operations[name])))),
    }));
    const yardstick = { what: `an empty file with ${FEW_PEERS} peers`, median: must(at[0]).median };
    for (const { history, peers, median, p99, n } of at) {
      const largest = history === Math.max(...histories);
      figures.push({
        part: "scale",
        what: `\`${name}\`, ${amount(history)} old questions, ${peers} live peers`,
        unit: "ms",
        median,
        p99,
        n,
        yardstick,
        ...(name === "poll_inbox" && largest
          ? { budgets: [{ of: "ratio", limit: 1.5 }], inChart: `inbox with ${amount(history)} old questions` }
          : {}),
      });
      if (history > 0) {
        const found = median / yardstick.median;
        faults.push(
          ...atMost(GROWTH_LIMIT, found, `growth of ${name} with ${amount(history)} old questions`),
        );
      }
    }
  }
  return { figures, faults, notes: [inWords(figures, Math.max(...histories))] };
};

async function openPlace(scope: Scope, history: number, peers: number): Promise<Place> {
  const world = openWorld(scope);
  const me = await openSession(scope, world, "me");
  const store = world.store();
  const now = Date.now();
  // The measured session is a live peer, too.
  for (let n = 1; n < peers; n++) {
    const host = processKey(startNobody(scope));
    await store.join({ host, projectPath: `/work/peer${n}`, baseName: `peer${n}`, now });
  }
  const asleep = await store.join({
    host: "1@1@elsewhere",
    projectPath: "/work/asleep",
    baseName: "asleep",
    now,
  });
  await store.leave(must(asleep.host), undefined, now);
  const db = world.database();
  growHistory(db, history);
  let asked = 0;
  const call = async (tool: string, input: object = {}) => {
    const start = performance.now();
    const { error, at, question_id } = await me.call(tool, input);
    if (error !== undefined) throw new Error(error);
    return { ms: at - start, question_id };
  };
  return {
    history,
    peers,
    operations: {
      poll_inbox: async () => (await call("poll_inbox")).ms,
      ask_peer: async () => {
        // To a peer without a session: the call returns at once.
        const { ms, question_id } = await call("ask_peer", {
          to: "asleep",
          question: `Which port, ${++asked}?`,
        });
        // Else the next one would find it, and soon be one too many within a minute.
        db.run("DELETE FROM questions WHERE id = :id", { id: Number(must(question_id).slice(1)) });
        return ms;
      },
      list_peers: async () => (await call("list_peers")).ms,
    },
  };
}

/** A live process that costs next to nothing, for a peer to be bound to. */
function startNobody(scope: Scope): number {
  const child = spawn("sleep", ["3600"], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  scope.after(() => {
    child.kill("SIGKILL");
    return ended;
  });
  return must(child.pid);
}

function amount(count: number): string {
  return count === 0 ? "no" : count.toLocaleString("en");
}

/** The curve, for who does not read tables. */
function inWords(figures: readonly Figure[], most: number): string {
  const times = (tool: string, place: string) => {
    const figure = must(figures.find(({ what }) => what === `\`${tool}\`, ${place}`));
    return figure.median / must(figure.yardstick).median;
  };
  const tools = ["poll_inbox", "ask_peer", "list_peers"];
  const costs = (place: string) =>
    tools.map((tool) => `\`${tool}\` ${times(tool, place).toFixed(2)} ×`).join(", ");
  const grown = `${amount(most)} old questions, ${FEW_PEERS} live peers`;
  const crowd = `no old questions, ${Math.max(...MANY_PEERS)} live peers`;
  const flat = tools.every((tool) => times(tool, grown) <= 1.5);
  return (
    `Growth, as times of an empty file with ${FEW_PEERS} peers. With ${amount(most)} old questions: ${costs(grown)}` +
    `${flat ? "; history is found by index, and none of it is read" : "; something reads history"}. ` +
    `With ${Math.max(...MANY_PEERS)} live peers: ${costs(crowd)}; each costs a look at its process, and \`list_peers\` a row.`
  );
}
