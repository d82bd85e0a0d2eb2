import type { Figure } from "./figure.ts";
import type { Fault } from "./guard.ts";
import type { Scope } from "./support/scope.ts";

/** How a part is run. */
export interface Run {
  /** Fewer rounds, so that all parts together stay under two minutes. */
  readonly quick: boolean;
  /** What the part opens is closed when it ends. */
  readonly scope: Scope;
  /** One line about what is done now. */
  readonly say: (line: string) => void;
}

export interface Result {
  readonly figures: readonly Figure[];
  /** What no noise explains. */
  readonly faults?: readonly Fault[];
  /** Of programs that no other part starts. */
  readonly versions?: Readonly<Record<string, string>>;
  /** What was left out, and why; what a reader must know. */
  readonly notes?: readonly string[];
}

export type Part = (run: Run) => Promise<Result>;
