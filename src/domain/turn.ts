/** When a text that was written to a session's turn counts as shown to its model. */

/**
 * How a text was written to a turn that has it in hand:
 * - `start`: by the hook of a prompt, which another hook may block, or the user take back with Esc before the first word;
 * - `end`: by the hook of a turn's end, which another hook or the client's own limit may end all the same;
 * - `between`: by the hook between two steps: once the client has read it, it stays in the conversation;
 * - `result`: in the result of a tool, the same, but another call of that step may be made after it;
 * - `later`: in the result of a call that the client moved to the background: it comes to the model with a later step.
 */
export type InHand = "start" | "end" | "between" | "result" | "later";

/**
 * What is seen of a session's turn: a `prompt` begins one; the model makes a `call` of ours; a `step` is over, or the turn
 * is; the client says that it is `idle`; the session is `gone`, or its mail is another's.
 */
export type TurnSign = "prompt" | "call" | "step" | "idle" | "gone";

/**
 * What each sign says of a text in hand: it was `shown`; it was not, and waits `again`; a `result` now, it needs one more
 * sign. Where nothing stands it stays in hand.
 */
export const SAID: Readonly<
  Record<TurnSign, Readonly<Partial<Record<InHand, "shown" | "again" | "result">>>>
> = {
  prompt: { start: "again", end: "again", between: "shown", result: "shown" },
  call: { start: "shown", end: "shown", between: "shown" },
  step: { start: "shown", end: "shown", between: "shown", result: "shown", later: "result" },
  idle: { end: "again" },
  gone: { start: "again", end: "again", between: "again", result: "again", later: "again" },
};
