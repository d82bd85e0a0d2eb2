import type { HeardBy, Way } from "../domain/probe.ts";
import { ago } from "./age.ts";

const WAYS: Readonly<Record<Way, string>> = {
  wait: "at once, by ending the call in which that session waits",
  turn: "in the turn that runs there now, after its next tool call or at its end",
  socket: "by waking the session through its own inbox socket",
  rewake: "by the waker that its hooks left behind",
  prompt: "at its user's next prompt: nothing can wake it",
  refused: "at its user's next prompt: the settings keep other sessions' messages out",
  inbox: "when its model next calls a tool of the mesh: that client has no hooks",
};

export interface RoundtripTimes {
  readonly peer: string;
  readonly heardBy: HeardBy;
  readonly way: string;
  /** Microseconds since the start: when it was written, heard of, answered, and when the answer was read. */
  readonly written: number;
  readonly heard: number;
  readonly answered: number;
  readonly read: number;
}

/** Each step of a test question and when it was taken. */
export function roundtripText(times: RoundtripTimes): string {
  const { peer, heardBy, way, written, heard, answered, read } = times;
  const steps: readonly (readonly [number, string])[] = [
    [written, "the test question was written"],
    [
      heard,
      heardBy === "bell" ? "its server heard the bell" : "its server found it at its poll; no bell was heard",
    ],
    [answered, "its server answered; no model was asked"],
    [read, "the answer was read here"],
  ];
  const lines = steps.map(([time, what]) => `  ${milliseconds(time).padStart(10)}  ${what}`);
  return [
    `${peer} answered.`,
    ...lines,
    `A question that came now would be shown ${WAYS[way as Way] ?? `by ${way}`}.`,
  ].join("\n");
}

function milliseconds(microseconds: number): string {
  return `${(microseconds / 1000).toFixed(2)} ms`;
}

export function silentText(peer: string, pid: number, served: boolean, after: number): string {
  const head = `${peer} did not answer within ${Math.round(after / 1000)} s, though its process ${pid} lives.`;
  return served
    ? `${head} Its server is older than test questions, or stuck: restart that session, which updates it.`
    : `${head} Its server does not run: reconnect it in that session (\`/mcp\`), or restart the session.`;
}

export function inactiveText(peer: string, lastSeenAt: number, now: number): string {
  return (
    `${peer} has no live session; it was last seen ${ago(lastSeenAt, now)}. ` +
    "What is asked of it is kept and shown when its next session starts."
  );
}
