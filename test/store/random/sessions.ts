import assert from "node:assert/strict";
import type { Peer } from "../../../src/domain/peer.ts";
import { HANDING_LEASE } from "../../../src/domain/question.ts";
import { HOUR, serverOf } from "../stage.ts";
import type { Play, Step } from "./play.ts";

/** Three projects want the name "a", so names move and mail follows its project. */
const PROJECTS = [
  { baseName: "a", projectPath: "/work/a" },
  { baseName: "a", projectPath: "/work/a-worktree" },
  { baseName: "a", projectPath: "/work/other/a" },
  { baseName: "b", projectPath: "/work/b" },
  { baseName: "c", projectPath: "/work/c" },
] as const;

const MOST_SESSIONS = 7;

interface Known {
  readonly project: (typeof PROJECTS)[number];
  name: string;
}

/** Sessions come and go, take other names, and time passes. */
export function sessionSteps(play: Play): Step[] {
  const { stage, random, live, anyone, isOver } = play;
  const { store, clock, join, leave } = stage;
  const note = (peer: Peer) => {
    const others = [...live.values()].filter(({ id }) => id !== peer.id);
    assert.ok(!others.some(({ name }) => name === peer.name), `two live peers are named ${peer.name}`);
    live.set(peer.id, peer);
  };

  /** Every session there was, and the name that it last bore. */
  const sessions = new Map<string, Known>();
  const sessionOf = (peer: Peer) => sessions.get(peer.sessionId ?? "");
  const isHeld = (name: string) => [...live.values()].some((peer) => peer.name === name);

  return [
    {
      weight: 5,
      async run() {
        const project = random.pick(PROJECTS);
        if (live.size >= MOST_SESSIONS || project === undefined) return;
        const sessionId = `session ${sessions.size + 1}`;
        const { baseName, projectPath } = project;
        const peer = await join(baseName, { projectPath, sessionId, sessionIsCurrent: true });
        sessions.set(sessionId, { project, name: peer.name });
        note(peer);
      },
    },
    {
      weight: 3,
      async run() {
        const asleep = [...sessions].filter(
          ([id]) => ![...live.values()].some((peer) => peer.sessionId === id),
        );
        const [sessionId, session] = random.pick(asleep.slice(-10)) ?? [];
        if (live.size >= MOST_SESSIONS || sessionId === undefined || session === undefined) return;
        const { baseName, projectPath } = session.project;
        const current = { projectPath, sessionId, sessionIsCurrent: true, resumed: true };
        const wasHeld = isHeld(session.name);
        const first = random.chance(0.5) ? await join(baseName, { projectPath }) : undefined;
        const peer = await join(baseName, {
          ...current,
          ...(first?.host == null ? {} : { host: first.host }),
        });
        if (!wasHeld) assert.equal(peer.name, session.name, `${sessionId} came back under another name`);
        session.name = peer.name;
        note(peer);
      },
    },
    {
      weight: 2,
      async run() {
        const peer = anyone();
        const name = random.pick(["a", "a-2", "a-3", "a-4", "b", "b-2", "c", "d"]);
        if (peer === undefined || name === undefined) return;
        const renamed = await join("a", {
          host: peer.host ?? "",
          projectPath: peer.projectPath,
          rename: name,
        });
        const session = sessionOf(renamed);
        if (session !== undefined) session.name = renamed.name;
        note(renamed);
      },
    },
    {
      weight: 2,
      async run() {
        const peer = anyone();
        if (peer === undefined) return;
        await leave(peer);
        isOver(peer);
      },
    },
    {
      weight: 1,
      async run() {
        const peer = anyone();
        if (peer === undefined) return;
        await store.bury([peer.host ?? "", serverOf(peer)], clock.now);
        isOver(peer);
      },
    },
    {
      weight: 8,
      async run() {
        clock.now += random.chance(0.01) ? 5 * HOUR : random.whole(2 * HANDING_LEASE);
      },
    },
  ];
}

/** Every session ends, and what was in its hands is in nobody's. */
export async function endAll({ live, stage: { store, clock } }: Play): Promise<void> {
  for (const peer of live.values()) await store.bury([peer.host ?? "", serverOf(peer)], clock.now);
  clock.now += HANDING_LEASE;
}
