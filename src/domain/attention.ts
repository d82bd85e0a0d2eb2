/**
 * What may be pushed at a session: put before its model in the middle or at the end of its turn, by an ended wait or by a
 * wake. The measure is what the session has been shown and has not dealt with, whoever asked it, so one that is flooded
 * goes on working; one that answers at once is held up by what a minute may bring (`PUSHES`). What is over stays pending:
 * the next prompt brings some of it, and `poll_inbox` gives it at any time.
 */
import { BODY_LIMIT } from "./question.ts";

/**
 * Unanswered questions, and characters of them, that a session is shown before it gets no more (see ATTENTION_WINDOW_MS).
 * The longest question fits if it is alone.
 */
export const ATTENTION = { questions: 8, characters: BODY_LIMIT } as const;
/** What was shown longer ago no longer counts: a session that never answers is not cut off for good. */
export const ATTENTION_WINDOW_MS = 10 * 60_000;

/** Whether a question of that many characters may be pushed at a session that is so burdened. */
export function hasAttention(burden: Burden, characters: number): boolean {
  const left = attentionLeft(burden);
  return left.questions > 0 && characters <= left.characters;
}

/**
 * What is pushed at a session in a minute, however fast it answers: so many times, each with up to SHOWN_AT_ONCE questions,
 * and so many characters. More than one interruption in two seconds leaves no time for work: a model request takes about
 * as long.
 */
export const PUSHES = { times: 30, characters: 200_000 } as const;
export const PUSHES_WINDOW_MS = 60_000;

/** The unanswered questions that a session was shown within the window, and what was pushed at it in the current minute. */
export interface Burden {
  readonly questions: number;
  readonly characters: number;
  readonly pushed: Pushed;
}

/** How often questions were pushed in the current minute, and their characters. */
export interface Pushed {
  /** When the minute began (milliseconds since the epoch). */
  readonly since: number;
  readonly times: number;
  readonly characters: number;
}

/** What was pushed in the minute of `now`: nothing yet where another one began, or the clock was set back. */
export function pushedAt(pushed: Pushed, now: number): Pushed {
  const current = now >= pushed.since && now - pushed.since < PUSHES_WINDOW_MS;
  return current ? pushed : { since: now, times: 0, characters: 0 };
}

type Left = Pick<Burden, "questions" | "characters">;

/** How many more questions, and characters of them, may be pushed now; none of either where one is used up. */
export function attentionLeft({ questions, characters, pushed }: Burden): Left {
  const left = {
    questions: pushed.times < PUSHES.times ? Math.max(0, ATTENTION.questions - questions) : 0,
    characters: Math.max(
      0,
      Math.min(ATTENTION.characters - characters, PUSHES.characters - pushed.characters),
    ),
  };
  return left.questions === 0 || left.characters === 0 ? { questions: 0, characters: 0 } : left;
}

/** Wakes of one session within WAKES_WINDOW_MS: each is a turn that its user pays for and did not ask for. */
export const WAKES_LIMIT = 20;
export const WAKES_WINDOW_MS = 60_000;

/** The wakes of a session in the current window. */
export interface Wakes {
  /** When the window began (milliseconds since the epoch). */
  readonly since: number;
  readonly count: number;
}

/** The count with one wake more, or undefined where there were too many. A window in the future is a clock that was set back. */
export function countWake({ since, count }: Wakes, now: number): Wakes | undefined {
  if (now < since || now - since >= WAKES_WINDOW_MS) return { since: now, count: 1 };
  return count < WAKES_LIMIT ? { since, count: count + 1 } : undefined;
}
