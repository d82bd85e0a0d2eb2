import { makeRandom, type Random } from "../store/random/random.ts";

export type Kind = "server" | "hook" | "client";

export interface Kill {
  /** Calls and hooks that begin between the kill before it and this one. */
  readonly after: number;
  readonly kind: Kind;
  /** The victim is one that is seen in a write; else any, so long after its start or its next request (microseconds). */
  readonly aimed: boolean;
  readonly offset: number;
}

export interface Plan {
  readonly seed: number;
  readonly seconds: number;
  readonly sessions: number;
}

/** The kills in their order, without end. All that the seed decides; what comes of it is up to the machine. */
export function* killsOf({ seed }: Plan): Generator<Kill> {
  const random = makeRandom(seed);
  for (;;) {
    const kind = random.pick<Kind>(["server", "server", "hook", "hook", "hook", "client"]) ?? "server";
    yield {
      after: 1 + random.whole(12),
      kind,
      // The client's process only starts the server and hooks; it writes nothing.
      aimed: kind !== "client" && random.chance(0.5),
      offset: random.whole(kind === "hook" ? 150_000 : 8_000),
    };
  }
}

/** The random choices of one session, apart from those of the others. */
export function sessionRandom({ seed }: Plan, session: number): Random {
  return makeRandom(seed * 1_009 + session + 1);
}

/** So much of the plan as one line holds. */
export function planText(plan: Plan): string {
  const kills = killsOf(plan);
  const first = Array.from({ length: 8 }, () => kills.next().value as Kill);
  return `seed ${plan.seed}: ${plan.sessions} sessions, ${plan.seconds} s; kill ${first.map(killText).join("; ")}; …`;
}

export function killText({ after, kind, aimed, offset }: Kill): string {
  return `a ${kind} after ${after} more, ${aimed ? "in a write" : `${(offset / 1000).toFixed(1)} ms on`}`;
}
