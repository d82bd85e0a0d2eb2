import assert from "node:assert/strict";
import type { Peer } from "../../../src/domain/peer.ts";
import { HANDING_LEASE } from "../../../src/domain/question.ts";
import type { JoinRequest, Move } from "../../../src/domain/store.ts";
import { HOUR, type Stage, serverOf } from "../stage.ts";
import type { Play, Project, Step } from "./play.ts";

/** Three projects want the name "a", so names move and mail follows its project. */
export function makeProjects(): Project[] {
  return [
    { baseName: "a", projectPath: "/work/a", folder: "1" },
    { baseName: "a", projectPath: "/work/a-worktree", folder: "2" },
    { baseName: "a", projectPath: "/work/other/a", folder: "3" },
    { baseName: "b", projectPath: "/work/b", folder: "4" },
    { baseName: "c", projectPath: "/work/c", folder: "5" },
  ];
}

const MOST_SESSIONS = 7;

interface Known {
  readonly project: Project;
  name: string;
}

/** Sessions come and go, take other names, and time passes. */
export function sessionSteps(play: Play, all: readonly Project[]): Step[] {
  const { stage, random, live, projects, paths, anyone, isOver } = play;
  const { store, clock, leave } = stage;
  const join = (project: Project, request: Partial<JoinRequest>) => joinProject(stage, all, project, request);
  const note = async (peer: Peer, project: Project) => {
    await refresh();
    projects.set(peer.id, project);
    for (const one of all) {
      const { knownPaths } = await store.findFolder(one.folder, "");
      for (const path of knownPaths) paths.set(path, one);
    }
    const others = [...live.values()].filter(({ id }) => id !== peer.id);
    assert.ok(!others.some(({ name }) => name === peer.name), `two live peers are named ${peer.name}`);
    live.set(peer.id, peer);
  };

  /** Every session there was, and the name that it last bore. */
  const sessions = new Map<string, Known>();
  /** A project's own name may have gone back to it, from whoever chose it. */
  const refresh = async () => {
    for (const [id, { host }] of live) {
      const peer = await store.peerOf(host ?? "");
      if (peer !== undefined) live.set(id, peer);
    }
  };
  const sessionOf = (peer: Peer) => sessions.get(peer.sessionId ?? "");
  const isHeld = (name: string, but?: Peer) =>
    [...live.values()].some((peer) => peer.name === name && peer.id !== but?.id);
  const isReserved = async (name: string, project: Project) =>
    (await store.peers(clock.now)).some(
      ({ projectPath, ownName }) => ownName === name && paths.get(projectPath) !== project,
    );
  let moves = 0;
  let clients = 0;

  return [
    {
      weight: 5,
      async run() {
        const project = random.pick(all);
        if (live.size >= MOST_SESSIONS || project === undefined) return;
        const sessionId = `session ${sessions.size + 1}`;
        // The server may come first, which does not know what begins.
        const host = `client ${++clients}`;
        if (random.chance(0.4)) await note(await join(project, { host }), project);
        const peer = await join(project, { host, sessionId, sessionIsCurrent: true, begins: "anew" });
        sessions.set(sessionId, { project, name: peer.name });
        await note(peer, project);
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
        const { project } = session;
        const host = `client ${++clients}`;
        const wasFree = !isHeld(session.name) && !(await isReserved(session.name, project));
        if (random.chance(0.5)) await note(await join(project, { host }), project);
        const peer = await join(project, { host, sessionId, sessionIsCurrent: true, begins: "resumed" });
        // Whoever had the project's new own name may have got this one in its place.
        await refresh();
        if (wasFree && !isHeld(session.name, peer))
          assert.equal(peer.name, session.name, `${sessionId} came back under another name`);
        session.name = peer.name;
        await note(peer, project);
      },
    },
    {
      weight: 1,
      async run() {
        const project = random.pick(all);
        if (project !== undefined) project.baseName = random.pick(["a", "b", "c", "e"]) ?? "a";
      },
    },
    {
      weight: 1,
      async run() {
        const project = random.pick(all);
        if (project !== undefined) project.projectPath = `/moved/${++moves}/${project.folder}`;
      },
    },
    {
      weight: 1,
      async run() {
        const [one, other] = [random.pick(all), random.pick(all)];
        if (one === undefined || other === undefined) return;
        [one.projectPath, other.projectPath] = [other.projectPath, one.projectPath];
      },
    },
    {
      weight: 1,
      async run() {
        const project = random.pick(all);
        if (project === undefined || live.size >= MOST_SESSIONS) return;
        const { knownPaths } = await store.findFolder(project.folder, project.projectPath);
        if (knownPaths[0] !== project.projectPath) return;
        // Deleted and made anew in its place, where a session starts at once.
        project.folder = `${project.folder}'`;
        await note(await join(project, { host: `client ${++clients}`, begins: "anew" }), project);
      },
    },
    {
      weight: 2,
      async run() {
        const peer = anyone();
        if (peer !== undefined) await store.adopt(peer.id, clock.now);
      },
    },
    {
      weight: 2,
      async run() {
        const peer = anyone();
        const name = random.pick(["a", "a-2", "a-3", "a-4", "b", "b-2", "c", "d"]);
        if (peer === undefined || name === undefined) return;
        const project = projects.get(peer.id);
        if (project === undefined) return;
        const renamed = await join(project, { host: peer.host ?? "", rename: name });
        const session = sessionOf(renamed);
        if (session !== undefined) session.name = renamed.name;
        await note(renamed, project);
      },
    },
    {
      weight: 6,
      async run() {
        const peer = anyone();
        const activity = random.chance(0.5) ? "busy" : "idle";
        if (peer !== undefined) await store.touch({ peer: peer.id, activity, now: clock.now });
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

/** A session of the project joins, as the server or a hook of it does: folders that were moved are known again. */
export async function joinProject(
  { store, join }: Stage,
  all: readonly Project[],
  { baseName, projectPath, folder }: Project,
  request: Partial<JoinRequest>,
): Promise<Peer> {
  const movesTo = async (moved: string, to: string, before: readonly Move[]): Promise<readonly Move[]> => {
    const {
      knownPaths: [from = to],
      folderThere,
    } = await store.findFolder(moved, to);
    const moves = from === to ? before : [...before, { folder: moved, from, to }];
    const known = folderThere === moved || moves.some((one) => one.folder === folderThere);
    const other = known ? undefined : all.find((one) => one.folder === folderThere);
    return other === undefined ? moves : movesTo(other.folder, other.projectPath, moves);
  };
  const moves = await movesTo(folder, projectPath, []);
  const { owner } = await store.findFolder(folder, projectPath, baseName);
  const ownersPath = moves.find(({ from }) => from === owner?.path)?.to ?? owner?.path;
  const wants = all.some((one) => one.projectPath === ownersPath && one.baseName === owner?.baseName);
  const formerOwner = wants || ownersPath === projectPath ? undefined : ownersPath;
  const asSeen = { projectPath, folder, moves, formerOwner, ...request };
  // Its server and its hook start together, and both may find it moved before one of them has joined.
  if (moves.length > 0) await join(baseName, asSeen);
  return join(baseName, asSeen);
}

/** Every session ends, and what was in its hands is in nobody's. */
export async function endAll({ live, stage: { store, clock } }: Play): Promise<void> {
  for (const peer of live.values()) await store.bury([peer.host ?? "", serverOf(peer)], clock.now);
  clock.now += HANDING_LEASE;
}
