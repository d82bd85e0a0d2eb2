/** A question: who asks whom what, how far it has come, and its one answer. */
import type { PeerStatus } from "./presence.ts";
import type { InHand } from "./turn.ts";

export const QUESTION_STATES = ["pending", "shown", "answered", "declined", "expired", "cancelled"] as const;
export type QuestionState = (typeof QUESTION_STATES)[number];

/**
 * The only steps there are. Who answers a question that still counts as pending has seen it: it passes through shown
 * in the same step.
 */
export const ARROWS: Readonly<Record<QuestionState, readonly QuestionState[]>> = {
  pending: ["shown", "expired", "cancelled"],
  shown: ["answered", "declined", "expired"],
  answered: [],
  declined: [],
  expired: [],
  cancelled: [],
};

/** Whether it still can be answered. */
export function isOpen(state: QuestionState): state is "pending" | "shown" {
  return state === "pending" || state === "shown";
}

/** At most so many questions, and so many replies, in one showing. */
export const SHOWN_AT_ONCE = 8;
/** Largest question or answer, in bytes of UTF-8. */
export const BODY_LIMIT = 65_536;
/** An unanswered question expires after this (milliseconds). */
export const EXPIRES_AFTER = 24 * 3_600_000;
/** A finished question is forgotten after this (milliseconds). */
export const FORGOTTEN_AFTER = 30 * 24 * 3_600_000;
/** How often the end of a turn brings up a shown, unanswered question. */
export const REMINDER_LIMIT = 2;
/**
 * A process that took a text to show it confirms within this, or another may show it, marked as perhaps seen
 * before (milliseconds). A hook has two and a half seconds in all.
 */
export const HANDING_LEASE = 5_000;

/**
 * How often a text that is too long for a hook is announced at the end of a turn, and wakes a session, before it is left
 * to the next prompt.
 */
export const ANNOUNCE_LIMIT = 2;

/** How much text one showing may hold. A text is shown whole or not at all. */
export interface Room {
  readonly characters: number;
  /** What a question takes of them, or a reply to it. */
  readonly cost: (question: string, answer?: string) => number;
}

/** `q17`: short enough for a model to copy without error. */
export function formatId(id: number): string {
  return `q${id}`;
}

/** The number in `q17`, also written `#q17` or `17`; undefined where the text is no id. */
export function parseId(text: string): number | undefined {
  const match = /^#?q?([1-9]\d{0,14})$/.exec(text.trim().toLowerCase());
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** One question as its asker sees it. */
export interface Asked {
  readonly id: number;
  readonly to: string;
  readonly state: QuestionState;
  /** A turn of the recipient's has it in hand, which was not seen to go on yet. */
  readonly inHand: boolean;
  /** Null while there is none, and where `tooLong`. */
  readonly answer: string | null;
  /** There is an answer, for which this result had no room left; it is given when it is asked for again. */
  readonly tooLong: boolean;
  /** Whether the recipient can be shown a question and answer it now. */
  readonly recipient: PeerStatus;
  /** It cannot because it is suspended. */
  readonly suspended: boolean;
}

/** One question as a bystander sees it. Times are milliseconds since the epoch. */
export interface HistoryEntry {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly state: QuestionState;
  readonly body: string;
  readonly answer: string | null;
  readonly askedAt: number;
  readonly shownAt: number | null;
  readonly closedAt: number | null;
  /** When the asker's model was shown the answer. */
  readonly answerShownAt: number | null;
}

/** A question handed to its recipient to be shown. */
export interface HandedQuestion {
  readonly id: number;
  readonly from: string;
  readonly body: string;
  readonly askedAt: number;
  readonly expiresAt: number;
  /** How this showing is meant: the first, a reminder of one shown before, or one whose first showing was not confirmed. */
  readonly showing: "first" | "reminder" | "unconfirmed";
  /** The asker has cancelled its wait; the answer goes to its inbox. */
  readonly abandoned: boolean;
  /** The recipient's session acts without asking its user, the asker's does not. */
  readonly unguarded: boolean;
}

/** An answer handed to its asker to be shown. */
export interface HandedReply {
  readonly id: number;
  readonly from: string;
  readonly body: string;
  readonly answer: string | null;
  readonly declined: boolean;
  readonly answeredAt: number;
  readonly showing: "first" | "unconfirmed";
}

/** What was taken to be shown, and is confirmed once it was written. */
export interface Receipt {
  readonly peer: number;
  /** Names this one handing; a later handing of the same text has another token. */
  readonly token: string;
  /** Whether showing a question again under it uses up one of its reminders. */
  readonly reminds: boolean;
  /** Questions whose answers are in the text, whoever else has these in hand at that moment. */
  readonly answers?: readonly number[];
  /** The session did not ask for it, so it counts on what may be pushed at it in a minute. */
  readonly pushed?: boolean;
  /** What the text says is waiting, too long to be in it. */
  readonly announced?: { readonly questions: readonly number[]; readonly replies: readonly number[] };
  /** It was written to a turn that has it in hand until a sign of the turn says what became of it. */
  readonly tentative?: InHand | undefined;
  /** The subagent whose turn that is; the session's own where undefined. */
  readonly agent?: string | undefined;
}
