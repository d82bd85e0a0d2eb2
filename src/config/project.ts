import { basename, join, resolve } from "node:path";
import * as v from "valibot";
import { MeshError } from "../domain/errors.ts";
import { makeName, parseName, SUMMARY_LIMIT } from "../domain/peer.ts";
import { readProjectText } from "./text-file.ts";

const NAME_RULE =
  "a name is 1 to 63 of a-z, 0-9, dot, dash and underscore, and starts with a letter or digit";

const nameSchema = v.pipe(
  v.string(),
  v.check((text) => parseName(text) !== undefined, NAME_RULE),
  v.transform((text) => text.trim().toLowerCase()),
);

const projectFileSchema = v.object({
  name: v.optional(nameSchema),
  summary: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => text.length <= SUMMARY_LIMIT, `at most ${SUMMARY_LIMIT} characters`),
    ),
  ),
  accept: v.optional(v.array(nameSchema)),
});
const KEYS = Object.keys(projectFileSchema.entries);

export interface Project {
  readonly path: string;
  readonly baseName: string;
  readonly summary: string | undefined;
  /** The names that may ask here; undefined: everybody. */
  readonly accept: string[] | undefined;
}

/**
 * The session's project and the name it wants: `.claude-mesh.json`, else the folder's basename. A file that cannot be
 * understood is a `bad_config` error with its path and, for broken JSON, its line.
 */
export function readProject(env: NodeJS.ProcessEnv, cwd: string): Project {
  const path = resolve(env["CLAUDE_MESH_PROJECT_PATH"] || env["CLAUDE_PROJECT_DIR"] || cwd);
  const file = readProjectFile(join(path, ".claude-mesh.json"));
  return {
    path,
    baseName: file.name ?? makeName(basename(path)),
    summary: file.summary,
    accept: file.accept,
  };
}

function readProjectFile(path: string): v.InferOutput<typeof projectFileSchema> {
  let source: string;
  try {
    source = readProjectText(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return {};
    throw badFile(path, undefined, error instanceof Error ? error.message : String(error));
  }
  const content = parseJson(path, source);
  const result = v.safeParse(projectFileSchema, content);
  const issue = result.issues?.[0];
  const key = issue === undefined ? unknownKey(content) : v.getDotPath(issue);
  if (key === undefined && result.success) return result.output;
  if (key == null) throw badFile(path, 1, 'expected an object like { "name": "backend" }');
  const problem =
    issue === undefined
      ? `unknown key "${key.slice(0, 80)}"; expected: ${KEYS.join(", ")}`
      : `${key}: ${issue.message}`;
  throw badFile(path, lineOf(source, source.indexOf(`"${key.split(".")[0]}"`)), problem);
}

function unknownKey(content: unknown): string | undefined {
  return Object.keys(content ?? {}).find((key) => !KEYS.includes(key));
}

function parseJson(path: string, source: string): unknown {
  let content: unknown;
  try {
    content = JSON.parse(source);
  } catch {
    throw badFile(path, faultyLine(source), "it is not valid JSON");
  }
  // To valibot an array is an object, too.
  return Array.isArray(content) ? null : content;
}

function badFile(path: string, line: number | undefined, problem: string): MeshError {
  return new MeshError({ kind: "bad_config", path, line, problem });
}

/** The first line that no longer can be the beginning of JSON. V8's own messages do not always name the place. */
function faultyLine(source: string): number {
  const lines = source.split("\n");
  // Halving: line by line, a long file would take minutes.
  let [low, high] = [1, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (mayGoOn(lines.slice(0, middle).join("\n"))) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mayGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(message)?.[1];
    return position === undefined ? message.includes("end of JSON") : Number(position) >= beginning.length;
  }
}

function lineOf(source: string, position: number): number | undefined {
  return position < 0 ? undefined : source.slice(0, position).split("\n").length;
}
