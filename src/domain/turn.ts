/** When a text that was written to a session's turn counts as shown to its model. */

/**
 * How a text was written to a turn that has it in hand:
 * - `start`: by the hook of a prompt, which another hook may block, or the user take back with Esc before the first word;
 * - `end`: by the hook of a turn's end, which another hook or the client's own limit may end all the same;
 * - `between`: by the hook between two steps;
 * - `result`: in the result of a tool; another call of the same step may be made after it;
 * - `later`: in the result of a call that the client moved to the background: it comes to the model with a step after this
 *   one;
 * - `next`: the same, once that step has begun; in an idle session, whose client starts a turn for it, at once.
 */
export type InHand = "start" | "end" | "between" | "result" | "later" | "next";

/**
 * What is seen of a session's turn: a `prompt`, or a conversation, begins; the model makes a `call` of ours; a `step` is over,
 * or the turn is; the client says that it is `idle`; the session is `gone`, or its mail is another's.
 */
export type TurnSign = "prompt" | "call" | "step" | "idle" | "gone";

/** It was shown; it was not for sure, and waits again, or does so for the next prompt alone (`quiet`); it is in the `next` step. */
export type TurnOutcome = "shown" | "again" | "quiet" | "next";

/**
 * What each sign says of a text in hand; where nothing stands it stays there. Who pressed Esc may have taken the step out of
 * the conversation by the next prompt, and wants quiet till then. A turn that a hook of ours held up was to go on.
 */
export const SAID: Readonly<Record<TurnSign, Readonly<Partial<Record<InHand, TurnOutcome>>>>> = {
  prompt: { start: "again", end: "again", between: "again", result: "again" },
  call: { start: "shown", end: "shown", between: "shown" },
  step: { start: "shown", end: "shown", between: "shown", result: "shown", later: "next", next: "shown" },
  idle: { start: "quiet", end: "again", between: "quiet", result: "quiet", next: "quiet" },
  gone: { start: "again", end: "again", between: "again", result: "again", later: "again", next: "again" },
};
