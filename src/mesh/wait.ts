import { openPause } from "../bell/pause.ts";
import { MeshError } from "../domain/errors.ts";
import type { Peer } from "../domain/peer.ts";
import { type Asked, type HandedQuestion, isOpen, type Receipt, type Room } from "../domain/question.ts";
import type { EndRequest, WaitingCall } from "../domain/store.ts";
import { waitProgress } from "../text/progress.ts";
import type { LastingMesh } from "./mesh.ts";
import { sweep } from "./presence.ts";

export interface WaitOptions {
  /** Milliseconds. */
  readonly timeout: number;
  /** The longest that this call may block, whatever the timeout (milliseconds). */
  readonly maxBlock: number;
  readonly need: number;
  /**
   * Whether the client has moved the call to the background, where its result waits for a later step, after so long a wait
   * (milliseconds).
   */
  readonly inBackground: (waited: number) => boolean;
  /** What the result may hold of the answers to so many questions; everything where undefined. */
  readonly room: (questions: number, inBackground: boolean) => Room | undefined;
  /** Aborts when the caller no longer wants the answer. */
  readonly signal: AbortSignal;
  /** Called with one line about every PROGRESS_EVERY. */
  readonly progress: (line: string) => void;
}

/** How one wait ended. */
export type WaitEnd =
  | { readonly kind: "settled"; readonly asked: Asked[]; readonly receipt: Receipt }
  | {
      readonly kind: "interrupted";
      readonly asked: Asked[];
      readonly questions: HandedQuestion[];
      readonly more: number;
      readonly owed: number[];
      readonly receipt: Receipt;
    }
  | { readonly kind: "owes"; readonly questions: number[] }
  | {
      readonly kind: "timed_out" | "pending" | "peer_left" | "cancelled";
      readonly asked: Asked[];
      readonly receipt: Receipt;
    };

/** Nothing is waited for in silence for longer than this (milliseconds). */
const PROGRESS_EVERY = 2_000;
/** How often a wait looks whether the other end still lives (milliseconds). */
const SWEEP_EVERY = 1_000;

/** How often the end of a failed wait is tried, a second apart. */
const END_ATTEMPTS = 60;

/** A call of this process, unlike any other that waits. */
export function newCall({ process }: LastingMesh, subagent = false): WaitingCall {
  return { process, id: `${process}-${globalThis.process.hrtime.bigint()}`, subagent };
}

/**
 * Blocks until as many answers as needed are there, or something else ends the wait. The questions outlive it, but for those
 * that this call asked: if it is aborted, it takes back what nobody was shown. Of those asked before it was said that they
 * stay open.
 * @param held of what this call asked, what its recipients have no attention for now, so that nobody waits for it; undefined
 * where all was asked before
 */
export async function waitForAnswers(
  mesh: LastingMesh,
  me: Peer,
  by: WaitingCall,
  questions: readonly number[],
  options: WaitOptions,
  held?: ReadonlySet<number>,
): Promise<WaitEnd> {
  const start = performance.now();
  const limit = Math.min(options.timeout, options.maxBlock);
  const pause = openPause(mesh.bell, me.id, options.signal);
  let lastSweep = start;
  let lastProgress = start;
  try {
    if (held !== undefined && questions.every((id) => held.has(id))) return await end("pending");
    for (let continuing = false; ; continuing = true) {
      if (options.signal.aborted) {
        if (held !== undefined) await mesh.store.cancel(ending());
        return await end("cancelled");
      }
      const { need } = options;
      const state = await mesh.store.wait({
        peer: me.id,
        questions,
        need,
        by,
        continuing,
        room: room(),
        now: mesh.now(),
      });
      if (state.kind === "owes") return state;
      if (state.kind !== "waiting") return { ...state, receipt: given(state.receipt) };
      const { asked } = state;
      if (!asked.some((one) => isOpen(one.state) && one.recipient === "active")) {
        return await end("peer_left");
      }
      const clock = performance.now();
      if (clock - start >= limit) return await end(limit < options.timeout ? "pending" : "timed_out");
      if (clock - lastProgress >= PROGRESS_EVERY) {
        lastProgress = clock;
        options.progress(waitProgress(asked, clock - start));
      }
      if (clock - lastSweep >= SWEEP_EVERY) {
        lastSweep = clock;
        await sweep(mesh);
      }
      await pause.next(Math.ceil(start + limit - performance.now()));
    }
  } catch (error) {
    // A wait that nobody holds any more would keep its answers from the inbox and stand in the waiting graph.
    if (!(error instanceof MeshError) || error.refusal.kind === "no_database") void endLater(mesh, ending);
    throw error;
  } finally {
    pause.close();
  }

  async function end(kind: "timed_out" | "pending" | "peer_left" | "cancelled"): Promise<WaitEnd> {
    const { asked, receipt } = await mesh.store.stopWaiting(ending());
    return { kind, asked, receipt: given(receipt) };
  }

  function given(receipt: Receipt): Receipt {
    return inBackground() ? { ...receipt, tentative: "later" } : receipt;
  }

  function ending(): EndRequest {
    return { peer: me.id, questions, by, room: room(), now: mesh.now() };
  }

  function inBackground(): boolean {
    return options.inBackground(performance.now() - start);
  }

  function room(): Room | undefined {
    return options.room(questions.length, inBackground());
  }
}

/** Ends a wait that failed, as soon as the store takes it; what it is handed goes back, and comes to the inbox. */
async function endLater(mesh: LastingMesh, ending: () => EndRequest): Promise<void> {
  for (let attempt = 0; attempt < END_ATTEMPTS; attempt++) {
    try {
      const { receipt } = await mesh.store.stopWaiting(ending());
      return await mesh.store.release(receipt);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, SWEEP_EVERY).unref());
    }
  }
}
