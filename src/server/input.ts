/** The input of a tool: what can have one meaning only is taken, all else is refused with what was expected. */
import * as v from "valibot";
import { MeshError } from "../domain/errors.ts";

export type InputSchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

/** What the input means to a tool, or a refusal that names each problem with it. */
export function parseInput<Schema extends InputSchema>(
  tool: string,
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, readAsMeant(schema, input));
  if (result.success) return result.output;
  throw new MeshError({ kind: "bad_input", tool, problems: problems(schema, result.issues) });
}

/**
 * Models and clients send lists, numbers and `true` as text, and null for what they leave out. Each value is read as
 * the first of its readings that the schema takes, so the schema stays the one place that says what a value may be.
 */
function readAsMeant({ entries }: InputSchema, input: unknown): unknown {
  if (typeof input !== "object" || input === null) return input;
  const read = Object.entries(input).flatMap(([key, given]) => {
    const entry = Object.hasOwn(entries, key) ? entries[key] : undefined;
    if (entry === undefined) return [[key, given]];
    if (given === null && v.is(entry, undefined)) return [];
    // Where no reading will do, the refusal speaks of what was sent.
    return [[key, readings(given).find((reading) => v.is(entry, reading)) ?? given]];
  });
  return Object.fromEntries(read);
}

/**
 * What a value can mean, the likeliest first. A text that is JSON of another kind means that wherever the schema takes
 * it; a quoted one means itself wherever any text will do, because the quotes may belong to it.
 */
function readings(given: unknown): unknown[] {
  if (typeof given !== "string") return [given];
  const folded = given.trim().toLowerCase();
  const json = parseJson(folded);
  return typeof json === "string" ? [given, json, folded] : [json, given, folded];
}

/** The text itself where it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function problems(schema: InputSchema, issues: readonly v.BaseIssue<unknown>[]): string[] {
  const expected = Object.keys(schema.entries).join(", ") || "no input at all";
  return issues.map((issue) => {
    const path = v.getDotPath(issue) ?? "input";
    const unknown = issue.type === "strict_object" && issue.expected === "never";
    if (unknown) return `unknown key "${path.slice(0, 80)}" (expected: ${expected})`;
    if (issue.received === "undefined" || issue.type === "strict_object") {
      return `"${path}" is missing (expected: ${expected})`;
    }
    return `"${path}": ${issue.message}`;
  });
}
