/**
 * The store as intentions. Each call is one atomic step, whatever other processes do at that moment, and is durable
 * when it resolves. `now` is milliseconds since the epoch. Expected failures are MeshErrors.
 */
import type { Activity, Peer, PeerView, ProcessKey, WakeRung } from "./peer.ts";
import type { KnownProcess } from "./presence.ts";
import type { Probe, ProbeSeen } from "./probe.ts";
import type { Asked, HandedQuestion, HandedReply, HistoryEntry, Receipt, Room } from "./question.ts";
import type { TurnSign } from "./turn.ts";

/** One call that waits. Several of one session may wait for the same answer, and none may end another's wait. */
export interface WaitingCall {
  /** The process that waits, so that its waits can be dropped with it. */
  readonly process: ProcessKey;
  /** Unlike that of any other call. */
  readonly id: string;
  /** A subagent's: what is asked of the session is not for it, so a question does not end its wait. */
  readonly subagent?: boolean;
}

/** The path under which the mesh knows a folder, and the one that it has now. */
export interface Move {
  readonly folder: string;
  readonly from: string;
  readonly to: string;
}

export interface JoinRequest {
  readonly host: ProcessKey;
  readonly projectPath: string;
  /** What names the project's folder whatever its path, such as its inode; undefined where nothing does. */
  readonly folder?: string | undefined;
  /** Folders that were moved, this one or those that stood in their places: all that the mesh has of them moves as well. */
  readonly moves?: readonly Move[];
  /** The project that has the base name for its own, and whose folder is not there any more under that name. */
  readonly formerOwner?: string | undefined;
  /** The configured or derived name; `-2`, `-3`… is added where another has it. */
  readonly baseName: string;
  /** A name to be had exactly: taken by another live peer, the call fails. */
  readonly rename?: string;
  readonly sessionId?: string;
  /** The session id is the one of this moment (a hook's input), not the one that a server was started with. */
  readonly sessionIsCurrent?: boolean;
  /**
   * `anew`: a conversation begins, which takes over the mail of the project's peers that no session holds. `resumed`: one
   * goes on from an earlier process, and wants back the address that it had then, and what it asked. Undefined: not known.
   */
  readonly begins?: "anew" | "resumed" | undefined;
  /** The process of the server that serves the session. */
  readonly server?: ProcessKey | undefined;
  readonly summary?: string;
  /** What the project's file says of it, for a session that has said nothing of itself. */
  readonly defaultSummary?: string;
  /** The projects that may ask here, by their own names; undefined: everybody. */
  readonly accept?: readonly string[] | undefined;
  readonly now: number;
}

export interface AskRequest {
  readonly asker: number;
  /** One or several names, or `*` for every live peer that accepts questions from the asker. */
  readonly to: readonly string[] | "*";
  readonly body: string;
  /** The call that will wait for the answer. */
  readonly by: WaitingCall;
  /** Whether a session is idle, by its client's word; by its own mark where missing. */
  readonly idle?: (peer: Peer) => boolean;
  readonly now: number;
}

/** What became of an ask for one recipient. */
export interface AskResult {
  readonly id: number;
  readonly recipient: Peer;
  /** The same question was open already. To a session that is idle and has left it, it is new again; else nothing was written. */
  readonly repeated: boolean;
  /** The asker's call waits for it; else nobody can answer it now, or the recipient has as much as it can read. */
  readonly waits: boolean;
}

export interface WaitRequest {
  readonly peer: number;
  readonly questions: readonly number[];
  /** The wait is over when so many of them are answered, or when none is open any more. */
  readonly need: number;
  readonly by: WaitingCall;
  /** False for the first look of a wait, true for each one after it. */
  readonly continuing: boolean;
  /** What the result may hold; everything where missing. */
  readonly room?: Room | undefined;
  readonly now: number;
}

