import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import * as v from "valibot";
import { MeshError } from "../domain/errors.ts";
import { makeName, parseName, SUMMARY_LIMIT } from "../domain/peer.ts";

const NAME_RULE = "a name is 1 to 63 of a-z, 0-9, dot, dash and underscore, and starts with a letter or digit";

const nameSchema = v.pipe(
  v.string(),
  v.check((text) => parseName(text) !== undefined, NAME_RULE),
  v.transform((text) => text.trim().toLowerCase()),
);

const projectFileSchema = v.strictObject({
  name: v.optional(nameSchema),
  summary: v.optional(v.pipe(v.string(), v.maxLength(SUMMARY_LIMIT))),
  accept: v.optional(v.array(nameSchema)),
});

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
  return { path, baseName: file.name ?? makeName(basename(path)), summary: file.summary, accept: file.accept };
}

function readProjectFile(path: string): v.InferOutput<typeof projectFileSchema> {
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return {};
    throw badFile(path, undefined, error instanceof Error ? error.message : String(error));
  }
  let content: unknown;
  try {
    content = JSON.parse(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw badFile(path, lineOfProblem(source, message), "it is not valid JSON");
  }
  const result = v.safeParse(projectFileSchema, content);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const key = v.getDotPath(issue);
  const line = key === null ? undefined : lineOf(source, source.indexOf(`"${key}"`));
  throw badFile(path, line, issue.type === "strict_object" ? `unknown key "${key}"; expected: ${Object.keys(projectFileSchema.entries).join(", ")}` : `${key}: ${issue.message}`);
}

function badFile(path: string, line: number | undefined, problem: string): MeshError {
  return new MeshError({ kind: "bad_config", path, line, problem });
}

/** V8 names the place as `position N` or `line N`, or, at a sudden end, not at all. */
function lineOfProblem(source: string, message: string): number | undefined {
  const line = /line (\d+)/.exec(message)?.[1];
  if (line !== undefined) return Number(line);
  const position = /position (\d+)/.exec(message)?.[1];
  return lineOf(source, position === undefined ? source.length : Number(position));
}

function lineOf(source: string, position: number): number | undefined {
  return position < 0 ? undefined : source.slice(0, position).split("\n").length;
}
