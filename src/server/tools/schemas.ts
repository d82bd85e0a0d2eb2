import * as v from "valibot";
import { formatId, parseId } from "../../domain/question.ts";

/** `q17` → 17. */
export const questionId = v.pipe(
  v.string(),
  v.check((text) => parseId(text) !== undefined, `expected an id like ${formatId(17)}`),
  // Before the transform: behind it, it would not reach the schema of the input.
  v.description("The question's id, such as q17."),
  v.transform((text) => parseId(text) ?? 0),
);

/** How many answers a call for several recipients waits for. */
export const need = v.optional(
  v.pipe(
    v.union(
      [v.picklist(["any", "all"]), v.pipe(v.number(), v.integer(), v.minValue(1))],
      'expected "any", "all" or a number of answers',
    ),
    v.description(
      'For several recipients: how many answers to wait for; "any" takes back what others have not read.',
    ),
  ),
  "all",
);

/** Seconds, as a model gives them; the use cases count milliseconds. */
export const timeoutSeconds = v.optional(
  v.pipe(
    v.number(),
    v.minValue(1, "expected 1 to 3600 seconds"),
    v.maxValue(3600, "expected 1 to 3600 seconds"),
    v.description("How long to wait for the answer, in seconds. The question stays open after that."),
  ),
  300,
);
