import type {
  Connection,
  Exchange,
  Journal,
  Mailbox,
  Probing,
  Registry,
  Roster,
  Store,
  Turns,
  Upkeep,
  Waking,
} from "../../domain/store.ts";
import type { Database } from "./database.ts";
import { forget, forgetPeers, forgettable } from "./expiry.ts";
import { history, outstanding } from "./history.ts";
import { confirm, release, take, unseen } from "./mail.ts";
import { adopt, join, leave, nameNow, peerByName, peerOf } from "./peers.ts";
import { bury, noteSuspended, peerPage, peers, processes, tellUnserved, touch } from "./presence.ts";
import { answerProbes, collectProbe, dropProbe, probe, probed } from "./probes.ts";
import { findFolder, projectPaths } from "./projects.ts";
import { ask, cancel, reply, replyShown } from "./questions.ts";
import { sight } from "./sightings.ts";
import { conversationBegins, turnSeen } from "./turns.ts";
import { dropWaits } from "./waiting.ts";
import { stopWaiting, wait } from "./waits.ts";
import { claimWake, noteWake, setWaker, wakeDue } from "./wakes.ts";

/** What a hook needs of the store that shows mail; the rest stays out of its bundle. */
export type HookStore = Connection & Registry & Mailbox;

/** What the hook of a turn needs of it. */
export type TurnStore = HookStore & Turns;

/** What the waker needs of it. */
export type WakerStore = Connection & Registry & Turns & Waking;

/** What somebody needs of it who only looks. */
export type ViewStore = Connection & Roster & Journal;

/** The store on SQLite. Its calls are synchronous inside: each is a few statements on a local file. */
export function makeSqliteStore(db: Database): Store {
  return {
    ...makeTurnStore(db),
    ...waking(db),
    ...exchange(db),
    ...journal(db),
    ...upkeep(db),
    ...probing(db),
  };
}

export function makeHookStore(db: Database): HookStore {
  return { ...connection(db), ...registry(db), ...mailbox(db) };
}

export function makeTurnStore(db: Database): TurnStore {
  return { ...makeHookStore(db), ...turns(db) };
}

export function makeWakerStore(db: Database): WakerStore {
  return { ...connection(db), ...registry(db), ...turns(db), ...waking(db) };
}

export function makeViewStore(db: Database): ViewStore {
  return { ...connection(db), ...roster(db), ...journal(db) };
}

function connection(db: Database): Connection {
  return { driver: db.name, close: async () => db.close() };
}

function roster(db: Database): Roster {
  return {
    processes: async () => processes(db),
    noteSuspended: async (suspended) => noteSuspended(db, suspended),
    bury: async (gone, now) => (gone.length === 0 ? [] : bury(db, gone, now)),
    peerOf: async (host) => peerOf(db, host),
    peers: async (now) => peers(db, now),
    peerPage: async (now) => peerPage(db, now),
    peerNamed: async (name) => peerByName(db, name),
    nameNow: async (name) => nameNow(db, name),
  };
}

function registry(db: Database): Registry {
  return {
    ...roster(db),
    join: async (request) => join(db, request),
    adopt: async (peer, now) => adopt(db, peer, now),
    findFolder: async (folder, path, name) => findFolder(db, folder, path, name),
    projectPaths: async () => projectPaths(db),
    leave: async (host, sessionId, now) => leave(db, host, sessionId, now),
    touch: async (request) => touch(db, request),
    tellUnserved: async (peer) => tellUnserved(db, peer),
    sight: async (event, now) => sight(db, event, now),
  };
}

function mailbox(db: Database): Mailbox {
  return {
    unseen: async (peer, now) => unseen(db, peer, now),
    take: async (request) => take(db, request),
    confirm: async (receipt, now) => confirm(db, receipt, now),
  };
}

function turns(db: Database): Turns {
  return {
    conversationBegins: async (peer) => conversationBegins(db, peer),
    turnSeen: async (peer, sign, more) => turnSeen(db, peer, sign, more),
  };
}

function waking(db: Database): Waking {
  return {
    wakeDue: async (peer, now) => wakeDue(db, peer, now),
    claimWake: async (request) => claimWake(db, request),
    noteWake: async (peer, rung) => noteWake(db, peer, rung),
    setWaker: async (peer, process) => setWaker(db, peer, process),
  };
}

function probing(db: Database): Probing {
  return {
    probe: async (recipient, at) => probe(db, recipient, at),
    probed: async (recipient) => probed(db, recipient),
    answerProbes: async (recipient, seen, answeredAt) => answerProbes(db, recipient, seen, answeredAt),
    collectProbe: async (id) => collectProbe(db, id),
    dropProbe: async (id) => dropProbe(db, id),
  };
}

function exchange(db: Database): Exchange {
  return {
    ask: async (request) => ask(db, request),
    wait: async (request) => wait(db, request),
    stopWaiting: async (request) => stopWaiting(db, request),
    cancel: async (request) => cancel(db, request),
    dropWaits: async (process) => dropWaits(db, process),
    reply: async (request) => reply(db, request),
    release: async (receipt) => release(db, receipt),
    replyShown: async (question) => replyShown(db, question),
  };
}

function journal(db: Database): Journal {
  return {
    history: async (request) => history(db, request),
    outstanding: async (peers, now, limit) => outstanding(db, peers, now, limit),
  };
}

function upkeep(db: Database): Upkeep {
  return {
    forgettable: async (before) => forgettable(db, before),
    async forget(before, which) {
      const questions = forget(db, before, which);
      // Only then is it known who has no mail left.
      return { questions, peers: questions > 0 ? 0 : forgetPeers(db, before) };
    },
  };
}
