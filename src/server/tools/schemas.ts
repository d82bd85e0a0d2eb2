import * as v from "valibot";
import { formatId, parseId } from "../../domain/question.ts";

/**
 * `q17` → 17. A number is listed nowhere, but can mean nothing else here; elsewhere it stands for no text, because the
 * text may have been `22.10`.
 */
export const questionId = v.pipe(
  v.custom<string | number>((given) => readId(given) !== undefined, `expected an id like ${formatId(17)}`),
  // Before the transform: behind it, they would not reach the schema of the input.
  v.metadata({ type: "string" }),
  v.description("The question's id, such as q17."),
  v.transform((given) => readId(given) ?? 0),
);

function readId(given: unknown): number | undefined {
  return typeof given === "string" || typeof given === "number" ? parseId(String(given)) : undefined;
}

const NEED = 'expected "any", "all" or a number of answers';

/** How many answers a call for several recipients waits for. */
export const need = v.optional(
  v.pipe(
    v.union([v.picklist(["any", "all"]), v.pipe(v.number(), v.integer(NEED), v.minValue(1, NEED))], NEED),
    v.description(
      'For several recipients: how many answers to wait for; "any" takes back what others have not read.',
    ),
  ),
  "all",
);

const SECONDS = "expected 1 to 3600 seconds";

/** Seconds, as a model gives them; the use cases count milliseconds. */
export const timeoutSeconds = v.optional(
  v.pipe(
    v.number(SECONDS),
    v.minValue(1, SECONDS),
    v.maxValue(3600, SECONDS),
    v.description("How long to wait for the answer, in seconds. The question stays open after that."),
  ),
  300,
);
