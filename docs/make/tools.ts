/** The tools as a table, from what a client is told of them. */
import * as v from "valibot";
import { TOOLS } from "../../src/server/tools/index.ts";
import { code, table } from "./marked.ts";

const property = v.object({
  description: v.optional(v.string(), ""),
  default: v.optional(v.union([v.string(), v.number(), v.boolean()])),
  minimum: v.optional(v.number()),
  maximum: v.optional(v.number()),
  maxLength: v.optional(v.number()),
  anyOf: v.optional(v.array(v.object({ enum: v.optional(v.array(v.string())) })), []),
});

const inputSchema = v.object({
  properties: v.record(v.string(), property),
  required: v.optional(v.array(v.string()), []),
});

export function toolsTable(): string {
  // What a tool's input has in common with one above it is not said twice.
  const said = new Map<string, string>();
  const rows = TOOLS.map(({ name, listing }) => {
    const { properties, required } = v.parse(inputSchema, listing.inputSchema);
    const inputs = Object.entries(properties).map(([key, value]) => {
      const label = code(required.includes(key) ? key : `${key}?`);
      const about = `${label}${meaning(value)}`;
      const before = said.get(about);
      if (before === undefined) said.set(about, name);
      return before === undefined ? about : `${label}: as for ${code(before)}`;
    });
    return [code(name), firstSentence(listing.description ?? ""), inputs.join("\n") || "none"];
  });
  return table(["tool", "what it does", "input"], rows);
}

function meaning(value: v.InferOutput<typeof property>): string {
  const { minimum, maximum, maxLength, anyOf } = value;
  const words = anyOf.flatMap((choice) => choice.enum ?? []).map(code);
  const facts = [
    ...(words.length > 0 ? [`${words.join(", ")} or a number`] : []),
    ...(minimum === undefined || maximum === undefined ? [] : [`${minimum} to ${maximum}`]),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
    ...(value.default === undefined ? [] : [`default ${code(String(value.default))}`]),
  ];
  return `${facts.length > 0 ? ` (${facts.join(", ")})` : ""}: ${value.description}`;
}

function firstSentence(text: string): string {
  return /^.*?[.](?= |$)/.exec(text)?.[0] ?? text;
}