export type WaitState =
  /** As many as needed are answered, or none is open; the answers there are are handed under the receipt. */
  | { readonly kind: "settled"; readonly asked: Asked[]; readonly receipt: Receipt }
  /** Somebody asked the waiter: the wait is over; the questions, and the answers there are, are handed under the receipt. */
  | {
      readonly kind: "interrupted";
      readonly asked: Asked[];
      readonly questions: HandedQuestion[];
      /** How many more wait, which did not fit or would be too many. */
      readonly more: number;
      /** All that the waiter owes an answer to, also where another call of the session has just shown it. */
      readonly owed: number[];
      readonly receipt: Receipt;
    }
  /** The wait may not start: these shown questions are owed to peers that wait for this one. */
  | { readonly kind: "owes"; readonly questions: number[] }
  | { readonly kind: "waiting"; readonly asked: Asked[] };

export interface EndRequest {
  readonly peer: number;
  readonly questions: readonly number[];
  readonly by: WaitingCall;
  /** What the result may hold; everything where missing. */
  readonly room?: Room | undefined;
  readonly now: number;
}

export interface EndedWait {
  readonly asked: Asked[];
  readonly receipt: Receipt;
}

export interface ReplyRequest {
  readonly peer: number;
  readonly question: number;
  readonly answer: string;
  readonly decline: boolean;
  readonly now: number;
}

export interface ReplyResult {
  readonly asker: Peer;
  /** A call of the asker's waits for this answer. */
  readonly awaited: boolean;
}

export interface TakeRequest {
  readonly peer: number;
  /**
   * `new`: not shown yet. `open`: shown and unanswered as well, as a reminder. `due`: `new`, and those shown whose
   * reminders are not used up; confirming it uses one up.
   */
  readonly questions: "new" | "open" | "due" | "none";
  /** At most so many questions and so many replies; the rest stays as it is. */
  readonly limit: number;
  /** What the text may hold; everything where missing. */
  readonly room?: Room | undefined;
  /** The session did not ask for it: no more than its attention has room for (`attention.ts`). */
  readonly pushed?: boolean;
  /** What is too long for the room is announced, unless it was so often before. */
  readonly announceBelow?: number;
  readonly now: number;
}

export interface Mail {
  readonly questions: HandedQuestion[];
  readonly replies: HandedReply[];
  /** How many more there are, beyond the limit or the room. */
  readonly more: { readonly questions: number; readonly replies: number };
  /** Whether what is left is to be announced, though nothing else be shown. */
  readonly announces: boolean;
  readonly receipt: Receipt;
}

export interface Touch {
  readonly peer: number;
  /** Only if this process still holds the address. */
  readonly host?: ProcessKey | null;
  readonly activity?: Activity | undefined;
  /** The host's name for the turn that runs now, or ran last. */
  readonly turn?: string | undefined;
  /** The host's title for the session. */
  readonly title?: string | undefined;
  readonly permissionMode?: string | undefined;
  /** Where the session works now. */
  readonly folder?: string | undefined;
  /** The process that serves the session, where it is the one that says so. */
  readonly server?: ProcessKey | undefined;
  readonly now: number;
}

export interface WakeClaim {
  readonly peer: number;
  readonly rung: WakeRung;
  readonly now: number;
}

/** Some of the peers, and how many there are besides. */
export interface PeerPage {
  readonly peers: PeerView[];
  readonly more: number;
}

/** Who is there, for who only looks: it can bury the dead, and join nothing. */
export interface Roster {
  /** Every process that holds an address, serves one, or waits, with the latest sign of life of its peer. */
  processes(): Promise<KnownProcess[]>;
  /** Writes down which processes are suspended; of all others it is then said that they are not. */
  noteSuspended(processes: readonly ProcessKey[]): Promise<void>;
  /** Frees the addresses and ends the waits of processes that are gone. Returns the peers that waited for one of them. */
  bury(gone: readonly ProcessKey[], now: number): Promise<number[]>;
  /** The live peer of a host process. */
  peerOf(host: ProcessKey): Promise<Peer | undefined>;
  /** Every peer, live ones first. */
  peers(now: number): Promise<PeerView[]>;
  /** The live ones, those that were asked something still open, and a few that were here last. */
  peerPage(now: number): Promise<PeerPage>;
  /** The peer that a name leads to: the live one, else the last one; of a name that is a project's own, that project's. */
  peerNamed(name: string): Promise<Peer | undefined>;
  /** The name of who bore that name and bears it no more; undefined where nobody did. */
  nameNow(name: string): Promise<string | undefined>;
}

