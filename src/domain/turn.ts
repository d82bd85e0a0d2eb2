/** When a text that was written to a turn, a session's or a subagent's, counts as shown to its model. */

/**
 * How a text was written to a turn that has it in hand:
 * - `start`: by the hook of a prompt, which another hook may block, or the user take back with Esc before the first word;
 * - `end`: by the hook of a turn's end, which another hook or the client's own limit may end all the same;
 * - `between`: by the hook between two steps, or in the result of a tool whose step is over: the next request carries it;
 * - `result`: in the result of a tool; another call of the same step may be made after it;
 * - `later`: in the result of a call that the client moved to the background: it comes to the model with a step after this
 *   one;
 * - `next`: the same, once that step has begun; in an idle session, whose client starts a turn for it, at once.
 */
export type InHand = "start" | "end" | "between" | "result" | "later" | "next";

/**
 * What is seen of a turn: a `prompt`, or a conversation, begins; the conversation is `compacted`; the model makes a `call` of ours; a `step` is over; the model
 * comes to a `stop`, or its request has a `failure`, which ends the turn, too; the client says that it is `idle`; the session
 * is `gone`, or its mail is another's. Of a subagent: its `call`, its `step`, and `gone`, where it runs no more.
 */
export type TurnSign = "prompt" | "compacted" | "call" | "step" | "stop" | "failure" | "idle" | "gone";

/**
 * It was shown; it was not for sure, and waits `again`, or does so for the next prompt alone (`quiet`), or waits again until
 * that was in vain a few times (`retry`); it goes with the request `between` this step and the next, or is in the `next`.
 */
export type TurnOutcome = "shown" | "again" | "retry" | "quiet" | "between" | "next";

/**
 * What each sign says of a text in hand; where nothing stands it stays there. Who pressed Esc may have taken the step out of
 * the conversation by the next prompt, and wants quiet till then. A turn that a hook of ours held up was to go on. The end of
 * a step is no sign that a request followed it: a run may have no turn left (`--max-turns`), and a request may fail. A
 * summary takes the place of what the steps brought, and the prompt stays beside it.
 */
export const SAID: Readonly<Record<TurnSign, Readonly<Partial<Record<InHand, TurnOutcome>>>>> = {
  prompt: { start: "again", end: "again", between: "again", result: "again" },
  compacted: { end: "again", between: "again", result: "again", next: "again" },
  call: { start: "shown", end: "shown", between: "shown" },
  step: { start: "shown", end: "shown", between: "shown", result: "between", later: "next", next: "shown" },
  stop: { start: "shown", end: "shown", between: "shown", result: "shown", later: "next", next: "shown" },
  failure: { start: "retry", end: "retry", between: "retry", result: "retry", next: "retry" },
  idle: { start: "quiet", end: "again", between: "quiet", result: "quiet", next: "quiet" },
  gone: { start: "again", end: "again", between: "again", result: "again", later: "again", next: "again" },
};
