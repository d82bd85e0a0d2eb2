import type { Called } from "../../support/server.ts";

/** Who asked what, who was shown it, and who heard the answer: what is lost or doubled is found here. */
export interface Ledger {
  /** The result of an ask, which acknowledges the question where it has an id. */
  asked(question: string, result: Called): void;
  shown(question: string, note: string | undefined): void;
  /** @param ms from the ask on; undefined where the answer came by the inbox */
  heard(question: string, result: Called, ms: number | undefined): void;
  isHeard(question: string): boolean;
  failed(error: string): void;
  /** What an inbox still holds when all is done. */
  left(inbox: Called): void;
  sum(): Sum;
}

export interface Sum {
  readonly answered: number;
  /** Milliseconds from each ask to its answer. */
  readonly times: number[];
  readonly lost: number;
  readonly doubled: number;
  readonly errors: string[];
}

export function makeLedger(): Ledger {
  const acknowledged = new Set<string>();
  const shown = new Set<string>();
  const heard = new Set<string>();
  const times: number[] = [];
  const errors: string[] = [];
  let doubled = 0;
  let left = 0;
  const once = (set: Set<string>, question: string) => {
    if (set.has(question)) doubled += 1;
    set.add(question);
  };
  return {
    asked(question, { question_id, error }) {
      if (question_id !== undefined) acknowledged.add(question);
      if (error !== undefined) errors.push(error);
    },
    shown(question, note) {
      // A reminder says that it is one.
      if (note === undefined) once(shown, question);
    },
    heard(question, { status, answer, error }, ms) {
      if (error !== undefined) errors.push(error);
      if (status !== "answered") return;
      if (answer !== `answer to ${question}`) errors.push(`"${question}" got "${answer}"`);
      once(heard, question);
      if (ms !== undefined) times.push(ms);
    },
    isHeard: (question) => heard.has(question),
    failed: (error) => void errors.push(error),
    left({ questions = [], replies = [] }) {
      left += questions.length + replies.length;
    },
    sum: () => ({
      answered: heard.size,
      times,
      lost: [...acknowledged].filter((question) => !heard.has(question)).length + left,
      doubled,
      errors,
    }),
  };
}