/** Among so many paths a folder is looked for that was moved. */
export const PROJECTS_SEEN = 1_000;

export interface KnownFolder {
  /** The paths under which it knows the folder: that one first, then the latest. Several where disks were copied. */
  readonly knownPaths: readonly string[];
  /** The folder that it knows at that path. */
  readonly folderThere?: string | undefined;
  /** The project whose own name that is, and the name that it had by its file or folder. */
  readonly owner?: { readonly path: string; readonly baseName: string } | undefined;
}

/** Who is there. */
export interface Registry extends Roster {
  /** Binds an address to a host process, or updates the one it has. */
  join(request: JoinRequest): Promise<Peer>;
  /**
   * Takes over what waits for peers of this one's project that their sessions left minutes ago: where none starts anew,
   * it would wait for ever. True where something came with that.
   */
  adopt(peer: number, now: number): Promise<boolean>;
  /** What the mesh knows of a folder, of the path that it has now, and of the name that it wants. */
  findFolder(folder: string | undefined, path: string, name?: string): Promise<KnownFolder>;
  /** The paths of all projects, the one seen last first, and no more than PROJECTS_SEEN. */
  projectPaths(): Promise<string[]>;
  /** Frees the address if that host, and where given that session, still holds it. Returns the peers that waited for it. */
  leave(host: ProcessKey, sessionId: string | undefined, now: number): Promise<number[]>;
  /** A sign of life, and where given what the session does now. False where the address is not held any more. */
  touch(request: Touch): Promise<boolean>;
  /** Notes that the session's person was told that no server serves it. True for the first to say so since one did. */
  tellUnserved(peer: number): Promise<boolean>;
  /** A hook of the event ran; written down about once a minute. */
  sight(event: string, now: number): Promise<void>;
}

/** What waits for a peer. */
export interface Mailbox {
  /** How much a peer was not shown yet. Takes no lock. */
  unseen(peer: number, now: number): Promise<{ questions: number; replies: number }>;
  /** Takes what waits for a peer, to be shown. Not shown until confirmed. */
  take(request: TakeRequest): Promise<Mail>;
  /** The text was written, so it counts as shown. Returns the peers at the other end. */
  confirm(receipt: Receipt, now: number): Promise<number[]>;
}

/** What hooks see of a session's turns. */
export interface Turns {
  /** A conversation that knows nothing of what an earlier one was shown and did not answer: it is shown that anew. */
  conversationBegins(peer: number): Promise<void>;
  /**
   * A sign of a turn was seen, which says what became of the texts that it has in hand; one that is to be shown again is
   * shown as perhaps shown before. Returns the peers at the other end.
   */
  turnSeen(peer: number, sign: TurnSign, more?: SignDetails): Promise<number[]>;
}

export interface SignDetails {
  /** Whose turn it is: that of the subagent with this id; the session's own by default. */
  readonly agent?: string;
  /** The sign tells only of what was written before that (milliseconds since the epoch). */
  readonly before?: number;
  /** The subagents that run at this moment, where that is known: what any other has in hand, it has not read. */
  readonly running?: readonly string[] | undefined;
}

/** How an idle session is brought to look. */
export interface Waking {
  /**
   * Whether something waits for the peer that no call or hook of its session is about to show, or that a turn has in hand,
   * which may be over. Takes no lock.
   */
  wakeDue(peer: number, now: number): Promise<boolean>;
  /**
   * Claims the wake of a peer for one rung; true for one claimant only, and for nobody while a wake is under way. After
   * a wake that led to nothing within WAKE_LEASE, only the next rung or something newer begins another.
   */
  claimWake(request: WakeClaim): Promise<boolean>;
  /** Says how the peer can be woken, where that is known without trying. */
  noteWake(peer: number, rung: WakeRung): Promise<void>;
  /** Makes a process the peer's waker; the one before it finds itself superseded. */
  setWaker(peer: number, process: ProcessKey): Promise<void>;
}

/** Questions, waits and answers. */
export interface Exchange {
  /**
   * Writes a question to each recipient and, where the recipient lives, the asker's wait for it, ending every wait of
   * the recipient's. All of it or, where one recipient cannot be asked, nothing.
   */
  ask(request: AskRequest): Promise<AskResult[]>;
  /** One look of a wait: what there is, and else the wait stands. */
  wait(request: WaitRequest): Promise<WaitState>;
  /** Ends a wait, with a last look. The questions stay open; the answers there are are handed under the receipt. */
  stopWaiting(request: EndRequest): Promise<EndedWait>;
  /**
   * Ends a wait and, of what no other call waits for, takes back what was not shown yet, which it returns, and marks the
   * rest as no longer waited for.
   */
  cancel(request: EndRequest): Promise<number[]>;
  /** Ends every wait of a process. */
  dropWaits(by: ProcessKey): Promise<void>;
  reply(request: ReplyRequest): Promise<ReplyResult>;
  /** The text was not written: it may be taken again at once. */
  release(receipt: Receipt): Promise<void>;
  /** Whether the asker's model was `shown` the answer; `later`, its client has it and gives it to the model with a later step. */
  replyShown(question: number): Promise<"shown" | "later" | undefined>;
}

export interface HistoryRequest {
  /** Only what the peer of this name asked or was asked. */
  readonly peer?: string | undefined;
  /** Only what was asked or closed at or after this. */
  readonly since?: number | undefined;
  /** Only the questions with this id or a later one. */
  readonly from?: number | undefined;
  /** Only these questions. */
  readonly ids?: readonly number[] | undefined;
  /** Only what can still be answered. */
  readonly open?: boolean | undefined;
  readonly limit: number;
  readonly now: number;
}

/** What waits for peers: questions that they can answer, and answers that they were not shown yet. */
export interface Outstanding {
  readonly questions: HistoryEntry[];
  readonly replies: HistoryEntry[];
}

/** `all` that is finished; or `read`: all but answers that their askers were not shown. */
export type Forgettable = "read" | "all";

/** How much is finished and long gone: questions closed, and addresses without any mail that no session held since. */
export interface Forgotten {
  readonly questions: number;
  readonly peers: number;
}

/** What became of the questions there were, for people. Who reads here has not been shown anything: nothing changes. */
export interface Journal {
  /** The newest questions first. */
  history(request: HistoryRequest): Promise<HistoryEntry[]>;
  /** What waits for these peers, oldest first: all of it, or at most `limit` questions and as many answers. */
  outstanding(peers: readonly number[], now: number, limit?: number): Promise<Outstanding>;
}

/** What people do to keep the file small. */
export interface Upkeep {
  /** What `forget` would remove of what was read. */
  forgettable(before: number): Promise<Forgotten>;
  /** Removes what was closed, and who was last seen, at or before that time; a part at a time: nothing is left at zeros. */
  forget(before: number, which: Forgettable): Promise<Forgotten>;
}

/** Test questions, which servers answer by themselves. */
export interface Probing {
  /** Asks a peer's server, and returns the test question's id. */
  probe(recipient: number, at: number): Promise<number>;
  /** Whether one waits for the peer. Takes no lock. */
  probed(recipient: number): Promise<boolean>;
  /** Answers all that wait for the peer. */
  answerProbes(recipient: number, seen: ProbeSeen, answeredAt: () => number): Promise<void>;
  /** Takes an answered one out; undefined while it is not answered. */
  collectProbe(id: number): Promise<Probe | undefined>;
  dropProbe(id: number): Promise<void>;
}

export interface Connection {
  /** The driver, for people. */
  readonly driver: string;
  close(): Promise<void>;
}

export interface Store
  extends Connection,
    Registry,
    Mailbox,
    Turns,
    Waking,
    Exchange,
    Journal,
    Upkeep,
    Probing {}
